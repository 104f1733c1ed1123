//! A restore: into a new database first; only when that is whole the two change places, and the old one is kept.

use std::thread;
use std::time::Duration;

use serde_json::Value;
use shiplane_core::backup::{Counts, Deed, End, Kept, postgres};
use shiplane_core::report::{Excerpt, Finding};

use super::drill::{count, feed, into_scratch};
use super::read::check;
use super::server::Server;
use super::trouble::Trouble;
use super::{Maker, Outcome, Work, dump, say, shelf};
use crate::failure::Failure;

/// What the new database is called until it is whole.
const NEW: &str = "shiplane_restore";

/// Sessions that come back at once stand in the way of a renaming, so it is tried more than once.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(250);

/// Puts a backup in the place of the database.
pub(super) fn restore(work: &Work, maker: &Maker, (name, confirm): (&str, &str)) -> Result<Outcome, Trouble> {
    let database = maker.database();
    if confirm != database {
        let fact = format!("the database here is {database}, and {confirm} was confirmed");
        let finding = Finding::fail("confirm-differs", fact);
        return Err(Trouble::refused(finding.help("look whether this is the right environment")));
    }
    let kept = shelf::find(&work.errand.shelf, Some(name))?;
    let mut outcome = Outcome { backup: Some(kept.clone()), ..Outcome::default() };
    let put = match maker {
        Maker::Postgres(server) => exchange(work, maker, (server, &kept)),
        Maker::Command(commands) => {
            let program = commands.restore(work.deadline())?;
            overwrite(work, maker, (&program, &kept))
        }
    };
    match put {
        Ok((findings, counts)) => {
            outcome.findings = findings;
            outcome.counts = counts;
            Ok(outcome)
        }
        Err(trouble) => Err(trouble.after(outcome)),
    }
}

/// What was found and counted on the way.
type Put = (Vec<Finding>, Option<Counts>);

fn exchange(work: &Work, maker: &Maker, (server, kept): (&Server, &Kept)) -> Result<Put, Trouble> {
    let mut findings = check(work, kept)?;
    let (database, outside) = (server.database.as_str(), postgres::outside(&server.database));
    let before: Option<Value> =
        serde_json::from_str(server.sql(outside, &postgres::describe(database))?.trim()).ok();
    match &before {
        Some(_) => findings.extend(save(work, maker)?),
        None => {
            let fact = format!("there was no database {database}, so nothing was saved before");
            findings.push(Finding::warning("database-missing", fact));
        }
    }
    let new = postgres::beside(database, NEW);
    into_scratch(work, server, (kept, &new))?;
    let counts = count(server, &new).inspect_err(|_| server.tidy(&postgres::drop_scratch(&new)))?;
    let aside = postgres::beside(database, &format!("before_{}", work.at.compact().to_lowercase()));
    say::phase("exchange databases", || {
        let script = match before {
            Some(_) => postgres::swap(database, &new, &aside),
            None => postgres::rename(&new, database),
        };
        persist(server, outside, &script).map(|()| ((), String::new()))
    })
    .inspect_err(|_| server.tidy(&postgres::drop_scratch(&new)))?;
    if let Err(failure) = server.sql(database, &postgres::describe(database)) {
        return Err(take_back(server, (&new, &aside), failure));
    }
    let fact =
        format!("{database} is what {} had: {} tables, {} rows", kept.name, counts.tables, counts.rows);
    findings.push(Finding::ok("database-restored", fact));
    if let Some(before) = before {
        findings.extend(left(server, (&before, &aside)));
    }
    Ok((findings, Some(counts)))
}

/// What people should know about the old database.
fn left(server: &Server, (before, aside): (&Value, &str)) -> Vec<Finding> {
    let (database, outside) = (server.database.as_str(), postgres::outside(&server.database));
    let help = format!("when it is not needed any more: DROP DATABASE {};", postgres::identifier(aside));
    let fact = format!("the database as it was is kept as {aside}");
    let mut findings = vec![Finding::ok("old-database-kept", fact).help(help)];
    let count = before.get("settings").and_then(Value::as_u64).unwrap_or_default();
    let granted = before.get("datacl").is_some_and(|acl| !acl.is_null());
    if count > 0 || granted {
        let fact = format!(
            "settings or rights of the database itself stayed with {aside}; a dump does not have them"
        );
        let help = format!("compare them with `\\drds` and `\\l` of psql, and set them for {database} again");
        findings.push(Finding::warning("database-settings-left", fact).help(help));
    }
    let others = server.sql(outside, &postgres::put_aside(database)).unwrap_or_default();
    let others: Vec<&str> =
        others.lines().map(str::trim).filter(|it| !it.is_empty() && *it != aside).collect();
    if !others.is_empty() {
        let fact = format!("databases of earlier restores are still there: {}", others.join(", "));
        findings.push(Finding::warning("old-databases", fact).help("drop those that nobody needs"));
    }
    findings
}

