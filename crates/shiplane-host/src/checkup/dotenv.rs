//! The site's `.env`. Its values are read here and go no further.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path};

use shiplane_core::deploy::doctor::{EnvFile, Inquiry, Learned, dotenv};

use super::{answer, ask, learned};

pub(super) fn env(path: &Path) -> Learned<Option<EnvFile>> {
    learned(text(&path.join(".env")).and_then(|text| {
        let Some(text) = text else { return Ok(None) };
        let mode = fs::metadata(path.join(".env")).map_err(|error| error.to_string())?.permissions().mode();
        let listed = ask(path, "git", &["ls-files", "--error-unmatch", "--", ".env"]);
        let tracked = listed.is_ok_and(|answer| answer.success());
        Ok(Some(EnvFile { world_readable: mode & 0o004 != 0, tracked, ..dotenv::read(&text) }))
    }))
}

/// The keys that `.env` must have: as the commit to come has them, else as they are on the host now.
pub(super) fn example(path: &Path, inquiry: &Inquiry) -> Learned<Option<Vec<String>>> {
    let Some(name) = &inquiry.env_example else { return Learned::NotAsked };
    let stays_inside =
        Path::new(name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !stays_inside {
        return Learned::Unknown("it is not below the site's path".to_owned());
    }
    let committed = inquiry.commit.as_deref().and_then(|commit| {
        let object = format!("{commit}:./{}", name.trim_start_matches("./"));
        answer(path, "git", &["show", "--end-of-options", &object]).ok()
    });
    let found = match committed {
        Some(text) => Ok(Some(text)),
        None => text(&path.join(name)),
    };
    learned(found.map(|text| text.map(|text| dotenv::read(&text).keys)))
}

/// A file's text; `None` when there is no such file.
fn text(path: &Path) -> Result<Option<String>, String> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Takes the values of `.env` out of what a program says about the project.
pub(super) fn without_values(path: &Path, said: &str) -> String {
    let text = text(&path.join(".env")).ok().flatten().unwrap_or_default();
    // Short values stand in every sentence by chance, and are no secrets.
    let values = dotenv::entries(&text).into_iter().map(|(_, value)| value).filter(|value| value.len() > 3);
    values.fold(said.to_owned(), |said, value| said.replace(&value, "***"))
}
