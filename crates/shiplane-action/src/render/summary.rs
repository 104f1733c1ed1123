//! The step summary: GitHub-flavoured Markdown, always under the runner's limit.

use std::cmp::Reverse;

use shiplane_core::report::{Drawing, Excerpt, Finding, Language, Level, Phase, Report};

use super::sign;

/// The runner drops a whole summary above 1 MiB (actions/runner, `CreateStepSummaryCommand`).
const SIZE_LIMIT: usize = 1024 * 1024;

/// Room for the closing line that says what was left out.
const RESERVE: usize = 512;

/// A table longer than this is not read to its end, and may not fit: what is wrong comes first.
const LONG_TABLE: usize = 200;

/// Heading with the verdict, a table of the rules, a table of the phases, what others wrote.
pub fn render(report: &Report, tool: &str, emoji: bool) -> String {
    page(report, tool, (emoji, SIZE_LIMIT))
}

/// The same within so many bytes, for places with a limit of their own.
pub fn within(report: &Report, tool: &str, limit: usize) -> String {
    page(report, tool, (true, limit))
}

fn page(report: &Report, tool: &str, (emoji, limit): (bool, usize)) -> String {
    let mut page = Page::new(limit.saturating_sub(RESERVE));
    page.add(&format!("## {tool}: {} {}\n\n", heading_sign(report, emoji), escape(&report.verdict.word)));
    page.add(&format!("{}\n\n", escape(&report.title)));
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    if findings.len() > LONG_TABLE {
        findings.sort_by_key(|finding| Reverse(finding.level));
    }
    page.table("| | Code | Fact |\n|---|---|---|\n", findings.into_iter().map(|it| rule_row(it, emoji)));
    page.table(
        "| | Phase | Seconds | |\n|---|---|--:|---|\n",
        report.phases.iter().map(|it| phase_row(it, emoji)),
    );
    for drawing in report.drawings.iter().filter(|drawing| !drawing.lines.is_empty()) {
        page.add(&fenced(drawing));
    }
    for excerpt in &report.excerpts {
        page.add(&folded(excerpt));
    }
    page.finish()
}

fn heading_sign(report: &Report, emoji: bool) -> &'static str {
    let worst = report.findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok);
    sign(if report.verdict.exit.code() >= 10 { Level::Fail } else { worst }, emoji)
}

fn rule_row(finding: &Finding, emoji: bool) -> String {
    let place = finding.spot().map_or(String::new(), |spot| format!(" ({})", escape(&spot)));
    let help = finding.help.as_ref().map_or(String::new(), |help| format!("<br>help: {}", escape(help)));
    let sign = sign(finding.level, emoji);
    format!("| {sign} | {} | {}{place}{help} |\n", escape(&finding.code), escape(&finding.fact))
}

fn phase_row(phase: &Phase, emoji: bool) -> String {
    let (sign, name, note) = (sign(phase.level, emoji), escape(&phase.name), escape(&phase.note));
    format!("| {sign} | {name} | {:.1} | {note} |\n", phase.seconds)
}

/// A fence that no line of the drawing can close.
fn fenced(drawing: &Drawing) -> String {
    let lines: String = drawing.lines.iter().map(|line| format!("{line}\n")).collect();
    let ticks = lines.split(|c| c != '`').map(str::len).max().unwrap_or_default().max(2);
    let fence = "`".repeat(ticks + 1);
    let language = match drawing.language {
        Language::Text => "text",
        Language::Mermaid => "mermaid",
        Language::Diff => "diff",
    };
    format!("### {}\n\n{fence}{language}\n{lines}{fence}\n\n", escape(&drawing.title))
}

fn folded(excerpt: &Excerpt) -> String {
    let lines: String = excerpt.lines.iter().map(|line| format!("{}\n", html(line))).collect();
    format!("<details><summary>{}</summary>\n\n<pre>\n{lines}</pre>\n</details>\n\n", html(&excerpt.title))
}

/// Text inside HTML. A blank line would end the block, so it keeps a space.
fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    if escaped.trim().is_empty() { "&nbsp;".to_owned() } else { escaped }
}

/// Text inside a Markdown table: nothing in it is markup, a mention or a link.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in html_or_empty(text).chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                escaped.push('\\');
                escaped.push(c);
            }
            // GitHub looks for mentions after the entities are read; an invisible space ends the mention.
            '@' => escaped.push_str("@&#8203;"),
            '\n' | '\r' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    // Bare addresses become links by these (GitHub Flavored Markdown, "Autolinks (extension)").
    escaped.replace("://", ":&#47;/").replace("www.", "www&#46;")
}

fn html_or_empty(text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { html(text) }
}

/// A text that never grows over its limit, and says what it had to leave out.
struct Page {
    text: String,
    limit: usize,
    left_out: usize,
}

impl Page {
    fn new(limit: usize) -> Self {
        Self { text: String::new(), limit, left_out: 0 }
    }

    fn add(&mut self, part: &str) {
        if self.text.len() + part.len() <= self.limit {
            self.text.push_str(part);
        } else {
            self.left_out += 1;
        }
    }

    fn table(&mut self, head: &str, rows: impl Iterator<Item = String>) {
        let mut rows = rows.peekable();
        if rows.peek().is_some() {
            self.add(head);
            rows.for_each(|row| self.add(&row));
            self.add("\n");
        }
    }

    fn finish(mut self) -> String {
        if self.left_out > 0 {
            self.text.push_str(&format!("\n{} parts left out: there is no room for them\n", self.left_out));
        }
        self.text
    }
}
