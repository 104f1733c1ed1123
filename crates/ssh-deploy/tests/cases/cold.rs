//! Old backups leave for cold storage and come back from there, over a real sshd: a directory, and commands.

use std::fs;
use std::path::PathBuf;

use shiplane_core::deploy::journal::{Entry, What};
use shiplane_core::deploy::{Decision, Result as Ending, Stored};
use shiplane_testkit::ground::finding;
use shiplane_testkit::process::Run;

use super::www::{Www, content};

/// A site whose version 1.0.0 is years old and neither live nor the one before it.
struct Attic {
    www: Www,
    old: String,
}

impl Attic {
    fn open(test: &str) -> Option<Self> {
        let www = Www::new(test)?;
        www.configure("    keep: 1\n");
        fs::write(www.env(), "KEY=secret\n").unwrap();
        for version in ["1.0.0", "1.1.0"] {
            www.put("index.html", version);
            www.put(b"odd\n name", version);
            www.live(version);
        }
        let old = www.make_old("1.0.0");
        www.make_old("1.1.0");
        Some(Self { www, old })
    }

    fn cold(&self) -> PathBuf {
        self.www.ground.dir.path().join("cold")
    }

    fn to_directory(&self) {
        let lines = format!("    keep: 1\n    retention: {{ days: 30, cold: {} }}\n", self.cold().display());
        self.www.configure(&lines);
    }

    /// Commands of which the first does what the script says; `$1` is the archive in the directory.
    fn to_commands(&self, script: &str) {
        fs::create_dir_all(self.cold()).unwrap();
        let place = format!("{}/{{name}}", self.cold().display());
        self.www.configure(&format!(
            "    keep: 1\n    retention:\n      cold:\n        store: [sh, -c, '{script}', sh, \"{place}\"]\n        \
             fetch: [cat, \"{place}\"]\n"
        ));
    }

    fn backup(&self) -> PathBuf {
        self.www.state().join("backups").join(&self.old)
    }

    fn archives(&self) -> Vec<String> {
        let all = fs::read_dir(self.cold()).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            all.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        names
    }

    fn journal(&self) -> Vec<Entry> {
        self.www.facts().journal
    }

    fn stored(&self) -> Vec<Stored> {
        let stored = |entry: Entry| match entry.what {
            What::Stored(stored) => Some(stored),
            What::Began { .. }
            | What::Ended { .. }
            | What::Adopted { .. }
            | What::Unlocked { .. }
            | What::Backup(_)
            | What::Rollout(_) => None,
        };
        self.journal().into_iter().filter_map(stored).collect()
    }

    fn next(&self, version: &str) -> shiplane_testkit::process::Outcome {
        self.www.put("index.html", version);
        self.www.live(version)
    }
}

#[test]
fn a_backup_leaves_with_a_checksum_and_comes_back_as_it_was() {
    let Some(attic) = Attic::open("cold::directory") else { return };
    attic.to_directory();
    let kept = content(&attic.backup());
    let run = attic.next("1.2.0");
    finding(&run, "cold-stored");
    assert!(!attic.backup().exists(), "{run}");
    let left = attic.www.list("backups");
    assert!(left.iter().any(|name| name.starts_with("v1.1.0-2020")), "it is what one goes back to: {left:?}");
    let stored = attic.stored();
    assert_eq!((stored.len(), stored[0].name.as_str()), (1, attic.old.as_str()));
    assert_eq!(attic.archives().len(), 2, "{:?}", attic.archives());
    let checksums: Vec<String> =
        attic.archives().into_iter().filter(|name| name.ends_with(".sha256")).collect();
    Run::new("sha256sum").arg("-c").args(&checksums).dir(attic.cold()).ok().unwrap();

    let back = attic.www.back("1.0.0", Decision::Confirm);
    assert_eq!(back.result, Ending::Good, "{back:?}");
    assert!(back.findings.iter().any(|finding| finding.code == "from-cold"), "{back:?}");
    assert_eq!(fs::read_to_string(attic.www.current().join("index.html")).unwrap(), "1.0.0");
    assert_eq!(content(&attic.www.current()), kept);
    assert_eq!(fs::read_to_string(attic.www.env()).unwrap(), "KEY=secret\nROLLOUT=0\n");
    assert!(attic.backup().join("version.json").is_file(), "it is a backup again");
    assert!(!attic.www.state().join("thawing").exists());
}

