//! The values of the contract: report, fault, exit codes, secrets, durations.

use proptest::prelude::{prop_assert_eq, proptest};
use shiplane_core::duration::Span;
use shiplane_core::exit::Exit;
use shiplane_core::fault::Fault;
use shiplane_core::report::{Excerpt, Finding, Level, Report, Verdict};
use shiplane_core::secret::Secret;

#[test]
fn the_exit_codes_are_the_contract() {
    assert_eq!(Exit::ALL.map(Exit::code), [0, 1, 2, 10, 11, 12]);
}

#[test]
fn codes_name_what_is_not_in_order_each_once_in_order() {
    let mut report = Report::new("t", Verdict::new("blocked", Exit::No));
    report.findings = vec![
        Finding::fail("b", "1"),
        Finding::ok("fine", "2"),
        Finding::warning("a", "3"),
        Finding::fail("b", "4"),
        Finding::unknown("c", "5"),
        Finding::pending("d", "6"),
    ];
    assert_eq!(report.codes(), ["b", "a", "c", "d"]);
}

#[test]
fn whatever_goes_into_a_report_is_one_harmless_line() {
    let hostile = "a\n::error::b ##[group]c";
    let report = Report::new(hostile, Verdict::new("no", Exit::No));
    let finding = Finding::fail("x", hostile).help(hostile).at(hostile, None);
    let fault = Fault::usage("x", hostile).help(hostile).at(hostile, Some(1));
    let excerpt = Excerpt::tail(hostile, hostile, 9);
    let texts = [
        report.title,
        finding.fact,
        finding.help.unwrap(),
        finding.place.unwrap().file,
        fault.fact,
        fault.help.unwrap(),
        fault.place.unwrap().file,
        excerpt.title,
    ];
    for text in texts.iter().chain(&excerpt.lines) {
        assert!(!text.contains('\n') && !text.contains("##[") && !text.starts_with("::"), "{text}");
    }
}

#[test]
fn a_spot_is_named_unless_the_fact_begins_with_it() {
    assert_eq!(Finding::fail("x", "wrong").at("a.yml", Some(3)).spot().as_deref(), Some("a.yml:3"));
    assert_eq!(Finding::fail("x", "wrong").at("a.yml", None).spot().as_deref(), Some("a.yml"));
    assert_eq!(Finding::fail("x", "a.yml:3:1: wrong").at("a.yml", Some(3)).spot(), None);
    assert_eq!(Finding::fail("x", "wrong").spot(), None);
}

#[test]
fn levels_go_from_harmless_to_final() {
    let ordered = [Level::Ok, Level::Warning, Level::Pending, Level::Unknown, Level::Fail];
    assert!(ordered.is_sorted());
}

#[test]
fn a_report_survives_json() {
    let mut report = Report::new("t", Verdict::new("restored", Exit::Restored));
    report.findings.push(Finding::fail("x", "y").help("z").at("f", Some(2)));
    report.output("version", "1.2.0");
    report.excerpts.push(Excerpt::tail("log", "a\nb", 5));
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
}

#[test]
fn a_fault_reads_as_its_fact() {
    let fault = Fault::could_not("host-unreachable", "no route to host").help("check the address");
    assert_eq!((fault.to_string().as_str(), fault.exit), ("no route to host", Exit::CouldNot));
}

#[test]
fn a_secret_shows_itself_to_nobody() {
    let secret = Secret::new("hunter2");
    assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "*** *** Some(***)");
    assert_eq!(secret.expose(), "hunter2");
}

#[test]
fn a_duration_is_a_number_and_a_unit() {
    for (text, millis) in
        [("500ms", 500), ("2s", 2000), ("2m", 120_000), ("1h", 3_600_000), ("30d", 2_592_000_000), ("0s", 0)]
    {
        assert_eq!(text.parse::<Span>().unwrap(), Span::millis(millis));
    }
    for text in
        ["", "2", "m", "-2m", "1.5h", "2 m", "2M", "2w", "99999999999999999999d", "18446744073709551615d"]
    {
        assert!(text.parse::<Span>().is_err(), "{text:?} was read");
    }
}

proptest! {
    #[test]
    fn a_duration_is_written_as_it_is_read(millis in 0..u64::MAX) {
        let span = Span::millis(millis);
        prop_assert_eq!(span.to_string().parse::<Span>().unwrap(), span);
    }
}
