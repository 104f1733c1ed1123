//! From flags, environment and config to what is asked: every default is settled here, once.

mod named;

use shiplane_action::{Call, FactsArgs, Shared};
use shiplane_core::config::{Config, Probe, VersionAt};
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;
use shiplane_core::smoke::StatusSet;
use shiplane_http::{Around, Get, Named, configured};

use crate::cli::Run;
use crate::memory::Watchful;

/// What stands for the probe that the command line describes.
const TYPED: &str = "--url";

/// What is asked.
#[derive(Debug)]
pub(crate) struct Request {
    /// In a few words.
    pub(crate) title: String,
    /// In the order of asking; their names differ.
    pub(crate) targets: Vec<Named>,
    /// What is remembered of the runs before.
    pub(crate) watchful: Option<Watchful>,
    /// Recorded facts.
    pub(crate) facts: FactsArgs,
}

impl Request {
    /// Settles everything; nothing has been contacted yet.
    pub(crate) fn resolve(run: Run, shared: &Shared, call: &Call) -> anyhow::Result<Self> {
        let repository = call.context.repository.as_deref();
        let (title, mut targets, watchful) = match &run.url {
            Some(url) => {
                let target = typed(url, &run)?;
                let watchful = Watchful::settle(&run, &Config::default(), repository)?;
                (target.name.clone(), vec![target], watchful)
            }
            None => {
                let config = call.config(shared)?;
                let watchful = Watchful::settle(&run, &config, repository)?;
                let (title, targets) = named::targets(&run, config)?;
                (title, targets, watchful)
            }
        };
        if let Some(version) = &run.expected.expect_version {
            expect_version(version, &mut targets)?;
        }
        Ok(Self { title, targets, watchful, facts: run.facts })
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

/// The one probe that stands on the command line.
fn typed(url: &str, run: &Run) -> Result<Named, Fault> {
    let expected = &run.expected;
    let place = VersionAt {
        json: expected.version_json.clone(),
        header: expected.version_header.clone(),
        text: false,
    };
    let mut probe = Probe { http: Some(url.to_owned()), ..Probe::default() };
    probe.version = Some(place).filter(|place| *place != VersionAt::default());
    timed(&mut probe, run);
    let config = Config { probes: [(TYPED.to_owned(), probe)].into(), ..Config::default() };
    let hosts: Vec<String> = run.host.iter().cloned().collect();
    let mut found = configured(&config, &[TYPED.to_owned()], &Around { hosts, ..Around::default() })?;
    let mut target = found.pop().ok_or_else(|| Fault::usage("nothing-to-probe", "no address is given"))?;
    if let Some(get) = target.probe.ask.get_mut() {
        for header in &run.asking.request_header {
            *get = with_header(get.clone(), header)?;
        }
        get.address().clone_into(&mut target.name);
    }
    let expectation = &mut target.probe.expectation;
    expectation.status = StatusSet(expected.status.clone());
    expectation.body = expected.body_contains.iter().filter(|text| !text.is_empty()).cloned().collect();
    expectation.json.clone_from(&expected.json);
    expectation.headers.clone_from(&expected.header);
    Ok(target)
}

/// What the flags say of times wins over what the file says.
fn timed(probe: &mut Probe, run: &Run) {
    probe.within = run.asking.within.or(probe.within);
    probe.successes = run.asking.successes.or(probe.successes);
    probe.timeout = run.asking.timeout.or(probe.timeout);
    probe.follow = run.asking.follow.or(probe.follow);
    probe.max_latency = run.expected.max_latency.or(probe.max_latency);
}

/// `Name: value`; an empty line of a list is no header.
pub(crate) fn with_header(get: Get, header: &Secret) -> Result<Get, Fault> {
    let text = header.expose().trim();
    if text.is_empty() {
        return Ok(get);
    }
    let wrong = || {
        Fault::usage("header-invalid", "a header to send has no name before a colon")
            .help("write it as `Name: value`, one a line")
    };
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    get.header(name.trim(), &Secret::new(value.trim()))
}
