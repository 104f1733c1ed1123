//! The report as text, for the log and the terminal.

use shiplane_core::report::{Drawing, Excerpt, Finding, Level, Report};

use super::sign;

/// How the text is written.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Emoji, or words in their place.
    pub emoji: bool,
    /// Passed rules too.
    pub verbose: bool,
    /// Excerpts fold into log groups.
    pub groups: bool,
}

/// Answer first, then every reason, then what others wrote, then the durations.
pub fn render(report: &Report, tool: &str, style: Style) -> String {
    let mut text = format!("{tool}: {} — {}\n", report.verdict.word, report.title);
    let (passed, rest): (Vec<&Finding>, Vec<&Finding>) =
        report.findings.iter().partition(|finding| finding.level == Level::Ok);
    // What passed is worth reading when it is all there is, and noise between the reasons when it is not.
    let all = style.verbose || rest.is_empty();
    for finding in report.findings.iter().filter(|finding| all || finding.level != Level::Ok) {
        text.push_str(&reason(finding, style));
    }
    if let (false, passed @ 1..) = (all, passed.len()) {
        let noun = if passed == 1 { "rule is" } else { "rules are" };
        text.push_str(&format!("  {} {passed} {noun} in order\n", sign(Level::Ok, style.emoji)));
    }
    for drawing in report.drawings.iter().filter(|drawing| !drawing.lines.is_empty()) {
        text.push_str(&drawn(drawing));
    }
    for excerpt in &report.excerpts {
        text.push_str(&quoted(excerpt, style));
    }
    if style.verbose {
        for phase in &report.phases {
            let sign = sign(phase.level, style.emoji);
            text.push_str(&format!("  {sign} {} {:.1} s {}\n", phase.name, phase.seconds, phase.note));
        }
    }
    text
}

fn reason(finding: &Finding, style: Style) -> String {
    let place = finding.spot().map_or(String::new(), |spot| format!(" ({spot})"));
    let help = finding.help.as_ref().map_or(String::new(), |help| format!("     help: {help}\n"));
    format!("  {} {}: {}{place}\n{help}", sign(finding.level, style.emoji), finding.code, finding.fact)
}

/// As it is, so that it can be taken from the screen.
fn drawn(drawing: &Drawing) -> String {
    let body: String = drawing.lines.iter().map(|line| format!("{line}\n")).collect();
    format!("\n{}:\n{body}", drawing.title)
}

/// Foreign lines stand behind a bar, so that none of them begins a line of the log.
fn quoted(excerpt: &Excerpt, style: Style) -> String {
    let body: String = excerpt.lines.iter().map(|line| format!("  | {line}\n")).collect();
    if style.groups {
        format!("::group::{}\n{body}::endgroup::\n", super::annotations::escape_data(&excerpt.title))
    } else {
        format!("  {}\n{body}", excerpt.title)
    }
}
