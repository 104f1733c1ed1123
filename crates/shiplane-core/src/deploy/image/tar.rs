//! Tar archives as Docker writes and reads them: where each file lies in one, and the header of a new one.
//!
//! Read are the forms that Go's archive/tar writes: ustar, pax records and GNU long names; written is ustar, with
//! GNU's binary sizes for what does not fit.

/// Headers and padding come in blocks of this size.
pub const BLOCK: u64 = 512;

/// Names and records longer than this are no names.
const RECORDS: u64 = 1024 * 1024;

/// An archive with more files than this is no image.
const ENTRIES: usize = 100_000;

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// As it stands there, without a leading `./`.
    pub name: String,
    /// What it points to, when it is a link.
    pub link: Option<String>,
    /// Where its bytes begin.
    pub start: u64,
    /// How many there are.
    pub size: u64,
}

/// Why an archive cannot be read.
#[derive(Debug)]
pub enum Trouble<E> {
    /// Its bytes could not be had.
    Source(E),
    /// It is no tar, or it is cut off.
    Damaged(&'static str),
}

/// What one block of 512 bytes says.
struct Header {
    name: String,
    link: String,
    size: u64,
    kind: u8,
}

/// What records before a file say of it.
#[derive(Default)]
struct Ahead {
    name: Option<String>,
    link: Option<String>,
    size: Option<u64>,
}

/// Finds every file. `read` gives the bytes from a place on, fewer only at the end.
pub fn index<E>(mut read: impl FnMut(u64, u64) -> Result<Vec<u8>, E>) -> Result<Vec<Entry>, Trouble<E>> {
    let (mut entries, mut at, mut ahead) = (Vec::new(), 0, Ahead::default());
    loop {
        let block = read(at, BLOCK).map_err(Trouble::Source)?;
        if block.len() as u64 != BLOCK {
            return Err(Trouble::Damaged("it is cut off"));
        }
        if block.iter().all(|byte| *byte == 0) {
            return Ok(entries);
        }
        let header = Header::parse(&block).ok_or(Trouble::Damaged("it is no tar archive"))?;
        let (start, own) = (at.saturating_add(BLOCK), ahead.size.unwrap_or(header.size));
        let size = if is_record(header.kind) { header.size } else { own };
        if is_record(header.kind) {
            if size > RECORDS {
                return Err(Trouble::Damaged("a name in it is too long"));
            }
            let bytes = read(start, size).map_err(Trouble::Source)?;
            ahead.take(header.kind, &bytes);
        } else {
            entries.push(std::mem::take(&mut ahead).apply(header, start, size));
        }
        if entries.len() > ENTRIES {
            return Err(Trouble::Damaged("it has too many files"));
        }
        at = start
            .checked_add(size)
            .and_then(|end| end.checked_next_multiple_of(BLOCK))
            .ok_or(Trouble::Damaged("a size in it is too large"))?;
    }
}

/// Kinds that say something of the file after them (pax: `x`, `g`; GNU: `L`, `K`).
fn is_record(kind: u8) -> bool {
    matches!(kind, b'x' | b'g' | b'L' | b'K')
}

impl Header {
    fn parse(block: &[u8]) -> Option<Self> {
        let sum: u64 = block
            .iter()
            .enumerate()
            .map(|(at, byte)| if (148..156).contains(&at) { u64::from(b' ') } else { u64::from(*byte) })
            .sum();
        if number(block.get(148..156)?)? != sum {
            return None;
        }
        let prefix =
            if block.get(257..263)? == b"ustar\0" { text(block.get(345..500)?) } else { String::new() };
        let name = text(block.get(..100)?);
        let name = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        let kind = *block.get(156)?;
        // Links and directories have no bytes, whatever their size says (POSIX, pax, ustar interchange format).
        let size = if matches!(kind, b'1'..=b'6') { 0 } else { number(block.get(124..136)?)? };
        Some(Self { name, link: text(block.get(157..257)?), size, kind })
    }
}

impl Ahead {
    fn take(&mut self, kind: u8, bytes: &[u8]) {
        match kind {
            b'L' => self.name = Some(text(bytes)),
            b'K' => self.link = Some(text(bytes)),
            b'x' => records(bytes, |key, value| match key {
                "path" => self.name = Some(value.to_owned()),
                "linkpath" => self.link = Some(value.to_owned()),
                "size" => self.size = value.parse().ok(),
                _ => {}
            }),
            _ => {}
        }
    }

    fn apply(self, header: Header, start: u64, size: u64) -> Entry {
        let name = self.name.unwrap_or(header.name);
        let link = matches!(header.kind, b'1' | b'2').then(|| self.link.unwrap_or(header.link));
        Entry { name: name.trim_start_matches("./").to_owned(), link, start, size }
    }
}

/// `<length> <key>=<value>\n`, one after the other.
fn records(mut bytes: &[u8], mut say: impl FnMut(&str, &str)) {
    while let Some(space) = bytes.iter().position(|byte| *byte == b' ') {
        let length = bytes.get(..space).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        let Some((record, rest)) = length.and_then(|length: usize| bytes.split_at_checked(length)) else {
            return;
        };
        let pair = record.get(space + 1..record.len().saturating_sub(1)).unwrap_or_default();
        if let Some((key, value)) = std::str::from_utf8(pair).ok().and_then(|pair| pair.split_once('=')) {
            say(key, value);
        }
        bytes = rest;
    }
}

/// Up to the first zero.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
}

/// Octal digits, or GNU's binary form behind a byte of 0x80.
fn number(field: &[u8]) -> Option<u64> {
    if field.first() == Some(&0x80) {
        let (high, low) = field.split_at_checked(field.len().saturating_sub(8))?;
        let fits = high.iter().skip(1).all(|byte| *byte == 0);
        return low.try_into().ok().filter(|_| fits).map(u64::from_be_bytes);
    }
    let digits = text(field);
    let digits = digits.trim_matches(' ');
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}

/// The header of a plain file with a short ASCII name.
pub fn header(name: &str, size: u64) -> Vec<u8> {
    let octal = format!("{size:011o}\0");
    let size_field: Vec<u8> = if octal.len() == 12 {
        octal.into_bytes()
    } else {
        [&[0x80, 0, 0, 0][..], &size.to_be_bytes()].concat()
    };
    let mut head: Vec<u8> = name.bytes().take(99).collect();
    head.resize(100, 0);
    for field in ["0000644", "0000000", "0000000"] {
        head.extend_from_slice(field.as_bytes());
        head.push(0);
    }
    head.extend_from_slice(&size_field);
    head.extend_from_slice(b"00000000000\x00");
    let mut tail = vec![b'0'];
    tail.resize(101, 0);
    tail.extend_from_slice(b"ustar\x0000");
    tail.resize(356, 0);
    let sum: u64 = head.iter().chain(&tail).map(|byte| u64::from(*byte)).sum::<u64>() + 8 * u64::from(b' ');
    head.extend_from_slice(format!("{sum:06o}\0 ").as_bytes());
    head.extend(tail);
    head
}

/// Zeros up to the next block.
pub fn padding(size: u64) -> Vec<u8> {
    let rest = size.checked_next_multiple_of(BLOCK).map_or(0, |end| end - size);
    vec![0; usize::try_from(rest).unwrap_or_default()]
}

/// The end of an archive.
pub fn end() -> Vec<u8> {
    vec![0; 1024]
}
