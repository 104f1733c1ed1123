//! The command line: names, types and help.

use std::path::PathBuf;

use clap::{Args, Command as ClapCommand, CommandFactory as _, Parser, Subcommand};
use shiplane_action::{FactsArgs, HostArgs, Shared};
use shiplane_core::duration::Span;
use shiplane_core::secret::Secret;
use shiplane_core::smoke::{AlertRule, JsonValue, NamedHeader, Pattern, StatusRange};

use crate::files::Files;
use crate::{judge, on_host, watch};

/// Is it well? Ask, wait until it is, and say exactly what is wrong with the answer
#[derive(Parser, Debug)]
#[command(name = "smoke-check", version, arg_required_else_help = false)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Options of every tool.
    #[command(flatten)]
    pub(crate) shared: Shared,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Probe once, or until everything is ready
    ///
    /// Example: smoke-check run --url http://203.0.113.10:5000/health --json /status=ok --within 2m
    Run(Box<Run>),
    /// Judge a canary by recorded samples, an access log or Prometheus
    ///
    /// Example: smoke-check judge --access-log access.log --log-contains " v2 " --since 2h
    Judge(Box<judge::Args>),
    /// Ask an address for a while, and judge the answers as a canary's
    ///
    /// Example: smoke-check watch --url https://shop.example.org/health --for 5m --rate 5
    Watch(Box<watch::Args>),
}

/// The flags that say what is asked; exactly one of them can be.
pub(crate) const ASKED: &str = "asked";

/// Options of `run`.
#[derive(Args, Debug)]
pub(crate) struct Run {
    /// What is asked.
    #[command(flatten)]
    pub(crate) asked: Asked,
    /// Probes of the config to run, by name
    #[arg(long, value_name = "NAME", env = "SHIPLANE_PROBE", value_delimiter = ',')]
    pub(crate) probe: Vec<String>,
    /// What `{host}` stands for; by default the hosts of the environment
    #[arg(long, env = "SHIPLANE_HOST")]
    pub(crate) host: Option<String>,
    /// File with one endpoint a line, [METHOD] PATH [STATUS]; each is asked below the address
    #[arg(long, value_name = "FILE", env = "SHIPLANE_PATHS", requires = "url")]
    pub(crate) paths: Option<String>,
    /// Most endpoints of such a file at once; 16 by default
    #[arg(long, value_name = "COUNT", env = "SHIPLANE_CONCURRENCY", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) concurrency: Option<u32>,
    /// Recorded facts.
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    /// Files for other tools.
    #[command(flatten)]
    pub(crate) files: Files,
    /// What the answer must look like.
    #[command(flatten)]
    pub(crate) expected: Expected,
    /// How to ask.
    #[command(flatten)]
    pub(crate) asking: Asking,
    /// What is asked on the host itself.
    #[command(flatten)]
    pub(crate) on_host: on_host::OnHost,
    /// How the host is reached.
    #[command(flatten)]
    pub(crate) reach: HostArgs,
    /// What to remember.
    #[command(flatten)]
    pub(crate) remembering: Remembering,
}

/// What is remembered between scheduled runs, and when it makes an alert.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Between scheduled runs")]
pub(crate) struct Remembering {
    /// File that keeps what was seen; one that actions/cache or a server's disk keeps
    #[arg(long, value_name = "FILE", env = "SHIPLANE_STATE")]
    pub(crate) state: Option<PathBuf>,
    /// Bad runs that make an incident; 2 of 3 by default
    #[arg(long, value_name = "N of M", env = "SHIPLANE_ALERT_AFTER")]
    pub(crate) alert_after: Option<AlertRule>,
    /// Good runs in a row that end an incident; 2 by default
    #[arg(long, value_name = "COUNT", env = "SHIPLANE_RECOVER_AFTER", value_parser = clap::value_parser!(u32).range(1..=20))]
    pub(crate) recover_after: Option<u32>,
    /// How often runs are scheduled, such as 30m; a late one is told
    #[arg(long, value_name = "TIME", env = "SHIPLANE_EVERY")]
    pub(crate) every: Option<Span>,
    /// How long an incident lasts before it is told again; never by default
    #[arg(long, value_name = "TIME", env = "SHIPLANE_REMIND_AFTER")]
    pub(crate) remind_after: Option<Span>,
}

/// What is asked: at most one of these; without any the probes of the config are run.
#[derive(Args, Debug, Default)]
pub(crate) struct Asked {
    /// Address to get; without it and its like the probes of the config are run
    #[arg(long, env = "SHIPLANE_URL", group = ASKED, conflicts_with = "probe")]
    pub(crate) url: Option<String>,
    /// Place that must take connections
    #[arg(long, value_name = "HOST:PORT", env = "SHIPLANE_TCP", group = ASKED, conflicts_with = "probe")]
    pub(crate) tcp: Option<String>,
    /// Place that must speak TLS with a good certificate; port 443 by default
    #[arg(long, value_name = "HOST:PORT", env = "SHIPLANE_TLS", group = ASKED, conflicts_with = "probe")]
    pub(crate) tls: Option<String>,
    /// Name that must have an address
    #[arg(long, value_name = "NAME", env = "SHIPLANE_DNS", group = ASKED, conflicts_with = "probe")]
    pub(crate) dns: Option<String>,
    /// Redis that must answer a PING; port 6379 by default
    #[arg(long, value_name = "HOST:PORT", env = "SHIPLANE_REDIS", group = ASKED, conflicts_with = "probe")]
    pub(crate) redis: Option<String>,
    /// PostgreSQL that must take connections; port 5432 by default
    #[arg(long, value_name = "HOST:PORT", env = "SHIPLANE_POSTGRES", group = ASKED, conflicts_with = "probe")]
    pub(crate) postgres: Option<String>,
    /// ClickHouse that must answer a ping, or its address; port 8123 by default
    #[arg(long, value_name = "HOST:PORT", env = "SHIPLANE_CLICKHOUSE", group = ASKED, conflicts_with = "probe")]
    pub(crate) clickhouse: Option<String>,
    /// Addresses that the name of --dns must have, and no others
    #[arg(long, value_name = "IP", env = "SHIPLANE_ADDRESS", value_delimiter = ',', requires = ASKED)]
    pub(crate) address: Vec<String>,
}

