//! The directory, the state directory, and `.env` with its keys and no values.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};

use anyhow::Context as _;
use rustix::fs::{Access, access};
use shiplane_core::deploy::env_file;

use super::{Look, QUICK, Server, access as git, must};
use crate::state::StateDir;

pub(super) fn directory(server: &Server) -> Look {
    let (path, shown) = (server.path(), server.path().display());
    if path.is_dir() {
        if access(path, Access::WRITE_OK | Access::EXEC_OK).is_ok() {
            return Look::Ready(format!("{shown} is there and {} may write", server.user));
        }
        let owner = format!("{}:", server.user);
        let fact = format!("{shown} is there and {} may not write", server.user);
        // Whose it is may have a reason, so nobody takes it away.
        return Look::ByOthers(fact, vec![server.as_admin(&["chown", &owner, &shown.to_string()]).line()]);
    }
    if path.exists() {
        return Look::ByOthers(format!("{shown} is no directory"), Vec::new());
    }
    let above = path.ancestors().skip(1).find(|above| above.exists());
    if above.is_some_and(|above| access(above, Access::WRITE_OK | Access::EXEC_OK).is_ok()) {
        return Look::Missing(format!("make {shown}"));
    }
    server.for_admin(format!("make {shown} for {}", server.user), &install_words(server))
}

fn install_words(server: &Server) -> [&str; 5] {
    ["install", "-d", "-o", &server.user, &server.question.site.path]
}

pub(super) fn make_directory(server: &Server) -> anyhow::Result<String> {
    match fs::create_dir_all(server.path()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            must(&server.as_admin(&install_words(server)), QUICK)?;
        }
        Err(error) => return Err(error).with_context(|| format!("make {}", server.path().display())),
    }
    Ok(format!("made {}", server.path().display()))
}

pub(super) fn state(server: &Server) -> Look {
    let dir = server.state();
    let shown = dir.display();
    match fs::metadata(&dir) {
        Ok(about) if about.permissions().mode() & 0o077 == 0 => {
            Look::Ready(format!("{shown} is there, for its owner only"))
        }
        Ok(_) => Look::Missing(format!("close {shown} to others")),
        Err(_) => Look::Missing(format!("make {shown}, for its owner only")),
    }
}

pub(super) fn make_state(server: &Server) -> anyhow::Result<String> {
    let dir = server.state();
    StateDir::new(&dir).prepare()?;
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o700))
        .with_context(|| format!("close {}", dir.display()))?;
    Ok(format!("{} is there, for its owner only", dir.display()))
}

pub(super) fn env(server: &Server) -> Look {
    let Some(example) = &server.question.env_example else { return Look::Unneeded };
    let file = server.path().join(".env");
    // Whatever is there is somebody's, a link that leads nowhere included.
    if fs::symlink_metadata(&file).is_ok() {
        return Look::Ready(".env is there and stays as it is".to_owned());
    }
    Look::Missing(format!("make .env with the keys of {example} and no values"))
}

/// Never in place of one that came meanwhile: a new file gets the name only where there is none.
pub(super) fn make_env(server: &Server) -> anyhow::Result<String> {
    let example = server.question.env_example.as_deref().unwrap_or_default();
    let text = match fs::read(server.path().join(example)) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == ErrorKind::NotFound => git::show(server, example)?,
        Err(error) => return Err(error).with_context(|| format!("read {example}")),
    };
    let keys: Vec<String> = env_file::pairs(&text).into_iter().map(|(key, _)| key).collect();
    let lines: String = keys.iter().map(|key| format!("{key}=\n")).collect();
    let (file, temporary) = (server.path().join(".env"), server.state().join(".env.new"));
    fs::remove_file(&temporary).ok();
    let made = || -> std::io::Result<()> {
        let mut new = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        new.write_all(lines.as_bytes())?;
        new.sync_all()?;
        fs::hard_link(&temporary, &file)
    };
    let made = made();
    fs::remove_file(&temporary).ok();
    made.context("make .env")?;
    Ok(format!(".env has {} keys and waits for their values: {}", keys.len(), keys.join(", ")))
}
