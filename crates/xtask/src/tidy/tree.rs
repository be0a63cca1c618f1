//! The text files of the workspace, as the rules see them.

use anyhow::{Context, Result};
use std::fmt;
use std::fs;
use std::path::Path;

/// Folders that hold nothing the project wrote.
pub(crate) const SKIPPED: [&str; 6] = [".git", ".tools", "target", "dist", "shots", "node_modules"];

/// The files of the workspace in the order of their paths.
pub(crate) struct Tree {
    files: Vec<File>,
}

/// A text file.
pub(crate) struct File {
    /// Relative to the root of the workspace, with `/` between folders.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
}

impl File {
    /// The name without folders.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// What follows the last dot of the name, or nothing.
    pub(crate) fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Something wrong at a line, counted from 1.
    pub(crate) fn finding(&self, line: usize, message: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line: Some(line), message: message.into() }
    }
}

/// Something that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    path: String,
    line: Option<usize>,
    message: String,
}

impl Finding {
    /// Something wrong with a file or folder as a whole.
    pub(crate) fn whole(path: &str, message: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line: None, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}: {}", self.path, self.message),
            None => write!(out, "{}: {}", self.path, self.message),
        }
    }
}

impl Tree {
    /// Reads every text file under the root, but for what is built or fetched.
    pub(crate) fn load(root: &Path) -> Result<Tree> {
        let mut files = Vec::new();
        let mut pending = vec![root.to_path_buf()];
        while let Some(folder) = pending.pop() {
            for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
                let entry = entry?;
                let path = entry.path();
                if path.is_dir() {
                    let name = entry.file_name();
                    if !SKIPPED.iter().any(|skipped| name == *skipped) {
                        pending.push(path);
                    }
                } else if let Ok(text) = fs::read_to_string(&path) {
                    let parts = path.strip_prefix(root)?.iter().map(|part| part.to_string_lossy());
                    files.push(File { path: parts.collect::<Vec<_>>().join("/"), text });
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Tree { files })
    }

    /// How many files there are.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// Every file.
    pub(crate) fn files(&self) -> impl DoubleEndedIterator<Item = &File> {
        self.files.iter()
    }

    /// The file at a path.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The files with one of these extensions whose path begins so.
    pub(crate) fn under<'a>(&'a self, prefix: &'a str, extensions: &'a [&'a str]) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.path.starts_with(prefix) && extensions.contains(&file.extension()))
    }

    /// The packages of the workspace: their folders and manifests.
    pub(crate) fn packages(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().filter_map(|file| Some((file.path.strip_suffix("/Cargo.toml")?, file)))
    }
}

#[cfg(test)]
impl Tree {
    /// A tree made of the files given, for planting violations.
    pub(crate) fn of(files: &[(&str, &str)]) -> Tree {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        Tree { files: files.iter().map(file).collect() }
    }
}
