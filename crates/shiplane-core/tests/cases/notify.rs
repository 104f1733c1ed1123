//! From a report to the messages: who is told of what, in which form, and what never gets into one.

use serde_json::Value;
use shiplane_core::config::{self, Config};
use shiplane_core::deploy::Stamp;
use shiplane_core::exit::Exit;
use shiplane_core::notify::{
    Deed, Event, Filed, Incident, Letter, Place, Run, Turn, Way, Wish, deeds, events, letters,
};
use shiplane_core::report::{Finding, Report, Verdict};
use shiplane_core::secret::{Secret, Secrets};

const ALL: &str = "notify:
  - { on: [failure, recovery, rollback, warning, success, broken], webhook: { url-env: HOOK } }
  - { on: [failure, recovery, rollback, warning, success, broken], slack: { url-env: HOOK } }
  - { on: [failure, recovery, rollback, warning, success, broken], telegram: { token-env: BOT, chat: '-100' } }
  - { on: [failure, recovery, rollback, warning, success, broken], teams: { url-env: HOOK } }
  - { on: [failure, recovery, rollback, warning, success, broken], discord: { url-env: HOOK } }
";

fn config(text: &str) -> Config {
    config::parse(text).unwrap_or_else(|error| panic!("{error:?}"))
}

fn secrets() -> Secrets {
    let pairs = [("HOOK", "https://hooks.example.org/T0/s3cr3t-part"), ("BOT", "12345:bot-t0ken")];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), Secret::new(value))).collect()
}

fn run(tool: &str, command: &str) -> Run {
    Run {
        tool: tool.to_owned(),
        command: command.to_owned(),
        project: Some("shop".to_owned()),
        environment: Some("production".to_owned()),
        repository: Some("example/shop".to_owned()),
        actor: Some("dev".to_owned()),
        run_url: Some("https://github.com/example/shop/actions/runs/7".to_owned()),
        sha: Some("0123456789abcdef".to_owned()),
        seconds: 12.34,
        ..Run::default()
    }
}

fn report(word: &str, exit: Exit) -> Report {
    let mut report = Report::new("shop at 203.0.113.10", Verdict::new(word, exit));
    if exit != Exit::Done {
        report.findings.push(Finding::fail("wrong-status", "web: status 503, expected 200-299").help("look"));
    }
    report
}

fn place() -> Place {
    Place { api: None, token: Some(Secret::new("ghs_token-of-the-job")) }
}

fn sent(text: &str, run: &Run, report: &Report) -> Vec<Letter> {
    letters(&config(text).notify, (run, report), &secrets(), &place())
}

fn body(letter: &Letter) -> &Value {
    match letter.way.as_ref().unwrap() {
        Way::Post { body, .. } => body,
        Way::Issue(_) => panic!("an issue"),
    }
}

fn with(mut report: Report, turn: Turn) -> Report {
    let since = Some(Stamp(1_790_000_000_000));
    report.incident = Some(Incident { turn, id: "i1".to_owned(), since, lasted: None });
    report
}

