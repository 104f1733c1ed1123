//! Runs that follow each other: one alert for an incident, one word when it is over.

use shiplane_core::deploy::Stamp;
use shiplane_core::duration::Span;
use shiplane_core::notify::Turn;
use shiplane_core::smoke::{AlertRule, Health, Memory, Past, Recalled, Standing, Vigilance, follow, recall};

/// A morning.
const START: u64 = 1_790_000_000_000;
const MINUTE: u64 = 60_000;

/// A run every half an hour: `g`ood, `b`ad, `u`nknown. What came of each, as `state turn`.
fn standing(runs: &str, vigilance: &Vigilance) -> Vec<Standing> {
    let mut recalled = Recalled::Nothing;
    let mut all = Vec::new();
    for (number, run) in (0..).zip(runs.chars()) {
        let health = match run {
            'g' => Health::Good,
            'b' => Health::Bad,
            'u' => Health::Unknown,
            other => panic!("no run is `{other}`"),
        };
        let seen = Past { at: Stamp(START + number * 30 * MINUTE), health };
        let next = follow(&recalled, "shop", seen, vigilance).unwrap();
        // Through the file's text, as in life.
        recalled = recall(&next.memory.text(), "shop");
        assert_eq!(recalled, Recalled::Known(next.memory.clone()));
        all.push(next);
    }
    all
}

fn turns(runs: &str, vigilance: &Vigilance) -> String {
    let word = |standing: &Standing| match standing.incident.turn {
        Turn::None => '.',
        Turn::Suspect => '?',
        Turn::Opened => 'O',
        Turn::Ongoing => '-',
        Turn::Reminder => 'R',
        Turn::Recovered => 'C',
        Turn::Flapping => 'F',
    };
    standing(runs, vigilance).iter().map(word).collect()
}

fn usual() -> Vigilance {
    Vigilance::default()
}

fn rule(text: &str, recover: u32) -> Vigilance {
    Vigilance { rule: text.parse().unwrap(), recover, ..usual() }
}

