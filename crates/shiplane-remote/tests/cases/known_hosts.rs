//! known_hosts lines, read as ssh reads them. The hashed names were made by `ssh-keygen -H`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shiplane_remote::KnownHostsFile;
use shiplane_remote::known_hosts::{HostKey, KnownHosts, Verdict};

const ONE: &str = "AAAAC3NzaC1lZDI1NTE5AAAAILJSgSn6dPsrxArROqVQKgjigSSDnYR1taHSkPtjGQHO";
const OTHER: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIE9z7NtwiQni/KbtcNY5rugY4ctN1UK5sDnEMGa3ZB3W";
const ECDSA: &str = "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBCeGAWMg5YKDpJdXIiq2\
                     +CUJ8SyJVf7rWJAe4qKhroI2GfFj7r4c3yuW1AZMR7lFiC1xZjyuCHfAYNugkOmcXyI=";

fn known(text: &str) -> KnownHosts {
    KnownHosts::parse(&[KnownHostsFile { name: "file".to_owned(), text: text.to_owned() }])
}

fn key(base64: &str) -> HostKey {
    HostKey::from_blob(STANDARD.decode(base64).expect("base64")).expect("a key")
}

fn judge(hosts: &str, host: &str, port: u16) -> Verdict {
    known(&format!("{hosts} ssh-ed25519 {ONE} a comment")).judge(host, port, &key(ONE))
}

fn found() -> Verdict {
    Verdict::Match { at: "file line 1".to_owned() }
}

#[test]
fn a_name_in_a_list_is_found_whatever_its_case() {
    assert_eq!(judge("web.example.org", "web.example.org", 22), found());
    assert_eq!(judge("a.example.org,WEB.example.org,203.0.113.10", "web.Example.org", 22), found());
    assert_eq!(judge("web.example.org", "example.org", 22), Verdict::Unknown);
    assert_eq!(judge("web.example.org", "web.example.org.evil.example", 22), Verdict::Unknown);
}

#[test]
fn a_port_of_its_own_is_part_of_the_name() {
    assert_eq!(judge("[web.example.org]:2222", "web.example.org", 2222), found());
    assert_eq!(judge("[web.example.org]:2222", "web.example.org", 22), Verdict::Unknown);
    assert_eq!(judge("[web.example.org]:2222", "web.example.org", 2223), Verdict::Unknown);
    assert_eq!(judge("[2001:db8::1]:2222", "2001:db8::1", 2222), found());
    assert_eq!(judge("2001:db8::1", "2001:db8::1", 22), found());
}

#[test]
fn the_same_key_under_the_bare_name_is_enough_and_another_one_says_nothing() {
    assert_eq!(judge("web.example.org", "web.example.org", 2222), found());
    let other = known(&format!("web.example.org ssh-ed25519 {OTHER}"));
    assert_eq!(other.judge("web.example.org", 2222, &key(ONE)), Verdict::Unknown);
}

#[test]
fn stars_and_question_marks_stand_for_characters() {
    assert_eq!(judge("*.example.org", "web.example.org", 22), found());
    assert_eq!(judge("*.example.org", "example.org", 22), Verdict::Unknown);
    assert_eq!(judge("web?.example.org", "web1.example.org", 22), found());
    assert_eq!(judge("web?.example.org", "web.example.org", 22), Verdict::Unknown);
    assert_eq!(judge("*a*b*c", "xxaxxbxxbxc", 22), found());
    assert_eq!(judge("*a*b*c", "xxaxxbxxbx", 22), Verdict::Unknown);
    assert_eq!(judge("*", "web.example.org", 2222), found());
}

#[test]
fn a_negated_pattern_takes_its_hosts_out_wherever_it_stands() {
    assert_eq!(judge("*.example.org,!db.example.org", "web.example.org", 22), found());
    assert_eq!(judge("*.example.org,!db.example.org", "db.example.org", 22), Verdict::Unknown);
    assert_eq!(judge("!db.example.org,*.example.org", "db.example.org", 22), Verdict::Unknown);
    assert_eq!(judge("!db.example.org", "web.example.org", 22), Verdict::Unknown);
}

