//! Settings as the audit's facts: every part for itself, whatever the others say.

use serde_json::json;
use shiplane_core::audit::Facts;
use shiplane_core::audit::facts::{DeployBranches, Seen};
use shiplane_github::{AuditQuestion, Repository};
use shiplane_testkit::github::{
    Access, DeployBranches as Branches, FakeGitHub, Fault, Granted, Protection, RuleKind,
};

use super::setting::client;

fn shop() -> FakeGitHub {
    let github = FakeGitHub::start();
    github.edit(|world| {
        world.granted = Granted::all();
        let shop = world.repo("example", "shop");
        shop.branch("feature/x", "f1");
        let rule =
            Protection { admins: true, strict: true, ..Protection::default().approvals(2).check("lint") };
        shop.branch("main", "m1").protect(rule);
        let org = shop.settings.ruleset(
            "org",
            "main",
            &[RuleKind::approvals(1), RuleKind::Other("merge_queue".into())],
        );
        org.inherited = true;
        org.bypass = vec![json!({ "actor_id": 7, "actor_type": "Team", "bypass_mode": "pull_request" })];
        let off = shop.settings.ruleset("off", "main", &[RuleKind::approvals(6)]);
        off.enforcement = "evaluate".to_owned();
        shop.settings.ruleset("shiplane: main", "main", &[RuleKind::checks(&["test"])]);
    });
    github
}

fn question() -> AuditQuestion {
    AuditQuestion {
        repository: Repository::new("example/shop").unwrap(),
        branches: ["main", "feature/x", "gone"].map(str::to_owned).to_vec(),
        environments: ["production", "a b/c"].map(str::to_owned).to_vec(),
        own_rulesets: vec!["shiplane: main".to_owned()],
    }
}

async fn facts(github: &FakeGitHub) -> Facts {
    client(github).0.audit_facts(&question()).await.unwrap()
}

#[tokio::test]
async fn rules_of_a_ruleset_stand_together_with_who_may_pass_them_by() {
    let facts = facts(&shop()).await;
    let main = &facts.branches[0];
    let classic = main.classic.value().unwrap().as_ref().unwrap();
    assert_eq!(
        (classic.demands.approvals, classic.demands.up_to_date, classic.admins),
        (Some(2), true, true)
    );
    let rulesets = main.rulesets.value().unwrap();
    // What is only evaluated holds nothing, so it is not among them.
    assert_eq!(rulesets.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["org", "shiplane: main"]);
    assert!(rulesets[0].merge_queue && rulesets[0].pull_request);
    assert_eq!(rulesets[0].bypass, Seen::Seen(vec!["team 7 (by pull request only)".to_owned()]));
    assert_eq!(rulesets[1].demands.checks[0].name, "test");
    assert_eq!(facts.own_rulesets.value().unwrap()[0]["id"], 902);
    assert_eq!(facts.protected_branches.value().unwrap(), &["main"]);
    assert_eq!(facts.branches[1].classic, Seen::Seen(None));
    assert_eq!(facts.branches[2].exists, Seen::Seen(false));
}

#[tokio::test]
async fn a_workflows_own_token_sees_rules_but_not_the_classic_rule_nor_who_may_pass_by() {
    let github = shop();
    github.edit(|world| world.granted = Granted::default());
    let facts = facts(&github).await;
    let main = &facts.branches[0];
    let classic = main.classic.obstacle().unwrap();
    assert_eq!(classic.permission.as_deref(), Some("administration: read"));
    assert_eq!(main.visible_checks, ["lint"]);
    let rulesets = main.rulesets.value().unwrap();
    assert_eq!(rulesets[0].demands.approvals, Some(1));
    assert_eq!(rulesets[0].bypass.obstacle().unwrap().permission.as_deref(), Some("administration: write"));
    assert_eq!(facts.secrets.repository.obstacle().unwrap().permission.as_deref(), Some("secrets: read"));
    // Where the reader's view shows that there is no classic rule, it is not asked for.
    assert_eq!(facts.branches[1].classic, Seen::Seen(None));
    assert_eq!(github.count("/repos/example/shop/branches/feature%2Fx/protection"), 0);
}

#[tokio::test]
async fn not_found_and_not_protected_are_two_answers() {
    let github = shop();
    let path = "/repos/example/shop/branches/main/protection";
    github.next_on(path, Fault::status(404, "Branch not protected"));
    assert_eq!(facts(&github).await.branches[0].classic, Seen::Seen(None));
    github.next_on(path, Fault::status(404, "Not Found"));
    assert!(facts(&github).await.branches[0].classic.obstacle().is_some());
}

#[tokio::test]
async fn a_plan_without_protection_is_told_from_a_missing_permission() {
    let github = shop();
    github.edit(|world| world.repo("example", "shop").settings.plan_without_protection = true);
    let facts = facts(&github).await;
    assert!(facts.branches[0].classic.obstacle().unwrap().not_available);
    assert!(facts.branches[0].rulesets.obstacle().unwrap().not_available);
    assert!(facts.own_rulesets.obstacle().unwrap().not_available);
}

