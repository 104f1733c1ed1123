//! The small HTTP server that tests and the demo deploy.

fn main() {}
