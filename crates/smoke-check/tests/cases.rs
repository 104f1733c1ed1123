//! The one test binary of this crate.

#[cfg(test)]
mod cases {
    mod alert;
    mod config;
    mod facts;
    mod judge;
    mod judge_log;
    mod judge_prometheus;
    mod run;
    mod secure;
    #[path = "../../../shiplane-http/tests/cases/server.rs"]
    mod server;
    mod tool;
    mod watch;
}
