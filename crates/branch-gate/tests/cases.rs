//! The one test binary of this crate.

#[cfg(test)]
mod cases {
    mod asking;
    mod check;
    mod flags;
    mod help;
    mod setting;
}
