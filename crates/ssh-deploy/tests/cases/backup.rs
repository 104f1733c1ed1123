//! Backups by the real worker, with programs that fail in every way.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Child, Stdio};

use serde_json::Value;
use shiplane_testkit::ground::{Ground, PATIENCE, finding, report, verdict};
use shiplane_testkit::process::{Run, wait_until};

use super::backup_yard::{END, Yard, output, sign};

const POSTGRES: &str = "{ kind: postgres, database: shop }";

#[test]
fn a_backup_is_whole_checked_and_told_of() {
    let yard = Yard::new(POSTGRES);
    yard.dumps("CREATE TABLE t (a int);");
    let run = yard.tool(&[]).env("SHIPLANE_COMMAND", "backup run").run().unwrap();
    run.expect(0);
    assert_eq!(verdict(&run), ("saved".to_owned(), Vec::new()), "{run}");
    let name = output(&run, "backup");
    assert!(name.starts_with("shop_db_20") && name.ends_with("Z.sql.gz"), "{name}");
    assert_eq!(yard.names(), [name.clone(), format!("{name}.sha256")]);
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&yard.shelf()), mode(&yard.shelf().join(&name))), (0o700, 0o600));
    Run::new("sha256sum").args(["-c", &format!("{name}.sha256")]).dir(yard.shelf()).ok().unwrap();
    let text = Run::new("gzip").args(["-dc", &name]).dir(yard.shelf()).ok().unwrap().stdout;
    assert!(text.starts_with("CREATE TABLE t") && text.contains("dump complete"), "{text}");
    assert_eq!(
        output(&run, "backup-bytes"),
        fs::metadata(yard.shelf().join(&name)).unwrap().len().to_string()
    );
    assert!(output(&run, "backup-age").parse::<u64>().unwrap() < 60);
    assert_eq!(output(&run, "backup-sha256").len(), 64);

    let list = yard.backup(&["list"]);
    list.expect(0);
    let all: Value = serde_json::from_str(&output(&list, "backups")).unwrap();
    assert_eq!((&all[0]["name"], &all[0]["checked"]), (&Value::from(name.clone()), &Value::from(true)));
    let history = yard.tool(&["history"]).run().unwrap();
    let runs: Value = serde_json::from_str(&output(&history, "runs")).unwrap();
    assert_eq!(
        (&runs[0]["kind"], &runs[0]["actor"], &runs[0]["backup"]),
        (&"backup".into(), &"ada".into(), &name.clone().into())
    );
    let status = yard.tool(&["status"]).run().unwrap();
    assert!(report(&status)["drawings"].to_string().contains(&name), "{status}");
    let whole = yard.backup(&["verify"]);
    whole.expect(0);
    assert_eq!((verdict(&whole).0.as_str(), output(&whole, "backup")), ("whole", name));
    let planned = yard.backup(&["run", "--dry-run"]);
    assert_eq!((verdict(planned.expect(0)).0.as_str(), yard.names().len()), ("planned", 2));
}

#[test]
fn a_dump_that_is_not_whole_leaves_nothing_and_takes_nothing_away() {
    let yard = Yard::new(POSTGRES);
    let old = yard.aged(400, true);
    for (script, code, word) in [
        (
            "echo 'COPY t FROM stdin;'; echo 'pg_dump: error: connection lost' >&2; exit 1",
            "dump-failed",
            "exit code 1",
        ),
        (&format!("printf '{END}'; exit 1"), "dump-failed", "exit code 1"),
        ("kill -KILL $$", "dump-failed", "killed by signal 9"),
        ("exit 0", "dump-incomplete", "it is empty"),
        ("echo 'CREATE TABLE t (a int);'", "dump-incomplete", "does not end with"),
        ("head -c 30000000 /dev/zero; exit 3", "dump-failed", "exit code 3"),
    ] {
        yard.program("pg_dump", script);
        let run = yard.backup(&["run"]);
        run.expect(10);
        assert_eq!(verdict(&run), ("failed".to_owned(), vec![code.to_owned()]), "{script}");
        assert!(finding(&run, code)["fact"].as_str().unwrap().contains(word), "{run}");
        assert_eq!(yard.names(), [old.clone(), format!("{old}.sha256")], "{script}");
    }
    yard.program("pg_dump", "echo 'pg_dump: error: no such thing' >&2; exit 1");
    let told = yard.backup(&["run"]);
    assert!(report(&told)["excerpts"].to_string().contains("no such thing"), "{told}");
    assert_eq!(yard.journal().pop().unwrap()["what"]["backup"]["why"], "dump-failed");
    fs::remove_file(yard.dir.path().join("programs/pg_dump")).unwrap();
    yard.config("{ kind: command, dump: [no-such-program-anywhere] }");
    yard.backup(&["run"]).expect(10);
}

