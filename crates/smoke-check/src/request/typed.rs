//! The one probe that stands on the command line, as if it stood in the config.

use std::collections::BTreeMap;
use std::path::Path;

use shiplane_core::config::{Config, OneOrMany, Probe, Sent, Variable, VersionAt, Via};
use shiplane_core::fault::Fault;
use shiplane_core::secret::{Secret, Secrets};
use shiplane_http::{Around, Named, configured};

use super::header_line;
use crate::cli::{Asked, Run};
use crate::on_host::{self, OnHost};

/// What stands for the services of the whole project.
const ALL: &str = "all";

/// The flags for what only the host itself can be asked.
const ON_HOST: [&str; 3] = ["containers", "host-command", "file-age"];

/// The probe that the flags describe, if they describe one: a title, and the probe for each host that is asked.
pub(super) fn targets(
    run: &Run,
    config: &Config,
    checkout: Option<&Path>,
) -> Result<Option<(String, Vec<Named>)>, Fault> {
    let Some((flag, title, probe)) = asked(run) else { return Ok(None) };
    let (send, secrets) = headers(&run.asking.request_header)?;
    let paths = run.paths.clone().filter(|paths| !paths.is_empty());
    let via = run.on_host.via.as_ref().map(|_| Via::Ssh);
    let probe = asking(expecting(Probe { send, paths, via, ..probe }, run)?, run);
    let config_of_one = Config { probes: [(title.clone(), probe)].into(), ..Config::default() };
    let around = Around { secrets, ..around(run, config, checkout)? };
    let mut found = configured(&config_of_one, std::slice::from_ref(&title), &around)?;
    if let [target] = found.as_mut_slice()
        && let Some(get) = target.probe.ask.get().filter(|_| flag == "url")
    {
        get.address().clone_into(&mut target.name);
    }
    let title = found.first().filter(|_| found.len() == 1).map_or(title, |target| target.name.clone());
    Ok(Some((title, found)))
}

/// Whether the config has a say: where nothing is typed, and where a host is asked itself.
pub(super) fn needs_config(run: &Run) -> Result<bool, Fault> {
    let Some((flag, ..)) = asked(run) else { return Ok(true) };
    let is_there = run.on_host.via.is_some() || ON_HOST.contains(&flag);
    if !is_there && run.reach.environment.is_some() {
        let fact =
            format!("both --{flag} and an environment are given, and the environment has probes of its own");
        return Err(Fault::usage("usage", fact)
            .help("leave one of them out, or ask from the environment's host with --via ssh"));
    }
    Ok(is_there)
}

/// What the probe does not say itself.
fn around(run: &Run, config: &Config, checkout: Option<&Path>) -> Result<Around, Fault> {
    let environment = on_host::environment(run, config)?;
    let path = run.reach.deploy_path.clone().or_else(|| environment.and_then(|it| it.path.clone()));
    Ok(Around {
        hosts: run.host.iter().cloned().collect(),
        asked: on_host::hosts(run, environment),
        project: config.project.clone(),
        path,
        checkout: checkout.map(Path::to_path_buf),
        ..Around::default()
    })
}

/// The flag, what the reader calls it, and the beginning of the probe.
fn asked(run: &Run) -> Option<(&'static str, String, Probe)> {
    let Asked { url, tcp, tls, dns, redis, postgres, clickhouse, address } = &run.asked;
    let places = [
        ("url", url),
        ("tcp", tcp),
        ("tls", tls),
        ("dns", dns),
        ("redis", redis),
        ("postgres", postgres),
        ("clickhouse", clickhouse),
    ];
    let probe = Probe {
        http: url.clone(),
        tcp: tcp.clone(),
        tls: tls.clone(),
        dns: dns.clone(),
        redis: redis.clone(),
        postgres: postgres.clone(),
        clickhouse: clickhouse.clone(),
        address: OneOrMany(words(address)),
        ..Probe::default()
    };
    let place = places.into_iter().find_map(|(flag, place)| Some((flag, place.as_ref()?)));
    match place {
        // The address may hold a password, and is shown without it later.
        Some(("url", _)) => Some(("url", "--url".to_owned(), probe)),
        Some((flag, place)) => Some((flag, format!("{flag} {place}"), probe)),
        None => on_the_host(&run.on_host, probe),
    }
}

