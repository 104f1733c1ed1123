//! Uploads that are cut off, too large, twice at once, or not what they say.

use std::fs;
use std::thread;

use serde_json::json;
use shiplane_testkit::ground::{PATIENCE, finding, verdict};
use shiplane_testkit::need::{Missing, need};
use shiplane_testkit::process::{Run, wait_until};

use super::www::{Www, content};

/// Bytes that no compression makes smaller.
fn noise(size: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..size / 8).flat_map(|_| next()).collect()
}

const MIB: u64 = 1024 * 1024;

/// A file of that size with nothing in it, which takes no time to write.
fn hole(www: &Www, name: &str, size: u64) {
    let path = www.put(name, "");
    fs::File::options().write(true).open(path).unwrap().set_len(size).unwrap();
}

fn wait_for_upload(www: &Www) {
    let begun = || (!www.list("incoming").is_empty()).then_some(());
    wait_until("the upload to begin", PATIENCE, begun).unwrap();
}

#[test]
fn a_line_that_is_cut_leaves_nothing_half_and_the_upload_begins_again() {
    let Some(www) = Www::new("files::cut") else { return };
    www.put("index.html", "one");
    www.live("1.0.0");
    www.put("large", noise(24 * 1024 * 1024));
    let run = www.deploy("1.1.0");
    let running = thread::spawn(move || run.run().unwrap());
    wait_for_upload(&www);
    www.ground.sshd.cut();
    let outcome = running.join().unwrap();
    outcome.expect(0);
    assert_eq!(content(&www.current()), content(&www.dist()));
    let swept = || www.list("incoming").is_empty().then_some(());
    wait_until("the half upload to be gone", PATIENCE, swept).unwrap();
}

#[test]
fn a_client_that_is_killed_while_it_uploads_leaves_nothing() {
    let Some(www) = Www::new("files::killed") else { return };
    www.put("index.html", "one");
    www.live("1.0.0");
    www.put("large", noise(24 * 1024 * 1024));
    let mut client = www.ground.spawn(&www.deploy("1.1.0"));
    wait_for_upload(&www);
    client.kill().unwrap();
    client.wait().unwrap();
    let swept = || www.list("incoming").is_empty().then_some(());
    wait_until("the half upload to be gone", PATIENCE, swept).unwrap();
    assert_eq!(fs::read_to_string(www.current().join("index.html")).unwrap(), "one");
    assert_eq!(www.history().live.unwrap().version.as_deref(), Some("1.0.0"));
    // What a worker leaves that was killed itself is removed by the next one.
    let dead = www.state().join("incoming/dead");
    fs::create_dir(&dead).unwrap();
    fs::write(dead.join("alive"), "").unwrap();
    fs::remove_file(www.dist().join("large")).unwrap();
    www.live("1.1.0");
    assert!(!dead.exists());
}

#[test]
fn two_uploads_at_once_do_not_mix() {
    let Some(www) = Www::new("files::two") else { return };
    www.put("index.html", "one");
    www.live("1.0.0");
    let other = www.ground.dir.path().join("other");
    fs::create_dir(&other).unwrap();
    for number in 0..200 {
        www.put(format!("f{number}"), "from dist");
        fs::write(other.join(format!("f{number}")), "from other").unwrap();
    }
    let runs = [www.deploy("1.1.0"), www.deploy("1.2.0").arg("--from").arg(&other)];
    let running = runs.map(|run| thread::spawn(move || run.run().unwrap()));
    let outcomes = running.map(|one| one.join().unwrap());
    let good: Vec<bool> = outcomes.iter().map(|outcome| outcome.code() == 0).collect();
    assert!(good.contains(&true), "{}\n{}", outcomes[0], outcomes[1]);
    for outcome in outcomes.iter().filter(|outcome| outcome.code() != 0) {
        outcome.expect(10);
        let codes = verdict(outcome).1;
        assert!(codes.iter().any(|code| code == "lock-held" || code == "live-changed"), "{outcome}");
    }
    let live = www.history().live.unwrap().version.unwrap();
    let wanted = if live == "1.1.0" { www.dist() } else { other };
    assert_eq!(content(&www.current()), content(&wanted));
    assert_eq!(www.list("incoming"), [""; 0]);
}

