//! From GitHub's words to core's.

use shiplane_core::approval::facts::{Comment, Place, PullRequest};
use shiplane_core::gate::facts::{Review, ReviewState};

use super::wire;
use crate::graphql::login;

/// The issue or the pull request itself.
pub(super) fn place(place: &wire::Place) -> Place {
    let pull_request = (place.kind == "PullRequest").then(|| PullRequest {
        author: login(place.author.as_ref()),
        head: place.head_ref_oid.clone().unwrap_or_default(),
        // A state that is not known may be one in which commits still come.
        open: !matches!(place.state.as_deref(), Some("CLOSED" | "MERGED")),
    });
    Place { number: place.number, url: place.url.clone(), pull_request }
}

/// A comment; `None` when one of the fields that a decision hangs on is not there.
pub(super) fn comment(comment: wire::Comment) -> Option<Comment> {
    // The numbers of comments have outgrown GraphQL's `Int`, and an old server has no other field for them.
    let (_, number) = comment.url.rsplit_once("#issuecomment-")?;
    Some(Comment {
        id: number.parse().ok()?,
        author: login(comment.author.as_ref()),
        created_at: comment.created_at.parse().ok()?,
        edited: comment.includes_created_edit? || comment.last_edited_at.is_some(),
        url: comment.url,
        body: comment.body,
    })
}

/// A review.
pub(super) fn review(review: wire::Review) -> Option<Review> {
    let state = match review.state.as_str() {
        "APPROVED" => ReviewState::Approved,
        "CHANGES_REQUESTED" => ReviewState::ChangesRequested,
        "DISMISSED" => ReviewState::Dismissed,
        "COMMENTED" => ReviewState::Commented,
        "PENDING" => ReviewState::Pending,
        _ => ReviewState::Unknown,
    };
    Some(Review {
        author: login(review.author.as_ref()),
        state,
        submitted_at: review.submitted_at.and_then(|time| time.parse().ok()),
        commit: review.commit.map(|commit| commit.oid),
        writer: review.author_can_push_to_repository,
        // Only to tell apart what one account said at one time; here is one review of each.
        id: 0,
        same_diff: None,
    })
}
