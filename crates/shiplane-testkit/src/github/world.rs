//! What the fake GitHub knows: plain data with verbs, so that a test reads like a story.

use std::collections::BTreeMap;

use super::actor::Actor;
use super::commit::Commit;
use super::issues::{Comment, Dispatch, Issue, Teams};
use super::protection::{Protection, Rule, RuleKind};
use super::pull::Pull;
use super::runs::{Deployment, Run};
use super::settings::{Granted, Settings};
use super::workshop::{Attachment, Workshop};

/// Everything the fake answers from.
#[derive(Debug)]
pub struct World {
    /// The repositories, in the order of their creation.
    pub repos: Vec<Repo>,
    /// Who the token belongs to.
    pub viewer: Actor,
    /// Tokens that are let in.
    pub tokens: Vec<String>,
    /// What is left of the hour's allowance.
    pub rate: RateLimit,
    /// Fields that the server is too old for, as `Type.field`.
    pub lacking: Vec<String>,
    /// What the token may do beyond a workflow's own.
    pub granted: Granted,
    /// The server's clock, in seconds since 1970; every answer tells it.
    pub clock: u64,
    /// Teams that the token sees; nothing for one that sees none, as a workflow's.
    pub teams: Option<Teams>,
    /// What became of the newest mutation: nothing to show, or GitHub's kind of error and its words.
    pub(super) changed: Result<String, (String, String)>,
    /// Where the fake listens, for `Link` headers.
    pub(super) url: String,
}

/// The allowance of requests, as every answer reports it.
#[derive(Debug, Clone)]
pub struct RateLimit {
    /// Requests an hour.
    pub limit: u64,
    /// Requests left.
    pub remaining: u64,
    /// When the hour ends, in seconds since 1970.
    pub reset: u64,
}

impl Default for World {
    fn default() -> Self {
        Self {
            repos: Vec::new(),
            viewer: Actor::bot("github-actions"),
            tokens: vec![super::TOKEN.to_owned()],
            rate: RateLimit { limit: 5000, remaining: 5000, reset: 1_767_610_800 },
            lacking: Vec::new(),
            granted: Granted::default(),
            clock: 1_767_614_400,
            teams: None,
            changed: Ok(String::new()),
            url: String::new(),
        }
    }
}

impl World {
    /// The repository of that name, created empty when it is new.
    pub fn repo(&mut self, owner: &str, name: &str) -> &mut Repo {
        let at = self.repos.iter().position(|repo| repo.is(owner, name)).unwrap_or_else(|| {
            self.repos.push(Repo::new(owner, name));
            let newest = self.repos.len() - 1;
            self.repos[newest].workshop.url.clone_from(&self.url);
            self.repos.len() - 1
        });
        &mut self.repos[at]
    }

    /// Lets another token in.
    pub fn accept_token(&mut self, token: &str) -> &mut Self {
        self.tokens.push(token.to_owned());
        self
    }

    /// Lets the token see a team and its members.
    pub fn team(&mut self, organization: &str, team: &str, members: &[&str]) -> &mut Self {
        let members = members.iter().map(|&login| (login.to_owned(), "active".to_owned())).collect();
        self.teams.get_or_insert_default().insert(format!("{organization}/{team}"), members);
        self
    }

    pub(super) fn find(&self, owner: &str, name: &str) -> Option<&Repo> {
        self.repos.iter().find(|repo| repo.is(owner, name))
    }

    pub(super) fn find_mut(&mut self, owner: &str, name: &str) -> Option<&mut Repo> {
        self.repos.iter_mut().find(|repo| repo.is(owner, name))
    }

    /// Gives every name that was only mentioned a thing to point at, as GitHub would have it.
    pub(super) fn settle(&mut self) {
        for repo in &mut self.repos {
            repo.settle();
        }
    }
}

