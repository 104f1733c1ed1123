//! The one test binary of this crate.

#[cfg(test)]
mod cases {
    mod alert;
    mod blackhole;
    mod config;
    mod facts;
    mod files;
    mod hostile;
    mod judge;
    mod judge_log;
    mod judge_packed;
    mod judge_prometheus;
    mod network;
    mod on_host;
    mod parts;
    mod paths;
    mod run;
    mod secure;
    #[path = "../../../shiplane-http/tests/cases/server.rs"]
    mod server;
    mod tool;
    mod watch;
}
