//! Which backups are whole, what they are called, which may go, and what PostgreSQL is told.

use serde_json::json;
use shiplane_core::backup::{End, Noted};
use shiplane_core::backup::{
    Kept, Means, Shelf, aged, file_name, is_partial, lacks, median, newest, of_shelf, partial, postgres, told,
};
use shiplane_core::config::parse;
use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::deploy::{Given, Place, Stamp};
use shiplane_core::duration::Span;

use super::host::NOW;

const DAY: u64 = 86_400_000;

fn shelf(backup: &str) -> Result<Shelf, &'static str> {
    let text = format!(
        "version: 1\nproject: shop\nenvironments:\n  production:\n    hosts: [local]\n    path: /home/deploy/shop\n    backup: {backup}\n"
    );
    Place::resolve(&Given::default(), &parse(&text).unwrap())
        .map(|place| place.backup.unwrap())
        .map_err(|fault| fault.code)
}

fn kept(name: &str, days: u64, checked: bool) -> Kept {
    let sha256 = checked.then(|| "0".repeat(64));
    Kept { name: name.to_owned(), at: Stamp(NOW.0 - days * DAY), bytes: 10, sha256 }
}

fn names(kept: &[&Kept]) -> Vec<String> {
    kept.iter().map(|it| it.name.clone()).collect()
}

#[test]
fn a_shelf_lies_beside_the_project_and_keeps_thirty_days() {
    let shelf = shelf("{ kind: postgres, service: db }").unwrap();
    assert_eq!(
        (shelf.dir.as_str(), shelf.name.as_str(), shelf.ending()),
        ("/home/deploy/backups", "shop_db", ".sql.gz")
    );
    assert_eq!((shelf.keep, shelf.max_age), (Span::seconds(30 * 86_400), Span::seconds(26 * 3600)));
    assert_eq!(shelf.database(), None);
    let named =
        self::shelf("{ service: db, dir: backups/, name: hockey, keep: 7d, database: shop }").unwrap();
    assert_eq!((named.dir.as_str(), named.name.as_str()), ("/home/deploy/shop/backups", "hockey"));
    assert_eq!(named.database(), Some("shop"));
    let own = self::shelf("{ kind: command, dump: [dump] }").unwrap();
    assert_eq!((own.ending(), own.database()), (".dump.gz", Some("shop_db")));
}

#[test]
fn what_cannot_be_meant_is_refused_before_anybody_is_asked() {
    for (backup, code) in [
        ("{ kind: command }", "backup-invalid"),
        ("{ kind: command, dump: [a], service: db }", "backup-invalid"),
        ("{ kind: postgres, dump: [a] }", "backup-invalid"),
        ("{ kind: postgres, ends-with: x }", "backup-invalid"),
        ("{ dir: ../elsewhere }", "backup-dir-invalid"),
        ("{ dir: / }", "backup-dir-invalid"),
        ("{ name: a/b }", "backup-name-invalid"),
        ("{ name: \"\" }", "backup-name-invalid"),
        ("{ name: -rf }", "backup-name-invalid"),
        ("{ keep: 0d }", "backup-keep-invalid"),
    ] {
        assert_eq!(shelf(backup).unwrap_err(), code, "{backup}");
    }
    assert!(parse("environments: { a: { backup: { kept: 3d } } }").is_err());
}

#[test]
fn a_name_has_the_time_and_no_two_are_the_same() {
    let shelf = shelf("{ service: db }").unwrap();
    let first = file_name(&shelf, NOW, |_| false);
    assert_eq!(first, "shop_db_20260105T100000Z.sql.gz");
    assert_eq!(file_name(&shelf, NOW, |name| name == first), "shop_db_20260105T100001Z.sql.gz");
    assert_eq!(of_shelf(&shelf, &first), Some(Some(NOW)));
    assert!(is_partial(&shelf, &partial(&first)) && !is_partial(&shelf, &first));
}

#[test]
fn files_of_others_are_not_ours() {
    let shelf = shelf("{ name: shop, service: db }").unwrap();
    // Those of an older script are, whatever form its dates have.
    for name in ["shop_2026-01-05_06-00-00.sql.gz", "shop_20260105.sql.gz", "shop_20260105_060000.sql.gz"] {
        assert_eq!(of_shelf(&shelf, name), Some(None), "{name}");
    }
    for name in [
        "shop_db_20260105T100000Z.sql.gz",
        "shop_2_20260105T100000Z.sql.gz",
        "shop_20260105T100000Z.sql.gz.sha256",
        "shop_20260105T100000Z.sql",
        "shop_old.sql.gz",
        "shop_.sql.gz",
        "shop_20/../../../etc/20260101.sql.gz",
        "SHOP_20260105T100000Z.sql.gz",
        ".partial-shop_20260105T100000Z.sql.gz",
    ] {
        assert_eq!(of_shelf(&shelf, name), None, "{name}");
    }
    assert_eq!(of_shelf(&shelf, "shop_20261399T100000Z.sql.gz"), Some(None), "no such day");
}

