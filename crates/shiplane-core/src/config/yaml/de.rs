//! Serde over the tree: every error leaves with its place and its path.

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::tree::{Node, Value};
use crate::config::error::ConfigError;

type Result<T> = std::result::Result<T, ConfigError>;

/// A scalar as the type that its reader asks for; text wins, so that `1.10` stays a version.
macro_rules! numbers {
    ($($method:ident $visit:ident $kind:ty),* $(,)?) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            let result = match self.plain().and_then(|text| text.parse::<$kind>().ok()) {
                Some(number) => visitor.$visit(number),
                None => self.any(visitor),
            };
            result.map_err(|error| error.at(self.place))
        })*
    };
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = ConfigError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.any(visitor).map_err(|error| error.at(self.place))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let result = match &self.value {
            Value::Scalar { .. } if self.is_nothing() => {
                Err(de::Error::invalid_type(Unexpected::Unit, &visitor))
            }
            Value::Scalar { text, .. } => visitor.visit_borrowed_str(text),
            Value::Sequence(_) | Value::Mapping(_) => Err(self.unexpected(&visitor)),
        };
        result.map_err(|error| error.at(self.place))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.is_nothing() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.is_nothing() {
            visitor.visit_seq(Items([].iter().enumerate()))
        } else {
            self.deserialize_any(visitor)
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let result = match &self.value {
            Value::Scalar { .. } if self.is_nothing() => {
                visitor.visit_map(Pairs { pairs: [].iter(), current: None })
            }
            // A struct would take a list for its fields in their order; a config names its keys.
            Value::Sequence(_) => Err(self.unexpected(&visitor)),
            Value::Scalar { .. } | Value::Mapping(_) => self.any(visitor),
        };
        result.map_err(|error| error.at(self.place))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match &self.value {
            Value::Scalar { text, .. } => {
                visitor.visit_enum(Word(text)).map_err(|error| error.at(self.place))
            }
            Value::Sequence(_) | Value::Mapping(_) => Err(self.unexpected(&"a word").at(self.place)),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    numbers! {
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64, deserialize_i64 visit_i64 i64, deserialize_f64 visit_f64 f64,
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i128 u128 f32 char bytes byte_buf unit unit_struct tuple tuple_struct ignored_any
    }
}

impl Node {
    fn plain(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, plain: true } => Some(text),
            Value::Scalar { .. } | Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    fn is_nothing(&self) -> bool {
        matches!(self.plain(), Some("" | "~" | "null" | "Null" | "NULL"))
    }

    /// By its own type, as the YAML 1.2 core schema reads it.
    fn any<'de, V: Visitor<'de>>(&'de self, visitor: V) -> Result<V::Value> {
        match &self.value {
            Value::Sequence(items) => visitor.visit_seq(Items(items.iter().enumerate())),
            Value::Mapping(pairs) => visitor.visit_map(Pairs { pairs: pairs.iter(), current: None }),
            Value::Scalar { .. } if self.is_nothing() => visitor.visit_unit(),
            Value::Scalar { text, plain: false } => visitor.visit_borrowed_str(text),
            Value::Scalar { text, plain: true } => match text.as_str() {
                "true" | "True" | "TRUE" => visitor.visit_bool(true),
                "false" | "False" | "FALSE" => visitor.visit_bool(false),
                text => number_or_text(text, visitor),
            },
        }
    }

    fn unexpected(&self, expected: &dyn de::Expected) -> ConfigError {
        let found = match &self.value {
            Value::Scalar { text, .. } => Unexpected::Str(text),
            Value::Sequence(_) => Unexpected::Seq,
            Value::Mapping(_) => Unexpected::Map,
        };
        de::Error::invalid_type(found, expected)
    }
}

fn number_or_text<'de, V: Visitor<'de>>(text: &'de str, visitor: V) -> Result<V::Value> {
    if let Ok(number) = text.parse::<u64>() {
        visitor.visit_u64(number)
    } else if let Ok(number) = text.parse::<i64>() {
        visitor.visit_i64(number)
    } else if text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
        && let Ok(number) = text.parse::<f64>()
    {
        visitor.visit_f64(number)
    } else {
        visitor.visit_borrowed_str(text)
    }
}

struct Items<'de>(std::iter::Enumerate<std::slice::Iter<'de, Node>>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = ConfigError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        let Some((index, item)) = self.0.next() else { return Ok(None) };
        seed.deserialize(item).map(Some).map_err(|error| error.at(item.place).under(&format!("[{index}]")))
    }
}

struct Pairs<'de> {
    pairs: std::slice::Iter<'de, (Node, Node)>,
    current: Option<&'de (Node, Node)>,
}

impl<'de> MapAccess<'de> for Pairs<'de> {
    type Error = ConfigError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        self.current = self.pairs.next();
        let Some((key, _)) = self.current else { return Ok(None) };
        let name = key.text().ok_or_else(|| ConfigError::new("a key must be a text").at(key.place))?;
        seed.deserialize(Name(name)).map(Some).map_err(|error| error.at(key.place))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        let Some((key, value)) = self.current else { return Err(ConfigError::new("a value without a key")) };
        seed.deserialize(value).map_err(|error| error.at(value.place).under(key.text().unwrap_or_default()))
    }
}

/// A key: always a text.
struct Name<'de>(&'de str);

impl<'de> Deserializer<'de> for Name<'de> {
    type Error = ConfigError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_str(self.0)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// One word out of a short list.
struct Word<'de>(&'de str);

impl<'de> EnumAccess<'de> for Word<'de> {
    type Error = ConfigError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self)> {
        let name: StrDeserializer<'de, ConfigError> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Word<'de> {
    type Error = ConfigError;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value> {
        Err(ConfigError::new(format!("`{}` needs a value", self.0)))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value> {
        Err(ConfigError::new(format!("`{}` needs values", self.0)))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value> {
        Err(ConfigError::new(format!("`{}` needs keys", self.0)))
    }
}
