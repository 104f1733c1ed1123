//! The command line and the environment, read once.

use std::collections::BTreeMap;
use std::path::PathBuf;

const USAGE: &str = "usage: sample-app serve|health|start|stop|restart
  [--port P] [--bind ADDRESS] [--config FILE] [--pid-file FILE] [--log FILE]";

/// What to do.
#[derive(Clone, Copy)]
pub(crate) enum Verb {
    Serve,
    Health,
    Start,
    Stop,
    Restart,
}

/// The whole command line.
pub(crate) struct Args {
    pub(crate) verb: Verb,
    pub(crate) port: u16,
    pub(crate) bind: String,
    pub(crate) config: PathBuf,
    pub(crate) pid_file: PathBuf,
    pub(crate) log: PathBuf,
    /// Written once the server listens.
    pub(crate) ready_file: Option<PathBuf>,
}

impl Args {
    pub(crate) fn from_command_line() -> Result<Self, String> {
        let mut words = std::env::args().skip(1);
        let verb = match words.next().as_deref() {
            Some("serve") => Verb::Serve,
            Some("health") => Verb::Health,
            Some("start") => Verb::Start,
            Some("stop") => Verb::Stop,
            Some("restart") => Verb::Restart,
            _ => return Err(USAGE.to_owned()),
        };
        let mut options = BTreeMap::new();
        while let Some(name) = words.next() {
            let value = words.next().ok_or_else(|| format!("{name} needs a value"))?;
            options.insert(name, value);
        }
        let mut option = |name: &str| options.remove(name);
        let port = option("--port").or_else(|| variable("PORT")).unwrap_or_else(|| "8080".to_owned());
        let file =
            |value: Option<String>, default: &str| PathBuf::from(value.unwrap_or_else(|| default.to_owned()));
        let args = Self {
            verb,
            port: port.parse().map_err(|_| format!("{port} is not a port"))?,
            bind: option("--bind").unwrap_or_else(|| "127.0.0.1".to_owned()),
            config: file(option("--config"), "release.env"),
            pid_file: file(option("--pid-file"), "sample-app.pid"),
            log: file(option("--log"), "sample-app.log"),
            ready_file: option("--ready-file").map(PathBuf::from),
        };
        match options.keys().next() {
            Some(unknown) => Err(format!("unknown option {unknown}\n{USAGE}")),
            None => Ok(args),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a program to be deployed has an environment of its own")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
