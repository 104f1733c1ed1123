//! Nobody is logged in to a host that is not proven.

use shiplane_core::exit::Exit;
use shiplane_remote::{HostKeys, Trust, TrustedBy, connect};
use shiplane_testkit::process::Run;
use shiplane_testkit::sshd::{KeyKind, Sshd, SshdOptions};

use super::ground::{credentials, fault, known, known_as, limits, sshd, target};

async fn judged(sshd: &Sshd, host_keys: &HostKeys) -> anyhow::Result<shiplane_remote::Host> {
    connect(&target(sshd), &credentials(sshd.client_key()), host_keys, &limits()).await
}

fn with_types(kinds: &[KeyKind]) -> SshdOptions {
    SshdOptions { host_keys: kinds.to_vec(), ..SshdOptions::default() }
}

fn pinned(fingerprint: &str) -> HostKeys {
    HostKeys { fingerprints: vec![fingerprint.to_owned()], ..HostKeys::default() }
}

fn connections(sshd: &Sshd) -> usize {
    sshd.log().matches("Connection from").count()
}

#[tokio::test]
async fn an_unknown_key_is_refused_with_fingerprint_and_line() {
    let Some(sshd) = sshd("unknown key", &SshdOptions::default()) else { return };
    let before = connections(&sshd);
    let fault = fault(judged(&sshd, &HostKeys::default()).await);
    assert_eq!((fault.code, fault.exit), ("host-key-unknown", Exit::CouldNot));
    assert!(fault.fact.contains("ssh-ed25519"), "{fault}");
    assert!(fault.fact.contains(sshd.host_keys()[0].fingerprint()), "{fault}");
    let line = sshd.host_keys()[0].public_line().rsplit_once(' ').expect("a comment").0.to_owned();
    let help = fault.help.expect("help");
    assert!(help.contains(&format!("[127.0.0.1]:{} {line}", sshd.port())), "{help}");
    assert!(!sshd.log().contains("Accepted"), "somebody was logged in");
    assert_eq!(connections(&sshd), before + 1, "a refused key is not tried again");
}

#[tokio::test]
async fn the_line_of_a_long_key_is_not_cut() {
    let Some(sshd) = sshd("long line", &with_types(&[KeyKind::Rsa])) else { return };
    let help = fault(judged(&sshd, &HostKeys::default()).await).help.expect("help");
    let line = help.rsplit_once("known_hosts: ").expect("a line").1;
    judged(&sshd, &known_as(line)).await.expect("known by the line that the refusal showed");
}

#[tokio::test]
async fn a_changed_key_is_refused_with_line_and_both_fingerprints() {
    let Some(sshd) = sshd("changed key", &SshdOptions::default()) else { return };
    let stranger = sshd.client_key();
    let text = format!("# note\n[127.0.0.1]:{} {}\n", sshd.port(), stranger.public_line());
    for trust in [Trust::Known, Trust::FirstUse] {
        let fault = fault(judged(&sshd, &HostKeys { trust, ..known_as(&text) }).await);
        assert_eq!(fault.code, "host-key-changed");
        for part in [sshd.host_keys()[0].fingerprint(), stranger.fingerprint(), "known_hosts line 2"] {
            assert!(fault.fact.contains(part), "{part}: {fault}");
        }
    }
}

#[tokio::test]
async fn a_revoked_key_is_refused_even_when_known_and_pinned() {
    let Some(sshd) = sshd("revoked key", &SshdOptions::default()) else { return };
    let text = format!("{}@revoked * {}\n", sshd.known_hosts(), sshd.host_keys()[0].public_line());
    let pins = vec![sshd.host_keys()[0].fingerprint().to_owned()];
    let fault = fault(judged(&sshd, &HostKeys { fingerprints: pins, ..known_as(&text) }).await);
    assert_eq!(fault.code, "host-key-revoked");
    assert!(fault.fact.contains("known_hosts line 2"), "{fault}");
}

