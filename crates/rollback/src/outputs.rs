//! What a step of the workflow can use afterwards.

use shiplane_action::Output;
use shiplane_core::deploy::Release;
use shiplane_core::report::Report;

/// What a step of the workflow can use.
pub(crate) const ALL: &[Output] = &[
    Output { name: "release", help: "Id of the release that is live afterwards" },
    Output { name: "commit", help: "Commit that is live afterwards" },
    Output { name: "version", help: "Version that is live afterwards, when it has one" },
    Output { name: "left", help: "Id of the release that was live before" },
    Output { name: "seconds", help: "Seconds from the first step on the host to the proof" },
    Output { name: "hosts", help: "JSON list with host, release, commit, version and result of each" },
    Output { name: "branch", help: "Branch with the revert, of `revert-pr`" },
    Output { name: "pull-request", help: "Number of the pull request, of `revert-pr`" },
];

/// Tells which release is live, and which was left.
pub(crate) fn tell(report: &mut Report, live: Option<&Release>, left: Option<&Release>) {
    let text =
        |release: Option<&Release>, part: fn(&Release) -> String| release.map(part).unwrap_or_default();
    report.output("release", text(live, |release| release.id.clone()));
    report.output("commit", text(live, |release| release.commit.clone()));
    report.output("version", text(live, |release| release.version.clone().unwrap_or_default()));
    report.output("left", text(left, |release| release.id.clone()));
    report.output("seconds", "0");
    report.output("branch", "");
    report.output("pull-request", "");
}
