//! The version in any file, behind a pattern with one pair of parentheses.

use regex_lite::RegexBuilder;

use super::{Problem, Spot, spot};

/// Where the parentheses match; each match is a candidate.
pub(super) fn find(text: &str, pattern: &str) -> Result<Vec<Spot>, Problem> {
    let built = RegexBuilder::new(pattern).multi_line(true).crlf(true).build();
    let pattern = built.map_err(|error| Problem::Pattern(error.to_string()))?;
    if pattern.captures_len() != 2 {
        let count = pattern.captures_len().saturating_sub(1);
        return Err(Problem::Pattern(format!("it has {count} pairs of parentheses that capture")));
    }
    let found = pattern.captures_iter(text).filter_map(|captures| captures.get(1));
    let line = |at: usize| text.get(..at).unwrap_or_default().matches('\n').count() + 1;
    Ok(found.map(|found| spot(&format!("line {}", line(found.start())), found.range(), text)).collect())
}
