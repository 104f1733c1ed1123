//! PostgreSQL by its own tools: those in its container, which are of its own version, or the host's.
//!
//! Who logs in, to which database and with which password goes by libpq's variables: nothing of it stands in a command
//! line (PostgreSQL docs, "Environment Variables").

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use shiplane_core::backup::{Means, postgres};
use shiplane_core::command::Command;
use shiplane_core::deploy::journal::History;
use shiplane_core::deploy::{Runtime, env_file};
use shiplane_core::report::Finding;

use super::Work;
use super::pipe::Program;
use super::trouble::Trouble;
use crate::compose::{Compose, QUICK, environment_of};
use crate::failure::Failure;
use crate::journal;
use crate::process::{self, Setting};
use crate::runtime::Ground;

/// Longest time for tidying up.
const TIDY: Duration = Duration::from_secs(20);

/// A PostgreSQL that can be reached.
pub(super) struct Server {
    /// The container that has the tools; `None` is the host.
    container: Option<String>,
    env: Vec<(String, String)>,
    dir: PathBuf,
    pub(super) database: String,
    limit: Duration,
}

impl Server {
    pub(super) fn find(work: &Work) -> Result<Self, Trouble> {
        let Means::Postgres { service, database, user } = &work.errand.shelf.means else {
            return Err(Trouble::refused(Finding::fail("backup-invalid", "this backup is not PostgreSQL's")));
        };
        let site = Path::new(&work.errand.place.site.path);
        let (container, own) = match service {
            Some(service) => {
                let container = container(work, service)?;
                let id = container.pointer("/Id").and_then(Value::as_str).unwrap_or_default().to_owned();
                let env = from_container(&container, &id);
                (Some(id), env)
            }
            None => {
                let text = fs::read(site.join(".env")).unwrap_or_default();
                let all = env_file::pairs(&String::from_utf8_lossy(&text));
                (None, all.into_iter().filter(|(key, _)| key.starts_with("PG")).collect())
            }
        };
        let has = |key: &str| own.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.clone());
        let user = user.clone().or_else(|| has("PGUSER"));
        let database =
            database.clone().or_else(|| has("PGDATABASE")).or_else(|| user.clone()).ok_or_else(|| {
                let help = "write `database:` beside `kind: postgres`, or PGDATABASE in the host's .env";
                let fact = "which database is to be backed up is not known";
                Trouble::refused(Finding::fail("backup-database-unknown", fact).help(help))
            })?;
        let mut env: Vec<_> =
            own.into_iter().filter(|(key, _)| key != "PGUSER" && key != "PGDATABASE").collect();
        env.push(work.mark());
        env.push(("PGAPPNAME".to_owned(), postgres::OURS.to_owned()));
        env.extend(user.map(|user| ("PGUSER".to_owned(), user)));
        let server =
            Self { container, env, dir: site.to_owned(), database, limit: work.errand.shelf.timeout.0 };
        server.clear();
        Ok(server)
    }

    /// Writes the database as SQL.
    pub(super) fn dump(&self, deadline: Instant) -> Program {
        self.program(&["pg_dump", "--format=plain", "--no-password"], &self.database, deadline)
    }

    /// Takes SQL, all of it or none.
    pub(super) fn taking(&self, database: &str, deadline: Instant) -> Program {
        let words = [&PSQL[..], &["--single-transaction", "--output=/dev/null", "--file=-"]].concat();
        self.program(&words, database, deadline)
    }

    /// Says something to a database, and answers what came back.
    pub(super) fn sql(&self, database: &str, script: &str) -> Result<String, Failure> {
        let words = [&PSQL[..], &["--file=-"]].concat();
        self.program(&words, database, Instant::now() + self.limit).ask(script)
    }

    /// Says something that nobody waits for, even when nobody listens any more.
    pub(super) fn tidy(&self, statements: &[String]) {
        let commands: Vec<String> =
            statements.iter().map(|statement| format!("--command={statement}")).collect();
        let words: Vec<&str> = PSQL.into_iter().chain(commands.iter().map(String::as_str)).collect();
        let outside = postgres::outside(&self.database);
        let program = self.program(&words, outside, Instant::now() + TIDY);
        let setting = Setting { dir: &program.dir, env: &program.env, limit: TIDY };
        process::ask(&program.command, setting).ok();
    }

    /// Ends sessions that programs of ours left: killing `docker exec` does not reach what it started.
    pub(super) fn clear(&self) {
        self.tidy(&[postgres::leftovers(&self.database)]);
    }

    fn program(&self, words: &[&str], database: &str, deadline: Instant) -> Program {
        let mut env = self.env.clone();
        env.push(("PGDATABASE".to_owned(), database.to_owned()));
        let name = words.first().copied().unwrap_or("psql").to_owned();
        let command = match &self.container {
            Some(id) => {
                let mut command = Command::new("docker").args(["exec", "--interactive"]);
                // Without a value Docker takes it from its own environment.
                for (key, _) in &env {
                    command = command.args(["--env", key]);
                }
                command.arg(id).args(words.iter().copied())
            }
            None => {
                let (program, rest) = words.split_first().unwrap_or((&"false", &[]));
                Command::new(*program).args(rest.iter().copied())
            }
        };
        Program { name, command, env, dir: self.dir.clone(), deadline }
    }
}

