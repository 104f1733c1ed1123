//! Is it well? ok, warning or rollback.

fn main() {}
