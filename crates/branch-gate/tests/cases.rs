//! The one test binary of this crate.

#[cfg(test)]
mod cases {
    mod approve;
    mod asking;
    mod audit;
    mod check;
    mod enterprise;
    mod events;
    mod explain;
    mod flags;
    mod help;
    mod init;
    mod plan;
    mod rules_from_flags;
    mod setting;
    mod status;
    mod telling;
    mod waiting;
}
