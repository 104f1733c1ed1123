//! Whom a run asks, and about what; not there when the facts are on record.

use shiplane_action::Context;
use shiplane_core::gate::facts::OwnCheck;
use shiplane_github::Client;

use super::report;
use super::request::Request;
use super::subject::Subject;

/// GitHub, and what is judged there.
#[derive(Debug)]
pub(super) struct Asked {
    /// The connection.
    pub(super) client: Client,
    /// What is judged.
    pub(super) subject: Subject,
    /// Which check is this run's own.
    pub(super) own_check: OwnCheck,
}

impl Asked {
    /// Flags go before the event and the runner's variables; nothing is contacted yet.
    pub(super) fn resolve(request: &Request, context: &Context) -> anyhow::Result<Self> {
        let check = &request.check;
        let subject = Subject::resolve(check, context)?;
        let own_check = OwnCheck {
            id: check.check_run_id,
            run: context.run_id,
            job: context.job.clone(),
            workflow: context.workflow.clone(),
            status: Some(report::STATUS.to_owned()),
        };
        Ok(Self { client: check.access.client(context)?, subject, own_check })
    }
}
