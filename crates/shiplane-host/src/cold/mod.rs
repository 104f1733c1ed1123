//! Cold storage: archives go there and are read back, and come back when a release is needed again.
//!
//! What an archive is made of and what takes it in are programs (`tar`, `docker`), so that people can open one by
//! hand. Nothing is believed to be stored that was not read back byte for byte.

mod directory;
mod piped;
mod stream;

use std::io::{self, BufReader, Read, Write};
use std::time::Instant;

use anyhow::{Context as _, anyhow, bail};
use shiplane_core::command::Command;
use shiplane_core::config::{Cold, ColdCommands};
use shiplane_core::deploy::{Archive, Holds};

use crate::tree::PIECE;
use piped::Piped;
use stream::Counted;

pub(crate) use directory::{lacks, prepare};

/// What `{name}` in a command stands for.
const NAME: &str = "{name}";

/// zstd's own default; the archives are written once and read rarely.
const LEVEL: i32 = 3;

/// What shall be stored.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    /// Its name in the place.
    pub(crate) name: String,
    pub(crate) holds: Holds,
    /// Writes it to its output.
    pub(crate) maker: Command,
}

/// Why an archive could not be had.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The place does not have it, or does not answer.
    Absent(anyhow::Error),
    /// It is not what was stored.
    Damaged(String),
    /// It was whole, and could not be taken in.
    Refused(anyhow::Error),
}

/// Stores one archive, and reads it back.
pub(crate) fn store(place: &Cold, parcel: &Parcel, deadline: Instant) -> anyhow::Result<Archive> {
    let archive = match place {
        Cold::Directory(dir) => directory::write(dir.as_ref(), parcel, deadline)?,
        Cold::Commands(commands) => send(commands, parcel, deadline)?,
    };
    if let Some(why) = differs(place, &archive, deadline)? {
        bail!("what was read back of {} is not what was stored: {why}", archive.name);
    }
    Ok(archive)
}

/// Whether the place still has what was stored; why not, when it has something else.
pub(crate) fn differs(place: &Cold, archive: &Archive, deadline: Instant) -> anyhow::Result<Option<String>> {
    let (source, program) = open(place, archive, deadline)?;
    let mut counted = Counted::new(source, deadline);
    io::copy(&mut counted, &mut io::sink()).with_context(|| format!("read {} back", archive.name))?;
    if let Some(program) = program {
        program.finish()?;
    }
    Ok(judge(&counted, archive))
}

/// Brings one archive back into a program that reads it; it hears no end unless all of it is as it was stored.
pub(crate) fn fetch(
    place: &Cold,
    archive: &Archive,
    (taker, deadline): (&Command, Instant),
) -> Result<(), Trouble> {
    let (source, program) = open(place, archive, deadline).map_err(Trouble::Absent)?;
    let mut counted = Counted::new(source, deadline);
    let (taking, mut stdin) = Piped::taking(taker, deadline).map_err(Trouble::Refused)?;
    let poured = unpack(&mut counted, &mut stdin);
    match whole(counted, (program, archive), poured) {
        Ok(taken) => {
            // Closed only now: the archive came as it was stored.
            drop(stdin);
            taking.finish().and(taken.context("hand the archive over")).map_err(Trouble::Refused)
        }
        Err(trouble) => {
            // Killed before it may take the silence for the end.
            drop(taking);
            Err(trouble)
        }
    }
}

/// Whether all of it came as it was stored; answers what became of it at the other end.
fn whole<R: Read>(
    mut source: Counted<R>,
    (program, archive): (Option<Piped>, &Archive),
    poured: Result<(), Poured>,
) -> Result<io::Result<()>, Trouble> {
    let rest = io::copy(&mut source, &mut io::sink());
    // A program that could not read its archive says more than what came of it.
    if let Some(program) = program {
        program.finish().map_err(Trouble::Absent)?;
    }
    rest.context("read the archive").map_err(Trouble::Absent)?;
    match (judge(&source, archive), poured) {
        (Some(why), _) => Err(Trouble::Damaged(why)),
        (None, Err(Poured::Source(error))) => Err(Trouble::Damaged(error.to_string())),
        (None, Err(Poured::Taker(error))) => Ok(Err(error)),
        (None, Ok(())) => Ok(Ok(())),
    }
}