/// What the answer must look like.
#[derive(Args, Debug)]
#[command(next_help_heading = "What the answer must look like")]
pub(crate) struct Expected {
    /// Right status codes, such as 200,204 or 200-299
    #[arg(long, value_name = "CODES", env = "SHIPLANE_STATUS", value_delimiter = ',', requires = ASKED)]
    pub(crate) status: Vec<StatusRange>,
    /// Text that the body must contain
    #[arg(
        long,
        value_name = "TEXT",
        env = "SHIPLANE_BODY_CONTAINS",
        value_delimiter = '\n',
        requires = ASKED
    )]
    pub(crate) body_contains: Vec<String>,
    /// Regular expression that the body must match, such as '^v[0-9]+$'
    #[arg(
        long,
        value_name = "REGEX",
        env = "SHIPLANE_MATCHES",
        value_delimiter = '\n',
        allow_hyphen_values = true,
        requires = ASKED
    )]
    pub(crate) matches: Vec<Pattern>,
    /// Value that the JSON body must have, such as /status=ok
    #[arg(
        long,
        value_name = "POINTER=VALUE",
        env = "SHIPLANE_JSON",
        value_delimiter = '\n',
        requires = ASKED
    )]
    pub(crate) json: Vec<JsonValue>,
    /// Header that the answer must have, such as 'X-Mode: live'
    #[arg(
        long,
        value_name = "NAME: VALUE",
        env = "SHIPLANE_HEADER",
        value_delimiter = '\n',
        requires = ASKED
    )]
    pub(crate) header: Vec<NamedHeader>,
    /// The version that must be the one answering
    #[arg(long, value_name = "VERSION", env = "SHIPLANE_EXPECT_VERSION")]
    pub(crate) expect_version: Option<String>,
    /// Where the JSON body says its version, such as /version
    #[arg(long, value_name = "POINTER", env = "SHIPLANE_VERSION_JSON", requires = ASKED)]
    pub(crate) version_json: Option<String>,
    /// Header that says the version, such as X-Version
    #[arg(
        long,
        value_name = "NAME",
        env = "SHIPLANE_VERSION_HEADER",
        requires = ASKED,
        conflicts_with = "version_json"
    )]
    pub(crate) version_header: Option<String>,
    /// Longest time that a right answer may take, such as 500ms
    #[arg(long, value_name = "TIME", env = "SHIPLANE_MAX_LATENCY")]
    pub(crate) max_latency: Option<Span>,
    /// Days that the certificate must still be good for
    #[arg(long, value_name = "DAYS", env = "SHIPLANE_CERTIFICATE_DAYS", requires = ASKED)]
    pub(crate) certificate_days: Option<u32>,
}

/// How to ask.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "How to ask")]
pub(crate) struct Asking {
    /// How long to wait until it is ready, such as 2m; one try by default
    #[arg(long, value_name = "TIME", env = "SHIPLANE_WITHIN")]
    pub(crate) within: Option<Span>,
    /// Right answers in a row that make it ready; 3 when waiting, else 1
    #[arg(long, value_name = "COUNT", env = "SHIPLANE_SUCCESSES", value_parser = clap::value_parser!(u32).range(1..=20))]
    pub(crate) successes: Option<u32>,
    /// How long it must have been right before it is ready; no time by default
    #[arg(long, value_name = "TIME", env = "SHIPLANE_STABLE")]
    pub(crate) stable: Option<Span>,
    /// Failed tries that are worth a warning although it got ready; any by default
    #[arg(long, value_name = "COUNT", env = "SHIPLANE_MAX_FAILED")]
    pub(crate) max_failed: Option<u32>,
    /// Longest time for one try; 10s by default
    #[arg(long, value_name = "TIME", env = "SHIPLANE_TIMEOUT")]
    pub(crate) timeout: Option<Span>,
    /// Redirects to follow; none by default
    #[arg(long, value_name = "COUNT", env = "SHIPLANE_FOLLOW", value_parser = clap::value_parser!(u8).range(0..=20))]
    pub(crate) follow: Option<u8>,
    /// Header to send, such as 'Authorization: Bearer …'; never shown
    #[arg(
        long,
        value_name = "NAME: VALUE",
        env = "SHIPLANE_REQUEST_HEADER",
        value_delimiter = '\n',
        hide_env_values = true,
        requires = ASKED
    )]
    pub(crate) request_header: Vec<Secret>,
    /// HTTP method; GET by default
    #[arg(long, value_name = "METHOD", env = "SHIPLANE_METHOD", requires = ASKED)]
    pub(crate) method: Option<String>,
    /// Body to send
    #[arg(long, value_name = "TEXT", env = "SHIPLANE_SEND_BODY", requires = ASKED)]
    pub(crate) send_body: Option<String>,
    /// Take any certificate; the report shows it
    #[arg(long, env = "SHIPLANE_INSECURE", requires = ASKED)]
    pub(crate) insecure: bool,
    /// Ask every address that the name has, and not only the first that answers
    #[arg(long, env = "SHIPLANE_EACH_ADDRESS", requires = ASKED)]
    pub(crate) each_address: bool,
}

/// The whole command line.
pub(crate) fn command() -> ClapCommand {
    Cli::command()
}
