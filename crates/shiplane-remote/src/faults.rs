//! Every word about what can go wrong on the way to a host, one function a code.

use russh::keys::Certificate;
use shiplane_core::fault::Fault;
use shiplane_core::foreign;

use crate::keys::KeyTrouble;
use crate::known_hosts::{HostKey, KnownKey};
use crate::target::SshTarget;

pub(crate) fn host_invalid(text: &str, why: &str) -> Fault {
    Fault::usage("host-invalid", format!("`{}` is not a host: {why}", foreign::clip(text, 100)))
        .help("write `user@host`, `user@host:2222`, `user@[2001:db8::1]:22` or `local`")
}

pub(crate) fn user_missing(text: &str) -> Fault {
    Fault::usage("host-invalid", format!("`{text}` names no user"))
        .help("write `user@host`, or set SSH_USERNAME")
}

pub(crate) fn jump_local() -> Fault {
    Fault::usage("host-invalid", "the jump host is `local`, and this machine is no host to go through")
        .help("write `user@host:port`, or leave the jump host out")
}

/// The way ends at the jump host: it answered, and lets nobody through.
pub(crate) fn jump_refused(jump: &SshTarget, target: &SshTarget, why: &str) -> Fault {
    let fact = format!("jump host {} does not let us through to {}: {why}", jump.address(), target.address());
    Fault::could_not("jump-refused", fact)
        .help("check AllowTcpForwarding and PermitOpen in the sshd_config of the jump host")
}

/// The jump host did not get there either.
pub(crate) fn beyond_jump(jump: &SshTarget, target: &SshTarget, why: &str) -> Fault {
    let fact = format!("{} cannot be reached from the jump host {}: {why}", target.nickname, jump.address());
    Fault::could_not("host-unreachable", fact).help(format!(
        "check address and port ({}) as the jump host sees them, sshd there, and the firewalls between",
        target.address()
    ))
}

/// A refusal of the jump host, and not of the host behind it.
pub(crate) fn at_jump(jump: &SshTarget, mut fault: Fault) -> Fault {
    fault.fact = format!("at the jump host {}: {}", jump.nickname, fault.fact);
    fault
}

pub(crate) fn fingerprint_invalid(text: &str) -> Fault {
    Fault::usage("fingerprint-invalid", format!("`{}` is not a SHA256 fingerprint", foreign::clip(text, 100)))
        .help(
            "run `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the host and give its SHA256:... word",
        )
}

pub(crate) fn key_missing() -> Fault {
    Fault::usage("key-missing", "no private key and no SSH agent is given")
        .help("set SSH_PRIVATE_KEY to the text of the private key")
}

/// `which` is the number of the key and how many there are.
pub(crate) fn key_invalid(trouble: &KeyTrouble, which: (usize, usize)) -> Fault {
    let name = match which {
        (_, 1) => "the private key".to_owned(),
        (number, all) => format!("private key {number} of {all}"),
    };
    let (fact, help) = match trouble {
        KeyTrouble::Public => (
            "is a public key".to_owned(),
            "give the other file, the one without .pub, from its BEGIN to its END line",
        ),
        KeyTrouble::FileName => {
            ("is the name of a file".to_owned(), "give the text of the key, not where it is")
        }
        KeyTrouble::NotAKey(count) => (
            format!("is not a key: {count} characters without a BEGIN ... PRIVATE KEY line"),
            "give the whole file, from its BEGIN to its END line",
        ),
        KeyTrouble::CutOff => (
            "is cut off: it has a BEGIN line and no END line".to_owned(),
            "give the whole file, from its BEGIN to its END line",
        ),
        KeyTrouble::Damaged(why) => {
            (format!("is damaged: {why}"), "copy the key again; `ssh-keygen -y -f FILE` reads a good one")
        }
        KeyTrouble::Locked => (
            "is encrypted, and no passphrase is given".to_owned(),
            "set SHIPLANE_SSH_PASSPHRASE, from a secret of its own",
        ),
        KeyTrouble::WrongPassphrase => (
            "is encrypted, and the passphrase does not open it".to_owned(),
            "compare the passphrase with `ssh-keygen -y -f FILE`",
        ),
        KeyTrouble::Unsupported(kind) => (
            format!("is of a kind that is not read: {kind}"),
            "run `ssh-keygen -p -f FILE` to rewrite it, or make one with `ssh-keygen -t ed25519`",
        ),
    };
    let code = match trouble {
        KeyTrouble::Locked => "passphrase-missing",
        KeyTrouble::WrongPassphrase => "passphrase-wrong",
        KeyTrouble::Public
        | KeyTrouble::FileName
        | KeyTrouble::NotAKey(_)
        | KeyTrouble::CutOff
        | KeyTrouble::Damaged(_)
        | KeyTrouble::Unsupported(_) => "key-invalid",
    };
    Fault::usage(code, format!("{name} {fact}")).help(help)
}