#[test]
fn what_is_too_old_goes_and_the_newest_checked_one_stays() {
    let yard = Yard::new(POSTGRES);
    yard.dumps("x");
    let (young, old, unsigned) = (yard.aged(29, true), yard.aged(31, true), yard.aged(32, false));
    let shelf = yard.shelf();
    // Another script's file, by its date; a neighbour's; a link; a directory.
    for name in ["shop_db_2020-01-01_06-00.sql.gz", "shop_2_20200101T000000Z.sql.gz", "notes.txt"] {
        fs::write(shelf.join(name), "x").unwrap();
    }
    Run::new("touch")
        .args(["-d", "40 days ago", "shop_db_2020-01-01_06-00.sql.gz"])
        .dir(&shelf)
        .ok()
        .unwrap();
    symlink("/etc/passwd", shelf.join("shop_db_20200101T000000Z.sql.gz")).unwrap();
    fs::create_dir(shelf.join("shop_db_20200102T000000Z.sql.gz")).unwrap();
    let run = yard.backup(&["run"]);
    run.expect(0);
    let told = finding(&run, "backups-removed")["fact"].as_str().unwrap().to_owned();
    assert!(told.contains(": 3: ") && told.contains(&old) && told.contains(&unsigned), "{told}");
    let names = yard.names();
    let new = output(&run, "backup");
    for stays in
        [&young, &new, "shop_2_20200101T000000Z.sql.gz", "notes.txt", "shop_db_20200101T000000Z.sql.gz"]
    {
        assert!(names.iter().any(|name| name == stays), "{stays}: {names:?}");
    }
    for gone in [format!("{old}.sha256"), old, unsigned, "shop_db_2020-01-01_06-00.sql.gz".to_owned()] {
        assert!(!names.contains(&gone), "{gone}: {names:?}");
    }
}

#[test]
fn what_was_altered_cut_or_never_whole_is_found() {
    let yard = Yard::new(POSTGRES);
    assert_eq!(verdict(yard.backup(&["verify"]).expect(10)).1, ["backup-unknown"]);
    let name = yard.aged(3, true);
    yard.backup(&["verify", &name]).expect(0);
    let file = yard.shelf().join(&name);
    let whole = fs::read(&file).unwrap();
    let verify = || {
        let run = yard.backup(&["verify", &name]);
        run.expect(10);
        assert_eq!(verdict(&run).0, "bad");
        verdict(&run).1
    };
    fs::write(&file, &whole[..whole.len() - 5]).unwrap();
    assert_eq!(verify(), ["backup-damaged", "backup-altered"]);
    let mut flipped = whole.clone();
    flipped[4] ^= 1;
    fs::write(&file, flipped).unwrap();
    assert_eq!(verify(), ["backup-altered"], "the date within the packing");
    // What a failed `pg_dump | gzip` leaves: a valid gzip of nothing, and exit code 0.
    Run::new("sh").args(["-c", "printf '' | gzip -c > \"$0\""]).arg(&file).ok().unwrap();
    sign(&file);
    assert_eq!(verify(), ["backup-incomplete"]);
    fs::write(&file, "").unwrap();
    sign(&file);
    assert_eq!(verify(), ["backup-damaged"]);
    fs::write(&file, &whole).unwrap();
    fs::remove_file(yard.shelf().join(format!("{name}.sha256"))).unwrap();
    let unsigned = yard.backup(&["verify", &name]);
    assert_eq!(verdict(unsigned.expect(0)).1, ["backup-unsigned"]);
    for wrong in ["../site/.env", "/etc/passwd", "shop_db_x.sql.gz"] {
        assert_eq!(verdict(yard.backup(&["verify", wrong]).expect(10)).1, ["backup-unknown"], "{wrong}");
    }
}

