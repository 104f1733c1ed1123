//! Whether what a program said is right.

use super::{SHOWN, text};
use crate::foreign::clip;
use crate::report::Finding;
use crate::smoke::answer::Ran;
use crate::smoke::expectation::Expectation;

/// Every reason why it is not the right one; none means that it is.
pub(super) fn judge(expectation: &Expectation, ran: &Ran) -> Vec<Finding> {
    let mut findings: Vec<Finding> = ending(ran).into_iter().collect();
    findings.extend(text::judge(
        expectation,
        &format!("the output of {} bytes", ran.output.len()),
        &ran.output,
    ));
    findings.extend(slow(expectation, ran));
    findings
}

fn ending(ran: &Ran) -> Option<Finding> {
    let how = match (ran.status, ran.signal) {
        (Some(0), _) => return None,
        (Some(code), _) => format!("ended with exit code {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "did not say how it ended".to_owned(),
    };
    let last = ran.output.lines().rev().find(|line| !line.trim().is_empty());
    let last =
        last.map_or_else(|| "; it printed nothing".to_owned(), |line| format!(": {}", clip(line, SHOWN)));
    let help = "read its output below, and run it by hand on the host";
    Some(Finding::fail("command-failed", format!("the command {how}{last}")).help(help))
}

fn slow(expectation: &Expectation, ran: &Ran) -> Option<Finding> {
    let (budget, total) = (expectation.latency?, ran.timings.total_ms);
    // Exactly the budget is not a breach.
    if total <= budget.0.as_secs_f64() * 1000.0 {
        return None;
    }
    let fact = format!("the command took {total:.0} ms, expected at most {budget}");
    Some(Finding::fail("too-slow", fact).help("look at the load of the host"))
}
