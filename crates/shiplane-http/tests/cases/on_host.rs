//! Which probes are asked on which host, and what is refused before anybody is asked.

use shiplane_core::config::{Config, parse};
use shiplane_core::smoke::HostQuestion;
use shiplane_http::{Around, Ask, From, Named, configured};

const PROBES: &str = "probes:\n  all: { containers: [] }\n  some: { containers: [web], one-shot: migrate, within: 1m }\n  \
                      beat: { file-age: beat, max-age: 5m }\n  ageless: { file-age: beat }\n  \
                      web: { http: 'http://{host}:5000/', via: ssh }\n  public: { http: 'http://{host}:5000/' }\n";

fn settled(name: &str, around: &Around) -> Result<Vec<Named>, String> {
    let config: Config = parse(PROBES).unwrap();
    configured(&config, &[name.to_owned()], around).map_err(|fault| {
        assert!(fault.help.is_some(), "{fault}");
        fault.code.to_owned()
    })
}

fn two_hosts() -> Around {
    let hosts = ["deploy@web-1", "deploy@web-2:2222", "deploy@web-1"].map(str::to_owned).to_vec();
    Around { asked: hosts.clone(), hosts, project: Some("shop".to_owned()), ..Around::default() }
}

#[test]
fn each_host_is_asked_for_itself() {
    let probes = settled("web", &two_hosts()).unwrap();
    let names: Vec<&str> = probes.iter().map(|probe| probe.name.as_str()).collect();
    assert_eq!(names, ["web@web-1", "web@web-2"]);
    assert_eq!(probes[1].from, From::Host("deploy@web-2:2222".to_owned()));
    assert_eq!(probes[1].written.http.as_deref(), Some("http://localhost:5000/"), "the host itself");
    assert!(probes[1].asks("deploy@web-2:2222") && !probes[1].asks("deploy@web-1"));
    let public = settled("public", &two_hosts()).unwrap();
    assert_eq!(
        (&public[0].from, public[0].written.http.as_deref()),
        (&From::Here, Some("http://web-1:5000/"))
    );
}

#[test]
fn without_a_host_this_machine_is_asked_unless_ssh_is_wanted() {
    let nowhere = Around { project: Some("shop".to_owned()), ..Around::default() };
    assert_eq!(settled("beat", &nowhere).unwrap()[0].from, From::Host("local".to_owned()));
    assert_eq!(settled("web", &nowhere).unwrap_err(), "host-missing");
    assert_eq!(settled("all", &Around::default()).unwrap_err(), "project-missing");
    assert_eq!(settled("ageless", &nowhere).unwrap_err(), "probe-incomplete");
}

#[test]
fn containers_have_to_stay_right_for_a_while() {
    let around = two_hosts();
    let all = settled("all", &around).unwrap().remove(0);
    assert_eq!((all.policy.successes, all.policy.stable.as_secs(), all.policy.within), (3, 2, None));
    let some = settled("some", &around).unwrap().remove(0);
    let Ask::Host(HostQuestion::Containers { services, project }) = &some.probe.ask else {
        panic!("{some:?}")
    };
    assert_eq!((services.join(" "), project.as_str()), ("web migrate".to_owned(), "shop"));
}
