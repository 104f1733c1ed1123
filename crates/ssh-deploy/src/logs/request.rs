//! Flags, environment and config settled into what is asked.

use shiplane_action::{Call, FactsArgs};
use shiplane_core::config::Config;
use shiplane_core::deploy::LogsQuestion;
use shiplane_core::fault::Fault;

use super::cli::LogsArgs;
use crate::place::Look;

/// A look at logs, every default settled.
#[derive(Debug)]
pub(crate) struct Logs {
    pub(crate) look: Look,
    pub(crate) question: LogsQuestion,
}

impl Logs {
    pub(crate) fn resolve(args: LogsArgs, config: &Config, call: &Call) -> anyhow::Result<Self> {
        let lines = lines(&args.lines)?;
        let look = Look::resolve(&args.host, FactsArgs::default(), (config, call))?;
        let question = LogsQuestion {
            site: look.place.site.clone(),
            runtime: look.place.runtime.clone(),
            services: args.services.into_iter().filter(|name| !name.trim().is_empty()).collect(),
            lines,
            since: args.since,
            follow: args.follow,
            timestamps: args.timestamps,
            run: args.run,
        };
        Ok(Self { look, question })
    }
}

fn lines(text: &str) -> Result<Option<u32>, Fault> {
    if text.trim() == "all" {
        return Ok(None);
    }
    let count = text.trim().parse::<u32>().ok().filter(|count| *count > 0);
    count.map(Some).ok_or_else(|| {
        Fault::usage("lines-invalid", format!("`{text}` lines")).help("write a number from 1, or `all`")
    })
}
