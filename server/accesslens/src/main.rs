//! The `accesslens` binary.

fn main() {}
