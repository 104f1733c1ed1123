//! After a run: those who want to know of it are told, once, whatever the tool.

use std::path::PathBuf;
use std::time::Instant;

use clap::ArgMatches;
use shiplane_core::config::Config;
use shiplane_core::exit::Exit;
use shiplane_core::notify::{Letter, Outcome, Place, Run, letters, told, unread};
use shiplane_core::report::{Finding, Level, Report};
use shiplane_core::secret::Secret;

use crate::args::Format;
use crate::call::read_config;
use crate::context::Context;
use crate::process::mask;
use crate::progress::Progress;
use crate::tool::Tool;

/// Shorter texts are no secrets.
const SHORTEST_SECRET: usize = 6;

/// What the harness knows of a run besides its report.
pub(crate) struct Walk<'a> {
    pub(crate) tool: &'a Tool,
    pub(crate) context: &'a Context,
    pub(crate) matches: ArgMatches,
    /// What no message may contain.
    pub(crate) secrets: Vec<Secret>,
    pub(crate) started: Instant,
}

impl Walk<'_> {
    /// Tells those who want to know, and writes into the report whether they could be told. Verdict and exit code
    /// stay what they are.
    pub(crate) async fn tell<N>(&self, report: &mut Report, (progress, format): (Progress, Format), send: N)
    where
        N: AsyncFnOnce(Vec<Letter>) -> Vec<Outcome>,
    {
        if self.is_rehearsal() || report.verdict.exit == Exit::Usage {
            return;
        }
        let config = match read_config(self.context, self.value::<PathBuf>("config").as_deref()) {
            Ok(config) => config,
            Err(error) => return report.findings.push(unread(&format!("{error:#}"))),
        };
        let letters = self.letters(&config, report, format);
        if letters.is_empty() {
            return;
        }
        let phase = progress.phase("notify");
        let outcomes = send(letters.clone()).await;
        let findings: Vec<Finding> =
            letters.iter().zip(&outcomes).map(|(letter, outcome)| told(letter, outcome)).collect();
        findings.iter().for_each(|finding| phase.line(&finding.fact));
        let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok);
        let good = findings.iter().filter(|finding| finding.level == Level::Ok).count();
        report.phases.push(phase.finish(worst, &format!("{good} of {}", findings.len())));
        report.findings.extend(findings);
    }

    fn letters(&self, config: &Config, report: &Report, format: Format) -> Vec<Letter> {
        if config.notify.is_empty() {
            return Vec::new();
        }
        let secrets = Context::secrets(config.notify_variables());
        // The number of a chat may be short, and hiding it would make the log unreadable.
        let long = |secret: &&Secret| secret.expose().trim().len() >= SHORTEST_SECRET;
        mask(self.context, secrets.iter().map(|(_, secret)| secret).filter(long), format);
        let token = self.context.token.clone().or_else(|| self.value::<Secret>("token"));
        let github = Place { api: self.context.api_url.clone(), token };
        let run = self.run(config);
        letters(&config.notify, (&run, report), &secrets, &github)
    }

    fn run(&self, config: &Config) -> Run {
        let context = self.context;
        let named = config.notify_variables().into_iter().chain(config.variables());
        let hidden = Context::secrets(named).iter().map(|(_, secret)| secret.clone()).collect::<Vec<_>>();
        Run {
            tool: self.tool.name.to_owned(),
            command: self.matches.subcommand_name().unwrap_or_default().to_owned(),
            project: config.project.clone(),
            environment: self.environment(config),
            repository: context.repository.clone(),
            ref_name: context.head_ref.clone().or_else(|| context.ref_name.clone()),
            sha: context.sha.clone(),
            actor: context.triggering_actor.clone().or_else(|| context.actor.clone()),
            run_url: context.run_url.clone(),
            seconds: self.started.elapsed().as_secs_f64(),
            hidden: hidden.into_iter().chain(self.secrets.iter().cloned()).collect(),
        }
    }

    /// The environment that was named, else the only one where the command takes one and nothing else was named.
    fn environment(&self, config: &Config) -> Option<String> {
        let known = self.levels().any(|options| options.try_contains_id("environment").is_ok());
        let only = || config.environments.keys().next().filter(|_| config.environments.len() == 1).cloned();
        let elsewhere = self.value::<String>("url").is_some();
        self.value::<String>("environment").or_else(|| only().filter(|_| known && !elsewhere))
    }

    /// A rehearsal and a record that is read again are no news.
    fn is_rehearsal(&self) -> bool {
        let is_set = |name: &str| self.value::<bool>(name) == Some(true);
        is_set("no_notify") || is_set("dry_run") || self.value::<PathBuf>("facts").is_some()
    }

    /// An option of the command at hand, where it has one of that name and type.
    fn value<T: Clone + Send + Sync + 'static>(&self, name: &str) -> Option<T> {
        self.levels().find_map(|options| options.try_get_one::<T>(name).ok().flatten().cloned())
    }

    /// The options of the tool, of its command, and of a command within that.
    fn levels(&self) -> impl Iterator<Item = &ArgMatches> {
        std::iter::successors(Some(&self.matches), |options| options.subcommand().map(|(_, inner)| inner))
    }
}
