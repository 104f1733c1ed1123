//! Gets the commit, and sees that it is not older than the live one.

use shiplane_core::report::Finding;

use super::Run;
use crate::failure::Failure;
use crate::runtime::OnLine;

pub(super) fn forward(run: &mut Run<'_>, on_line: OnLine<'_>) -> Result<(), Failure> {
    let commit = run.git().fetch(&run.release.commit, run.plan.limits.fetch.0, on_line)?;
    run.release.commit = commit;
    let Some(from) = run.from.as_ref().filter(|from| from.commit != run.release.commit) else {
        return Ok(());
    };
    if !run.plan.force && run.git().contains(&from.commit, &run.release.commit) {
        let fact = format!("commit {} is older than the live one, {}", run.release.commit, from.commit);
        let help = "to go back use `rollback to`; to deploy it all the same say --force";
        return Err(Failure::new(Finding::fail("older-commit", fact).help(help)));
    }
    Ok(())
}
