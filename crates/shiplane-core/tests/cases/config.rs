//! The config file: what is read, and what an error in it says.

use std::time::Duration;

use shiplane_core::config::{ConfigError, Zero, parse, schema};
use shiplane_core::duration::Span;
use shiplane_core::exit::Exit;
use shiplane_core::gate::policy::{Conversations, RequiredCheck};

fn error(text: &str) -> ConfigError {
    match parse(text) {
        Ok(config) => panic!("read without an error: {config:?}"),
        Err(error) => error,
    }
}

/// The error as the reader sees it, with its help line.
fn shown(text: &str) -> String {
    let fault = error(text).into_fault("shiplane.yml");
    assert_eq!((fault.exit, fault.code), (Exit::Usage, "config"));
    fault.help.map_or(fault.fact.clone(), |help| format!("{} — {help}", fault.fact))
}

#[test]
fn a_whole_file_is_read() {
    let config = parse(
        "# a comment\nversion: 1\nproject: shop\nbranches:\n  main:\n    from: [develop, \"hotfix/*\"]\n    approvals: 2\n    \
         conversations: ignore\n  develop: { from: [\"feature/*\"], checks: [lint, \"test (sqlite, local)\"] }\nenvironments:\n  \
         production:\n    hosts: [\"deploy@203.0.113.10\"]\n    compose: docker-compose.yml\n    build-timeout: 15m\n\
         probes:\n  web: { http: \"http://{host}/health\", status: [200, 204], json: { /ok: true }, within: 2m }\n\
         changelog: { versions: [Cargo.toml], zero: strict }\n",
    )
    .unwrap();
    assert_eq!((config.version, config.project.as_deref()), (Some(1), Some("shop")));
    let main = &config.branches["main"];
    assert_eq!(main.from, ["develop", "hotfix/*"]);
    assert_eq!((main.approvals, main.conversations), (Some(2), Some(Conversations::Ignore)));
    assert_eq!(config.branches["develop"].checks, ["lint", "test (sqlite, local)"].map(RequiredCheck::named));
    let production = &config.environments["production"];
    assert_eq!(production.compose.0, ["docker-compose.yml"]);
    assert_eq!(production.build_timeout, Some(Span(Duration::from_secs(900))));
    let web = &config.probes["web"];
    let codes: Vec<u16> = web.status.0.iter().map(|range| range.first).collect();
    assert_eq!((codes.as_slice(), web.json["/ok"].as_str()), (&[200, 204][..], "true"));
    assert_eq!(config.changelog.zero, Some(Zero::Strict));
}

#[test]
fn nothing_is_a_file_of_defaults() {
    for text in
        ["", "\n\n", "# only a comment\n", "---\n", "---\n# nothing\n", "~", "\u{feff}", "\u{feff}# x\n"]
    {
        assert_eq!(
            parse(text).unwrap(),
            parse("version: 1").map(|it| shiplane_core::config::Config { version: None, ..it }).unwrap(),
            "{text:?}"
        );
    }
}

#[test]
fn a_section_without_content_is_like_no_section() {
    assert!(parse("branches:\nproject: shop\n").unwrap().branches.is_empty());
    assert!(parse("branches:\n  main:\n").unwrap().branches["main"].from.is_empty());
    assert!(parse("branches: { main: { from: } }\n").unwrap().branches["main"].from.is_empty());
    assert!(
        parse("environments: { production: { compose: , command: } }\n").unwrap().environments["production"]
            .compose
            .0
            .is_empty()
    );
}

#[test]
fn an_unknown_key_is_named_with_line_column_path_and_the_nearest_key() {
    assert_eq!(
        shown("branches:\n  main:\n    aprovals: 2\n"),
        "shiplane.yml:3:5: branches.main: unknown key `aprovals` — did you mean `approvals`?"
    );
    assert_eq!(shown("projekt: shop"), "shiplane.yml:1:1: unknown key `projekt` — did you mean `project`?");
    assert_eq!(
        shown("probes: { web: { version: { xyzzy: 1 } } }"),
        "shiplane.yml:1:29: probes.web.version: unknown key `xyzzy` — known here: `json`, `header`, `text`"
    );
}

