//! The options of `rehearse`: names, types and help; no logic.

use clap::Args;

use crate::survey::SurveyArgs;
use crate::to::WayArgs;

#[derive(Args, Debug)]
pub(crate) struct RehearseArgs {
    #[command(flatten)]
    pub(crate) way: WayArgs,
    #[command(flatten)]
    pub(crate) survey: SurveyArgs,
}
