//! What a step of the workflow can use afterwards.

use shiplane_action::Output;
use shiplane_core::deploy::Release;
use shiplane_core::report::Report;

/// What a step of the workflow can use.
pub(crate) const ALL: &[Output] = &[
    Output { name: "release", help: "Id of the release that is live afterwards" },
    Output { name: "commit", help: "Commit that is live afterwards" },
    Output { name: "version", help: "Version that is live afterwards, when one was given" },
    Output { name: "previous", help: "Id of the release that was live before" },
    Output { name: "runs", help: "Of `history`: the runs as a JSON list, newest first" },
    Output { name: "status", help: "Of `status`: everything that was seen, as JSON" },
    Output { name: "lines", help: "Of `logs`: how many lines were shown" },
    Output { name: "deploy-key", help: "Of `setup`: the public key that the repository must know" },
    Output { name: "backup", help: "Of `backup`: name of the backup that was made or read" },
    Output { name: "backup-bytes", help: "Of `backup`: its size in bytes" },
    Output { name: "backup-sha256", help: "Of `backup`: its SHA-256, where one was recorded" },
    Output { name: "backup-age", help: "Of `backup`: its age in seconds, by the host's clock" },
    Output { name: "backups", help: "Of `backup list`: the backups as a JSON list, newest first" },
    Output { name: "tables", help: "Of `backup drill` and `restore`: tables in the restored database" },
    Output { name: "rows", help: "Of `backup drill` and `restore`: rows in all of them" },
    Output { name: "url", help: "Of `preview`: where the preview answers" },
    Output { name: "number", help: "Of `preview`: the number of the pull request" },
    Output { name: "port", help: "Of `preview`: the port that it was given on the host" },
    Output { name: "previews", help: "Of `preview`: the previews there are, or those that went, as JSON" },
    Output { name: "percent", help: "Of `rollout`: percent of the users that have the new version" },
    Output { name: "stage", help: "Of `rollout`: the stage that it is in" },
    Output { name: "next-at", help: "Of `rollout`: when it may go on, at the earliest" },
    Output {
        name: "state",
        help: "Of `rollout`: none, observing, paused, complete, finished, rolled-back or superseded",
    },
    Output { name: "stage-began", help: "Of `rollout`: since when numbers count, for `smoke-check judge`" },
    Output { name: "rollout-version", help: "Of `rollout`: the version that is rolled out" },
    Output { name: "rollout-commit", help: "Of `rollout`: its commit" },
    Output { name: "hosts", help: "JSON list with host, release, commit, version and result of each" },
];

/// Tells which release is live, and which was before.
pub(crate) fn tell(report: &mut Report, live: Option<&Release>, previous: Option<&Release>) {
    let text =
        |release: Option<&Release>, part: fn(&Release) -> String| release.map(part).unwrap_or_default();
    report.output("release", text(live, |release| release.id.clone()));
    report.output("commit", text(live, |release| release.commit.clone()));
    report.output("version", text(live, |release| release.version.clone().unwrap_or_default()));
    report.output("previous", text(previous, |release| release.id.clone()));
}
