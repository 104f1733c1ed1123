//! The one test binary of this crate.

#[cfg(test)]
mod cases {
    mod asking;
    mod hostile;
    mod pacing;
    mod server;
    mod waiting;
}
