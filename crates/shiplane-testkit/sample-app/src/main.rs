//! The small HTTP server that tests and the demo deploy: what it is and how it behaves stands in a text file beside it.

mod args;
mod process;
mod release;
mod server;

use std::io::Write as _;
use std::process::ExitCode;

use args::{Args, Verb};

/// What a verb answers: nothing, or one line for people.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    match Args::from_command_line().and_then(|args| run(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            say(&format!("sample-app: {message}"));
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Outcome {
    match args.verb {
        Verb::Serve => server::serve(args),
        Verb::Health => server::ask_health(args),
        Verb::Start => process::start(args),
        Verb::Stop => process::stop(args),
        Verb::Restart => process::stop(args).and_then(|()| process::start(args)),
    }
}

/// One line on the standard error, which is the log; nobody may be listening.
fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").ok();
}
