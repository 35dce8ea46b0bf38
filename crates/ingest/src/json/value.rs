//! JSON as it is read: texts that stand in the page as they are are not copied, fields that nobody asks for are passed
//! over, and there is an end to how many values may be in one page.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::ser::{Serialize, Serializer};
use serde_json::{Error, Number};

use crate::bounds::MAX_BODY;

/// A page has at most this many values in the fields that are read. An article of as many blocks as there may be has less.
pub(super) const MAX_VALUES: usize = 300_000;

/// A value.
///
/// Of a longer text than a body may be, the rest is left out.
#[derive(Debug)]
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    Number(Number),
    String(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    Object(Object<'a>),
}

/// The members of an object: each key once, in the order of keys, with its last value.
#[derive(Debug)]
pub(super) struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

/// What a page holds.
#[derive(Debug)]
pub(super) enum Document<'a> {
    One(Object<'a>),
    /// The values of an array; `None` for each that is no object.
    Many(Vec<Option<Object<'a>>>),
    /// Neither an object nor an array.
    Other,
}

impl Json<'_> {
    /// The text, if it is one.
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}

impl<'a> Object<'a> {
    /// The value of a key, unless it is null.
    pub(super) fn get(&self, key: &str) -> Option<&Json<'a>> {
        let at = self
            .0
            .binary_search_by(|(known, _)| known.as_ref().cmp(key));
        let (_, value) = &self.0[at.ok()?];
        (!matches!(value, Json::Null)).then_some(value)
    }

    /// Reads the members whose keys are asked for.
    fn read<M: MapAccess<'a>>(
        mut map: M,
        left: &Cell<usize>,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Self, M::Error> {
        let mut members: Vec<(Cow<'a, str>, Json<'a>)> = Vec::new();
        while let Some(key) = map.next_key_seed(Key)? {
            if is_wanted(&key) {
                members.push((key, map.next_value_seed(Build { left })?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        // The sort keeps the order of members with the same key, so that the last of them is found first from behind.
        members.sort_by(|(a, _), (b, _)| a.cmp(b));
        members.reverse();
        members.dedup_by(|(a, _), (b, _)| a == b);
        members.reverse();
        Ok(Self(members))
    }
}

impl<'a> Document<'a> {
    /// The object, if it is one.
    pub(super) fn into_object(self) -> Option<Object<'a>> {
        match self {
            Self::One(object) => Some(object),
            Self::Many(_) | Self::Other => None,
        }
    }

    /// Reads a document of at most `max_values` values; of its objects, the members whose keys are asked for.
    pub(super) fn parse(
        text: &'a str,
        max_values: usize,
        is_wanted: fn(&str) -> bool,
    ) -> Result<Self, Error> {
        let left = Cell::new(max_values);
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let document = Read {
            left: &left,
            is_wanted,
        }
        .deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(document)
    }
}

/// Reads a document.
#[derive(Clone, Copy)]
struct Read<'c> {
    left: &'c Cell<usize>,
    is_wanted: fn(&str) -> bool,
}

/// Reads a value whole.
#[derive(Clone, Copy)]
struct Build<'c> {
    left: &'c Cell<usize>,
}

/// Reads a key.
struct Key;

/// Counts a value.
fn count<E: serde::de::Error>(left: &Cell<usize>) -> Result<(), E> {
    match left.get().checked_sub(1) {
        Some(less) => {
            left.set(less);
            Ok(())
        }
        None => Err(E::custom(format_args!("more than {MAX_VALUES} values"))),
    }
}

fn without_rest(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_BODY)]
}