fn on_the_host(asked: &OnHost, probe: Probe) -> Option<(&'static str, String, Probe)> {
    if let Some(file) = &asked.file_age {
        let probe = Probe { file_age: Some(file.clone()), max_age: asked.max_age, ..probe };
        return Some(("file-age", format!("age of {file}"), probe));
    }
    if let Some(program) = asked.host_command.first() {
        let probe = Probe { command: asked.host_command.clone(), ..probe };
        return Some(("host-command", format!("command {program}"), probe));
    }
    let services = words(&asked.containers);
    if services.is_empty() {
        return None;
    }
    let is_all = services.iter().any(|service| service == ALL);
    let title = if is_all { "containers".to_owned() } else { format!("containers {}", services.join(", ")) };
    let services = if is_all { Vec::new() } else { services };
    let one_shot = OneOrMany(words(&asked.one_shot));
    Some(("containers", title, Probe { containers: Some(OneOrMany(services)), one_shot, ..probe }))
}

/// An empty word of a list is no word.
fn words(list: &[String]) -> Vec<String> {
    list.iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

fn expecting(probe: Probe, run: &Run) -> Result<Probe, Fault> {
    let expected = &run.expected;
    let version = VersionAt {
        json: expected.version_json.clone(),
        header: expected.version_header.clone(),
        text: false,
    };
    let json = expected.json.iter().map(|one| (one.pointer.clone(), one.value.clone()));
    let header = expected.header.iter().map(|one| (one.name.clone(), one.value.clone()));
    let matches = expected.matches.iter().filter(|pattern| !pattern.as_str().is_empty());
    Ok(Probe {
        status: OneOrMany(expected.status.clone()),
        body: OneOrMany(expected.body_contains.iter().filter(|text| !text.is_empty()).cloned().collect()),
        matches: OneOrMany(matches.cloned().collect()),
        json: unique("--json", json)?,
        header: unique("--header", header)?,
        version: Some(version).filter(|version| *version != VersionAt::default()),
        max_latency: expected.max_latency,
        certificate_days: expected.certificate_days,
        ..probe
    })
}

fn asking(probe: Probe, run: &Run) -> Probe {
    let asking = &run.asking;
    Probe {
        within: asking.within,
        successes: asking.successes,
        stable: asking.stable,
        max_failed: asking.max_failed,
        timeout: asking.timeout,
        follow: asking.follow,
        method: asking.method.clone(),
        send_body: asking.send_body.clone(),
        insecure: asking.insecure.then_some(true),
        each_address: asking.each_address.then_some(true),
        ..probe
    }
}

/// Headers to send. Their values go the way of variables, so that the probe itself can be shown.
fn headers(lines: &[Secret]) -> Result<(BTreeMap<String, Sent>, Secrets), Fault> {
    let lines: Vec<Option<(String, Secret)>> = lines.iter().map(header_line).collect::<Result<_, _>>()?;
    let (mut sent, mut secrets) = (Vec::new(), Vec::new());
    for (name, value) in lines.into_iter().flatten() {
        let variable = format!("--request-header {name}");
        sent.push((name, Sent::Variable(Variable { env: variable.clone() })));
        secrets.push((variable, value));
    }
    Ok((unique("--request-header", sent.into_iter())?, secrets.into_iter().collect()))
}

/// By name. A second value for the same name would silently win over the first.
fn unique<T>(flag: &str, pairs: impl Iterator<Item = (String, T)>) -> Result<BTreeMap<String, T>, Fault> {
    let mut map = BTreeMap::new();
    for (name, value) in pairs {
        if map.insert(name.clone(), value).is_some() {
            let fact = format!("{flag} says `{name}` more than once");
            return Err(Fault::usage("value-doubled", fact).help("say it once"));
        }
    }
    Ok(map)
}
