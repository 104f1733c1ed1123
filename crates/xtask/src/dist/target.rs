//! For which machines assets are built, and how `uname` names these machines.

use std::str::FromStr;

use anyhow::bail;

use crate::process::Run;

/// A machine that assets are built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Linux on x86_64, static.
    LinuxX64,
    /// Linux on 64-bit ARM, static.
    LinuxArm,
    /// macOS on x86_64.
    MacX64,
    /// macOS on 64-bit ARM.
    MacArm,
    /// Windows on x86_64.
    WindowsX64,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::LinuxX64, Self::LinuxArm, Self::MacX64, Self::MacArm, Self::WindowsX64];

    /// Those that can be built on Linux.
    pub const LINUX: [Self; 2] = [Self::LinuxX64, Self::LinuxArm];

    /// As Rust names it.
    pub fn triple(self) -> &'static str {
        match self {
            Self::LinuxX64 => "x86_64-unknown-linux-musl",
            Self::LinuxArm => "aarch64-unknown-linux-musl",
            Self::MacX64 => "x86_64-apple-darwin",
            Self::MacArm => "aarch64-apple-darwin",
            Self::WindowsX64 => "x86_64-pc-windows-msvc",
        }
    }

    /// As `uname -s` and `uname -m` name it, joined by a dash; `run.sh` says `Windows` for MINGW and MSYS.
    pub fn uname(self) -> &'static str {
        match self {
            Self::LinuxX64 => "Linux-x86_64",
            Self::LinuxArm => "Linux-aarch64",
            Self::MacX64 => "Darwin-x86_64",
            Self::MacArm => "Darwin-arm64",
            Self::WindowsX64 => "Windows-x86_64",
        }
    }

    /// What a program's file name ends with.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::LinuxX64 | Self::LinuxArm | Self::MacX64 | Self::MacArm => "",
            Self::WindowsX64 => ".exe",
        }
    }

    /// Whether this machine is one of those.
    fn is_here(self) -> bool {
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        match self {
            Self::LinuxX64 => os == "linux" && arch == "x86_64",
            Self::LinuxArm => os == "linux" && arch == "aarch64",
            Self::MacX64 | Self::MacArm => os == "macos",
            Self::WindowsX64 => os == "windows",
        }
    }

    /// The cargo command that builds for it: C of dependencies needs zig where the machine is another one.
    pub(super) fn builder(self) -> &'static str {
        if self.is_here() { "build" } else { "zigbuild" }
    }

    /// What rustc is told where its own linker does the work: functions with the same machine code become one, and
    /// the linker script has its say.
    pub(super) fn linker_flags(self, script: &str) -> Option<Vec<String>> {
        if !(self.is_here() && Self::LINUX.contains(&self)) {
            return None;
        }
        let script = format!("link-arg=-T{script}");
        // Relative relocations in a bitmap in place of 24 bytes each; in a static program musl reads them since 1.2.4
        // (git.musl-libc.org/cgit/musl/commit/?id=001c1afb0a08912a6fdc7c462c53e221de4bc9f1).
        let relocations = "link-arg=--pack-dyn-relocs=relr";
        let words =
            ["linker=rust-lld", "link-arg=--icf=all", "link-arg=--no-eh-frame-hdr", relocations, &script];
        Some(words.iter().flat_map(|word| ["-C", word]).map(str::to_owned).collect())
    }

    /// Adds the target, and says what is missing for it.
    pub(super) fn ready(self) -> anyhow::Result<()> {
        Run::new("rustup").args(["--quiet", "target", "add", self.triple()]).run()?;
        let triple = self.triple();
        if !self.is_here() && Run::new("cargo").args(["zigbuild", "--version"]).output().is_err() {
            bail!("{triple} needs cargo-zigbuild on this machine: pip install cargo-zigbuild ziglang");
        }
        let musl = self.is_here() && Self::LINUX.contains(&self);
        if musl && Run::new("musl-gcc").args(["--version"]).output().is_err() {
            bail!("{triple} needs musl-gcc on this machine: apt-get install musl-tools");
        }
        Ok(())
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|target| target.triple() == text).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|target| target.triple()).collect();
            format!("`{text}` is no target of a release; there are: {}", known.join(", "))
        })
    }
}
