//! Where the page is to be split in what runs first and what comes later, the linker leaves in place what tells which part needs which.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let wasm = std::env::var_os("CARGO_CFG_TARGET_ARCH").is_some_and(|arch| arch == "wasm32");
    if wasm && std::env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
