//! The title of a pull request in the message of its merge, as each host writes it.

/// What follows a merge's own words: on its first line, or below it.
pub(super) fn title(message: &str) -> Option<&str> {
    let message = message.trim_start_matches(['\r', '\n']);
    on_first_line(message).or_else(|| below(message)).filter(|title| !title.is_empty())
}

/// Azure DevOps, Bitbucket Data Center and Gitea put the title on the first line.
fn on_first_line(message: &str) -> Option<&str> {
    let numbered = |text: &'static str| {
        let rest = message.strip_prefix(text)?;
        let title = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        (title.len() < rest.len()).then_some(title)?.strip_prefix(": ")
    };
    let quoted = || {
        let first = message.lines().next()?.strip_prefix("Merge pull request '")?;
        Some(first.rsplit_once("' (")?.0)
    };
    numbered("Merged PR ").or_else(|| numbered("Pull request #")).or_else(quoted)
}

/// GitHub, GitLab and Bitbucket put it below their own words.
fn below(message: &str) -> Option<&str> {
    let (first, rest) = message.split_once('\n')?;
    let first = first.trim_end();
    let is_github = first.starts_with("Merge pull request #");
    let is_gitlab = first.starts_with("Merge branch '") && first.contains("' into '");
    let is_bitbucket = first.starts_with("Merged in ") && first.contains("(pull request #");
    (is_github || is_gitlab || is_bitbucket).then(|| rest.trim_start_matches(['\r', '\n']))
}
