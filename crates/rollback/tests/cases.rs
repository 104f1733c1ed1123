//! The one test binary of this crate: the real binary, a real sshd, real git.

#[cfg(test)]
mod cases {
    mod server;

    mod back;
    mod broken;
    mod compose;
    mod looks;
    mod refused;
    mod revert;
    mod rollout;
}
