//! The two tables of ARCHITECTURE.md that are checked: who may import whom, and by which door outsiders enter.

use std::collections::{BTreeMap, BTreeSet};

/// Where the tables stand.
pub const FILE: &str = "ARCHITECTURE.md";

/// The word for an outsider that every crate may use.
const ANY: &str = "any";

/// A row: its line and the names in its last column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Counted from 1.
    pub line: usize,
    /// Crates.
    pub names: BTreeSet<String>,
}

/// What the tables say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    /// Crate of ours -> crates of ours that it imports.
    pub imports: BTreeMap<String, Row>,
    /// Outsider -> crates of ours that import it.
    pub doors: BTreeMap<String, Row>,
}

impl Row {
    /// Whether every crate is meant.
    pub fn is_any(&self) -> bool {
        self.names.contains(ANY)
    }
}

/// Reads the table whose head ends with `may import` and the one whose head begins with `outsider`.
pub fn read(text: &str) -> Tables {
    let mut tables = Tables::default();
    let mut current = None;
    for (index, line) in text.lines().enumerate() {
        let cells = cells(line);
        match (cells.first().map(String::as_str), current) {
            (None, _) => current = None,
            (Some("crate"), _) => current = Some(Table::Imports),
            (Some("outsider"), _) => current = Some(Table::Doors),
            (Some(name), Some(table)) if !name.starts_with("--") => {
                let column = match table {
                    Table::Imports => cells.last(),
                    Table::Doors => cells.get(1),
                };
                let row = Row { line: index + 1, names: names(column.map_or("", String::as_str)) };
                let rows = match table {
                    Table::Imports => &mut tables.imports,
                    Table::Doors => &mut tables.doors,
                };
                rows.insert(name.to_owned(), row);
            }
            (Some(_), _) => {}
        }
    }
    tables
}

#[derive(Clone, Copy)]
enum Table {
    Imports,
    Doors,
}

/// The cells of a table's line, without the backticks; none for any other line.
fn cells(line: &str) -> Vec<String> {
    match line.trim().strip_prefix('|').and_then(|line| line.strip_suffix('|')) {
        Some(inner) => inner.split('|').map(|cell| cell.trim().replace('`', "")).collect(),
        None => Vec::new(),
    }
}

fn names(cell: &str) -> BTreeSet<String> {
    cell.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty() && *name != "–")
        .map(str::to_owned)
        .collect()
}
