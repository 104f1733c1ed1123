//! How a share, its time and its bound are written.

use crate::canary::bound::share;
use crate::canary::evidence::evidence;
use crate::canary::facts::Facts;
use crate::canary::policy::Policy;
use crate::canary::proof::{Line, Look, Passed, passed};
use crate::report::Finding;

/// What a rule calls things.
pub(super) struct Words {
    /// Its code.
    pub(super) code: &'static str,
    /// What the requests did: `failed`.
    pub(super) did: String,
    /// The line: `limit 1 %`.
    pub(super) limit: String,
    /// What to do when it is proven.
    pub(super) help: &'static str,
}

/// Whether the line is passed, as a finding: proven is a no, all else is not.
pub(super) fn finding(policy: &Policy, facts: &Facts, line: Line, words: &Words) -> Option<Finding> {
    let evidence = evidence(policy, facts);
    let code = words.code;
    Some(match passed(policy, facts, &evidence, line) {
        Passed::Not(look) if look.all == 0 => return None,
        Passed::Not(look) => Finding::ok(code, sentence(look, words)),
        Passed::Perhaps(look) => {
            let fact = format!("{}; above the limit, and not proven", sentence(look, words));
            Finding::warning(code, fact).help("hold this stage until more requests decide it")
        }
        Passed::TooShort(look, count) => {
            let windows = format!("proven, but above it in {count} of the last {} windows", line.windows);
            let fact = format!("{}; {windows} of {}", sentence(look, words), policy.window);
            Finding::warning(code, fact).help("hold this stage until the next window")
        }
        Passed::AsBaseline(look, hits, all) => {
            let same = format!("the baseline with {} is not surely better", counted(hits, all));
            let fact = format!("{}; {same}", sentence(look, words));
            Finding::warning("shared-cause", fact)
                .help("look for what both versions share: a database, a network")
        }
        Passed::Surely(look) => Finding::fail(code, sentence(look, words)).help(words.help),
    })
}

/// `1.20 % of the requests failed (12 of 1000 since …), limit 1 %, at least 0.72 % at 99 %`.
fn sentence(look: Look, words: &Words) -> String {
    let since = look.since.map_or_else(String::new, |since| format!(" since {since}"));
    format!(
        "{} of the requests {} ({} of {}{since}), {}, at least {} at {}",
        percent(share(look.hits, look.all)),
        words.did,
        look.hits,
        look.all,
        words.limit,
        percent(look.lower),
        look.confidence
    )
}

/// `0.31 % (12 of 3900)`.
fn counted(hits: u64, all: u64) -> String {
    format!("{} ({hits} of {all})", percent(share(hits, all)))
}

/// Two decimals.
pub(super) fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}
