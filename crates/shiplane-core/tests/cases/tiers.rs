//! Tiers: from the config's axes to jobs, and what an axis may not be.

use shiplane_core::config::{Tier, parse};
use shiplane_core::exit::Exit;
use shiplane_core::tiers::{Cell, jobs};

/// A tier from what stands below its name in the config.
fn tier(body: &str) -> Tier {
    parse(&format!("tiers:\n  full: {body}\n")).unwrap().tiers["full"].clone()
}

fn json(body: &str) -> String {
    serde_json::to_string(&jobs("full", &tier(body)).unwrap()).unwrap()
}

fn names(body: &str) -> Vec<String> {
    jobs("full", &tier(body)).unwrap().include.iter().map(Cell::name).collect()
}

/// The error of the config or of the expansion, as `code: fact — help`.
fn refused(body: &str) -> String {
    let text = format!("tiers:\n  full: {body}\n");
    let fault = match parse(&text) {
        Err(error) => error.into_fault("shiplane.yml"),
        Ok(config) => jobs("full", &config.tiers["full"]).unwrap_err(),
    };
    assert_eq!(fault.exit, Exit::Usage);
    format!("{}: {} — {}", fault.code, fault.fact, fault.help.unwrap_or_default())
}

#[test]
fn the_fast_tier_is_two_jobs_and_the_full_one_is_four() {
    assert_eq!(
        json("{ matrix: { database: [sqlite], storage: [local, s3] } }"),
        r#"{"include":[{"database":"sqlite","storage":"local"},{"database":"sqlite","storage":"s3"}]}"#
    );
    assert_eq!(
        names("{ matrix: { database: [sqlite, postgres], storage: [local, s3] } }"),
        ["(sqlite, local)", "(sqlite, s3)", "(postgres, local)", "(postgres, s3)"]
    );
}

#[test]
fn axes_and_values_keep_the_order_of_the_file() {
    assert_eq!(
        json("{ matrix: { z: [b, a], a: [x] } }"),
        r#"{"include":[{"z":"b","a":"x"},{"z":"a","a":"x"}]}"#
    );
}

#[test]
fn a_version_stays_as_it_is_written() {
    assert_eq!(names("{ matrix: { python: ['3.9', 3.10, \"3.12\"] } }"), ["(3.9)", "(3.10)", "(3.12)"]);
    assert_eq!(json("{ matrix: { python: [3.10] } }"), r#"{"include":[{"python":"3.10"}]}"#);
}

#[test]
fn a_partial_combination_takes_out_every_job_that_it_fits() {
    let matrix = "matrix: { db: [sqlite, postgres], store: [local, s3], py: ['3.9', '3.12'] }";
    assert_eq!(names(&format!("{{ {matrix}, exclude: [{{ db: sqlite, store: s3 }}] }}")).len(), 6);
    assert_eq!(
        names(&format!("{{ {matrix}, exclude: [{{ db: sqlite }}, {{ py: 3.12 }}] }}")),
        ["(postgres, local, 3.9)", "(postgres, s3, 3.9)"]
    );
}

#[test]
fn a_tier_without_a_matrix_has_no_jobs() {
    assert_eq!(json("{ budget: 15m }"), r#"{"include":[]}"#);
}

#[test]
fn an_exclusion_that_fits_nothing_is_refused() {
    let matrix = "matrix: { db: [sqlite, postgres] }";
    assert_eq!(
        refused(&format!("{{ {matrix}, exclude: [{{ os: linux }}] }}")),
        "exclude-unknown: `tiers.full.exclude[0]` names axis `os`, which the matrix does not have — known are: db"
    );
    assert_eq!(
        refused(&format!("{{ {matrix}, exclude: [{{ db: sqlite }}, {{ db: mysql }}] }}")),
        "exclude-unknown: `tiers.full.exclude[1]` names `mysql`, which is no value of axis `db` — \
         known are: sqlite, postgres"
    );
    assert!(refused(&format!("{{ {matrix}, exclude: [{{}}] }}")).starts_with("exclude-empty: "));
    assert!(
        refused(&format!("{{ {matrix}, exclude: [{{ db: sqlite }}, {{ db: postgres }}] }}"))
            .starts_with("matrix-empty: `tiers.full.exclude` leaves no job")
    );
}

#[test]
fn more_jobs_than_github_runs_are_refused_and_the_last_that_fits_is_not() {
    let axis = |name: &str, count: usize| {
        let values: Vec<String> = (0..count).map(|n| format!("v{n}")).collect();
        format!("{name}: [{}]", values.join(", "))
    };
    assert_eq!(names(&format!("{{ matrix: {{ {}, {} }} }}", axis("a", 16), axis("b", 16))).len(), 256);
    let many = refused(&format!("{{ matrix: {{ {} }} }}", axis("a", 257)));
    assert!(many.starts_with("matrix-too-large: the matrix of tier `full` makes 257 jobs; "), "{many}");
    let excluded = format!("{{ matrix: {{ {} }}, exclude: [{{ a: v0 }}] }}", axis("a", 257));
    assert_eq!(names(&excluded).len(), 256);
    let axes: Vec<String> = (0..60).map(|n| axis(&format!("axis{n}"), 9)).collect();
    let huge = refused(&format!("{{ matrix: {{ {} }} }}", axes.join(", ")));
    assert!(huge.contains("makes more than 65536 combinations"), "{huge}");
}

#[test]
fn an_axis_that_cannot_be_one_is_pointed_at() {
    for (body, wanted) in [
        (
            "{ matrix: { db: [] } }",
            "shiplane.yml:2:25: tiers.full.matrix.db: an axis needs at least one value",
        ),
        (
            "{ matrix: { db: ~ } }",
            "shiplane.yml:2:25: tiers.full.matrix.db: an axis needs at least one value",
        ),
        ("{ matrix: { db: [a, b, a] } }", "tiers.full.matrix.db: the value `a` is there twice"),
        ("{ matrix: { 3db: [a] } }", "shiplane.yml:2:21: tiers.full.matrix: `3db` is no name of an axis"),
        ("{ matrix: { 'a b': [a] } }", "`a b` is no name of an axis"),
        ("{ matrix: { 'a}}': [a] } }", "`a}}` is no name of an axis"),
        ("{ matrix: { OS: [a], os: [b] } }", "tiers.full.matrix: axis `os` is there twice"),
        ("{ matrix: { exclude: [a] } }", "`exclude` is no axis; `exclude` stands beside `matrix`"),
        ("{ matrix: { db: [~] } }", "tiers.full.matrix.db[0]: "),
        ("{ matrix: { db: sqlite } }", "tiers.full.matrix.db: "),
        ("{ matrix: [sqlite] }", "tiers.full.matrix: "),
    ] {
        let told = refused(body);
        assert!(told.starts_with("config: ") && told.contains(wanted), "{body}: {told}");
    }
}
