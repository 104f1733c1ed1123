//! Reason codes are found where they are made, with their help, in the group of their tool.

use xtask::reasons::{gather, markdown};

const SOURCE: &str = r#"
    let help = "make it
        \
        smaller";
    Finding::fail("too-large", format!("{size} bytes")).help(help);
    Fault::usage("host-missing", fact)
        .help("name it with --host {name}, or an --environment with hosts");
    Finding::warning("too-large", fact);
    Finding::ok("fine", fact);
    Finding::fail(code, fact).help("a code that is no literal");
    Fault::could_not("disk-full", fact).help(format!("free {room} on {path} | or <move>"));
"#;

#[test]
fn codes_are_grouped_with_their_kinds_and_helps() {
    let sources =
        [("crates/smoke-check/src/a.rs", SOURCE.to_owned()), ("crates/other/src/b.rs", SOURCE.to_owned())];
    let groups = gather(sources.into_iter());
    let (name, smoke) = &groups[2];
    assert_eq!(*name, "smoke-check");
    assert_eq!(smoke.keys().collect::<Vec<_>>(), ["disk-full", "host-missing", "too-large"]);
    assert_eq!(smoke["too-large"].kinds, ["fail", "warning"]);
    assert_eq!(smoke["host-missing"].helps, ["name it with --host {name}, or an --environment with hosts"]);
    let text = markdown(&groups);
    assert!(text.contains("<summary>smoke-check: 3 codes</summary>"), "{text}");
    assert!(
        text.contains("<a id=\"host-missing\"></a>`host-missing` | usage | name it with --host …, or"),
        "{text}"
    );
    assert!(text.contains("free … on … \\| or &lt;move>"), "{text}");
    assert!(text.contains("<summary>every tool: 3 codes</summary>"), "{text}");
}
