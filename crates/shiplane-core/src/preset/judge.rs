//! What is to be done with each file, from what this version writes and what lies there.

use super::header::{self, Header};
use super::render::Rendered;
use super::{CONFIG, Preset, Writer, lines, pins};
use crate::changelog::Version;
use crate::changelog::edit::FileChange;

/// How a file stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    New,
    /// It is as this version writes it.
    Same,
    /// It is as it was written, by this version with other answers or by an older one.
    Behind {
        /// The version that wrote it; empty when it has no header.
        version: String,
    },
    /// The config, which people changed as they are meant to.
    Theirs,
    /// People changed it.
    ByHand,
    /// Nothing of ours.
    Foreign,
    /// A newer version wrote it.
    Newer {
        /// That version.
        version: String,
    },
}

/// A file, how it stands, and what would change.
#[derive(Clone, Debug)]
pub struct Step {
    /// How it stands.
    pub standing: Standing,
    /// What writing it would change.
    pub change: FileChange,
}

/// One file. `presets` are all that this version has, to recognise a text that carries no header.
pub fn judge(wanted: &Rendered, there: Option<&str>, (presets, writer): (&[Preset], &Writer)) -> Step {
    let Some(there) = there else {
        let change = lines::change(&wanted.path, None, &wanted.text());
        return Step { standing: Standing::New, change };
    };
    let header = Header::read(there);
    let standing = match &header {
        Some((header, body)) => written(wanted, (header, body), writer),
        None if is_known(&wanted.path, &header::unix(there), (wanted, presets)) => {
            Standing::Behind { version: String::new() }
        }
        None => Standing::Foreign,
    };
    // Also where the rest was changed: whoever replaces it does not ask for older actions.
    let keeps_pins = standing != Standing::Foreign;
    let after = if keeps_pins { pins::kept(&header::unix(there), &wanted.text()) } else { wanted.text() };
    let is_same = header::unix(there) == after;
    let change = if is_same {
        lines::change(&wanted.path, Some(there), there)
    } else {
        lines::change(&wanted.path, Some(there), &after)
    };
    Step { standing: if is_same { Standing::Same } else { standing }, change }
}

fn written(wanted: &Rendered, (header, body): (&Header, &str), writer: &Writer) -> Standing {
    let is_newer = is_before(writer.version, &header.version);
    match (header.fits(body, writer), is_newer) {
        (_, true) => Standing::Newer { version: header.version.clone() },
        (true, false) => Standing::Behind { version: header.version.clone() },
        (false, false) if wanted.path == CONFIG && header.preset == wanted.header.preset => Standing::Theirs,
        (false, false) => Standing::ByHand,
    }
}

/// Whether a text without a header is one that ships, as it is or with these answers.
fn is_known(path: &str, there: &str, (wanted, presets): (&Rendered, &[Preset])) -> bool {
    let bare = pins::without(there);
    let files = presets.iter().flat_map(|preset| preset.files);
    let mut texts = files.filter(|(of, _)| *of == path).map(|(_, text)| *text);
    bare == pins::without(&wanted.body) || texts.any(|text| pins::without(text) == bare)
}

/// Whether one version is older than another; what cannot be read is not older.
pub(super) fn is_before(one: &str, other: &str) -> bool {
    match (Version::parse(one), Version::parse(other)) {
        (Ok(one), Ok(other)) => one < other,
        (Ok(_) | Err(_), Ok(_) | Err(_)) => false,
    }
}
