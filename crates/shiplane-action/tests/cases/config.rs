//! The config file: where it is looked for, and what an error in it looks like.

use super::sample::{sample, step};

const CONFIG: &str = ".github/shiplane.yml";

#[test]
fn the_file_of_the_checkout_is_read_and_need_not_be_there() {
    let left = step(&[]).file(CONFIG, "project: shop\n").run();
    assert_eq!(left.outputs["project"], "shop");
    assert_eq!(step(&[]).run().outputs["project"], "");
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let left = step(&[("SHIPLANE_CONFIG", "other.yml")]).file(CONFIG, "project: shop\n").run();
    assert_eq!((left.code, left.outputs["codes"].as_str()), (2, "config-unreadable"));
    assert!(left.stdout.contains("other.yml"), "{}", left.stdout);
}

#[test]
fn the_checkout_is_where_the_runner_says() {
    let sample = step(&[]).file("work/.github/shiplane.yml", "project: shop\n");
    assert_eq!(sample.env("GITHUB_WORKSPACE", "work").run().outputs["project"], "shop");
}

#[test]
fn an_error_names_file_line_column_path_and_the_nearest_key() {
    let left = sample(&["--base", "main"]).file(CONFIG, "branches:\n  main:\n    aprovals: 2\n").run();
    assert_eq!((left.code, left.outputs["codes"].as_str()), (2, "config"));
    assert!(
        left.stdout.contains(".github/shiplane.yml:3:5: branches.main: unknown key `aprovals`"),
        "{}",
        left.stdout
    );
    assert!(left.stdout.contains("help: did you mean `approvals`?"), "{}", left.stdout);
}

#[test]
fn in_actions_the_error_stands_at_its_line_of_the_file() {
    let left = step(&[]).file(CONFIG, "branches:\n  main:\n    aprovals: 2\n").run();
    let wanted = "::error title=config,file=.github/shiplane.yml,line=3::";
    assert!(left.stdout.lines().any(|line| line.starts_with(wanted)), "{}", left.stdout);
}
