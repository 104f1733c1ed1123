//! What a tool has written for the next step of its workflow.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Output by name.
pub(crate) type Outputs = BTreeMap<String, String>;

/// Reads a file that `GITHUB_OUTPUT` named, as the runner does.
pub(crate) fn read(file: &Path) -> Result<Outputs> {
    let text = fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let (mut outputs, mut lines) = (Outputs::new(), text.lines());
    while let Some(line) = lines.next() {
        let (name, delimiter) = line.split_once("<<").with_context(|| format!("no output: {line}"))?;
        let mut value = Vec::new();
        loop {
            match lines.next().with_context(|| format!("output {name} has no end"))? {
                line if line == delimiter => break,
                line => value.push(line),
            }
        }
        outputs.insert(name.to_owned(), value.join("\n"));
    }
    Ok(outputs)
}
