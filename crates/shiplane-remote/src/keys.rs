//! What to log in with: private keys as secrets arrive, repaired where the way here bent them, and an agent.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use russh::keys::{Certificate, Error as KeyError, PrivateKey, decode_secret_key};
use shiplane_core::secret::Secret;

use crate::faults;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// What to log in with.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// Private keys as text: OpenSSH, PEM, PKCS#8 or PuTTY.
    pub keys: Vec<Secret>,
    /// User certificates, as the text of a `-cert.pub` file; each belongs to one of the keys.
    pub certificates: Vec<String>,
    /// Opens the keys that are encrypted.
    pub passphrase: Option<Secret>,
    /// The socket of an SSH agent, asked after the keys.
    pub agent: Option<PathBuf>,
}

/// Keys that are ready to sign. Has no `Debug`: it holds what [`Secret`] hid.
pub(crate) struct Opened {
    pub(crate) keys: Vec<Signing>,
    pub(crate) agent: Option<PathBuf>,
}

/// A key, and what somebody certified about it.
pub(crate) struct Signing {
    pub(crate) key: Arc<PrivateKey>,
    pub(crate) certificates: Vec<Certificate>,
}

impl Credentials {
    /// Reads every key, or says what is wrong with which; contacts nothing.
    pub fn check(&self) -> Result<()> {
        self.open().map(drop)
    }

    /// Whether some key is in order, and only the right passphrase is missing.
    pub(crate) fn is_locked(&self) -> bool {
        let passphrase = self.passphrase.as_ref().map(Secret::expose).filter(|text| !text.is_empty());
        let outcomes = self.keys.iter().map(|key| open(key.expose(), passphrase));
        outcomes
            .filter_map(Result::err)
            .any(|why| matches!(why, KeyTrouble::Locked | KeyTrouble::WrongPassphrase))
    }

    pub(crate) fn open(&self) -> Result<Opened> {
        let given: Vec<&Secret> = self.keys.iter().filter(|key| !key.expose().trim().is_empty()).collect();
        if given.is_empty() && self.agent.is_none() {
            return Err(faults::key_missing().into());
        }
        let passphrase = self.passphrase.as_ref().map(Secret::expose).filter(|text| !text.is_empty());
        let mut keys = Vec::with_capacity(given.len());
        for (number, key) in (1_usize..).zip(&given) {
            let opened = open(key.expose(), passphrase);
            let opened = opened.map_err(|why| faults::key_invalid(&why, (number, given.len())))?;
            keys.push(Signing { key: Arc::new(opened), certificates: Vec::new() });
        }
        self.certificates.iter().try_for_each(|text| certify(&mut keys, text))?;
        Ok(Opened { keys, agent: self.agent.clone() })
    }
}

/// Puts a certificate beside the key that it is about.
fn certify(keys: &mut [Signing], text: &str) -> Result<()> {
    let certificate = Certificate::from_openssh(text.trim())
        .map_err(|error| faults::certificate_invalid(&error.to_string()))?;
    let about = |signing: &&mut Signing| signing.key.public_key().key_data() == certificate.public_key();
    let owner =
        keys.iter_mut().find(about).ok_or_else(|| faults::certificate_of_another_key(&certificate))?;
    owner.certificates.push(certificate);
    Ok(())
}

/// What is wrong with a text that should be a private key. Holds nothing of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyTrouble {
    /// It is the public half.
    Public,
    /// It is the name of a file and not its text.
    FileName,
    /// No private key in it; how many characters there are.
    NotAKey(usize),
    /// The last line is missing: the text was cut.
    CutOff,
    /// Between the first and the last line stands what no key holds.
    Damaged(String),
    /// Encrypted, and no passphrase was given.
    Locked,
    /// Encrypted, and the passphrase does not open it.
    WrongPassphrase,
    /// A kind that is not read, by name.
    Unsupported(String),
}

/// A key's text as ssh-keygen would have written it.
pub struct Repaired {
    /// The words of the BEGIN line.
    label: String,
    /// Lines such as `Proc-Type: 4,ENCRYPTED`.
    headers: Vec<String>,
    text: Secret,
}

impl Repaired {
    /// The repaired text.
    pub fn text(&self) -> &Secret {
        &self.text
    }

    fn is_encrypted_pem(&self) -> bool {
        self.headers.iter().any(|header| header.contains("ENCRYPTED"))
    }
}

/// Undoes what secrets suffer: CRLF, no last newline, indentation, quotes, `\n` as two characters, one line, base64.
pub fn repair(text: &str) -> Result<Repaired, KeyTrouble> {
    let unquoted = text.trim_start_matches('\u{feff}').trim().trim_matches(['"', '\'']);
    let unescaped = unquoted.replace("\\r", "").replace("\\n", "\n");
    if let Some(found) = repair_pem(&unescaped) {
        return found;
    }
    if unescaped.trim_start().starts_with("PuTTY-User-Key-File-") {
        let lines: Vec<&str> = unescaped.lines().map(str::trim).collect();
        let text = Secret::new(lines.join("\n") + "\n");
        return Ok(Repaired { label: "PuTTY".to_owned(), headers: Vec::new(), text });
    }
    let packed: String = unescaped.split_whitespace().collect();
    let unpacked = STANDARD.decode(packed).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match unpacked.and_then(|text| repair_pem(&text)) {
        Some(found) => found,
        None => Err(not_a_key(unquoted)),
    }
}

