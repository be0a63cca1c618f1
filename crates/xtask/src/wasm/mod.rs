//! What is done to the page's wasm module before it is sent: names go, and alike functions come to stand side by side.
//!
//! It knows as much of the format as that takes, and refuses what it does not know.
//! Source: WebAssembly Core Specification 2.0, section 5, "Binary Format".

mod code;
mod order;
mod reader;
mod sections;

/// The module as it is sent. `None` if it is cut short or holds what is not understood.
pub(crate) fn lean(module: &[u8]) -> Option<Vec<u8>> {
    order::alike_together(&sections::without_names(module)?)
}
