//! `.env`: which keys it has, which of them changed, and which values nobody may read.

/// Words in a key's name that say its value is a secret.
const SECRET_WORDS: [&str; 9] =
    ["PASSWORD", "PASSWD", "PASSPHRASE", "TOKEN", "SECRET", "KEY", "DSN", "CREDENTIAL", "WEBHOOK"];

/// Shorter values are words of everyday speech; hiding them would hide the log.
const SHORTEST_SECRET: usize = 8;

/// Keys and values, in the file's order; comments and lines without `=` are passed over.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    text.lines().filter_map(pair).collect()
}

fn pair(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (key, value) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
    let key = key.trim();
    let named = !key.is_empty() && !key.contains(char::is_whitespace);
    named.then(|| (key.to_owned(), unquoted(value.trim()).to_owned()))
}

fn unquoted(value: &str) -> &str {
    let within = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    within('"').or_else(|| within('\'')).unwrap_or(value)
}

/// Names of the keys whose values are not the same in both, sorted. Values are compared and never told.
pub fn changed(old: &str, new: &str) -> Vec<String> {
    let (old, new) = (pairs(old), pairs(new));
    let differs = |(key, value): &&(String, String), other: &[(String, String)]| {
        other.iter().rev().find(|(name, _)| name == key).is_none_or(|(_, there)| there != value)
    };
    let here = new.iter().filter(|pair| differs(pair, &old));
    let gone = old.iter().filter(|pair| differs(pair, &new));
    let mut keys: Vec<String> = here.chain(gone).map(|(key, _)| key.clone()).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// Secrets of one or more environments, taken out of whatever is shown.
#[derive(Clone, Default)]
pub struct Masks {
    /// The longest first, so that no part of one stays.
    values: Vec<String>,
}

impl Masks {
    fn settle(&mut self) {
        self.values.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        self.values.dedup();
    }

    /// The secrets among these keys and values: long values under telling names, and passwords inside of addresses.
    pub fn of<'a>(pairs: impl IntoIterator<Item = &'a (String, String)>) -> Self {
        let mut masks = Self { values: pairs.into_iter().flat_map(secrets).collect() };
        masks.values.retain(|value| value.len() >= SHORTEST_SECRET);
        masks.settle();
        masks
    }

    /// Hides these as well.
    pub fn add(&mut self, more: Self) {
        self.values.extend(more.values);
        self.settle();
    }

    /// The line without them.
    pub fn hide(&self, line: &str) -> String {
        let hide = |line: String, value: &String| line.replace(value.as_str(), "***");
        self.values.iter().fold(line.to_owned(), hide)
    }
}

fn secrets((key, value): &(String, String)) -> Vec<String> {
    let key = key.to_ascii_uppercase();
    let mut secrets: Vec<String> = password(value).into_iter().collect();
    if SECRET_WORDS.iter().any(|word| key.contains(word)) || !secrets.is_empty() {
        secrets.push(value.clone());
    }
    secrets
}

/// The password in `scheme://user:password@host`.
fn password(value: &str) -> Option<String> {
    let (_, rest) = value.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    // A password may hold slashes that nobody escaped; then the last `@` of all ends it.
    let (user, _) = authority.rsplit_once('@').or_else(|| rest.rsplit_once('@'))?;
    user.split_once(':').map(|(_, password)| password.to_owned())
}
