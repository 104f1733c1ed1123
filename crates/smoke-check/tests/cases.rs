//! The one test binary of this crate.

#[cfg(test)]
mod cases {
    mod config;
    mod facts;
    mod run;
    mod secure;
    #[path = "../../../shiplane-http/tests/cases/server.rs"]
    mod server;
    mod tool;
}
