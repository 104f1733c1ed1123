//! Probes of the config, by name and by environment.

use super::server::{Server, plain};
use super::tool::{codes, findings, run};

fn health(version: &str) -> Server {
    Server::saying(plain(200, "", &format!(r#"{{"status":"ok","version":"{version}"}}"#)))
}

#[test]
fn the_probes_of_an_environment_run_side_by_side_on_its_host() {
    let (web, api) = (health("1.2.3"), health("1.2.3"));
    let config = format!(
        "environments:\n  production: {{ hosts: [\"deploy@127.0.0.1:2222\"], smoke: [web, api] }}\nprobes:\n  \
         web: {{ http: \"http://{{host}}:{}/health\", status: 200, json: {{ /status: ok }}, version: {{ json: /version }}, within: 5s }}\n  \
         api: {{ http: \"http://{{host}}:{}/health\", successes: 1 }}\n",
        web.port(),
        api.port()
    );
    let (code, report) =
        run(&["--environment", "production", "--expect-version", "1.2.3"]).config(&config).json();
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(report["title"], "probes of production: web, api");
    assert_eq!((web.connections(), api.connections()), (3, 1));
    assert_eq!(report["outputs"]["version"], "1.2.3");
    let (code, report) =
        run(&["--probe", "web", "--expect-version", "9.9.9", "--within", "200ms"]).config(&config).json();
    assert_eq!((code, codes(&report)), (10, vec!["wrong-version"]), "the only environment names the host");
    assert_eq!(report["outputs"]["failed"], "web");
}

#[test]
fn one_that_fails_does_not_hide_the_others() {
    let (good, bad) = (health("1.0.0"), Server::saying(plain(500, "", "")));
    let config = format!(
        "probes:\n  good: {{ http: \"{}\" }}\n  bad: {{ http: \"{}\" }}\n",
        good.url("/"),
        bad.url("/")
    );
    let (code, report) = run(&[]).config(&config).json();
    assert_eq!((code, codes(&report)), (10, vec!["wrong-status"]));
    assert_eq!(report["outputs"]["failed"], "bad");
    assert!(findings(&report).iter().any(|finding| finding.starts_with("healthy: good: ")));
}

#[test]
fn several_hosts_are_several_probes() {
    let server = health("1.2.3");
    let config = format!(
        "environments:\n  production: {{ hosts: [a@127.0.0.1, local, \"b@localhost:22\"], smoke: [web] }}\nprobes:\n  \
         web: {{ http: \"http://{{host}}:{}/\" }}\n",
        server.port()
    );
    let (code, report) = run(&["--environment", "production"]).config(&config).json();
    assert_eq!(code, 0, "{report:#}");
    let names = ["web@127.0.0.1", "web@localhost"];
    assert_eq!(findings(&report).len(), 2, "a host that is named twice is asked once");
    for name in names {
        assert!(findings(&report).iter().any(|finding| finding.contains(name)), "{name}");
    }
}

#[test]
fn what_the_config_lacks_is_said_with_what_it_has() {
    let config = "environments:\n  one: { hosts: [a] }\n  two: { hosts: [b] }\nprobes:\n  web: { http: \"http://{host}/\" }\n  none: {}\n  \
                  both: { http: \"http://192.0.2.1/\", version: { json: /v, header: v } }\n  far: { http: \"http://192.0.2.1/\", json: { status: ok } }\n";
    let wrong: [(&[&str], &str); 8] = [
        (&["--probe", "wbe"], "unknown-probe"),
        (&["--environment", "production"], "unknown-environment"),
        (&["--environment", "one"], "nothing-to-probe"),
        (&["--probe", "web"], "host-missing"),
        (&["--probe", "none"], "probe-incomplete"),
        (&["--probe", "both"], "probe-incomplete"),
        (&["--probe", "far"], "pointer-invalid"),
        (&["--probe", "web", "--host", "192.0.2.1", "--expect-version", "1"], "version-place-missing"),
    ];
    for (args, code) in wrong {
        let (exit, report) = run(args).config(config).json();
        assert_eq!((exit, codes(&report)), (2, vec![code]), "{args:?} {report:#}");
    }
    let (_, report) = run(&["--probe", "wbe"]).config(config).json();
    assert_eq!(report["findings"][0]["help"], "known are: both, far, none, web");
}
