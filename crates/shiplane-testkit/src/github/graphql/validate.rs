//! Refuses what GitHub would refuse before running anything: unknown fields, arguments, types and variables.

use std::collections::BTreeSet;

use graphql_parser::Pos;
use graphql_parser::query::{Directive, TypeCondition};
use serde_json::{Value, json};

use super::document::{Document, Field, Literal, Selection, SelectionSet, located, same_name};
use super::schema::{FieldType, Kind, TypeRef, named, schema};

/// All that is wrong with a query, in GitHub's words.
pub(super) fn check(document: &Document<'_>, lacking: &[String]) -> Result<(), Vec<Value>> {
    let mut check = Check {
        document,
        lacking,
        errors: Vec::new(),
        path: vec![document.title()],
        variables: BTreeSet::new(),
        fragments: BTreeSet::new(),
        open: Vec::new(),
    };
    check.selections(document.root, &document.query.selection_set);
    check.unused();
    if check.errors.is_empty() { Ok(()) } else { Err(check.errors) }
}

struct Check<'d, 'q> {
    document: &'d Document<'q>,
    /// Fields that this server is too old for, as `Type.field`.
    lacking: &'d [String],
    errors: Vec<Value>,
    path: Vec<String>,
    variables: BTreeSet<String>,
    fragments: BTreeSet<String>,
    /// The fragments around the present place.
    open: Vec<String>,
}

impl<'d, 'q> Check<'d, 'q> {
    fn error(&mut self, code: &str, message: &str, at: Pos) -> &mut Value {
        let mut error = located(message, at);
        error["path"] = json!(self.path);
        error["extensions"] = json!({ "code": code });
        self.errors.push(error);
        self.errors.last_mut().expect("an error was just added")
    }

    fn selections(&mut self, on: &str, set: &'d SelectionSet<'q>) {
        for selection in &set.items {
            match selection {
                Selection::Field(field) => {
                    self.path.push(field.alias.clone().unwrap_or_else(|| field.name.clone()));
                    self.field(on, field);
                    self.path.pop();
                }
                Selection::InlineFragment(fragment) => match &fragment.type_condition {
                    Some(TypeCondition::On(condition)) => {
                        self.fragment(on, condition, (&fragment.selection_set, fragment.position));
                    }
                    None => self.selections(on, &fragment.selection_set),
                },
                Selection::FragmentSpread(spread) => self.spread(on, &spread.fragment_name, spread.position),
            }
        }
    }

    fn spread(&mut self, on: &str, name: &str, at: Pos) {
        let Some(fragment) = self.document.fragments.get(name) else {
            self.error("useAndDefineFragment", &format!("Fragment {name} was used, but not defined"), at);
            return;
        };
        self.fragments.insert(name.to_owned());
        if self.open.iter().any(|open| open == name) {
            self.error("infiniteLoop", &format!("Fragment {name} contains an infinite loop"), at);
            return;
        }
        let TypeCondition::On(condition) = &fragment.type_condition;
        self.open.push(name.to_owned());
        self.fragment(on, condition, (&fragment.selection_set, at));
        self.open.pop();
    }

    fn fragment(&mut self, on: &str, condition: &str, (set, at): (&'d SelectionSet<'q>, Pos)) {
        if schema().kind(condition).is_none() {
            let message = format!("No such type {condition}, so it can't be a fragment condition");
            self.error("undefinedType", &message, at);
        } else if !schema().overlap(on, condition) {
            let message = format!("Fragment on {condition} can't be spread inside {on}");
            self.error("cannotSpreadFragment", &message, at);
        } else {
            self.selections(condition, set);
        }
    }

    fn field(&mut self, on: &str, field: &'d Field<'q>) {
        if field.name == "__typename" {
            return;
        }
        self.directives(&field.directives);
        let lacks = self.lacking.iter().any(|lacks| *lacks == format!("{on}.{}", field.name));
        let Some(known) = schema().field(on, &field.name).filter(|_| !lacks) else {
            let message = match schema().kind(on) {
                Some(Kind::Union(_)) => {
                    format!("Selections can't be made directly on unions (see selections on {on})")
                }
                _ => format!("Field '{}' doesn't exist on type '{on}'", field.name),
            };
            let error = self.error("undefinedField", &message, field.position);
            error["extensions"]["typeName"] = on.into();
            error["extensions"]["fieldName"] = field.name.clone().into();
            return;
        };
        self.arguments(known, field);
        let of = named(&known.of);
        match (schema().has_selections(of), field.selection_set.items.is_empty()) {
            (true, true) => {
                let name = &field.name;
                let hint = format!("Did you mean '{name} {{ ... }}'?");
                let fact = format!("field '{name}' returns {of} but has no selections");
                let message = format!("Field must have selections ({fact}. {hint})");
                self.error("selectionMismatch", &message, field.position);
            }
            (false, false) => {
                let message = format!(
                    "Selections can't be made on scalars (field '{}' returns {of} but has selections)",
                    field.name
                );
                self.error("selectionMismatch", &message, field.position);
            }
            (true, false) | (false, true) => self.selections(of, &field.selection_set),
        }
    }

