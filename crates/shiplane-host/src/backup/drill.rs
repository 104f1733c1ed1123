//! A drill: the backup is restored where nobody uses it, and what came of it is counted.

use std::io::Write as _;
use std::process::ChildStdin;

use serde_json::Value;
use shiplane_core::backup::{Counts, Kept, postgres};
use shiplane_core::report::Finding;

use super::pipe::{Program, nobody_listens};
use super::read::{Broken, check, through};
use super::server::Server;
use super::trouble::Trouble;
use super::{Maker, Outcome, Work, say, shelf};
use crate::failure::Failure;

/// What a drill's database is called beside the real one.
const DRILL: &str = "shiplane_drill";

/// Tries a backup out; the real database is not touched.
pub(super) fn drill(work: &Work, maker: &Maker, name: Option<&str>) -> Result<Outcome, Trouble> {
    let kept = shelf::find(&work.errand.shelf, name)?;
    let mut outcome = Outcome { backup: Some(kept.clone()), ..Outcome::default() };
    match tried(work, maker, &kept) {
        Ok((findings, counts)) => {
            outcome.findings = findings;
            outcome.counts = counts;
            Ok(outcome)
        }
        Err(trouble) => Err(trouble.after(outcome)),
    }
}

fn tried(work: &Work, maker: &Maker, kept: &Kept) -> Result<(Vec<Finding>, Option<Counts>), Trouble> {
    let mut findings = check(work, kept)?;
    let counts = match maker {
        Maker::Command(commands) => {
            let program = commands.drill(work.deadline())?;
            say::phase("restore for the drill", || feed(work, &program, kept).map(|()| ((), String::new())))?;
            findings.push(Finding::ok("drill", format!("{} was restored by the drill's command", kept.name)));
            None
        }
        Maker::Postgres(server) => {
            let scratch = postgres::beside(&server.database, DRILL);
            let restored = into_scratch(work, server, (kept, &scratch));
            let counts = restored.and_then(|()| count(server, &scratch));
            server.tidy(&postgres::drop_scratch(&scratch));
            let counts = counts?;
            findings.push(told(kept, counts));
            Some(counts)
        }
    };
    Ok((findings, counts))
}

fn told(kept: &Kept, counts: Counts) -> Finding {
    let Counts { tables, rows } = counts;
    if tables == 0 {
        let fact = format!("{} was restored, and no table is in it", kept.name);
        let help = "look whether `backup.database` names the database that the service uses";
        return Finding::warning("drill-empty", fact).help(help);
    }
    Finding::ok(
        "drill",
        format!("{} was restored and dropped again: {tables} tables, {rows} rows", kept.name),
    )
}

/// Makes a database of that name anew, like the real one, and restores the backup into it.
pub(super) fn into_scratch(
    work: &Work,
    server: &Server,
    (kept, scratch): (&Kept, &str),
) -> Result<(), Trouble> {
    say::phase(&format!("restore into {scratch}"), || {
        let outside = postgres::outside(&server.database);
        let like = server.sql(outside, &postgres::describe(&server.database))?;
        let like: Value = serde_json::from_str(like.trim()).unwrap_or_default();
        server.sql(outside, &postgres::drop_scratch(scratch).concat())?;
        server.sql(outside, &postgres::create(scratch, &like))?;
        let fed = feed(work, &server.taking(scratch, work.deadline()), kept);
        Ok((fed.inspect_err(|_| server.tidy(&postgres::drop_scratch(scratch)))?, String::new()))
    })
}

/// What is in a database.
pub(super) fn count(server: &Server, database: &str) -> Result<Counts, Trouble> {
    say::phase("count tables and rows", || {
        let printed = server.sql(database, postgres::COUNT)?;
        let counts = postgres::counted(&printed).ok_or_else(|| {
            let fact = format!("the rows of {database} could not be counted");
            Trouble::failed(Finding::fail("count-failed", fact))
        })?;
        Ok((counts, format!("{} tables, {} rows", counts.tables, counts.rows)))
    })
}

/// Gives the backup, unpacked, to a program; it hears no end unless all of it came.
pub(super) fn feed(work: &Work, program: &Program, kept: &Kept) -> Result<(), Trouble> {
    let (running, mut stdin) = program.taking()?;
    let read = through(&work.dir.join(&kept.name), |bytes| stdin.write_all(bytes));
    match read {
        Ok(seen) if kept.sha256.as_ref().is_none_or(|sha256| *sha256 == seen.sha256) => {
            close(stdin);
            running.finish().map_err(restore_failed)
        }
        Ok(_) => {
            let fact = format!("{} was altered while it was read", kept.name);
            Err(Trouble::failed(Finding::fail("backup-altered", fact)))
        }
        Err(Broken::File(error)) => {
            let fact = format!("{} cannot be unpacked: {error}", kept.name);
            Err(Trouble::failed(Finding::fail("backup-damaged", fact)))
        }
        // It says by itself why it takes no more.
        Err(Broken::Taker(error)) => {
            close(stdin);
            running.finish().map_err(restore_failed)?;
            let fact =
                format!("`{}` ended well, and has not read all of {}: {error}", program.name, kept.name);
            Err(Trouble::failed(Finding::fail("restore-failed", fact)))
        }
        Err(Broken::Alone) => Err(nobody_listens().into()),
    }
}

/// The end of the input is the word that all came.
fn close(stdin: ChildStdin) {
    drop(stdin);
}

fn restore_failed(failure: Failure) -> Trouble {
    if failure.finding.code == "interrupted" {
        return failure.into();
    }
    let fact = format!("the backup could not be restored: {}", failure.finding.fact);
    let finding = Finding::fail("restore-failed", fact).help("its last words are below; try another backup");
    Trouble::from(Failure { finding: Box::new(finding), ..failure })
}