/// One repository.
#[derive(Debug)]
pub struct Repo {
    /// Its owner's login.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// Whether only members see it.
    pub private: bool,
    /// Whether the token administers it; to others the classic rule does not show.
    pub admin: bool,
    /// The branch a clone checks out.
    pub default_branch: String,
    /// Branches by name.
    pub branches: BTreeMap<String, Branch>,
    /// Pull requests by number.
    pub pulls: BTreeMap<u64, Pull>,
    /// Commits by id.
    pub commits: BTreeMap<String, Commit>,
    /// Texts of files by `(commit or branch, path)`.
    pub files: BTreeMap<(String, String), String>,
    /// Tags and the commits they name.
    pub tags: BTreeMap<String, String>,
    /// Releases, oldest first.
    pub releases: Vec<Release>,
    /// Comments on issues and pull requests, oldest first.
    pub comments: Vec<Comment>,
    /// Issues by number.
    pub issues: BTreeMap<u64, Issue>,
    /// Who may do what, by login; others read.
    pub roles: BTreeMap<String, String>,
    /// Workflow runs and who started them, by number.
    pub dispatches: BTreeMap<u64, Dispatch>,
    /// Comparisons by `(base, head)`.
    pub compares: BTreeMap<(String, String), Compare>,
    /// Runs of workflows, oldest first.
    pub runs: Vec<Run>,
    /// Deployments, oldest first.
    pub deployments: Vec<Deployment>,
    /// What the audit looks at.
    pub settings: Settings,
    /// What is made of git's own parts.
    pub workshop: Workshop,
}

/// One branch and what protects it.
#[derive(Debug, Clone, Default)]
pub struct Branch {
    /// Its name.
    pub name: String,
    /// The commit at its head.
    pub sha: String,
    /// The classic protection rule, if there is one.
    pub protection: Option<Protection>,
    /// Rules of rulesets that apply to it.
    pub rules: Vec<Rule>,
}

/// How far two refs are apart.
#[derive(Debug, Clone, Default)]
pub struct Compare {
    /// Commits that only the head has.
    pub ahead: u64,
    /// Commits that only the base has.
    pub behind: u64,
}

/// A published release.
#[derive(Debug, Clone)]
pub struct Release {
    /// Its number.
    pub id: u64,
    /// The tag it stands on.
    pub tag: String,
    /// Its title.
    pub name: String,
    /// Its notes.
    pub body: String,
    /// What the tag was made from when it was new.
    pub target: String,
    /// Whether it is still a draft.
    pub draft: bool,
    /// Whether it is marked as a pre-release.
    pub prerelease: bool,
    /// Files attached to it.
    pub assets: Vec<Attachment>,
}

impl Repo {
    fn new(owner: &str, name: &str) -> Self {
        Self {
            owner: owner.to_owned(),
            name: name.to_owned(),
            private: false,
            admin: true,
            default_branch: "main".to_owned(),
            branches: BTreeMap::new(),
            pulls: BTreeMap::new(),
            commits: BTreeMap::new(),
            files: BTreeMap::new(),
            tags: BTreeMap::new(),
            releases: Vec::new(),
            comments: Vec::new(),
            issues: BTreeMap::new(),
            roles: BTreeMap::new(),
            dispatches: BTreeMap::new(),
            compares: BTreeMap::new(),
            runs: Vec::new(),
            deployments: Vec::new(),
            settings: Settings::default(),
            workshop: Workshop::default(),
        }
    }

    /// Puts a branch at a commit, creating it when it is new.
    pub fn branch(&mut self, name: &str, sha: &str) -> &mut Branch {
        let branch = self.branches.entry(name.to_owned()).or_default();
        branch.name = name.to_owned();
        branch.sha = sha.to_owned();
        branch
    }

    /// The pull request of that number, created open and mergeable when it is new.
    pub fn pull(&mut self, number: u64) -> &mut Pull {
        self.pulls.entry(number).or_insert_with(|| Pull::new(number))
    }

    /// The commit of that id, created by `dev` when it is new.
    pub fn commit(&mut self, sha: &str) -> &mut Commit {
        self.commits.entry(sha.to_owned()).or_insert_with(|| Commit::new(sha))
    }

    /// Sets the text of a file at a commit or branch.
    pub fn file(&mut self, at: &str, path: &str, text: &str) -> &mut Self {
        self.files.insert((at.to_owned(), path.to_owned()), text.to_owned());
        self
    }

    /// Names a commit.
    pub fn tag(&mut self, name: &str, sha: &str) -> &mut Self {
        self.tags.insert(name.to_owned(), sha.to_owned());
        self
    }

    /// Says how far the head is from the base.
    pub fn compare(&mut self, base: &str, head: &str, compare: Compare) -> &mut Self {
        self.compares.insert((base.to_owned(), head.to_owned()), compare);
        self
    }

