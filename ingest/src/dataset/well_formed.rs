//! JSON that is parsed to know that it is JSON.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// What a JSON value is, once all of it was parsed by the rules for values that are kept: every escape stands for a
/// character, every number is within the range of a double, and no more than 127 arrays and objects are in each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WellFormed {
    Object,
    Other,
}

impl<'de> Deserialize<'de> for WellFormed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Whole)
    }
}

struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = WellFormed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<WellFormed, E> {
        Ok(WellFormed::Other)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<WellFormed, E> {
        Ok(WellFormed::Other)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<WellFormed, E> {
        Ok(WellFormed::Other)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<WellFormed, E> {
        Ok(WellFormed::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<WellFormed, E> {
        Ok(WellFormed::Other)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<WellFormed, E> {
        Ok(WellFormed::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<WellFormed, A::Error> {
        while items.next_element::<WellFormed>()?.is_some() {}
        Ok(WellFormed::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<WellFormed, A::Error> {
        while members.next_entry::<WellFormed, WellFormed>()?.is_some() {}
        Ok(WellFormed::Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn what_is_kept_and_what_is_only_parsed_obey_one_rule() {
        let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        for text in [
            "{\"a\":[1,-2,3.5,true,null,\"\\u00e9\\ud83d\\ude00\"]}",
            "\"\\ud83d half\"",
            "{\"\\udc00\":1}",
            "[1e999]",
            "[-1e-999]",
            "{\"a\":1,\"a\":2}",
            "{\"a\"}",
            "[1,]",
            "nul",
            &deep(127),
            &deep(128),
        ] {
            let kept = serde_json::from_str::<Value>(text);
            let parsed = serde_json::from_str::<WellFormed>(text);
            assert_eq!(
                parsed.as_ref().map_err(ToString::to_string).err(),
                kept.as_ref().map_err(ToString::to_string).err(),
                "{text}"
            );
            let object = kept.is_ok_and(|value| value.is_object());
            assert_eq!(
                parsed.is_ok_and(|found| found == WellFormed::Object),
                object
            );
        }
    }
}
