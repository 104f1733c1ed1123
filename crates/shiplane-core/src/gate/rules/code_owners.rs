//! An owner of each changed file has approved.

use super::circles::{Asked, judged};
use super::words::{count, quoted};
use crate::gate::facts::{Facts, Section};
use crate::gate::owners::{CodeOwners, Holding};
use crate::gate::people::Circle;
use crate::gate::policy::Policy;
use crate::report::{Finding, Level};

const CODE: &str = "code-owners";

/// How many files are named.
const NAMED: usize = 3;

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    if !policy.code_owners || !facts.complete(Section::CodeOwners) || !facts.complete(Section::Reviews) {
        return Vec::new();
    }
    let Some(file) = &facts.code_owners else {
        return vec![not_recorded("CODEOWNERS is not recorded", "add `code-owners` to the facts")];
    };
    let path = file.path.as_deref().unwrap_or("CODEOWNERS");
    if file.path.is_none() && file.text.is_empty() {
        return vec![Finding::ok(CODE, "no CODEOWNERS: no owners to ask")];
    }
    let owners = CodeOwners::parse(&file.text);
    if owners.too_big {
        let fact = format!("{} is over 3 MB, and GitHub reads no such file: no owners to ask", quoted(path));
        let help = "make the file smaller: one pattern can stand for many files";
        return vec![Finding::warning(CODE, fact).help(help).at(path, None)];
    }
    let mut findings: Vec<Finding> = skipped(&owners, path).into_iter().collect();
    findings.extend(approved(policy, facts, &owners));
    findings
}

fn not_recorded(what: &str, help: &str) -> Finding {
    Finding::unknown(CODE, format!("{what}, so whose approval is asked for is not known")).help(help)
}

/// Lines that do not do what their writer meant.
fn skipped(owners: &CodeOwners, path: &str) -> Option<Finding> {
    let first = owners.skipped.first()?;
    let numbers: Vec<String> = owners.skipped.iter().take(10).map(u64::to_string).collect();
    let lines = count(owners.skipped.len(), "line");
    let fact =
        format!("{lines} of {} left out, as GitHub cannot read them: {}", quoted(path), numbers.join(", "));
    let help = "write `pattern @owner`; `!`, `[ ]` and `\\#` do not work there";
    Some(Finding::warning(CODE, fact).help(help).at(path, Some(*first)))
}

/// What is missing, one reason for each set of owners; or one word that nothing is.
fn approved(policy: &Policy, facts: &Facts, owners: &CodeOwners) -> Vec<Finding> {
    let Some(files) = &facts.files else {
        if !facts.complete(Section::Files) {
            return Vec::new();
        }
        return vec![not_recorded("which files change is not recorded", "add `files` to the facts")];
    };
    let holdings = owners.holdings(files);
    let (good, missing): (Vec<Finding>, Vec<Finding>) = holdings
        .iter()
        .map(|holding| judged(policy, facts, &asked(holding)))
        .partition(|finding| finding.level == Level::Ok);
    if !missing.is_empty() || !facts.complete(Section::Files) {
        return missing;
    }
    let owned: usize = holdings.iter().map(|holding| holding.files.len()).sum();
    vec![if good.is_empty() {
        Finding::ok(CODE, "no changed file has an owner")
    } else {
        Finding::ok(CODE, format!("an owner of each of {} approved", count(owned, "owned file")))
    }]
}

fn asked(holding: &Holding) -> Asked {
    Asked {
        code: CODE,
        circle: Circle::of_owners(&holding.owners),
        needed: 1,
        concern: format!(" for {}", files(holding)),
        instead: Some("name owners by login in CODEOWNERS"),
    }
}

/// `` `a`, `b`, `c` and 4 more ``
fn files(holding: &Holding) -> String {
    let named: Vec<String> = holding.files.iter().take(NAMED).map(|path| quoted(path)).collect();
    let named = named.join(", ");
    match holding.files.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// The owners of what changes, one circle for each set of them.
pub(in crate::gate) fn owners_of_files(policy: &Policy, facts: &Facts) -> Vec<(Circle, usize)> {
    let known = policy.code_owners && facts.complete(Section::CodeOwners);
    let (true, Some(file), Some(files)) = (known, &facts.code_owners, &facts.files) else {
        return Vec::new();
    };
    let holdings = CodeOwners::parse(&file.text).holdings(files);
    holdings.iter().map(|holding| (Circle::of_owners(&holding.owners), 1)).collect()
}
