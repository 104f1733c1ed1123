//! What to compare: the command line over the event over the config over the defaults.

use std::path::PathBuf;

use serde_json::Value;
use shiplane_action::{Context, FactsArgs};
use shiplane_core::changelog::check::Rules;
use shiplane_core::config;
use shiplane_core::fault::Fault;

use crate::choice::{self, Scope};
use crate::cli::Check;
use crate::request::{Named, changelog, stale, versions, zero};

/// Everything settled.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) directory: PathBuf,
    pub(crate) base: Base,
    pub(crate) title: String,
    pub(crate) labels: Vec<String>,
    /// The changelog's path from the repository's root.
    pub(crate) changelog: String,
    /// The version files by name; when none is named, the usual names are tried.
    pub(crate) versions: Vec<Named>,
    /// Which commits count.
    pub(crate) scope: Scope,
    pub(crate) rules: Rules,
    pub(crate) fix: bool,
    pub(crate) facts: FactsArgs,
}

/// What the pull request goes to.
#[derive(Debug)]
pub(crate) struct Base {
    /// As people call it.
    pub(crate) name: String,
    /// Names for git, the likeliest first.
    pub(crate) tried: Vec<String>,
}

impl Request {
    /// Settles every option.
    pub(crate) fn resolve(args: Check, config: config::Changelog, context: &Context) -> Result<Self, Fault> {
        if args.fix && args.facts.facts.is_some() {
            return Err(stale("leave out --fix or --facts"));
        }
        let config = choice::of_package(config, args.reading.package.as_deref())?;
        let (convention, scope) = choice::reading(&args.reading, &config)?;
        let versions = versions(&args.files, &config)?;
        let typed = args.base.filter(|base| !base.trim().is_empty());
        let base = match base(typed, context) {
            Some(base) => base?,
            // A record has its base in it.
            None if args.facts.facts.is_some() => Base { name: String::new(), tried: Vec::new() },
            None => {
                return Err(Fault::usage("base-missing", "no base is named")
                    .help("add --base REF, or run on pull_request events"));
            }
        };
        Ok(Self {
            base,
            title: args.title.or_else(|| text(context, "/pull_request/title")).unwrap_or_default(),
            labels: labels(&args.labels, &context.event),
            changelog: changelog(args.file, config.file)?,
            scope,
            rules: Rules {
                convention,
                zero: zero(args.files.zero.as_deref(), config.zero),
                waive: config.waive,
                files_named: !versions.is_empty(),
            },
            versions,
            directory: args.files.directory.unwrap_or_else(|| PathBuf::from(".")),
            fix: args.fix,
            facts: args.facts,
        })
    }
}

/// A name that was typed means what git takes it for; the event's name means the remote's branch, because a local
/// one may be old.
fn base(typed: Option<String>, context: &Context) -> Option<Result<Base, Fault>> {
    if let Some(name) = typed {
        if name.starts_with('-') {
            let fact = format!("`{name}` is not the name of a branch or a commit");
            return Some(Err(Fault::usage("base-invalid", fact).help("name it without a dash before it")));
        }
        let tried = vec![name.clone(), format!("refs/remotes/origin/{name}")];
        return Some(Ok(Base { name, tried }));
    }
    let named = text(context, "/pull_request/base/ref")
        .or_else(|| text(context, "/merge_group/base_ref"))
        .or_else(|| context.base_ref.clone())?;
    let name = named.strip_prefix("refs/heads/").unwrap_or(&named).to_owned();
    let tried = vec![format!("refs/remotes/origin/{name}"), format!("refs/heads/{name}")];
    Some(Ok(Base { name, tried }))
}

fn text(context: &Context, pointer: &str) -> Option<String> {
    context.event.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

fn labels(typed: &[String], event: &Value) -> Vec<String> {
    let typed = typed.iter().flat_map(|names| names.split([',', '\n'])).map(str::trim);
    let typed: Vec<String> = typed.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    if !typed.is_empty() {
        return typed;
    }
    let told = event.pointer("/pull_request/labels").and_then(Value::as_array);
    let names = told.into_iter().flatten().filter_map(|label| label.get("name").and_then(Value::as_str));
    names.map(str::to_owned).collect()
}
