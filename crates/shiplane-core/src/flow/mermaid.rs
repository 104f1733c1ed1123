//! The flow as a Mermaid flowchart. Names are others' words: nothing in a label can end it or be read as markup.

use super::{Edge, Flow, Kind, Node, Way};
use crate::foreign;

/// A line of a report is cut at 500 characters, and a flowchart with a cut line is none.
const LABEL_LIMIT: usize = 400;

/// A part of a label is cut to the first of these at which the whole of it fits.
const PART_LIMITS: [usize; 4] = [80, 40, 20, 8];

/// The flowchart, one line each for what there is and for the ways between.
pub fn mermaid(flow: &Flow) -> String {
    let nodes = flow.nodes.iter().enumerate().map(|(at, node)| drawn_node(at, node));
    let edges = flow.edges.iter().map(drawn_edge);
    let lines: String = nodes.chain(edges).map(|line| format!("  {line}\n")).collect();
    format!("flowchart LR\n{lines}")
}

fn drawn_node(at: usize, node: &Node) -> String {
    let label = label(std::slice::from_ref(&node.name));
    let id = id(at);
    match node.kind {
        Kind::Branch => format!("{id}[\"{label}\"]"),
        Kind::Environment => format!("{id}([\"{label}\"])"),
        Kind::Probes => format!("{id}{{{{\"{label}\"}}}}"),
    }
}

fn drawn_edge(edge: &Edge) -> String {
    let arrow = match edge.way {
        Way::Forward => "-->",
        Way::Back => "-.->",
    };
    format!("{} {arrow}|\"{}\"| {}", id(edge.from), label(&edge.label), id(edge.to))
}

/// A name of ours: some words, such as `end`, are Mermaid's own.
fn id(at: usize) -> String {
    format!("n{}", at + 1)
}

fn label(parts: &[String]) -> String {
    let at = |limit| {
        let parts: Vec<String> = parts.iter().map(|part| escaped(&foreign::clip(part, limit))).collect();
        parts.join("<br/>")
    };
    let mut labels = PART_LIMITS.into_iter().map(at);
    labels.find(|label| label.chars().count() <= LABEL_LIMIT).unwrap_or_else(|| "…".to_owned())
}

/// Anything but letters, digits and harmless signs as an entity code (Mermaid docs, "Entity codes to escape
/// characters"). A `%` could open a directive, and a label is read as Markdown before its codes are. Before all that,
/// Mermaid looks for `style…:…#…;`, so a colon stays only before a space.
fn escaped(text: &str) -> String {
    let text = foreign::one_line(text);
    if text.trim().is_empty() {
        // Mermaid refuses an empty label.
        return "(blank)".to_owned();
    }
    let mut escaped = String::with_capacity(text.len());
    let mut following = text.chars().skip(1);
    let mut inside_word = false;
    for c in text.chars() {
        let next = following.next();
        let is_plain = match c {
            ' ' | ',' | '/' | '(' | ')' | '…' => true,
            // At the start, or after a number there, these would begin a list.
            '.' | '-' => inside_word,
            ':' => next == Some(' '),
            c => c.is_alphanumeric(),
        };
        inside_word |= c.is_alphabetic();
        if is_plain {
            escaped.push(c);
        } else {
            escaped.push_str(&format!("#{};", u32::from(c)));
        }
    }
    escaped
}
