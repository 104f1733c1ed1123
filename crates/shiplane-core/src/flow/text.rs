//! The flow as lines for a log: from, to, and what it takes, in columns.

use super::{Edge, Flow, Kind, Way};
use crate::foreign;

/// Names are cut here, so that one cannot push the columns apart.
const NAME_LIMIT: usize = 40;

/// A way, or a place without any.
struct Row {
    left: String,
    arrow: &'static str,
    right: String,
    words: String,
}

/// One line a way; places without any at the end.
pub fn text(flow: &Flow) -> String {
    let ways = flow.edges.iter().map(|edge| way(flow, edge));
    let is_alone = |at: &usize| !flow.edges.iter().any(|edge| edge.from == *at || edge.to == *at);
    let rows: Vec<Row> =
        ways.chain((0..flow.nodes.len()).filter(is_alone).map(|at| alone(flow, at))).collect();
    let width = |side: fn(&Row) -> &String| {
        rows.iter().map(|row| side(row).chars().count()).max().unwrap_or_default()
    };
    let (left, right) = (width(|row| &row.left), width(|row| &row.right));
    let line = |row: &Row| {
        let line = format!("{:left$} {:3} {:right$}  {}", row.left, row.arrow, row.right, row.words);
        format!("{}\n", line.trim_end())
    };
    rows.iter().map(line).collect()
}

fn way(flow: &Flow, edge: &Edge) -> Row {
    // A way back is read from where it ends, so that the line stands below the way there.
    let (left, arrow, right) = match edge.way {
        Way::Forward => (edge.from, "-->", edge.to),
        Way::Back => (edge.to, "<--", edge.from),
    };
    let words = foreign::one_line(&edge.label.join(", "));
    Row { left: name(flow, left), arrow, right: name(flow, right), words }
}

fn alone(flow: &Flow, at: usize) -> Row {
    let words = match flow.nodes.get(at).map(|node| node.kind) {
        Some(Kind::Environment) => "deployed from no branch that the config names",
        Some(Kind::Branch | Kind::Probes) | None => "",
    };
    Row { left: name(flow, at), arrow: "", right: String::new(), words: words.to_owned() }
}

fn name(flow: &Flow, at: usize) -> String {
    let name = flow.nodes.get(at).map(|node| node.name.as_str()).unwrap_or_default();
    foreign::clip(&foreign::one_line(name), NAME_LIMIT)
}
