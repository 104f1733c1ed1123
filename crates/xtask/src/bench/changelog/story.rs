//! A made repository: a long history with merges, bodies and tags, the same every time.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, bail};

use crate::process::Run;

const KINDS: [&str; 8] = ["feat", "fix", "docs", "chore", "test", "refactor", "perf", "ci"];

/// The second of the first commit; each is a minute later.
const BEGIN: u64 = 1_500_000_000;

/// How long a history is, and how often something was released.
pub(super) struct Story {
    pub(super) commits: u64,
    pub(super) tags: u64,
}

/// What `git fast-import` is told (git-scm.com/docs/git-fast-import).
#[derive(Default)]
struct Telling {
    script: String,
    commits: u64,
    tags: u64,
}

impl Story {
    /// Makes the repository here.
    pub(super) fn tell(&self, room: &Path) -> anyhow::Result<()> {
        Run::new("git").args(["init", "--quiet", "--initial-branch=main"]).dir(room).run()?;
        let script = self.script().context("write the history")?;
        let import = Run::new("git").args(["fast-import", "--quiet", "--done"]).dir(room);
        let mut child = import.into_inner().stdin(Stdio::piped()).spawn().context("start git fast-import")?;
        let mut stdin = child.stdin.take().context("tell git fast-import")?;
        stdin.write_all(script.as_bytes()).context("tell git fast-import")?;
        drop(stdin);
        if !child.wait().context("wait for git fast-import")?.success() {
            bail!("git fast-import refused the history");
        }
        // A clone has its tags in one file.
        Run::new("git").args(["pack-refs", "--all"]).dir(room).run()
    }

    fn script(&self) -> Result<String, std::fmt::Error> {
        let mut telling = Telling::default();
        let mut main = telling.commit(("main", "feat: begin"), &[])?;
        while telling.commits < self.commits {
            let number = telling.commits;
            main = if number % 10 == 7 { telling.merged(main)? } else { telling.change("main", main)? };
            // The last commits are not released.
            let due = telling.commits * self.tags / self.commits;
            while due > telling.tags && telling.commits + 20 < self.commits {
                telling.tag(main)?;
            }
        }
        telling.script.push_str("done\n");
        Ok(telling.script)
    }
}

impl Telling {
    fn change(&mut self, branch: &str, parent: u64) -> Result<u64, std::fmt::Error> {
        let number = self.commits;
        let kind = usize::try_from(number).ok().and_then(|at| KINDS.get(at % KINDS.len())).copied();
        let kind = kind.unwrap_or_default();
        let mut message = format!("{kind}(part{}): change number {number} of the long story", number % 13);
        if number.is_multiple_of(3) {
            write!(
                message,
                "\n\nThis changes how part {number} works, because it was slow and hard to read.\nIt also removes \
                 what nobody used any more: see the notes.\n\nRefs: #{number}\nSigned-off-by: Dev <dev@example.org>\n"
            )?;
        }
        self.commit((branch, &message), &[parent])
    }

    /// Two commits on a side branch, and the merge of it.
    fn merged(&mut self, parent: u64) -> Result<u64, std::fmt::Error> {
        let side = self.change("side", parent)?;
        let side = self.change("side", side)?;
        let main = self.change("main", parent)?;
        let message = format!("Merge pull request #{} from dev/side\n\nOn the side\n", self.commits);
        self.commit(("main", &message), &[main, side])
    }

    fn commit(&mut self, (branch, message): (&str, &str), parents: &[u64]) -> Result<u64, std::fmt::Error> {
        self.commits += 1;
        let (mark, time, script) = (self.commits, BEGIN + 60 * self.commits, &mut self.script);
        writeln!(script, "commit refs/heads/{branch}\nmark :{mark}")?;
        writeln!(script, "committer Dev <dev@example.org> {time} +0000\ndata {}\n{message}", message.len())?;
        for (at, parent) in parents.iter().enumerate() {
            writeln!(script, "{} :{parent}", if at == 0 { "from" } else { "merge" })?;
        }
        let text = mark.to_string();
        writeln!(script, "M 100644 inline f{}\ndata {}\n{text}", mark % 50, text.len())?;
        Ok(mark)
    }

    fn tag(&mut self, commit: u64) -> Result<(), std::fmt::Error> {
        self.tags += 1;
        let (major, minor, patch) = (1 + self.tags / 400, self.tags / 20 % 20, self.tags % 20);
        let name = format!("v{major}.{minor}.{patch}");
        writeln!(self.script, "tag {name}\nfrom :{commit}")?;
        writeln!(self.script, "tagger Dev <dev@example.org> {BEGIN} +0000\ndata {}\n{name}", name.len())
    }
}
