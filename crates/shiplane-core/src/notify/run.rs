//! What a run was, besides its report.

use crate::foreign::{clip, one_line};
use crate::secret::Secret;

/// The longest name of anything, in characters.
const NAME: usize = 200;

/// A run as those who are told of it know it.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The tool.
    pub tool: String,
    /// Its command.
    pub command: String,
    /// The project of the config.
    pub project: Option<String>,
    /// The environment it was about.
    pub environment: Option<String>,
    /// `owner/name`.
    pub repository: Option<String>,
    /// Branch or tag.
    pub ref_name: Option<String>,
    /// The commit.
    pub sha: Option<String>,
    /// Who started it.
    pub actor: Option<String>,
    /// Where people see it.
    pub run_url: Option<String>,
    /// How long it took.
    pub seconds: f64,
    /// What no message may contain.
    pub hidden: Vec<Secret>,
}

/// Commands that show what is there: that they did is no news.
const SHOWING: [(&str, &str); 13] = [
    ("branch-gate", "explain"),
    ("branch-gate", "plan"),
    ("branch-gate", "status"),
    ("changelog-bump", "next"),
    ("changelog-bump", "notes"),
    ("rollback", "list"),
    ("rollback", "manual"),
    ("rollback", "rehearse"),
    ("ssh-deploy", "doctor"),
    ("ssh-deploy", "history"),
    ("ssh-deploy", "logs"),
    ("ssh-deploy", "status"),
    ("ssh-deploy", "unlock"),
];

impl Run {
    /// The same with the text of others bounded and harmless.
    pub(super) fn tamed(&self) -> Self {
        let tame = |text: &Option<String>| text.as_deref().map(|text| clip(&one_line(text), NAME));
        Self {
            project: tame(&self.project),
            environment: tame(&self.environment),
            repository: tame(&self.repository),
            ref_name: tame(&self.ref_name),
            sha: tame(&self.sha),
            actor: tame(&self.actor),
            ..self.clone()
        }
    }

    /// Whether the command only shows what is there.
    pub(super) fn shows(&self) -> bool {
        SHOWING.contains(&(self.tool.as_str(), self.command.as_str()))
    }

    /// What runs of the same kind have in common, so that one finds what another left behind.
    ///
    /// A gate and a changelog are asked about one branch at a time; the others are about a place.
    pub(super) fn subject(&self) -> String {
        let about = match self.tool.as_str() {
            "branch-gate" | "changelog-bump" => self.ref_name.as_deref(),
            _ => self.environment.as_deref(),
        };
        format!("{} {} {}", self.tool, self.command, about.unwrap_or_default())
    }
}
