//! Runs the migration, before the switch: when it fails, the release before was never touched.

use super::Run;
use crate::failure::Failure;
use crate::runtime::OnLine;

pub(super) fn forward(run: &mut Run<'_>, on_line: OnLine<'_>) -> Result<(), Failure> {
    run.runs.migrate(&run.release, &run.plan.options.migrate, on_line)
}
