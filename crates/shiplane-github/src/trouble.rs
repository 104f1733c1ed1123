//! Why a question got no answer, and what that is called.

use std::time::Duration;

use shiplane_core::fault::Fault;
use shiplane_core::foreign;
use shiplane_core::gate::time::Time;
use shiplane_core::secret::Secret;

/// What stood in the way.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// 401.
    TokenRefused(String),
    /// 403 or FORBIDDEN for the whole question; the permission that GitHub names, if it does.
    Forbidden { message: String, permission: Option<String> },
    /// 404 or NOT_FOUND for the whole question.
    NotFound(String),
    /// A limit of requests: the hour's, or the secondary one.
    Limited(Limit),
    /// 5xx, or GraphQL's words for it.
    Unavailable(String),
    /// The connection failed, or broke off.
    Connection(anyhow::Error),
    /// The server does not know a field of the question.
    TooOld(String),
    /// An answer that is none.
    Nonsense(String),
}

/// A limit of requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    /// How long to wait, when GitHub tells.
    pub(crate) wait: Option<Duration>,
    /// When the hour's allowance is renewed.
    pub(crate) reset: Option<Time>,
    /// Whether it is the secondary limit, which passes in minutes.
    pub(crate) secondary: bool,
}

impl From<octocrab::Error> for Trouble {
    #[expect(clippy::wildcard_enum_match_arm, reason = "octocrab's enum may grow at any time")]
    fn from(error: octocrab::Error) -> Self {
        // Octocrab's own layer repeats the text of what is beneath it.
        Self::Connection(match error {
            octocrab::Error::Service { source, .. } => anyhow::Error::from_boxed(source),
            octocrab::Error::Hyper { source, .. } => anyhow::Error::new(source),
            other => anyhow::Error::new(other),
        })
    }
}

impl Trouble {
    /// What the reader is told after so many tries.
    pub(crate) fn into_fault(self, tries: u32, token: &Secret) -> Fault {
        let tried = if tries > 1 { format!(" ({tries} tries)") } else { String::new() };
        // Nobody should send a token back; if someone does, it goes no further.
        let said = |text: String| foreign::clip(&text.replace(token.expose(), "***"), 300);
        match self {
            Self::TokenRefused(message) => {
                Fault::could_not("token-refused", format!("GitHub refused the token: {}", said(message)))
                    .help("see whether the token has expired, and whether it is this server's")
            }
            Self::Forbidden { message, permission } => forbidden(&said(message), permission),
            Self::NotFound(message) => Fault::could_not(
                "not-found",
                format!("GitHub found nothing: {}", said(message)),
            )
            .help("see the name and the number; a token that may not read a repository gets the same answer"),
            Self::Limited(limit) => limited(&limit, &tried),
            Self::Unavailable(message) => unavailable(format!("GitHub answered {}{tried}", said(message))),
            Self::Connection(error) => {
                unavailable(format!("GitHub was not reached{tried}: {}", said(format!("{error:#}"))))
            }
            Self::TooOld(message) => Fault::could_not(
                "github-too-old",
                format!("this GitHub server cannot answer: {}", said(message)),
            )
            .help("GitHub Enterprise Server needs to be of a supported version"),
            Self::Nonsense(message) => Fault::could_not(
                "github-answer",
                format!("GitHub's answer cannot be read: {}", said(message)),
            ),
        }
    }
}

fn forbidden(message: &str, permission: Option<String>) -> Fault {
    let fault = Fault::could_not("permission-missing", format!("the token may not read this: {message}"));
    match permission {
        Some(permission) => fault.help(format!("grant the token `{permission}`")),
        None => fault.help(
            "grant the job `contents: read`, `pull-requests: read`, `checks: read`, `statuses: read` and `actions: read`",
        ),
    }
}

fn limited(limit: &Limit, tried: &str) -> Fault {
    let which =
        if limit.secondary { "the secondary limit of requests" } else { "the hour's limit of requests" };
    let until = match (limit.wait, limit.reset) {
        (_, Some(reset)) => format!("GitHub answers again at {reset}"),
        (Some(wait), None) => format!("GitHub answers again in {} s", wait.as_secs()),
        (None, None) if limit.secondary => "GitHub answers again in a few minutes".to_owned(),
        (None, None) => "GitHub answers again within the hour".to_owned(),
    };
    Fault::could_not("rate-limited", format!("{which} is used up{tried}; {until}"))
        .help("run it again then; another token has an allowance of its own")
}

fn unavailable(fact: String) -> Fault {
    Fault::could_not("github-unavailable", fact)
        .help("run it again; see the server's status page if it stays so")
}
