//! The files of the working tree that say the version, and those that repeat it.

use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::Context as _;
use shiplane_core::changelog::versions::{self, Document, Format, Source};
use shiplane_core::fault::Fault;

use super::git::Git;
use crate::request::Named;

/// A working tree.
pub(super) struct Tree {
    root: PathBuf,
}

impl Tree {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// A file's text; `None` when there is no such file.
    pub(super) fn read(&self, path: &str) -> anyhow::Result<Option<String>> {
        match std::fs::read(self.root.join(path)) {
            Ok(bytes) => Ok(Some(String::from_utf8(bytes).map_err(|_| {
                Fault::usage("file-not-text", format!("{path} is not UTF-8 text")).help("save it as UTF-8")
            })?)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error).with_context(|| format!("read {path}")),
        }
    }

    /// The named version files, or those with usual names that carry a version.
    pub(super) fn versions(&self, named: &[Named]) -> anyhow::Result<Vec<Source>> {
        let mut sources = Vec::new();
        for name in named {
            let document = self.document(&name.path)?.ok_or_else(|| {
                Fault::usage("version-file-missing", format!("there is no {}", name.path))
                    .help("name version files from the repository's root")
            })?;
            sources.push(Source { file: document, field: name.field.clone(), companions: Vec::new() });
        }
        if named.is_empty() {
            for path in versions::USUAL {
                let found = self.document(path)?;
                let source = found.map(|file| Source { file, field: None, companions: Vec::new() });
                sources.extend(source.filter(versions::carries_version));
            }
        }
        Ok(sources)
    }

    /// The same with the files that repeat the version.
    pub(super) fn with_companions(&self, sources: Vec<Source>) -> anyhow::Result<Vec<Source>> {
        let mut complete = Vec::new();
        for source in sources {
            let companions = match versions::format(&source.file.path) {
                Some(Format::Cargo) => self.cargo(&source.file)?,
                Some(Format::Package) => self.package_locks(&source.file)?,
                Some(Format::Pyproject | Format::Chart | Format::Json | Format::Plain) | None => Vec::new(),
            };
            complete.push(Source { companions, ..source });
        }
        Ok(complete)
    }

    fn document(&self, path: &str) -> anyhow::Result<Option<Document>> {
        Ok(self.read(path)?.map(|text| Document { path: path.to_owned(), text }))
    }

    /// The manifests of the same workspace, and its lock file.
    fn cargo(&self, manifest: &Document) -> anyhow::Result<Vec<Document>> {
        let all = self.manifests()?;
        let is_root = |document: &&Document| versions::is_cargo_workspace(&document.text);
        let roots: Vec<&str> = all.iter().filter(is_root).map(|document| folder(&document.path)).collect();
        let own = home(&manifest.path, &roots);
        // Without a workspace, the package stands alone.
        let top = own.unwrap_or_else(|| folder(&manifest.path)).to_owned();
        let is_sibling =
            |document: &Document| document.path != manifest.path && home(&document.path, &roots) == own;
        let siblings = all.iter().filter(|document| own.is_some() && is_sibling(document));
        let mut companions: Vec<Document> = siblings.cloned().collect();
        companions.extend(self.document(&join(&top, "Cargo.lock"))?);
        Ok(companions)
    }

    /// All manifests that git knows or would take.
    fn manifests(&self) -> anyhow::Result<Vec<Document>> {
        let args = [
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "--deduplicate",
            "--",
            "Cargo.toml",
            "*/Cargo.toml",
        ];
        let text = Git::at(&self.root).text(&args)?;
        let mut found = Vec::new();
        for path in text.split('\0').filter(|path| !path.is_empty()) {
            found.extend(self.document(path)?);
        }
        Ok(found)
    }

    /// The lock file beside a package, or the one of the npm workspace around it.
    fn package_locks(&self, package: &Document) -> anyhow::Result<Vec<Document>> {
        for above in folders_above(&package.path) {
            let mut locks = Vec::new();
            for name in ["package-lock.json", "npm-shrinkwrap.json"] {
                locks.extend(self.document(&join(above, name))?);
            }
            if !locks.is_empty() {
                return Ok(locks);
            }
        }
        Ok(Vec::new())
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folder of a file, and those above it up to the root, which is empty.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder(path)), |above| (!above.is_empty()).then(|| folder(above)))
}

/// The nearest folder above that is a workspace.
fn home<'a>(path: &'a str, workspaces: &[&str]) -> Option<&'a str> {
    folders_above(path).find(|above| workspaces.contains(above))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