/// What [`repair`] undoes in this text, in words.
pub fn repairs(text: &str) -> Vec<&'static str> {
    let inner = text.trim_start_matches('\u{feff}').trim();
    let is_packed = !text.contains(BEGIN) && !text.contains("PuTTY-User-Key-File-");
    let signs = [
        (text.starts_with('\u{feff}'), "a byte order mark"),
        (text.contains("\r\n") || text.contains("\\r"), "CRLF line ends"),
        (text.contains("\\n"), "`\\n` in place of line ends"),
        (inner.starts_with(['"', '\'']), "quotes around it"),
        (is_packed, "base64 around it"),
        (!is_packed && !inner.contains('\n') && !text.contains("\\n"), "all on one line"),
        (inner.lines().any(|line| line.starts_with([' ', '\t'])), "indentation"),
        (!is_packed && !text.ends_with('\n'), "no newline at its end"),
    ];
    signs.into_iter().filter(|(is_there, _)| *is_there).map(|(_, words)| words).collect()
}

/// The first block between BEGIN and END; `None` when there is no BEGIN.
fn repair_pem(text: &str) -> Option<Result<Repaired, KeyTrouble>> {
    let (_, after) = text.split_once(BEGIN)?;
    let (label, after) = after.split_once(DASHES)?;
    let Some((inside, _)) = after.split_once(END) else { return Some(Err(KeyTrouble::CutOff)) };
    Some(check_label(label).and_then(|()| rebuild(label, inside)))
}

fn check_label(label: &str) -> Result<(), KeyTrouble> {
    match label {
        "OPENSSH PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" => Ok(()),
        "PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => Ok(()),
        public if public.ends_with("PUBLIC KEY") => Err(KeyTrouble::Public),
        "DSA PRIVATE KEY" => Err(KeyTrouble::Unsupported("DSA".to_owned())),
        "CERTIFICATE" => Err(KeyTrouble::Unsupported("X.509 certificate".to_owned())),
        _ => Err(KeyTrouble::Unsupported("unknown PEM label".to_owned())),
    }
}

fn rebuild(label: &str, inside: &str) -> Result<Repaired, KeyTrouble> {
    let lines = inside.lines().map(str::trim);
    let (headers, body): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.contains(':'));
    let body: String = body.iter().flat_map(|line| line.split_whitespace()).collect();
    let strange = body.chars().filter(|c| !(c.is_ascii_alphanumeric() || "+/=".contains(*c))).count();
    if strange > 0 {
        return Err(KeyTrouble::Damaged(format!("{strange} characters in it belong to no key")));
    }
    let mut text = format!("{BEGIN}{label}{DASHES}\n");
    for header in &headers {
        text.push_str(header);
        text.push('\n');
    }
    for line in body.as_bytes().chunks(64) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push('\n');
    }
    text.push_str(&format!("{END}{label}{DASHES}\n"));
    let headers = headers.into_iter().map(str::to_owned).collect();
    Ok(Repaired { label: label.to_owned(), headers, text: Secret::new(text) })
}

fn not_a_key(text: &str) -> KeyTrouble {
    let is_path = text.starts_with(['/', '~', '.']) && !text.contains(char::is_whitespace);
    if ["ssh-", "ecdsa-sha2-", "sk-"].iter().any(|start| text.starts_with(start)) {
        KeyTrouble::Public
    } else if is_path {
        KeyTrouble::FileName
    } else {
        KeyTrouble::NotAKey(text.chars().count())
    }
}

fn open(text: &str, passphrase: Option<&str>) -> Result<PrivateKey, KeyTrouble> {
    let repaired = repair(text)?;
    check_cipher(&repaired)?;
    let plain = decode_secret_key(repaired.text.expose(), None);
    let locked = repaired.label == "ENCRYPTED PRIVATE KEY" || repaired.is_encrypted_pem();
    match plain {
        Ok(key) => Ok(key),
        Err(KeyError::KeyIsEncrypted) => unlock(&repaired, passphrase),
        Err(_) if locked => unlock(&repaired, passphrase),
        // A PuTTY file does not say "encrypted" in its error; its header does.
        Err(_) if repaired.text.expose().contains("\nEncryption: aes") => unlock(&repaired, passphrase),
        Err(KeyError::UnsupportedKeyType { key_type_string, .. }) => {
            Err(KeyTrouble::Unsupported(key_type_string))
        }
        Err(error) => Err(KeyTrouble::Damaged(error.to_string())),
    }
}

fn unlock(repaired: &Repaired, passphrase: Option<&str>) -> Result<PrivateKey, KeyTrouble> {
    let passphrase = passphrase.ok_or(KeyTrouble::Locked)?;
    decode_secret_key(repaired.text.expose(), Some(passphrase)).map_err(|_| KeyTrouble::WrongPassphrase)
}

/// Of the old encrypted PEM only RSA with AES-128-CBC is read.
fn check_cipher(repaired: &Repaired) -> Result<(), KeyTrouble> {
    let readable = repaired.label == "RSA PRIVATE KEY"
        && repaired.headers.iter().any(|header| header.starts_with("DEK-Info: AES-128-CBC,"));
    if repaired.is_encrypted_pem() && !readable {
        return Err(KeyTrouble::Unsupported("PEM encrypted with an old cipher".to_owned()));
    }
    Ok(())
}
