//! A repository here and at GitHub, the same on both sides.

use std::fmt::Write as _;

use shiplane_testkit::github::{FakeGitHub, Repo, TOKEN};
use shiplane_testkit::process::{Outcome, Run};

use super::run::{Answer, Project, binary};

/// What the changelog says before.
pub(super) const CHANGELOG: &str =
    "# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-01\n\n### Added\n\n- begin\n";

/// Both sides.
pub(super) struct Hub {
    pub(super) project: Project,
    pub(super) github: FakeGitHub,
}

impl Hub {
    /// `v1.0.0`, then these commits, pushed to `main`.
    pub(super) fn with(messages: &[&str]) -> Self {
        let project = Project::empty();
        project.repo.write("VERSION", "1.0.0\n").unwrap();
        project.repo.write("CHANGELOG.md", CHANGELOG).unwrap();
        project.commits(&["feat: begin"]);
        project.repo.tag("v1.0.0").unwrap();
        project.commits(messages);
        let github = at_github(&project);
        Self { project, github }
    }

    /// A fresh GitHub for the same repository.
    pub(super) fn again(&self) -> FakeGitHub {
        at_github(&self.project)
    }

    pub(super) fn head(&self) -> String {
        self.project.repo.head().unwrap()
    }

    pub(super) fn report(&self, args: &[&str], code: i32) -> Answer {
        report(&self.project, (&self.github, args), code)
    }

    pub(super) fn run(&self, args: &[&str]) -> Outcome {
        run(&self.project, &self.github, args)
    }

    pub(super) fn edit<T>(&self, change: impl FnOnce(&mut Repo) -> T) -> T {
        self.github.edit(|world| change(world.repo("example", "shop")))
    }

    pub(super) fn state(&self) -> String {
        state(&self.github)
    }
}

fn at_github(project: &Project) -> FakeGitHub {
    let github = FakeGitHub::start();
    let log = project.repo.git(&["log", "--reverse", "--format=%H %s"]).unwrap();
    let tagged = project.repo.git(&["rev-parse", "v1.0.0^{commit}"]).unwrap();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        for line in log.lines() {
            let (sha, subject) = line.split_once(' ').unwrap();
            shop.lands("main", sha, (subject, &[("VERSION", "1.0.0\n"), ("CHANGELOG.md", CHANGELOG)]));
        }
        shop.tag("v1.0.0", &tagged);
    });
    github
}

/// The tool in a workflow's step, on a fixed day.
pub(super) fn step(project: &Project, github: &FakeGitHub, args: &[&str]) -> Run {
    binary(args)
        .dir(project.repo.dir())
        .env("GITHUB_TOKEN", TOKEN)
        .env("GITHUB_REPOSITORY", "example/shop")
        .env("GITHUB_API_URL", github.url())
        .env("GITHUB_GRAPHQL_URL", github.graphql_url())
        .env("GITHUB_ACTOR", "ada")
        .env("SHIPLANE_DATE", "2026-03-01")
}

pub(super) fn run(project: &Project, github: &FakeGitHub, args: &[&str]) -> Outcome {
    step(project, github, args).run().unwrap()
}

pub(super) fn report(project: &Project, (github, args): (&FakeGitHub, &[&str]), code: i32) -> Answer {
    Answer::of(&[&["--format", "json"], args].concat(), |args| run(project, github, args), code)
}

/// Everything at GitHub that people would see, without ids that differ from run to run.
pub(super) fn state(github: &FakeGitHub) -> String {
    github.edit(|world| {
        let repo = world.repo("example", "shop");
        let mut text = String::new();
        let subject = |sha: &String| repo.commits[sha].message.lines().next().unwrap_or_default().to_owned();
        for (name, branch) in &repo.branches {
            let parents: Vec<String> = repo.commits[&branch.sha].parents.iter().map(subject).collect();
            writeln!(text, "branch {name}: {} after {parents:?}", subject(&branch.sha)).unwrap();
            for (path, words) in repo.files_of(&branch.sha) {
                writeln!(text, "  {path}: {words:?}").unwrap();
            }
        }
        for (name, sha) in &repo.tags {
            let object = repo.workshop.annotated.get(name).map(|id| &repo.workshop.tag_objects[id].message);
            writeln!(text, "tag {name}: {} ({object:?})", subject(sha)).unwrap();
        }
        for release in &repo.releases {
            let latest = repo.workshop.latest == Some(release.id);
            let kind = (release.draft, release.prerelease, latest);
            writeln!(text, "release {} {kind:?}: {:?}", release.tag, release.body).unwrap();
            for asset in &release.assets {
                writeln!(text, "  {} {} {}", asset.name, asset.size, asset.state).unwrap();
            }
        }
        for pull in repo.pulls.values() {
            let labels = &pull.labels;
            writeln!(text, "pull {:?} {} {labels:?}: {:?}", pull.state, pull.title, pull.body).unwrap();
        }
        text
    })
}