pub(crate) fn passphrase_missing(files: &[String], given: bool) -> Fault {
    let (files, why) =
        (files.join(", "), if given { "the passphrase does not open it" } else { "no passphrase is given" });
    Fault::usage("passphrase-missing", format!("the only key there is, {files}, is encrypted, and {why}"))
        .help("set SHIPLANE_SSH_PASSPHRASE, start an SSH agent that holds the key, or set SSH_PRIVATE_KEY")
}

pub(crate) fn host_unresolved(target: &SshTarget, why: &str) -> Fault {
    Fault::could_not("host-unresolved", format!("the name {} has no address: {why}", target.host))
        .help("check the name, and that this machine can resolve it")
}

/// `why` tells refused, timeout, reset and no route apart, with the addresses tried.
pub(crate) fn host_unreachable(target: &SshTarget, why: &str) -> Fault {
    Fault::could_not("host-unreachable", format!("{} cannot be reached: {why}", target.nickname))
        .help(format!("check address and port ({}), sshd, and the firewalls between", target.address()))
}

pub(crate) fn host_not_ssh(target: &SshTarget, said: &[u8]) -> Fault {
    let said = foreign::clip(&foreign::one_line(&String::from_utf8_lossy(said)), 80);
    Fault::could_not("host-not-ssh", format!("{} does not speak SSH: it said `{said}`", target.address()))
        .help("check the port: something else listens there")
}

pub(crate) fn host_incompatible(target: &SshTarget, why: &str) -> Fault {
    Fault::could_not(
        "host-incompatible",
        format!("{} and this client agree on no way to talk: {why}", target.address()),
    )
    .help("update OpenSSH on the host; an ed25519 host key is always understood")
}

pub(crate) fn host_key_unknown(target: &SshTarget, key: &HostKey, notes: &[String]) -> Fault {
    let notes = match notes {
        [] => String::new(),
        notes => format!(" ({})", foreign::clip(&notes.join("; "), 200)),
    };
    let mut fault = Fault::could_not(
        "host-key-unknown",
        format!("{} is not known; it offers {}{notes}", target.address(), shown(key)),
    );
    // Set as it is: `help()` clips at a length that an RSA line passes, and a cut key is of no use.
    fault.help = Some(format!(
        "compare the fingerprint on the host itself (`ssh-keygen -lf /etc/ssh/ssh_host_{}_key.pub`), \
         then add this line to known_hosts: {}",
        file_kind(key),
        key.line(&target.host, target.port)
    ));
    fault
}

pub(crate) fn host_key_changed(target: &SshTarget, key: &HostKey, known: &[KnownKey]) -> Fault {
    let known: Vec<String> =
        known.iter().map(|known| format!("{} ({})", shown(&known.key), known.at)).collect();
    Fault::could_not(
        "host-key-changed",
        format!("{} offers {}, but is known by {}", target.address(), shown(key), known.join(", ")),
    )
    .help("find out why the key changed before anything else; then replace the line named here")
}

pub(crate) fn pins_missed(target: &SshTarget, offered: &[HostKey], pins: usize) -> Fault {
    let offered: Vec<String> = offered.iter().map(shown).collect();
    Fault::could_not(
        "host-key-changed",
        format!("{} offers {}: none of {pins} pinned", target.address(), offered.join(", ")),
    )
    .help("find out why before anything else; then pin the fingerprint that the host itself shows")
}

pub(crate) fn host_key_revoked(target: &SshTarget, key: &HostKey, at: &str) -> Fault {
    Fault::could_not(
        "host-key-revoked",
        format!("{} offers {}, which is revoked ({at})", target.address(), shown(key)),
    )
    .help("give the host a new key: `ssh-keygen -A` after removing the old one")
}

/// What was offered to the server, and what it answered.
pub(crate) struct Refusal {
    pub(crate) offered: Vec<String>,
    pub(crate) accepts: Vec<String>,
    pub(crate) note: Option<String>,
}

