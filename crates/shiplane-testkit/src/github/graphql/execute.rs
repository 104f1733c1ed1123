//! Walks a checked query over the data: aliases, fragments by type, lists and pages.

use std::ops::Range;

use graphql_parser::query::TypeCondition;
use serde_json::{Map, Value, json};

use super::data::{Args, Data, Object};
use super::document::{Document, Field, Selection, SelectionSet, json_of, located, stands};
use super::schema::{named, schema};

/// More nodes than this in one page is an error, as at GitHub.
const PAGE_CAP: u64 = 100;

/// One run of a query.
pub(super) struct Execution<'d, 'q> {
    document: &'d Document<'q>,
    variables: Map<String, Value>,
    path: Vec<Value>,
    /// What went wrong while the rest was answered.
    pub(super) errors: Vec<Value>,
}

impl<'d, 'q> Execution<'d, 'q> {
    pub(super) fn new(document: &'d Document<'q>, variables: Map<String, Value>) -> Self {
        Self { document, variables, path: Vec::new(), errors: Vec::new() }
    }

    /// The query's answer over the root object.
    pub(super) fn run(&mut self, root: &Data<'_>) -> Value {
        let document = self.document;
        self.value(root, &[&document.query.selection_set])
    }

    fn value(&mut self, data: &Data<'_>, sets: &[&'d SelectionSet<'q>]) -> Value {
        match data {
            Data::Leaf(value) => value.clone(),
            Data::List(items) => self.items(items, sets),
            Data::Object(object) => {
                let mut answer = Map::new();
                for (key, fields) in self.collect(&object.typename, sets) {
                    let value = self.at(key.into(), |run| run.field(object, &fields));
                    answer.insert(key.to_owned(), value);
                }
                answer.into()
            }
            Data::Refused(kind, message) => {
                self.errors.push(json!({ "type": kind, "path": self.path, "message": message }));
                Value::Null
            }
            Data::Missing(message) => {
                self.errors.push(json!({ "type": "NOT_FOUND", "path": self.path, "message": message }));
                Value::Null
            }
        }
    }

