//! Previews: what they are called, which port they get, when they go, and what a pull request is told.

use std::collections::BTreeMap;

use shiplane_core::config::{Config, Ports, parse};
use shiplane_core::deploy::{Given, Place, Stamp, compose};
use shiplane_core::duration::Span;
use shiplane_core::exit::Exit;
use shiplane_core::preview::{
    Begins, Fate, Make, Number, Origin, Policy, Pull, Record, Settings, State, Told, comment, decide,
    derived, marker, no_preview, reserve, untrusted,
};

const CONFIG: &str = r#"
version: 1
project: Shop
environments:
  preview:
    kind: preview
    hosts: [deploy@203.0.113.10]
    path: /srv/previews/
    url: "https://pr-{number}.example.org:{port}"
    ports: 20000-20002
    ttl: 7d
    limit: 3
    smoke: [web]
    command:
      build: [make, "PR={number}"]
      restart: [systemctl, --user, restart, "shop@{port}"]
      stop: [systemctl, --user, stop, "shop@{port}"]
  production: { hosts: [deploy@203.0.113.20], path: /srv/shop, compose: docker-compose.yml }
probes:
  web: { http: "{url}/health", json: { /number: "{number}" }, within: 2m }
"#;

const DAY: u64 = 86_400_000;

fn config(text: &str) -> Config {
    parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn settings() -> Settings {
    Settings::resolve(&Given::default(), &config(CONFIG)).unwrap()
}

/// The code of what was asked wrongly, after one change of the config.
#[track_caller]
fn fault(from: &str, to: &str) -> &'static str {
    assert!(CONFIG.contains(from), "{from}");
    let fault = Settings::resolve(&Given::default(), &config(&CONFIG.replace(from, to))).unwrap_err();
    assert_eq!(fault.exit, Exit::Usage);
    fault.code
}

fn record(number: u32, port: Option<u16>, renewed: u64) -> Record {
    Record {
        number: Number(number),
        path: format!("/srv/previews/pr-{number}"),
        project: format!("shop-pr-{number}"),
        port,
        url: format!("https://pr-{number}.example.org"),
        commit: "c0ffee00c0ffee00".to_owned(),
        since: Stamp(renewed),
        renewed: Stamp(renewed),
    }
}

#[test]
fn a_number_is_a_directory_and_a_project_and_nothing_else_is() {
    let number: Number = "#12".parse().unwrap();
    assert_eq!((number.directory().as_str(), number.project("shop").as_str()), ("pr-12", "shop-pr-12"));
    assert_eq!(Number::of_directory("pr-12"), Some(number));
    for name in
        ["pr-", "pr-0", "pr-012", "pr-+12", "pr-12x", "pr-1/2", "PR-12", "pr-99999999999", "pr-\u{661}2"]
    {
        assert_eq!(Number::of_directory(name), None, "{name}");
    }
    for text in ["", "0", "-1", "+1", "1.0", "1 2", "٣"] {
        assert!(text.parse::<Number>().is_err(), "{text}");
    }
}

#[test]
fn a_port_is_a_range_within_the_ports_there_are() {
    let ports: Ports = "20000-20002".parse().unwrap();
    assert_eq!((ports.each().count(), ports.to_string().as_str()), (3, "20000-20002"));
    assert!(ports.contains(20_002) && !ports.contains(20_003));
    for text in ["20000", "2-1", "0-5", "1-65536", "a-b", "-", "1-2-3"] {
        assert!(text.parse::<Ports>().is_err(), "{text}");
    }
}

#[test]
fn the_only_environment_for_previews_is_meant_and_another_is_refused() {
    let settings = settings();
    assert_eq!(
        (settings.environment.as_str(), settings.place.site.path.as_str(), settings.project.as_str()),
        ("preview", "/srv/previews", "shop")
    );
    assert!(settings.auto_destroy, "by default");
    let named = |name: &str| Given { environment: Some(name.to_owned()), ..Given::default() };
    let wrong = Settings::resolve(&named("production"), &config(CONFIG)).unwrap_err();
    assert_eq!((wrong.exit, wrong.code), (Exit::Usage, "preview-kind"));
    assert_eq!(no_preview(Some("preview"), &config(CONFIG)).unwrap_err().code, "environment-kind");
    assert!(
        no_preview(Some("production"), &config(CONFIG)).is_ok() && no_preview(None, &config(CONFIG)).is_ok()
    );
}

