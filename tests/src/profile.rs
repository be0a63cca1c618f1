//! What a browser keeps of its own, apart from any other.

use anyhow::{Context, Result};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// An empty profile folder, removed when its page is closed.
pub(crate) struct Profile {
    pub(crate) folder: PathBuf,
}

impl Profile {
    pub(crate) fn new() -> Result<Profile> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("meridian-profile-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(Profile { folder })
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        // Left-over files in the temporary folder hurt nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
