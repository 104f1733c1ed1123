//! What must hold on the way to a host: pure readers against vectors, everything else against a real sshd.

#[cfg(test)]
mod cases {
    mod certificates;
    mod commands;
    mod ground;
    mod host_keys;
    mod key_text;
    mod known_hosts;
    mod local;
    mod login;
    mod lost;
    mod targets;
    mod worker;
}
