//! The one test binary of this crate: the real binary, a real sshd, real git.

#[cfg(test)]
mod cases {
    // The same server and the same app as for deploys; a copy would be the second to be kept right.
    #[expect(dead_code, reason = "deploys need more of it than rollbacks")]
    #[path = "../../../ssh-deploy/tests/cases/ground.rs"]
    mod ground;

    mod server;

    mod back;
    mod refused;
}
