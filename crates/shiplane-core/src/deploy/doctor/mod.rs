//! What stands in a deploy's way, found before anything is changed: about the way to a host and about the host.
//!
//! Facts come from [`Approach`] (the way there) and [`Checkup`] (the host). The rules here are pure. What could not be
//! found out is a finding of its own and never counts as in order.

mod approach;
mod checkup;
pub mod dotenv;
mod dotenv_rules;
mod inputs;
mod machine;
pub mod project;
mod project_rules;
mod record;
mod source;

pub use approach::{
    Approach, HostKeySeen, KeySeen, Stage, Standing, Trouble, Visit, Visited, approached, lines_to_pin, worst,
};
pub use checkup::{
    Checkup, CommitSeen, Disk, Docker, EnvFile, External, Inquiry, Learned, Load, Memory, Origin,
    OriginAnswer, Port, Project, Room, Source, User,
};
pub use inputs::{Input, Secrets, inputs, secrets};
pub(crate) use machine::docker;

use super::decide;
use super::facts::{HostFacts, Question};
use super::strategy::Strategy;
use crate::report::{Finding, Level};

/// What a rule looks at: what was asked, what the host said, and its state of health.
pub(crate) struct Patient<'a> {
    pub(crate) question: &'a Question,
    pub(crate) facts: &'a HostFacts,
    pub(crate) checkup: &'a Checkup,
}

/// One rule about a host.
type Rule = fn(&Patient<'_>) -> Vec<Finding>;

/// What only the doctor says: a deploy has rules of its own for these, and how busy a host is changes by the minute.
const COMMON: [Rule; 7] = [
    place,
    checkout,
    machine::git,
    machine::docker_and_compose,
    machine::load,
    record::lock,
    record::unsettled,
];

/// What a deploy asks, too.
const RULES: [Rule; 24] = [
    machine::clock,
    machine::disks,
    machine::inodes,
    machine::memory,
    machine::user,
    machine::compose_age,
    machine::buildx,
    source::origin,
    source::commit,
    dotenv_rules::present,
    dotenv_rules::tracked,
    dotenv_rules::private,
    dotenv_rules::example,
    dotenv_rules::empty,
    dotenv_rules::twice,
    project_rules::valid,
    project_rules::blank,
    project_rules::ports,
    project_rules::networks,
    project_rules::volumes,
    project_rules::mounts,
    project_rules::contexts,
    project_rules::images,
    record::last_good,
];

/// Everything about a host, passed checks included.
pub fn examine(question: &Question, facts: &HostFacts) -> Vec<Finding> {
    let nothing = Checkup::default();
    let patient = Patient { question, facts, checkup: facts.checkup.as_ref().unwrap_or(&nothing) };
    COMMON.iter().chain(&RULES).flat_map(|rule| rule(&patient)).collect()
}

/// What a deploy says before its first change: failures that stand in its way, and what is worth knowing.
///
/// What could not be found out stands in the way only where going on could harm: an unreadable `.env` may be a broken
/// one, and an unreadable project could not be brought back. A disk or a clock that cannot be read is told and no more,
/// because the steps that need it fail before the switch and are taken back.
pub fn preflight(question: &Question, facts: &HostFacts) -> Vec<Finding> {
    let Some(checkup) = &facts.checkup else { return Vec::new() };
    let patient = Patient { question, facts, checkup };
    let findings = RULES.iter().flat_map(|rule| rule(&patient));
    let worth_telling = findings.filter(|finding| finding.level != Level::Ok);
    worth_telling.map(|finding| weigh(&patient, finding)).collect()
}

/// Codes that stand in the way of a deploy even when they are only not known.
const MUST_BE_KNOWN: [&str; 2] = ["env-unreadable", "compose-unreadable"];

fn weigh(patient: &Patient<'_>, finding: Finding) -> Finding {
    let harmless = match finding.level {
        Level::Unknown => !MUST_BE_KNOWN.contains(&finding.code.as_str()),
        // What is checked out now is broken, and the commit to come may be the repair.
        Level::Fail => {
            finding.code == "compose-invalid" && brings_files(patient) && !patient.is_the_commit_here()
        }
        Level::Ok | Level::Warning | Level::Pending => false,
    };
    if harmless { Finding { level: Level::Warning, ..finding } } else { finding }
}

fn brings_files(patient: &Patient<'_>) -> bool {
    match patient.question.strategy {
        Strategy::Git => true,
        Strategy::Files(_) | Strategy::Image { .. } => false,
    }
}

impl Patient<'_> {
    /// Whether the commit to come is the one that is checked out.
    fn is_the_commit_here(&self) -> bool {
        let commit = self.question.checkup.as_ref().and_then(|inquiry| inquiry.commit.as_deref());
        match (&self.facts.checkout, commit) {
            (super::facts::Checkout::At(head), Some(commit)) => head.starts_with(commit),
            _ => false,
        }
    }
}

fn place(patient: &Patient<'_>) -> Vec<Finding> {
    vec![decide::place(&patient.question.site.path, patient.facts)]
}

fn checkout(patient: &Patient<'_>) -> Vec<Finding> {
    if !brings_files(patient) || !patient.facts.path_exists {
        return Vec::new();
    }
    let path = &patient.question.site.path;
    let mut findings = vec![decide::checkout(path, patient.facts)];
    findings.extend(decide::dirty(path, &patient.facts.dirty));
    findings
}

/// A finding about something that could not be found out.
fn not_known(code: &str, what: &str, why: &str) -> Finding {
    Finding::unknown(code, format!("{what} could not be found out: {why}"))
}
