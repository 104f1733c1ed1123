//! The combinations of a matrix, and the names that they give a job.

use super::name::Name;
use crate::config::yaml::{Node, Value};

/// A job has at most that many (docs, "Running variations of jobs in a workflow").
const MOST: usize = 256;

/// The combinations of a job.
pub(super) enum Matrix {
    /// There is no matrix.
    None,
    /// These.
    Of(Vec<Combination>),
    /// Only a run tells.
    Unknown,
}

/// Values by axis.
#[derive(Clone)]
pub(super) struct Combination {
    values: Vec<(String, Node)>,
    /// How many of them `include` added.
    added: usize,
}

impl Matrix {
    pub(super) fn read(node: Option<&Node>) -> Self {
        let Some(node) = node else { return Self::None };
        let Value::Mapping(pairs) = &node.value else { return Self::Unknown };
        let mut all = vec![Combination { values: Vec::new(), added: 0 }];
        let axes = pairs.iter().filter_map(|(key, value)| Some((key.text()?, value)));
        let mut has_axes = false;
        for (axis, values) in axes.filter(|(axis, _)| !["include", "exclude"].contains(axis)) {
            let Value::Sequence(values) = &values.value else { return Self::Unknown };
            if all.len().saturating_mul(values.len()) > MOST {
                return Self::Unknown;
            }
            has_axes = true;
            all = all.iter().flat_map(|one| values.iter().map(|value| one.with(axis, value))).collect();
        }
        if !has_axes {
            all.clear();
        }
        let Some(excluded) = entries(node, "exclude") else { return Self::Unknown };
        all.retain(|one| !excluded.iter().any(|entry| one.has_all_of(entry)));
        let Some(included) = entries(node, "include") else { return Self::Unknown };
        include(&mut all, &included);
        Self::Of(all)
    }

    /// What a job's checks are called.
    pub(super) fn names(&self, id: &str, written: Option<&str>) -> Vec<Name> {
        let bare = written.unwrap_or(id);
        match self {
            Self::None => vec![expanded(bare, None)],
            // Without an expression in it a name gets the values behind it.
            Self::Unknown if !bare.contains("${{") => {
                vec![Name::pieces(vec![format!("{bare} ("), ")".to_owned()])]
            }
            Self::Unknown => vec![expanded(bare, None)],
            Self::Of(all) if bare.contains("${{") => {
                all.iter().map(|one| expanded(bare, Some(one))).collect()
            }
            Self::Of(all) => all.iter().map(|one| one.suffixed(bare)).collect(),
        }
    }
}

/// The entries of `include` or `exclude`; nothing when only a run knows them.
fn entries<'a>(matrix: &'a Node, key: &str) -> Option<Vec<&'a Node>> {
    match matrix.get(key).map(|node| &node.value) {
        None => Some(Vec::new()),
        Some(Value::Sequence(entries)) => Some(entries.iter().collect()),
        Some(Value::Scalar { .. } | Value::Mapping(_)) => None,
    }
}

/// An entry extends each combination whose own values it does not change, and is one of its own where there is none
/// (docs, "Running variations of jobs in a workflow", "Expanding or adding matrix configurations").
fn include(all: &mut Vec<Combination>, included: &[&Node]) {
    let own = all.len();
    for entry in included {
        let Value::Mapping(pairs) = &entry.value else { continue };
        let pairs: Vec<(&str, &Node)> =
            pairs.iter().filter_map(|(key, value)| Some((key.text()?, value))).collect();
        let mut found = false;
        for one in all.iter_mut().take(own).filter(|one| one.takes(&pairs)) {
            found = true;
            for (key, value) in &pairs {
                if one.get(key).is_none() {
                    *one = one.with(key, value);
                    one.added += 1;
                }
            }
        }
        if !found {
            let values = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).clone()));
            all.push(Combination { values: values.collect(), added: 0 });
        }
    }
}

impl Combination {
    fn with(&self, axis: &str, value: &Node) -> Self {
        let mut more = self.clone();
        more.values.push((axis.to_owned(), value.clone()));
        more
    }

    fn get(&self, axis: &str) -> Option<&Node> {
        self.values.iter().find(|(name, _)| name == axis).map(|(_, value)| value)
    }

    fn takes(&self, pairs: &[(&str, &Node)]) -> bool {
        let own = self.values.len() - self.added.min(self.values.len());
        let own = self.values.iter().take(own);
        own.clone()
            .all(|(axis, value)| pairs.iter().all(|(key, other)| key != axis || value.value == other.value))
    }

    fn has_all_of(&self, entry: &Node) -> bool {
        let Value::Mapping(pairs) = &entry.value else { return false };
        pairs.iter().all(|(key, value)| {
            key.text().and_then(|key| self.get(key)).is_some_and(|own| own.value == value.value)
        })
    }

    /// `test (sqlite, local)`
    fn suffixed(&self, bare: &str) -> Name {
        let own = self.values.len() - self.added.min(self.values.len());
        let values: Option<Vec<String>> =
            self.values.iter().take(own).map(|(_, value)| shown(value)).collect();
        match values {
            Some(values) if self.added == 0 => Name::exact(format!("{bare} ({})", values.join(", "))),
            Some(values) => Name::pieces(vec![format!("{bare} ({}", values.join(", ")), ")".to_owned()]),
            None => Name::pieces(vec![format!("{bare} ("), ")".to_owned()]),
        }
    }
}

/// A name with its expressions filled in; what only a run knows is a hole.
fn expanded(name: &str, combination: Option<&Combination>) -> Name {
    let mut pieces = vec![String::new()];
    let mut rest = name;
    while let Some((before, after)) = rest.split_once("${{") {
        let (expression, after) = after.split_once("}}").unwrap_or((after, ""));
        if let Some(piece) = pieces.last_mut() {
            piece.push_str(before);
        }
        match (combination.and_then(|it| value_of(expression.trim(), it)), pieces.last_mut()) {
            (Some(value), Some(piece)) => piece.push_str(&value),
            (_, _) => pieces.push(String::new()),
        }
        rest = after;
    }
    if let Some(piece) = pieces.last_mut() {
        piece.push_str(rest);
    }
    Name::pieces(pieces)
}

/// `matrix.os`, `matrix.target.name`
fn value_of(expression: &str, combination: &Combination) -> Option<String> {
    let mut path = expression.strip_prefix("matrix.")?.split('.');
    let mut node = combination.get(path.next()?)?;
    for key in path {
        node = node.get(key)?;
    }
    shown(node)
}

/// A value as GitHub shows it: an unquoted `3.10` is the number 3.1.
fn shown(node: &Node) -> Option<String> {
    let Value::Scalar { text, plain } = &node.value else { return None };
    if text.contains("${{") {
        return None;
    }
    let numeric = *plain && text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    match text.parse::<f64>().ok().filter(|number| numeric && number.is_finite()) {
        Some(number) => Some(number.to_string()),
        None => Some(text.clone()),
    }
}
