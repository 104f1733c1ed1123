//! The tables of ARCHITECTURE.md, read.

use xtask::tidy::architecture::read;

const TEXT: &str = "\
# A heading

| crate | does | never does | may import |
|---|---|---|---|
| `core` | decides | I/O | – |
| `tool` | composes | decides | `core`, `github` |

Text | with a bar.

| outsider | door | what for |
|---|---|---|
| `octocrab` | `github` | REST |
| `serde` | any | data |

| something | else |
|---|---|
| `x` | `y` |
";

fn names(names: &[&str]) -> std::collections::BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn both_tables_are_read_with_their_lines() {
    let tables = read(TEXT);
    assert_eq!(tables.imports.keys().collect::<Vec<_>>(), ["core", "tool"]);
    assert_eq!((tables.imports["core"].line, &tables.imports["core"].names), (5, &names(&[])));
    assert_eq!(
        (tables.imports["tool"].line, &tables.imports["tool"].names),
        (6, &names(&["core", "github"]))
    );
    assert_eq!(tables.doors.keys().collect::<Vec<_>>(), ["octocrab", "serde"]);
    assert!(tables.doors["serde"].is_any() && !tables.doors["octocrab"].is_any());
}

#[test]
fn a_table_of_something_else_is_not_taken_for_one_of_ours() {
    let tables = read("| something | else |\n|---|---|\n| `x` | `y` |\n");
    assert!(tables.imports.is_empty() && tables.doors.is_empty());
    assert!(!read(TEXT).doors.contains_key("x"), "a blank line ends a table");
}
