//! What a release consists of, decided as `bump` decides it: the version, the files, the notes, the commit it is made on.

use shiplane_core::changelog::document;
use shiplane_core::changelog::edit::{Edit, FileChange};
use shiplane_core::changelog::release::bounded;
use shiplane_core::changelog::tags::Tag;
use shiplane_core::changelog::{self, Facts, Next, Plan};
use shiplane_core::raw;
use shiplane_core::report::Finding;
use shiplane_github::NewFile;

use crate::gather::checkout::{Checkout, Included};
use crate::request::Request;

/// Decided, and nothing contacted yet.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) facts: Facts,
    pub(crate) next: Next,
    /// The files that change; none when they carry the version.
    pub(crate) changes: Vec<FileChange>,
    pub(crate) checkout: Checkout,
}

impl Prepared {
    /// Decides, or tells why not.
    pub(crate) fn new(
        request: &Request,
        (facts, checkout): (Facts, Checkout),
    ) -> anyhow::Result<Result<Self, Refused>> {
        let next = changelog::next(&request.policy, &facts)?;
        Ok(match changelog::plan(&request.policy, &facts, &next)? {
            Plan::Write(changes) => Ok(Self { facts, next, changes, checkout }),
            Plan::Refused(findings) => Err(Refused { facts, next, findings }),
        })
    }

    /// What the release brings: the section of the changelog, which people may have written, else what commits say.
    pub(crate) fn notes(&self, most: usize) -> String {
        let path = &self.facts.changelog.path;
        let change = self.changes.iter().find(|change| change.path == *path);
        let text = change.map(FileChange::after).or_else(|| self.facts.changelog.text.clone());
        let section = text.and_then(|text| document::section(&text, &self.next.version));
        let notes = section.filter(|section| !section.trim().is_empty());
        let notes = notes.unwrap_or_else(|| self.next.notes.markdown());
        bounded(notes.trim_end(), most, &format!("The rest is in {path}."))
    }

    /// The release is the one whose tag is on the commit: what it needs in files is in there.
    pub(crate) fn stand_on(&mut self, tag: Tag) {
        self.next.version = tag.version;
        self.next.tag = tag.name;
        self.changes.clear();
    }

    /// More files for the commit.
    pub(crate) fn include(&mut self, files: Vec<Included>) {
        let whole = |file: Included| FileChange::new(file.path, None, vec![Edit::insert(0, file.text)]);
        self.changes.extend(files.into_iter().map(whole));
    }

    /// A file that is a link to another: a commit over the API would put a file in its place.
    pub(crate) fn link(&self) -> Option<Finding> {
        let is_link = |path: &str| self.mode(path) == "120000";
        let change = self.changes.iter().find(|change| is_link(&change.path))?;
        let fact = format!("{} is a symbolic link, and would be replaced by a file", change.path);
        Some(Finding::fail("file-is-link", fact).help("name the file that it points to"))
    }

    /// How a file is kept.
    pub(crate) fn mode(&self, path: &str) -> &str {
        let known = self.checkout.modes.iter().find(|(known, _)| known == path);
        known.map_or("100644", |(_, mode)| mode)
    }

    /// The files as they will be.
    pub(crate) fn files(&self) -> Vec<NewFile> {
        let file = |change: &FileChange| NewFile {
            path: change.path.clone(),
            bytes: raw::encode(&change.after()),
            mode: self.mode(&change.path).to_owned(),
        };
        self.changes.iter().map(file).collect()
    }

    /// Files that were read and are not as they are in the commit.
    pub(crate) fn uncommitted(&self) -> Option<Finding> {
        let dirty = &self.checkout.dirty;
        (!dirty.is_empty()).then(|| {
            let fact = format!("these are not as they are in the commit: {}", dirty.join(", "));
            Finding::fail("files-uncommitted", fact).help("commit them, or put them back with `git checkout`")
        })
    }
}

/// The answer is no already.
pub(crate) struct Refused {
    pub(crate) facts: Facts,
    pub(crate) next: Next,
    pub(crate) findings: Vec<Finding>,
}
