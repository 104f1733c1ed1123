//! Names of files as bytes, and hashes, both written as text where they travel as JSON.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A path or a link's target, as bytes: whatever a file may be called. As text, `%` and what is no UTF-8 become `%41`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(pub Vec<u8>);

impl Name {
    /// The directory it lies in; `None` at the top.
    pub fn parent(&self) -> Option<Self> {
        let slash = self.0.iter().rposition(|byte| *byte == b'/')?;
        self.0.get(..slash).map(|parent| Self(parent.to_vec()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for c in chunk.valid().chars() {
                if c == '%' {
                    formatter.write_str("%25")?;
                } else {
                    write!(formatter, "{c}")?;
                }
            }
            for byte in chunk.invalid() {
                write!(formatter, "%{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut parts = text.as_bytes().split(|byte| *byte == b'%');
        let mut bytes = parts.next().unwrap_or_default().to_vec();
        for part in parts {
            let (code, rest) = part.split_at_checked(2).ok_or_else(|| de::Error::custom("a cut name"))?;
            bytes.extend(hex(code).ok_or_else(|| de::Error::custom("a damaged name"))?);
            bytes.extend_from_slice(rest);
        }
        Ok(Self(bytes))
    }
}

/// A SHA-256 hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = hex(text.as_bytes()).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| de::Error::custom("no hash"))
    }
}

/// The bytes that pairs of hexadecimal digits stand for.
fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).ok().filter(|text| text.len() == 2 && !text.starts_with('+'))?;
        u8::from_str_radix(text, 16).ok()
    };
    text.chunks(2).map(pair).collect()
}
