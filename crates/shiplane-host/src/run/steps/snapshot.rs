//! Keeps what is live under backups.

use super::Run;
use crate::failure::Failure;
use crate::runtime::OnLine;

pub(super) fn forward(_: &mut Run<'_>, _: OnLine<'_>) -> Result<(), Failure> {
    Ok(())
}
