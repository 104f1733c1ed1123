//! Scheduled runs with a memory: one alert for an incident, one word when it is over, and no harm from the file.

use std::io::Read as _;
use std::path::Path;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use shiplane_testkit::github::{FakeGitHub, TOKEN};
use tempfile::TempDir;

use super::server::{Connection, Server, plain};
use super::tool::{Tool, codes, run};

/// A service whose status a test sets, a channel that hears, and a place for the memory.
struct Watch {
    status: Arc<AtomicU16>,
    service: Server,
    channel: Server,
    heard: Arc<Mutex<Vec<Value>>>,
    place: TempDir,
}

fn posted(connection: &mut Connection) -> Value {
    let head = connection.request().to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    connection.stream.read_exact(&mut body).unwrap();
    serde_json::from_slice(&body).unwrap()
}

impl Watch {
    fn new() -> Self {
        let status = Arc::new(AtomicU16::new(200));
        let asked = Arc::clone(&status);
        let service = Server::start(move |connection| {
            connection.request();
            connection.say(&plain(asked.load(Ordering::SeqCst), "", "x"));
        });
        let heard = Arc::new(Mutex::new(Vec::new()));
        let listening = Arc::clone(&heard);
        let channel = Server::start(move |connection| {
            let body = posted(connection);
            listening.lock().unwrap().push(body);
            connection.say(&plain(200, "", "ok"));
        });
        Self { status, service, channel, heard, place: tempfile::tempdir().unwrap() }
    }

    fn state(&self) -> String {
        self.place.path().join("deep/er/state.json").display().to_string()
    }

    fn config(&self) -> String {
        format!(
            "project: shop\nprobes:\n  web: {{ http: \"{}\" }}\nnotify:\n  - {{ webhook: {{ url-env: ALERT_WEBHOOK }} }}\n",
            self.service.url("/health")
        )
    }

    fn tool(&self, args: &[&str]) -> Tool {
        let tool = run(&["--state", &self.state()]).config(&self.config());
        args.iter()
            .fold(tool, |tool, arg| tool.arg(arg))
            .env("ALERT_WEBHOOK", self.channel.url("/hook/s3cr3t-part"))
    }

    /// A run that finds the service answering with this status; exit code, verdict and `alert`.
    fn sees(&self, status: u16) -> (i32, String, String) {
        self.status.store(status, Ordering::SeqCst);
        let (code, report) = self.tool(&[]).json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        assert!(!report.to_string().contains("s3cr3t-part"), "{report:#}");
        (code, text(&report["verdict"]), text(&report["outputs"]["alert"]))
    }

    fn told(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|body| body["event"].as_str().unwrap().to_owned()).collect()
    }
}

fn line(code: i32, verdict: &str, alert: &str) -> (i32, String, String) {
    (code, verdict.to_owned(), alert.to_owned())
}

#[test]
fn one_alert_for_an_incident_and_one_word_when_it_is_over() {
    let watch = Watch::new();
    assert_eq!(watch.sees(200), line(0, "ok", "none"));
    assert_eq!(watch.sees(503), line(0, "suspect", "none"), "one bad of three is a flap");
    assert_eq!(watch.sees(200), line(0, "ok", "none"));
    assert!(watch.told().is_empty());
    assert_eq!(watch.sees(503), line(10, "unhealthy", "opened"));
    assert_eq!(watch.sees(503), line(10, "unhealthy", "ongoing"));
    assert_eq!(watch.sees(503), line(10, "unhealthy", "ongoing"));
    assert_eq!(watch.sees(200), line(0, "recovering", "ongoing"));
    assert_eq!(watch.told(), ["failure"], "and no more");
    assert_eq!(watch.sees(200), line(0, "ok", "recovered"));
    assert_eq!(watch.sees(200), line(0, "ok", "none"));
    assert_eq!(watch.told(), ["failure", "recovery"]);
    let heard = watch.heard.lock().unwrap();
    assert_eq!(heard[0]["incident"]["id"], heard[1]["incident"]["id"]);
    assert_eq!(heard[0]["cause"].as_str().unwrap().split(':').next(), Some("wrong-status"));
    assert!(heard[1]["text"].as_str().unwrap().contains("well again"), "{:#}", heard[1]);
}

#[test]
fn a_first_bad_run_is_no_flap_since_nothing_says_that_it_was_ever_well() {
    let watch = Watch::new();
    assert_eq!(watch.sees(503), line(10, "unhealthy", "none"));
    assert!(watch.told().is_empty());
    assert_eq!(watch.sees(503), line(10, "unhealthy", "opened"));
}

