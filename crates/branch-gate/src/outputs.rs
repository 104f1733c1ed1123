//! The outputs of every command, each name once: two commands that tell the same share it.

use shiplane_action::Output;

/// Outputs besides the shared ones.
pub(crate) const ALL: &[Output] = &[
    Output { name: "approvals", help: "Number of approvals that count" },
    Output { name: "missing-checks", help: "Required checks that have not been reported, one a line" },
    Output { name: "head-sha", help: "The commit that was judged" },
    Output { name: "base", help: "The branch that the pull request goes to" },
    Output { name: "source", help: "The branch that the pull request comes from" },
    Output { name: "pull-request", help: "Number of the pull request that was judged" },
];