/// Why nothing more was poured.
enum Poured {
    Source(io::Error),
    Taker(io::Error),
}

fn unpack(source: &mut impl Read, mut taker: impl Write) -> Result<(), Poured> {
    let mut unpacked = zstd::Decoder::new(source).map_err(Poured::Source)?.single_frame();
    let mut piece = vec![0; PIECE];
    loop {
        let count = unpacked.read(&mut piece).map_err(Poured::Source)?;
        if count == 0 {
            return Ok(());
        }
        taker.write_all(piece.get(..count).unwrap_or_default()).map_err(Poured::Taker)?;
    }
}

/// How what came differs from what was stored.
fn judge<T>(counted: &Counted<T>, archive: &Archive) -> Option<String> {
    if counted.bytes != archive.bytes {
        return Some(format!("{} bytes came, and {} were stored", counted.bytes, archive.bytes));
    }
    let sha256 = counted.sha256();
    (sha256 != archive.sha256).then(|| format!("its SHA-256 is {sha256}, and {} was stored", archive.sha256))
}

fn open(
    place: &Cold,
    archive: &Archive,
    deadline: Instant,
) -> anyhow::Result<(Box<dyn Read>, Option<Piped>)> {
    match place {
        Cold::Directory(dir) => Ok((Box::new(directory::open(dir.as_ref(), archive)?), None)),
        Cold::Commands(commands) => {
            let (program, stdout) = Piped::giving(&command(&commands.fetch, &archive.name)?, deadline)?;
            Ok((Box::new(stdout), Some(program)))
        }
    }
}

/// Into a program of the user's.
fn send(commands: &ColdCommands, parcel: &Parcel, deadline: Instant) -> anyhow::Result<Archive> {
    let (keeping, stdin) = Piped::taking(&command(&commands.store, &parcel.name)?, deadline)?;
    match pack(parcel, stdin, deadline) {
        Ok((archive, stdin)) => {
            // Closed only now: the archive is whole.
            drop(stdin);
            keeping.finish()?;
            Ok(archive)
        }
        Err(Packed::Sink(error)) => {
            keeping.finish()?;
            Err(error)
        }
        Err(Packed::Maker(error)) => Err(error),
    }
}

/// Which side failed.
enum Packed {
    Maker(anyhow::Error),
    Sink(anyhow::Error),
}

impl From<Packed> for anyhow::Error {
    fn from(packed: Packed) -> Self {
        match packed {
            Packed::Maker(error) | Packed::Sink(error) => error,
        }
    }
}

/// Makes the archive and packs it into a sink; gives the sink back, still open.
fn pack<W: Write>(parcel: &Parcel, sink: W, deadline: Instant) -> Result<(Archive, W), Packed> {
    let (making, stdout) = Piped::giving(&parcel.maker, deadline).map_err(Packed::Maker)?;
    let (mut source, counted) = (BufReader::with_capacity(PIECE, stdout), Counted::new(sink, deadline));
    let (sunk, mut unpacked) = (|error: io::Error| Packed::Sink(anyhow!(error)), 0_u64);
    let mut packer = zstd::Encoder::new(counted, LEVEL).map_err(sunk)?;
    packer.include_checksum(true).map_err(sunk)?;
    let mut piece = vec![0; PIECE];
    loop {
        let count = source.read(&mut piece).map_err(|error| Packed::Maker(error.into()))?;
        if count == 0 {
            break;
        }
        packer.write_all(piece.get(..count).unwrap_or_default()).map_err(sunk)?;
        unpacked = unpacked.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }
    making.finish().map_err(Packed::Maker)?;
    let mut counted = packer.finish().map_err(sunk)?;
    counted.flush().map_err(sunk)?;
    let (sha256, bytes) = (counted.sha256(), counted.bytes);
    let archive = Archive { name: parcel.name.clone(), holds: parcel.holds, sha256, bytes, unpacked };
    Ok((archive, counted.inner))
}

fn command(words: &[String], name: &str) -> anyhow::Result<Command> {
    let words: Vec<String> = words.iter().map(|word| word.replace(NAME, name)).collect();
    Command::from_words(&words).context("the command of the cold storage has no program")
}
