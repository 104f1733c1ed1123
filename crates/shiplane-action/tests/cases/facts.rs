//! Facts: recorded once, decided from again.

use std::fs;

use super::sample::sample;

#[test]
fn a_recorded_run_is_decided_again_from_its_record() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("facts.json");
    let path = path.to_str().unwrap();
    let first = sample(&["--base", "main", "--save-facts", path]).env("SHIPLANE_TOKEN", "s3cret").run();
    assert_eq!(first.code, 0, "{first:?}");
    assert!(!fs::read_to_string(path).unwrap().contains("s3cret"));
    let again = sample(&["--base", "other", "--facts", path]).run();
    assert_eq!(again.seen(), first.seen());
}

#[test]
fn a_record_that_cannot_be_read_is_asked_wrongly() {
    let missing = sample(&["--base", "main", "--facts", "none.json"]).run();
    assert_eq!((missing.code, missing.outputs["codes"].as_str()), (2, "facts-unreadable"));
    let broken = sample(&["--base", "main", "--facts", "bad.json"]).file("bad.json", "{\"a\": [1,\n").run();
    assert_eq!(broken.code, 2);
    assert!(broken.stdout.contains("line 1"), "{}", broken.stdout);
}

#[test]
fn reading_and_recording_at_once_is_asked_wrongly() {
    let left = sample(&["--base", "main", "--facts", "a", "--save-facts", "b"]).run();
    assert_eq!((left.code, left.outputs["codes"].as_str()), (2, "usage"));
}

#[test]
fn a_record_that_cannot_be_written_says_where() {
    let left = sample(&["--base", "main", "--save-facts", "missing/facts.json"]).run();
    assert_eq!(left.code, 1);
    assert!(left.stdout.contains("write facts to missing/facts.json"), "{}", left.stdout);
}
