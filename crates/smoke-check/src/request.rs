//! From flags, environment and config to what is asked: every default is settled here, once.

mod named;
mod typed;

use shiplane_action::{Call, FactsArgs, Shared};
use shiplane_core::config::Config;
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;
use shiplane_fleet::Ways;
use shiplane_http::{Get, Named};

use crate::cli::Run;
use crate::memory::Watchful;
use crate::on_host;

/// What is asked.
#[derive(Debug)]
pub(crate) struct Request {
    /// In a few words.
    pub(crate) title: String,
    /// In the order of asking; their names differ.
    pub(crate) targets: Vec<Named>,
    /// What is remembered of the runs before.
    pub(crate) watchful: Option<Watchful>,
    /// How to get to the hosts that are asked themselves.
    pub(crate) ways: Ways,
    /// Recorded facts.
    pub(crate) facts: FactsArgs,
}

impl Request {
    /// Settles everything; nothing has been contacted yet.
    pub(crate) fn resolve(run: Run, shared: &Shared, call: &Call) -> anyhow::Result<Self> {
        let repository = call.context.repository.as_deref();
        let checkout = call.context.workspace.as_deref();
        let config = if typed::needs_config(&run)? { call.config(shared)? } else { Config::default() };
        let (title, mut targets, health) = match typed::targets(&run, &config, checkout)? {
            // The `health:` of the config is that of its own probes.
            Some((title, targets)) => (title, targets, Config::default()),
            None => {
                let (title, targets) = named::targets(&run, config.clone(), checkout)?;
                (title, targets, config.clone())
            }
        };
        let watchful = Watchful::settle(&run, &health, repository)?;
        for endpoints in targets.iter_mut().filter_map(|target| target.endpoints.as_mut()) {
            endpoints.together = run.concurrency.unwrap_or(endpoints.together);
        }
        if let Some(version) = &run.expected.expect_version {
            expect_version(version, &mut targets)?;
        }
        let ways = on_host::ways(&run, &config, (&targets, call))?;
        Ok(Self { title, targets, watchful, ways, facts: run.facts })
    }
}

/// The version has to be read somewhere, or the question would pass unasked.
fn expect_version(version: &str, targets: &mut [Named]) -> Result<(), Fault> {
    let asked =
        targets.iter_mut().map(|target| target.expect_version(version)).filter(|asked| *asked).count();
    if asked > 0 {
        return Ok(());
    }
    let fact = format!("version {version} is expected, but nothing says where an answer names its version");
    let help =
        "add --version-json /version or --version-header X-Version, or `version:` to a probe of the config";
    Err(Fault::usage("version-place-missing", fact).help(help))
}

/// One more header to send; an empty line of a list is none.
pub(crate) fn with_header(get: Get, header: &Secret) -> Result<Get, Fault> {
    match header_line(header)? {
        Some((name, value)) => get.header(&name, &value),
        None => Ok(get),
    }
}

/// `Name: value`; an empty line of a list is no header.
fn header_line(header: &Secret) -> Result<Option<(String, Secret)>, Fault> {
    let text = header.expose().trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || {
        Fault::usage("header-invalid", "a header to send has no name before a colon")
            .help("write it as `Name: value`, one a line")
    };
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    Ok(Some((name.trim().to_owned(), Secret::new(value.trim()))))
}