#[test]
fn what_a_run_is_to_those_who_are_told() {
    use Event::{Broken, Failure, Recovery, Rollback, Success, Warning};
    let table: [(&str, &str, &str, Exit, &[Event]); 17] = [
        ("ssh-deploy", "deploy", "deployed", Exit::Done, &[Success]),
        ("ssh-deploy", "deploy", "refused", Exit::No, &[Failure]),
        ("ssh-deploy", "deploy", "restored", Exit::Restored, &[Rollback, Failure]),
        ("ssh-deploy", "deploy", "broken", Exit::Broken, &[Broken, Failure]),
        ("ssh-deploy", "deploy", "undetermined", Exit::CouldNot, &[Failure]),
        ("ssh-deploy", "history", "listed", Exit::Done, &[]),
        ("ssh-deploy", "status", "ill", Exit::No, &[Failure]),
        ("ssh-deploy", "status", "starting", Exit::No, &[]),
        ("rollback", "to", "rolled-back", Exit::Done, &[Rollback, Success]),
        ("rollback", "to", "unchanged", Exit::Restored, &[Failure]),
        ("rollback", "list", "listed", Exit::Done, &[]),
        ("smoke-check", "run", "ok", Exit::Done, &[Success]),
        ("smoke-check", "judge", "rollback", Exit::No, &[Rollback, Failure]),
        ("branch-gate", "check", "pending", Exit::No, &[]),
        ("branch-gate", "check", "blocked", Exit::No, &[Failure]),
        ("changelog-bump", "next", "minor", Exit::Done, &[]),
        ("changelog-bump", "bump", "usage", Exit::Usage, &[]),
    ];
    for (tool, command, word, exit, expected) in table {
        assert_eq!(events(&run(tool, command), &report(word, exit)), expected, "{tool} {command} {word}");
    }
    let smoke = run("smoke-check", "run");
    let mut warned = report("ok", Exit::Done);
    warned.findings.push(Finding::warning("flapping", "x"));
    assert_eq!(events(&smoke, &warned), [Warning, Success], "who waits for the end of it hears of it");
    let mut held = report("held", Exit::Done);
    held.findings.push(Finding::warning("flapping", "x"));
    assert_eq!(events(&run("ssh-deploy", "rollout"), &held), [Warning], "nothing was done");
    let turns: [(Turn, Exit, &[Event]); 7] = [
        (Turn::None, Exit::Done, &[Success]),
        (Turn::Suspect, Exit::Done, &[]),
        (Turn::Suspect, Exit::No, &[]),
        (Turn::Opened, Exit::No, &[Failure]),
        (Turn::Ongoing, Exit::No, &[]),
        (Turn::Reminder, Exit::No, &[Failure]),
        (Turn::Recovered, Exit::Done, &[Recovery]),
    ];
    for (turn, exit, expected) in turns {
        assert_eq!(events(&smoke, &with(report("x", exit), turn)), expected, "{turn:?}");
    }
}

#[test]
fn only_those_are_told_who_asked_for_it() {
    let told = |entry: &str, tool: &str, exit| {
        let text = format!("notify: [{{ webhook: {{ url-env: HOOK }}{entry} }}]");
        sent(&text, &run(tool, "deploy"), &report("x", exit)).len()
    };
    assert_eq!(told("", "ssh-deploy", Exit::No), 1, "failure, recovery and rollback by default");
    assert_eq!(told("", "ssh-deploy", Exit::Done), 0);
    assert_eq!(told(", on: success", "ssh-deploy", Exit::Done), 1);
    assert_eq!(told(", on: [broken]", "ssh-deploy", Exit::No), 0);
    assert_eq!(told(", on: [broken]", "ssh-deploy", Exit::Broken), 1);
    assert_eq!(told(", tools: [rollback]", "ssh-deploy", Exit::No), 0);
    assert_eq!(told(", tools: ssh-deploy", "ssh-deploy", Exit::No), 1);
    assert_eq!(told(", environments: [staging]", "ssh-deploy", Exit::No), 0);
    assert_eq!(told(", environments: [production]", "ssh-deploy", Exit::No), 1);
}

#[test]
fn an_entry_that_is_wrong_is_told_and_its_value_is_not_repeated() {
    for entry in [
        "{ on: [failure] }",
        "{ webhook: { url-env: A }, slack: { url-env: B } }",
        "{ webhook: {} }",
        "{ webhook: { url-env: A, colour: red } }",
        "{ webhook: { url-env: A }, to: me }",
        "{ webhook: { url-env: A }, on: [often] }",
        "{ webhook: { url-env: A }, tools: [ssh] }",
        "{ telegram: { token-env: A } }",
        "{ telegram: { token-env: A, chat: '1', chat-env: B } }",
        "{ issue: { repository: nowhere } }",
        "{ issue: { repository: ../.. } }",
        "{ webhook: { url-env: 'https://hooks.example.org/s3cr3t' } }",
        "{ telegram: { token-env: '12345:s3cr3t', chat: '1' } }",
    ] {
        let error = config::parse(&format!("notify:\n  - {entry}\n")).expect_err(entry);
        let fault = error.into_fault("shiplane.yml");
        assert!(!format!("{fault:?}").contains("s3cr3t"), "{fault:?}");
        assert!(fault.place.is_some_and(|place| place.line == Some(2)), "{entry}");
    }
}

