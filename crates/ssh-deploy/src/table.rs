//! Rows under a head, in columns as wide as they need to be.

use shiplane_core::foreign;
use shiplane_core::report::{Drawing, Language};

/// A wider cell is cut.
const WIDEST: usize = 48;

/// A table as a drawing; nothing in it is longer than a screen bears.
pub(crate) fn table(title: &str, head: &[&str], rows: &[Vec<String>]) -> Drawing {
    let clipped = |cell: &String| foreign::clip(&foreign::one_line(cell), WIDEST);
    let mut lines: Vec<Vec<String>> = vec![head.iter().map(|cell| (*cell).to_owned()).collect()];
    lines.extend(rows.iter().map(|row| row.iter().map(clipped).collect()));
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let text: Vec<String> = lines.iter().map(line).collect();
    Drawing::new(title, Language::Text, &text.join("\n"))
}
