//! Sends a directory to every host, before anything is begun there.

use std::sync::Arc;

use shiplane_action::Call;
use shiplane_core::deploy::{HostPlan, Plan};
use shiplane_core::report::{Finding, Level, Phase};
use shiplane_remote::{Remembered, Source};

use crate::look::Fleet;

/// After so many bytes there is a word about how far it is.
const STEP: u64 = 8 * 1024 * 1024;

/// Why a host did not take it, and how long each took. Nothing that is live was touched.
pub async fn upload(
    fleet: &mut Fleet,
    plans: &[HostPlan],
    (source, call): (&Arc<Source>, &Call),
) -> anyhow::Result<(Vec<Finding>, Vec<Phase>)> {
    let (mut refused, mut phases) = (Vec::new(), Vec::new());
    for (host, HostPlan { host: name, plan }) in fleet.members.iter_mut().zip(plans) {
        let phase = call.progress.phase(&format!("upload to {name}"));
        let live = plan.live.as_ref().map(|live| live.id.as_str());
        let known = live.and_then(|live| remembered(call)?.recall(&place(name, plan), live));
        let mut next = STEP;
        let progress = |sent: u64, sum: u64| {
            if sent >= next {
                next = sent + STEP;
                phase.line(&format!("{sent} bytes sent, of {sum} before compression"));
            }
        };
        let sent = host.upload((source, plan), known, progress).await?;
        let note = format!("{} of {} files, {} bytes", sent.files, source.manifest.files(), sent.bytes);
        let level = if sent.refused.is_some() { Level::Fail } else { Level::Ok };
        phases.push(phase.finish(level, &note));
        let named = |finding: Finding| Finding { fact: format!("{name}: {}", finding.fact), ..finding };
        refused.extend(sent.refused.map(|finding| if plans.len() > 1 { named(finding) } else { finding }));
    }
    Ok((refused, phases))
}

/// Remembers what is live now, so that the next upload begins without a question.
pub fn remember(plans: &[HostPlan], source: &Source, call: &Call) {
    for HostPlan { host, plan } in plans {
        if let Some(remembered) = remembered(call) {
            remembered.keep(&place(host, plan), &plan.release.id, &source.manifest);
        }
    }
}

fn remembered(call: &Call) -> Option<Remembered> {
    call.context.cache.as_deref().map(Remembered::under)
}

fn place<'a>(host: &'a str, plan: &'a Plan) -> [&'a str; 3] {
    [host, &plan.site.path, &plan.site.state_dir]
}
