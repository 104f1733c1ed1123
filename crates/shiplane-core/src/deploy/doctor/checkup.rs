//! What a host says about its state of health. Names and numbers only; no value of a `.env` is in here.

use serde::{Deserialize, Serialize};

/// What the client wants to know besides what every deploy needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Inquiry {
    /// The commit that is to come, when it is known.
    pub commit: Option<String>,
    /// A file with the keys that `.env` must have, relative to the site's path.
    pub env_example: Option<String>,
}

/// Something that was looked at, or why it could not be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Learned<T> {
    /// It does not matter here, so nobody looked.
    #[default]
    NotAsked,
    /// This is how it is.
    Known(T),
    /// It could not be found out, for this reason.
    Unknown(String),
}

/// What was looked at on a host, without changing anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checkup {
    /// Milliseconds that the host's clock is ahead of ours.
    pub clock: Learned<i64>,
    /// Who works there.
    pub user: Learned<User>,
    /// Where room is needed.
    pub disks: Vec<Disk>,
    /// What memory there is.
    pub memory: Learned<Memory>,
    /// How busy it is.
    pub load: Learned<Load>,
    /// Docker.
    pub docker: Learned<Docker>,
    /// The version of buildx; `None` when it is not there.
    pub buildx: Learned<Option<String>>,
    /// The remote that commits come from.
    pub origin: Learned<Origin>,
    /// The site's `.env`; `None` when there is none.
    pub env: Learned<Option<EnvFile>>,
    /// The keys it must have; `None` when the file that names them is not there.
    pub example: Learned<Option<Vec<String>>>,
    /// The Compose project.
    pub project: Learned<Project>,
}

/// Who works on the host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct User {
    /// The name.
    pub name: String,
    /// Names of the groups.
    pub groups: Vec<String>,
}

/// A place that needs room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Disk {
    /// What is kept there: `the site`.
    pub what: String,
    /// Where.
    pub path: String,
    /// How much there is.
    pub room: Learned<Room>,
}

/// Room on a file system, for somebody who is not root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Room {
    /// Free bytes.
    pub free: u64,
    /// All bytes.
    pub total: u64,
    /// Free inodes.
    pub free_inodes: u64,
    /// All inodes; 0 where the file system does not count them.
    pub inodes: u64,
}

/// Memory, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// What a new program could have.
    pub available: u64,
    /// Free swap.
    pub swap: u64,
}

/// How busy the host is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Load {
    /// The mean of the last five minutes, in hundredths.
    pub hundredths: u64,
    /// Processors.
    pub processors: u64,
}

/// How Docker answers this user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Docker {
    /// There is no such program.
    Absent,
    /// The daemon may be there, and this user may not speak with it.
    Denied,
    /// No daemon answers, in Docker's words.
    Silent(String),
    /// The daemon has this version.
    Answers(String),
}

/// The remote `origin`, asked from the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Without user name and password.
    pub url: String,
    /// What it said.
    pub answer: OriginAnswer,
    /// Where the commit that is to come was seen.
    pub commit: CommitSeen,
}

/// What a git remote said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OriginAnswer {
    /// It listed its branches and tags.
    Lists,
    /// The host does not know the key of the server behind it.
    HostKeyUnknown,
    /// It let the host's user not in.
    Refused,
    /// There is no such repository, or not for this user.
    NotFound,
    /// Its name has no address, or nothing answers there, in git's words.
    Unreachable(String),
    /// It said nothing in time.
    Silent,
    /// Something else, in git's words.
    Other(String),
}

/// Where a commit was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommitSeen {
    /// No commit was asked for.
    #[default]
    NotAsked,
    /// On the host.
    Here,
    /// A branch or tag of the remote stands on it.
    AtOrigin,
    /// Neither; the remote may have it deeper in a branch.
    Nowhere,
}

/// A `.env`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EnvFile {
    /// Names of its keys, in order.
    pub keys: Vec<String>,
    /// Those without a value.
    pub empty: Vec<String>,
    /// Those that stand there more than once.
    pub twice: Vec<String>,
    /// Whether everybody on the host may read it.
    pub world_readable: bool,
    /// Whether git has it.
    pub tracked: bool,
}

/// A Compose project, as Compose itself reads it with the host's `.env`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// Why Compose refuses it, in its words.
    pub invalid: Option<String>,
    /// Variables that nothing sets, and that became empty text.
    pub blank: Vec<String>,
    /// Ports it publishes.
    pub ports: Vec<Port>,
    /// Networks that it does not make itself.
    pub networks: Vec<External>,
    /// Volumes that it does not make itself.
    pub volumes: Vec<External>,
    /// Files and directories of the host that it uses.
    pub sources: Vec<Source>,
    /// Images that it does not build.
    pub images: Vec<External>,
}

/// A published port.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Port {
    /// Whose it is.
    pub service: String,
    /// The host's address; empty for all.
    pub address: String,
    /// The number.
    pub number: u16,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Who else has it.
    pub taken_by: Option<String>,
}

/// Something of Docker that has to be there already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct External {
    /// Its name.
    pub name: String,
    /// Whether it is there.
    pub present: Learned<bool>,
}

/// A file or directory that a service needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    /// Whose it is.
    pub service: String,
    /// Where on the host.
    pub path: String,
    /// Whether it is what an image is built from.
    pub build: bool,
    /// Whether it is there.
    pub present: bool,
}
