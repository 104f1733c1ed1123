//! What to release and how: flags over environment over config over defaults.

use serde_json::Value;
use shiplane_action::{Call, Context};
use shiplane_core::changelog::release::asset::Differing;
use shiplane_core::changelog::release::{Files, Way, Wish, floating, headline};
use shiplane_core::config;
use shiplane_core::fault::Fault;
use shiplane_core::report::Finding;
use shiplane_github::Repository;

use super::assets::{self, Local};
use super::cli::{Args, Options};
use crate::gather::checkout::Checkout;
use crate::gather::deeds::Signed;
use crate::prepared::Prepared;
use crate::request as bump;

/// Everything settled.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) bump: bump::Request,
    pub(super) args: Options,
    /// Whether only a plan is asked for.
    pub(super) dry: bool,
    pub(super) assets: Vec<Local>,
    pub(super) tagging: Tagging,
    branch: Option<String>,
}

/// How the tag is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tagging {
    /// Over the API.
    Api,
    /// With git, and pushed.
    Git(Signed),
}

impl Request {
    /// Reads the config and the files to attach; nothing is contacted.
    pub(super) fn resolve(args: Args, config: config::Changelog, call: &Call) -> anyhow::Result<Self> {
        let Args { bump, options: args } = args;
        let dry = bump.dry_run;
        let bump = bump::Request::bump(bump, config)?.seen_at(&call.context)?;
        let branch = args.branch.clone().or_else(|| of_event(&call.context));
        if let Some(branch) = &branch {
            named(branch)?;
        }
        let prefix = &bump.policy.prefix;
        if named(&format!("{prefix}1.0.0")).is_err() {
            let fact = format!("`{prefix}` cannot be the beginning of a tag");
            return Err(Fault::usage("tag-prefix-invalid", fact)
                .help("see `git help check-ref-format`")
                .into());
        }
        if let Some(remote) = args.remote.as_ref().filter(|remote| remote.starts_with('-')) {
            return Err(Fault::usage("remote-invalid", format!("`{remote}` is not a remote")).into());
        }
        let tagging = match (args.sign, args.local) {
            (true, _) => Tagging::Git(Signed::Always),
            (false, true) => Tagging::Git(Signed::AsConfigured),
            (false, false) => Tagging::Api,
        };
        let assets = assets::read(args.asset_paths())?;
        Ok(Self { bump, dry, assets, tagging, branch, args })
    }

    /// Which repository.
    pub(super) fn repository(&self, context: &Context) -> Result<Repository, Fault> {
        self.bump.access.repository(context)
    }

    /// What is to be there in the end.
    pub(super) fn wish(&self, prepared: &Prepared, checkout: &Checkout) -> Wish {
        let version = prepared.next.version.clone();
        let prefix = prepared.facts.prefix(&self.bump.policy);
        Wish {
            tag: prepared.next.tag.clone(),
            headline: headline(&version),
            head: checkout.head.clone(),
            branch: self.branch.clone().or_else(|| checkout.branch.clone()),
            files: if prepared.changes.is_empty() { Files::Written } else { Files::ToWrite },
            way: if self.args.local { Way::Local } else { Way::Api },
            assets: self.assets.iter().map(|local| local.asset.clone()).collect(),
            differing: if self.args.clobber { Differing::Replace } else { Differing::Refuse },
            floating: self.args.floating_major.then(|| floating(prefix, &version)),
            version,
        }
    }

    /// Why this person may not release.
    pub(super) fn stranger(&self, context: &Context) -> Option<Finding> {
        let (logins, actor) = (self.args.logins(), context.actor.as_deref().unwrap_or_default());
        let is_known = logins.is_empty() || logins.iter().any(|login| login.eq_ignore_ascii_case(actor));
        (!is_known).then(|| {
            let who = if actor.is_empty() { "nobody that is known" } else { actor };
            let fact = format!("{who} started this; releases are made by {}", logins.join(", "));
            Finding::fail("releaser-stranger", fact).help("ask one of them, or change --releasers")
        })
    }
}

/// A name that git would take for an option, or for none at all, goes nowhere.
pub(crate) fn named(branch: &str) -> Result<(), Fault> {
    let odd = |c: char| c.is_control() || " ~^:?*[\\".contains(c);
    let parts =
        branch.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock"));
    let plain = !branch.starts_with('-')
        && !branch.contains("..")
        && !branch.contains("@{")
        && !branch.ends_with('.');
    if parts && plain && !branch.chars().any(odd) {
        return Ok(());
    }
    let fact = format!("`{branch}` cannot be the name of a branch");
    Err(Fault::usage("branch-invalid", fact).help("see `git help check-ref-format`"))
}

/// The branch that a run is about: a checkout in a workflow has one only on branches.
fn of_event(context: &Context) -> Option<String> {
    let name = context.event.pointer("/ref").and_then(Value::as_str)?;
    name.strip_prefix("refs/heads/").map(str::to_owned)
}