/// Starts a backup whose dump does not end, and waits until it is written.
fn hanging(yard: &Yard) -> Child {
    yard.program("pg_dump", "head -c 2000000 /dev/urandom; exec sleep 30");
    let mut command = yard.tool(&["backup", "run"]).command();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = || yard.names().iter().any(|name| name.starts_with(".partial-")).then_some(());
    wait_until("the dump to begin", PATIENCE, begun).unwrap();
    child
}

fn worker(yard: &Yard) -> String {
    let text = fs::read_to_string(yard.site().join(".shiplane/backup/lock")).unwrap();
    let note: Value = serde_json::from_str(&text).unwrap();
    note["worker"]["pid"].to_string()
}

#[test]
fn a_second_one_is_refused_a_deploy_is_not_and_who_asked_may_go_away() {
    let yard = Yard::new(POSTGRES);
    let mut child = hanging(&yard);
    let second = yard.backup(&["run"]);
    second.expect(10);
    assert_eq!(verdict(&second), ("refused".to_owned(), vec!["backup-going-on".to_owned()]));
    assert!(finding(&second, "backup-going-on")["fact"].as_str().unwrap().contains("by ada"), "{second}");
    assert!(yard.backup(&["list"]).expect(0).stdout.contains("backup-going-on"));
    let unlocked = yard.tool(&["unlock"]).run().unwrap();
    assert_eq!(verdict(unlocked.expect(0)).0, "free", "deploys have a lock of their own");
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("the worker to end", PATIENCE, || yard.names().is_empty().then_some(())).unwrap();
    yard.dumps("x");
    wait_until("the lock to be free", PATIENCE, || (yard.backup(&["run"]).code() == 0).then_some(()))
        .unwrap();
}

#[test]
fn a_worker_that_is_killed_leaves_no_backup_and_the_next_run_tidies_up() {
    let yard = Yard::new(POSTGRES);
    let mut child = hanging(&yard);
    fs::write(yard.shelf().join("shop_db_20260105T100000Z.sql.gz.sha256"), "torn").unwrap();
    Run::new("kill").args(["-KILL", &worker(&yard)]).ok().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let left = yard.names();
    assert!(left.iter().any(|name| name.starts_with(".partial-")), "{left:?}");
    assert!(!left.iter().any(|name| name.ends_with(".sql.gz") && !name.starts_with('.')), "{left:?}");
    yard.dumps("x");
    let run = yard.backup(&["run"]);
    run.expect(0);
    let name = output(&run, "backup");
    assert_eq!(yard.names(), [name.clone(), format!("{name}.sha256")]);
}

#[test]
fn a_dump_that_takes_too_long_is_ended() {
    let yard = Yard::new("{ kind: postgres, database: shop, timeout: 300ms }");
    yard.program("pg_dump", "echo x; exec sleep 300");
    let run = yard.backup(&["run"]);
    run.expect(10);
    assert!(finding(&run, "dump-failed")["fact"].as_str().unwrap().contains("time was over"), "{run}");
    assert_eq!(yard.names(), Vec::<String>::new());
}

