//! The options of `logs`: names, types and help; no logic.

use clap::Args;
use shiplane_action::HostArgs;
use shiplane_core::duration::Span;

#[derive(Args, Debug)]
pub(crate) struct LogsArgs {
    /// Services to show; all of the project by default
    #[arg(value_name = "SERVICE", env = "SHIPLANE_SERVICES", value_delimiter = ',')]
    pub(crate) services: Vec<String>,
    /// How many of the last lines of each service, or `all`
    #[arg(long, value_name = "COUNT", env = "SHIPLANE_LINES", default_value = "100")]
    pub(crate) lines: String,
    /// Nothing older than this: 90s, 15m, 1h, 2d
    #[arg(long, value_name = "TIME", env = "SHIPLANE_SINCE")]
    pub(crate) since: Option<Span>,
    /// Go on as more comes, until interrupted
    #[arg(long, env = "SHIPLANE_FOLLOW")]
    pub(crate) follow: bool,
    /// Begin every line with its time
    #[arg(long, env = "SHIPLANE_TIMESTAMPS")]
    pub(crate) timestamps: bool,
    /// What a run of ours said in place of the services: its id, or `last`
    #[arg(long, value_name = "ID", env = "SHIPLANE_RUN", conflicts_with_all = ["services", "since"])]
    pub(crate) run: Option<String>,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}
