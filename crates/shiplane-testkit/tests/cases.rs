//! The fakes and real parts of the testkit, proved by themselves.

#[cfg(test)]
mod cases {
    mod app;
    mod git;
    mod github;
    mod github_runs;
    mod need;
    mod process;
    mod sshd;
}