#[test]
fn the_newest_checked_one_never_goes_and_nothing_goes_without_one() {
    let keep = Span::seconds(30 * 86_400);
    let usual = [kept("a", 0, true), kept("b", 29, true), kept("c", 31, true), kept("d", 31, false)];
    assert_eq!(names(&aged(&usual, NOW, keep)), ["c", "d"]);
    let old = [kept("a", 31, true), kept("b", 40, true)];
    assert_eq!(names(&aged(&old, NOW, keep)), ["b"]);
    // A newer one that nobody has checked counts for nothing.
    let doubtful = [kept("a", 0, false), kept("b", 31, true), kept("c", 60, false)];
    assert_eq!(names(&aged(&doubtful, NOW, keep)), ["c"]);
    let between = [kept("a", 31, false), kept("b", 45, true)];
    assert_eq!(names(&aged(&between, NOW, keep)), Vec::<String>::new());
    let unchecked = [kept("a", 31, false), kept("b", 400, false)];
    assert_eq!(aged(&unchecked, NOW, keep).len(), 0);
    assert_eq!(newest(&doubtful).map(|it| it.name.as_str()), Some("b"));
    let exactly = [kept("a", 0, true), kept("b", 30, true)];
    assert_eq!(aged(&exactly, NOW, keep).len(), 0);
}

#[test]
fn a_dump_is_whole_when_its_last_words_say_so() {
    let postgres = shelf("{ service: db }").unwrap().means;
    let end = "COPY t (a) FROM stdin;\n1\n\\.\n\n--\n-- PostgreSQL database dump complete\n--\n\n";
    let fine = |text: &str| lacks(&postgres, text.len() as u64, text.as_bytes()).is_none();
    assert!(fine(end));
    assert!(fine(&format!("{end}\\unrestrict abcDEF123\n\n")));
    assert!(!fine(""));
    assert!(!fine(&format!("{end}COPY u (a) FROM stdin;\n")), "something comes behind it");
    assert!(!fine("-- not -- PostgreSQL database dump complete\n"));
    assert!(!fine(&end.replace("complete", "complet")));
    assert!(lacks(&postgres, 3, &[0xff, 0xfe, 0x00]).is_some());
    let own = |ends_with: Option<&str>| Means::Command {
        database: "shop".to_owned(),
        dump: vec!["dump".to_owned()],
        restore: Vec::new(),
        drill: Vec::new(),
        ends_with: ends_with.map(str::to_owned),
    };
    assert!(lacks(&own(None), 1, b"x").is_none());
    assert!(lacks(&own(None), 0, b"").is_some());
    let mysql = b"...\n-- Dump completed on 2026-01-05 10:00:00\n\n";
    assert!(lacks(&own(Some("-- Dump completed")), 9, mysql).is_none());
    assert!(lacks(&own(Some("-- Dump completed")), 9, b"-- Dump completed\nINSERT").is_some());
}

#[test]
fn names_and_texts_reach_postgresql_as_they_are() {
    assert_eq!(postgres::identifier("a\"b; DROP"), "\"a\"\"b; DROP\"");
    assert!(postgres::describe("o'b\\").contains("d.datname = E'o''b\\\\'"));
    let long = "ü".repeat(31);
    let cut = postgres::beside(&long, "shiplane_drill");
    assert!(cut.len() <= 63 && cut.ends_with("_shiplane_drill"), "{cut}");
    assert_eq!((postgres::outside("shop"), postgres::outside("postgres")), ("postgres", "template1"));
    let libc = json!({ "owner": "ada", "encoding_name": "UTF8", "datcollate": "C", "datctype": "C", "datlocprovider": "c" });
    let made = postgres::create("shop_new", &libc);
    assert_eq!(
        made,
        "CREATE DATABASE \"shop_new\" TEMPLATE template0 OWNER \"ada\" ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';\n"
    );
    let icu = json!({ "datlocprovider": "i", "daticulocale": "de-DE" });
    assert!(postgres::create("x", &icu).ends_with("LOCALE_PROVIDER icu ICU_LOCALE 'de-DE';\n"));
    let builtin = json!({ "datlocprovider": "b", "datlocale": "C.UTF-8" });
    assert!(postgres::create("x", &builtin).ends_with("LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8';\n"));
    assert_eq!(postgres::create("x", &json!(null)), "CREATE DATABASE \"x\" TEMPLATE template0;\n");
    let swap = postgres::swap("shop", "shop_new", "shop_old");
    let lines: Vec<&str> = swap.lines().filter(|line| !line.starts_with("SELECT")).collect();
    assert_eq!(
        lines,
        [
            "BEGIN;",
            "ALTER DATABASE \"shop\" RENAME TO \"shop_old\";",
            "ALTER DATABASE \"shop_new\" RENAME TO \"shop\";",
            "COMMIT;"
        ]
    );
    assert_eq!(postgres::counted("3\n\n4\n").map(|counts| (counts.tables, counts.rows)), Some((2, 7)));
    assert_eq!(postgres::counted("ERROR: no\n"), None);
}

#[test]
fn the_middle_of_the_sizes_before_is_what_a_new_one_is_held_against() {
    assert_eq!(median([].into_iter()), None);
    assert_eq!(median([7, 1, 9].into_iter()), Some(7));
    assert_eq!(median([5, 5, 5, 5, 5, 5, 5, 1000, 1000].into_iter()), Some(5));
}

#[test]
fn the_journal_tells_of_backups_and_what_is_live_stays_the_same() {
    let noted = Noted {
        deed: "backup".to_owned(),
        end: End::Good,
        backup: Some("shop_db_20260105T100000Z.sql.gz".to_owned()),
        bytes: 10,
        seconds: 2.5,
        removed: 1,
        counts: None,
        why: None,
    };
    let entry = Entry {
        at: NOW,
        run: "r".to_owned(),
        what: What::Backup(noted),
        fence: 0,
        actor: None,
        run_url: None,
        reason: None,
    };
    let text = serde_json::to_string(&entry).unwrap();
    let entries = [serde_json::from_str::<Entry>(&text).unwrap()];
    assert_eq!(History::of(&entries), History::default());
    let told = told(&entries);
    assert_eq!((told.len(), told[0].began()), (1, Stamp(NOW.0 - 2500)));
}
