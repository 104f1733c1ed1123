//! Whose code a preview would run: a pull request from elsewhere runs on our server only when somebody says so.

use crate::report::Finding;

/// Where a pull request comes from, as the event says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The repository that it goes to.
    pub base: Option<String>,
    /// The repository that it comes from; `None` when that is gone.
    pub head: Option<String>,
    /// Who opened it.
    pub author: Option<String>,
}

/// The reason against it, when there is one.
pub fn untrusted(origin: &Origin) -> Option<Finding> {
    let same =
        matches!((&origin.base, &origin.head), (Some(base), Some(head)) if base.eq_ignore_ascii_case(head));
    let fact = match &origin.head {
        _ if same && origin.author.as_deref() == Some("dependabot[bot]") => {
            "the pull request is Dependabot's, whose runs get no secrets, and it brings code of others"
                .to_owned()
        }
        _ if same => return None,
        Some(head) => format!("the pull request comes from {head}, and its code would run on the server"),
        None => {
            "the pull request comes from a fork that is gone, and its code would run on the server".to_owned()
        }
    };
    Some(
        Finding::fail("preview-untrusted", fact).help("read the changes, then run it by hand with --trusted"),
    )
}
