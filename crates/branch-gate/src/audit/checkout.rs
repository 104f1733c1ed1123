//! Workflow files of the checkout, those that lie in the wrong place included.

use std::fs;
use std::path::Path;

use shiplane_core::audit::facts::{Obstacle, Seen, WorkflowFile};

/// Where workflows lie, and where people put them by mistake.
const PLACES: [&str; 6] = [
    ".github/workflows",
    ".github/workflow",
    ".github/Workflows",
    ".github",
    "workflows",
    "github/workflows",
];

/// A workflow is far smaller.
const LARGEST: u64 = 1024 * 1024;

/// Reads them.
pub(super) fn workflows(root: &Path) -> Seen<Vec<WorkflowFile>> {
    let not_here = |why: String| Seen::Obstacle(Obstacle { why, permission: None, not_available: false });
    if !root.join(".github").is_dir() && !root.join(".git").exists() {
        return not_here("there is no checkout here".to_owned());
    }
    let mut files = Vec::new();
    for place in PLACES {
        if let Err(error) = read(root, place, &mut files) {
            return not_here(format!("read {place}: {error}"));
        }
    }
    // One directory has two names where case does not matter.
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files.dedup_by(|left, right| left.path.eq_ignore_ascii_case(&right.path) && left.text == right.text);
    Seen::Seen(files)
}

fn read(root: &Path, place: &str, files: &mut Vec<WorkflowFile>) -> std::io::Result<()> {
    let entries = match fs::read_dir(root.join(place)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let path = format!("{place}/{name}");
        let about = entry.metadata()?;
        // GitHub does not look into directories below.
        if about.is_dir() && place == ".github/workflows" {
            read(root, &path, files)?;
        }
        let yaml = name.ends_with(".yml") || name.ends_with(".yaml");
        if yaml && about.is_file() && about.len() <= LARGEST {
            files.push(WorkflowFile {
                text: String::from_utf8_lossy(&fs::read(entry.path())?).into_owned(),
                path,
            });
        }
    }
    Ok(())
}