#[test]
fn the_generic_webhook_says_what_programs_need() {
    let mut failed = report("restored", Exit::Restored);
    failed.output("version", "1.2.3");
    failed.output("left", "r1");
    failed.output("release", "r2");
    let letters = sent(ALL, &run("ssh-deploy", "deploy"), &failed);
    let json = body(&letters[0]);
    let expected = [
        ("event", "rollback"),
        ("status", "restored"),
        ("verdict", "restored"),
        ("tool", "ssh-deploy"),
        ("command", "deploy"),
        ("environment", "production"),
        ("project", "shop"),
        ("version", "1.2.3"),
        ("from", "r1"),
        ("to", "r2"),
        ("actor", "dev"),
        ("repository", "example/shop"),
        ("run-url", "https://github.com/example/shop/actions/runs/7"),
        ("cause", "wrong-status: web: status 503, expected 200-299"),
    ];
    for (name, value) in expected {
        assert_eq!(json[name], value, "{name}");
    }
    assert_eq!((json["schema"].as_u64(), json["exit"].as_u64()), (Some(1), Some(11)));
    assert_eq!((json["codes"][0].as_str(), json["seconds"].as_f64()), (Some("wrong-status"), Some(12.34)));
}

#[test]
fn every_form_is_as_its_place_wants_it() {
    let letters = sent(ALL, &run("ssh-deploy", "deploy"), &report("refused", Exit::No));
    let kinds: Vec<&str> = letters.iter().map(|letter| letter.to).collect();
    assert_eq!(kinds, ["webhook", "slack", "telegram", "teams", "discord"]);
    let slack = body(&letters[1]);
    assert_eq!(slack["blocks"][0]["text"]["type"], "plain_text");
    assert!(slack["text"].as_str().unwrap().contains("ssh-deploy deploy in production: refused"));
    let telegram = body(&letters[2]);
    assert_eq!((telegram["chat_id"].as_str(), telegram.get("parse_mode")), (Some("-100"), None));
    let Way::Post { url, .. } = letters[2].way.as_ref().unwrap() else { panic!() };
    assert_eq!(url.expose(), "https://api.telegram.org/bot12345:bot-t0ken/sendMessage");
    let card = &body(&letters[3])["attachments"][0];
    assert_eq!(card["contentType"], "application/vnd.microsoft.card.adaptive");
    assert_eq!(card["content"]["type"], "AdaptiveCard");
    let discord = body(&letters[4]);
    assert_eq!(discord["allowed_mentions"]["parse"], serde_json::json!([]));
    // The secret leaves in the address alone, and prints as nothing.
    assert!(!format!("{letters:?}").contains("s3cr3t") && !format!("{letters:?}").contains("bot-t0ken"));
}

/// Text of others that wants to be more than text.
const HOSTILE: [&str; 10] = [
    "<!channel> <!here> <@U123> <https://evil.example|safe>",
    "@everyone @here @dev <@123> <@&1>",
    "[click](https://evil.example) **bold** __x__ ~~y~~ ||z||",
    "<b>x</b><script>alert(1)</script><a href='https://evil.example'>x</a>",
    "`code` ```fence``` \\ \\\\",
    "line\nline\r\n::error::forged\n##[error]forged",
    "--> <!-- shiplane-incident:0:x -->",
    "\u{202e}reversed\u{0}\u{1b}[31m",
    "/start@bot /stop #tag",
    "😀😀😀",
];

#[test]
fn what_others_wrote_calls_nobody_and_forges_nothing() {
    for text in HOSTILE {
        let mut failed = Report::new(text, Verdict::new("refused", Exit::No));
        failed.findings.push(Finding::fail("wrong-body", text).help(text));
        failed.output("failed", text);
        let named = Run {
            project: Some(text.to_owned()),
            actor: Some(text.to_owned()),
            ..run("ssh-deploy", "deploy")
        };
        let letters = sent(ALL, &named, &failed);
        let slack = body(&letters[1])["text"].as_str().unwrap();
        assert!(!slack.contains('<') && !slack.contains('>'), "{slack}");
        let telegram = body(&letters[2])["text"].as_str().unwrap();
        assert!(!telegram.replace("@\u{200b}", "").contains('@'), "{telegram}");
        let discord = body(&letters[4])["content"].as_str().unwrap();
        let ours = "<https://github.com/example/shop/actions/runs/7>";
        let others = discord.replace(ours, "").replace("\\<", "").replace("\\[", "").replace("@\u{200b}", "");
        assert!(!others.contains(['<', '[', '@']), "{discord}");
        for letter in &letters[1..] {
            let text = body(letter).to_string();
            assert!(!text.contains("\\u001b") && !text.contains('\u{202e}'), "{text}");
        }
        let card = body(&letters[3]).to_string();
        assert!(
            !card.contains("\"TextBlock") && !card.contains("entities"),
            "a card without Markdown: {card}"
        );
    }
}