    fn directives(&mut self, directives: &'d [Directive<'q, String>]) {
        let condition = TypeRef::NonNullType(Box::new(TypeRef::NamedType("Boolean".to_owned())));
        for directive in directives {
            let at = directive.position;
            if !matches!(directive.name.as_str(), "include" | "skip") {
                let message = format!("Directive @{} is not defined", directive.name);
                self.error("undefinedDirective", &message, at);
            }
            for (name, literal) in &directive.arguments {
                if let Literal::Variable(variable) = literal {
                    self.variable((name, &condition), variable, at);
                }
            }
        }
    }

    fn arguments(&mut self, known: &FieldType, field: &'d Field<'q>) {
        for (name, literal) in &field.arguments {
            match known.arguments.iter().find(|(known, _)| known == name) {
                Some((_, of)) => self.literal((name, of), literal, field),
                None => {
                    let message = format!("Field '{}' doesn't accept argument '{name}'", field.name);
                    self.error("argumentNotAccepted", &message, field.position);
                }
            }
        }
        let given = |name: &String| field.arguments.iter().any(|(given, _)| given == name);
        let required = known.arguments.iter().filter(|(_, of)| matches!(of, TypeRef::NonNullType(_)));
        let missing: Vec<&str> =
            required.filter(|(name, _)| !given(name)).map(|(name, _)| name.as_str()).collect();
        if !missing.is_empty() {
            let message =
                format!("Field '{}' is missing required arguments: {}", field.name, missing.join(", "));
            self.error("missingRequiredArguments", &message, field.position);
        }
    }

    fn literal(&mut self, (name, of): (&str, &TypeRef), literal: &Literal<'q>, field: &Field<'q>) {
        let at = field.position;
        if let Literal::Variable(variable) = literal {
            return self.variable((name, of), variable, at);
        }
        if let (TypeRef::NonNullType(inner), _)
        | (TypeRef::ListType(inner), Literal::String(_) | Literal::Enum(_)) = (of, literal)
        {
            return self.literal((name, inner), literal, field);
        }
        let fine = match (of, literal) {
            (TypeRef::ListType(inner), Literal::List(items)) => {
                return items.iter().for_each(|item| self.literal((name, inner), item, field));
            }
            // What an input object's fields are of is not in the table.
            (_, Literal::Object(fields)) => {
                for value in fields.values() {
                    if let Literal::Variable(variable) = value {
                        self.variables.insert(variable.clone());
                    }
                }
                true
            }
            (_, Literal::Null) => true,
            (of, Literal::Enum(word)) => {
                matches!(schema().kind(named(of)), Some(Kind::Enum(words)) if words.contains(word))
            }
            (of, Literal::Int(_)) => matches!(named(of), "Int" | "Float" | "ID"),
            (of, Literal::Boolean(_)) => named(of) == "Boolean",
            (of, Literal::String(_)) => {
                !matches!(named(of), "Int" | "Boolean")
                    && matches!(schema().kind(named(of)), Some(Kind::Scalar))
            }
            (_, _) => true,
        };
        if !fine {
            let message = format!(
                "Argument '{name}' on Field '{}' has an invalid value ({literal}). Expected type '{of}'.",
                field.name
            );
            self.error("argumentLiteralsIncompatible", &message, at);
        }
    }

    fn variable(&mut self, (name, of): (&str, &TypeRef), variable: &str, at: Pos) {
        self.variables.insert(variable.to_owned());
        let declared = self.document.query.variable_definitions.iter().find(|known| known.name == variable);
        let title = self.document.query.name.as_deref().unwrap_or("anonymous query");
        match declared {
            None => {
                let message = format!("Variable ${variable} is used by {title} but not declared");
                self.error("variableNotDefined", &message, at);
            }
            Some(declared) if !same_name(&declared.var_type, of) => {
                let message = format!(
                    "Type mismatch on variable ${variable} and argument {name} ({} / {of})",
                    declared.var_type
                );
                self.error("variableMismatch", &message, at);
            }
            Some(_) => {}
        }
    }

    fn unused(&mut self) {
        let document = self.document;
        let title = document.query.name.as_deref().unwrap_or("anonymous query");
        self.path.truncate(1);
        for variable in document
            .query
            .variable_definitions
            .iter()
            .filter(|known| !self.variables.contains(&known.name))
            .collect::<Vec<_>>()
        {
            let message = format!("Variable ${} is declared by {title} but not used", variable.name);
            self.error("variableNotUsed", &message, variable.position);
        }
        for (name, fragment) in
            document.fragments.iter().filter(|(name, _)| !self.fragments.contains(*name)).collect::<Vec<_>>()
        {
            let message = format!("Fragment {name} was defined, but not used");
            self.error("useAndDefineFragment", &message, fragment.position);
        }
    }
}
