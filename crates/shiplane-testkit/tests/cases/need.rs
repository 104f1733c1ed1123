//! A missing part is seen, and where everything must be there it is a failure.

use shiplane_testkit::need::{Missing, need};
use shiplane_testkit::process::Run;

#[test]
#[ignore = "run by the test below, in a process of its own"]
fn lacks_a_part() {
    let missing = Missing { what: "no keel".to_owned(), remedy: "apt-get install keel".to_owned() };
    assert_eq!(need("lacks_a_part", Err::<(), _>(missing)), None);
}

#[test]
fn a_missing_part_is_skipped_aloud_and_fails_in_ci() {
    let this = std::env::current_exe().unwrap();
    let run = Run::new(this).args(["--ignored", "--exact", "cases::need::lacks_a_part"]);
    let skipped = run.ok().unwrap();
    assert!(skipped.stderr.contains("SKIPPED lacks_a_part: no keel: apt-get install keel"), "{skipped}");
    run.env("CI", "true").run().unwrap().expect(101);
}
