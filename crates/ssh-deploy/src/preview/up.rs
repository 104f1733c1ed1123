//! `preview up`: make room for it on the host, deploy into that, and tell the pull request.

use shiplane_action::{Call, HostArgs};
use shiplane_core::config::Config;
use shiplane_core::exit::Exit;
use shiplane_core::fault::Fault;
use shiplane_core::preview::{Record, Settings, State, derived, untrusted};
use shiplane_core::report::Report;

use super::host::Host;
use super::hub::Hub;
use super::report;
use super::request::Request;
use crate::deploy::{self, DeployArgs};

pub(super) async fn run(request: Request, call: &Call) -> anyhow::Result<Report> {
    let (number, commit) = (request.number()?, request.commit()?);
    if request.deploy.facts.facts.is_some() {
        let fact = "where a preview lies is known on its host only, and facts are named in its place";
        return Err(Fault::usage("facts-unexpected", fact)
            .help("leave --facts out, or say --dry-run")
            .into());
    }
    let origin = request.origin().filter(|_| !request.trusted);
    if let Some(finding) = origin.and_then(untrusted) {
        return Ok(report::refused(&request.settings, number, vec![finding]));
    }
    let mut make = request.settings.make(number, &commit);
    make.dry_run = request.deploy.dry_run;
    let host = Host::reach(&request, call).await?;
    let made = host.make(&make).await?;
    host.close().await;
    let record = match made.preview {
        Some(record) if made.findings.is_empty() => record,
        Some(_) | None => return Ok(report::refused(&request.settings, number, made.findings)),
    };
    if request.deploy.dry_run && !made.was_there {
        return Ok(report::planned(&request.settings, &record));
    }
    let config = derived(&request.config, &request.settings, &record)?;
    let Request { settings, hub, deploy, .. } = request;
    let args = args(deploy, (&settings.environment, &commit), &record);
    put(args, (&settings, &config, &record), (hub.as_ref(), call)).await
}

/// Deploys, and tells what came of it whatever it was; one that was told to stop has no time for that.
async fn put(
    args: DeployArgs,
    (settings, config, record): (&Settings, &Config, &Record),
    (hub, call): (Option<&Hub>, &Call),
) -> anyhow::Result<Report> {
    let version = args.release_version.clone();
    let mut report = match deploy::put(args, config, call).await {
        Ok(report) => report,
        Err(error) => {
            let state = unsure(record, &error);
            if let Some(hub) = hub {
                hub.tell(&settings.environment, record.number, &state).await;
            }
            return Err(error);
        }
    };
    report::is_of(&mut report, record);
    if matches!(report.verdict.word.as_str(), "planned" | "interrupted") {
        return Ok(report);
    }
    let state = state(&report, (settings, record), version);
    match hub {
        Some(hub) => report.findings.extend(hub.tell(&settings.environment, record.number, &state).await),
        None => report.findings.push(report::nobody_told()),
    }
    Ok(report)
}

/// Nobody knows how it ended.
fn unsure(record: &Record, error: &anyhow::Error) -> State {
    let fault = error.chain().find_map(|cause| cause.downcast_ref::<Fault>());
    State::Failed {
        commit: record.commit.clone(),
        word: "unknown".to_owned(),
        codes: fault.map(|fault| fault.code.to_owned()).into_iter().collect(),
        serving: None,
    }
}

/// The same deploy, elsewhere.
fn args(deploy: DeployArgs, (environment, commit): (&str, &str), record: &Record) -> DeployArgs {
    let host = HostArgs {
        environment: Some(environment.to_owned()),
        deploy_path: Some(record.path.clone()),
        state_dir: None,
        ..deploy.host
    };
    DeployArgs { commit: Some(commit.to_owned()), host, ..deploy }
}

/// What the pull request is told.
fn state(report: &Report, (settings, record): (&Settings, &Record), version: Option<String>) -> State {
    let live = report.outputs.get("commit").filter(|commit| !commit.is_empty());
    let commit = record.commit.clone();
    match report.verdict.exit {
        Exit::Done => State::Up {
            url: record.url.clone(),
            commit: live.cloned().unwrap_or(commit),
            version,
            checks: settings.place.probes.clone(),
            until: settings.ttl.filter(|_| settings.auto_destroy).map(|ttl| (ttl, record.until(ttl))),
        },
        Exit::CouldNot | Exit::Usage | Exit::No | Exit::Restored | Exit::Broken => State::Failed {
            commit,
            word: report.verdict.word.clone(),
            codes: report::reasons(report),
            serving: live.map(|live| (record.url.clone(), live.clone())),
        },
    }
}
