//! The pull requests that brought the commits, from GitHub or from what it wrote into the first lines.

use shiplane_action::Context;
use shiplane_core::changelog::convention::Mode;
use shiplane_core::changelog::history::Commit;
use shiplane_core::changelog::pulls::{Pulls, by_subjects};
use shiplane_core::fault::Fault;

use crate::permission::allowed;
use crate::request::Request;

/// Forty questions.
const MOST: usize = 2_000;

/// Reads them where they say what changed. What cannot be found out is an error, for else a change would be lost.
pub(super) async fn read(
    request: &Request,
    context: &Context,
    commits: &[Commit],
) -> anyhow::Result<Option<Pulls>> {
    let mode = request.policy.choice.convention.mode;
    match mode {
        Mode::Conventional => return Ok(None),
        Mode::PrTitle | Mode::Labels if commits.is_empty() => return Ok(Some(Pulls::default())),
        Mode::PrTitle if !request.access.has_token(context) => {
            let fact = "there is no token to ask GitHub with, and not every commit names its pull request";
            let unknown = Fault::could_not("pulls-unknown", fact).help("set SHIPLANE_TOKEN or GITHUB_TOKEN");
            return Ok(Some(by_subjects(commits).ok_or(unknown)?));
        }
        Mode::PrTitle | Mode::Labels => {}
    }
    if commits.len() > MOST {
        let fact = format!("there are {} commits; GitHub is asked of up to {MOST}", commits.len());
        return Err(Fault::could_not("range-too-long", fact).help("tag the last release").into());
    }
    let repository = request.access.repository(context)?;
    let client = request.access.client(context)?;
    let ids: Vec<&str> = commits.iter().map(|commit| commit.id.as_str()).collect();
    let asked = client.brought_by(&repository, &ids).await?;
    let brought = allowed(asked, ("read pull requests", "pull-requests: read"))?;
    if let Some(id) = brought.unknown.first() {
        let (count, short) = (brought.unknown.len(), id.get(..10).unwrap_or(id));
        let fact = format!("GitHub does not have {count} of the commits, {short} among them");
        return Err(Fault::could_not("commit-not-at-github", fact)
            .help("push them, or name --repository")
            .into());
    }
    Ok(Some(brought.pulls))
}
