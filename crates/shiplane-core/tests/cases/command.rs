//! Quoting: one word in, exactly that word out of a shell.

use proptest::prelude::{prop_assert_eq, proptest};
use shiplane_core::command::{Command, quote};

#[test]
fn a_plain_word_stays_readable() {
    for word in ["docker", "--format", "v1.2.0", "deploy@203.0.113.10:22", "a/b_c-d+e,f"] {
        assert_eq!(quote(word), word);
    }
}

#[test]
fn a_word_that_any_shell_would_read_otherwise_is_quoted() {
    for word in [
        "", "a b", "$HOME", "`id`", "$(id)", "a;b", "a&b", "a|b", "~", "*", "?", "{a,b}", "#", "!x", "a=b",
        "(", "<", "%self", "^", "[a]", "ä", "\n",
    ] {
        assert!(quote(word).starts_with('\''), "{word:?} stands bare");
    }
}

#[test]
fn quotes_and_backslashes_stand_outside_the_quotes() {
    assert_eq!(quote("it's"), "'it'\\''s'");
    assert_eq!(quote("a\\b"), "'a'\\\\'b'");
}

#[test]
fn a_line_is_every_word_quoted_once() {
    let command = Command::new("git").arg("commit").args(["-m", "it's $HOME"]);
    assert_eq!(command.line(), "git commit -m 'it'\\''s $HOME'");
    assert_eq!(command.to_string(), command.line());
    assert_eq!((command.program(), command.arguments().len()), ("git", 3));
}

#[test]
fn a_list_of_words_is_a_command_and_an_empty_one_is_none() {
    let words = ["echo".to_owned(), "a b".to_owned()];
    assert_eq!(Command::from_words(&words), Some(Command::new("echo").arg("a b")));
    assert_eq!(Command::from_words(&[]), None);
}

proptest! {
    #[test]
    fn sh_reads_back_what_was_meant(words in proptest::collection::vec("[^\\x00]{0,12}", 0..5)) {
        prop_assert_eq!(read_by_sh(&Command::new("x").args(words.clone())), words);
    }

    #[test]
    fn sh_reads_back_the_characters_that_hurt(words in proptest::collection::vec("[ '\"\\\\$`!*?~#&;|<>(){}\\[\\]\\n\\t=%^-]{0,12}", 0..5)) {
        prop_assert_eq!(read_by_sh(&Command::new("x").args(words.clone())), words.clone());
        for word in words {
            prop_assert_eq!(read_by_fish(&quote(&word)), word);
        }
    }
}

/// What a real `sh` makes of the arguments of the line.
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "only a shell knows what a shell reads"
)]
fn read_by_sh(command: &Command) -> Vec<String> {
    let line = command.line();
    let script = format!("x() {{ for word in \"$@\"; do printf '%s\\0' \"$word\"; done; }}\n{line}");
    let done = std::process::Command::new("/bin/sh").arg("-c").arg(script).env_clear().output().unwrap();
    assert!(done.status.success(), "{line}");
    let text = String::from_utf8(done.stdout).unwrap();
    text.split_terminator('\0').map(str::to_owned).collect()
}

/// What fish makes of one word: inside single quotes a backslash escapes a quote or a backslash and is itself
/// otherwise (fish documentation, "Quotes"); outside, it escapes what follows.
fn read_by_fish(quoted: &str) -> String {
    let (mut word, mut inside) = (String::new(), false);
    let mut chars = quoted.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, inside) {
            ('\'', _) => inside = !inside,
            ('\\', true) if matches!(chars.peek(), Some('\'' | '\\')) => word.extend(chars.next()),
            ('\\', false) => word.extend(chars.next()),
            (c, _) => word.push(c),
        }
    }
    assert!(!inside, "an open quote: {quoted}");
    word
}
