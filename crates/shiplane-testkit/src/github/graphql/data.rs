//! What a resolver hands to the execution: values, lists, and objects whose fields are asked for one by one.

use serde_json::{Map, Value};

/// One resolved value.
pub(super) enum Data<'w> {
    /// A plain value.
    Leaf(Value),
    /// Several values; the schema says whether they are a list or a connection to be paged.
    List(Vec<Data<'w>>),
    /// An object.
    Object(Object<'w>),
    /// Something that was asked for by name and is not there.
    Missing(String),
    /// Something that was not done, with GitHub's kind of error.
    Refused(String, String),
}

/// An object of a concrete type; a field that it does not know is a hole in the fake.
pub(super) struct Object<'w> {
    pub(super) typename: String,
    field: Box<Resolver<'w>>,
}

type Resolver<'w> = dyn Fn(&str, &Args) -> Option<Data<'w>> + 'w;

/// A field's arguments, variables filled in.
pub(super) struct Args(pub(super) Map<String, Value>);

/// An object whose fields are computed when they are asked for.
pub(super) fn object<'w>(typename: &str, field: impl Fn(&str, &Args) -> Option<Data<'w>> + 'w) -> Data<'w> {
    Data::Object(Object { typename: typename.to_owned(), field: Box::new(field) })
}

impl<'w> Object<'w> {
    pub(super) fn field(&self, name: &str, args: &Args) -> Option<Data<'w>> {
        (self.field)(name, args)
    }
}

/// A JSON object that names its `__typename` is an object, an array a list, anything else a plain value.
impl From<Value> for Data<'_> {
    fn from(value: Value) -> Self {
        match value {
            Value::Array(items) => Data::List(items.into_iter().map(Data::from).collect()),
            Value::Object(fields) if fields.contains_key("__typename") => {
                let typename = fields["__typename"].as_str().unwrap_or_default().to_owned();
                object(&typename, move |name, _| fields.get(name).cloned().map(Data::from))
            }
            plain @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_)) => Data::Leaf(plain),
        }
    }
}

impl<'w, D: Into<Data<'w>>> From<Option<D>> for Data<'w> {
    fn from(value: Option<D>) -> Self {
        value.map_or(Data::Leaf(Value::Null), Into::into)
    }
}

/// A plain value.
pub(super) fn leaf<'w>(value: impl Into<Value>) -> Option<Data<'w>> {
    Some(Data::Leaf(value.into()))
}

/// A list, or what a connection pages over.
pub(super) fn list<'w>(items: impl IntoIterator<Item = Data<'w>>) -> Option<Data<'w>> {
    Some(Data::List(items.into_iter().collect()))
}

impl Args {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A list of words; nothing when the argument was not given.
    pub(super) fn words(&self, name: &str) -> Option<Vec<&str>> {
        let given = self.0.get(name)?;
        match given.as_array() {
            Some(items) => Some(items.iter().filter_map(Value::as_str).collect()),
            None => given.as_str().map(|word| vec![word]),
        }
    }
}
