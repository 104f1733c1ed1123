//! Lists of endpoints: what is read, what is refused, and how much of it is told.

use std::collections::BTreeMap;

use proptest::prelude::*;
use shiplane_core::report::{Finding, Level};
use shiplane_core::smoke::endpoints::{Coverage, Endpoint, Failing, SHOWN, parse};

fn read(text: &str) -> Vec<(String, String, String, u64)> {
    let told = |one: Endpoint| (one.method, one.path, one.status.to_string(), one.line);
    parse("paths.txt", text.as_bytes()).unwrap().into_iter().map(told).collect()
}

fn refused(bytes: &[u8]) -> String {
    let fault = parse("paths.txt", bytes).unwrap_err();
    format!("{}: {}", fault.code, fault.fact)
}

#[test]
fn lines_are_read_as_people_write_them() {
    let text = "\u{feff}# orders\r\n\r\nGET /orders 200\r\n\t/health\t204,301-308  # up?\npost /orders?x=%20y 201\n/ü\nHEAD /";
    let own = |method: &str, path: &str, status: &str, line| {
        (method.to_owned(), path.to_owned(), status.to_owned(), line)
    };
    let expected = [
        own("GET", "/orders", "200", 3),
        own("GET", "/health", "204, 301-308", 4),
        own("POST", "/orders?x=%20y", "201", 5),
        own("GET", "/ü", "200-299", 6),
        own("HEAD", "/", "200-299", 7),
    ];
    assert_eq!(read(text), expected);
}

#[test]
fn the_same_line_twice_is_one_endpoint_and_a_contradiction_is_refused() {
    assert_eq!(read("/a\nGET /a\n/b\n/a\n").len(), 2);
    let told = refused(b"/a 200\n/a 404\n");
    assert_eq!(told, "endpoint-invalid: paths.txt line 2: GET /a stands in line 1 with another status");
}

#[test]
fn what_leads_elsewhere_or_makes_no_sense_is_refused_with_its_line() {
    let wrong: [(&[u8], &str); 12] = [
        (b"\n# nothing\n", "names no endpoint"),
        (b"/a\n//evil.example/x\n", "line 2: `//evil.example/x` begins with two slashes"),
        (b"http://evil.example/x\n", "line 1: `http://evil.example/x` is a whole address"),
        (b"GET https://evil.example/x\n", "is a whole address"),
        (b"/a/../../admin\n", "leads out of the address"),
        (b"/a\\..\\b\n", "leads out of the address"),
        (b"FETCH /a\n", "`FETCH` is neither a method nor a path"),
        (b"GET\n", "there is no path"),
        (b"/a 2xx\n", "`2xx` is not a status"),
        (b"GET /a 200 now\n", "`now` is one word too many"),
        (b"/a\x00b\n", "control character"),
        (b"/a\xff\n", "not UTF-8"),
    ];
    for (bytes, told) in wrong {
        let found = refused(bytes);
        assert!(found.contains(told), "{found}");
    }
    assert!(refused("/x".repeat(3000).as_bytes()).contains("longer than 4096 bytes"));
    let many: String = (0..100_001).map(|number| format!("/{number}\n")).collect();
    assert!(refused(many.as_bytes()).contains("longer than 100000"));
}

fn coverage(failing: usize, level: Level) -> Coverage {
    let one = |number: usize| Failing {
        method: "GET".to_owned(),
        path: format!("/orders/{number}"),
        line: u64::try_from(number).unwrap() + 1,
        findings: vec![Finding { level, ..Finding::fail("wrong-status", "status 404, expected 200-299") }],
    };
    let failed = u64::try_from(failing).unwrap();
    Coverage {
        file: "paths.txt".to_owned(),
        declared: 200,
        right: 200 - failed,
        not_asked: 0,
        failing: (0..failing.min(SHOWN)).map(one).collect(),
        classes: BTreeMap::from([("status 404".to_owned(), failed)]),
    }
}

#[test]
fn coverage_is_told_and_so_is_each_that_fails_up_to_a_bound() {
    assert!(coverage(0, Level::Fail).findings().is_empty());
    let findings = coverage(2, Level::Fail).findings();
    assert_eq!(findings[0].code, "endpoints-failing");
    assert_eq!(findings[0].fact, "198 of 200 declared endpoints answer as expected; status 404: 2");
    assert_eq!(findings[1].fact, "GET /orders/0: status 404, expected 200-299");
    assert_eq!(findings[1].spot().unwrap(), "paths.txt:1");
    let many = coverage(150, Level::Fail).findings();
    assert_eq!(many.len(), SHOWN + 1);
    assert!(many[0].fact.contains("status 404: 150; the first 20 that fail follow"), "{}", many[0].fact);
    assert!(coverage(3, Level::Unknown).findings().iter().all(|finding| finding.level == Level::Unknown));
}

proptest! {
    #[test]
    fn no_list_is_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(endpoints) = parse("paths.txt", &bytes) {
            prop_assert!(endpoints.iter().all(|one| one.path.starts_with('/') && !one.path.starts_with("//")));
        }
    }
}
