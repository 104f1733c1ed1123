//! Real proxies, real requests: who gets which version, share by share.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use shiplane_testkit::ground::{finding, verdict};
use shiplane_testkit::http::Call;
use shiplane_testkit::need::need;
use shiplane_testkit::process::{Run, free_port, wait_until};
use shiplane_testkit::services::{Haproxy, Nginx};

use super::rollout::Yard;

const PATIENCE: Duration = Duration::from_secs(20);

/// Answers every request with a word.
fn server(word: &'static str) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = BufReader::new(&stream).lines().map_while(Result::ok);
            request.find(String::is_empty);
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", word.len());
            stream.write_all(format!("{head}{word}").as_bytes()).ok();
        }
    });
    port
}

/// How many of so many requests get the new version.
fn new_of(port: u16, count: u32) -> u32 {
    let url = format!("http://127.0.0.1:{port}/");
    let ask = || Call::get(&url).header("connection", "close").send().unwrap().body;
    let answers: Vec<String> = (0..count).map(|_| ask()).collect();
    assert!(answers.iter().all(|answer| answer == "old" || answer == "new"), "{answers:?}");
    u32::try_from(answers.iter().filter(|answer| *answer == "new").count()).unwrap()
}

/// Every stage, each measured with a thousand requests; then bad numbers.
fn every_stage(yard: &Yard, port: u16) {
    assert_eq!(new_of(port, 200), 0, "at 0 %");
    for percent in [10, 25, 50, 100] {
        yard.tick("ok", "promoted");
        let tenths = i64::from(new_of(port, 1000));
        assert!((tenths - percent * 10).abs() <= 30, "{tenths} of 1000 at {percent} %");
    }
}

fn both(yard: &Yard) {
    yard.deploy("production", "1.0.0");
    yard.deploy("canary", "1.0.0-before");
    yard.deploy("canary", "1.0.1");
    yard.step(&["start"], 0);
}

#[test]
fn haproxy_splits_users_by_weights() {
    let Some(()) = need("rollout_traffic::haproxy", Haproxy::available()) else { return };
    let mut proxy = Haproxy::start(server("old"), server("new"), "check inter 100ms").unwrap();
    let yard = Yard::new(&format!(
        "driver: haproxy, canary: canary, socket: {}, backend: shop, servers: {{ stable: blue, canary: green }}",
        proxy.socket().display()
    ));
    both(&yard);
    every_stage(&yard, proxy.port());
    assert_eq!(new_of(proxy.port(), 200), 200, "at 100 % nobody has the old one");
    let set = yard.step(&["set", "25", "--reason", "again"], 0);
    assert_eq!(verdict(&set).0, "set");
    proxy.restart().unwrap();
    assert_eq!(new_of(proxy.port(), 100), 0, "a reload forgets");
    let mended = yard.step(&["tick", "--verdict", "ok"], 0);
    assert!(verdict(&mended).1.contains(&"rollout-drift".to_owned()), "{mended}");
    assert!((220..=280).contains(&new_of(proxy.port(), 1000)));
    yard.step(&["tick", "--verdict", "rollback"], 11);
    assert_eq!(new_of(proxy.port(), 200), 0, "after bad numbers");
    assert_eq!(yard.live("canary"), "1.0.0-before");
}

#[test]
fn haproxy_says_when_a_server_is_down() {
    let Some(()) = need("rollout_traffic::down", Haproxy::available()) else { return };
    let dead = free_port();
    let proxy = Haproxy::start(server("old"), dead, "check inter 50ms fall 1").unwrap();
    let yard = Yard::new(&format!(
        "driver: haproxy, canary: canary, socket: {}, backend: shop, servers: {{ stable: blue, canary: green }}",
        proxy.socket().display()
    ));
    yard.deploy("production", "1.0.0");
    yard.deploy("canary", "1.0.1");
    let is_down = || {
        let run = yard.tool(&["rollout", "start", "--dry-run"]).run().unwrap();
        (verdict(&run).1 == ["canary-down"]).then_some(())
    };
    wait_until("haproxy to see that it is down", PATIENCE, is_down).unwrap();
    yard.configure(
        "driver: haproxy, canary: canary, socket: /nowhere.sock, backend: shop, servers: { stable: blue, canary: green }",
    );
    let unknown = yard.step(&["start"], 1);
    assert_eq!(verdict(&unknown).1, ["traffic-unknown"]);
    yard.configure(&format!(
        "driver: haproxy, canary: canary, socket: {}, backend: shop, servers: {{ stable: blue, canary: gruen }}",
        proxy.socket().display()
    ));
    let unknown = yard.step(&["start"], 1);
    assert!(finding(&unknown, "traffic-unknown")["fact"].as_str().unwrap().contains("gruen"), "{unknown}");
}

