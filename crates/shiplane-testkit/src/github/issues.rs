//! Issues, comments, and the people around them.

use std::collections::BTreeMap;

use super::actor::Actor;
use super::world::Repo;
use crate::clock::rfc3339;

/// An issue that is no pull request.
#[derive(Debug, Clone)]
pub struct Issue {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// Who opened it.
    pub author: Actor,
    /// Whether it is still open.
    pub open: bool,
}

/// A comment on an issue or a pull request.
#[derive(Debug, Clone)]
pub struct Comment {
    /// Its number.
    pub id: u64,
    /// The issue or pull request it is on.
    pub issue: u64,
    /// Who wrote it.
    pub author: Actor,
    /// Its text.
    pub body: String,
    /// When it was written.
    pub created_at: String,
    /// When it was changed last, if it was.
    pub edited_at: Option<String>,
}

/// A run that somebody started by a button, or that something else did.
#[derive(Debug, Clone)]
pub struct Dispatch {
    /// What started it.
    pub event: String,
    /// Who started it first.
    pub actor: Actor,
    /// Who started this attempt.
    pub triggering_actor: Actor,
}

/// Teams by `org/slug`: each login with `active` or `pending`.
pub type Teams = BTreeMap<String, BTreeMap<String, String>>;

impl Repo {
    /// The issue of that number, opened by `dev` when it is new.
    pub fn issue(&mut self, number: u64) -> &mut Issue {
        self.issues.entry(number).or_insert_with(|| Issue {
            number,
            title: format!("Issue {number}"),
            body: String::new(),
            author: Actor::user("dev"),
            open: true,
        })
    }

    /// A comment by someone; the answer is there to be refined.
    pub fn comment(&mut self, issue: u64, (author, body): (impl Into<Actor>, &str), at: u64) -> &mut Comment {
        // The numbers of comments grow, and have outgrown 31 bits.
        let id = 3_000_000_000 + self.comments.len() as u64;
        self.comments.push(Comment {
            id,
            issue,
            author: author.into(),
            body: body.to_owned(),
            created_at: rfc3339(at),
            edited_at: None,
        });
        self.comments.last_mut().expect("a comment was just added")
    }

    /// Gives somebody a role: `read`, `triage`, `write`, `maintain` or `admin`.
    pub fn role(&mut self, login: &str, role: &str) -> &mut Self {
        self.roles.insert(login.to_owned(), role.to_owned());
        self
    }

    /// A run that somebody started by its button.
    pub fn dispatched(&mut self, run: u64, by: &str) -> &mut Dispatch {
        let (event, actor) = ("workflow_dispatch".to_owned(), Actor::user(by));
        self.dispatches.entry(run).or_insert(Dispatch { event, triggering_actor: actor.clone(), actor })
    }

    pub(super) fn has_place(&self, number: u64) -> bool {
        self.issues.contains_key(&number) || self.pulls.contains_key(&number)
    }

    pub(super) fn comments_on(&self, number: u64) -> impl Iterator<Item = &Comment> {
        self.comments.iter().filter(move |comment| comment.issue == number)
    }
}

impl Comment {
    /// Changes the text afterwards.
    pub fn edit(&mut self, body: &str, at: u64) -> &mut Self {
        self.body = body.to_owned();
        self.edited_at = Some(rfc3339(at));
        self
    }
}
