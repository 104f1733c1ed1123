//! From who is told to what is sent where.

use serde_json::Value;

use super::event::{Event, events};
use super::issue::{IssueLetter, Wish, key, wish};
use super::message::Message;
use super::run::Run;
use super::{forms, hide};
use crate::config::{Channel, Hook, Issue, Notice, Telegram, is_repository};
use crate::exit::Exit;
use crate::report::Report;
use crate::secret::{Secret, Secrets};

/// Where bots of Telegram are spoken for.
const TELEGRAM: &str = "https://api.telegram.org";

/// Where GitHub's REST is, where no runner says it.
const GITHUB: &str = "https://api.github.com";

/// One message on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// The kind of place: `slack`, `issue`, …
    pub to: &'static str,
    /// What it is about.
    pub event: Option<Event>,
    /// How it gets there, or why it cannot.
    pub way: Result<Way, String>,
}

/// How a message gets to its place.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// A JSON body to an address.
    Post {
        /// The address, which is a secret.
        url: Secret,
        /// The body.
        body: Value,
        /// Whether plain http is good enough anywhere.
        plain_http: bool,
    },
    /// Issues of a repository.
    Issue(Box<IssueLetter>),
}

/// What is known of GitHub, for issues.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// REST, such as `https://api.github.com`.
    pub api: Option<String>,
    /// `GITHUB_TOKEN`.
    pub token: Option<Secret>,
}

/// What is sent because of this run.
pub fn letters(
    notices: &[Notice],
    (run, report): (&Run, &Report),
    secrets: &Secrets,
    github: &Place,
) -> Vec<Letter> {
    let (run, report) = (&run.tamed(), &hide::without(report, &run.hidden));
    let office = Office { run, report, happened: events(run, report), secrets, github };
    notices.iter().filter(|notice| concerns(notice, run)).filter_map(|notice| office.letter(notice)).collect()
}

/// What letters are written from.
struct Office<'a> {
    run: &'a Run,
    report: &'a Report,
    happened: Vec<Event>,
    secrets: &'a Secrets,
    github: &'a Place,
}

impl Office<'_> {
    /// Nothing when it is no news to this one. An issue is what it should be after every run, news or not.
    fn letter(&self, notice: &Notice) -> Option<Letter> {
        let event = self.happened.iter().copied().find(|event| notice.on.contains(event));
        let (to, way) = match &notice.channel {
            Channel::Webhook(hook) => {
                let message = self.message(event?);
                let body = forms::webhook(&message, (self.run, self.report), &self.happened);
                ("webhook", self.post(hook, body))
            }
            Channel::Slack(hook) => ("slack", self.post(hook, forms::slack(&self.message(event?)))),
            Channel::Teams(hook) => ("teams", self.post(hook, forms::teams(&self.message(event?)))),
            Channel::Discord(hook) => ("discord", self.post(hook, forms::discord(&self.message(event?)))),
            Channel::Telegram(chat) => ("telegram", bot(chat, &self.message(event?), self.secrets)),
            Channel::Issue(issue) => ("issue", self.file(issue, self.wish(issue, &notice.on)?)),
        };
        Some(Letter { to, event, way })
    }

    fn message(&self, event: Event) -> Message {
        Message::of(event, self.run, self.report)
    }

    fn post(&self, hook: &Hook, body: Value) -> Result<Way, String> {
        let url = Secret::new(value(&hook.url_env, self.secrets)?);
        Ok(Way::Post { url, body, plain_http: hook.plain_http })
    }

    fn wish(&self, issue: &Issue, on: &[Event]) -> Option<Wish> {
        let event = if self.report.verdict.exit == Exit::Done { Event::Recovery } else { Event::Failure };
        let mut wish = wish(on, self.run, (&self.message(event), self.report))?;
        if let (Wish::Open { title, .. }, Some(own)) = (&mut wish, &issue.title) {
            title.clone_from(own);
        }
        Some(wish)
    }

    fn file(&self, issue: &Issue, wish: Wish) -> Result<Way, String> {
        let token = self.github.token.clone().ok_or("there is no GITHUB_TOKEN to write issues with")?;
        let repository = issue.repository.as_ref().or(self.run.repository.as_ref());
        let repository = repository.filter(|name| is_repository(name)).ok_or("no repository is known")?;
        Ok(Way::Issue(Box::new(IssueLetter {
            api: self.github.api.clone().unwrap_or_else(|| GITHUB.to_owned()),
            token,
            repository: repository.clone(),
            labels: issue.labels.0.clone(),
            key: key(self.run),
            wish,
        })))
    }
}

fn concerns(notice: &Notice, run: &Run) -> bool {
    let named = |all: &[String], one: &str| all.is_empty() || all.iter().any(|name| name == one);
    named(&notice.tools, &run.tool) && named(&notice.environments, run.environment.as_deref().unwrap_or(""))
}

/// A variable that is not there is told by its name, which is no secret.
fn value<'a>(name: &str, secrets: &'a Secrets) -> Result<&'a str, String> {
    let value = secrets.get(name).map(|secret| secret.expose().trim());
    value.filter(|value| !value.is_empty()).ok_or_else(|| format!("the variable {name} is not set"))
}

fn bot(telegram: &Telegram, message: &Message, secrets: &Secrets) -> Result<Way, String> {
    let token = value(&telegram.token_env, secrets)?;
    if !token.chars().all(|c| c.is_ascii_alphanumeric() || ":_-".contains(c)) {
        return Err(format!("the variable {} does not hold a bot's token", telegram.token_env));
    }
    let chat = match (&telegram.chat, &telegram.chat_env) {
        (Some(chat), _) => chat.as_str(),
        (None, Some(name)) => value(name, secrets)?,
        (None, None) => return Err("no chat is named".to_owned()),
    };
    let api = telegram.api.as_deref().unwrap_or(TELEGRAM).trim_end_matches('/');
    let url = Secret::new(format!("{api}/bot{token}/sendMessage"));
    Ok(Way::Post { url, body: forms::telegram(message, chat, telegram.thread), plain_http: false })
}
