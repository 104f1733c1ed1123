//! A parsed request: one query, its fragments and its variables.

use std::collections::BTreeMap;

use graphql_parser::Pos;
use graphql_parser::query::{self as ast, Definition, OperationDefinition, parse_query};
use serde_json::{Map, Value, json};

use super::schema::named;

/// The parser's types with owned strings.
pub(super) type Field<'q> = ast::Field<'q, String>;
/// What stands between two braces.
pub(super) type SelectionSet<'q> = ast::SelectionSet<'q, String>;
/// One thing in a selection set.
pub(super) type Selection<'q> = ast::Selection<'q, String>;
/// A named fragment.
pub(super) type Fragment<'q> = ast::FragmentDefinition<'q, String>;
/// An argument's value as written.
pub(super) type Literal<'q> = ast::Value<'q, String>;

/// One query or mutation with its fragments.
pub(super) struct Document<'q> {
    pub(super) query: ast::Query<'q, String>,
    /// The type at the root: `Query` or `Mutation`.
    pub(super) root: &'static str,
    pub(super) fragments: BTreeMap<String, Fragment<'q>>,
}

impl<'q> Document<'q> {
    /// Reads a request's text, or says what is wrong with it as GitHub would.
    pub(super) fn parse(text: &'q str) -> Result<Self, Value> {
        let parsed = parse_query::<String>(text).map_err(|error| json!({ "message": error.to_string() }))?;
        let (mut query, mut root, mut fragments) = (None, "Query", BTreeMap::new());
        for definition in parsed.definitions {
            match definition {
                Definition::Operation(operation) => {
                    if matches!(operation, OperationDefinition::Mutation(_)) {
                        root = "Mutation";
                    }
                    query = Some(readable(operation)?);
                }
                Definition::Fragment(fragment) => {
                    fragments.insert(fragment.name.clone(), fragment);
                }
            }
        }
        let query = query.ok_or_else(|| json!({ "message": "No query in the document" }))?;
        Ok(Self { query, root, fragments })
    }

    /// The variables given, completed by their defaults and checked against their types.
    pub(super) fn variables(&self, given: Map<String, Value>) -> Result<Map<String, Value>, Vec<Value>> {
        let mut variables = given;
        let mut errors = Vec::new();
        for definition in &self.query.variable_definitions {
            if let (false, Some(default)) =
                (variables.contains_key(&definition.name), &definition.default_value)
            {
                variables.insert(definition.name.clone(), json_of(default, &Map::new()));
            }
            let value = variables.get(&definition.name).unwrap_or(&Value::Null);
            if let Err(explanation) = fits(&definition.var_type, value) {
                let (name, of) = (&definition.name, &definition.var_type);
                let mut error = located(
                    &format!("Variable ${name} of type {of} was provided invalid value"),
                    definition.position,
                );
                error["extensions"] =
                    json!({ "value": value, "problems": [{ "path": [], "explanation": explanation }] });
                errors.push(error);
            }
        }
        if errors.is_empty() { Ok(variables) } else { Err(errors) }
    }

    /// The name that GitHub puts first into the path of a validation error.
    pub(super) fn title(&self) -> String {
        let kind = self.root.to_lowercase();
        self.query.name.as_ref().map_or_else(|| kind.clone(), |name| format!("{kind} {name}"))
    }
}

/// Whether `@include` and `@skip` let a selection stand.
pub(super) fn stands(directives: &[ast::Directive<'_, String>], variables: &Map<String, Value>) -> bool {
    directives.iter().all(|directive| {
        let condition = directive.arguments.iter().find(|(name, _)| name == "if");
        let holds = condition.is_some_and(|(_, value)| json_of(value, variables) == Value::Bool(true));
        holds == (directive.name == "include")
    })
}

/// An error with its place in the query.
pub(super) fn located(message: &str, at: Pos) -> Value {
    json!({ "message": message, "locations": [{ "line": at.line, "column": at.column }] })
}

/// An argument as JSON, variables filled in; an absent variable is null.
pub(super) fn json_of(literal: &Literal<'_>, variables: &Map<String, Value>) -> Value {
    match literal {
        ast::Value::Variable(name) => variables.get(name).cloned().unwrap_or(Value::Null),
        ast::Value::Int(number) => number.as_i64().into(),
        ast::Value::Float(number) => (*number).into(),
        ast::Value::String(text) | ast::Value::Enum(text) => text.clone().into(),
        ast::Value::Boolean(flag) => (*flag).into(),
        ast::Value::Null => Value::Null,
        ast::Value::List(items) => items.iter().map(|item| json_of(item, variables)).collect(),
        ast::Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), json_of(value, variables)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

fn readable(operation: OperationDefinition<'_, String>) -> Result<ast::Query<'_, String>, Value> {
    match operation {
        OperationDefinition::Query(query) => Ok(query),
        OperationDefinition::SelectionSet(selection_set) => Ok(ast::Query {
            position: selection_set.span.0,
            name: None,
            variable_definitions: Vec::new(),
            directives: Vec::new(),
            selection_set,
        }),
        OperationDefinition::Mutation(mutation) => Ok(ast::Query {
            position: mutation.position,
            name: mutation.name,
            variable_definitions: mutation.variable_definitions,
            directives: mutation.directives,
            selection_set: mutation.selection_set,
        }),
        OperationDefinition::Subscription(other) => {
            Err(located("GitHub has no subscriptions", other.position))
        }
    }
}

fn fits(of: &ast::Type<'_, String>, value: &Value) -> Result<(), String> {
    match of {
        ast::Type::NonNullType(_) if value.is_null() => Err("Expected value to not be null".to_owned()),
        ast::Type::NonNullType(inner) => fits(inner, value),
        _ if value.is_null() => Ok(()),
        ast::Type::ListType(inner) => match value.as_array() {
            Some(items) => items.iter().try_for_each(|item| fits(inner, item)),
            None => fits(inner, value),
        },
        ast::Type::NamedType(name) => {
            let fine = match name.as_str() {
                "Int" => value.is_i64() || value.is_u64(),
                "Boolean" => value.is_boolean(),
                "String" | "ID" => value.is_string(),
                _ => true,
            };
            if fine { Ok(()) } else { Err(format!("Could not coerce value {value} to {name}")) }
        }
    }
}

/// Whether a declared variable's type may fill an argument of another type, by name alone.
pub(super) fn same_name(declared: &ast::Type<'_, String>, argument: &super::schema::TypeRef) -> bool {
    fn name<'t>(of: &'t ast::Type<'_, String>) -> &'t str {
        match of {
            ast::Type::NamedType(name) => name,
            ast::Type::ListType(inner) | ast::Type::NonNullType(inner) => name(inner),
        }
    }
    name(declared) == named(argument)
}