    fn items(&mut self, items: &[Data<'_>], sets: &[&'d SelectionSet<'q>]) -> Value {
        items.iter().enumerate().map(|(at, item)| self.at(at.into(), |run| run.value(item, sets))).collect()
    }

    /// Does something one step further down the answer's path.
    fn at(&mut self, step: Value, inner: impl FnOnce(&mut Self) -> Value) -> Value {
        self.path.push(step);
        let value = inner(self);
        self.path.pop();
        value
    }

    fn field(&mut self, object: &Object<'_>, fields: &[&'d Field<'q>]) -> Value {
        let Some(field) = fields.first() else { return Value::Null };
        if field.name == "__typename" {
            return object.typename.clone().into();
        }
        let pairs = field.arguments.iter();
        let args = Args(pairs.map(|(name, value)| (name.clone(), json_of(value, &self.variables))).collect());
        let Some(data) = object.field(&field.name, &args) else {
            let hole = format!("The fake does not resolve '{}.{}'", object.typename, field.name);
            return self.fail("FAKE_HOLE", &hole, field);
        };
        let sets: Vec<_> = fields.iter().map(|field| &field.selection_set).collect();
        let of = schema().field(&object.typename, &field.name).map_or("", |known| named(&known.of));
        let (Data::List(items), true) = (&data, of.ends_with("Connection")) else {
            return self.value(&data, &sets);
        };
        match window(&args, items.len(), &field.name) {
            Ok(window) => self.page(of, (items, window), &sets),
            Err((kind, message)) => self.fail(kind, &message, field),
        }
    }

    fn page(
        &mut self,
        of: &str,
        (items, window): (&[Data<'_>], Range<usize>),
        sets: &[&'d SelectionSet<'q>],
    ) -> Value {
        let mut answer = Map::new();
        for (key, fields) in self.collect(of, sets) {
            let name = fields.first().map_or("", |field| field.name.as_str());
            let inner: Vec<_> = fields.iter().map(|field| &field.selection_set).collect();
            let value = match name {
                "totalCount" => items.len().into(),
                "pageInfo" => self.value(&page_info(items.len(), &window), &inner),
                "nodes" => self.at(key.into(), |run| run.items(&items[window.clone()], &inner)),
                _ => of.into(),
            };
            answer.insert(key.to_owned(), value);
        }
        answer.into()
    }

    fn fail(&mut self, kind: &str, message: &str, field: &Field<'q>) -> Value {
        let mut error = located(message, field.position);
        error["type"] = kind.into();
        error["path"] = self.path.clone().into();
        self.errors.push(error);
        Value::Null
    }

    /// The fields that apply to a type, those of the same name in the answer put together.
    fn collect(&self, typename: &str, sets: &[&'d SelectionSet<'q>]) -> Vec<(&'d str, Vec<&'d Field<'q>>)> {
        let mut fields = Vec::new();
        sets.iter().for_each(|set| self.collect_into(&mut fields, typename, set));
        fields
    }

    fn stands(&self, selection: &Selection<'q>) -> bool {
        let directives = match selection {
            Selection::Field(field) => &field.directives,
            Selection::InlineFragment(fragment) => &fragment.directives,
            Selection::FragmentSpread(spread) => &spread.directives,
        };
        stands(directives, &self.variables)
    }

    fn collect_into(
        &self,
        fields: &mut Vec<(&'d str, Vec<&'d Field<'q>>)>,
        typename: &str,
        set: &'d SelectionSet<'q>,
    ) {
        for selection in set.items.iter().filter(|selection| self.stands(selection)) {
            let (condition, inner) = match selection {
                Selection::Field(field) => {
                    let key = field.alias.as_deref().unwrap_or(&field.name);
                    match fields.iter_mut().find(|(known, _)| *known == key) {
                        Some((_, same)) => same.push(field),
                        None => fields.push((key, vec![field])),
                    }
                    continue;
                }
                Selection::InlineFragment(fragment) => {
                    (fragment.type_condition.as_ref(), &fragment.selection_set)
                }
                Selection::FragmentSpread(spread) => match self.document.fragments.get(&spread.fragment_name)
                {
                    Some(fragment) => (Some(&fragment.type_condition), &fragment.selection_set),
                    None => continue,
                },
            };
            let applies =
                condition.is_none_or(|TypeCondition::On(name)| schema().concrete(name).contains(&typename));
            if applies {
                self.collect_into(fields, typename, inner);
            }
        }
    }
}

/// Which items a page shows, or GitHub's refusal.
fn window(args: &Args, total: usize, field: &str) -> Result<Range<usize>, (&'static str, String)> {
    let (first, last) = (args.number("first"), args.number("last"));
    let Some(asked) = first.or(last) else {
        let message = format!(
            "You must provide a `first` or `last` value to properly paginate the `{field}` connection."
        );
        return Err(("MISSING_PAGINATION_BOUNDARIES", message));
    };
    let side = if first.is_some() { "first" } else { "last" };
    if asked > PAGE_CAP {
        let message = format!(
            "Requesting {asked} records on the `{field}` connection exceeds the `{side}` limit of {PAGE_CAP} records."
        );
        return Err(("EXCESSIVE_PAGINATION", message));
    }
    let cursor = |name: &str| match args.text(name) {
        None => Ok(None),
        Some(cursor) => {
            let place = cursor.strip_prefix("cursor:").and_then(|place| place.parse::<usize>().ok());
            place.map(Some).ok_or_else(|| {
                ("INVALID_CURSOR_ARGUMENTS", format!("`{cursor}` does not appear to be a valid cursor."))
            })
        }
    };
    let start = cursor("after")?.map_or(0, |place| place + 1).min(total);
    let end = cursor("before")?.unwrap_or(total).clamp(start, total);
    let asked = usize::try_from(asked).unwrap_or(usize::MAX).min(end - start);
    Ok(if first.is_some() { start..start + asked } else { end - asked..end })
}

fn page_info<'w>(total: usize, window: &Range<usize>) -> Data<'w> {
    let cursor = |at: usize| if window.is_empty() { Value::Null } else { format!("cursor:{at}").into() };
    Data::from(json!({
        "__typename": "PageInfo",
        "startCursor": cursor(window.start),
        "endCursor": cursor(window.end.saturating_sub(1)),
        "hasNextPage": window.end < total,
        "hasPreviousPage": window.start > 0,
    }))
}
