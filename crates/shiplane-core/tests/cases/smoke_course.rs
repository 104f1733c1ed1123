//! How waiting went, told in a few words, and what must not have happened between two right answers.

use shiplane_core::duration::Span;
use shiplane_core::report::Finding;
use shiplane_core::smoke::{
    Answer, Course, Expectation, Failure, FailureKind, Observed, Timings, Young, class, conclude,
    many_failures,
};

fn told(classes: &[(&str, u32)]) -> String {
    let mut course = Course::default();
    for (class, count) in classes {
        (0..*count).for_each(|_| course.add(class));
    }
    course.told().unwrap_or_default()
}

#[test]
fn stretches_are_told_in_the_order_of_time() {
    assert_eq!(told(&[]), "");
    assert_eq!(told(&[("refused", 14), ("status 503", 6)]), "refused 14 times, then status 503 6 times");
    assert_eq!(told(&[("timed out", 1), ("right", 2)]), "timed out once, then right 2 times");
}

#[test]
fn what_changes_again_and_again_is_told_as_sums_that_add_up() {
    let turns: Vec<(&str, u32)> = [("refused", 1), ("right", 2)].into_iter().cycle().take(40).collect();
    assert_eq!(told(&turns), "refused 20 times, right 40 times by turns");
    let names: Vec<String> = (0..50).map(|number| format!("version {number}")).collect();
    let many: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let told = told(&many);
    assert!(told.contains("something else 42 times") && told.len() < 300, "{told}");
}

#[test]
fn a_class_names_the_point_at_which_it_failed() {
    let failed = |reason| {
        let failure = Failure { reason, detail: "x 1234".to_owned(), timings: Timings::default() };
        class(&Answer::Failed(failure), &[Finding::fail("x", "y")])
    };
    assert_eq!(failed(FailureKind::Refused), "refused");
    assert_eq!(failed(FailureKind::Unreachable), "not reachable");
    let answer = answered();
    assert_eq!(class(&answer, &[]), "right");
    let old = Finding::fail("wrong-version", "version 1.2.2 answers, expected 1.2.3");
    assert_eq!(class(&answer, &[old]), "version 1.2.2");
    assert_eq!(class(&answer, &[Finding::fail("wrong-json", "JSON value `/a` is missing")]), "wrong json");
}

#[test]
fn right_for_too_short_a_time_is_not_ready_and_late_is_worth_a_warning() {
    let failure =
        Failure { reason: FailureKind::Refused, detail: "x".to_owned(), timings: Timings::default() };
    let mut observed = Observed { tries: 20, failed: 12, ..Observed::default() };
    (0..12).for_each(|_| observed.course.add("refused"));
    assert!(many_failures(None, &observed).is_none() && many_failures(Some(12), &observed).is_none());
    let warning = many_failures(Some(11), &observed).unwrap();
    assert_eq!(warning.fact, "ready only after 12 failed tries, more than 11: refused 12 times");
    observed.answers = vec![Answer::Failed(failure)];
    assert_eq!(conclude(&Expectation::default(), 1, &observed)[0].code, "refused");
    let young = Young { right: Span::millis(800), wanted: Span::seconds(2) };
    observed.answers = vec![answered()];
    observed.too_young = Some(young);
    let findings = conclude(&Expectation::default(), 1, &observed);
    assert_eq!(findings[0].fact, "right for 800ms when time was up, expected for 2s");
}

fn answered() -> Answer {
    serde_json::from_value(serde_json::json!({
        "kind": "answered", "url": "http://192.0.2.1/", "status": 200, "headers": [], "body": "", "utf8": true,
        "timings": { "total_ms": 1.0 },
    }))
    .unwrap()
}