impl<'de> DeserializeSeed<'de> for Read<'_> {
    type Value = Document<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Read<'_> {
    type Value = Document<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
        count(self.left)?;
        Object::read(map, self.left, self.is_wanted).map(Document::One)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut values: S) -> Result<Self::Value, S::Error> {
        count(self.left)?;
        let mut objects = Vec::new();
        while let Some(value) = values.next_element_seed(self)? {
            objects.push(match value {
                Document::One(object) => Some(object),
                Document::Many(_) | Document::Other => None,
            });
        }
        Ok(Document::Many(objects))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        count(self.left).map(|()| Document::Other)
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Self::Value, E> {
        self.visit_unit()
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Self::Value, E> {
        self.visit_unit()
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Self::Value, E> {
        self.visit_unit()
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Self::Value, E> {
        self.visit_unit()
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
        self.visit_unit()
    }
}

impl<'de> DeserializeSeed<'de> for Build<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        count(self.left)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Build<'_> {
    type Value = Json<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Json::String(Cow::Borrowed(without_rest(text))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Json::String(Cow::Owned(without_rest(text).to_owned())))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut values: S) -> Result<Self::Value, S::Error> {
        let mut array = Vec::new();
        while let Some(value) = values.next_element_seed(self)? {
            array.push(value);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
        Object::read(map, self.left, |_| true).map(Json::Object)
    }
}

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

impl<'de, 'a: 'de> Deserializer<'de> for &'de Json<'a> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Json::Null => visitor.visit_unit(),
            Json::Bool(value) => visitor.visit_bool(*value),
            Json::Number(number) => number.deserialize_any(visitor),
            Json::String(text) => visitor.visit_borrowed_str(text),
            Json::Array(values) => visitor.visit_seq(SeqDeserializer::new(values.iter())),
            Json::Object(Object(members)) => {
                let members = members.iter().map(|(key, value)| (key.as_ref(), value));
                visitor.visit_map(MapDeserializer::new(members))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Json::Null => visitor.visit_none(),
            value => visitor.visit_some(value),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, 'a: 'de> IntoDeserializer<'de, Error> for &'de Json<'a> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(values) => serializer.collect_seq(values),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn parse(text: &str) -> Result<Document<'_>, Error> {
        Document::parse(text, 7, |key| key != "skipped")
    }

    #[test]
    fn written_again_it_is_as_serde_json_writes_it() {
        for text in [
            r#"{"b":1,"a":[null,true,-2,3.50,"\u57ce\n"]}"#,
            r#"{"a":1,"b":2,"a":{"d":1,"c":2,"d":3}}"#,
            r#"{"":"","城":1e30}"#,
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            let object = Document::parse(text, 20, |_| true).unwrap().into_object();
            assert_eq!(
                serde_json::to_string(&object.unwrap()).unwrap(),
                value.to_string()
            );
        }
    }

    #[test]
    fn values_are_counted_where_they_are_read() {
        for (text, error) in [
            (r#"{"a":[1,2,3,4,5]}"#, None),
            (r#"{"a":[1,2,3,4,5,6]}"#, Some("line 1 column 16")),
            (
                r#"{"a":{"b":1,"c":2,"d":[3,4,5]}}"#,
                Some("line 1 column 27"),
            ),
            (r#"{"skipped":[1,2,3,4,5,6,7,8],"a":1}"#, None),
            (r#"[1,2,3,4,5,6]"#, None),
            (r#"[1,2,3,4,5,6,7]"#, Some("line 1 column 14")),
            (r#"{"a":1"#, Some("line 1 column 6")),
            (r#"{"a":1} 2"#, Some("line 1 column 9")),
        ] {
            let found = parse(text).err().map(|error| error.to_string());
            let matches = match (&found, error) {
                (Some(found), Some(place)) => found.ends_with(place),
                (found, error) => found.is_none() && error.is_none(),
            };
            assert!(matches, "{text}: {found:?}");
        }
    }

    #[test]
    fn what_does_not_fit_a_body_is_not_kept_of_a_text() {
        let text = "城".repeat(MAX_BODY / 3 + 1);
        for json in [
            format!("{{\"a\":\"{text}\"}}"),
            format!("{{\"a\":\"\\n{text}\"}}"),
        ] {
            let Document::One(object) = Document::parse(&json, 10, |_| true).unwrap() else {
                panic!("an object");
            };
            let kept = object.get("a").and_then(Json::as_str).unwrap().len();
            assert!((MAX_BODY - 2..=MAX_BODY).contains(&kept), "{kept}");
        }
    }
}
