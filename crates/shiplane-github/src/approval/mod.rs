//! What an approval is decided by, and where it is written down.

mod convert;
mod people;
mod places;
mod wire;

use serde_json::json;
use shiplane_core::approval::Facts;
use shiplane_core::approval::facts::Unread;
use shiplane_core::fault::Fault;

use crate::answer::{Answer, Missing};
use crate::client::Client;
use crate::repository::Repository;

const APPROVAL: &str = include_str!("approval.graphql");

/// More pages than this are no conversation but a loop: 100 comments each.
const MOST_PAGES: usize = 50;

impl Client {
    /// An issue or a pull request with all its comments and last reviews: one request for each 100 comments.
    pub async fn approval_place(&self, repository: &Repository, number: u64) -> anyhow::Result<Facts> {
        let mut facts = Facts::default();
        let mut after: Option<String> = None;
        for page in 1..=MOST_PAGES {
            let variables = json!({
                "owner": repository.owner, "name": repository.name, "number": number, "after": after,
            });
            let answer = self.query(APPROVAL, &variables).await?;
            facts.seen_at = answer.at;
            let next = add(&mut facts, answer, (repository, number))?;
            match next {
                None => return Ok(facts),
                Some(cursor) if after.as_ref() == Some(&cursor) => {
                    gap(&mut facts, "its pages lead in a circle")
                }
                Some(_) if page == MOST_PAGES => gap(&mut facts, "it does not come to an end"),
                Some(cursor) => {
                    after = Some(cursor);
                    continue;
                }
            }
            break;
        }
        Ok(facts)
    }
}

/// Adds a page; answers where the next one begins.
fn add(
    facts: &mut Facts,
    answer: Answer,
    (repository, number): (&Repository, u64),
) -> Result<Option<String>, Fault> {
    let data: wire::Data = serde_json::from_value(answer.data).map_err(|error| {
        Fault::could_not("github-answer", format!("GitHub's answer is not as documented: {error}"))
            .help("run it again; if it stays so, this version does not fit the server")
    })?;
    let Some(wire::Repository { name_with_owner, issue_or_pull_request: Some(place) }) = data.repository
    else {
        return Err(nothing(&answer.errors, (repository, number)));
    };
    facts.repository = name_with_owner;
    facts.place = Some(convert::place(&place));
    for missing in &answer.errors {
        leave(facts, unread(missing));
    }
    if place.kind == "PullRequest" {
        reviews(facts, place.latest_opinionated_reviews);
    }
    Ok(comments(facts, place.comments))
}

fn comments(facts: &mut Facts, page: Option<wire::Page<wire::Comment>>) -> Option<String> {
    let Some(wire::Page { page_info: Some(info), nodes: Some(nodes), .. }) = page else {
        gap(facts, "they are not in the answer");
        return None;
    };
    let count = nodes.len();
    let read: Vec<_> = nodes.into_iter().flatten().filter_map(convert::comment).collect();
    if read.len() < count {
        gap(facts, "one of them is not in the answer");
    }
    facts.comments.extend(read);
    if info.has_next_page && info.end_cursor.is_none() {
        gap(facts, "its pages lead nowhere");
    }
    info.end_cursor.filter(|_| info.has_next_page)
}

fn reviews(facts: &mut Facts, page: Option<wire::Page<wire::Review>>) {
    let whole =
        page.as_ref().and_then(|page| page.page_info.as_ref()).is_some_and(|info| !info.has_next_page);
    let nodes = page.and_then(|page| page.nodes).unwrap_or_default();
    let count = nodes.len();
    facts.reviews = nodes.into_iter().flatten().filter_map(convert::review).collect();
    if !whole || facts.reviews.len() < count {
        let why = "not all of them are in the answer".to_owned();
        leave(facts, Unread { what: "reviews".to_owned(), why, permission: None });
    }
}

fn gap(facts: &mut Facts, why: &str) {
    leave(facts, Unread { what: "comments".to_owned(), why: why.to_owned(), permission: None });
}

/// One word about each part is enough; GitHub's own comes first.
fn leave(facts: &mut Facts, unread: Unread) {
    if !facts.unread.iter().any(|known| known.what == unread.what) {
        facts.unread.push(unread);
    }
}

fn unread(missing: &Missing) -> Unread {
    let reviews = missing.path.iter().any(|step| step == "latestOpinionatedReviews");
    let (what, permission) =
        if reviews { ("reviews", "pull-requests: read") } else { ("comments", "issues: read") };
    let permission = is_permission(missing).then(|| permission.to_owned());
    Unread { what: what.to_owned(), why: missing.message.clone(), permission }
}

fn is_permission(missing: &Missing) -> bool {
    matches!(missing.kind.as_str(), "FORBIDDEN" | "INSUFFICIENT_SCOPES")
}

fn nothing(errors: &[Missing], (repository, number): (&Repository, u64)) -> Fault {
    let said = errors.first().map_or("it is not in the answer", |error| error.message.as_str());
    let what = format!("{repository}#{number}");
    if errors.iter().any(is_permission) {
        return Fault::could_not("permission-missing", format!("the token may not read {what}: {said}"))
            .help("grant the job `issues: read` and `pull-requests: read`");
    }
    Fault::could_not("not-found", format!("GitHub found no {what}: {said}"))
        .help("see the name and the number; a token that may not read a repository gets the same answer")
}
