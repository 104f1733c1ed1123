//! Rows under a head, in columns as wide as they need to be.

use shiplane_core::foreign;
use shiplane_core::report::Drawing;

/// A wider cell is cut.
const WIDEST: usize = 48;

/// A table as a drawing; nothing in it is longer than a screen bears.
pub(crate) fn table(title: &str, head: &[&str], rows: &[Vec<String>]) -> Drawing {
    let clipped = |cell: &String| foreign::clip(&foreign::one_line(cell), WIDEST);
    let mut lines: Vec<Vec<String>> = vec![head.iter().map(|cell| (*cell).to_owned()).collect()];
    lines.extend(rows.iter().map(|row| row.iter().map(clipped).collect()));
    Drawing::columns(title, &lines)
}
