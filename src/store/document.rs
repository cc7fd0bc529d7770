//! The fields of a document of which a few are wanted.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::selection::Row;
use crate::store::select::Wanted;

/// Puts the values that are wanted of a document into a row. It is read no further than to the last of them; what is no
/// object has none.
pub fn read_document(text: &[u8], wanted: &mut Wanted, row: &mut Row) {
    wanted.begin();
    let mut json = serde_json::Deserializer::from_slice(text);
    // What follows a broken place is as unknown as what was never there.
    drop(json.deserialize_map(Fields(wanted, row)));
}

struct Fields<'a>(&'a mut Wanted, &'a mut Row);

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let Self(wanted, row) = self;
        while !wanted.is_whole()
            && let Some(place) = fields.next_key_seed(Key(wanted))?
        {
            match place {
                Some(place) => wanted.put(place, fields.next_value::<Value>()?, row),
                None => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Where the value of a key goes.
struct Key<'a>(&'a mut Wanted);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<Option<usize>, D::Error> {
        key.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Option<usize>, E> {
        Ok(self.0.expect(key))
    }
}
