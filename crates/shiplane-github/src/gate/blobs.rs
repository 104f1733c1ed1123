//! Texts of files on both sides of a pull request, any number of them in one request.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use shiplane_core::fault::Fault;
use shiplane_core::foreign;
use shiplane_core::gate::Facts;
use shiplane_core::gate::facts::{CodeOwnersFile, ReleaseFile, Section, Unread};

use super::pages::{leave_unread, settle};
use super::{PullRequestId, absent, partial, undocumented};
use crate::answer::{Answer, Missing};
use crate::client::Client;

/// Where GitHub looks for code owners; the first that exists counts (docs, "About code owners").
const CODE_OWNERS: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// Which files.
#[derive(Debug)]
pub(super) struct Wanted<'n> {
    pub(super) code_owners: bool,
    pub(super) release_files: &'n [String],
    /// Where the branch left the base, when that is another commit than the base's.
    pub(super) left: Option<String>,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Texts {
    /// How many files the pull request changes, by GitHub's count.
    pub(super) changed_files: Option<u64>,
    /// By number of the file: the base branch's.
    owners: Vec<Found>,
    releases: Vec<Sides>,
}

/// One file on the base, where the branch left it, and on the head.
#[derive(Debug)]
struct Sides {
    base: Found,
    left: Option<Found>,
    head: Found,
}

/// One file on one side.
#[derive(Debug)]
enum Found {
    Absent,
    Text(String),
    Unread(Unread),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Blob {
    #[serde(rename = "__typename")]
    kind: String,
    text: Option<String>,
    is_truncated: Option<bool>,
    is_binary: Option<bool>,
    byte_size: Option<u64>,
}

impl Wanted<'_> {
    /// Whether nothing is wanted.
    pub(super) fn is_empty(&self) -> bool {
        !self.code_owners && self.release_files.is_empty()
    }

    /// The query, and the variables that carry the paths: a name of a file is never a part of the query itself.
    fn question(&self, pull: &PullRequestId, facts: &Facts) -> (String, Value) {
        let (base, head) = (&facts.pull_request.base, &facts.pull_request.head);
        let (mut declared, mut fields) = (String::new(), String::new());
        let mut variables = Map::new();
        let mut ask = |alias: String, rev: &str, path: &str| {
            declared.push_str(&format!(" ${alias}: String!"));
            fields.push_str(&format!("    {alias}: object(expression: ${alias}) {{ ...text }}\n"));
            variables.insert(alias, format!("{rev}:{}", path.trim_start_matches("./")).into());
        };
        let base = format!("refs/heads/{base}");
        for (at, path) in self.owners().iter().enumerate() {
            ask(format!("owners{at}"), &base, path);
        }
        for (at, path) in self.release_files.iter().enumerate() {
            ask(format!("base{at}"), &base, path);
            ask(format!("head{at}"), head, path);
            if let Some(left) = &self.left {
                ask(format!("left{at}"), left, path);
            }
        }
        let query = format!(
            "query Texts($owner: String!, $name: String!, $number: Int!{declared}) {{\n  \
             repository(owner: $owner, name: $name) {{\n    \
             pullRequest(number: $number) {{ headRefOid changedFiles }}\n{fields}  }}\n}}\n\n\
             fragment text on GitObject {{\n  __typename\n  \
             ... on Blob {{ text isTruncated isBinary byteSize }}\n}}\n"
        );
        variables.extend([
            ("owner".to_owned(), json!(pull.repository.owner)),
            ("name".to_owned(), json!(pull.repository.name)),
            ("number".to_owned(), json!(pull.number)),
        ]);
        (query, Value::Object(variables))
    }

    fn owners(&self) -> &'static [&'static str] {
        if self.code_owners { &CODE_OWNERS } else { &[] }
    }
}

