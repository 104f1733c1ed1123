//! A flag goes before the config, the config before the default; lists are read as people write them.

use super::setting::{Setting, expect};

fn codes(setting: &Setting, code: i32, args: &[&str]) -> String {
    expect(code, &setting.check(args));
    setting.outputs()["codes"].clone()
}

#[test]
fn a_flag_goes_before_the_config() {
    let setting = Setting::new();
    assert_eq!(codes(&setting, 0, &[]), "");
    assert_eq!(codes(&setting, 10, &["--approvals", "3"]), "approvals");
    assert_eq!(codes(&setting, 10, &["--from", "hotfix/*"]), "source-branch");
    assert_eq!(codes(&setting, 10, &["--checks", "deploy"]), "check-missing");
    setting.github.edit(|world| {
        world.repo("example", "shop").pull(7).thread("a.rs", 1, "why?");
    });
    assert_eq!(codes(&setting, 10, &[]), "threads");
    assert_eq!(codes(&setting, 0, &["--conversations", "ignore"]), "");
}

#[test]
fn an_update_from_the_base_takes_no_approval_away_where_the_diff_decides() {
    let setting = Setting::new();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        for (commit, patch) in [("d0", "@@ +login"), ("d1", "@@ +login")] {
            shop.commit(commit).patches("src/login.rs", patch);
        }
        shop.pull(7).reviews.iter_mut().for_each(|review| review.commit = "d0".to_owned());
    });
    assert_eq!(codes(&setting, 10, &[]), "approvals");
    assert_eq!(codes(&setting, 0, &["--stale", "diff"]), "");
    setting.github.edit(|world| {
        world.repo("example", "shop").commit("d1").patches("src/logout.rs", "@@ +logout");
    });
    assert_eq!(codes(&setting, 10, &["--stale", "diff"]), "approvals");
}

#[test]
fn an_empty_input_means_unset() {
    let setting = Setting::new();
    let empty =
        setting.check(&[]).env("SHIPLANE_APPROVALS", "").env("SHIPLANE_FROM", "").env("SHIPLANE_CHECKS", "");
    expect(0, &empty.env("SHIPLANE_CONVERSATIONS", "").env("SHIPLANE_CHECK_RUN_ID", ""));
}

#[test]
fn without_a_config_the_flags_are_the_rules_and_defaults_are_safe() {
    let setting = Setting::new();
    let args = ["check", "--repository", "example/shop", "--pull-request", "7"];
    let bare = |more: &[&str]| {
        let run = setting.bare(&[&args, more].concat()).env("SHIPLANE_TOKEN", "test-token");
        run.env("GITHUB_OUTPUT", setting.path("output"))
    };
    expect(0, &bare(&[]));
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.pull(7).reviews.clear();
        shop.commit("d1").check("extra").conclude("failure");
        shop.pull(7).thread("a.rs", 1, "why?");
    });
    std::fs::remove_file(setting.path("output")).unwrap();
    expect(10, &bare(&[]));
    assert_eq!(setting.outputs()["codes"], "approvals,check-failed,threads");
}

#[test]
fn lists_of_checks_keep_the_commas_of_a_matrix() {
    let setting = Setting::new();
    for list in [
        "lint,test (sqlite, local)",
        " lint , test (sqlite, local) ,",
        "lint\ntest (sqlite, local)\n",
        "lint\r\n  test (sqlite, local)\r\n\r\n",
    ] {
        assert_eq!(codes(&setting, 0, &["--checks", list]), "", "{list:?}");
        expect(0, &setting.check(&[]).env("SHIPLANE_CHECKS", list));
        setting.outputs();
    }
    assert_eq!(codes(&setting, 0, &["--checks", "lint", "--checks", "test (sqlite, local)"]), "");
    expect(10, &setting.check(&["--checks", "lint\na, b\n"]));
    assert_eq!(setting.outputs()["missing-checks"], "a, b");
    expect(10, &setting.check(&["--checks", "one, two (x, y), three"]));
    assert_eq!(setting.outputs()["missing-checks"], "one\ntwo (x, y)\nthree");
}

#[test]
fn lists_of_branches_part_at_commas_and_lines() {
    let setting = Setting::new();
    for list in ["main,feature/*", "main\nfeature/*\n", "main, \n feature/*"] {
        assert_eq!(codes(&setting, 0, &["--from", list]), "", "{list:?}");
    }
}

#[test]
fn the_gates_own_check_is_left_out_by_its_number() {
    let setting = Setting::new();
    let id = setting.github.edit(|world| {
        let gate = world.repo("example", "shop").commit("d1").check("Gate of the shop");
        gate.workflow("gate", 900).in_progress().id
    });
    std::fs::write(setting.path("shiplane.yml"), "branches: { develop: { approvals: 2 } }\n").unwrap();
    assert_eq!(codes(&setting, 10, &[]), "check-pending");
    assert_eq!(codes(&setting, 0, &["--check-run-id", &id.to_string()]), "");
}