#[tokio::test]
async fn a_hashed_name_is_known() {
    let Some(sshd) = sshd("hashed name", &SshdOptions::default()) else { return };
    let file = sshd.known_hosts_file();
    Run::new("ssh-keygen").args(["-q", "-H", "-f"]).arg(&file).ok().expect("hash the names");
    let text = std::fs::read_to_string(&file).expect("read known_hosts");
    assert!(text.starts_with("|1|"), "{text}");
    let host = judged(&sshd, &known_as(&text)).await.expect("connect");
    let identity = host.identity().expect("an identity");
    assert_eq!(identity.trusted_by, TrustedBy::KnownHosts { at: "known_hosts line 1".to_owned() });
}

#[tokio::test]
async fn a_host_with_several_keys_is_asked_for_the_one_that_is_known() {
    let Some(sshd) = sshd("several keys", &with_types(&[KeyKind::Ed25519, KeyKind::Ecdsa, KeyKind::Rsa]))
    else {
        return;
    };
    for key in sshd.host_keys() {
        let line = format!("[127.0.0.1]:{} {}\n", sshd.port(), key.public_line());
        let host = judged(&sshd, &known_as(&line)).await.expect("connect");
        assert_eq!(host.identity().expect("an identity").key.fingerprint(), key.fingerprint());
    }
}

#[tokio::test]
async fn a_pinned_fingerprint_is_found_whatever_its_key_type() {
    let Some(sshd) = sshd("pins", &with_types(&[KeyKind::Ed25519, KeyKind::Ecdsa, KeyKind::Rsa])) else {
        return;
    };
    for key in sshd.host_keys() {
        let host = judged(&sshd, &pinned(key.fingerprint())).await.expect("connect");
        let identity = host.identity().expect("an identity");
        assert_eq!(
            (&identity.trusted_by, identity.key.fingerprint()),
            (&TrustedBy::Fingerprint, key.fingerprint().to_owned())
        );
    }
    let line = format!("256 {} comment (ED25519)", sshd.host_keys()[0].fingerprint());
    judged(&sshd, &pinned(&line)).await.expect("the whole line of ssh-keygen -l is a pin too");
}

#[tokio::test]
async fn a_pin_that_misses_is_refused_with_every_key_that_was_offered() {
    let Some(sshd) = sshd("missed pin", &with_types(&[KeyKind::Ed25519, KeyKind::Rsa])) else { return };
    let pins = vec![sshd.client_key().fingerprint().to_owned()];
    let fault = fault(judged(&sshd, &HostKeys { fingerprints: pins, ..known(&sshd) }).await);
    assert_eq!(fault.code, "host-key-changed");
    for key in sshd.host_keys() {
        assert!(fault.fact.contains(key.fingerprint()), "{fault}");
    }
}

#[tokio::test]
async fn a_pin_that_is_no_fingerprint_is_a_usage_error() {
    let Some(sshd) = sshd("bad pin", &SshdOptions::default()) else { return };
    let before = connections(&sshd);
    for text in ["MD5:16:27:ac:a5:76:28:2d:36", "SHA256:short", "ssh-ed25519 AAAA"] {
        let fault = fault(judged(&sshd, &pinned(text)).await);
        assert_eq!((fault.code, fault.exit), ("fingerprint-invalid", Exit::Usage), "{text}");
    }
    assert_eq!(connections(&sshd), before, "nothing was contacted");
}

#[tokio::test]
async fn first_use_is_only_when_asked_for_and_hands_out_the_line_to_keep() {
    let Some(sshd) = sshd("first use", &SshdOptions::default()) else { return };
    let host =
        judged(&sshd, &HostKeys { trust: Trust::FirstUse, ..HostKeys::default() }).await.expect("connect");
    let identity = host.identity().expect("an identity").clone();
    assert_eq!(identity.trusted_by, TrustedBy::FirstUse);
    judged(&sshd, &known_as(&identity.line)).await.expect("known by the line that was handed out");
}