impl Client {
    /// Texts of files at the base branch and at the head.
    pub(super) async fn texts(
        &self,
        pull: &PullRequestId,
        facts: &mut Facts,
        wanted: &Wanted<'_>,
    ) -> anyhow::Result<Texts> {
        let (query, variables) = wanted.question(pull, facts);
        let answer = self.query(&query, &variables).await?;
        let Some(seen) = answer.data.pointer("/repository/pullRequest").filter(|it| !it.is_null()) else {
            return Err(absent(pull, &answer.errors).into());
        };
        settle(&mut facts.pull_request, None, seen.get("headRefOid").and_then(Value::as_str));
        let owner = |at: usize| found(&answer, (&format!("owners{at}"), Section::CodeOwners));
        let release = |side: &str, at: usize| found(&answer, (&format!("{side}{at}"), Section::ReleaseFiles));
        Ok(Texts {
            changed_files: seen.get("changedFiles").and_then(Value::as_u64),
            owners: (0..wanted.owners().len()).map(owner).collect::<Result<_, _>>()?,
            releases: (0..wanted.release_files.len())
                .map(|at| {
                    let left = wanted.left.as_ref().map(|_| release("left", at)).transpose()?;
                    Ok(Sides { base: release("base", at)?, left, head: release("head", at)? })
                })
                .collect::<Result<_, Fault>>()?,
        })
    }
}

impl Texts {
    /// Puts what was found into the facts, and says what could not be read.
    pub(super) fn put_into(&self, facts: &mut Facts, wanted: &Wanted<'_>) {
        if wanted.code_owners {
            self.put_owners(facts);
        }
        if wanted.release_files.is_empty() {
            return;
        }
        let mut files = facts.release_files.take().unwrap_or_default();
        for (path, sides) in wanted.release_files.iter().zip(&self.releases) {
            let mut side = |found: &Found| match found {
                Found::Absent => None,
                Found::Text(text) => Some(text.clone()),
                Found::Unread(unread) => {
                    leave_unread(facts, about(path, unread));
                    None
                }
            };
            let base = side(&sides.base);
            let left = sides.left.as_ref().map(|found| side(found).unwrap_or_default());
            files.push(ReleaseFile { path: path.clone(), base, left, head: side(&sides.head) });
        }
        facts.release_files = Some(files);
    }

    fn put_owners(&self, facts: &mut Facts) {
        let mut file = CodeOwnersFile { path: None, text: String::new() };
        for (path, found) in CODE_OWNERS.iter().zip(&self.owners) {
            match found {
                Found::Absent => {}
                Found::Text(text) => {
                    file = CodeOwnersFile { path: Some((*path).to_owned()), text: text.clone() };
                    break;
                }
                // A later file counts only where this one is known to be absent.
                Found::Unread(unread) => return leave_unread(facts, about(path, unread)),
            }
        }
        facts.code_owners = Some(file);
    }
}

fn found(answer: &Answer, (alias, section): (&str, Section)) -> Result<Found, Fault> {
    let missing = answer.errors.iter().find(|error| error.path.iter().any(|step| step == alias));
    if let Some(missing) = missing.filter(|missing| missing.kind != "NOT_FOUND") {
        return Ok(Found::Unread(unread(section, missing)));
    }
    let gap = |why: String| Found::Unread(Unread { section, why, permissions: Vec::new() });
    let blob = match answer.data.pointer(&format!("/repository/{alias}")) {
        Some(Value::Null) => return Ok(Found::Absent),
        Some(object) => Blob::deserialize(object).map_err(|error| undocumented(&error))?,
        None => return Ok(gap("it is not in the answer".to_owned())),
    };
    // A folder of that name is no file.
    if blob.kind != "Blob" {
        return Ok(Found::Absent);
    }
    Ok(match blob.text {
        _ if blob.is_binary == Some(true) => gap("it is no text".to_owned()),
        _ if blob.is_truncated != Some(false) => {
            let size = blob.byte_size.map_or_else(String::new, |size| format!(" of {size} bytes"));
            gap(format!("GitHub sent only a part{size}"))
        }
        Some(text) => Found::Text(text),
        None => gap("its text is not in the answer".to_owned()),
    })
}

fn unread(section: Section, missing: &Missing) -> Unread {
    let why = format!("{} ({})", missing.message, missing.kind);
    let permission = partial::is_permission(&missing.kind).then(|| "contents: read".to_owned());
    Unread { section, why, permissions: permission.into_iter().collect() }
}

fn about(path: &str, unread: &Unread) -> Unread {
    Unread { why: format!("`{}`: {}", foreign::one_line(path), unread.why), ..unread.clone() }
}
