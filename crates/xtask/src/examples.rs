//! Workflows that people copy: those in READMEs and presets, laid out so that linters read them as workflows.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::count_yaml::PRESETS;
use crate::repo::Repo;

/// A workflow, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// A file name that says where it comes from.
    pub name: String,
    /// Its text, with a commit where a reader puts the one of the release they chose.
    pub text: String,
}

/// The commit that stands for the reader's.
const COMMIT: &str = "@0000000000000000000000000000000000000000";

/// The fenced blocks of a page that are workflows: they have jobs.
pub fn of_page(page: &str, text: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut block: Option<(usize, String)> = None;
    for (at, line) in text.lines().enumerate() {
        match (&mut block, line.trim_end()) {
            (None, "```yaml") => block = Some((at + 1, String::new())),
            (None, _) => {}
            (Some((start, inner)), "```") => {
                if inner.lines().any(|line| line.starts_with("jobs:")) {
                    let name = format!("{}-line-{start}.yml", page.replace('/', "-"));
                    examples.push(Example { name, text: filled(inner) });
                }
                block = None;
            }
            (Some((_, inner)), line) => {
                inner.push_str(line);
                inner.push('\n');
            }
        }
    }
    examples
}

/// The workflow with a commit in it.
fn filled(text: &str) -> String {
    text.replace("@COMMIT # vX.Y.Z", &format!("{COMMIT} # v0.0.0")).replace("@COMMIT", COMMIT)
}

/// Every example of the repository, as workflows below a directory; how many there are.
pub(crate) fn lay_out(repo: &Repo, dir: &Path) -> anyhow::Result<Vec<String>> {
    let files = repo.files()?;
    let is_page = |file: &&String| {
        *file == "README.md"
            || (file.starts_with("actions/") || file.starts_with("tests/flows/"))
                && file.ends_with("/README.md")
    };
    let mut examples = Vec::new();
    for page in files.iter().filter(is_page) {
        examples.extend(of_page(page, &repo.read(page)?));
    }
    for file in files.iter().filter(|file| file.starts_with(PRESETS) && file.contains("/.github/workflows/"))
    {
        let name = file.trim_start_matches(PRESETS).replace("/.github/workflows/", "-");
        examples.push(Example { name: format!("preset-{name}"), text: filled(&repo.read(file)?) });
    }
    if examples.is_empty() {
        bail!("no page has a workflow: the marks of the blocks are not what they were");
    }
    let home = dir.join(".github/workflows");
    fs::create_dir_all(&home).with_context(|| format!("create {}", home.display()))?;
    let mut paths = Vec::new();
    for example in examples {
        fs::write(home.join(&example.name), &example.text)
            .with_context(|| format!("write {}", example.name))?;
        paths.push(format!(".github/workflows/{}", example.name));
    }
    Ok(paths)
}
