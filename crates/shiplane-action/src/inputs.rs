//! From action inputs to a command line: what arrives empty is unset, and a command may come as a variable.

use std::ffi::{OsStr, OsString};

use clap::builder::Resettable;
use clap::{Arg, Command};

use crate::tool::Tool;

/// The prefix of every variable that an action passes.
pub(crate) const PREFIX: &str = "SHIPLANE_";

/// The variable that names the command, where a step cannot pass arguments.
pub(crate) const COMMAND_VARIABLE: &str = "SHIPLANE_COMMAND";

/// Variables that teams have already, read when ours is not set.
const ALIASES: [(&str, &str); 6] = [
    ("SHIPLANE_TOKEN", "GITHUB_TOKEN"),
    ("SHIPLANE_SSH_HOST", "SSH_HOST"),
    ("SHIPLANE_SSH_USERNAME", "SSH_USERNAME"),
    ("SHIPLANE_SSH_PRIVATE_KEY", "SSH_PRIVATE_KEY"),
    ("SHIPLANE_SSH_PORT", "SSH_PORT"),
    ("SHIPLANE_DEPLOY_PATH", "DEPLOY_PATH"),
];

/// The variable that an action passes for `variable`, and the one that teams have already.
pub(crate) fn alias(variable: &str) -> Option<&'static str> {
    ALIASES.iter().find(|(ours, _)| *ours == variable).map(|(_, theirs)| *theirs)
}

/// The command line, ready to parse.
///
/// An optional input that was omitted arrives as an empty variable, and clap would take it for a value:
/// a required text would be accepted as "", a number would be refused. So an empty variable is forgotten here.
pub fn prepare(command: Command) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let command = command.mut_args(forget_empty);
    names.iter().fold(command, |command, name| command.mut_subcommand(name, prepare))
}

/// The arguments, with the command from `SHIPLANE_COMMAND` or the default one where none was typed.
pub(crate) fn with_command(tool: &Tool, args: Vec<OsString>) -> Vec<OsString> {
    if settles_command(tool, &args) {
        return args;
    }
    let named = variable(COMMAND_VARIABLE).map_or_else(|| vec![tool.default_command.into()], words_of);
    let mut words = args.into_iter();
    words.next().into_iter().chain(named).chain(words).collect()
}

/// `backup run` is a command and its step. Options have inputs of their own, so a text with one in it is no command.
fn words_of(text: OsString) -> Vec<OsString> {
    let whole = text.to_string_lossy().into_owned();
    let words: Vec<&str> = whole.split_whitespace().collect();
    if words.iter().any(|word| word.starts_with('-')) {
        return vec![text];
    }
    words.into_iter().map(OsString::from).collect()
}

/// Whether what was typed settles which command is meant: the first word that is no shared option or its value
/// names one, or asks a question to the tool as a whole. A word that the default command has no place for is a
/// command that was mistyped.
fn settles_command(tool: &Tool, args: &[OsString]) -> bool {
    let command = (tool.command)();
    let takes_words = command
        .find_subcommand(tool.default_command)
        .is_some_and(|default| default.get_positionals().next().is_some());
    let mut words = args.iter().skip(1).map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        let name = word.split('=').next().unwrap_or_default();
        match command.get_arguments().find(|arg| is_called(arg, name)) {
            Some(arg) if arg.get_action().takes_values() && name == word => drop(words.next()),
            Some(_) => {}
            None => {
                let mistyped = !takes_words && !word.starts_with('-');
                return mistyped || is_question(&word) || command.find_subcommand(&*word).is_some();
            }
        }
    }
    false
}

fn is_called(arg: &Arg, name: &str) -> bool {
    match name.strip_prefix("--") {
        Some(long) => arg.get_long() == Some(long),
        None => name
            .strip_prefix('-')
            .is_some_and(|short| arg.get_short().is_some_and(|own| *short == *own.to_string())),
    }
}

fn is_question(word: &str) -> bool {
    ["help", "-h", "--help", "-V", "--version"].contains(&word)
}

fn forget_empty(arg: Arg) -> Arg {
    let Some(name) = arg.get_env().and_then(OsStr::to_str).map(str::to_owned) else { return arg };
    if variable(&name).is_some() {
        return arg;
    }
    match alias(&name).filter(|theirs| variable(theirs).is_some()) {
        Some(theirs) => arg.env(theirs),
        None => arg.env(Resettable::Reset),
    }
}

/// Whether there is such a variable at all.
#[expect(clippy::disallowed_methods, reason = "one of the two files that read the environment")]
pub(crate) fn is_there(name: &str) -> bool {
    std::env::var_os(name).is_some()
}

/// A variable that is set to something; a block scalar of YAML may hold nothing but a line end.
#[expect(clippy::disallowed_methods, reason = "one of the two files that read the environment")]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.to_string_lossy().trim().is_empty())
}
