//! The one test binary of this crate.

#[cfg(test)]
mod cases {
    mod approve;
    mod asking;
    mod audit;
    mod check;
    mod explain;
    mod flags;
    mod help;
    mod plan;
    mod setting;
    mod status;
}