fn codes(standing: &Standing) -> Vec<&str> {
    standing.findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn one_alert_and_one_recovery_for_an_incident() {
    let table = [
        ("ggg", "..."),
        ("gbg", ".?."),
        ("b", "?"),
        ("bb", "?O"),
        ("gbb", ".?O"),
        ("gbgb", ".?.O"),
        ("gbggb", ".?..?"),
        ("gbbbbb", ".?O---"),
        ("gbbgg", ".?O-C"),
        ("gbbbggg", ".?O--C."),
        ("gbbgbgg", ".?O---C"),
        ("gbbggggggbb", ".?O-C....?O"),
        ("guu", ".?O"),
        ("gub", ".?O"),
        ("gug", ".?."),
    ];
    for (runs, expected) in table {
        assert_eq!(turns(runs, &usual()), expected, "{runs}");
    }
}

#[test]
fn the_rule_decides_how_many_and_of_how_many() {
    let table = [
        (rule("1", 1), "gbg", ".OC"),
        (rule("3", 1), "gbbgbbb", ".??.??O"),
        (rule("3 of 5", 1), "gbgbgb", ".?.?.O"),
        (rule("2/3", 3), "gbbggbggg", ".?O-----C"),
    ];
    for (vigilance, runs, expected) in table {
        let seen: String = turns(runs, &vigilance);
        assert_eq!(seen, expected, "{runs} {vigilance:?}");
    }
}

#[test]
fn the_rule_is_read_in_three_forms_and_nonsense_is_refused() {
    for (text, expected) in [("2 of 3", (2, 3)), ("2of3", (2, 3)), (" 2 / 3 ", (2, 3)), ("4", (4, 4))] {
        let rule: AlertRule = text.parse().unwrap();
        assert_eq!((rule.bad, rule.of), expected);
    }
    for text in
        ["", "0", "0 of 3", "4 of 3", "2 of 21", "-1 of 3", "two of three", "2 of", "of 3", "1 of 2 of 3"]
    {
        assert!(text.parse::<AlertRule>().unwrap_err().contains("is not a rule"), "{text}");
    }
}

#[test]
fn a_bad_run_is_a_flap_only_when_it_was_well_before() {
    let state = |runs| standing(runs, &usual()).last().unwrap().state.word();
    assert_eq!(state("g"), "healthy");
    let alone = standing("b", &usual());
    assert_eq!(format!("{:?}", alone[0].state), "Unproven");
    let after = standing("gb", &usual());
    assert_eq!(format!("{:?}", after[1].state), "Suspect");
    assert_eq!(codes(&after[1]), ["suspect"]);
    assert_eq!(state("gbb"), "incident");
    assert_eq!(state("gbbg"), "recovering");
    assert_eq!(state("gbbgg"), "healthy");
}

#[test]
fn the_recovery_tells_how_long_it_was() {
    let all = standing("gbbbggg", &usual());
    let over = &all[5];
    assert_eq!(over.incident.since, Some(Stamp(START + 30 * MINUTE)), "the first bad run");
    assert_eq!(over.incident.lasted, Some(Span::seconds(90 * 60)), "until the first good one");
    assert_eq!(over.incident.id, all[2].incident.id);
    assert!(!over.incident.id.is_empty() && over.incident.id.chars().all(|c| c.is_ascii_alphanumeric()));
    let fact = &over.findings[0].fact;
    assert_eq!(fact, &format!("incident {} is over after 1h30m", over.incident.id));
    assert!(all[6].incident.id.is_empty() && all[6].incident.since.is_none());
}

#[test]
fn a_reminder_comes_after_its_time_and_again() {
    let vigilance = Vigilance { remind: Some(Span::seconds(3600)), ..usual() };
    assert_eq!(turns("gbbbbbbb", &vigilance), ".?O-R-R-");
}

#[test]
fn what_changes_too_often_flaps_and_alerts_once() {
    let all = standing("gbgbgbgbgbgggggggggggg", &usual());
    let opened = all.iter().filter(|one| one.incident.turn == Turn::Opened).count();
    let over = all.iter().filter(|one| one.incident.turn == Turn::Recovered).count();
    assert_eq!((opened, over), (1, 1), "{}", turns("gbgbgbgbgbgggggggggggg", &usual()));
    assert!(all.iter().any(|one| codes(one).contains(&"flapping")));
    // With a rule that it never meets it is told once that it flaps, and no incident is opened.
    let calm = rule("3", 1);
    let told = turns("gbgbgbgbgg", &calm);
    assert_eq!((told.matches('F').count(), told.matches('O').count()), (1, 0), "{told}");
}

#[test]
fn a_late_schedule_is_told_with_its_numbers() {
    let vigilance = Vigilance { every: Some(Span::seconds(30 * 60)), ..usual() };
    let all = standing("ggg", &vigilance);
    assert!(all.iter().all(|one| !codes(one).contains(&"schedule-late")));
    let memory = all[2].memory.clone();
    for (minutes, late) in [(30, false), (45, false), (46, true), (600, true)] {
        let at = Stamp(START + (60 + minutes) * MINUTE);
        let seen = Past { at, health: Health::Good };
        let next = follow(&Recalled::Known(memory.clone()), "shop", seen, &vigilance).unwrap();
        assert_eq!(codes(&next).contains(&"schedule-late"), late, "{minutes} min");
        if minutes == 600 {
            assert_eq!(
                next.findings[0].fact,
                "the run before this one was 10h ago; one every 30m is expected"
            );
        }
    }
}

#[test]
fn runs_of_long_ago_say_nothing_about_now() {
    let memory = standing("gb", &usual())[1].memory.clone();
    let seen = Past { at: Stamp(START + 3 * 24 * 60 * MINUTE), health: Health::Bad };
    let next = follow(&Recalled::Known(memory), "shop", seen, &usual()).unwrap();
    assert_eq!(next.incident.turn, Turn::Suspect);
    assert_eq!(format!("{:?}", next.state), "Unproven");
}

#[test]
fn an_open_incident_is_not_forgotten_over_a_gap() {
    let memory = standing("gbb", &usual())[2].memory.clone();
    let seen = Past { at: Stamp(START + 3 * 24 * 60 * MINUTE), health: Health::Bad };
    let next = follow(&Recalled::Known(memory), "shop", seen, &usual()).unwrap();
    assert_eq!(next.incident.turn, Turn::Ongoing);
}

#[test]
fn runs_from_the_future_are_forgotten_and_told() {
    let memory = standing("gbb", &usual())[2].memory.clone();
    let seen = Past { at: Stamp(START - 24 * 60 * MINUTE), health: Health::Bad };
    let next = follow(&Recalled::Known(memory), "shop", seen, &usual()).unwrap();
    assert!(codes(&next).contains(&"state-from-future"));
    assert_eq!((next.incident.turn, next.memory.runs.len()), (Turn::Ongoing, 1));
    assert_eq!(next.incident.lasted, Some(Span::seconds(0)), "never below nothing");
    // Two machines whose clocks differ by a minute are no trouble.
    let memory = standing("gb", &usual())[1].memory.clone();
    let seen = Past { at: Stamp(START + 29 * MINUTE), health: Health::Bad };
    let next = follow(&Recalled::Known(memory), "shop", seen, &usual()).unwrap();
    assert_eq!((next.incident.turn, codes(&next).contains(&"state-from-future")), (Turn::Opened, false));
}

#[test]
fn what_is_remembered_stays_small() {
    let runs: String = "g".repeat(500);
    let memory = standing(&runs, &usual()).pop().unwrap().memory;
    assert_eq!(memory.runs.len(), 50);
    assert!(memory.text().len() < 10_000);
}

#[test]
fn a_file_that_is_no_memory_is_told_apart_from_somebody_elses() {
    let text = Memory::of("shop").text();
    assert!(matches!(recall(&text, "shop"), Recalled::Known(_)));
    assert!(matches!(recall("", "shop"), Recalled::Nothing));
    assert!(matches!(recall(" \n", "shop"), Recalled::Nothing));
    assert!(matches!(recall(&text, "other"), Recalled::Foreign(_)));
    assert!(matches!(recall(&text.replace("\"format\": 1", "\"format\": 2"), "shop"), Recalled::Foreign(_)));
    for broken in [
        &text[..text.len() / 2],
        "null",
        "[]",
        "7",
        "{}",
        "not json",
        &text.replace("\"runs\": []", "\"runs\": 7"),
        &text.replace("\"format\": 1", "\"format\": \"1\""),
        &text.replace("\"format\": 1,", ""),
        &text.replace("\"runs\": []", "\"runs\": [{\"at\":-1,\"health\":\"good\"}]"),
        &text.replace("\"runs\": []", "\"runs\": [{\"at\":1,\"health\":\"fine\"}]"),
        &"[".repeat(20_000),
    ] {
        assert!(matches!(recall(broken, "shop"), Recalled::Damaged(_)), "{:.60}", broken);
    }
}

#[test]
fn without_a_memory_nothing_is_decided_and_the_reason_is_told() {
    let seen = Past { at: Stamp(START), health: Health::Bad };
    for (recalled, code) in [
        (Recalled::Foreign("it is about `x`".to_owned()), "state-foreign"),
        (Recalled::Unreadable("permission denied".to_owned()), "state-unreadable"),
    ] {
        let findings = follow(&recalled, "shop", seen, &usual()).unwrap_err();
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].code, code);
    }
    let next = follow(&Recalled::Damaged("x".to_owned()), "shop", seen, &usual()).unwrap();
    assert_eq!(codes(&next), ["state-damaged", "suspect"]);
}