/// What stands in the file, and what is said of it.
const WRONG_TYPES: &[(&str, &str)] = &[
    (
        "branches:\n  main: { approvals: two }",
        "shiplane.yml:2:22: branches.main.approvals: expected a whole number from 0 to 255, found the text `two`",
    ),
    (
        "branches: { main: { approvals: \"2\" } }",
        "shiplane.yml:1:32: branches.main.approvals: expected a whole number from 0 to 255, found the text `2`",
    ),
    (
        "branches: { main: { approvals: 300 } }",
        "shiplane.yml:1:32: branches.main.approvals: expected a whole number from 0 to 255, found `300`",
    ),
    (
        "branches: { main: { approvals: -1 } }",
        "shiplane.yml:1:32: branches.main.approvals: expected a whole number from 0 to 255, found `-1`",
    ),
    (
        "branches: { main: { approvals: 1.5 } }",
        "shiplane.yml:1:32: branches.main.approvals: expected a whole number from 0 to 255, found `1.5`",
    ),
    (
        "branches: { main: { approvals: [1] } }",
        "shiplane.yml:1:32: branches.main.approvals: expected a whole number from 0 to 255, found a list",
    ),
    (
        "branches: { main: { forks: maybe } }",
        "shiplane.yml:1:28: branches.main.forks: expected true or false, found the text `maybe`",
    ),
    (
        "branches: { main: { from: develop } }",
        "shiplane.yml:1:27: branches.main.from: expected a list, found the text `develop`",
    ),
    (
        "branches: { main: { from: [a, [b]] } }",
        "shiplane.yml:1:31: branches.main.from[1]: expected a text, found a list",
    ),
    ("branches: [main]", "shiplane.yml:1:11: branches: expected keys with values, found a list"),
    ("branches: main", "shiplane.yml:1:11: branches: expected keys with values, found the text `main`"),
    (
        "branches: { main: yes }",
        "shiplane.yml:1:19: branches.main: expected keys with values, found the text `yes`",
    ),
    ("- a\n- b\n", "shiplane.yml:1:1: expected keys with values, found a list"),
    ("just text", "shiplane.yml:1:1: expected keys with values, found the text `just text`"),
    ("project: { a: b }", "shiplane.yml:1:10: project: expected a text, found keys with values"),
    (
        "probes: { web: { status: [200, ok] } }",
        "shiplane.yml:1:32: probes.web.status[1]: `ok` is not a status; write a code such as 204 or a range such as 200-299",
    ),
    (
        "probes: { web: { status: true } }",
        "shiplane.yml:1:26: probes.web.status: expected a value or a list of values, found `true`",
    ),
    (
        "environments: { p: { compose: [~] } }",
        "shiplane.yml:1:32: environments.p.compose[0]: expected a text, found nothing",
    ),
];

#[test]
fn a_wrong_type_is_named_in_words_of_the_file_and_not_of_the_program() {
    for (text, message) in WRONG_TYPES {
        assert_eq!(shown(text), *message);
    }
}

#[test]
fn a_word_outside_its_list_names_the_nearest_one() {
    assert_eq!(
        shown("branches: { main: { conversations: resolve } }"),
        "shiplane.yml:1:36: branches.main.conversations: `resolve` is not a known value — did you mean `resolved`?"
    );
}

#[test]
fn a_duration_says_how_it_is_written() {
    assert_eq!(
        shown("probes: { web: { within: 120 } }"),
        "shiplane.yml:1:26: probes.web.within: `120` is not a duration; write a number and a unit: 500ms, 2s, 2m, 1h or 30d"
    );
}

#[test]
fn a_key_that_stands_twice_is_refused_however_it_is_quoted() {
    assert_eq!(
        shown("branches:\n  main: { approvals: 2 }\n  main: { approvals: 0 }\n"),
        "shiplane.yml:3:3: branches: the key `main` stands twice; the first is in line 2"
    );
    let quoted = shown("branches:\n  main: { approvals: 2 }\n  \"main\": { approvals: 0 }\n");
    assert!(quoted.contains("the key `main` stands twice"), "{quoted}");
}

