//! Who did something, and numbers that stay the same from run to run.

/// A user, a bot or another kind of account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The login, for a bot without the `[bot]` that REST adds.
    pub login: String,
    /// What kind of account it is.
    pub kind: ActorKind,
}

/// The kinds of account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKind {
    /// A person.
    User,
    /// An app's account.
    Bot,
    /// An organization.
    Organization,
}

impl Actor {
    /// A person.
    pub fn user(login: &str) -> Self {
        Self { login: login.to_owned(), kind: ActorKind::User }
    }

    /// An app's account; `github-actions[bot]` and `github-actions` are the same one.
    pub fn bot(login: &str) -> Self {
        Self { login: login.trim_end_matches("[bot]").to_owned(), kind: ActorKind::Bot }
    }

    pub(super) fn type_name(&self) -> &'static str {
        match self.kind {
            ActorKind::User => "User",
            ActorKind::Bot => "Bot",
            ActorKind::Organization => "Organization",
        }
    }

    /// GraphQL drops the `[bot]`, REST keeps it.
    pub(super) fn rest_login(&self) -> String {
        match self.kind {
            ActorKind::Bot => format!("{}[bot]", self.login),
            ActorKind::User | ActorKind::Organization => self.login.clone(),
        }
    }
}

impl From<&str> for Actor {
    fn from(login: &str) -> Self {
        if login.ends_with("[bot]") { Self::bot(login) } else { Self::user(login) }
    }
}

/// A number made from names: the same names, the same number (FNV-1a, kept in 31 bits as GraphQL's `Int`).
pub(super) fn id_of(parts: &[&str]) -> u64 {
    hash(parts) & 0x7fff_ffff
}

/// An opaque id as GraphQL and REST's `node_id` have it.
pub(super) fn node_id(prefix: &str, parts: &[&str]) -> String {
    format!("{prefix}_kw{:x}", hash(parts))
}

/// Forty hexadecimal digits that depend on the text alone.
pub(super) fn oid_of(text: &str) -> String {
    format!("{:016x}{:016x}{:08x}", hash(&["1", text]), hash(&["2", text]), hash(&["3", text]) as u32)
}

fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