#[test]
fn a_damaged_memory_is_put_aside_and_a_foreign_one_left_alone() {
    let watch = Watch::new();
    watch.sees(200);
    let path = watch.state();
    let half = std::fs::read_to_string(&path).unwrap();
    let half = &half[..half.len() / 2];
    std::fs::write(&path, half).unwrap();
    watch.status.store(503, Ordering::SeqCst);
    let (code, report) = watch.tool(&[]).json();
    assert_eq!((code, report["verdict"].as_str()), (10, Some("unhealthy")), "the verdict is not hidden");
    assert!(codes(&report).contains(&"state-damaged"), "{report:#}");
    assert_eq!(std::fs::read_to_string(format!("{path}.damaged")).unwrap(), half, "nothing is lost");
    assert_eq!(watch.sees(503), line(10, "unhealthy", "opened"), "and remembered again");
    // Another project's file: told each time, never written.
    let foreign = std::fs::read_to_string(&path).unwrap().replace("shop", "other");
    std::fs::write(&path, &foreign).unwrap();
    let before = watch.told().len();
    for _ in 0..2 {
        let (code, report) = watch.tool(&[]).json();
        assert_eq!(code, 10);
        assert!(codes(&report).contains(&"state-foreign"), "{report:#}");
    }
    assert_eq!(watch.told().len(), before + 2, "rather twice than never");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), foreign);
}

#[test]
fn a_memory_that_cannot_be_kept_hides_no_verdict_and_no_alert() {
    let watch = Watch::new();
    std::fs::create_dir_all(watch.state()).unwrap();
    for (status, expected) in [(200, (0, "ok")), (503, (10, "unhealthy"))] {
        watch.status.store(status, Ordering::SeqCst);
        let (code, report) = watch.tool(&[]).json();
        assert_eq!((code, report["verdict"].as_str()), (expected.0, Some(expected.1)));
        assert!(codes(&report).contains(&"state-unreadable"), "{report:#}");
    }
    assert_eq!(watch.told(), ["failure"]);
    // A file where its directory should be.
    let blocked = Watch::new();
    std::fs::write(blocked.place.path().join("deep"), "x").unwrap();
    blocked.status.store(503, Ordering::SeqCst);
    let (code, report) = blocked.tool(&[]).json();
    assert_eq!(code, 10);
    assert!(codes(&report).contains(&"state-unreadable"), "{report:#}");
}

#[test]
fn two_at_once_lose_no_run_and_leave_one_whole_file() {
    let watch = Watch::new();
    watch.sees(200);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(watch.tool(&[]).json().0, 0));
        }
    });
    let memory: Value = serde_json::from_str(&std::fs::read_to_string(watch.state()).unwrap()).unwrap();
    assert_eq!(memory["runs"].as_array().unwrap().len(), 5);
    let parent = Path::new(&watch.state()).parent().unwrap().to_owned();
    let mut left: Vec<_> =
        std::fs::read_dir(parent).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["state.json", "state.json.lock"]);
}

#[test]
fn a_late_schedule_and_a_rule_of_ones_own() {
    let watch = Watch::new();
    watch.sees(200);
    let (_, report) = watch.tool(&["--every", "1h", "--alert-after", "1"]).json();
    assert!(!codes(&report).contains(&"schedule-late"), "{report:#}");
    let path = watch.state();
    // As if the runs had been two hours ago.
    let mut memory: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    for run in memory["runs"].as_array_mut().unwrap() {
        run["at"] = (run["at"].as_u64().unwrap() - 7_200_000).into();
    }
    std::fs::write(&path, memory.to_string()).unwrap();
    watch.status.store(503, Ordering::SeqCst);
    let (code, report) = watch.tool(&["--every", "1h", "--alert-after", "1"]).json();
    assert!(codes(&report).contains(&"schedule-late"), "{report:#}");
    assert_eq!((code, report["outputs"]["alert"].as_str()), (10, Some("opened")));
    assert_eq!(report["outputs"]["state"], "incident");
}

#[test]
fn what_is_asked_wrongly_contacts_nobody_and_remembers_nothing() {
    let watch = Watch::new();
    for args in [&["--alert-after", "4 of 3"][..], &["--recover-after", "0"], &["--every", "often"]] {
        let (code, _) = watch.tool(args).json();
        assert_eq!(code, 2, "{args:?}");
    }
    let (code, report) = run(&["--url", "http://127.0.0.1:1/", "--every", "5m"]).json();
    assert_eq!((code, codes(&report)), (2, vec!["state-missing"]));
    assert!(!Path::new(&watch.state()).exists());
    assert_eq!((watch.service.connections(), watch.told().len()), (0, 0));
}

