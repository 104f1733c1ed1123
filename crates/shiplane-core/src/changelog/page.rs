//! The notes of one release as a page of their own: what people wrote or commits say, where to compare, and who helped.

use super::notes::{Notes, plain, uncalled};
use super::site::Site;

/// GitHub takes no longer text for a release, in characters ("body is too long (maximum is 125000 characters)").
pub const LIMIT: usize = 125_000;

/// What is left for the lines at the end, however long the notes are.
const CLOSING: usize = 20_000;

/// A release, as far as it is known.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// What it brings.
    pub body: Body<'a>,
    /// The tag before it.
    pub previous: Option<&'a str>,
    /// Its own tag; a branch or `HEAD` where it has none yet.
    pub tag: &'a str,
    /// Where the repository is seen, when that is known.
    pub site: Option<&'a Site>,
    /// Who wrote it.
    pub contributors: &'a [Contributor],
}

/// What a release brings, by whom it was told.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// The section of the changelog.
    Written(&'a str),
    /// The commits.
    Commits(&'a Notes),
}

/// Somebody who wrote a commit, or wrote it along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributor {
    /// As git tells it.
    pub name: String,
    /// The name on GitHub, where the address tells it.
    pub login: Option<String>,
}

/// The whole text, as Markdown; it ends with a line end, and is never longer than [`LIMIT`].
pub fn render(page: &Page<'_>) -> String {
    let mut closing = Vec::new();
    if let (Some(site), Some(previous)) = (page.site, page.previous) {
        closing.push(format!("**Full changelog**: {}", site.compare(previous, page.tag)));
    }
    if !page.contributors.is_empty() {
        let names: Vec<String> = page.contributors.iter().map(Contributor::shown).collect();
        closing.push(bounded(&format!("**Contributors**: {}", names.join(", ")), CLOSING / 2, ", "));
    }
    let body = match page.body {
        Body::Written(text) => text.trim_matches('\n').to_owned(),
        Body::Commits(notes) => notes.markdown().trim_end().to_owned(),
    };
    let mut parts = vec![bounded(&body, LIMIT - CLOSING, "\n")];
    parts.extend(closing);
    parts.retain(|part| !part.is_empty());
    let text = parts.join("\n\n");
    if text.is_empty() { text } else { text + "\n" }
}

/// Everybody once, by name; programs are no people.
pub fn contributors(authors: &[(String, String)], messages: &[&str]) -> Vec<Contributor> {
    let along = messages.iter().flat_map(|message| message.lines()).filter_map(along);
    let all = authors.iter().cloned().chain(along);
    let mut found: Vec<(String, Contributor)> = Vec::new();
    for (name, address) in all {
        let address = address.trim().to_ascii_lowercase();
        let person = Contributor { login: login(&address), name: name.trim().to_owned() };
        let is_person =
            !person.name.is_empty() && !person.name.ends_with("[bot]") && !address.contains("[bot]@");
        let same = |(known, other): &(String, Contributor)| *known == address || other.name == person.name;
        match found.iter_mut().find(|it| same(it)) {
            // Another address of the same person may tell more.
            Some((_, known)) => known.login = known.login.take().or(person.login),
            None if is_person => found.push((address, person)),
            None => {}
        }
    }
    let mut people: Vec<Contributor> = found.into_iter().map(|(_, person)| person).collect();
    people.sort_by_key(|person| (person.name.to_lowercase(), person.name.clone()));
    people.dedup_by(|one, other| one.login.is_some() && one.login == other.login);
    people
}

/// `Co-authored-by: Ada <ada@example.org>`
fn along(line: &str) -> Option<(String, String)> {
    let (token, value) = line.split_once(':')?;
    let (name, address) = value.split_once('<').filter(|_| token.eq_ignore_ascii_case("co-authored-by"))?;
    Some((name.trim().to_owned(), address.split_once('>')?.0.to_owned()))
}

impl Contributor {
    /// A login is called, so that it leads to the person; a name is text.
    fn shown(&self) -> String {
        match &self.login {
            Some(login) => format!("@{login}"),
            None => uncalled(&plain(&self.name)),
        }
    }
}

/// `12345+ada@users.noreply.github.com` is `ada` (docs.github.com, "Setting your commit email address").
fn login(address: &str) -> Option<String> {
    let local = address.strip_suffix("@users.noreply.github.com")?;
    let login = local.split_once('+').map_or(local, |(_, login)| login);
    let fits =
        (1..=39).contains(&login.len()) && login.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    fits.then(|| login.to_owned())
}

/// As many whole pieces as fit, and how many were left out.
fn bounded(text: &str, limit: usize, between: &str) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let pieces: Vec<&str> = text.split(between).collect();
    let mut kept = 0;
    // Room for the words that say what is missing.
    let mut room = limit.saturating_sub(100);
    for piece in &pieces {
        let length = piece.chars().count() + between.len();
        if length > room {
            break;
        }
        room -= length;
        kept += 1;
    }
    let left = pieces.len() - kept;
    let shown = pieces.get(..kept).unwrap_or_default().join(between);
    // A fence that was cut open would swallow the words.
    let fence = if shown.lines().filter(|line| line.trim_start().starts_with("```")).count() % 2 == 1 {
        "\n```"
    } else {
        ""
    };
    let noun = if between == "\n" { "lines" } else { "more" };
    format!("{shown}{fence}{between}… ({left} {noun} left out)")
}