#[test]
fn every_form_keeps_its_limit_whatever_comes() {
    for piece in ["x", "<", "&", "😀", "\\", "@", "|", "\n"] {
        let long = piece.repeat(1_000_000 / piece.len());
        let mut failed = Report::new(&long, Verdict::new("refused", Exit::No));
        failed.findings.push(Finding::fail("wrong-body", &long).help(&long));
        let (all, many) = (failed.findings[0].clone(), 300);
        failed.findings.resize(many, all);
        failed.output("failed", long.clone());
        let named =
            Run { project: Some(long.clone()), actor: Some(long.clone()), ..run("ssh-deploy", "deploy") };
        let letters = sent(ALL, &named, &failed);
        let length = |text: &Value| text.as_str().unwrap().encode_utf16().count();
        assert!(body(&letters[0]).to_string().len() < 200_000, "{piece}");
        let slack = body(&letters[1]);
        assert!(length(&slack["blocks"][0]["text"]["text"]) <= 150, "{piece}");
        assert!(length(&slack["blocks"][1]["text"]["text"]) <= 3000, "{piece}");
        assert!(length(&slack["text"]) <= 4000, "{piece}");
        assert!(length(&body(&letters[2])["text"]) <= 4096, "{piece}");
        assert!(body(&letters[3]).to_string().len() < 28 * 1024, "{piece}");
        assert!(length(&body(&letters[4])["content"]) <= 2000, "{piece}");
    }
}

#[test]
fn no_secret_that_is_known_gets_into_a_message() {
    let mut failed = Report::new("k-123456 at web", Verdict::new("refused", Exit::No));
    failed.findings.push(Finding::fail("wrong-body", "it says k-123456-long and k-123456").help("k-123456"));
    failed.output("failed", "k-123456");
    let hidden =
        vec![Secret::new("k-123456"), Secret::new("k-123456-long"), Secret::new("x"), Secret::new("")];
    let named = Run { hidden, ..run("ssh-deploy", "deploy") };
    let letters = sent(ALL, &named, &failed);
    assert_eq!(letters.len(), 5);
    for letter in &letters {
        let text = body(letter).to_string();
        assert!(!text.contains("k-123456") && text.replace('\\', "").contains("***"), "{text}");
    }
}

#[test]
fn a_variable_that_is_missing_or_no_token_is_told_by_its_name() {
    let none = Secrets::default();
    let letters =
        letters(&config(ALL).notify, (&run("ssh-deploy", "deploy"), &report("x", Exit::No)), &none, &place());
    let reasons: Vec<String> = letters.into_iter().map(|letter| letter.way.unwrap_err()).collect();
    assert_eq!(reasons[0], "the variable HOOK is not set");
    assert_eq!(reasons[2], "the variable BOT is not set");
    let evil: Secrets = [("BOT".to_owned(), Secret::new("1:x/../../@evil?"))].into_iter().collect();
    let found = shiplane_core::notify::letters(
        &config(ALL).notify,
        (&run("ssh-deploy", "deploy"), &report("x", Exit::No)),
        &evil,
        &place(),
    );
    assert_eq!(found[2].way.as_ref().unwrap_err(), "the variable BOT does not hold a bot's token");
}

const ISSUE: &str = "notify: [{ issue: { labels: [incident] } }]";

fn issue(run: &Run, report: &Report) -> Option<(String, Wish)> {
    let letter = sent(ISSUE, run, report).pop()?;
    match letter.way.unwrap() {
        Way::Issue(letter) => Some((letter.key, letter.wish)),
        Way::Post { .. } => panic!("no issue"),
    }
}

