//! A preset with a repository's answers in it, what is done with a file that is there, and what drifted.

use proptest::prelude::*;
use shiplane_core::audit::facts::WorkflowFile;
use shiplane_core::config;
use shiplane_core::preset::{
    Answers, Asked, CONFIG, Header, Pin, Preset, Rendered, Standing, Writer, drift, judge, render,
};

const DEPLOY: &str = ".github/workflows/deploy.yml";

const SMALL: Preset = Preset {
    letter: "z",
    name: "small",
    about: "a preset of the tests",
    files: &[
        (
            CONFIG,
            "version: 1
project: shop # the name
branches:
  dev: {}
  main: { from: [dev, 'hotfix/*'] }
environments:
  staging:
    branch: dev
    smoke: [staging]
  production: { branch: main, hosts: ['deploy@203.0.113.10'], path: /srv/shop, smoke: [web] }
probes:
  staging: { http: 'http://staging.example.org/health?full=1' }
  web: { http: 'https://shop.example.org/health' }
",
        ),
        (
            DEPLOY,
            "on:
  push: { branches: [main] }
  pull_request:
    branches:
      - dev
      - main
jobs:
  deploy:
    if: github.ref == 'refs/heads/main' && github.base_ref != 'main'
    uses: shiplane/shiplane/.github/workflows/flow-deploy.yml@COMMIT # vX.Y.Z
    with: { test: make test, environment: main }
  look:
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
      - { uses: shiplane/shiplane/actions/smoke-check@COMMIT, with: { base: main } }
",
        ),
    ],
};

const WRITER: Writer = Writer { version: "0.2.0", hash };

/// Not SHA-256; it tells texts apart, which is all that is asked of it here.
fn hash(bytes: &[u8]) -> String {
    let sum = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{sum:016x}{sum:016x}")
}

fn pin() -> Pin {
    Pin { commit: Some("a".repeat(40)), version: "0.2.0".to_owned() }
}

fn made(asked: &Asked) -> Vec<Rendered> {
    let answers = asked.settle(&SMALL, Answers::of("shop")).unwrap();
    render(&SMALL, &answers, &pin(), &WRITER).unwrap()
}

fn plain() -> Vec<Rendered> {
    made(&Asked::default())
}

fn one(value: &str) -> Vec<String> {
    vec![value.to_owned()]
}

#[test]
fn without_an_answer_only_the_pins_are_filled_in() {
    let files = plain();
    assert_eq!(files[0].body, SMALL.files[0].1);
    let release = format!("@{}", "a".repeat(40));
    let expected = SMALL.files[1].1.replace("@COMMIT # vX.Y.Z", &format!("{release} # v0.2.0"));
    assert_eq!(files[1].body, expected.replace("@COMMIT", &release));
    let tag = Pin { commit: None, version: "0.2.0".to_owned() };
    let files = render(&SMALL, &Answers::of("shop"), &tag, &WRITER).unwrap();
    assert!(files[1].body.contains("flow-deploy.yml@v0.2.0\n"), "{}", files[1].body);
}