#[test]
fn a_full_disk_is_told_with_numbers_and_keeps_what_is_live() {
    let Some(www) = Www::new("files::full") else { return };
    let mounted = Run::new("mount").args(["-t", "tmpfs", "-o", "size=104m,mode=755", "tmpfs"]).arg(&www.path);
    let mounted = mounted.run().ok().filter(|mounted| mounted.code() == 0);
    let missing = || Missing::new("no right to mount a small disk", "run the tests as root");
    if need("files::full", mounted.ok_or_else(missing)).is_none() {
        return;
    }
    let disk = Unmount(&www);
    www.put("index.html", "one");
    www.live("1.0.0");
    hole(&www, "large", 108 * MIB);
    let run = www.deploy("1.1.0").run().unwrap();
    run.expect(10);
    assert_eq!(
        verdict(&run),
        ("refused".to_owned(), ["disk-low", "disk-full"].map(str::to_owned).to_vec()),
        "{run}"
    );
    let fact = finding(&run, "disk-full")["fact"].as_str().unwrap().to_owned();
    assert!(fact.contains("needs 113246208 bytes") && fact.contains("free"), "{fact}");
    assert_eq!(www.list("incoming"), [""; 0]);
    assert_eq!(fs::read_to_string(www.current().join("index.html")).unwrap(), "one");
    // Room in the sum, and none left when the last bytes come.
    let said = Run::new("stat").args(["-f", "-c", "%a %S"]).arg(&www.path).ok().unwrap().stdout;
    let free: u64 = said.split_whitespace().map(|number| number.parse::<u64>().unwrap()).product();
    hole(&www, "large", free - MIB / 2);
    let small: Vec<_> = (0..800).map(|number| www.put(format!("s/{number}"), "x")).collect();
    let run = www.deploy("1.1.0").run().unwrap();
    run.expect(10);
    assert!(verdict(&run).1.contains(&"disk-full".to_owned()), "{run}");
    assert_eq!(www.list("incoming"), [""; 0]);
    small.iter().for_each(|path| fs::remove_file(path).unwrap());
    fs::remove_file(www.dist().join("large")).unwrap();
    www.live("1.1.0");
    drop(disk);
}

struct Unmount<'a>(&'a Www);

impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        drop(Run::new("umount").args(["-l"]).arg(&self.0.path).run());
    }
}

/// An upload as somebody else might send it.
fn forged(www: &Www, change: &serde_json::Value, contents: &[u8]) -> Vec<u8> {
    let site = serde_json::to_value(www.parcel_site()).unwrap();
    let whole = "0".repeat(64);
    let head = json!({ "site": site, "run": "forged", "base": null, "whole": whole, "size": 1, "files": 1,
        "share": true });
    let list = serde_json::to_vec(change).unwrap();
    let body = [&(list.len() as u64).to_le_bytes()[..], &list, contents].concat();
    let packed = zstd::encode_all(&body[..], 3).unwrap();
    [head.to_string().as_bytes(), b"\n", &packed].concat()
}

#[test]
fn paths_that_lead_out_are_refused_by_the_host_itself() {
    let Some(www) = Www::new("files::forged") else { return };
    let file = json!({ "file": { "size": 1, "exec": false, "hash": "0".repeat(64) } });
    let outside = www.ground.sshd.home().join("outside");
    fs::create_dir(&outside).unwrap();
    let lies = [
        json!({ "gone": [], "put": { "../outside/x": file } }),
        json!({ "gone": [], "put": { "/tmp/x": file } }),
        json!({ "gone": [], "put": { "a/../../x": file } }),
        json!({ "gone": [], "put": { "link": { "link": outside.to_str().unwrap() } } }),
        json!({ "gone": [], "put": { "link": { "link": "../outside" }, "link/x": file } }),
        json!({ "gone": [], "put": { "d": "directory", "d/l": { "link": "." }, "d/l/x": file } }),
    ];
    for change in lies {
        let run = www.receive(forged(&www, &change, b"x"));
        run.expect(0);
        assert!(run.stdout.contains("path-escapes"), "{change}: {run}");
    }
    let other = json!({ "gone": [], "put": { "x": file } });
    let run = www.receive(forged(&www, &other, b"x"));
    assert!(run.stdout.contains("upload-damaged"), "{run}");
    let mut cut = forged(&www, &other, &noise(4096));
    cut.truncate(cut.len() - 100);
    let run = www.receive(cut);
    assert!(!run.stdout.contains("taken"), "{run}");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    assert_eq!(www.list("incoming"), [""; 0]);
}