#[test]
fn an_issue_is_opened_once_told_of_a_change_and_closed() {
    let smoke = run("smoke-check", "run");
    let bad = report("unhealthy", Exit::No);
    let (key, wish) = issue(&smoke, &bad).unwrap();
    let [Deed::Open { title, body }] = &deeds(&[], &key, &wish)[..] else { panic!() };
    assert_eq!(title, "shop: smoke-check run in production: unhealthy");
    let filed = |body: &str, ours| Filed { number: 7, body: body.to_owned(), ours };
    assert_eq!(deeds(&[filed(body, true)], &key, &wish), [], "nothing has changed");
    let mut other = bad.clone();
    other.findings.push(Finding::fail("wrong-version", "x"));
    let (_, changed) = issue(&smoke, &other).unwrap();
    let [Deed::Comment { number: 7, .. }, Deed::Remark { number: 7, body: remarked }] =
        &deeds(&[filed(body, true)], &key, &changed)[..]
    else {
        panic!()
    };
    assert_eq!(deeds(&[filed(remarked, true)], &key, &changed), []);
    let (_, closed) = issue(&smoke, &report("ok", Exit::Done)).unwrap();
    assert!(matches!(
        deeds(&[filed(remarked, true)], &key, &closed)[..],
        [Deed::Comment { .. }, Deed::Close { number: 7 }]
    ));
    assert_eq!(deeds(&[], &key, &closed), []);
    // A stranger's issue with a copy of the mark is not ours, and that of another subject neither.
    assert!(matches!(deeds(&[filed(body, false)], &key, &wish)[..], [Deed::Open { .. }]));
    assert_eq!(deeds(&[filed(body, false)], &key, &closed), []);
    let (other, _) = issue(&Run { environment: Some("staging".to_owned()), ..smoke.clone() }, &bad).unwrap();
    assert!(matches!(deeds(&[filed(body, true)], &other, &wish)[..], [Deed::Open { .. }]));
}

#[test]
fn an_issue_follows_the_incident_and_not_each_run() {
    let smoke = run("smoke-check", "run");
    let wish = |word, exit, turn| issue(&smoke, &with(report(word, exit), turn)).map(|(_, wish)| wish);
    assert_eq!(wish("unhealthy", Exit::No, Turn::Suspect), None);
    assert!(matches!(wish("unhealthy", Exit::No, Turn::Opened), Some(Wish::Open { .. })));
    assert!(matches!(wish("unhealthy", Exit::No, Turn::Ongoing), Some(Wish::Open { .. })));
    assert_eq!(wish("recovering", Exit::Done, Turn::Ongoing), None);
    assert!(matches!(wish("ok", Exit::Done, Turn::Recovered), Some(Wish::Closed { .. })));
    assert!(matches!(wish("ok", Exit::Done, Turn::None), Some(Wish::Closed { .. })));
    assert_eq!(issue(&run("ssh-deploy", "history"), &report("listed", Exit::Done)), None);
}

#[test]
fn nothing_that_others_wrote_ends_the_mark_of_an_issue() {
    for text in HOSTILE {
        let mut failed = Report::new(text, Verdict::new("unhealthy", Exit::No));
        failed.findings.push(Finding::fail("wrong-body", text));
        failed.findings.push(Finding::fail(text, text));
        let named = Run {
            project: Some(text.to_owned()),
            environment: Some(text.to_owned()),
            ..run("smoke-check", "run")
        };
        let (key, wish) = issue(&named, &failed).unwrap();
        let [Deed::Open { title, body }] = &deeds(&[], &key, &wish)[..] else { panic!() };
        assert_eq!(body.matches("<!--").count(), 1, "{body}");
        assert_eq!(body.matches("-->").count(), 1, "{body}");
        assert!(
            !body.replace("@\u{200b}", "").contains('@') && !title.replace("@\u{200b}", "").contains('@')
        );
        assert!(title.chars().count() <= 256 && body.chars().count() < 65_536);
        let filed = Filed { number: 1, body: body.clone(), ours: true };
        assert_eq!(deeds(&[filed], &key, &wish), [], "found again");
    }
}

#[test]
fn without_token_or_repository_an_issue_says_so() {
    let failing = report("x", Exit::No);
    let nowhere = Run { repository: None, ..run("ssh-deploy", "deploy") };
    let reason = |run: &Run, place: &Place| {
        letters(&config(ISSUE).notify, (run, &failing), &secrets(), place).pop().unwrap().way.unwrap_err()
    };
    assert!(reason(&run("ssh-deploy", "deploy"), &Place::default()).contains("GITHUB_TOKEN"));
    assert_eq!(reason(&nowhere, &place()), "no repository is known");
}
