//! Uploaded files from end to end over SSH: what arrives, what is kept, what readers see, and the way back.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;

use shiplane_core::deploy::{Decision, Result as Ending};
use shiplane_testkit::ground::{finding, report, verdict};

use super::desk::codes;
use super::www::{Reader, Www, content, inode};

#[test]
fn a_directory_arrives_as_it_is_and_only_what_changed_travels() {
    let Some(www) = Www::new("files::good") else { return };
    www.put("index.html", "one");
    www.put("assets/app.js", "js");
    www.live("1.0.0");
    assert_eq!(content(&www.current()), content(&www.dist()));
    let first = fs::canonicalize(www.current()).unwrap();
    let link = fs::read_link(www.current()).unwrap();
    assert!(link.starts_with(".shiplane/releases"), "{}", link.display());
    www.put("index.html", "two");
    let run = www.live("1.1.0");
    assert_eq!(content(&www.current()), content(&www.dist()));
    assert_eq!(inode(&www.current().join("assets/app.js")), inode(&first.join("assets/app.js")), "shared");
    assert_ne!(inode(&www.current().join("index.html")), inode(&first.join("index.html")));
    assert_eq!(fs::read_to_string(first.join("index.html")).unwrap(), "one", "the old release is as it was");
    let phases = report(&run)["phases"].clone();
    let upload = &phases.as_array().unwrap()[0];
    assert!(upload["note"].as_str().unwrap().starts_with("1 of 2 files"), "{phases}");
    let version: serde_json::Value =
        serde_json::from_slice(&fs::read(www.current().join("version.json")).unwrap()).unwrap();
    assert_eq!((&version["version"], &version["rollout"]), (&"1.1.0".into(), &0.into()));
    assert!(version["commit"].as_str().unwrap().len() == 40 && version["time"].is_string(), "{version}");
    let served = fs::metadata(www.current().join("version.json")).unwrap().permissions().mode();
    assert_eq!(served & 0o777, 0o644, "a web server of another user reads it");
    let way = fs::metadata(www.state()).unwrap().permissions().mode();
    assert_eq!(way & 0o777, 0o711, "it may pass, and see nothing else");
    assert_eq!(www.list("incoming"), [""; 0]);
}

#[test]
fn names_are_bytes_and_modes_links_and_empty_directories_stay() {
    let Some(www) = Www::new("files::names") else { return };
    let hostile: [&[u8]; 7] =
        [b"a b", b"-rf", b"line\nbreak", b"\xff\xfe", b"100%25", b"$(touch x)", b"q'\"`;&"];
    for name in hostile {
        www.put(name, name);
    }
    www.put("deep/er/file", "");
    let script = www.put("run.sh", "#!/bin/sh\n");
    fs::set_permissions(script, fs::Permissions::from_mode(0o700)).unwrap();
    fs::create_dir_all(www.dist().join("empty/inside")).unwrap();
    symlink("deep/er/file", www.dist().join("link")).unwrap();
    symlink("../../run.sh", www.dist().join("deep/er/up")).unwrap();
    www.put(".git/config", "not for the web");
    www.put(".shiplane/x", "nor this");
    www.put("version.json", "{}");
    www.live("1.0.0");
    fs::remove_dir_all(www.dist().join(".git")).unwrap();
    fs::remove_dir_all(www.dist().join(".shiplane")).unwrap();
    assert_eq!(content(&www.current()), content(&www.dist()));
    let mode = fs::metadata(www.current().join("run.sh")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o755);
    www.put(b"line\nbreak", "changed");
    fs::remove_file(www.dist().join("-rf")).unwrap();
    fs::remove_file(www.dist().join("link")).unwrap();
    fs::create_dir(www.dist().join("link")).unwrap();
    www.live("1.1.0");
    assert_eq!(content(&www.current()), content(&www.dist()), "a link became a directory, a file is gone");
}

#[test]
fn what_cannot_be_uploaded_is_refused_by_name() {
    let Some(www) = Www::new("files::unfit") else { return };
    let empty = www.deploy("1.0.0").run().unwrap();
    empty.expect(10);
    assert!(verdict(&empty).1.contains(&"files-empty".to_owned()), "{empty}");
    www.put("a/b/file", "x");
    symlink("/etc/passwd", www.dist().join("absolute")).unwrap();
    symlink("../../../up", www.dist().join("a/b/escape")).unwrap();
    symlink("b/../../..", www.dist().join("a/sly")).unwrap();
    let _socket = UnixListener::bind(www.dist().join("socket")).unwrap();
    let run = www.deploy("1.0.0").run().unwrap();
    run.expect(10);
    let fact = finding(&run, "link-escapes")["fact"].as_str().unwrap().to_owned();
    assert!(fact.contains("a/b/escape, a/sly, absolute"), "{fact}");
    assert!(finding(&run, "special-file")["fact"].as_str().unwrap().contains("socket"), "{run}");
    let missing = www.deploy("1.0.0").args(["--from", "no/such"]).run().unwrap();
    missing.expect(2);
    assert_eq!(verdict(&missing).1, ["files-missing"]);
    www.configure("    files: { to: ../up }\n");
    www.deploy("1.0.0").run().unwrap().expect(2);
    assert!(!www.state().exists() && !www.current().exists(), "nothing was changed");
}

