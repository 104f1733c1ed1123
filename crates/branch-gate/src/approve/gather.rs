//! The facts, from GitHub: where the request is kept, what was said there, who said it.

use shiplane_action::Call;
use shiplane_core::approval::{Facts, questions};
use shiplane_core::report::Level;
use shiplane_github::{Client, Repository};

use super::report;
use super::request::Request;

/// GitHub, and the repository that is meant.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) repository: Repository,
}

impl Connection {
    /// Nothing is contacted yet.
    pub(super) fn new(request: &Request, call: &Call) -> anyhow::Result<Self> {
        let repository = request.args.access.repository(&call.context)?;
        Ok(Self { client: request.args.access.client(&call.context)?, repository })
    }

    /// Where the request is kept: as named, else where `request` would have put it.
    pub(super) async fn place(&self, request: &Request) -> anyhow::Result<Option<u64>> {
        if let Some(number) = request.place {
            return Ok(Some(number));
        }
        let commit = request.commit()?;
        if let Some(number) = self.client.approval_pull(&self.repository, commit).await? {
            return Ok(Some(number));
        }
        let title = report::issue_title(&request.policy, commit);
        let identity = request.args.terms.identity.as_str();
        Ok(self.client.approval_issue(&self.repository, (&title, identity)).await?)
    }

    /// What was said there.
    pub(super) async fn said(&self, request: &Request, number: u64) -> anyhow::Result<Facts> {
        let facts = self.client.approval_place(&self.repository, number).await?;
        let (identity, asked) = (request.args.terms.identity.clone(), request.commit.clone());
        Ok(Facts { identity, asked, ..facts })
    }
}

/// Everything that `check` decides by.
pub(super) async fn for_check(request: &Request, call: &Call) -> anyhow::Result<Facts> {
    with_people(request, call, &[]).await
}

/// Everything, and what people besides those who answered may do.
pub(super) async fn with_people(request: &Request, call: &Call, also: &[String]) -> anyhow::Result<Facts> {
    let connection = Connection::new(request, call)?;
    let phase = call.progress.phase("read the request");
    let Some(number) = connection.place(request).await? else {
        phase.finish(Level::Ok, "there is none");
        let (identity, asked) = (request.args.terms.identity.clone(), request.commit.clone());
        let repository = connection.repository.to_string();
        return Ok(Facts { repository, identity, asked, ..Facts::default() });
    };
    let facts = connection.said(request, number).await?;
    let questions = questions(&request.policy, &facts, also);
    let facts = connection.client.approval_people(&connection.repository, &questions, facts).await?;
    phase.finish(Level::Ok, &report::phase_note(&facts));
    Ok(facts)
}
