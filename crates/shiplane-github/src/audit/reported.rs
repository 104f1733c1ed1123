//! Names of checks and statuses that were reported lately: on the base branches, and on the newest pull requests.

use std::collections::BTreeSet;

use serde_json::Value;
use shiplane_core::audit::facts::{Obstacle, Seen};
use shiplane_core::fault::Fault;

use super::seen::{refused, text, whole};
use crate::client::Client;
use crate::repository::Repository;
use crate::rest::encoded;

/// As many pull requests show what runs for one.
const PULLS: usize = 5;

impl Client {
    pub(super) async fn reported(
        &self,
        repository: &Repository,
        branches: &[&str],
    ) -> Result<Seen<Vec<String>>, Fault> {
        let path = format!("pulls?state=all&sort=updated&direction=desc&per_page={PULLS}");
        let pulls = match self.get(&repository.path(&path)).await? {
            Ok(pulls) => pulls,
            Err(refusal) => return Ok(refused(&refusal, "pull-requests: read")),
        };
        let heads = pulls.as_array().into_iter().flatten().take(PULLS);
        let heads = heads.filter_map(|pull| pull.pointer("/head/sha").and_then(Value::as_str));
        let commits: BTreeSet<&str> = branches.iter().copied().chain(heads).collect();
        let mut names = BTreeSet::new();
        for commit in commits {
            for (what, list, key, permission) in [
                ("check-runs", "check_runs", "name", "checks: read"),
                ("status", "statuses", "context", "statuses: read"),
            ] {
                let path = repository.path(&format!("commits/{}/{what}", encoded(commit)));
                let read = match self.list(&path, Some(list)).await {
                    Ok(read) => whole(read, permission),
                    // A commit that is gone is answered with 422; the settings can still be told.
                    Err(fault) if fault.code == "github-answer" => {
                        Seen::Obstacle(Obstacle { why: fault.fact, ..Obstacle::default() })
                    }
                    Err(fault) => return Err(fault),
                };
                match read {
                    Seen::Seen(entries) => names.extend(entries.iter().filter_map(|entry| text(entry, key))),
                    Seen::Obstacle(obstacle) => return Ok(Seen::Obstacle(obstacle)),
                }
            }
        }
        Ok(Seen::Seen(names.into_iter().collect()))
    }
}
