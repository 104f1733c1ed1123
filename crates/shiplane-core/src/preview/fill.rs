//! What differs from preview to preview, filled in where the config leaves room for it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::record::Record;
use super::settings::{Number, Settings};
use super::wire::{At, Begins, Make, Remove};
use crate::config::{CommandRuntime, Config, Environment, EnvironmentKind, Probe};
use crate::deploy::{Runtime, Strategy};
use crate::fault::Fault;

/// Good releases of a preview that stay, unless the config says otherwise: the one that serves and the one before.
const KEEP: u32 = 2;

/// What differs.
#[derive(Clone, Debug)]
pub(super) struct Filled {
    pub(super) number: Number,
    pub(super) port: Option<u16>,
    pub(super) url: String,
}

impl Filled {
    pub(super) fn of(record: &Record) -> Self {
        Self { number: record.number, port: record.port, url: record.url.clone() }
    }

    /// The text with `{number}`, `{port}` and `{url}` replaced; other braces stay.
    pub(super) fn fill(&self, text: &str) -> String {
        let text = text.replace("{number}", &self.number.to_string());
        let text = if self.url.is_empty() { text } else { text.replace("{url}", &self.url) };
        match self.port {
            Some(port) => text.replace("{port}", &port.to_string()),
            None => text,
        }
    }

    fn words(&self, words: &[String]) -> Vec<String> {
        words.iter().map(|word| self.fill(word)).collect()
    }

    fn everywhere(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.fill(&text)),
            Value::Array(all) => all.into_iter().map(|one| self.everywhere(one)).collect(),
            Value::Object(all) => all.into_iter().map(|(key, one)| (key, self.everywhere(one))).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) => value,
        }
    }

    /// The same thing with every text of it filled in.
    fn through<T: Serialize + DeserializeOwned>(&self, thing: &T) -> Result<T, Fault> {
        let filled = serde_json::to_value(thing).map(|value| self.everywhere(value));
        filled.and_then(serde_json::from_value).map_err(|error| {
            Fault::usage("preview-unfilled", format!("a part of the config cannot be filled in: {error}"))
        })
    }
}

/// Whether an address has room for a port.
pub(super) fn mentions_port(text: &str) -> bool {
    text.contains("{port}")
}

/// Whether an address differs from preview to preview.
pub(super) fn differs(text: &str) -> bool {
    mentions_port(text) || text.contains("{number}")
}

impl Settings {
    /// Which preview, on the host.
    pub fn at(&self, number: Number) -> At {
        let (base, project) = (self.place.site.path.clone(), number.project(&self.project));
        At { base, number, project }
    }

    /// What makes room for a preview.
    pub fn make(&self, number: Number, commit: &str) -> Make {
        let begins = match (&self.place.strategy, &self.place.runtime) {
            (Strategy::Git, _) => Begins::Clone,
            (Strategy::Image { .. }, Runtime::Compose { files, .. }) => Begins::Files(files.clone()),
            (Strategy::Files(_) | Strategy::Image { .. }, _) => Begins::Empty,
        };
        let (ports, limit) = (self.ports, self.limit);
        Make {
            at: self.at(number),
            url: self.url.clone(),
            ports,
            limit,
            commit: commit.to_owned(),
            begins,
            dry_run: false,
        }
    }

    /// What removes a preview; the record fills in what stops it.
    pub fn remove(&self, number: Number, record: Option<&Record>) -> Remove {
        let link = match &self.place.strategy {
            Strategy::Files(shown) => shown.to.clone(),
            Strategy::Git | Strategy::Image { .. } => "current".to_owned(),
        };
        let (compose, starts, stop) = match &self.place.runtime {
            Runtime::Compose { .. } => (true, false, Vec::new()),
            Runtime::Command(commands) => {
                let words = record.map_or(Vec::new(), |record| Filled::of(record).words(&commands.stop));
                (false, !commands.restart.is_empty(), words)
            }
        };
        Remove { at: self.at(number), compose, link, starts, stop, actor: None, dry_run: false }
    }
}

/// The config as it is for one preview: its environment is a server of that name, in a directory of its own.
pub fn derived(config: &Config, settings: &Settings, record: &Record) -> Result<Config, Fault> {
    let (filled, mut config) = (Filled::of(record), config.clone());
    let environment = config.environment(&settings.environment)?.clone();
    let own = |name: &String| -> Result<(String, Probe), Fault> {
        Ok((name.clone(), filled.through(config.probe(name)?)?))
    };
    let probes: Vec<(String, Probe)> = environment.smoke.iter().map(own).collect::<Result<_, _>>()?;
    config.probes.extend(probes);
    let command = environment.command.as_ref().map(|commands| CommandRuntime {
        build: filled.words(&commands.build),
        restart: filled.words(&commands.restart),
        log: commands.log.as_deref().map(|log| filled.fill(log)),
        stop: filled.words(&commands.stop),
    });
    let image = |(service, image): (String, String)| (service, filled.fill(&image));
    let environment = Environment {
        kind: EnvironmentKind::Server,
        path: Some(record.path.clone()),
        state_dir: None,
        keep: environment.keep.or(Some(KEEP)),
        migrate: filled.words(&environment.migrate),
        images: environment.images.into_iter().map(image).collect(),
        command,
        ..environment
    };
    config.project = Some(record.project.clone());
    config.environments.insert(settings.environment.clone(), environment);
    Ok(config)
}