#[test]
fn a_later_form_of_the_file_is_refused_at_its_line() {
    assert_eq!(
        shown("# x\nversion: 2\n"),
        "shiplane.yml:2:10: version: this file has form 2, and this version of Shiplane reads form 1"
    );
}

#[test]
fn text_stays_text_though_it_looks_like_a_number() {
    assert_eq!(parse("project: 1.10").unwrap().project.as_deref(), Some("1.10"));
    assert_eq!(parse("project: true").unwrap().project.as_deref(), Some("true"));
    assert_eq!(parse("project: 0x1F").unwrap().project.as_deref(), Some("0x1F"));
    assert_eq!(
        parse("branches: { main: { from: [1.10, 08, no] } }").unwrap().branches["main"].from,
        ["1.10", "08", "no"]
    );
}

#[test]
fn what_is_no_yaml_says_where() {
    for (text, place) in
        [("branches: [a, b\n", "2:1"), ("a: b: c\n", "1:5"), ("a:\n\t- b\n", "2:"), ("x: \"open\n", "")]
    {
        let message = shown(text);
        assert!(
            message.starts_with(&format!("shiplane.yml:{place}")) && message.contains("not YAML"),
            "{text:?}: {message}"
        );
    }
    assert!(shown("a: 1\n---\nb: 2\n").contains("one document was expected"));
    assert!(shown("? [a, b]\n: c\n").contains("a key must be a text"));
}

#[test]
fn line_ends_of_windows_and_marks_of_editors_change_nothing() {
    let config = parse("\u{feff}project: shop\r\nbranches:\r\n  main:\r\n    approvals: 2\r\n").unwrap();
    assert_eq!((config.project.as_deref(), config.branches["main"].approvals), (Some("shop"), Some(2)));
    assert!(shown("\u{feff}project: shop\r\nbranchs: {}\r\n").starts_with("shiplane.yml:2:1:"));
}

#[test]
fn columns_count_characters_and_not_bytes() {
    assert!(shown("branches: { \"größe→\": { aprovals: 1 } }").starts_with("shiplane.yml:1:25:"));
}

#[test]
fn anchors_may_be_reused() {
    let config = parse("branches:\n  main: &rules { approvals: 2 }\n  develop: *rules\n").unwrap();
    assert_eq!(config.branches["develop"].approvals, Some(2));
}

#[test]
fn aliases_that_multiply_are_refused_and_not_unfolded() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let list = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    assert!(shown(&text).contains("nested too deeply or unfolds too far"));
}

#[test]
fn a_chain_of_aliases_does_not_get_around_the_depth() {
    let mut text = "a0: &a0 [x]\n".to_owned();
    (1..400).for_each(|level| text.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1)));
    assert!(shown(&text).contains("nested too deeply or unfolds too far"));
}

#[test]
fn nesting_and_size_without_end_are_refused() {
    for text in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000)] {
        error(&text);
    }
    let wide: String = (0..60_000).map(|n| format!("key-{n}: x\n")).collect();
    assert!(shown(&wide).contains("nested too deeply or unfolds too far"));
}

#[test]
fn an_alias_of_itself_or_of_nothing_is_refused() {
    error("a: &a [*a]\n");
    error("a: *nobody\n");
}

#[test]
fn foreign_names_in_an_error_are_harmless() {
    let message = shown("branches:\n  \"x\\n::error::##[group]\": { aprovals: 1 }\n");
    assert!(!message.contains('\n') && !message.contains("##["), "{message}");
}

#[test]
fn the_schema_knows_every_key_and_refuses_others() {
    let schema = schema();
    let keys: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "branches",
            "changelog",
            "environments",
            "health",
            "metrics",
            "notify",
            "probes",
            "project",
            "thresholds",
            "tiers",
            "version",
        ]
    );
    assert_eq!(schema["additionalProperties"], false);
}
