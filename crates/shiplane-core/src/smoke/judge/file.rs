//! Whether a file was written lately, and says the right thing.

use super::text;
use crate::report::Finding;
use crate::smoke::answer::FileSeen;
use crate::smoke::expectation::Expectation;

/// Every reason why it is not the right one; none means that it is.
pub(super) fn judge(expectation: &Expectation, file: &FileSeen) -> Vec<Finding> {
    let mut findings: Vec<Finding> = age(expectation, file).into_iter().collect();
    if expectation.body.is_empty() && expectation.matches.is_empty() {
        // A heartbeat by `touch` is a file without a word in it.
        return findings;
    }
    if let Some(why) = &file.unreadable {
        let fact = format!("{} cannot be read: {why}", file.path);
        let help = "let the user that reaches the host read the file";
        findings.push(Finding::unknown("file-unreadable", fact).help(help));
        return findings;
    }
    if file.size == 0 {
        let help = "see whether the process has written yet, or whether the file was emptied";
        findings.push(Finding::fail("file-empty", format!("{} is empty", file.path)).help(help));
        return findings;
    }
    findings.extend(text::judge(expectation, &format!("the end of {}", file.path), &file.tail));
    findings
}

fn age(expectation: &Expectation, file: &FileSeen) -> Option<Finding> {
    let limit = expectation.max_age?;
    let Some(age) = file.age else {
        let ahead = file.ahead.map_or_else(String::new, |ahead| format!(", {} ahead", ahead.brief()));
        let fact = format!("{} was written in the future{ahead}, by the clock of the host", file.path);
        let help = "check the host's clock: timedatectl; a copied file may carry a time of another machine";
        return Some(Finding::fail("file-in-future", fact).help(help));
    };
    // Exactly the limit is not a breach.
    if age <= limit {
        return None;
    }
    let fact = format!("{} was written {} ago, expected at most {limit}", file.path, age.brief());
    let help = "see whether the process that writes it still runs, and look at its log";
    Some(Finding::fail("file-old", fact).help(help))
}