/// Stops at the first error; prints nothing but rows.
const PSQL: [&str; 7] = [
    "psql",
    "--no-psqlrc",
    "--quiet",
    "--no-password",
    "--set=ON_ERROR_STOP=1",
    "--tuples-only",
    "--no-align",
];

/// The container of the service that runs, by its labels.
fn container(work: &Work, service: &str) -> Result<Value, Trouble> {
    let place = &work.errand.place;
    let Runtime::Compose { files, project } = &place.runtime else {
        let fact = format!("{service} is a Compose service, and own commands run here");
        return Err(Trouble::refused(Finding::fail("backup-invalid", fact)));
    };
    let compose = Compose::find(Ground::to_look_at(place), files, project.as_deref())?;
    let live = journal::read(&work.state.journal()).ok().and_then(|entries| History::of(&entries).live);
    let project = compose.project_now(live.as_ref());
    let all = compose.inspected(&project, QUICK)?;
    let text =
        |value: &Value, at: &str| value.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let of = |value: &&Value| text(value, "/Config/Labels/com.docker.compose.service") == service;
    let mut running: Vec<&Value> =
        all.iter().filter(of).filter(|value| text(value, "/State/Status") == "running").collect();
    running.sort_by_key(|value| text(value, "/Name"));
    running.first().map(|value| (*value).clone()).ok_or_else(|| {
        let mut there: Vec<String> =
            all.iter().map(|value| text(value, "/Config/Labels/com.docker.compose.service")).collect();
        there.sort();
        there.dedup();
        let there = if there.is_empty() { "nothing".to_owned() } else { there.join(", ") };
        let fact = format!("no container of service {service} runs in project {project}; there is {there}");
        let help = "`ssh-deploy status` tells how it is; `backup.service` in the config names the service";
        Trouble::refused(Finding::fail("backup-service-down", fact).help(help))
    })
}

/// What the container was made with, as libpq calls it (docs of the image `postgres`, "Environment Variables").
fn from_container(container: &Value, id: &str) -> Vec<(String, String)> {
    let all = environment_of(container);
    let has = |key: &str| {
        all.iter()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.clone())
            .filter(|it| !it.is_empty())
    };
    let has_or_file = |key: &str| has(key).or_else(|| read_inside(id, &has(&format!("{key}_FILE"))?));
    let user = has_or_file("POSTGRES_USER").unwrap_or_else(|| "postgres".to_owned());
    let database = has_or_file("POSTGRES_DB").unwrap_or_else(|| user.clone());
    let password = has_or_file("POSTGRES_PASSWORD").map(|password| ("PGPASSWORD".to_owned(), password));
    let named = [("PGUSER".to_owned(), user), ("PGDATABASE".to_owned(), database)];
    named.into_iter().chain(password).collect()
}

/// A secret that was given as a file.
fn read_inside(id: &str, file: &str) -> Option<String> {
    let command = Command::new("docker").args(["exec", id, "cat", file]);
    let answer =
        process::ask(&command, crate::docker::setting(TIDY)).ok().filter(process::Finished::success)?;
    Some(answer.stdout.trim_end_matches(['\r', '\n']).to_owned()).filter(|text| !text.is_empty())
}