/// nginx with a master, so that it can be told to read its configuration again.
struct Split {
    child: Child,
}

impl Drop for Split {
    fn drop(&mut self) {
        // Its workers go with the master when it is asked to.
        Run::new("kill").args(["-TERM", &self.child.id().to_string()]).run().ok();
        self.child.wait().ok();
    }
}

#[test]
fn nginx_splits_users_by_weights_in_a_file() {
    let Some(()) = need("rollout_traffic::nginx", Nginx::available()) else { return };
    let (old, new, port) = (server("old"), server("new"), free_port());
    let yard = Yard::new("driver: env-file");
    let (file, place) = (yard.path("upstream.conf"), yard.path("nginx"));
    fs::create_dir(&place).unwrap();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {}/{kind};\n", place.display()))
        .concat();
    let config = format!(
        "daemon off; worker_processes 1; error_log {p}/error.log; pid {p}/pid;\nevents {{ }}\nhttp {{ access_log off;\n{temporary}\
         include {};\nserver {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://shop; }} }} }}\n",
        file.display(),
        p = place.display(),
    );
    let conf = place.join("nginx.conf");
    fs::write(&conf, config).unwrap();
    let nginx = format!("nginx, -p, {}, -c, {}", place.display(), conf.display());
    let driver = format!(
        "driver: nginx, canary: canary, file: {}, upstream: shop, servers: {{ stable: \"127.0.0.1:{old}\", canary: \
         \"127.0.0.1:{new}\" }}",
        file.display()
    );
    // Before it runs it can only be tested.
    yard.configure(&format!("{driver}, test: [{nginx}, -t], reload: [\"true\"]"));
    both(&yard);
    let mut command = Run::new("nginx").arg("-p").arg(&place).arg("-c").arg(&conf).command();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let _split = Split { child: command.spawn().unwrap() };
    let listens = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok().map(drop);
    wait_until("nginx to listen", PATIENCE, listens).unwrap();
    yard.configure(&format!("{driver}, test: [{nginx}, -t], reload: [{nginx}, -s, reload]"));
    assert_eq!(new_of(port, 200), 0, "at 0 %");
    for percent in [10_u32, 25, 50, 100] {
        yard.tick("ok", "promoted");
        // A reload begins new workers in a moment; the old one may still answer meanwhile.
        let arrived = || (new_of(port, 100).abs_diff(percent) <= 3).then_some(());
        wait_until("the new workers", PATIENCE, arrived).unwrap();
        let new = new_of(port, 1000);
        assert!(new.abs_diff(percent * 10) <= 30, "{new} of 1000 at {percent} %");
    }
    let before = fs::read(&file).unwrap();
    yard.configure(&format!("{driver}, test: [\"false\"], reload: [\"true\"]"));
    let failed = yard.step(&["set", "50", "--reason", "fewer"], 11);
    assert_eq!(verdict(&failed), ("unchanged".to_owned(), vec!["share-not-set".to_owned()]));
    assert_eq!(fs::read(&file).unwrap(), before, "the old file is there again");
    yard.configure(&format!("{driver}, test: [{nginx}, -t], reload: [{nginx}, -s, reload]"));
    yard.step(&["tick", "--verdict", "rollback"], 11);
    wait_until("the new workers", PATIENCE, || (new_of(port, 50) == 0).then_some(())).unwrap();
    assert_eq!(new_of(port, 200), 0, "after bad numbers");
    fs::write(&file, "upstream shop { server 127.0.0.1:1; }\n").unwrap();
    yard.deploy("canary", "1.0.3");
    let foreign = yard.step(&["start"], 1);
    assert_eq!(verdict(&foreign).1, ["traffic-unknown"]);
}
