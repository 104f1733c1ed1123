//! `actions/run.sh` and release assets, over a file server on loopback: what it takes, what it refuses, what it does
//! without.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use xtask::dist::{Asset, Target, hash, pack, pins};

use super::launcher::{Stage, tool};

/// The machine that the tests run on, as assets are named for it.
fn here() -> Target {
    let uname = match std::env::consts::ARCH {
        "aarch64" => "Linux-aarch64",
        _ => "Linux-x86_64",
    };
    Target::ALL.into_iter().find(|target| target.uname() == uname).unwrap()
}

/// Files under a directory, over HTTP, with the requests counted. Goes when it is dropped.
struct FileServer {
    address: String,
    asked: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
}

impl FileServer {
    fn of(dir: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (asked, over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (dir, counted, end) = (dir.to_owned(), Arc::clone(&asked), Arc::clone(&over));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                counted.fetch_add(1, Ordering::SeqCst);
                answer(stream.unwrap(), &dir);
            }
        });
        Self { address, asked, over }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for FileServer {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(&self.address));
    }
}

fn answer(mut stream: TcpStream, dir: &Path) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let request = lines.next().unwrap_or_default();
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let path = request.split(' ').nth(1).unwrap_or("/").trim_start_matches('/').to_owned();
    let (status, body) = match fs::read(dir.join(path)) {
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())
        .unwrap();
    stream.write_all(&body).ok();
}

/// A checkout whose assets lie on a server: packed and pinned as a release does it.
struct Release {
    stage: Stage,
    server: FileServer,
    asset: String,
}

impl Release {
    fn of(name: &str) -> Self {
        let stage = Stage::new();
        // A file that counts for neither side.
        fs::create_dir_all(stage.path("checkout/crates/a/tests")).unwrap();
        fs::write(stage.path("checkout/crates/a/tests/cases.rs"), "").unwrap();
        let source = hash(&stage.path("checkout")).unwrap();
        let out = stage.path("releases/v9.9.9");
        fs::create_dir_all(&out).unwrap();
        let binary = stage.path("binary");
        let bash = stage.path("bin/bash");
        fs::write(&binary, format!("#!{}\n{}", bash.display(), tool("downloaded", "9.9.9"))).unwrap();
        let asset = Asset { tool: name, version: "9.9.9", target: here(), source: &source };
        pack(&asset, &binary, &out).unwrap();
        fs::write(stage.path("checkout/actions/assets.sha256"), pins(&out).unwrap()).unwrap();
        let server = FileServer::of(&stage.path("releases"));
        let asset = asset.name();
        let stage = stage.variable("SHIPLANE_MIRROR", &server.url());
        Self { stage, server, asset }
    }

    fn archive(&self) -> std::path::PathBuf {
        self.stage.path("releases/v9.9.9").join(&self.asset)
    }
}

#[test]
fn the_asset_of_this_source_is_downloaded_once_and_becomes_the_tool() {
    let release = Release::of("smoke-check");
    for _ in 0..2 {
        let done = release.stage.run(&["smoke-check", "run"]);
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{done:?}");
        assert!(done.stdout.starts_with("downloaded "), "{done:?}");
    }
    assert_eq!(release.server.asked(), 1);
}

#[test]
fn a_tampered_asset_ends_everything_and_leaves_nothing_behind() {
    let release = Release::of("smoke-check");
    release.stage.cargo();
    let mut bytes = fs::read(release.archive()).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(release.archive(), bytes).unwrap();
    for _ in 0..2 {
        let done = release.stage.run(&["smoke-check", "run"]);
        assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
        assert!(done.stderr.contains("is not the one that assets.sha256 names; nothing was run"), "{done:?}");
    }
    assert_eq!(release.server.asked(), 2);
    let left = walk(&release.stage.path("cache"));
    assert!(left.is_empty(), "{left:?}");
}

fn walk(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

#[test]
fn the_asset_of_another_source_is_not_even_asked_for() {
    let release = Release::of("smoke-check");
    release.stage.cargo();
    fs::write(release.stage.path("checkout/crates/lib.rs"), "// changed\n").unwrap();
    let done = release.stage.run(&["smoke-check"]);
    assert!(done.stdout.starts_with("built "), "{done:?}");
    assert_eq!(release.server.asked(), 0);
}

#[test]
fn an_asset_that_cannot_be_had_is_built_instead_and_it_says_so() {
    let release = Release::of("smoke-check");
    release.stage.cargo();
    fs::remove_file(release.archive()).unwrap();
    let done = release.stage.run(&["smoke-check"]);
    assert!(done.stdout.starts_with("built "), "{done:?}");
    assert!(done.stderr.contains("could not be downloaded from http://127.0.0.1"), "{done:?}");
}

#[test]
fn an_asset_of_another_tool_is_not_taken() {
    let release = Release::of("smoke-check");
    release.stage.cargo();
    let done = release.stage.run(&["rollback"]);
    assert!(done.stdout.starts_with("built "), "{done:?}");
    assert_eq!(release.server.asked(), 0);
}

#[test]
fn what_was_changed_on_the_way_is_not_pinned() {
    let release = Release::of("smoke-check");
    fs::write(release.archive(), "something else").unwrap();
    let refused = pins(&release.stage.path("releases/v9.9.9")).unwrap_err();
    assert!(refused.to_string().contains("is not what"), "{refused}");
}

#[test]
fn the_same_binary_makes_the_same_archive() {
    let place = tempfile::tempdir().unwrap();
    let binary = place.path().join("b");
    fs::write(&binary, "x".repeat(70_000)).unwrap();
    let packed = ["one", "two"].map(|dir| {
        let out = place.path().join(dir);
        fs::create_dir(&out).unwrap();
        let asset = Asset {
            tool: "rollback",
            version: "1.0.0",
            target: Target::WindowsX64,
            source: "0123456789abcdef",
        };
        pack(&asset, &binary, &out).unwrap();
        fs::read(out.join(asset.name())).unwrap()
    });
    assert_eq!(packed[0], packed[1]);
}