#[test]
fn a_replay_and_no_notify_tell_nobody_and_a_replay_writes_nothing() {
    let watch = Watch::new();
    watch.sees(200);
    watch.sees(503);
    let facts = watch.place.path().join("facts.json").display().to_string();
    watch.tool(&["--no-notify", "--save-facts", &facts]).json();
    assert!(watch.told().is_empty());
    let before = std::fs::read_to_string(watch.state()).unwrap();
    let (code, report) = watch.tool(&["--facts", &facts]).json();
    assert_eq!((code, report["outputs"]["alert"].as_str()), (10, Some("opened")), "{report:#}");
    assert!(watch.told().is_empty());
    assert_eq!(std::fs::read_to_string(watch.state()).unwrap(), before);
}

#[test]
fn the_address_is_masked_before_it_is_used_and_each_message_has_its_line() {
    let watch = Watch::new();
    watch.sees(200);
    watch.sees(503);
    let left = watch.tool(&[]).env("GITHUB_ACTIONS", "true").go();
    let mask = left.stdout.find("::add-mask::http://").unwrap();
    assert!(mask < left.stdout.find("webhook: told of failure").unwrap(), "{}", left.stdout);
    let others = left.stdout.lines().filter(|line| !line.starts_with("::add-mask::")).collect::<String>();
    assert!(!others.contains("s3cr3t-part") && !left.stderr.contains("s3cr3t-part"));
}

#[test]
fn an_issue_is_opened_commented_on_and_closed() {
    let watch = Watch::new();
    let github = FakeGitHub::start();
    github.edit(|world| {
        world.repo("example", "shop").role("github-actions", "write");
        world.viewer = shiplane_testkit::github::Actor::bot("github-actions");
    });
    let config =
        watch.config().replace("webhook: { url-env: ALERT_WEBHOOK }", "issue: { labels: [incident] }");
    let tool = |status: u16, args: &[&str]| {
        watch.status.store(status, Ordering::SeqCst);
        let tool = args.iter().fold(run(&[]).config(&config), |tool, arg| tool.arg(arg));
        let tool = tool.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", github.url());
        let (code, report) = tool.env("GITHUB_REPOSITORY", "example/shop").json();
        assert!(!codes(&report).contains(&"notify-failed"), "{report:#}");
        code
    };
    let seen = || {
        github.edit(|world| {
            let repo = world.repo("example", "shop");
            let issues: Vec<bool> = repo.issues.values().map(|issue| issue.open).collect();
            (issues, repo.comments.len())
        })
    };
    assert_eq!(tool(200, &[]), 0);
    assert_eq!(seen(), (vec![], 0));
    assert_eq!(tool(503, &[]), 10);
    assert_eq!(tool(503, &[]), 10);
    assert_eq!(seen(), (vec![true], 0), "one issue for an incident, and no word where nothing is new");
    assert_eq!(tool(503, &["--max-latency", "1ms", "--no-notify"]), 10);
    assert_eq!(seen(), (vec![true], 0));
    assert_eq!(tool(200, &[]), 0);
    assert_eq!(seen(), (vec![false], 1));
    assert_eq!(tool(200, &[]), 0);
    assert_eq!(seen(), (vec![false], 1));
    let body =
        github.edit(|world| world.repo("example", "shop").issues.values().next().unwrap().body.clone());
    assert!(body.contains("wrong") && body.contains("<!-- shiplane-incident:"), "{body}");
}

#[test]
fn hostile_names_and_bodies_forge_nothing_on_the_way() {
    let watch = Watch::new();
    let evil = "@everyone <!channel> `x` <b> ::error::forged ##[error]forged \\n --> ";
    let config = watch
        .config()
        .replace("project: shop", &format!("project: \"{evil}\""))
        .replace("  web:", "  \"@here <!here>\":");
    watch.status.store(503, Ordering::SeqCst);
    let tool =
        run(&[]).config(&config).env("ALERT_WEBHOOK", watch.channel.url("/")).env("GITHUB_ACTIONS", "true");
    let left = tool.go();
    assert_eq!(left.code, 10, "{left:?}");
    assert_eq!(watch.told(), ["failure"]);
    for line in left.stdout.lines() {
        let forged = line.trim_start().starts_with("::") && line.contains("::error::forged");
        assert!(!forged && !line.contains("##["), "{line}");
    }
    assert!(!watch.heard.lock().unwrap()[0].to_string().contains("##["));
}