#[test]
fn hashed_names_are_found() {
    let bare = "|1|/xg3lb4SAtJKkpv8LnS2j5MZws0=|qp8RJJyDUCUut7k5NCV92i6G2ks=";
    assert_eq!(judge(bare, "WEB.example.org", 22), found());
    assert_eq!(judge(bare, "db.example.org", 22), Verdict::Unknown);
    let port = "|1|utEtfTE08xSeppKFUyruTWCJoys=|yG4AkvQK1iKtBCUipE0IsnwYvj8=";
    assert_eq!(judge(port, "web.example.org", 2222), found());
    assert_eq!(judge(port, "web.example.org", 22), Verdict::Unknown);
}

#[test]
fn another_key_is_a_change_and_names_line_and_fingerprint() {
    let verdict = known(&format!("# a note\n\nweb ssh-ed25519 {OTHER}\n")).judge("web", 22, &key(ONE));
    let Verdict::Changed(keys) = verdict else { panic!("{verdict:?}") };
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].at, "file line 3");
    assert_eq!(keys[0].key.fingerprint(), "SHA256:0pbYkonNvcW1qTKQ892klQddVg6PKkBTvkSuf7JlErA");
}

#[test]
fn one_of_several_keys_is_enough() {
    let text = format!("web ssh-ed25519 {OTHER}\nweb ecdsa-sha2-nistp256 {ECDSA}\nweb ssh-ed25519 {ONE}\n");
    assert_eq!(known(&text).judge("web", 22, &key(ONE)), Verdict::Match { at: "file line 3".to_owned() });
    assert_eq!(known(&text).algorithms("web", 22), ["ssh-ed25519", "ecdsa-sha2-nistp256"]);
}

#[test]
fn a_revoked_key_is_refused_even_when_another_line_accepts_it() {
    let text = format!("web ssh-ed25519 {ONE}\n@revoked * ssh-ed25519 {ONE}\n");
    assert_eq!(known(&text).judge("web", 22, &key(ONE)), Verdict::Revoked { at: "file line 2".to_owned() });
    assert_eq!(known(&text).judge("web", 2222, &key(ONE)), Verdict::Revoked { at: "file line 2".to_owned() });
    let elsewhere = format!("web ssh-ed25519 {ONE}\n@revoked db ssh-ed25519 {ONE}\n");
    assert_eq!(known(&elsewhere).judge("web", 22, &key(ONE)), found());
}

#[test]
fn a_revoked_line_does_not_make_its_host_known() {
    let text = format!("@revoked web ssh-ed25519 {OTHER}\n");
    assert_eq!(known(&text).judge("web", 22, &key(ONE)), Verdict::Unknown);
    assert!(known(&text).algorithms("web", 22).is_empty());
}

#[test]
fn a_bad_line_is_noted_and_hides_nothing() {
    let bad = [
        "web".to_owned(),
        "web ssh-ed25519".to_owned(),
        "web ssh-ed25519 not*base64".to_owned(),
        "web ssh-ed25519 AAAA".to_owned(),
        format!("web ssh-rsa {ONE}"),
        format!("|1|broken ssh-ed25519 {OTHER}"),
        format!("|2|a|b ssh-ed25519 {OTHER}"),
        format!("@cert-authority * ssh-ed25519 {OTHER}"),
        format!("@strange web ssh-ed25519 {OTHER}"),
    ];
    let read = known(&format!("{}\r\nweb ssh-ed25519 {ONE}\r\n", bad.join("\r\n")));
    assert_eq!(read.judge("web", 22, &key(ONE)), Verdict::Match { at: "file line 10".to_owned() });
    assert_eq!(read.notes().len(), bad.len(), "{:?}", read.notes());
    assert_eq!(read.notes()[7], "file line 8: @cert-authority is not used");
}

#[test]
fn fingerprint_and_line_are_those_of_ssh_keygen() {
    let key = key(ECDSA);
    assert_eq!(key.fingerprint(), "SHA256:FYWotV0jtFFmF1puIC7vhhZf/V9QKS/gdMplmiO2cjg");
    assert_eq!(key.line("Web", 22), format!("web ecdsa-sha2-nistp256 {ECDSA}"));
    assert_eq!(key.line("2001:db8::1", 2222), format!("[2001:db8::1]:2222 ecdsa-sha2-nistp256 {ECDSA}"));
    assert_eq!(known(&key.line("web", 2222)).judge("web", 2222, &key), found());
}