#[tokio::test]
async fn environments_are_read_with_all_their_pages() {
    let github = shop();
    github.edit(|world| {
        let settings = &mut world.repo("example", "shop").settings;
        for number in 0..130 {
            settings.environment(&format!("preview-{number}"));
        }
        let production = settings.environment("Production");
        production.people.push("ada".to_owned());
        production.teams.push("leads".to_owned());
        let patterns = (0..120).map(|number| (format!("release/{number}"), "branch".to_owned()));
        production.branches =
            Branches::Selected(patterns.chain([("v*".to_owned(), "tag".to_owned())]).collect());
        production.secrets = (0..101).map(|number| format!("KEY_{number}")).collect();
        settings.environment("a b/c").branches = Branches::Protected;
    });
    let facts = facts(&github).await;
    let [production, other] = facts.environments.value().unwrap().as_slice() else { panic!("{facts:?}") };
    assert_eq!(production.reviewers, ["ada", "@example/leads"]);
    assert!(production.admins_bypass && !production.prevent_self_review);
    let DeployBranches::Selected(patterns) = &production.branches else { panic!("{production:?}") };
    assert_eq!((patterns.len(), patterns[120].as_str()), (121, "tag v*"));
    assert_eq!(production.secrets.value().unwrap().len(), 101);
    assert_eq!(other.branches, DeployBranches::Protected);
}

#[tokio::test]
async fn names_of_checks_come_from_bases_and_pull_requests_of_late() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.commit("m1").checks_passed(&["nightly"]);
        shop.pull(7).from("feature/y", "y1").into_branch("main", "m1");
        shop.commit("y1").checks_passed(&["lint"]);
        for number in 0..130 {
            shop.commit("y1").checks_passed(&[&format!("leg {number}")]);
        }
    });
    let reported = facts(&github).await.reported;
    let names = reported.value().unwrap();
    assert!(
        ["nightly", "lint", "leg 129"].iter().all(|name| names.iter().any(|known| known == name)),
        "{names:?}"
    );
    github.next_on(
        "/repos/example/shop/commits/y1/check-runs",
        Fault::status(403, "Resource not accessible by integration"),
    );
    let reported = facts(&github).await.reported;
    assert_eq!(reported.obstacle().unwrap().permission.as_deref(), Some("checks: read"));
    let gone = Fault::status(422, "No commit found for SHA: y1");
    github.next_on("/repos/example/shop/commits/y1/check-runs", gone);
    let facts = facts(&github).await;
    assert!(facts.reported.obstacle().unwrap().why.contains("No commit found"), "{facts:?}");
    assert!(facts.environments.value().is_some());
}

#[tokio::test]
async fn answers_of_another_shape_are_not_read_as_unprotected() {
    for (path, body) in [
        ("/branches/main/protection", "[]"),
        ("/rules/branches/main", "{}"),
        ("/rulesets", "{\"message\":\"hm\"}"),
        ("/environments", "[]"),
        ("/actions/secrets", "{\"secrets\":{}}"),
    ] {
        let github = shop();
        let path = format!("/repos/example/shop{path}");
        github.next_on(&path, Fault::Status { code: 200, headers: Vec::new(), body: body.to_owned() });
        let facts = facts(&github).await;
        let main = &facts.branches[0];
        let unread = [
            main.classic.obstacle(),
            main.rulesets.obstacle(),
            facts.own_rulesets.obstacle(),
            facts.environments.obstacle(),
            facts.secrets.repository.obstacle(),
        ];
        assert_eq!(unread.iter().flatten().count(), 1, "{path}: {facts:?}");
        assert_eq!(github.faults_left(), 0, "{path}");
    }
}

#[tokio::test]
async fn unknown_words_are_kept_and_known_ones_are_not_needed() {
    let github = shop();
    let rules = json!([
        { "type": "quantum_review", "ruleset_id": 900 },
        { "type": "pull_request", "ruleset_id": 900 },
        { "type": 7 },
        null,
    ]);
    let fault = Fault::Status { code: 200, headers: Vec::new(), body: rules.to_string() };
    github.next_on("/repos/example/shop/rules/branches/main", fault);
    let facts = facts(&github).await;
    let rulesets = facts.branches[0].rulesets.value().unwrap();
    assert_eq!(rulesets[0].demands.unknown, ["quantum_review"]);
    assert_eq!(rulesets[0].demands.approvals, Some(0));
    assert!(rulesets[1].bypass.obstacle().is_some());
}

#[tokio::test]
async fn a_ruleset_is_written_with_the_permission_for_it_alone() {
    let github = shop();
    let repository = question().repository;
    let body = json!({ "name": "shiplane: main", "target": "branch", "enforcement": "active", "rules": [{ "type": "deletion" }] });
    let client = client(&github).0;
    client.write_ruleset(&repository, Some(902), &body).await.unwrap();
    let rules = github.edit(|world| world.repo("example", "shop").settings.rulesets[2].rules.clone());
    assert_eq!(rules, [json!({ "type": "deletion" })]);
    let taken = client.write_ruleset(&repository, None, &body).await.unwrap_err();
    assert!(taken.fact.contains("Name must be unique"), "{}", taken.fact);
    github.edit(|world| world.granted.administration = Access::Read);
    let refused = client.write_ruleset(&repository, Some(902), &body).await.unwrap_err();
    assert_eq!(refused.code, "permission-missing");
    assert!(refused.help.unwrap().contains("`administration: write`"));
}
