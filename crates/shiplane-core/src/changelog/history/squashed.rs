//! The commits that a squashed one lists in its body, as GitHub or git write them: `* feat: a`.

use crate::changelog::commit::{self, Message};
use crate::changelog::convention::Convention;

/// What `git merge --squash` begins its message with (git-scm.com/docs/git-merge).
const BY_GIT: &str = "Squashed commit of the following:";

/// The further conventional lines below the first one, each with the text up to the next.
pub(super) fn messages(convention: &Convention, message: &str) -> Vec<Message> {
    let Some((first, body)) = message.trim_start_matches(['\r', '\n']).split_once('\n') else {
        return Vec::new();
    };
    let lines: Vec<&str> = if first.trim_end() == BY_GIT {
        // Its log has the messages four spaces in, and their names and days at the edge.
        body.lines()
            .filter_map(|line| line.strip_prefix("    ").or(line.is_empty().then_some(line)))
            .collect()
    } else {
        body.lines().collect()
    };
    let mut parts: Vec<String> = Vec::new();
    for line in lines {
        let head = line.strip_prefix("* ").or_else(|| line.strip_prefix("- ")).unwrap_or(line);
        if commit::parse(head).is_ok_and(|message| convention.knows(&message.kind)) {
            parts.push(head.to_owned());
        } else if let Some(part) = parts.last_mut() {
            part.push('\n');
            // What belongs to an item of a list stands below its words, two spaces in.
            part.push_str(line.strip_prefix("  ").unwrap_or(line));
        }
    }
    parts.iter().filter_map(|part| commit::parse(part).ok()).collect()
}
