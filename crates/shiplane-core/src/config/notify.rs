//! `notify:` who is told of what, and by which way.

use schemars::JsonSchema;
use serde::Deserialize;

use super::list::OneOrMany;
use crate::notify::Event;

/// What is told where nothing is said of it.
const TOLD: [Event; 3] = [Event::Failure, Event::Recovery, Event::Rollback];

/// Somebody who is told of something.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub struct Notice {
    /// Of what.
    pub on: Vec<Event>,
    /// By which way.
    pub channel: Channel,
    /// Of which tools; all when empty.
    pub tools: Vec<String>,
    /// Of which environments; all when empty.
    pub environments: Vec<String>,
}

/// A way to tell somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Channel {
    /// A program of one's own.
    Webhook(Hook),
    /// A Slack channel.
    Slack(Hook),
    /// A Telegram chat.
    Telegram(Telegram),
    /// A Microsoft Teams channel, by a webhook of a Workflow.
    Teams(Hook),
    /// A Discord channel.
    Discord(Hook),
    /// An issue in the repository.
    Issue(Issue),
}

/// Somebody who is told of something. Exactly one of webhook, slack, telegram, teams, discord and issue says how.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Written {
    /// Of what: failure, broken, recovery, rollback, warning, success; failure, recovery and rollback by default
    on: OneOrMany<Event>,
    /// JSON to an address of one's own
    webhook: Option<Hook>,
    /// A Slack channel, by an incoming webhook
    slack: Option<Hook>,
    /// A Telegram chat, by a bot
    telegram: Option<Telegram>,
    /// A Microsoft Teams channel, by a webhook of a Workflow
    teams: Option<Hook>,
    /// A Discord channel, by a webhook
    discord: Option<Hook>,
    /// An issue in the repository: opened on failure, closed on recovery
    issue: Option<Issue>,
    /// Only for these tools, such as ssh-deploy; all by default
    tools: OneOrMany<Tool>,
    /// Only for these environments; all by default
    environments: OneOrMany<String>,
}

/// The five tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Tool {
    BranchGate,
    ChangelogBump,
    Rollback,
    SmokeCheck,
    SshDeploy,
}

/// An address that takes messages; it is a secret, so a variable holds it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Hook {
    /// Name of the variable that holds the address
    pub url_env: String,
    /// Send over plain http beyond private networks, too
    #[serde(default)]
    pub plain_http: bool,
}

/// A Telegram chat and the bot that writes there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Telegram {
    /// Name of the variable that holds the bot's token
    pub token_env: String,
    /// The chat's number, or `@name` of a public channel
    pub chat: Option<String>,
    /// Name of the variable that holds the chat
    pub chat_env: Option<String>,
    /// The topic within a group
    pub thread: Option<u64>,
    /// A Bot API server of one's own; Telegram's by default
    pub api: Option<String>,
}

/// An issue that is opened on failure and closed on recovery; written with `GITHUB_TOKEN`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Issue {
    /// Its title; says what failed by default
    pub title: Option<String>,
    /// Labels that it gets
    pub labels: OneOrMany<String>,
    /// `owner/name` of another repository
    pub repository: Option<String>,
}

impl TryFrom<Written> for Notice {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { on, webhook, slack, telegram, teams, discord, issue, tools, environments } = written;
        let ways = [
            webhook.map(Channel::Webhook),
            slack.map(Channel::Slack),
            telegram.map(Channel::Telegram),
            teams.map(Channel::Teams),
            discord.map(Channel::Discord),
            issue.map(Channel::Issue),
        ];
        let mut ways = ways.into_iter().flatten();
        let (Some(channel), None) = (ways.next(), ways.next()) else {
            return Err("an entry of notify has exactly one of webhook, slack, telegram, teams, discord \
                        and issue"
                .to_owned());
        };
        channel.check()?;
        let on = if on.0.is_empty() { TOLD.to_vec() } else { on.0 };
        let tools = tools.0.into_iter().map(|tool| tool.name().to_owned()).collect();
        Ok(Self { on, channel, tools, environments: environments.0 })
    }
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Self::BranchGate => "branch-gate",
            Self::ChangelogBump => "changelog-bump",
            Self::Rollback => "rollback",
            Self::SmokeCheck => "smoke-check",
            Self::SshDeploy => "ssh-deploy",
        }
    }
}

impl Channel {
    /// The names of the variables that hold what it needs.
    pub fn variables(&self) -> Vec<&str> {
        match self {
            Self::Webhook(hook) | Self::Slack(hook) | Self::Teams(hook) | Self::Discord(hook) => {
                vec![&hook.url_env]
            }
            Self::Telegram(telegram) => {
                std::iter::once(telegram.token_env.as_str()).chain(telegram.chat_env.as_deref()).collect()
            }
            Self::Issue(_) => Vec::new(),
        }
    }

    /// What is wrong with it is said without repeating it: somebody may have put the secret there.
    fn check(&self) -> Result<(), String> {
        let is_name = |name: &&str| {
            !name.is_empty()
                && !name.starts_with(|c: char| c.is_ascii_digit())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        if !self.variables().iter().all(is_name) {
            return Err("a key that ends in -env takes the name of a variable, such as ALERT_WEBHOOK, and \
                        not its value"
                .to_owned());
        }
        match self {
            Self::Telegram(Telegram { chat: Some(_), chat_env: Some(_), .. })
            | Self::Telegram(Telegram { chat: None, chat_env: None, .. }) => {
                Err("telegram needs either chat or chat-env".to_owned())
            }
            Self::Issue(Issue { repository: Some(name), .. }) if !is_repository(name) => {
                Err("repository is written as owner/name".to_owned())
            }
            Self::Webhook(_)
            | Self::Slack(_)
            | Self::Telegram(_)
            | Self::Teams(_)
            | Self::Discord(_)
            | Self::Issue(_) => Ok(()),
        }
    }
}

/// `owner/name`, of letters that need no care in an address.
pub(crate) fn is_repository(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && !part.chars().all(|c| c == '.')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    name.split_once('/').is_some_and(|(owner, name)| part(owner) && part(name))
}
