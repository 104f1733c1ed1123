//! What a query costs, by GitHub's published formula: requests for connections through a hundred, nodes asked for.

use graphql_parser::query::TypeCondition;
use serde_json::{Map, Value};

use super::document::{Document, Field, Selection, SelectionSet, json_of};
use super::schema::{named, schema};

/// The price of a query.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct Cost {
    requests: u64,
    /// Nodes that it could return at most.
    pub(in super::super) nodes: u64,
}

impl Cost {
    /// Points of the hour's allowance.
    pub(in super::super) fn points(self) -> u64 {
        (self.requests.saturating_add(50) / 100).max(1)
    }
}

/// The price of a query with these variables.
pub(super) fn of(document: &Document<'_>, variables: &Map<String, Value>) -> Cost {
    let mut bill = Bill { document, variables, cost: Cost::default() };
    bill.selections(document.root, &document.query.selection_set, 1);
    bill.cost
}

struct Bill<'d, 'q> {
    document: &'d Document<'q>,
    variables: &'d Map<String, Value>,
    cost: Cost,
}

impl Bill<'_, '_> {
    fn selections(&mut self, on: &str, set: &SelectionSet<'_>, times: u64) {
        for selection in &set.items {
            match selection {
                Selection::Field(field) => self.field(on, field, times),
                Selection::InlineFragment(fragment) => match &fragment.type_condition {
                    Some(TypeCondition::On(condition)) => {
                        self.selections(condition, &fragment.selection_set, times)
                    }
                    None => self.selections(on, &fragment.selection_set, times),
                },
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name) {
                        let TypeCondition::On(condition) = &fragment.type_condition;
                        self.selections(condition, &fragment.selection_set, times);
                    }
                }
            }
        }
    }

    fn field(&mut self, on: &str, field: &Field<'_>, times: u64) {
        let Some(known) = schema().field(on, &field.name) else { return };
        let of = named(&known.of);
        let mut inner = times;
        if of.ends_with("Connection") {
            let size = field.arguments.iter().find(|(name, _)| name == "first" || name == "last");
            let size = size.and_then(|(_, value)| json_of(value, self.variables).as_u64()).unwrap_or(0);
            inner = times.saturating_mul(size);
            self.cost.requests = self.cost.requests.saturating_add(times);
            self.cost.nodes = self.cost.nodes.saturating_add(inner);
        }
        self.selections(of, &field.selection_set, inner);
    }
}