#[test]
fn an_address_must_differ_and_be_one() {
    let url = r#""https://pr-{number}.example.org:{port}""#;
    assert_eq!(fault(url, r#""https://staging.example.org""#), "preview-url-invalid");
    assert_eq!(fault(url, r#""https://pr-{number}.example.org/{branch}""#), "preview-url-invalid");
    assert_eq!(fault(url, r#""ftp://pr-{number}.example.org""#), "preview-url-invalid");
    assert_eq!(fault(url, r#""https://pr-{number}.example.org/ x""#), "preview-url-invalid");
    assert_eq!(fault(url, r#""https://pr-{number}.example.org/)[x](y""#), "preview-url-invalid");
    assert_eq!(fault("    ports: 20000-20002\n", ""), "ports-missing");
    assert_eq!(fault("kind: preview", "kind: server"), "preview-missing");
    assert_eq!(fault("[deploy@203.0.113.10]", "[one, two]"), "preview-hosts");
    assert_eq!(fault("ttl: 7d", "state-dir: state"), "preview-state-dir");
}

#[test]
fn an_environment_of_this_machine_needs_no_host() {
    let text = "environments: { here: { kind: local, path: /tmp/x, compose: c.yml } }";
    let place = Place::resolve(&Given::default(), &config(text)).unwrap();
    assert_eq!(place.hosts, ["local"]);
}

#[test]
fn the_config_of_one_preview_is_filled_in_everywhere() {
    let record = Record { url: "https://pr-12.example.org:20001".to_owned(), ..record(12, Some(20_001), 0) };
    let config = derived(&config(CONFIG), &settings(), &record).unwrap();
    assert_eq!(config.project.as_deref(), Some("shop-pr-12"));
    let environment = config.environment("preview").unwrap();
    assert_eq!((environment.path.as_deref(), environment.keep), (Some("/srv/previews/pr-12"), Some(2)));
    let command = environment.command.clone().unwrap();
    assert_eq!(command.restart, ["systemctl", "--user", "restart", "shop@20001"]);
    assert_eq!((command.build[1].as_str(), command.stop[3].as_str()), ("PR=12", "shop@20001"));
    let probe = config.probe("web").unwrap();
    assert_eq!(probe.http.as_deref(), Some("https://pr-12.example.org:20001/health"));
    assert_eq!((probe.json["/number"].as_str(), probe.within), ("12", Some(Span::seconds(120))));
    assert!(no_preview(Some("preview"), &config).is_ok(), "the derived one is a server");
}

fn wanted(number: u32) -> Make {
    let make = settings().make(Number(number), "abc");
    assert_eq!((make.at.base.as_str(), &make.begins), ("/srv/previews", &Begins::Clone));
    make
}

#[test]
fn the_lowest_port_that_nobody_has_is_given_and_stays() {
    let free = |_| true;
    let first = reserve(&[], &wanted(12), (Stamp(5), free)).unwrap();
    assert_eq!((first.port, first.url.as_str()), (Some(20_000), "https://pr-12.example.org:20000"));
    assert_eq!((first.path.as_str(), first.project.as_str()), ("/srv/previews/pr-12", "shop-pr-12"));
    let busy = |port: u16| port != 20_001;
    let second = reserve(std::slice::from_ref(&first), &wanted(13), (Stamp(6), busy)).unwrap();
    assert_eq!(second.port, Some(20_002), "one is given, one is taken by somebody else");
    let known = [Record { port: Some(20_009), ..first.clone() }, second];
    let again = reserve(&known, &wanted(12), (Stamp(9), |_: u16| false)).unwrap();
    assert_eq!((again.port, again.since, again.renewed), (Some(20_009), Stamp(5), Stamp(9)));
    let none = reserve(&[], &wanted(12), (Stamp(5), |_: u16| false)).unwrap_err();
    assert_eq!(none.code, "preview-ports");
    let without = Make { ports: None, url: "https://pr-{number}.x".to_owned(), ..wanted(12) };
    assert_eq!(reserve(&[], &without, (Stamp(1), |_: u16| false)).unwrap().port, None);
}

#[test]
fn no_more_than_the_limit_are_up_at_once() {
    let known = [record(3, Some(20_000), 0), record(1, Some(20_001), 0), record(2, None, 0)];
    let full = reserve(&known, &wanted(9), (Stamp(1), |_| true)).unwrap_err();
    assert_eq!(
        (full.code.as_str(), full.fact.as_str()),
        ("preview-limit", "3 of at most 3 previews are up: 1, 2, 3")
    );
    assert!(reserve(&known, &wanted(2), (Stamp(1), |_| true)).is_ok(), "one of them is renewed");
}

#[test]
fn what_is_old_or_closed_goes_and_what_is_not_known_stays() {
    let records =
        [record(1, None, DAY), record(2, None, 9 * DAY), record(3, None, 9 * DAY), record(4, None, 99 * DAY)];
    let pulls: BTreeMap<Number, Pull> = [
        (Number(1), Pull::Unknown("502".to_owned())),
        (Number(2), Pull::Closed),
        (Number(3), Pull::Unknown("Not Found".to_owned())),
        (Number(4), Pull::Open),
    ]
    .into();
    let ttl = Some(Span::seconds(7 * 86_400));
    let fates = |policy: Policy| -> Vec<(u32, String)> {
        let fated = decide(policy, Stamp(10 * DAY), (&records, &pulls));
        fated.into_iter().map(|it| (it.number.0, it.finding.code)).collect()
    };
    let told = |all: [&str; 4]| -> Vec<(u32, String)> { (1..).zip(all.map(str::to_owned)).collect() };
    let all = fates(Policy { ttl, closed: true });
    assert_eq!(all, told(["preview-expired", "preview-closed", "pull-request-unknown", "preview-stays"]));
    let kept = fates(Policy { ttl: None, closed: false });
    assert_eq!(kept, told(["preview-stays"; 4]), "where nothing goes by itself");
    let fated = decide(Policy { ttl, closed: true }, Stamp(8 * DAY), (&records[..1], &BTreeMap::new()));
    let why = "nothing was pushed for 7d, and it may stay for 7d".to_owned();
    assert_eq!(fated[0].fate, Fate::Goes(why), "its time is over at that instant");
    let early = decide(Policy { ttl, closed: true }, Stamp(8 * DAY - 1), (&records[..1], &BTreeMap::new()));
    assert_eq!(early[0].fate, Fate::Stays);
}

#[test]
fn code_of_others_is_not_run_unasked() {
    let origin = |head: Option<&str>, author: &str| Origin {
        base: Some("example/shop".to_owned()),
        head: head.map(str::to_owned),
        author: Some(author.to_owned()),
    };
    assert_eq!(untrusted(&origin(Some("Example/Shop"), "ada")), None);
    for (head, author) in
        [(Some("mallory/shop"), "ada"), (None, "ada"), (Some("example/shop"), "dependabot[bot]")]
    {
        assert_eq!(untrusted(&origin(head, author)).unwrap().code, "preview-untrusted", "{head:?} {author}");
    }
    assert!(untrusted(&Origin::default()).is_some(), "what is not said is not trusted");
}

fn told(state: State) -> String {
    let run_url = Some("https://github.com/example/shop/actions/runs/1".to_owned());
    comment(&Told { number: Number(12), environment: "preview".to_owned(), state, run_url })
}

#[test]
fn the_comment_says_where_what_and_until_when() {
    let text = told(State::Up {
        url: "https://pr-12.example.org".to_owned(),
        commit: "0123456789abcdef".to_owned(),
        version: Some("1.2.0".to_owned()),
        checks: vec!["web".to_owned()],
        until: Some((Span::seconds(7 * 86_400), Stamp(1_767_607_200_000))),
    });
    let wanted = "<!-- shiplane:preview:preview -->\n### Preview of #12: https://pr-12.example.org\n\n\
        | what | which |\n|---|---|\n| address | https://pr-12.example.org |\n| commit | `01234567` |\n\
        | version | `1.2.0` |\n| smoke | passed: `web` |\n\
        | stays until | the pull request is closed, at most 7d after the last push (2026-01-05T10:00:00Z) |\n\n\
        [The run](https://github.com/example/shop/actions/runs/1)";
    assert_eq!(text, wanted);
    let failed = told(State::Failed {
        commit: "feed".to_owned(),
        word: "restored".to_owned(),
        codes: vec!["proof-failed".to_owned()],
        serving: Some(("https://pr-12.example.org".to_owned(), "0123456789".to_owned())),
    });
    assert!(
        failed.contains("`feed` did not come up") && failed.contains("`01234567` still serves"),
        "{failed}"
    );
    assert!(told(State::Gone("the pull request is closed".to_owned())).contains("removed with all its data"));
}

#[test]
fn what_others_wrote_ends_neither_a_cell_nor_the_marker() {
    assert_eq!(marker("a-->b --x"), "<!-- shiplane:preview:a-b-x -->");
    let text = told(State::Up {
        url: "https://x.example".to_owned(),
        commit: "0123".to_owned(),
        version: Some("1`|<img src=x>\n# head".to_owned()),
        checks: Vec::new(),
        until: None,
    });
    assert!(text.contains("| version | `1'\\|&lt;img src=x>⏎# head` |"), "{text}");
}

#[test]
fn the_images_of_one_preview_begin_like_those_of_no_other() {
    let prefix = |number: u32| compose::image(&Number(number).project("shop"), "x", "x");
    assert!(!prefix(12).starts_with(prefix(1).trim_end_matches("x:x")));
}

#[test]
fn the_preset_for_previews_is_read_as_it_is_meant() {
    let text = include_str!("../../../branch-gate/presets/c/.github/shiplane.yml");
    let config = config(text);
    let settings = Settings::resolve(&Given::default(), &config).unwrap();
    assert_eq!((settings.environment.as_str(), settings.project.as_str()), ("staging", "shop"));
    let record = reserve(&[], &settings.make(Number(7), "abc"), (Stamp(1), |_| true)).unwrap();
    assert_eq!(record.url, "http://203.0.113.10:20000");
    let own = derived(&config, &settings, &record).unwrap();
    assert_eq!(own.probe("preview").unwrap().http.as_deref(), Some("http://203.0.113.10:20000/health"));
    assert!(
        Place::resolve(&Given { environment: Some("production".to_owned()), ..Given::default() }, &own)
            .is_ok()
    );
}
