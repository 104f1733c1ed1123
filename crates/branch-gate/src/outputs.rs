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
    Output { name: "run-url", help: "Where to see the workflow run that decided: the worst one" },
    Output { name: "run-id", help: "Number of that run" },
    Output { name: "lead-time-seconds", help: "From the merge until the deployment succeeded" },
    Output { name: "machine-seconds", help: "The part of the lead time in which machines worked" },
    Output { name: "waiting-seconds", help: "The part of the lead time that was waiting for people" },
    Output { name: "tier", help: "The tier of the base branch" },
    Output {
        name: "matrix",
        help: "The tier's jobs, for `strategy.matrix: ${{ fromJSON(needs.plan.outputs.matrix) }}`",
    },
    Output {
        name: "cells",
        help: "How many jobs the matrix makes; a job with an empty matrix needs `if: needs.plan.outputs.cells > 0`",
    },
    Output { name: "names", help: "What GitHub puts after the name of each job, one a line" },
    Output { name: "budget", help: "Seconds that the tier's checks may take; empty without a budget" },
    Output { name: "mermaid", help: "The flow as a Mermaid flowchart" },
    Output { name: "text", help: "The flow as lines for a log" },
    Output { name: "failed", help: "Number of things that are not as the config says" },
    Output { name: "unknown", help: "Number of things that could not be found out" },
    Output { name: "diff", help: "What is written or would be written, as a unified diff" },
    Output { name: "commit", help: "The commit that the approval is for; the one to deploy" },
    Output { name: "environment", help: "What the approval is for" },
    Output { name: "request-url", help: "Where people answer the request" },
    Output { name: "approved-by", help: "Logins whose approval counts, one a line" },
    Output { name: "expires", help: "When the request ends" },
];
