//! Placeholder while the house goes up.
fn main() {}
