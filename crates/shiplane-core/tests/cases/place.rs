//! Which host, where on it, and what runs there.

use std::time::Duration;

use shiplane_core::config::{Config, parse};
use shiplane_core::deploy::{Given, Place, Runtime};
use shiplane_core::duration::Span;
use shiplane_core::exit::Exit;

const CONFIG: &str = r#"
version: 1
project: shop
environments:
  production:
    hosts: ["deploy@203.0.113.10"]
    path: /home/deploy/shop/
    compose: docker-compose.yml
    state-dir: state
    smoke: [web, api]
    build-timeout: 20m
    switch-timeout: 90s
probes:
  web: { http: "http://{host}/health", within: 2m }
  api: { http: "http://{host}/api" }
"#;

fn config(text: &str) -> Config {
    parse(text).unwrap()
}

fn given(environment: Option<&str>, host: Option<&str>, path: Option<&str>) -> Given {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Given { environment: owned(environment), host: owned(host), path: owned(path), ..Given::default() }
}

/// What was asked wrongly.
#[track_caller]
fn fault(given: &Given, text: &str) -> (&'static str, String) {
    let fault = Place::resolve(given, &config(text)).unwrap_err();
    assert_eq!(fault.exit, Exit::Usage, "{fault:?}");
    (fault.code, format!("{} / {}", fault.fact, fault.help.unwrap_or_default()))
}

/// An environment of one line, and what is wrong with it.
#[track_caller]
fn wrong(environment: &str) -> &'static str {
    fault(&Given::default(), &format!("version: 1\nenvironments:\n  production: {environment}\n")).0
}

#[test]
fn the_only_environment_needs_no_name() {
    let place = Place::resolve(&Given::default(), &config(CONFIG)).unwrap();
    assert_eq!((place.name.as_str(), place.hosts.join(" ").as_str()), ("production", "deploy@203.0.113.10"));
    assert_eq!(
        (place.site.path.as_str(), place.site.state_dir.as_str()),
        ("/home/deploy/shop", "/home/deploy/shop/state")
    );
    let files = vec!["docker-compose.yml".to_owned()];
    assert_eq!(place.runtime, Runtime::Compose { files, project: Some("shop".to_owned()) });
    assert_eq!(place.probes, ["web", "api"]);
    assert_eq!((place.limits.build, place.limits.switch), (Span::seconds(1200), Span::seconds(90)));
    assert_eq!(place.limits.confirm.0, Duration::from_secs(180), "the slowest proof and a minute");
}

#[test]
fn flags_win_over_the_config() {
    let mut flags = given(Some("production"), Some("local"), Some("/srv/other"));
    flags.state_dir = Some("/var/lib/state".to_owned());
    let place = Place::resolve(&flags, &config(CONFIG)).unwrap();
    assert_eq!((place.name.as_str(), place.hosts.join(" ").as_str()), ("production", "local"));
    assert_eq!((place.site.path.as_str(), place.site.state_dir.as_str()), ("/srv/other", "/var/lib/state"));
}

#[test]
fn flags_are_enough() {
    let place = Place::resolve(&given(None, Some("web-1"), Some("/srv/shop")), &Config::default()).unwrap();
    assert_eq!((place.name.as_str(), place.site.state_dir.as_str()), ("web-1", "/srv/shop/.shiplane"));
    assert_eq!(place.runtime, Runtime::Compose { files: Vec::new(), project: None });
    assert_eq!(place.limits.confirm, Span::seconds(60));
    assert_eq!(
        (place.limits.fetch, place.limits.build, place.limits.switch),
        (Span::seconds(300), Span::seconds(900), Span::seconds(180),)
    );
}

#[test]
fn several_environments_need_a_name() {
    let text = "version: 1\nenvironments:\n  staging: { hosts: [a@b], path: /a }\n  production: { hosts: [a@c], path: /b }\n";
    let (code, words) = fault(&Given::default(), text);
    assert_eq!(code, "environment-missing");
    assert!(
        words.contains("production") && words.contains("staging") && words.contains("--environment"),
        "{words}"
    );
    let (code, words) = fault(&given(Some("prod"), None, None), text);
    assert_eq!(code, "unknown-environment");
    assert!(words.contains("`prod`") && words.contains("known are: production, staging"), "{words}");
    let (code, words) = fault(&given(Some("prod"), None, None), "version: 1\n");
    assert!(code == "unknown-environment" && words.contains("known are: none"), "{words}");
    let place = Place::resolve(&given(Some("staging"), None, None), &config(text)).unwrap();
    assert_eq!((place.name.as_str(), place.hosts.join(" ").as_str()), ("staging", "a@b"));
}

#[test]
fn each_thing_that_is_missing_has_its_code() {
    assert_eq!(fault(&Given::default(), "version: 1\n").0, "host-missing");
    assert_eq!(wrong("{ path: /a }"), "host-missing");
    assert_eq!(wrong("{ hosts: [a@b] }"), "path-missing");
    assert_eq!(wrong("{ hosts: [a@b], path: /a, smoke: [web] }"), "unknown-probe");
    assert_eq!(wrong("{ hosts: [a@b], path: /a, command: {} }"), "restart-missing");
    assert_eq!(wrong("{ hosts: [a@b], path: /a, command: { build: [make] } }"), "restart-missing");
    assert_eq!(
        wrong("{ hosts: [a@b], path: /a, compose: a.yml, command: { restart: [x] } }"),
        "runtime-ambiguous"
    );
}

#[test]
fn the_directory_is_an_absolute_path() {
    for path in ["shop", "~/shop", "./shop", "/srv/../etc", "/srv/shop/..", "", "/"] {
        let (code, words) = fault(&given(None, Some("web-1"), Some(path)), "version: 1\n");
        assert_eq!(code, "path-invalid", "{path}");
        assert!(words.contains("absolute"), "{words}");
    }
    for path in ["/srv/..shop", "/srv/sh..op", "/srv/a b"] {
        let place = Place::resolve(&given(None, Some("web-1"), Some(path)), &Config::default()).unwrap();
        assert_eq!(place.site.path, path);
    }
}