/// A backup of what is there now; a restore goes on without it only when it was told to.
fn save(work: &Work, maker: &Maker) -> Result<Vec<Finding>, Trouble> {
    match dump::make(work, maker) {
        Ok(safe) => {
            Ok(vec![Finding::ok("safety-backup", format!("what was there is saved as {}", safe.name))])
        }
        Err(trouble) if is_forced(work) => {
            let fact = format!("what was there could not be saved: {}", trouble.failure.finding.fact);
            Ok(vec![Finding::warning("safety-backup-failed", fact)])
        }
        Err(trouble) => {
            let fact = format!(
                "what is there now could not be saved, so it stays: {}",
                trouble.failure.finding.fact
            );
            let help = "mend that first; with --force it is restored all the same";
            let finding = Box::new(Finding::fail("safety-backup-failed", fact).help(help));
            Err(Trouble { failure: Failure { finding, ..trouble.failure }, ..trouble })
        }
    }
}

fn is_forced(work: &Work) -> bool {
    match &work.errand.deed {
        Deed::Restore { force, .. } => *force,
        Deed::Run | Deed::Verify(_) | Deed::Drill(_) => false,
    }
}

/// Renames as soon as nobody is in the way.
fn persist(server: &Server, outside: &str, script: &str) -> Result<(), Trouble> {
    let mut tries = 0;
    loop {
        tries += 1;
        match server.sql(outside, script) {
            Ok(_) => return Ok(()),
            Err(failure) if tries < TRIES && failure.finding.code != "interrupted" => thread::sleep(PAUSE),
            Err(failure) => {
                let fact = format!("the databases could not change places: {}", failure.finding.fact);
                let help = "stop what uses the database, and run it again; nothing was changed";
                let finding = Box::new(Finding::fail("exchange-failed", fact).help(help));
                return Err(Failure { finding, ..failure }.into());
            }
        }
    }
}

/// The new database does not answer under its name, so the old one gets it back.
fn take_back(server: &Server, (new, aside): (&str, &str), failure: Failure) -> Trouble {
    let (database, outside) = (server.database.as_str(), postgres::outside(&server.database));
    let fact = format!("{database} does not answer after the restore: {}", failure.finding.fact);
    let finding = Finding::fail("restore-failed", fact);
    let back = postgres::swap(database, aside, new);
    match persist(server, outside, &back) {
        Ok(()) => {
            server.tidy(&postgres::drop_scratch(new));
            let finding = Box::new(finding.help("the database as it was is in its place again"));
            Trouble::new(End::Restored, Failure { finding, ..failure })
        }
        Err(_) => {
            let finding = Box::new(finding.help(format!("the database as it was is kept as {aside}")));
            let by_hand = Excerpt {
                title: "by hand, to bring the database back as it was".to_owned(),
                lines: back.lines().map(str::to_owned).collect(),
            };
            Trouble::new(End::Broken, Failure { finding, excerpts: vec![by_hand] })
        }
    }
}

/// A command of the team's own writes where it likes; what was there is only in the safety backup.
fn overwrite(
    work: &Work,
    maker: &Maker,
    (program, kept): (&super::pipe::Program, &Kept),
) -> Result<Put, Trouble> {
    let mut findings = check(work, kept)?;
    findings.extend(save(work, maker)?);
    let fed = say::phase("restore", || feed(work, program, kept).map(|()| ((), String::new())));
    match fed {
        Ok(()) => {
            let fact = format!("the restore's command took all of {}", kept.name);
            findings.push(Finding::ok("database-restored", fact));
            Ok((findings, None))
        }
        Err(trouble) => {
            let help = "how far it came is not known; `backup restore` with the safety backup brings back what was there";
            let trouble = Trouble { end: End::Broken, failure: trouble.failure.help(help), ..trouble };
            Err(trouble.after(Outcome { findings, ..Outcome::default() }))
        }
    }
}
