//! The chores of this repository, one module a command: `cargo xtask --help`.

mod bench;
mod ci;
pub mod count_yaml;
mod demo;
pub mod dist;
pub mod examples;
pub mod flows;
pub mod generate;
mod machine;
mod process;
mod python;
pub mod reasons;
mod repo;
mod say;
mod test;
pub mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::repo::Repo;

/// The chores of this repository
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Tell the whole path to production as a story, on real parts: gate, bump, deploy, verify, roll back
    Demo(demo::Demo),
    /// Write what is generated: action.yml files, tables in READMEs, the config's schema
    Generate(generate::Options),
    /// Check what the compiler cannot: arrows between crates, doors, sizes, comments, workflows
    Tidy,
    /// Run all tests, with every real part that they need installed and started where that is allowed
    Test(test::Options),
    /// Run what CI runs, in the same order; stop at the first step that fails
    Ci(ci::Options),
    /// Count lines of YAML, lines of shell and actions of others in each of the five flows
    CountYaml,
    /// Build, pack and weigh release assets, or pin their hashes
    Dist(dist::Options),
    /// Measure one thing against a peer in the same run
    Bench(bench::Options),
}

/// Runs the chore that the command line names.
pub fn main() -> ExitCode {
    match run(Cli::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::line(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> anyhow::Result<()> {
    let repo = Repo::here()?;
    match chore {
        Chore::Demo(options) => demo::run(&options),
        Chore::Generate(options) => generate::run(&repo, &options),
        Chore::Tidy => tidy::run(&repo),
        Chore::Test(options) => test::run(&repo, &options),
        Chore::Ci(options) => ci::run(&repo, &options),
        Chore::CountYaml => count_yaml::run(&repo),
        Chore::Dist(options) => dist::run(&repo, &options),
        Chore::Bench(options) => bench::run(&repo, &options),
    }
}
