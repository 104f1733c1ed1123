//! Imports against the arrows, outsiders past their doors.

use std::collections::BTreeMap;

use xtask::tidy::architecture::{Tables, read};
use xtask::tidy::imports::{Crate, check};

const TABLES: &str = "\
| crate | does | never does | may import |
|---|---|---|---|
| `core` | decides | I/O | – |
| `github` | asks | decides | `core` |
| `tool` | composes | decides | `core`, `github` |

| outsider | door | what for |
|---|---|---|
| `octocrab` | `github` | REST |
| `serde` | any | data |
";

fn tables() -> Tables {
    read(TABLES)
}

fn a_crate(name: &str, ours: &[&str], theirs: &[&str]) -> (String, Crate) {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let manifest = format!("crates/{name}/Cargo.toml");
    (name.to_owned(), Crate { manifest, ours: owned(ours), theirs: owned(theirs) })
}

/// As the tables draw it.
fn house() -> BTreeMap<String, Crate> {
    BTreeMap::from([
        a_crate("core", &[], &["serde"]),
        a_crate("github", &["core"], &["octocrab", "serde"]),
        a_crate("tool", &["core", "github"], &[]),
    ])
}

/// The offences of a house in which one crate was changed.
fn offences(changed: (String, Crate)) -> Vec<String> {
    let mut crates = house();
    crates.insert(changed.0, changed.1);
    check(&tables(), &crates).iter().map(ToString::to_string).collect()
}

#[test]
fn a_house_as_drawn_is_tidy() {
    assert_eq!(check(&tables(), &house()), []);
}

#[test]
fn an_import_against_the_arrows_is_noticed_at_the_manifest() {
    assert_eq!(
        offences(a_crate("core", &["github"], &["serde"])),
        [
            "crates/core/Cargo.toml:1: core imports github, which ARCHITECTURE.md:3 does not allow; take the import out, \
          or change the drawing first"
        ]
    );
}

#[test]
fn an_arrow_that_is_drawn_and_not_there_is_noticed_at_the_table() {
    assert_eq!(
        offences(a_crate("tool", &["core"], &[])),
        ["ARCHITECTURE.md:5: tool does not import github; take it out of the row"]
    );
}

#[test]
fn an_outsider_past_its_door_is_noticed() {
    let found = offences(a_crate("tool", &["core", "github"], &["octocrab"]));
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("crates/tool/Cargo.toml:1: octocrab enters by tool, which ARCHITECTURE.md:9"),
        "{found:?}"
    );
}

#[test]
fn an_outsider_that_nobody_introduced_is_noticed() {
    let found = offences(a_crate("tool", &["core", "github"], &["left-pad"]));
    assert!(found[0].contains("left-pad enters by tool and is not in ARCHITECTURE.md"), "{found:?}");
}

#[test]
fn a_door_that_nobody_uses_is_noticed() {
    let found = offences(a_crate("github", &["core"], &["serde"]));
    assert_eq!(
        found,
        [
            "ARCHITECTURE.md:9: octocrab does not enter by github; take it out of the row",
            "ARCHITECTURE.md:9: nobody uses octocrab; take the row out",
        ]
    );
}

#[test]
fn a_crate_without_a_row_and_a_row_without_a_crate_are_noticed() {
    let found = offences(a_crate("stranger", &[], &[]));
    assert!(found[0].contains("the crate stranger is not in the table"), "{found:?}");
    let mut crates = house();
    crates.remove("tool");
    let found = check(&tables(), &crates);
    assert_eq!(found[0].to_string(), "ARCHITECTURE.md:5: there is no crate tool; take the row out");
}
