//! The examples under `tests/flows`: what a preset puts into a repository lies in them as a copy.

use crate::generate::Wanted;
use crate::repo::Repo;

/// Where the presets are, a folder for each flow.
const PRESETS: &str = "crates/branch-gate/presets/";

/// Where the examples are, a folder of the same name for each.
const EXAMPLES: &str = "tests/flows/";

/// Every preset's files as they must lie in its example.
pub(crate) fn copies(repo: &Repo) -> anyhow::Result<Vec<Wanted>> {
    let files = repo.files()?;
    let of_preset = files.iter().filter_map(|file| Some((file, copy_of(file)?)));
    of_preset.map(|(file, path)| Ok(Wanted { path, text: repo.read(file)? })).collect()
}

/// Where a preset's file lies in the example; none for other files.
pub fn copy_of(file: &str) -> Option<String> {
    file.strip_prefix(PRESETS).map(|file| format!("{EXAMPLES}{file}"))
}

/// Files in the examples where presets put theirs, which no preset has any more.
pub fn strays<'a>(files: &'a [String], wanted: &[Wanted]) -> Vec<&'a str> {
    let is_put = |file: &&str| {
        let inside = file.strip_prefix(EXAMPLES).and_then(|file| file.split_once('/'));
        inside.is_some_and(|(_, file)| file.starts_with(".github/"))
    };
    let is_wanted = |file: &str| wanted.iter().any(|wanted| wanted.path == file);
    files.iter().map(String::as_str).filter(is_put).filter(|file| !is_wanted(file)).collect()
}