pub(crate) fn auth_refused(target: &SshTarget, refusal: &Refusal) -> Fault {
    let offered = match refusal.offered.as_slice() {
        [] => "no key was offered".to_owned(),
        keys => format!("offered {}", keys.join(", ")),
    };
    let accepts = match refusal.accepts.as_slice() {
        [] => String::new(),
        methods => format!("; it would accept {}", methods.join(", ")),
    };
    let note = refusal.note.as_ref().map(|note| format!("; {note}")).unwrap_or_default();
    Fault::could_not(
        "auth-refused",
        format!("{} refused user {}: {offered}{accepts}{note}", target.address(), target.user),
    )
    .help(format!(
        "add the public key to ~{}/.ssh/authorized_keys on the host, and check that file's mode",
        target.user
    ))
}

pub(crate) fn certificate_invalid(why: &str) -> Fault {
    Fault::usage("certificate-invalid", format!("the SSH certificate cannot be read: {why}"))
        .help("give the text of the -cert.pub file that ssh-keygen -s wrote")
}

pub(crate) fn certificate_of_another_key(certificate: &Certificate) -> Fault {
    let id = certificate.key_id();
    Fault::usage("certificate-mismatch", format!("the SSH certificate `{id}` belongs to none of the keys"))
        .help("give the certificate and the private key of the same pair")
}

pub(crate) fn agent_unreachable(path: &str, why: &str) -> Fault {
    Fault::could_not("agent-unreachable", format!("the SSH agent at {path} does not answer: {why}"))
        .help("start it again, or give a private key")
}

pub(crate) fn connection_lost(name: &str, why: &str) -> Fault {
    Fault::could_not("connection-lost", format!("the connection to {name} broke: {why}"))
        .help("run it again; what was started on the host may still run there")
}

pub(crate) fn session_refused(name: &str, why: &str) -> Fault {
    Fault::could_not("session-refused", format!("{name} started no command: {why}"))
        .help("check MaxSessions, ForceCommand and the user's rights in the host's sshd_config")
}

pub(crate) fn host_disk_full(name: &str, room: u64, needed: u64) -> Fault {
    Fault::could_not(
        "host-disk-full",
        format!("the disk of {name} is full: {room} KiB free of {needed} needed"),
    )
    .help("make room where the user's home is; nothing was left behind there")
}

pub(crate) fn worker_failed(name: &str, why: &str) -> Fault {
    Fault::could_not("worker-upload-failed", format!("the worker did not get to {name}: {why}"))
        .help("check that the user may write ~/.cache on the host; nothing was left behind there")
}

pub(crate) fn worker_arch(name: &str, ours: &str, theirs: &str) -> Fault {
    Fault::could_not("worker-arch", format!("{name} runs {theirs}, and this binary is built for {ours}"))
        .help("give the binary that is built for the host's architecture")
}

pub(crate) fn worker_noexec(name: &str, path: &str, why: &str) -> Fault {
    Fault::could_not("worker-noexec", format!("{name} does not let {path} run: {why}"))
        .help("mount the user's home without noexec, or check the host's security policy")
}

pub(crate) fn worker_mute(name: &str, why: &str) -> Fault {
    Fault::could_not("worker-mute", format!("the worker on {name} does not answer: {why}"))
        .help("use the statically linked binary of the release, which needs nothing from the host")
}

/// The type and fingerprint of a key, as people compare them.
fn shown(key: &HostKey) -> String {
    format!("{} {}", key.algorithm(), key.fingerprint())
}

/// The middle of the file name that sshd keeps such a key under.
fn file_kind(key: &HostKey) -> &'static str {
    match key.algorithm() {
        "ssh-ed25519" => "ed25519",
        "ssh-rsa" => "rsa",
        _ => "ecdsa",
    }
}

pub(crate) fn run_cut_off(name: &str, run: &str) -> Fault {
    Fault::could_not("run-cut-off", format!("run {run} on {name} was cut off and has not said how it ended"))
        .help("look at the host: it may have restarted; `rollback to` brings the last good release back")
}

pub(crate) fn worker_refused(name: &str, why: &str) -> Fault {
    Fault::could_not("worker-failed", format!("the worker on {name} could not do it: {why}"))
        .help("look at the directory that is named here, as the deploying user on the host")
}
