//! Private keys as secrets deliver them. The keys are made by `ssh-keygen` for each test.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shiplane_core::exit::Exit;
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;
use shiplane_remote::Credentials;
use shiplane_remote::keys::repair;
use shiplane_testkit::need::need;
use shiplane_testkit::process::Run;
use shiplane_testkit::sshd::Sshd;
use tempfile::TempDir;

/// Type, format and passphrase of a key.
type Kind = (&'static str, &'static str, &'static str);

const KINDS: [Kind; 7] = [
    ("ed25519", "RFC4716", ""),
    ("rsa", "RFC4716", ""),
    ("rsa", "PEM", ""),
    ("ecdsa", "PEM", ""),
    ("rsa", "PKCS8", ""),
    ("ecdsa", "PKCS8", ""),
    ("ed25519", "RFC4716", "open sesame"),
];

fn make(dir: &Path, (kind, format, passphrase): Kind) -> String {
    let file = dir.join(format!("{kind}-{format}-{}", passphrase.len()));
    let make = Run::new("ssh-keygen").args(["-q", "-t", kind, "-m", format, "-N", passphrase, "-f"]);
    make.arg(&file).ok().expect("make a key");
    std::fs::read_to_string(file).expect("read the key")
}

fn ground(test: &str) -> Option<TempDir> {
    need(test, Sshd::available())?;
    Some(tempfile::tempdir().expect("a folder"))
}

fn check(text: &str, passphrase: Option<&str>) -> Result<(), Fault> {
    let passphrase = passphrase.map(Secret::new);
    let credentials = Credentials { keys: vec![Secret::new(text)], passphrase, ..Credentials::default() };
    credentials.check().map_err(|error| error.downcast().expect("a fault"))
}

fn trouble(text: &str, passphrase: Option<&str>) -> String {
    let fault = check(text, passphrase).expect_err("a refusal");
    let code = match fault.fact.split_once("is encrypted, and ") {
        Some((_, "no passphrase is given")) => "passphrase-missing",
        Some(_) => "passphrase-wrong",
        None => "key-invalid",
    };
    assert_eq!((fault.code, fault.exit), (code, Exit::Usage));
    fault.fact
}

/// The same key after each of the ways it gets bent on.
fn bent(text: &str) -> Vec<(&'static str, String)> {
    let trimmed = text.trim_end();
    let indented: String = text.lines().map(|line| format!("    {line}\n")).collect();
    vec![
        ("as it is", text.to_owned()),
        ("CRLF", text.replace('\n', "\r\n")),
        ("no last newline", trimmed.to_owned()),
        ("indented", indented),
        ("escaped newlines", trimmed.replace('\n', "\\n")),
        ("escaped CRLF", trimmed.replace('\n', "\\r\\n")),
        ("one line", trimmed.replace('\n', " ")),
        ("one line without blanks", trimmed.replace('\n', "")),
        ("quoted", format!("\"{trimmed}\"")),
        ("byte order mark", format!("\u{feff}{text}")),
        ("words around it", format!("my key:\n{text}\nend\n")),
        ("base64", STANDARD.encode(text)),
        ("doubled newlines", text.replace('\n', "\n\n")),
    ]
}

#[test]
fn every_format_is_read_after_every_damage() {
    let Some(dir) = ground("every_format_is_read_after_every_damage") else { return };
    for kind in KINDS {
        let text = make(dir.path(), kind);
        for (damage, bent) in bent(&text) {
            let passphrase = Some(kind.2).filter(|text| !text.is_empty());
            check(&bent, passphrase).unwrap_or_else(|fault| panic!("{kind:?}, {damage}: {fault}"));
        }
    }
}

#[test]
fn a_repaired_key_is_the_text_that_ssh_keygen_wrote() {
    let Some(dir) = ground("a_repaired_key_is_the_text_that_ssh_keygen_wrote") else { return };
    let text = make(dir.path(), ("rsa", "PEM", ""));
    for (damage, bent) in bent(&text) {
        let repaired = repair(&bent).unwrap_or_else(|trouble| panic!("{damage}: {trouble:?}"));
        assert_eq!(repaired.text().expose(), text, "{damage}");
    }
}

#[test]
fn a_passphrase_that_is_not_needed_does_no_harm() {
    let Some(dir) = ground("a_passphrase_that_is_not_needed_does_no_harm") else { return };
    for kind in KINDS.iter().filter(|kind| kind.2.is_empty()) {
        check(&make(dir.path(), *kind), Some("unused")).unwrap_or_else(|fault| panic!("{kind:?}: {fault}"));
    }
}

#[test]
fn an_encrypted_key_asks_for_its_passphrase_and_knows_a_wrong_one() {
    let Some(dir) = ground("an_encrypted_key_asks_for_its_passphrase_and_knows_a_wrong_one") else { return };
    for format in ["RFC4716", "PEM", "PKCS8"] {
        let text = make(dir.path(), ("rsa", format, "open sesame"));
        assert_eq!(
            trouble(&text, None),
            "the private key is encrypted, and no passphrase is given",
            "{format}"
        );
        let wrong = "the private key is encrypted, and the passphrase does not open it";
        assert_eq!(trouble(&text, Some("wrong")), wrong, "{format}");
        check(&text, Some("open sesame")).unwrap_or_else(|fault| panic!("{format}: {fault}"));
    }
}

#[test]
fn what_is_not_a_private_key_is_told_apart() {
    let Some(dir) = ground("what_is_not_a_private_key_is_told_apart") else { return };
    let text = make(dir.path(), ("ed25519", "RFC4716", ""));
    let public =
        std::fs::read_to_string(dir.path().join("ed25519-RFC4716-0.pub")).expect("read the public key");
    assert_eq!(trouble(&public, None), "the private key is a public key");
    assert_eq!(
        trouble("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", None),
        "the private key is a public key"
    );
    assert_eq!(trouble("~/.ssh/id_ed25519", None), "the private key is the name of a file");
    assert!(trouble("hunter2", None).contains("is not a key: 7 characters"));
    let half: String = text.chars().take(text.len() / 2).collect();
    assert_eq!(trouble(&half, None), "the private key is cut off: it has a BEGIN line and no END line");
    let lines: Vec<&str> = text.lines().collect();
    let masked = text.replacen(lines[1], &format!("***{}", &lines[1][3..]), 1);
    assert_eq!(trouble(&masked, None), "the private key is damaged: 3 characters in it belong to no key");
    let gap = [&lines[..2], &lines[3..]].concat().join("\n");
    assert!(trouble(&gap, None).starts_with("the private key is damaged: "));
}

#[test]
fn the_number_of_the_key_is_named_when_there_are_several() {
    let Some(dir) = ground("the_number_of_the_key_is_named_when_there_are_several") else { return };
    let good = Secret::new(make(dir.path(), ("ed25519", "RFC4716", "")));
    let keys = vec![good, Secret::new(" \n"), Secret::new("hunter2")];
    let error = Credentials { keys, ..Credentials::default() }.check().expect_err("a refusal");
    assert!(error.to_string().starts_with("private key 2 of 2 is not a key"), "{error}");
}

#[test]
fn nothing_of_a_key_is_in_an_error_or_in_debug() {
    let text = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0c2VjcmV0\n-----END OPENSSH PRIVATE KEY-----";
    let credentials = Credentials {
        keys: vec![Secret::new(text)],
        passphrase: Some(Secret::new("open sesame")),
        ..Credentials::default()
    };
    let error = credentials.check().expect_err("a refusal");
    let shown = format!("{error:?} {error:#} {credentials:?}");
    for secret in ["c2VjcmV0", "secret", "sesame"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn no_key_and_no_agent_is_a_usage_error() {
    let error =
        Credentials { keys: vec![Secret::new("")], ..Credentials::default() }.check().expect_err("a refusal");
    let fault: Fault = error.downcast().expect("a fault");
    assert_eq!((fault.code, fault.exit), ("key-missing", Exit::Usage));
}
