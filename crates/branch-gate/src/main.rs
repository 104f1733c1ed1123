//! May this branch be promoted?

fn main() {}