    /// A new commit on a branch: open pull requests from it follow.
    pub fn push(&mut self, branch: &str, sha: &str) -> &mut Commit {
        self.branch(branch, sha);
        for pull in self.pulls.values_mut().filter(|pull| pull.is_open_from(branch)) {
            pull.head.oid = sha.to_owned();
            pull.commits.push(sha.to_owned());
        }
        self.commit(sha)
    }

    /// The head of a branch replaced by another commit: open pull requests record the event.
    pub fn force_push(&mut self, branch: &str, sha: &str, time: &str) -> &mut Commit {
        self.branch(branch, sha);
        for pull in self.pulls.values_mut().filter(|pull| pull.is_open_from(branch)) {
            pull.force_pushed(sha, time);
        }
        self.commit(sha)
    }

    fn is(&self, owner: &str, name: &str) -> bool {
        self.owner.eq_ignore_ascii_case(owner) && self.name.eq_ignore_ascii_case(name)
    }

    /// The commit that a branch, tag or id names.
    pub(super) fn resolve(&self, name: &str) -> Option<String> {
        let bare = name.trim_start_matches("refs/").trim_start_matches("heads/").trim_start_matches("tags/");
        let branch = self.branches.get(bare).map(|branch| &branch.sha);
        branch
            .or_else(|| self.tags.get(bare))
            .or_else(|| self.commits.get_key_value(bare).map(|(sha, _)| sha))
            .cloned()
    }

    /// The text at `rev:path`.
    pub(super) fn text_at(&self, rev: &str, path: &str) -> Option<&str> {
        let at = |rev: &str| self.files.get(&(rev.to_owned(), path.to_owned())).map(String::as_str);
        at(rev).or_else(|| at(&self.resolve(rev)?)).or_else(|| {
            let sha = self.resolve(rev)?;
            self.branches.values().filter(|branch| branch.sha == sha).find_map(|branch| at(&branch.name))
        })
    }

    /// The distance between two refs; what no test has said is taken from the pull requests.
    pub(super) fn distance(&self, base: &str, head: &str) -> Compare {
        let same = |said: &str, asked: &str| said == asked || self.resolve(said) == self.resolve(asked);
        let said = self.compares.iter().find(|((from, to), _)| same(from, base) && same(to, head));
        if let Some((_, compare)) = said {
            return compare.clone();
        }
        if self.resolve(base) == self.resolve(head) {
            return Compare::default();
        }
        if let (Some(one), Some(other)) = (self.resolve(base), self.resolve(head))
            && let (Some(behind), Some(ahead)) = (self.walked(&other, &one), self.walked(&one, &other))
        {
            return Compare { ahead: ahead.len() as u64, behind: behind.len() as u64 };
        }
        let head = self.resolve(head);
        let pull = self.pulls.values().find(|pull| Some(&pull.head.oid) == head.as_ref());
        Compare { ahead: pull.map_or(1, |pull| pull.commits.len() as u64), behind: 0 }
    }

    fn settle(&mut self) {
        let mut seen: Vec<String> = self.branches.values().map(|branch| branch.sha.clone()).collect();
        seen.extend(self.tags.values().cloned());
        let mut sides = Vec::new();
        for pull in self.pulls.values_mut() {
            if pull.commits.is_empty() {
                pull.commits.push(pull.head.oid.clone());
            }
            seen.extend(pull.mentioned());
            sides.push(pull.base.clone());
            if !pull.from_fork {
                sides.push(pull.head.clone());
            }
        }
        for sha in seen {
            self.commit(&sha);
        }
        for side in sides.into_iter().filter(|side| !side.branch.is_empty()) {
            if !self.branches.contains_key(&side.branch) {
                self.branch(&side.branch, &side.oid);
            }
        }
    }
}

impl Branch {
    /// Gives the branch a classic protection rule.
    pub fn protect(&mut self, protection: Protection) -> &mut Self {
        self.protection = Some(protection);
        self
    }

    /// Adds a rule of an active ruleset.
    pub fn rule(&mut self, ruleset: &str, kind: RuleKind) -> &mut Self {
        self.rules.push(Rule { ruleset: ruleset.to_owned(), kind });
        self
    }
}