#[test]
fn commands_of_the_team_dump_drill_and_restore() {
    let config = "{ kind: command, database: shop, ends-with: \"-- Dump completed\", dump: [sh, dump.sh], \
                  restore: [sh, restore.sh], drill: [sh, -c, 'grep -q two'] }";
    let yard = Yard::new(config);
    let site = yard.site();
    fs::write(site.join("data"), "one\n").unwrap();
    fs::write(site.join("dump.sh"), "cat data; echo '-- Dump completed on a day'\n").unwrap();
    fs::write(site.join("restore.sh"), "cat > data\n").unwrap();
    let first = output(yard.backup(&["run"]).expect(0), "backup");
    assert!(first.ends_with(".dump.gz"), "{first}");
    let drill = yard.backup(&["drill"]);
    assert_eq!(verdict(drill.expect(10)).1, ["restore-failed"], "it has no two: {drill}");
    fs::write(site.join("data"), "two\n").unwrap();
    yard.backup(&["run"]).expect(0);
    assert_eq!(verdict(yard.backup(&["drill"]).expect(0)).0, "restorable");
    let wrong = [
        &["restore"][..],
        &["restore", "--confirm", "shop"],
        &["restore", &first],
        &["restore", &first, "--confirm", "other"],
        &["run", &first],
    ];
    for args in wrong {
        yard.backup(args).expect(2);
    }
    let done = yard.backup(&["restore", &first, "--confirm", "shop"]);
    assert_eq!(verdict(done.expect(0)).0, "replaced");
    assert!(fs::read_to_string(site.join("data")).unwrap().starts_with("one"));
    assert!(finding(&done, "safety-backup")["fact"].as_str().unwrap().contains(".dump.gz"));
    fs::write(site.join("restore.sh"), "head -c 1 > data; exit 4\n").unwrap();
    let broken = yard.backup(&["restore", &first, "--confirm", "shop"]);
    broken.expect(12);
    assert_eq!(verdict(&broken), ("broken".to_owned(), vec!["restore-failed".to_owned()]), "{broken}");
    assert_eq!(yard.journal().pop().unwrap()["what"]["backup"]["end"], "broken");
    fs::write(site.join("dump.sh"), "exit 1\n").unwrap();
    let unsafe_one = yard.backup(&["restore", &first, "--confirm", "shop"]);
    assert_eq!(verdict(unsafe_one.expect(10)).1, ["safety-backup-failed"]);
    yard.config("{ kind: command, dump: [sh, dump.sh] }");
    for args in [&["drill"][..], &["restore", &first, "--confirm", "shop_db"]] {
        assert_eq!(verdict(yard.backup(args).expect(2)).1, ["backup-command-missing"]);
    }
}

#[test]
fn the_screen_warns_of_backups_that_are_late_or_missing() {
    let yard = Yard::new(POSTGRES);
    let codes = || verdict(&yard.tool(&["status"]).run().unwrap()).1;
    assert!(codes().contains(&"backup-missing".to_owned()));
    yard.aged(2, true);
    assert!(codes().contains(&"backup-old".to_owned()));
    yard.config("{ kind: postgres, database: shop, max-age: 3d }");
    assert!(!codes().iter().any(|code| code.starts_with("backup")), "{:?}", codes());
    assert_eq!(verdict(yard.backup(&["list"]).expect(0)).1, Vec::<String>::new());
    fs::write(yard.dir.path().join(".github/shiplane.yml"), "version: 1\n").unwrap();
    let none = yard.tool(&["backup", "run", "--ssh-host", "local", "--deploy-path", "/srv"]).run().unwrap();
    assert_eq!(verdict(none.expect(2)).1, ["backup-not-configured"]);
}

#[test]
fn over_ssh_it_is_the_same_and_ends_with_whoever_asked() {
    let Some(ground) = Ground::new("backup::ssh", env!("CARGO_BIN_EXE_ssh-deploy")) else { return };
    let with = |dump: &str| {
        let backup = format!("    backup: {{ kind: command, dump: {dump} }}\n    smoke: [web]\n");
        ground.config(&ground.config_text().replace("    smoke: [web]\n", &backup));
    };
    let shelf = ground.sshd.home().join("backups");
    let names = || {
        let entries = fs::read_dir(&shelf).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    with("[sh, -c, 'echo one; exec sleep 30']");
    let mut child = ground.spawn(&ground.tool(&["backup", "run"]));
    let begun = || names().iter().any(|name| name.starts_with(".partial-site_db_")).then_some(());
    wait_until("the dump to begin", PATIENCE, begun).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("the worker to end", PATIENCE, || names().is_empty().then_some(())).unwrap();
    with("[echo, one]");
    let run = ground.tool(&["backup", "run"]).run().unwrap();
    run.expect(0);
    assert_eq!(verdict(&run).0, "saved");
    assert_eq!(names().len(), 2);
    assert!(ground.journal().iter().any(|entry| entry["what"]["backup"]["why"] == "interrupted"));
    assert_eq!(ground.tool(&["backup", "verify"]).run().unwrap().expect(0).code(), 0);
}
