//! What goes to cold storage, what the journal knows of it, and what the config may say.

use shiplane_core::config::{Cold, ColdCommands, parse};
use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::deploy::{
    Archive, Given, Holds, Kind, Place, Result as Ending, Retention, Stamp, Stored, is_old, still_stored,
    stored,
};

use super::host::{began, deploy, entry, release};

fn retention(lines: &str) -> Result<Retention, &'static str> {
    let text = format!(
        "version: 1\nenvironments:\n  production:\n    hosts: [local]\n    path: /srv/shop\n    \
         command: {{ restart: [\"true\"] }}\n    retention: {lines}\n"
    );
    let config = parse(&text).map_err(|_| "unreadable")?;
    Place::resolve(&Given::default(), &config)
        .map(|place| place.options.retention)
        .map_err(|fault| fault.code)
}

#[test]
fn a_directory_or_two_commands_and_nothing_half() {
    let days = |days| Retention { days, ..Retention::default() };
    assert_eq!((retention("{}"), retention("{ days: 7 }")), (Ok(days(30)), Ok(days(7))));
    let directory = Some(Cold::Directory("/mnt/cold/shop".to_owned()));
    assert_eq!(retention("{ cold: /mnt/cold/shop }"), Ok(Retention { cold: directory, ..days(30) }));
    let both =
        "{ days: 7, cold: { store: [rclone, rcat, \"b:{name}\"], fetch: [rclone, cat, \"b:{name}\"] } }";
    let words = |verb: &str| ["rclone", verb, "b:{name}"].map(str::to_owned).to_vec();
    let commands = ColdCommands { store: words("rcat"), fetch: words("cat") };
    assert_eq!(retention(both), Ok(Retention { days: 7, cold: Some(Cold::Commands(commands)) }));
    for (lines, why) in [
        ("{ cold: mnt/cold }", "cold-invalid"),
        ("{ cold: / }", "cold-invalid"),
        ("{ cold: /mnt/../srv }", "cold-invalid"),
        ("{ cold: /srv/shop/.shiplane }", "cold-invalid"),
        ("{ cold: /srv/shop/.shiplane/backups/cold/ }", "cold-invalid"),
        ("{ cold: { store: [a, \"{name}\"], fetch: [] } }", "cold-invalid"),
        ("{ cold: { store: [a], fetch: [b, \"{name}\"] } }", "cold-invalid"),
        ("{ cold: { store: [a, \"{name}\"] } }", "unreadable"),
        ("{ cold: { store: a, fetch: b } }", "unreadable"),
        ("{ cold: 7 }", "unreadable"),
        ("{ days: -1 }", "unreadable"),
        ("{ day: 7 }", "unreadable"),
    ] {
        assert_eq!(retention(lines), Err(why), "{lines}");
    }
    assert!(retention("{ cold: /srv/shop/.shiplane-cold }").is_ok());
}

fn kept(name: &str, run: &str, holds: Holds) -> Entry {
    let archive =
        Archive { name: format!("{name}.tar.zst"), holds, sha256: "0".repeat(64), bytes: 10, unpacked: 20 };
    let (name, release) = (name.to_owned(), Some(run.to_owned()));
    let place = Cold::Directory("/mnt".to_owned());
    entry("later", What::Stored(Stored { name, release, archives: vec![archive], place }))
}

#[test]
fn the_newest_whole_release_comes_back_else_its_newest_backup() {
    let good = [deploy("a1", None, Ending::Good), deploy("b1", Some("a1"), Ending::Good)].concat();
    let mut journal = good.clone();
    assert!(stored(&journal, "a1").is_none());
    journal.push(kept("v1", "a1", Holds::Backup));
    journal.push(kept("v1-again", "a1", Holds::Backup));
    assert_eq!(stored(&journal, "a1").unwrap().0.name, "v1-again");
    assert!(stored(&journal, "b1").is_none());
    journal.push(kept("a1", "a1", Holds::Release));
    journal.push(kept("v1", "a1", Holds::Backup));
    assert_eq!(stored(&journal, "a1").unwrap().0.name, "a1");
    assert_eq!(History::of(&journal), History::of(&good), "what is good, live and previous stays so");
    // As text and back: it is a line of the journal.
    for entry in &journal {
        let line = serde_json::to_string(entry).unwrap();
        assert_eq!(&serde_json::from_str::<Entry>(&line).unwrap(), entry, "{line}");
    }
}

#[test]
fn what_ran_again_since_is_stored_anew() {
    let mut journal = vec![kept("v1", "a1", Holds::Backup)];
    assert_eq!(still_stored(&journal, "v1").unwrap().release.as_deref(), Some("a1"));
    assert!(still_stored(&journal, "v2").is_none());
    journal.push(began("b1", Kind::Deploy, (&release("b1"), Some(&release("a1")))));
    assert!(still_stored(&journal, "v1").is_some());
    journal.push(began("r1", Kind::Rollback, (&release("a1"), Some(&release("b1")))));
    assert!(still_stored(&journal, "v1").is_none());
}

#[test]
fn a_release_is_as_old_as_its_id_says() {
    let now = Stamp::parse("2026-03-01T00:00:00Z").unwrap();
    let old = |id: &str, days| is_old(id, now, days);
    assert!(old("20260129t235959999-0a1b2c3d", 30) && !old("20260130t000000000-0a1b2c3d", 30));
    assert!(old("20260129t235959999-0a1b2c3d-adopted", 30));
    assert!(!old("of-somebody-else", 0) && old("20260228t235959999-0a1b2c3d", 0));
}
