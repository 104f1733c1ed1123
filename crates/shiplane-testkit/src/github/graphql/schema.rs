//! The schema file as a table: which fields a type has, which types stand behind an interface or a union.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use graphql_parser::schema::{Definition, Type, TypeDefinition, parse_schema};

/// A type as a field names it, such as `[String!]!`.
pub(super) type TypeRef = Type<'static, String>;

/// The parsed schema.
pub(super) struct Schema {
    types: BTreeMap<String, Kind>,
}

/// What kind of type a name stands for.
pub(super) enum Kind {
    /// It has fields; an interface has the types that implement it too.
    Fields { fields: BTreeMap<String, FieldType>, concrete: Vec<String> },
    /// One of several types.
    Union(Vec<String>),
    /// One of several words.
    Enum(Vec<String>),
    /// A plain value.
    Scalar,
}

/// A field's arguments and type.
pub(super) struct FieldType {
    pub(super) arguments: Vec<(String, TypeRef)>,
    pub(super) of: TypeRef,
}

/// The schema, read once.
pub(super) fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| Schema::parse(include_str!("schema.graphql")))
}

/// The name inside lists and exclamation marks.
pub(super) fn named(of: &TypeRef) -> &str {
    match of {
        Type::NamedType(name) => name,
        Type::ListType(inner) | Type::NonNullType(inner) => named(inner),
    }
}

impl Schema {
    fn parse(text: &'static str) -> Self {
        let document = parse_schema::<String>(text).expect("schema.graphql is a valid schema");
        let mut types: BTreeMap<String, Kind> =
            ["Boolean", "Float", "ID", "Int", "String"].map(|name| (name.to_owned(), Kind::Scalar)).into();
        let mut implemented: Vec<(String, String)> = Vec::new();
        for definition in document.definitions {
            let Definition::TypeDefinition(definition) = definition else { continue };
            if let TypeDefinition::Object(object) = &definition {
                let pairs = object.implements_interfaces.iter();
                implemented.extend(pairs.map(|interface| (interface.clone(), object.name.clone())));
            }
            let (name, kind) = kind(definition);
            types.insert(name, kind);
        }
        for (interface, object) in implemented {
            if let Some(Kind::Fields { concrete, .. }) = types.get_mut(&interface) {
                concrete.push(object);
            }
        }
        Self { types }
    }

    pub(super) fn kind(&self, name: &str) -> Option<&Kind> {
        self.types.get(name)
    }

    pub(super) fn field(&self, of: &str, name: &str) -> Option<&FieldType> {
        match self.kind(of)? {
            Kind::Fields { fields, .. } => fields.get(name),
            Kind::Union(_) | Kind::Enum(_) | Kind::Scalar => None,
        }
    }

    /// The concrete types that a value of this type can have.
    pub(super) fn concrete(&self, name: &str) -> Vec<&str> {
        match self.types.get_key_value(name) {
            Some((_, Kind::Fields { concrete, .. })) if !concrete.is_empty() => {
                concrete.iter().map(String::as_str).collect()
            }
            Some((_, Kind::Union(members))) => members.iter().map(String::as_str).collect(),
            Some((name, Kind::Fields { .. } | Kind::Enum(_) | Kind::Scalar)) => vec![name],
            None => Vec::new(),
        }
    }

    /// Whether a fragment on one type can meet a value of another.
    pub(super) fn overlap(&self, one: &str, other: &str) -> bool {
        let others = self.concrete(other);
        self.concrete(one).iter().any(|name| others.contains(name))
    }

    pub(super) fn has_selections(&self, name: &str) -> bool {
        matches!(self.kind(name), Some(Kind::Fields { .. } | Kind::Union(_)))
    }
}

fn kind(definition: TypeDefinition<'static, String>) -> (String, Kind) {
    match definition {
        TypeDefinition::Object(object) => (object.name, fields(object.fields)),
        TypeDefinition::Interface(interface) => (interface.name, fields(interface.fields)),
        TypeDefinition::Union(union) => (union.name, Kind::Union(union.types)),
        TypeDefinition::Enum(of) => {
            (of.name, Kind::Enum(of.values.into_iter().map(|value| value.name).collect()))
        }
        TypeDefinition::Scalar(scalar) => (scalar.name, Kind::Scalar),
        TypeDefinition::InputObject(input) => (input.name, Kind::Scalar),
    }
}

fn fields(fields: Vec<graphql_parser::schema::Field<'static, String>>) -> Kind {
    let typed = |field: graphql_parser::schema::Field<'static, String>| {
        let arguments = field.arguments.into_iter().map(|input| (input.name, input.value_type)).collect();
        (field.name, FieldType { arguments, of: field.field_type })
    };
    Kind::Fields { fields: fields.into_iter().map(typed).collect(), concrete: Vec::new() }
}