#[test]
fn what_was_edited_on_the_host_does_not_travel_on() {
    let Some(www) = Www::new("files::edited") else { return };
    www.put("index.html", "as built");
    www.put("other", "1");
    www.live("1.0.0");
    fs::write(www.current().join("index.html"), "by hand!").unwrap();
    fs::write(www.current().join("extra"), "by hand").unwrap();
    www.put("other", "2");
    www.live("1.1.0");
    assert_eq!(content(&www.current()), content(&www.dist()));
    fs::remove_dir_all(fs::canonicalize(www.current()).unwrap()).unwrap();
    www.live("1.2.0");
    assert_eq!(content(&www.current()), content(&www.dist()), "a live release that is gone is no base");
}

#[test]
fn every_release_is_backed_up_once_and_equals_its_backup() {
    let Some(www) = Www::new("files::backups") else { return };
    fs::write(www.env(), "KEY=secret\n").unwrap();
    for version in ["1.0.0", "1.1.0", "1.2.0"] {
        www.put("index.html", version);
        www.live(version);
        let backups = www.list("backups");
        let own = backups.iter().find(|name| name.starts_with(&format!("v{version}-2"))).expect("a backup");
        let backup = www.state().join("backups").join(own);
        assert_eq!(content(&backup), content(&www.current()));
        assert!(backup.join("version.json").exists());
        assert_eq!(fs::read_to_string(backup.join(".env")).unwrap(), "KEY=secret\nROLLOUT=0\n");
        assert_eq!(fs::metadata(backup.join(".env")).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(www.list("backups").len(), 3);
}

#[test]
fn backups_stay_thirty_days_and_those_that_are_gone_back_to_for_ever() {
    let Some(www) = Www::new("files::aged") else { return };
    www.configure("    keep: 1\n");
    for version in ["1.0.0", "1.1.0"] {
        www.put("index.html", version);
        www.live(version);
    }
    let backups = www.state().join("backups");
    let renamed: Vec<String> = ["1.0.0", "1.1.0"].map(|version| www.make_old(version)).into();
    let others = ["v0.9.0-2020-01-05T10-00-00Z", "mine-2020-01-05", "env-20200105t100000000-0a1b2c3d"];
    fs::create_dir(backups.join(others[0])).unwrap();
    fs::create_dir(backups.join(others[1])).unwrap();
    fs::write(backups.join(others[2]), "KEY=old\n").unwrap();
    www.put("index.html", "1.2.0");
    let run = www.live("1.2.0");
    assert!(finding(&run, "aged-out")["fact"].as_str().unwrap().contains("removed 3 backups"), "{run}");
    let left = www.list("backups");
    assert!(!left.contains(&renamed[0]), "neither live nor before it: {left:?}");
    assert!(left.contains(&renamed[1]), "it is what one goes back to: {left:?}");
    assert!(left.contains(&others[1].to_owned()) && left.len() == 3, "{left:?}");
    assert_eq!(www.back("1.1.0", Decision::Confirm).result, Ending::Good);
}

#[test]
fn the_env_file_keeps_every_other_byte_its_mode_and_comes_back() {
    let Some(www) = Www::new("files::env") else { return };
    www.put("index.html", "one");
    let odd = b"# c\r\nA=1\nexport ROLLOUT=50\r\nB=\xff\n\nROLLOUTS=7\nLAST=x";
    fs::write(www.env(), odd).unwrap();
    fs::set_permissions(www.env(), fs::Permissions::from_mode(0o640)).unwrap();
    www.live("1.0.0");
    let wanted = b"# c\r\nA=1\nexport ROLLOUT=0\r\nB=\xff\n\nROLLOUTS=7\nLAST=x";
    assert_eq!(fs::read(www.env()).unwrap(), wanted);
    assert_eq!(fs::metadata(www.env()).unwrap().permissions().mode() & 0o777, 0o640);
    fs::write(www.env(), "A=2\nROLLOUT=25\nNEW=hidden\n").unwrap();
    www.put("index.html", "two");
    www.live("1.1.0");
    let undone = www.back("1.0.0", Decision::Revert);
    assert_eq!(undone.result, Ending::Restored, "{undone:?}");
    assert_eq!(fs::read_to_string(www.env()).unwrap(), "A=2\nROLLOUT=0\nNEW=hidden\n");
    let back = www.back("1.0.0", Decision::Confirm);
    assert_eq!(back.result, Ending::Good, "{back:?}");
    assert_eq!(fs::read(www.env()).unwrap(), wanted, "the release's own .env is back");
    let note = back.findings.iter().find(|finding| finding.code == "env-restored").expect("a note");
    assert!(note.fact.contains("A, B, LAST, NEW") && !format!("{back:?}").contains("hidden"), "{note:?}");
    let aside = www.list("backups").into_iter().find(|name| name.starts_with("env-")).expect("saved aside");
    let aside = fs::read_to_string(www.state().join("backups").join(aside)).unwrap();
    assert_eq!(aside, "A=2\nROLLOUT=0\nNEW=hidden\n");
    assert_eq!(fs::read_to_string(www.current().join("index.html")).unwrap(), "one");
}

#[test]
fn without_an_env_file_there_is_one_afterwards() {
    let Some(www) = Www::new("files::no-env") else { return };
    www.configure("    files: { to: dist, rollout: 10 }\n");
    www.put("index.html", "one");
    www.live("1.0.0");
    assert_eq!(fs::read_to_string(www.env()).unwrap(), "ROLLOUT=10\n");
    assert_eq!(fs::metadata(www.env()).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(content(&www.path.join("dist")), content(&www.dist()));
}

#[test]
fn a_reader_sees_one_release_after_the_other_and_never_nothing() {
    let Some(www) = Www::new("files::reader") else { return };
    let old = www.current();
    fs::create_dir(&old).unwrap();
    fs::write(old.join("index.html"), "by hand").unwrap();
    let reader = Reader::of(old.join("index.html"));
    let versions = ["1.0.0", "1.1.0", "1.2.0", "1.3.0"];
    for version in versions {
        www.put("index.html", version);
        www.live(version);
    }
    assert_eq!(www.back("1.2.0", Decision::Confirm).result, Ending::Good);
    let seen = reader.seen();
    assert_eq!(seen, ["by hand", "1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.2.0"]);
    let adopted = www.history().good.first().cloned().expect("the directory that was there");
    assert_eq!(www.back(&adopted.id, Decision::Confirm).result, Ending::Good);
    assert_eq!(fs::read_to_string(www.current().join("index.html")).unwrap(), "by hand");
}

#[test]
fn a_first_release_that_fails_gives_the_directory_back() {
    let Some(www) = Www::new("files::first") else { return };
    www.put("index.html", "new");
    www.configure("    command: { build: [sh, -c, \"echo built > built; exit 3\"] }\n");
    let run = www.deploy("1.0.0").run().unwrap();
    run.expect(10);
    assert!(verdict(&run).1.contains(&"build-failed".to_owned()), "{run}");
    assert!(!www.current().exists() && !www.env().exists());
    assert_eq!((www.list("incoming"), www.list("backups")), (vec![], vec![]));
    fs::create_dir(www.current()).unwrap();
    fs::write(www.current().join("index.html"), "by hand").unwrap();
    www.configure("    command: { restart: [sh, -c, \"exit 3\"] }\n");
    let run = www.deploy("1.0.0").arg("--force").run().unwrap();
    run.expect(12);
    assert_eq!(fs::read_to_string(www.current().join("index.html")).unwrap(), "by hand");
}

#[test]
fn a_build_never_writes_into_another_release() {
    let Some(www) = Www::new("files::build") else { return };
    www.configure("    command: { build: [sh, -c, \"echo more >> index.html\"] }\n");
    www.put("index.html", "one\n");
    www.live("1.0.0");
    let first = fs::canonicalize(www.current()).unwrap();
    www.live("1.1.0");
    assert_eq!(fs::read_to_string(first.join("index.html")).unwrap(), "one\nmore\n");
    assert_eq!(fs::read_to_string(www.current().join("index.html")).unwrap(), "one\nmore\n");
}

#[test]
fn a_tree_that_is_gone_comes_back_from_its_backup() {
    let Some(www) = Www::new("files::gone") else { return };
    www.put("index.html", "one");
    www.live("1.0.0");
    let first = fs::canonicalize(www.current()).unwrap();
    www.put("index.html", "two");
    www.live("1.1.0");
    fs::remove_dir_all(first.parent().unwrap()).unwrap();
    let back = www.back("1.0.0", Decision::Confirm);
    assert_eq!(back.result, Ending::Good, "{back:?}");
    assert!(codes(&back).contains(&"restored-from-backup"), "{back:?}");
    assert_eq!(fs::read_to_string(www.current().join("index.html")).unwrap(), "one");
    assert!(!www.current().join(".env").exists(), "the site's own .env is not served");
}

#[test]
fn an_older_version_is_a_rollback_or_a_mistake() {
    let Some(www) = Www::new("files::older") else { return };
    www.put("index.html", "one");
    www.live("1.10.0");
    let run = www.deploy("1.9.0").run().unwrap();
    run.expect(10);
    assert_eq!(verdict(&run).1, ["older-version"], "{run}");
    www.deploy("1.9.0").arg("--force").run().unwrap().expect(0);
}