#[test]
fn a_damaged_or_missing_archive_is_refused_and_the_old_version_serves() {
    let Some(attic) = Attic::open("cold::damaged") else { return };
    attic.to_directory();
    attic.next("1.2.0");
    let archive = attic.cold().join(&attic.stored()[0].archives[0].name);
    let whole = fs::read(&archive).unwrap();
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    for bytes in [flipped, whole[..middle].to_vec(), [whole.clone(), b"more".to_vec()].concat(), Vec::new()] {
        fs::write(&archive, bytes).unwrap();
        let back = attic.www.back("1.0.0", Decision::Confirm);
        assert_eq!(
            (back.result, back.findings[0].code.as_str()),
            (Ending::Refused, "cold-damaged"),
            "{back:?}"
        );
    }
    fs::remove_file(&archive).unwrap();
    let back = attic.www.back("1.0.0", Decision::Confirm);
    assert_eq!((back.result, back.findings[0].code.as_str()), (Ending::Refused, "cold-absent"), "{back:?}");
    assert_eq!(fs::read_to_string(attic.www.current().join("index.html")).unwrap(), "1.2.0");
    assert!(!attic.backup().exists() && !attic.www.state().join("thawing").exists());
    fs::write(&archive, whole).unwrap();
    assert_eq!(attic.www.back("1.0.0", Decision::Confirm).result, Ending::Good);
}

#[test]
fn a_disk_that_is_not_there_keeps_everything_on_the_host() {
    let Some(attic) = Attic::open("cold::unmounted") else { return };
    let lines = "    keep: 1\n    retention: { cold: /nowhere/at/all }\n";
    attic.www.configure(lines);
    let run = attic.next("1.2.0");
    assert!(finding(&run, "cold-failed")["fact"].as_str().unwrap().contains("stays on the host"), "{run}");
    assert!(attic.backup().is_dir());
    attic.to_directory();
    attic.next("1.3.0");
    assert!(!attic.backup().exists());
    // The disk is gone, and its empty mount point is left.
    fs::rename(attic.cold(), attic.www.ground.dir.path().join("elsewhere")).unwrap();
    fs::create_dir(attic.cold()).unwrap();
    let before = attic.www.list("backups").len();
    attic.www.make_old("1.2.0");
    attic.next("1.4.0");
    let run = attic.next("1.5.0");
    assert!(finding(&run, "cold-failed")["fact"].as_str().unwrap().contains("mount its disk"), "{run}");
    assert!(attic.archives().is_empty() && attic.www.list("backups").len() == before + 2);
}

#[test]
fn commands_store_and_fetch_and_one_that_lies_or_fails_removes_nothing() {
    let Some(attic) = Attic::open("cold::commands") else { return };
    for (script, why) in [
        ("echo no bucket >&2; exit 3", "no bucket"),
        ("head -c 100 > \"$1\"", "read back"),
        ("cat > /dev/null", "No such file"),
        ("exit 0", "exit"),
        ("cat > \"$1\"; kill -9 $$", "signal"),
    ] {
        attic.to_commands(script);
        let run = attic.next("1.2.0");
        let fact = finding(&run, "cold-failed")["fact"].as_str().unwrap().to_owned();
        assert!(fact.contains("stays on the host"), "{script}: {why}: {fact}");
        assert!(attic.backup().is_dir() && attic.stored().is_empty(), "{script}");
    }
    attic.to_commands("cat > \"$1\"");
    attic.next("1.3.0");
    assert!(!attic.backup().exists());
    let back = attic.www.back("1.0.0", Decision::Confirm);
    assert_eq!(back.result, Ending::Good, "{back:?}");
    assert_eq!(fs::read_to_string(attic.www.current().join("index.html")).unwrap(), "1.0.0");
}

#[test]
fn a_run_that_is_killed_while_it_stores_leaves_the_backup_and_the_next_one_stores_it() {
    let Some(attic) = Attic::open("cold::killed") else { return };
    attic.to_commands("touch \"$1.began\"; sleep 60; cat > \"$1\"");
    attic.www.put("index.html", "1.2.0");
    let deploy = attic.www.deploy("1.2.0");
    let mut child = attic.www.ground.spawn(&deploy);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !attic.archives().iter().any(|name| name.ends_with(".began")) {
        assert!(std::time::Instant::now() < deadline, "it never began to store");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let wanted = format!("worker\0run\0{}", attic.www.state().display());
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&line).contains(&wanted) {
            let pid = entry.file_name().to_string_lossy().into_owned();
            Run::new("kill").args(["-KILL", &pid]).ok().unwrap();
        }
    }
    child.kill().ok();
    child.wait().unwrap();
    assert!(attic.backup().is_dir() && attic.stored().is_empty());
    attic.to_directory();
    attic.next("1.3.0");
    assert!(!attic.backup().exists() && attic.stored().len() == 2, "1.1.0 is neither live nor before it");
}
