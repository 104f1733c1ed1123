//! Flags, environment, event and config settled into what is asked. The last place for "you asked wrongly".

use shiplane_action::Call;
use shiplane_core::config::Config;
use shiplane_core::duration::Span;
use shiplane_core::fault::Fault;
use shiplane_core::preview::{Number, Origin, Policy, Settings};
use shiplane_fleet::reaches;
use shiplane_remote::Reach;

use super::cli::PreviewArgs;
use super::event::Event;
use super::hub::Hub;
use crate::deploy::DeployArgs;

/// How long `down` and `gc` wait for a deploy that is about to end.
const WAIT: Span = Span::seconds(120);

/// A step of a preview, every default settled.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) settings: Settings,
    pub(super) reaches: Vec<Reach>,
    pub(super) hub: Option<Hub>,
    pub(super) config: Config,
    pub(super) trusted: bool,
    pub(super) wait: Span,
    pub(super) policy: Policy,
    pub(super) deploy: DeployArgs,
    number: Option<Number>,
    event: Option<Event>,
}

impl Request {
    pub(super) fn resolve(args: PreviewArgs, config: Config, call: &Call) -> anyhow::Result<Self> {
        let settings = Settings::resolve(&args.deploy.host.given(), &config)?;
        let reaches = reaches(&args.deploy.host, &settings.place, call)?;
        let policy = Policy {
            ttl: args.older_than.or(settings.ttl.filter(|_| settings.auto_destroy)),
            closed: settings.auto_destroy,
        };
        Ok(Self {
            hub: Hub::settle(&args.github, &call.context)?,
            wait: args.deploy.wait_for_lock.unwrap_or(WAIT),
            event: Event::of(&call.context),
            number: args.number,
            trusted: args.trusted,
            deploy: args.deploy,
            settings,
            reaches,
            config,
            policy,
        })
    }

    /// Which preview.
    pub(super) fn number(&self) -> Result<Number, Fault> {
        let number = self.number.or(self.event.as_ref().map(|event| event.number));
        number.ok_or_else(|| {
            Fault::usage("pull-request-missing", "no pull request is named")
                .help("add --number, or run it on pull_request events")
        })
    }

    /// The event, when it is about the pull request that is meant.
    pub(super) fn event(&self) -> Option<&Event> {
        let number = self.number.or(self.event.as_ref().map(|event| event.number));
        self.event.as_ref().filter(|event| Some(event.number) == number)
    }

    /// Where the run's own pull request comes from, whichever is meant: nobody gets around it by another number.
    pub(super) fn origin(&self) -> Option<&Origin> {
        self.event.as_ref().map(|event| &event.origin)
    }

    /// The commit to put up. Another event's commit is of another branch.
    pub(super) fn commit(&self) -> Result<String, Fault> {
        let of_event = || self.event().and_then(|event| event.head.clone());
        self.deploy.commit.clone().or_else(of_event).ok_or_else(|| {
            Fault::usage("commit-missing", "no commit is given, and the event is about no pull request")
                .help("pass --commit with the newest commit of the pull request")
        })
    }
}
