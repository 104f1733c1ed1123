//! Secrets of an environment, taken out of whatever is shown.

/// Words in a key's name that say its value is a secret.
const SECRET_WORDS: [&str; 9] =
    ["PASSWORD", "PASSWD", "PASSPHRASE", "TOKEN", "SECRET", "KEY", "DSN", "CREDENTIAL", "WEBHOOK"];

/// Shorter values are words of everyday speech; hiding them would hide the log.
const SHORTEST_SECRET: usize = 8;

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
