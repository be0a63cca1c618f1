//! A static file server on loopback, as plain as any that the page may be put on.

use anyhow::{Result, anyhow};
use std::fs::File;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use tiny_http::{Header, Request, Response, Server};

/// Serves a folder under a path until it is dropped.
pub struct StaticServer {
    server: Arc<Server>,
    worker: Option<JoinHandle<()>>,
    address: String,
}

impl StaticServer {
    /// Serves the folder on a free port under a path, such as `/` or `/some/where/`. Nothing outside the path is answered.
    ///
    /// # Errors
    /// If there is no free port on loopback.
    pub fn start(folder: &Path, under: &str) -> Result<StaticServer> {
        StaticServer::with_types(folder, under, mime_type)
    }

    /// The same by a server that does not know what wasm is.
    ///
    /// # Errors
    /// If there is no free port on loopback.
    pub fn start_without_wasm(folder: &Path, under: &str) -> Result<StaticServer> {
        StaticServer::with_types(folder, under, |path| match mime_type(path) {
            "application/wasm" => "application/octet-stream",
            known => known,
        })
    }

    fn with_types(folder: &Path, under: &str, types: fn(&Path) -> &'static str) -> Result<StaticServer> {
        let server =
            Arc::new(Server::http("127.0.0.1:0").map_err(|error| anyhow!("cannot listen on loopback: {error}"))?);
        let port = server.server_addr().to_ip().ok_or_else(|| anyhow!("the server listens on no port"))?.port();
        let (folder, prefix) = (folder.to_path_buf(), under.to_owned());
        let listening = Arc::clone(&server);
        let worker = std::thread::spawn(move || {
            for request in listening.incoming_requests() {
                answer(request, &folder, &prefix, types);
            }
        });
        Ok(StaticServer { server, worker: Some(worker), address: format!("http://127.0.0.1:{port}{under}") })
    }

    /// The address of the folder, ending in `/`.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for StaticServer {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(worker) = self.worker.take() {
            // A panic in the worker has already been printed.
            let _ = worker.join();
        }
    }
}

fn answer(request: Request, folder: &Path, prefix: &str, types: fn(&Path) -> &'static str) {
    let found = file_for(request.url(), folder, prefix).and_then(|path| Some((File::open(&path).ok()?, path)));
    // A browser that went away before it had everything is not the server's concern.
    let _ = match found {
        Some((file, path)) => {
            let header =
                |name: &str, value: &str| Header::from_bytes(name, value).expect("the headers are plain ASCII");
            let response = Response::from_file(file).with_header(header("Content-Type", types(&path)));
            request.respond(response.with_header(header("Cache-Control", "no-store")))
        }
        None => request.respond(Response::from_string("not found").with_status_code(404)),
    };
}

/// The file a URL asks for, if it is one that exists inside the folder.
fn file_for(url: &str, folder: &Path, prefix: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.strip_prefix(prefix)?;
    let relative = Path::new(if path.is_empty() { "index.html" } else { path });
    if relative.components().any(|part| !matches!(part, Component::Normal(_))) {
        return None;
    }
    Some(folder.join(relative)).filter(|file| file.is_file())
}

fn mime_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::{file_for, mime_type};
    use std::path::Path;

    #[test]
    fn files_are_found_under_the_path_only_and_never_outside_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(file_for("/a/Cargo.toml?x#y", folder, "/a/"), Some(folder.join("Cargo.toml")));
        assert_eq!(file_for("/Cargo.toml", folder, "/a/"), None);
        assert_eq!(file_for("/a/../Cargo.toml", folder, "/a/"), None);
        assert_eq!(file_for("/a//etc/hostname", folder, "/a/"), None);
        assert_eq!(file_for("/a/", folder, "/a/"), None, "there is no index.html here");
    }

    #[test]
    fn wasm_is_served_as_wasm_so_that_it_compiles_while_it_streams() {
        assert_eq!(mime_type(Path::new("a/b.wasm")), "application/wasm");
        assert_eq!(mime_type(Path::new("a/b.js")), "text/javascript; charset=utf-8");
    }
}
