//! What is asked: flags, then what was remembered, then what the repository suggests.

use shiplane_core::changelog::edit::FileChange;
use shiplane_core::fault::Fault;
use shiplane_core::preset::{Answers, Asked, Header, Pin, Preset, Standing, Step};

use super::cli::Init;
use super::gather::{File, Place};
use super::presets::WRITER;

/// What is asked.
#[derive(Debug)]
pub(super) struct Request {
    /// Which preset.
    pub(super) preset: Preset,
    /// What is put into it.
    pub(super) answers: Answers,
    /// Which release its workflows use.
    pub(super) pin: Pin,
    /// How far to go.
    pub(super) mode: Mode,
    /// What becomes of files that people changed.
    pub(super) hand: Hand,
    /// Whether something is asked that only the config can carry.
    asks_config: bool,
}

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Show it.
    Show,
    /// Write it.
    Write,
}

/// What becomes of files that people wrote or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hand {
    /// They stay, and nothing is written.
    Respect,
    /// They are replaced.
    Replace,
}

/// What is to be done, file by file.
#[derive(Debug)]
pub(super) struct Plan {
    /// Each with what becomes of it.
    pub(super) steps: Vec<(Step, Fate)>,
}

/// What becomes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is written.
    Write,
    /// It stays as it is.
    Stay,
    /// It may not be written, and so nothing is.
    Refuse,
}

impl Plan {
    pub(super) fn is_refused(&self) -> bool {
        self.steps.iter().any(|(_, fate)| *fate == Fate::Refuse)
    }

    /// What is written.
    pub(super) fn changes(&self) -> impl Iterator<Item = &FileChange> {
        self.steps.iter().filter(|(_, fate)| *fate == Fate::Write).map(|(step, _)| &step.change)
    }
}

impl Request {
    pub(super) fn resolve(
        args: Init,
        presets: &[Preset],
        (place, there): (&Place, &[File]),
    ) -> Result<Self, Fault> {
        let written: Vec<Header> =
            there.iter().filter_map(|file| Header::read(&file.text)).map(|(header, _)| header).collect();
        let preset = preset(args.preset.as_deref(), presets, &written)?;
        let before = written.iter().find(|header| header.preset == preset.name);
        let remembered = before.or(written.first()).map(|header| header.answers.clone());
        let asked = Asked {
            project: args.project,
            hosts: args.host,
            paths: args.path,
            urls: args.url,
            branches: args.branch,
            test: args.test,
        };
        // What was answered to another preset is about other environments and branches.
        let answers = match (before, remembered) {
            (Some(_), Some(answers)) => answers,
            (None, Some(answers)) => Answers {
                project: answers.project,
                test: answers.test,
                suggested_test: answers.suggested_test,
                ..Answers::default()
            },
            (_, None) => {
                Answers { suggested_test: place.test.map(str::to_owned), ..Answers::of(&place.name) }
            }
        };
        Ok(Self {
            preset,
            answers: asked.settle(&preset, answers)?,
            pin: Pin {
                commit: args.commit.map(|text| commit(&text)).transpose()?,
                version: WRITER.version.to_owned(),
            },
            mode: if args.dry_run { Mode::Show } else { Mode::Write },
            hand: if args.force { Hand::Replace } else { Hand::Respect },
            asks_config: asked.is_of_config(),
        })
    }

    /// What becomes of each file.
    pub(super) fn plan(&self, steps: Vec<Step>) -> Plan {
        let fate = |step: &Step| match (&step.standing, self.hand) {
            (Standing::Same, _) => Fate::Stay,
            (Standing::New | Standing::Behind { .. }, _) => Fate::Write,
            (Standing::Theirs, Hand::Respect) if !self.asks_config => Fate::Stay,
            (
                Standing::Theirs | Standing::ByHand | Standing::Foreign | Standing::Newer { .. },
                Hand::Respect,
            ) => Fate::Refuse,
            (
                Standing::Theirs | Standing::ByHand | Standing::Foreign | Standing::Newer { .. },
                Hand::Replace,
            ) => Fate::Write,
        };
        Plan { steps: steps.into_iter().map(|step| (step.clone(), fate(&step))).collect() }
    }
}

/// The preset that is named by name or letter, else the one that was written before.
fn preset(named: Option<&str>, presets: &[Preset], written: &[Header]) -> Result<Preset, Fault> {
    let before = written.first().map(|header| header.preset.as_str());
    let Some(wanted) = named.or(before) else {
        return Err(Fault::usage("preset-missing", "no preset is named").help(choices(presets)));
    };
    let is_it = |preset: &&Preset| preset.name == wanted || preset.letter.eq_ignore_ascii_case(wanted);
    presets.iter().find(is_it).copied().ok_or_else(|| {
        Fault::usage("preset-unknown", format!("there is no preset `{wanted}`")).help(choices(presets))
    })
}

fn choices(presets: &[Preset]) -> String {
    let each: Vec<String> =
        presets.iter().map(|preset| format!("{} ({})", preset.name, preset.about)).collect();
    format!("add --preset with one of: {}", each.join("; "))
}

fn commit(text: &str) -> Result<String, Fault> {
    if text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(Fault::usage("commit-invalid", format!("--ref `{text}` is not the id of a commit"))
        .help("give all 40 digits of the release's commit"))
}
