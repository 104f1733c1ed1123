//! The one test binary of this crate.

#[cfg(test)]
mod cases {
    mod bump;
    mod check;
    mod next;
    mod run;
}
