//! The options of `watch`: names, types and help.

use std::time::Duration;

use clap::Args;
use shiplane_action::{FactsArgs, HostArgs};
use shiplane_core::duration::Span;
use shiplane_core::secret::Secret;
use shiplane_http::Pace;

use crate::cli::{ASKED, Asked, Asking, Expected, Remembering, Run};
use crate::files::Files;
use crate::judge::Limits;
use crate::on_host::OnHost;

/// Options of `watch`.
#[derive(Args, Debug)]
pub(crate) struct Watch {
    /// Address to get; without it the probes of the config are watched
    #[arg(long, env = "SHIPLANE_URL", conflicts_with_all = ["probe", "environment"], group = ASKED)]
    url: Option<String>,
    /// Probes of the config to watch, by name
    #[arg(long, value_name = "NAME", env = "SHIPLANE_PROBE", value_delimiter = ',')]
    probe: Vec<String>,
    /// Environment of the config whose smoke probes are watched
    #[arg(long, value_name = "NAME", env = "SHIPLANE_ENVIRONMENT")]
    environment: Option<String>,
    /// What `{host}` stands for; by default the hosts of the environment
    #[arg(long, env = "SHIPLANE_HOST")]
    host: Option<String>,
    /// Recorded facts.
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    /// Files for other tools.
    #[command(flatten)]
    pub(crate) files: Files,
    /// How long and how fast.
    #[command(flatten)]
    pub(crate) pace: Pacing,
    /// What an answer must look like.
    #[command(flatten)]
    expected: Expected,
    /// What the answers are held to.
    #[command(flatten)]
    pub(crate) limits: Limits,
}

/// How long and how fast.
#[derive(Args, Debug)]
#[command(next_help_heading = "How to ask")]
pub(crate) struct Pacing {
    /// How long to watch; 5m by default
    #[arg(long = "for", value_name = "TIME", env = "SHIPLANE_FOR")]
    length: Option<Span>,
    /// Requests a second to each; 5 by default
    #[arg(long, value_name = "COUNT", env = "SHIPLANE_RATE", value_parser = clap::value_parser!(u32).range(1..=1000))]
    rate: Option<u32>,
    /// Most requests at once to each; 2 by default
    #[arg(long, value_name = "COUNT", env = "SHIPLANE_CONCURRENCY", value_parser = clap::value_parser!(u32).range(1..=50))]
    concurrency: Option<u32>,
    /// Longest time for one try; 10s by default
    #[arg(long, value_name = "TIME", env = "SHIPLANE_TIMEOUT")]
    timeout: Option<Span>,
    /// Redirects to follow; none by default
    #[arg(long, value_name = "COUNT", env = "SHIPLANE_FOLLOW", value_parser = clap::value_parser!(u8).range(0..=20))]
    follow: Option<u8>,
    /// Header to send, such as 'Authorization: Bearer …'; never shown
    #[arg(
        long,
        value_name = "NAME: VALUE",
        env = "SHIPLANE_REQUEST_HEADER",
        value_delimiter = '\n',
        hide_env_values = true
    )]
    request_header: Vec<Secret>,
}

impl Pacing {
    /// Every default settled.
    pub(super) fn settle(&self) -> Pace {
        Pace {
            length: self.length.map_or(Duration::from_secs(300), |length| length.0),
            interval: Duration::from_secs(1) / self.rate.unwrap_or(5).max(1),
            together: self.concurrency.unwrap_or(2),
        }
    }
}

impl Watch {
    /// The same probe as `run` makes once.
    pub(super) fn into_run(self) -> Run {
        let asking = Asking {
            timeout: self.pace.timeout,
            follow: self.pace.follow,
            request_header: self.pace.request_header,
            ..Asking::default()
        };
        let asked = Asked { url: self.url, ..Asked::default() };
        let facts = FactsArgs::default();
        Run {
            asked,
            probe: self.probe,
            host: self.host,
            paths: None,
            concurrency: None,
            facts,
            files: Files::default(),
            expected: self.expected,
            asking,
            on_host: OnHost::default(),
            reach: HostArgs { environment: self.environment, ..HostArgs::default() },
            remembering: Remembering::default(),
        }
    }
}
