//! Frees locks on hosts, where that was decided.

use futures_util::future::join_all;
use shiplane_core::deploy::holder::{Released, Unlock};

use crate::look::Fleet;

/// What became of the lock of each host that was to be freed. Without connections nothing is done.
pub async fn free_locks(fleet: Fleet, asks: Vec<Option<Unlock>>) -> anyhow::Result<Vec<Option<Released>>> {
    let work = fleet.members.iter().zip(asks).map(async |(member, ask)| match ask {
        Some(ask) => member.ask("unlock", &ask).await.map(Some),
        None => Ok(None),
    });
    join_all(work).await.into_iter().collect()
}
