//! What the harness and the generators need to know of a tool.

/// One of the five tools.
#[derive(Debug)]
pub struct Tool {
    /// The binary's name.
    pub name: &'static str,
    /// Its whole command line.
    pub command: fn() -> clap::Command,
    /// Its own outputs, besides [`SHARED_OUTPUTS`].
    pub outputs: &'static [Output],
    /// The command that runs when none is named.
    pub default_command: &'static str,
}

/// An output of an action: a public contract.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// Kebab-case.
    pub name: &'static str,
    /// One line for the table in the README.
    pub help: &'static str,
}

/// The outputs of every tool, written on every path that ends in a report.
pub const SHARED_OUTPUTS: &[Output] = &[
    Output { name: "verdict", help: "The answer in one word" },
    Output { name: "codes", help: "Comma-separated codes of everything that is not in order" },
    Output { name: "json", help: "The whole report as versioned JSON" },
];
