//! Every case under `tests/doctor` is answered as it says. `UPDATE_EXPECT=1` writes what is answered now.

use std::fmt::Write as _;
use std::path::Path;

use shiplane_core::deploy::doctor::{
    Checkup, Input, Learned, Secrets, Visit, approached, dotenv, examine, inputs, preflight, project, secrets,
};
use shiplane_core::deploy::{Checkout, HostFacts, Question};
use shiplane_core::report::{Finding, Level};

use super::recorded;

fn read(folder: &Path) -> (Question, Visit) {
    (recorded::json(folder, "question.json"), recorded::json(folder, "visit.json"))
}

fn findings(question: &Question, visit: &Visit) -> Vec<Finding> {
    let mut all = inputs(&visit.given);
    all.extend(secrets(&visit.secrets));
    for host in &visit.hosts {
        all.extend(approached(&host.approach));
        all.extend(host.facts.iter().flat_map(|facts| examine(question, facts)));
    }
    all
}

fn lines(text: &mut String, findings: &[Finding]) {
    for finding in findings {
        writeln!(text, "{:?} {}: {}", finding.level, finding.code, finding.fact).unwrap();
        if let Some(help) = &finding.help {
            writeln!(text, "    help: {help}").unwrap();
        }
    }
}

#[test]
fn every_case_is_answered_as_it_says() {
    recorded::every("doctor", 6, |folder| {
        let (question, visit) = read(folder);
        let mut text = "doctor\n".to_owned();
        lines(&mut text, &findings(&question, &visit));
        text.push_str("deploy\n");
        for facts in visit.hosts.iter().filter_map(|host| host.facts.as_ref()) {
            lines(&mut text, &preflight(&question, facts));
        }
        text
    });
}

#[test]
fn what_was_recorded_reads_back_the_same() {
    for folder in recorded::folders("doctor") {
        let (_, visit) = read(&folder);
        let again: Visit = serde_json::from_str(&serde_json::to_string(&visit).unwrap()).unwrap();
        assert_eq!(again, visit, "{}", folder.display());
    }
}

#[test]
fn all_is_well_has_about_thirty_checks_and_what_is_wrong_has_a_help() {
    let (question, visit) = read(&recorded::folder("doctor", "all-is-well"));
    let well = findings(&question, &visit);
    assert!(well.iter().all(|finding| finding.level == Level::Ok), "{well:?}");
    println!("{} checks", well.len());
    assert!(well.len() >= 30, "{}", well.len());
    let (question, visit) = read(&recorded::folder("doctor", "everything-is-wrong"));
    for finding in findings(&question, &visit) {
        let needs_help = matches!(finding.level, Level::Warning | Level::Fail);
        assert!(!needs_help || finding.help.is_some(), "{finding:?}");
    }
}

#[test]
fn an_example_that_the_first_commit_may_bring_is_not_missed() {
    let (question, visit) = read(&recorded::folder("doctor", "all-is-well"));
    let mut facts = visit.hosts[0].facts.clone().unwrap();
    facts.checkup.as_mut().unwrap().example = Learned::Known(None);
    let missed =
        |facts: &HostFacts| preflight(&question, facts).iter().any(|it| it.code == "env-example-missing");
    assert!(missed(&facts));
    facts.checkout = Checkout::Unborn;
    assert!(!missed(&facts));
}

/// Whatever is not known is never in order.
#[test]
fn what_could_not_be_found_out_never_passes() {
    let (question, visit) = read(&recorded::folder("doctor", "nothing-can-be-found-out"));
    let facts = visit.hosts[0].facts.clone().unwrap();
    let unknown = examine(&question, &facts).into_iter().filter(|finding| finding.level == Level::Unknown);
    assert_eq!(unknown.count(), 10);
    let mut nothing = facts;
    nothing.checkup = Some(Checkup { env: Learned::Unknown("no".to_owned()), ..Checkup::default() });
    let told = preflight(&question, &nothing);
    assert!(told.iter().any(|it| it.code == "env-unreadable" && it.level == Level::Unknown), "{told:?}");
}

#[test]
fn keys_of_a_dotenv_are_read_as_compose_reads_them() {
    let file = dotenv::read(
        "\u{feff}# a comment\nA=1\n export B = 'two # words'\r\nC=\nD=\"\"\nE=\"over\nlines\nX=1\"\nF=x # not empty\nG=#empty\nA=3\nC=filled\n\nH\n",
    );
    assert_eq!(file.keys, ["A", "B", "C", "D", "E", "F", "G", "H"]);
    assert_eq!(file.empty, ["D", "G", "H"]);
    assert_eq!(file.twice, ["A", "C"]);
}

#[test]
fn warnings_of_both_generations_name_the_variable() {
    let said = "WARNING: The OLD_ONE variable is not set. Defaulting to a blank string.\n\
                time=\"x\" level=warning msg=\"The \\\"NEW_ONE\\\" variable is not set. Defaulting to a blank string.\"\n\
                WARNING: The OLD_ONE variable is not set. Defaulting to a blank string.\n";
    assert_eq!(project::blank(said), ["OLD_ONE", "NEW_ONE"]);
}

#[test]
fn a_rendered_project_of_either_generation_tells_what_it_needs() {
    let rendered = "name: shop\nservices:\n  web:\n    build: { context: /srv/shop }\n    ports:\n    - 127.0.0.1:8080:80/tcp\n    - { mode: ingress, target: 81, published: \"8081\", protocol: udp }\n    - \"9000-9001:9000-9001\"\n    - \"80\"\n    volumes:\n    - /srv/conf:/etc/conf:ro\n    - data:/data\n    - { type: bind, source: /srv/two, target: /two }\n  cache:\n    image: redis:7\n  tool:\n    image: tool\n    profiles: [debug]\nnetworks:\n  outside: { name: bot_network, external: true }\n  own: { name: shop_own }\nvolumes:\n  data: { external: { name: shared } }\n";
    let project = project::read(rendered).unwrap();
    let ports: Vec<String> =
        project.ports.iter().map(|it| format!("{}:{}/{}", it.address, it.number, it.protocol)).collect();
    assert_eq!(ports, ["127.0.0.1:8080/tcp", ":8081/udp", ":9000/tcp", ":9001/tcp"]);
    let names = |all: &[shiplane_core::deploy::doctor::External]| -> Vec<String> {
        all.iter().map(|it| it.name.clone()).collect()
    };
    assert_eq!(names(&project.networks), ["bot_network"]);
    assert_eq!(names(&project.volumes), ["shared"]);
    assert_eq!(names(&project.images), ["redis:7"]);
    let paths: Vec<(&str, bool)> = project.sources.iter().map(|it| (it.path.as_str(), it.build)).collect();
    assert_eq!(paths, [("/srv/conf", false), ("/srv/two", false), ("/srv/shop", true)]);
}

#[test]
fn an_empty_secret_is_named_with_its_environment() {
    let variables = vec![("SSH_HOST".to_owned(), Input::Empty)];
    let found = inputs(&Secrets { environment: Some("production".to_owned()), variables });
    assert_eq!((found[0].code.as_str(), found[0].level), ("secret-empty", Level::Fail));
    assert!(
        found[0].fact.contains("SSH_HOST")
            && found[0].help.as_ref().unwrap().contains("environment: production")
    );
}
