//! The file that shows the flowchart: read whole, written whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::Context as _;
use shiplane_core::fault::Fault;

/// The file's text.
pub(super) fn read(file: &Path) -> Result<String, Fault> {
    let shown = file.display();
    fs::read_to_string(file).map_err(|error| {
        Fault::usage("file-unreadable", format!("read {shown}: {error}"))
            .help("name a text file that has the marks of the flowchart")
    })
}

/// Writes beside the place, then moves into place, so that nobody sees half a file; a link stays one.
pub(super) fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let shown = file.display();
    let target = fs::canonicalize(file).with_context(|| format!("find {shown}"))?;
    let name = target.file_name().with_context(|| format!("name {shown}"))?.to_string_lossy();
    let temporary = target.with_file_name(format!(".{name}.shiplane-{}", std::process::id()));
    let done = fill(&temporary, &target, text).and_then(|()| fs::rename(&temporary, &target));
    done.map_err(|error| {
        // What is not there needs no removing.
        fs::remove_file(&temporary).ok();
        Fault::could_not("write-failed", format!("{shown} cannot be written: {error}; it is as it was"))
            .help("check the disk and the permissions")
            .into()
    })
}

fn fill(temporary: &Path, target: &Path, text: &str) -> io::Result<()> {
    let mut opened = OpenOptions::new().write(true).create_new(true).open(temporary)?;
    opened.write_all(text.as_bytes())?;
    opened.set_permissions(fs::metadata(target)?.permissions())?;
    opened.sync_all()
}