#[test]
fn answers_stand_where_they_belong_and_everything_else_stays() {
    let asked = Asked {
        project: Some("tea_2".to_owned()),
        hosts: vec![
            "staging=deploy@192.0.2.1:2222".to_owned(),
            "production=a@192.0.2.2".to_owned(),
            "production=b@192.0.2.3".to_owned(),
        ],
        paths: one("staging=/srv/it's: {here} # \"x\""),
        urls: vec![
            "staging=https://new.example.org:8443/".to_owned(),
            "production=http://192.0.2.2".to_owned(),
        ],
        branches: vec!["main=trunk".to_owned(), "dev=next/1.0".to_owned()],
        test: Some("npm test -- --ci".to_owned()),
    };
    let files = made(&asked);
    assert_eq!(
        files[0].body,
        "version: 1
project: tea_2 # the name
branches:
  next/1.0: {}
  trunk: { from: [next/1.0, 'hotfix/*'] }
environments:
  staging:
    hosts: [deploy@192.0.2.1:2222]
    path: \"/srv/it's: {here} # \\\"x\\\"\"
    branch: next/1.0
    smoke: [staging]
  production: { branch: trunk, hosts: [a@192.0.2.2, b@192.0.2.3], path: /srv/shop, smoke: [web] }
probes:
  staging: { http: \"https://new.example.org:8443/health?full=1\" }
  web: { http: http://192.0.2.2/health }
"
    );
    let deploy = &files[1].body;
    for said in [
        "push: { branches: [trunk] }",
        "      - next/1.0\n      - trunk\n",
        "if: \"github.ref == 'refs/heads/trunk' && github.base_ref != 'trunk'\"",
        "with: { test: \"npm test -- --ci\", environment: main }",
        "with: { base: trunk }",
    ] {
        assert!(deploy.contains(said), "{said}\n{deploy}");
    }
}

#[test]
fn a_suggested_test_takes_the_place_of_what_knows_nothing_of_the_repository() {
    const TWO: Preset = Preset {
        files: &[
            (CONFIG, "project: shop\n"),
            (
                DEPLOY,
                "jobs:
  a: { uses: shiplane/shiplane/.github/workflows/flow-test.yml@COMMIT, with: { test: make test } }
  b: { uses: shiplane/shiplane/.github/workflows/flow-test.yml@COMMIT, with: { test: flake8 app } }
  c: { uses: shiplane/shiplane/.github/workflows/flow-preview.yml@COMMIT, with: { test: make test } }
",
            ),
        ],
        ..SMALL
    };
    let tests = |answers: Answers| {
        let body = render(&TWO, &answers, &pin(), &WRITER).unwrap().remove(1).body;
        let after = body.split("test: ").skip(1).map(|rest| rest.split(" }").next().unwrap().to_owned());
        after.collect::<Vec<_>>()
    };
    let suggested = Answers { suggested_test: Some("npm test".to_owned()), ..Answers::of("shop") };
    assert_eq!(tests(suggested.clone()), ["\"npm test\"", "flake8 app", "make test"]);
    let typed = Answers { test: Some("tox".to_owned()), ..suggested };
    assert_eq!(tests(typed), ["tox", "tox", "make test"]);
}

#[test]
fn an_address_for_one_environment_is_not_given_to_another() {
    const SHARED: Preset = Preset {
        files: &[(
            CONFIG,
            "project: shop
environments: { one: { smoke: [web] }, two: { smoke: [web, db] }, three: { smoke: [db] } }
probes: { web: { http: 'http://{host}/' }, db: { tcp: 'db:1' } }
",
        )],
        ..SMALL
    };
    for environment in ["one", "two", "three"] {
        let urls = one(&format!("{environment}=https://x.example.org"));
        let answers = Asked { urls, ..Asked::default() }.settle(&SHARED, Answers::of("shop")).unwrap();
        assert_eq!(
            render(&SHARED, &answers, &pin(), &WRITER).unwrap_err().code,
            "url-unused",
            "{environment}"
        );
    }
}

#[test]
fn what_cannot_be_an_answer_is_refused_with_what_would_be() {
    let refused = |asked: &Asked| asked.settle(&SMALL, Answers::of("shop")).unwrap_err();
    for name in ["", "Shop", "a b", "-x", "a\nb", "\"; rm -rf /", "${{ secrets.X }}", "é"] {
        let fault = refused(&Asked { project: Some(name.to_owned()), ..Asked::default() });
        assert_eq!(fault.code, "project-invalid", "{name}");
    }
    for host in ["deploy@192.0.2.1", "nowhere=deploy@192.0.2.1"] {
        let fault = refused(&Asked { hosts: one(host), ..Asked::default() });
        assert_eq!(fault.code, "environment-unclear", "{host}");
        assert!(fault.help.unwrap().contains("`production`, `staging`"));
    }
    let of = |hosts: &str, paths: &str, urls: &str, branches: &str, test: &str| Asked {
        hosts: hosts.lines().map(str::to_owned).collect(),
        paths: paths.lines().map(str::to_owned).collect(),
        urls: urls.lines().map(str::to_owned).collect(),
        branches: branches.lines().map(str::to_owned).collect(),
        test: Some(test.to_owned()).filter(|test| !test.is_empty()),
        project: None,
    };
    for asked in [
        of("staging=-oProxyCommand=x", "", "", "", ""),
        of("staging=a b", "", "", "", ""),
        of("staging=", "", "", "", ""),
        of("", "staging=relative", "", "", ""),
        of("", "staging=/a\u{7}", "", "", ""),
        of("", "", "staging=javascript:x", "", ""),
        of("", "", "staging=https:///x", "", ""),
        of("", "", "", "main", ""),
        of("", "", "", "other=x", ""),
        of("", "", "", "main=$(id)", ""),
        of("", "", "", "main=a'b", ""),
        of("", "", "", "main=dev", ""),
        of("", "", "", "", "echo ${{ secrets.X }}"),
    ] {
        assert_eq!(refused(&asked).code, "value-invalid", "{asked:?}");
    }
}

#[test]
fn a_repositorys_name_becomes_a_projects_name() {
    for (name, project) in [
        ("Shop", "shop"),
        ("my shop.web", "my-shop-web"),
        ("\"; rm -rf / #\n", "rm-rf"),
        ("_-_", "app"),
        ("", "app"),
        ("Ärger", "rger"),
        (&"x".repeat(300), &"x".repeat(63)),
    ] {
        assert_eq!(Answers::of(name).project, project, "{name}");
    }
}

#[test]
fn the_first_line_tells_what_was_answered_and_whether_somebody_changed_the_rest() {
    let asked = Asked { paths: one("staging=/srv/\u{202e}é"), ..Asked::default() };
    for file in made(&asked) {
        let text = file.text();
        let (first, _) = text.split_once('\n').unwrap();
        assert!(first.is_ascii() && first.starts_with("# Written by `branch-gate init`"), "{first}");
        for text in [text.clone(), text.replace('\n', "\r\n"), format!("\u{feff}{text}")] {
            let (header, body) = Header::read(&text).unwrap();
            assert_eq!(header, file.header);
            assert!(header.fits(&body, &WRITER));
            assert!(!header.fits(&format!("{body}\n"), &WRITER));
        }
    }
}

fn standing(wanted: &Rendered, there: &str) -> Standing {
    judge(wanted, Some(there), (&[SMALL], &WRITER)).standing
}

#[test]
fn each_file_stands_as_it_was_left() {
    let files = plain();
    let (config, deploy) = (&files[0], &files[1]);
    assert_eq!(judge(deploy, None, (&[SMALL], &WRITER)).standing, Standing::New);
    for file in &files {
        assert_eq!(standing(file, &file.text()), Standing::Same);
        assert_eq!(standing(file, &file.text().replace('\n', "\r\n")), Standing::Same);
        assert_eq!(standing(file, &file.body), Standing::Behind { version: String::new() });
        assert_eq!(standing(file, "on: push\n"), Standing::Foreign);
        assert_eq!(standing(file, ""), Standing::Foreign);
        let older = file.text().replace("\"version\":\"0.2.0\"", "\"version\":\"0.1.9\"");
        assert_eq!(standing(file, &older), Standing::Behind { version: "0.1.9".to_owned() });
        let newer = file.text().replace("\"version\":\"0.2.0\"", "\"version\":\"0.10.0\"");
        assert_eq!(standing(file, &newer), Standing::Newer { version: "0.10.0".to_owned() });
    }
    assert_eq!(standing(deploy, &format!("{}# mine\n", deploy.text())), Standing::ByHand);
    assert_eq!(standing(config, &format!("{}# mine\n", config.text())), Standing::Theirs);
    let other = config.text().replace("\"preset\":\"small\"", "\"preset\":\"other\"");
    assert_eq!(standing(config, &format!("{other}# mine\n")), Standing::ByHand);
}

#[test]
fn a_pin_that_others_raised_is_no_change_by_hand_and_is_never_taken_back() {
    let file = &plain()[1];
    let (ours, theirs) = ("a".repeat(40), "b".repeat(40));
    let raised = file
        .text()
        .replace("de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2", &format!("{theirs} # v7.1.0"))
        .replace("\"version\":\"0.2.0\"", "\"version\":\"0.1.0\"");
    let step = judge(file, Some(&raised), (&[SMALL], &WRITER));
    assert_eq!(step.standing, Standing::Behind { version: "0.1.0".to_owned() });
    assert!(
        step.change.after().contains(&format!("checkout@{theirs} # v7.1.0\n")),
        "{}",
        step.change.after()
    );
    let lowered = file.text().replace(&format!("{ours} # v0.2.0"), &format!("{theirs} # v0.1.0"));
    let step = judge(file, Some(&lowered), (&[SMALL], &WRITER));
    assert!(step.change.after().contains(&format!("flow-deploy.yml@{ours} # v0.2.0\n")));
    let pinned =
        render(&SMALL, &Answers::of("shop"), &Pin { commit: None, version: "0.2.0".to_owned() }, &WRITER);
    let step = judge(&pinned.unwrap()[1], Some(&file.text()), (&[SMALL], &WRITER));
    assert!(
        step.change.after().contains(&format!("flow-deploy.yml@{ours} # v0.2.0\n")),
        "a commit became a tag"
    );
    let renamed = file.text().replace("actions/checkout@", "actions/check@");
    assert_eq!(standing(file, &renamed), Standing::ByHand);
}

#[test]
fn drift_names_each_file_and_its_way_back() {
    let files = plain();
    let told = |texts: &[(&str, String)]| {
        let files: Vec<WorkflowFile> = texts
            .iter()
            .map(|(path, text)| WorkflowFile { path: (*path).to_owned(), text: text.clone() })
            .collect();
        drift(&files, &[SMALL], &WRITER).into_iter().map(|it| it.code).collect::<Vec<_>>()
    };
    let text = files[1].text();
    assert_eq!(told(&[(DEPLOY, text.clone())]), ["workflow-drift"]);
    assert_eq!(told(&[(DEPLOY, files[1].body.clone()), (CONFIG, files[0].text())]), [""; 0]);
    assert_eq!(told(&[(DEPLOY, format!("{text}#\n"))]), ["workflow-by-hand"]);
    let older = text.replace("\"version\":\"0.2.0\"", "\"version\":\"0.1.0\"");
    assert_eq!(told(&[(DEPLOY, older.clone())]), ["workflow-older"]);
    assert_eq!(told(&[(DEPLOY, format!("{older}#\n"))]), ["workflow-by-hand", "workflow-older"]);
    let template = text.replace(&files[1].header.template, "0000000000000000");
    assert_eq!(told(&[(DEPLOY, template)]), ["workflow-older"]);
    let newer = text.replace("\"version\":\"0.2.0\"", "\"version\":\"1.0.0\"");
    assert_eq!(told(&[(DEPLOY, newer)]), ["workflow-newer"]);
    assert_eq!(told(&[(".github/workflows/x.yml", text)]), ["workflow-older", "workflow-gone"]);
}

proptest! {
    #[test]
    fn whatever_a_path_and_a_host_hold_they_read_back(path in "/[^\\p{C}]{0,40}", host in "[^\\p{C}\\p{Z}\\s=-][^\\p{C}\\p{Z}\\s]{0,40}") {
        let asked = Asked {
            paths: vec![format!("production={path}"), format!("staging={path}")],
            hosts: vec![format!("production={host}"), format!("production={host}"), format!("staging={host}")],
            ..Asked::default()
        };
        let Ok(answers) = asked.settle(&SMALL, Answers::of("shop")) else { return Ok(()) };
        let files = render(&SMALL, &answers, &pin(), &WRITER).unwrap();
        let config = config::parse(&files[0].text()).unwrap();
        prop_assert_eq!(config.environments["production"].path.as_ref(), Some(&path));
        prop_assert_eq!(&config.environments["staging"].hosts, &vec![host]);
        let (header, body) = Header::read(&files[0].text()).unwrap();
        prop_assert!(header.fits(&body, &WRITER));
        prop_assert_eq!(header.answers, answers);
    }

    #[test]
    fn a_change_leads_from_what_is_there_to_what_is_wanted(lines in prop::collection::vec("[ab]{0,1}", 0..12), end in "\n?") {
        let file = &plain()[1];
        let there = lines.join("\n") + &end;
        let step = judge(file, Some(&there), (&[SMALL], &WRITER));
        prop_assert_eq!(step.change.after(), file.text());
        prop_assert_eq!(step.change.before, Some(there));
    }
}
