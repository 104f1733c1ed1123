//! What builds and runs a release: the verbs that Compose and own commands have in common.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use shiplane_core::deploy::{Kind, Limits, Options, Plan, Question, Release, Runtime, Strategy};
use shiplane_core::duration::Span;
use shiplane_core::report::Finding;
use shiplane_core::rollback::Piece;

use crate::command_runtime::CommandRuntime;
use crate::compose::Compose;
use crate::failure::Failure;
use crate::state::StateDir;

/// Where a runtime works, and how long it may take.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    pub(crate) path: PathBuf,
    pub(crate) state: StateDir,
    pub(crate) limits: Limits,
    pub(crate) strategy: Strategy,
    pub(crate) options: Options,
    pub(crate) kind: Kind,
    /// What was live when the run began.
    pub(crate) left: Option<Release>,
}

impl Ground {
    /// For whoever only looks; a question is given a minute.
    pub(crate) fn to_look_at(question: &Question) -> Self {
        let minute = Span::seconds(60);
        Self {
            path: PathBuf::from(&question.site.path),
            state: StateDir::new(&question.site.state_dir),
            limits: Limits { fetch: minute, build: minute, switch: minute, budget: minute, confirm: minute },
            strategy: question.strategy.clone(),
            options: Options::default(),
            kind: Kind::Restart,
            left: None,
        }
    }

    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            path: PathBuf::from(&plan.site.path),
            state: StateDir::new(&plan.site.state_dir),
            limits: plan.limits,
            strategy: plan.strategy.clone(),
            options: plan.options.clone(),
            kind: plan.kind,
            left: plan.live.clone(),
        }
    }
}

/// Hears every line that a program prints.
pub(crate) type OnLine<'a> = &'a mut dyn FnMut(&str);

/// Builds and runs releases.
pub(crate) trait Runs {
    /// Makes the release ready to run, while another serves.
    fn build(&self, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure>;
    /// Names an image of the release for each of these services, and says which names these are.
    fn take_images(
        &self,
        _: &Release,
        _: &BTreeMap<String, String>,
    ) -> Result<Vec<(String, String)>, Failure> {
        let finding = Finding::fail("image-needs-compose", "own commands run no images");
        Err(Failure::new(finding.help("write `compose:` in the environment in place of `command:`")))
    }
    /// Whether everything that the release needs is still on the host.
    fn ready(&self, release: &Release) -> Result<(), Failure>;
    /// Runs the migration, a program with its arguments, as a part of the release.
    fn migrate(&self, release: &Release, words: &[String], on_line: OnLine<'_>) -> Result<(), Failure>;
    /// Lets the release take over.
    fn switch(&self, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure>;
    /// Starts what is live again.
    fn restart(&self, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure>;
    /// Watches until everything runs and stays up.
    fn settle(&self, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure>;
    /// Undoes the very first switch, when nothing ran before.
    fn clear(&self, on_line: OnLine<'_>) -> Result<(), Failure>;
    /// Makes a release out of what runs already, when there is something.
    fn adopt(&self, release: &Release) -> Result<bool, Failure>;
    /// Removes what these releases left outside the state directory; says how many bytes that gave back.
    fn prune(&self, gone: &[String], on_line: OnLine<'_>) -> Result<u64, Failure>;
    /// The images of the daemon that are this release's.
    fn image_names(&self, _release: &str) -> Result<Vec<String>, Failure> {
        Ok(Vec::new())
    }
    /// What is worth telling although it stopped nothing; each is told once.
    fn remarks(&self) -> Vec<Finding>;
    /// The images that run, by service.
    fn images(&self) -> Vec<(String, String)>;
    /// The steps by hand that make the release live.
    fn by_hand(&self, release: &Release) -> Vec<String>;
    /// What the release needs and whether it is there, and the bytes of its images.
    fn pieces(&self, release: &Release, recorded: &[(String, String)]) -> (Vec<Piece>, u64);
    /// From here on what is stopped gets no more time than this.
    fn hurry(&self, _: Duration) {}
    /// Gives images that lost their names those names back; answers which.
    fn mend(&self, _: &Release, _: &[(String, String)]) -> Result<Vec<String>, Failure> {
        Ok(Vec::new())
    }
    /// Whether what is checked out can be read as the release.
    fn readable(&self, _: &Release) -> Result<(), Failure> {
        Ok(())
    }
    /// Works from what was kept of a release in place of the checkout; `false` when nothing was.
    fn use_record(&self, _: &Release) -> bool {
        false
    }
    /// Works from the checkout again.
    fn use_checkout(&self) {}
}

/// The runtime that a plan names.
pub(crate) fn of(runtime: &Runtime, ground: Ground) -> Result<Box<dyn Runs>, Failure> {
    Ok(match runtime {
        Runtime::Compose { files, project } => Box::new(Compose::find(ground, files, project.as_deref())?),
        Runtime::Command(commands) => Box::new(CommandRuntime::new(ground, commands.clone())),
    })
}

/// What a build or a program may want to know about the release.
pub(crate) fn environment(release: &Release) -> Vec<(String, String)> {
    vec![
        ("SHIPLANE_RELEASE".to_owned(), release.id.clone()),
        ("SHIPLANE_COMMIT".to_owned(), release.commit.clone()),
        ("SHIPLANE_VERSION".to_owned(), release.version.clone().unwrap_or_default()),
    ]
}
