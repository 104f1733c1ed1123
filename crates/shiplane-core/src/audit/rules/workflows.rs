//! Workflow files lie where GitHub looks, and can be read.

use crate::audit::facts::Facts;
use crate::audit::wanted::Wanted;
use crate::audit::words::{quoted, unread};
use crate::audit::workflow::{self, HOME};
use crate::report::Finding;

pub(in crate::audit) fn misplaced(_: &Wanted, facts: &Facts) -> Vec<Finding> {
    let files = facts.workflows.value().into_iter().flatten().filter(|file| !workflow::at_home(&file.path));
    // Beside the workflows lie other YAML files, such as dependabot's: what starts on events and has jobs is meant
    // to be a workflow.
    let stray = files.filter(|file| workflow::read(file).is_ok_and(|workflow| !workflow.jobs.is_empty()));
    stray
        .map(|file| {
            let fact =
                format!("{} is a workflow, but not in `{HOME}`: GitHub does not run it", quoted(&file.path));
            Finding::fail("workflow-misplaced", fact)
                .help(format!("move it to `{HOME}`"))
                .at(&file.path, None)
        })
        .collect()
}

pub(in crate::audit) fn broken(_: &Wanted, facts: &Facts) -> Vec<Finding> {
    let files = match (facts.workflows.value(), facts.workflows.obstacle()) {
        (Some(files), _) => files,
        (None, why) => {
            let finding = why.map(|why| unread("workflows-unreadable", "the workflows", why));
            return finding
                .map(|it| it.help("check the repository out before: `uses: actions/checkout`"))
                .into_iter()
                .collect();
        }
    };
    let home: Vec<_> = files.iter().filter(|file| workflow::at_home(&file.path)).collect();
    let mut findings = Vec::new();
    for file in &home {
        let Err(broken) = workflow::read(file) else { continue };
        let at = broken.place.map_or(String::new(), |place| format!(":{}:{}", place.line, place.column));
        let line = broken.place.and_then(|place| u64::try_from(place.line).ok());
        let fact = format!("{}{at}: {}", file.path, broken.message);
        findings.push(
            Finding::fail("workflow-broken", fact)
                .help("correct it: GitHub does not run a workflow that it cannot read")
                .at(&file.path, line),
        );
    }
    if findings.is_empty() && !home.is_empty() {
        let number = home.len();
        let files = if number == 1 { "file lies".to_owned() } else { "files lie".to_owned() };
        findings
            .push(Finding::ok("workflows", format!("{number} workflow {files} in `{HOME}` and can be read")));
    }
    findings
}
