//! `paths:` the list of endpoints that a probe asks below its address.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use shiplane_core::config::Probe as Configured;
use shiplane_core::fault::Fault;
use shiplane_core::smoke::endpoints::{Endpoint, parse};

use super::Around;

/// The most bytes of a list that are read.
const MOST: u64 = 16 * 1024 * 1024;

/// Requests at once, unless told.
const TOGETHER: u32 = 16;

/// A list, read and checked.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// The file, as it was named.
    pub file: String,
    /// Each once, in the order of the file.
    pub list: Arc<[Endpoint]>,
    /// The most requests at once.
    pub together: u32,
}

/// The list that the probe names, where it names one; what is wrong with it is said before anything is contacted.
pub(super) fn read(name: &str, written: &Configured, around: &Around) -> Result<Option<Endpoints>, Fault> {
    let Some(file) = &written.paths else { return Ok(None) };
    if written.http.is_none() || written.via.is_some() {
        let fact = format!("probe {name}: `paths` needs an address in `http`, asked from this machine");
        return Err(Fault::usage("paths-without-address", fact)
            .help("add `http: \"https://shop.example.org\"`, and leave `via` out"));
    }
    if written.successes.is_some() || written.stable.is_some() {
        let fact = format!("probe {name}: each endpoint of `paths` has to answer once, not several times");
        return Err(Fault::usage("paths-once", fact)
            .help("leave `successes` and `stable` out, or make a probe of the one endpoint"));
    }
    let place = around.checkout.as_deref().unwrap_or(Path::new("")).join(file);
    let list = parse(file, &bytes(file, &place)?)?;
    Ok(Some(Endpoints { file: file.clone(), list: list.into(), together: TOGETHER }))
}

fn bytes(file: &str, place: &Path) -> Result<Vec<u8>, Fault> {
    let wrong = |error: String| {
        Fault::usage("paths-unreadable", format!("read {file}: {error}"))
            .help("name a file with one endpoint a line, from the root of the repository")
    };
    let mut bytes = Vec::new();
    // Before it is opened: to open a pipe is to wait for its writer.
    if !std::fs::metadata(place).map_err(|error| wrong(error.to_string()))?.is_file() {
        return Err(wrong("it is not a plain file".to_owned()));
    }
    let opened = File::open(place).map_err(|error| wrong(error.to_string()))?;
    opened.take(MOST + 1).read_to_end(&mut bytes).map_err(|error| wrong(error.to_string()))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MOST {
        return Err(wrong("it is larger than 16 MiB".to_owned()));
    }
    Ok(bytes)
}
