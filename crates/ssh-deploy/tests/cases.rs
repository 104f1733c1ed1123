//! The one test binary of this crate: the real binary, a real sshd, real git.

#[cfg(test)]
mod cases {
    mod desk;

    mod backup;
    mod backup_postgres;
    mod backup_yard;
    mod bad_input;
    mod cold;
    mod crash;
    mod deploy;
    mod doctor;
    mod files;
    mod files_broken;
    mod fleet;
    mod half;
    mod injected;
    mod interrupt;
    mod link;
    mod masked;
    mod on_host;
    mod operations;
    mod operations_docker;
    mod preview;
    mod preview_docker;
    mod preview_hard;
    mod preview_town;
    mod rollout;
    mod rollout_traffic;
    mod telling;
    mod worker;
    mod www;
}
