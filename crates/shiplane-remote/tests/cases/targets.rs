//! Where to go, as people write it.

use shiplane_core::exit::Exit;
use shiplane_remote::{Defaults, SshTarget, Target};

fn read(text: &str) -> SshTarget {
    let defaults = Defaults { user: Some("ci"), port: None };
    match Target::parse(text, defaults).expect("a target") {
        Target::Ssh(ssh) => ssh,
        Target::Local => panic!("{text} is local"),
    }
}

fn parts(text: &str) -> (String, String, u16) {
    let ssh = read(text);
    (ssh.user, ssh.host, ssh.port)
}

fn expect(user: &str, host: &str, port: u16) -> (String, String, u16) {
    (user.to_owned(), host.to_owned(), port)
}

#[test]
fn user_host_and_port_are_read_apart() {
    assert_eq!(parts("deploy@203.0.113.10:2222"), expect("deploy", "203.0.113.10", 2222));
    assert_eq!(parts("deploy@web.example.org"), expect("deploy", "web.example.org", 22));
    assert_eq!(parts("web.example.org"), expect("ci", "web.example.org", 22));
    assert_eq!(parts("ssh://deploy@web.example.org:2222/"), expect("deploy", "web.example.org", 2222));
}

#[test]
fn an_ipv6_address_keeps_its_colons() {
    assert_eq!(parts("deploy@[2001:db8::1]:2222"), expect("deploy", "2001:db8::1", 2222));
    assert_eq!(parts("[2001:db8::1]"), expect("ci", "2001:db8::1", 22));
    assert_eq!(parts("2001:db8::1"), expect("ci", "2001:db8::1", 22));
    assert_eq!(read("[2001:db8::1]:2222").address(), "[2001:db8::1]:2222");
}

#[test]
fn blanks_around_a_secret_and_capitals_do_not_matter() {
    assert_eq!(parts(" Deploy@WEB.Example.org \n"), expect("Deploy", "web.example.org", 22));
}

#[test]
fn settings_beside_the_host_fill_what_it_leaves_out_and_nothing_else() {
    let defaults = Defaults { user: Some("ci"), port: Some(2200) };
    let both = |text| Target::parse(text, defaults).expect("a target").to_string();
    assert_eq!(both("web"), "ci@web:2200");
    assert_eq!(both("deploy@web:2222"), "deploy@web:2222");
}

#[test]
fn local_needs_no_user() {
    assert_eq!(Target::parse("local", Defaults::default()), Ok(Target::Local));
}

#[test]
fn what_is_no_host_is_a_usage_error() {
    let bad = [
        "",
        "@web",
        "deploy@",
        "web:",
        "web:0",
        "web:65536",
        "web:+22",
        "web:22x",
        "[2001:db8::1",
        "[::1]x",
        "http://web.example.org",
        "web example",
        "-oProxyCommand=x",
        "a b@web",
        "web/path",
    ];
    for text in bad {
        let fault = Target::parse(text, Defaults::default()).expect_err(text);
        assert_eq!((fault.code, fault.exit), ("host-invalid", Exit::Usage), "{text}: {fault}");
        assert!(fault.help.is_some(), "{text}");
    }
}

#[test]
fn a_host_without_a_user_says_so() {
    let fault = Target::parse("web", Defaults::default()).expect_err("no user");
    assert_eq!(fault.fact, "`web` names no user");
}
