//! Text of others: readable, bounded, and without power over the runner, the terminal or the reader.

use proptest::prelude::{any, prop_assert, proptest};
use shiplane_core::foreign::{clip, lines, one_line, tail};

fn is_harmless(line: &str) -> bool {
    !line.trim_start().starts_with("::")
        && !line.contains("##[")
        && !line.chars().any(char::is_control)
        && !line.contains(['\u{202e}', '\u{2066}', '\u{200f}', '\u{61c}', '\u{2028}'])
        && line.chars().count() <= 501
}

#[test]
fn a_command_keeps_its_letters_and_loses_its_power() {
    let shown = one_line("::error file=a::forged");
    assert!(is_harmless(&shown));
    assert_eq!(shown.replace('\u{200b}', ""), "::error file=a::forged");
    assert_eq!(one_line("a ::notice:: b"), "a ::notice:: b", "mid-line it has no power");
}

#[test]
fn the_legacy_form_is_broken_anywhere_in_a_line() {
    for text in ["##[error]x", "a ##[error]x", "###[x", "##[##[##[", "a\u{200b}##[x"] {
        assert!(is_harmless(&one_line(text)), "{text}");
    }
}

#[test]
fn line_ends_and_controls_become_visible() {
    assert_eq!(one_line("a\nb\r\nc\rd\n"), "a⏎b⏎c⏎d");
    assert_eq!(one_line("\u{1b}[31mred\u{7}\u{0}"), "\\u{1b}[31mred\\u{7}\\u{0}");
    assert_eq!(one_line("a\tb"), "a b");
    assert_eq!(one_line("user\u{202e}txt"), "user\\u{202e}txt");
    assert_eq!(one_line("a\u{61c}b"), "a\\u{61c}b");
}

#[test]
fn ordinary_text_of_any_language_stays_as_it_is() {
    for text in ["fix(api): größere Werte — 値 🚀", "مرحبا", "a #[derive] b", "std::fmt", "100% [ok]"]
    {
        assert_eq!(one_line(text), text);
    }
}

#[test]
fn lines_are_lines_whatever_ended_them() {
    assert_eq!(lines("a\r\n\r\nb\rc"), ["a", "", "b", "c"]);
    assert!(lines("").is_empty());
}

#[test]
fn a_tail_says_how_much_is_missing() {
    assert_eq!(tail("1\n2\n3\n4", 2), ["(2 earlier lines left out)", "3", "4"]);
    assert_eq!(tail("1\n2", 2), ["1", "2"]);
}

#[test]
fn clipping_counts_characters_and_never_cuts_one() {
    assert_eq!(clip("äöü", 2), "äö…");
    assert_eq!(clip("äöü", 3), "äöü");
    assert_eq!(one_line(&"🚀".repeat(1000)).chars().count(), 501);
}

proptest! {
    #[test]
    fn no_text_at_all_gets_through(text in any::<String>()) {
        prop_assert!(is_harmless(&one_line(&text)));
        prop_assert!(lines(&text).iter().all(|line| is_harmless(line)));
    }

    #[test]
    fn no_text_made_of_dangerous_parts_gets_through(parts in proptest::collection::vec("[:#\\[ \\n\\r\\ta]|\u{200b}|\u{85}|\u{a0}|\u{2028}|error", 0..40)) {
        let text = parts.concat();
        prop_assert!(is_harmless(&one_line(&text)));
        prop_assert!(lines(&text).iter().all(|line| is_harmless(line)));
    }
}
