//! What is left of each release. Looks only; takes no lock, changes nothing.

use anyhow::anyhow;
use shiplane_core::deploy::journal::Entry;
use shiplane_core::deploy::{Release, Runtime, stored};
use shiplane_core::rollback::{ColdCopy, Parts, PartsQuestion, Piece, Wanted};

use crate::cold;
use crate::git::Git;
use crate::journal;
use crate::record;
use crate::runtime::{self, Ground, Runs};
use crate::state::is_plain_name;

/// One answer for each release that was asked about, in that order.
pub(crate) fn look(asked: &PartsQuestion) -> anyhow::Result<Vec<Parts>> {
    let question = &asked.question;
    let ground = Ground::to_look_at(question);
    let runs = runtime::of(&question.runtime, ground.clone())
        .map_err(|failure| anyhow!("{}", failure.finding.fact))?;
    let known = asked.releases.iter().filter(|wanted| is_plain_name(&wanted.release.id));
    let entries = journal::read(&ground.state.journal())?;
    let runtime = &question.runtime;
    Ok(known.map(|wanted| parts(wanted, runtime, (&ground, runs.as_ref(), &entries))).collect())
}

fn parts(
    wanted: &Wanted,
    runtime: &Runtime,
    (ground, runs, entries): (&Ground, &dyn Runs, &[Entry]),
) -> Parts {
    let release = &wanted.release;
    let git = Git { path: &ground.path };
    let commit = ground.path.is_dir() && git.resolve(&release.commit).is_some();
    let (mut pieces, image_bytes) = runs.pieces(release, &wanted.images);
    let is_lost = |piece: &Piece| !piece.here && piece.remedy.is_none();
    let cold = if pieces.iter().any(is_lost) { in_cold(&release.id, entries) } else { None };
    let built = commit.then(|| "it is built again from its commit, as the last resort".to_owned());
    let cure = match &cold {
        Some(ColdCopy { trouble: None, .. }) => Some("it comes back from cold storage".to_owned()),
        Some(ColdCopy { trouble: Some(why), .. }) => {
            let what = format!("its archive in cold storage ({why})");
            pieces.push(Piece { what, here: false, remedy: None });
            built
        }
        None => built,
    };
    for piece in pieces.iter_mut().filter(|piece| is_lost(piece)) {
        piece.remedy.clone_from(&cure);
    }
    pieces.extend(env(ground, release));
    if let Runtime::Compose { .. } = runtime {
        let has_record = ground.state.release(&release.id).join("compose.yml").is_file();
        let remedy =
            has_record.then(|| "it is started from the Compose file kept with the release".to_owned());
        pieces.push(Piece { what: "its commit in the clone".to_owned(), here: commit, remedy });
    }
    Parts {
        id: release.id.clone(),
        pieces,
        file_bytes: record::weigh(&ground.state.release(&release.id)).1,
        image_bytes,
        commit,
        by_hand: runs.by_hand(release),
        cold,
    }
}

/// What the journal knows of it in cold storage, and whether it is there as far as a look tells.
fn in_cold(release: &str, entries: &[Entry]) -> Option<ColdCopy> {
    let (stored, since) = stored(entries, release)?;
    Some(ColdCopy { since, bytes: stored.bytes(), trouble: cold::lacks(stored) })
}

/// The copy of `.env`, where the site has one at all.
fn env(ground: &Ground, release: &Release) -> Option<Piece> {
    let kept = ground.state.release(&release.id).join(record::ENV).is_file();
    let wanted = kept || ground.path.join(".env").exists();
    let remedy = Some("the .env that is there now is used".to_owned());
    wanted.then(|| Piece { what: "the copy of its .env".to_owned(), here: kept, remedy })
}
