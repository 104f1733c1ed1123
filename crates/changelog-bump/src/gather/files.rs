//! The files of the working tree that say the version, and those that repeat it.

use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::Context as _;
use shiplane_core::changelog::versions::{self, Document, Format, Source};
use shiplane_core::fault::Fault;
use shiplane_core::raw;

use super::git::Git;
use crate::request::Named;

/// Larger files are no changelogs and no manifests.
const LARGEST: u64 = 64 << 20;

/// A working tree.
pub(super) struct Tree {
    root: PathBuf,
}

impl Tree {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// A file's text; `None` when there is no such file. What leads out of the repository is not read.
    pub(super) fn read(&self, path: &str) -> anyhow::Result<Option<String>> {
        let named = self.root.join(path);
        let missing =
            |error: &std::io::Error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
        let place = match std::fs::canonicalize(&named) {
            Ok(place) => place,
            Err(error) if missing(&error) && !named.is_symlink() => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("read {path}")),
        };
        let root = std::fs::canonicalize(&self.root).context("find the top of the repository")?;
        if !place.starts_with(&root) {
            let fact = format!("{path} leads out of the repository");
            return Err(Fault::usage("path-outside", fact)
                .help("name files of the repository itself")
                .into());
        }
        let known = std::fs::metadata(&place).with_context(|| format!("read {path}"))?;
        if !known.is_file() {
            return Err(Fault::usage("file-not-text", format!("{path} is not a file")).into());
        }
        if known.len() > LARGEST {
            let fact = format!("{path} has {} bytes; read are files of up to {LARGEST}", known.len());
            return Err(Fault::usage("file-too-large", fact).into());
        }
        let bytes = std::fs::read(&place).with_context(|| format!("read {path}"))?;
        if bytes.contains(&0) {
            let fact = format!("{path} is not text, or text in UTF-16");
            return Err(Fault::usage("file-not-text", fact).help("save it as UTF-8").into());
        }
        Ok(Some(raw::decode(bytes)))
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
                Some(Format::Package) => self.npm(&source.file)?,
                Some(Format::Pyproject) => self.nearest(&source.file, &["uv.lock"])?,
                Some(Format::Chart | Format::Json | Format::Plain) | None => Vec::new(),
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
        let all = self.manifests("Cargo.toml")?;
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

    /// All manifests of the name that git knows or would take.
    fn manifests(&self, name: &str) -> anyhow::Result<Vec<Document>> {
        let below = format!("*/{name}");
        let args = [
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "--deduplicate",
            "--",
            name,
            &below,
        ];
        let text = Git::at(&self.root).text(&args)?;
        let mut found = Vec::new();
        for path in text.split('\0').filter(|path| !path.is_empty()) {
            found.extend(self.document(path)?);
        }
        Ok(found)
    }

    /// The lock files of a package, and the other manifests of the workspace around it.
    fn npm(&self, package: &Document) -> anyhow::Result<Vec<Document>> {
        let mut companions = self.nearest(package, &["package-lock.json", "npm-shrinkwrap.json"])?;
        for above in folders_above(&package.path) {
            let root = self.document(&join(above, "package.json"))?;
            let is_workspace = root.is_some_and(|root| versions::is_npm_workspace(&root.text))
                || self.document(&join(above, "pnpm-workspace.yaml"))?.is_some();
            if is_workspace {
                let all = self.manifests("package.json")?.into_iter();
                let is_sibling = |document: &Document| {
                    document.path != package.path && folders_above(&document.path).any(|it| it == above)
                };
                companions.extend(all.filter(is_sibling));
                break;
            }
        }
        Ok(companions)
    }

    /// The files of these names beside a manifest, or in the nearest folder above that has one.
    fn nearest(&self, manifest: &Document, names: &[&str]) -> anyhow::Result<Vec<Document>> {
        for above in folders_above(&manifest.path) {
            let mut found = Vec::new();
            for name in names {
                found.extend(self.document(&join(above, name))?);
            }
            if !found.is_empty() {
                return Ok(found);
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
