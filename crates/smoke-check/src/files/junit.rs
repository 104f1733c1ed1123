//! JUnit XML, in the form that Jenkins, GitLab and the test reporters for GitHub read.

use std::time::{SystemTime, UNIX_EPOCH};

use shiplane_core::gate::time::Time;
use shiplane_core::report::{Level, Report};

use super::{Case, Ending};

/// Cases that are written.
const MOST: usize = 5000;

/// One suite with every case.
pub(super) fn render(report: &Report, cases: &[Case]) -> String {
    let cases = cases.get(..MOST).unwrap_or(cases);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = Time::from_seconds(i64::try_from(since.as_secs()).unwrap_or(0)).to_string();
    let count = |kind: fn(&Ending) -> bool| cases.iter().filter(|case| kind(&case.ending)).count();
    let failures = count(|ending| matches!(ending, Ending::Failed { .. }));
    let errors = count(|ending| matches!(ending, Ending::Unknown { .. }));
    let seconds: f64 = cases.iter().map(|case| case.seconds).fold(0.0, f64::max);
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let totals = format!(
        "tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{seconds:.3}\"",
        cases.len()
    );
    xml.push_str(&format!("<testsuites name=\"smoke-check\" {totals}>\n"));
    // An offset from UTC stands in no schema of this form.
    let timestamp = now.trim_end_matches('Z');
    xml.push_str(&format!(
        "  <testsuite id=\"0\" package=\"smoke-check\" name=\"{}\" timestamp=\"{timestamp}\" hostname=\"localhost\" skipped=\"0\" {totals}>\n",
        escape(&report.title)
    ));
    xml.push_str("    <properties>\n");
    let verdict = [("verdict", report.verdict.word.as_str())];
    let outputs = report.outputs.iter().filter(|(_, value)| !value.is_empty());
    for (name, value) in
        verdict.into_iter().chain(outputs.map(|(name, value)| (name.as_str(), value.as_str())))
    {
        xml.push_str(&property(name, value, "      "));
    }
    xml.push_str("    </properties>\n");
    cases.iter().for_each(|case| xml.push_str(&self::case(case)));
    let warnings = report.findings.iter().filter(|finding| finding.level == Level::Warning);
    let warnings: Vec<String> =
        warnings.map(|finding| format!("warning: {}: {}", finding.code, finding.fact)).collect();
    xml.push_str(&format!("    <system-out>{}</system-out>\n", escape(&warnings.join("\n"))));
    xml.push_str("    <system-err></system-err>\n  </testsuite>\n</testsuites>\n");
    xml
}

fn case(case: &Case) -> String {
    let Case { name, class, seconds, ending, properties, output } = case;
    let mut xml = format!(
        "    <testcase name=\"{}\" classname=\"{}\" time=\"{seconds:.3}\">\n",
        escape(name),
        escape(class)
    );
    let element = |tag: &str, kind: &str, message: &str, text: &str| {
        let (kind, message, text) = (escape(kind), escape(message), escape(text));
        format!("      <{tag} message=\"{message}\" type=\"{kind}\">{text}</{tag}>\n")
    };
    xml.push_str(&match ending {
        Ending::Passed => String::new(),
        Ending::Failed { kind, message, text } => element("failure", kind, message, text),
        Ending::Unknown { kind, message, text } => element("error", kind, message, text),
    });
    let known = properties.iter().map(|(name, value)| format!("{name}: {value}"));
    let said = Some(output.clone()).filter(|output| !output.is_empty());
    let lines: Vec<String> = known.chain(said).collect();
    if !lines.is_empty() {
        xml.push_str(&format!("      <system-out>{}</system-out>\n", escape(&lines.join("\n"))));
    }
    xml.push_str("    </testcase>\n");
    xml
}

fn property(name: &str, value: &str, indent: &str) -> String {
    format!("{indent}<property name=\"{}\" value=\"{}\"/>\n", escape(name), escape(value))
}

/// Text in an element or an attribute. XML 1.0 has no way to write most controls ("Characters", production 2).
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
