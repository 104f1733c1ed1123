//! Whether the workflows that were written still are what this version would write.

use super::header::{self, Header};
use super::judge::is_before;
use super::{CONFIG, Preset, Writer};
use crate::audit::facts::WorkflowFile;
use crate::report::Finding;

/// One answer for each file that was changed or stayed behind, else one for all; none where none was written.
pub fn drift(files: &[WorkflowFile], presets: &[Preset], writer: &Writer) -> Vec<Finding> {
    let ours = files.iter().filter(|file| file.path != CONFIG);
    let ours: Vec<(&WorkflowFile, Header, String)> =
        ours.filter_map(|file| Header::read(&file.text).map(|(header, body)| (file, header, body))).collect();
    let Some((_, first, _)) = ours.first() else { return Vec::new() };
    let each = ours.iter().flat_map(|(file, header, body)| one(file, (header, body), (presets, writer)));
    let mut findings: Vec<Finding> = each.collect();
    let preset = presets.iter().find(|preset| preset.name == first.preset);
    findings.extend(preset.into_iter().flat_map(|preset| gone(preset, files)));
    if findings.is_empty() {
        let files = if ours.len() == 1 { "file is".to_owned() } else { "files are".to_owned() };
        let fact =
            format!("{} workflow {files} as `branch-gate init` {} writes them", ours.len(), writer.version);
        findings.push(Finding::ok("workflow-drift", fact));
    }
    findings
}

fn one(
    file: &WorkflowFile,
    (header, body): (&Header, &str),
    (presets, writer): (&[Preset], &Writer),
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (path, version) = (&file.path, &header.version);
    if !header.fits(body, writer) {
        let fact = format!("{path} was changed by hand since `branch-gate init` {version} wrote it");
        findings.push(
            Finding::warning("workflow-by-hand", fact)
                .help("`branch-gate init --dry-run` shows the difference; settings belong into .github/shiplane.yml, and without its first line the file is yours alone")
                .at(path, None),
        );
    }
    if is_before(writer.version, version) {
        let fact =
            format!("{path} was written by `branch-gate init` {version}, and this is {}", writer.version);
        findings.push(
            Finding::warning("workflow-newer", fact).help("use the newer version here, too").at(path, None),
        );
    } else if is_before(version, writer.version) || !is_current(path, header, (presets, writer)) {
        let fact = format!(
            "{path} is older than this version: `branch-gate init` {version} wrote it, and this is {}",
            writer.version
        );
        findings.push(
            Finding::warning("workflow-older", fact)
                .help("run `branch-gate init` again; it shows what changes")
                .at(path, None),
        );
    }
    findings
}

/// Whether it was made from the text that this version has.
fn is_current(path: &str, header: &Header, (presets, writer): (&[Preset], &Writer)) -> bool {
    let preset = presets.iter().find(|preset| preset.name == header.preset);
    let text = preset.and_then(|preset| preset.files.iter().find(|(of, _)| *of == path));
    text.is_some_and(|(_, text)| header::template(text, writer) == header.template)
}

/// Files of the preset that are not there any more.
fn gone(preset: &Preset, files: &[WorkflowFile]) -> Vec<Finding> {
    let missing = preset
        .files
        .iter()
        .filter(|(path, _)| *path != CONFIG && !files.iter().any(|file| file.path == *path));
    missing
        .map(|(path, _)| {
            let fact = format!("{path} of preset `{}` is not there", preset.name);
            Finding::warning("workflow-gone", fact).help("run `branch-gate init` again to bring it back")
        })
        .collect()
}
