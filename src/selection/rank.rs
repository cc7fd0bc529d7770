//! The order of rows, as bytes: of two keys the lesser is that of the row that comes first.

use serde_json::{Number, Value};

use super::{Selection, Sort};
use crate::catalog::{Field, FieldType};

/// What rows are ordered by. Those that are equal in it are told apart by what is shown of them: of rows that show the
/// same, either may come first.
pub struct Order {
    /// With the place of each field in a row.
    keys: Vec<(usize, Sort)>,
    columns: usize,
}

/// The fields by whose values rows are ordered; none if they are not.
pub fn sorts(selection: &Selection) -> impl Iterator<Item = Sort> {
    let name = selection.kind.field("name").filter(|_| !selection.sort.is_empty());
    let by_name = name.map(|field| Sort {
        field,
        descending: false,
    });
    selection.sort.iter().copied().chain(by_name)
}

impl Order {
    /// Of rows with the values of these fields, the columns first.
    pub fn new(selection: &Selection, fields: &[&'static Field]) -> Self {
        let place = |sort: Sort| {
            let place = fields.iter().position(|field| *field == sort.field);
            place.map(|place| (place, sort))
        };
        Self {
            keys: sorts(selection).filter_map(place).collect(),
            columns: selection.columns.len(),
        }
    }

    /// Adds the key of a row.
    pub fn write_key(&self, row: &[Value], to: &mut Vec<u8>) {
        for (place, sort) in &self.keys {
            write_value(*sort, &row[*place], to);
        }
    }

    /// Adds what decides between rows of the same key.
    pub fn write_rest(&self, row: &[Value], to: &mut Vec<u8>) {
        for value in &row[..self.columns] {
            serde_json::to_writer(&mut *to, value).expect("memory takes all");
            // JSON has none of it.
            to.push(0);
        }
    }
}

/// What is absent comes last in both directions.
fn write_value(sort: Sort, value: &Value, to: &mut Vec<u8>) {
    let is_absent = sort.field.is_absent(value);
    to.push(u8::from(is_absent));
    if is_absent {
        return;
    }
    let start = to.len();
    // Values of one field are of one type.
    match value {
        Value::Bool(flag) => to.push(u8::from(*flag)),
        Value::Number(number) => to.extend(as_bits(number).to_be_bytes()),
        Value::String(text) if sort.field.kind == FieldType::LocalTime => {
            for part in year_first(text) {
                write_text(part, to);
            }
        }
        Value::String(text) => write_text(text, to),
        other => write_text(&other.to_string(), to),
    }
    if sort.descending {
        to[start..].iter_mut().for_each(|byte| *byte = !*byte);
    }
}

/// Whole numbers in the order of [`f64::total_cmp`].
fn as_bits(number: &Number) -> u64 {
    const SIGN: u64 = 1 << 63;
    let bits = number.as_f64().unwrap_or(f64::NAN).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// With an end that is less than whatever a longer text goes on with.
fn write_text(text: &str, to: &mut Vec<u8>) {
    for (at, part) in text.as_bytes().split(|byte| *byte == 0).enumerate() {
        if at > 0 {
            to.extend([0, 1]);
        }
        to.extend_from_slice(part);
    }
    to.extend([0, 0]);
}

/// `21-11-2026: 12:00:00` in an order in which texts sort as times.
fn year_first(text: &str) -> [&str; 4] {
    match (text.get(6..10), text.get(3..5), text.get(0..2), text.get(10..)) {
        (Some(year), Some(month), Some(day), Some(time)) => [year, month, day, time],
        _ => [text, "", "", ""],
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use jiff::tz::TimeZone;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::catalog::Kind;

    /// In words: the values that differ decide, what is absent comes last.
    fn by_value(sort: Sort, one: &Value, other: &Value) -> Ordering {
        let greater = match (one, other) {
            (Value::Number(one), Value::Number(other)) => one.as_f64().unwrap().total_cmp(&other.as_f64().unwrap()),
            (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
            (Value::String(one), Value::String(other)) if sort.field.kind == FieldType::LocalTime => {
                year_first(one).cmp(&year_first(other))
            }
            (Value::String(one), Value::String(other)) => one.cmp(other),
            (one, other) => one.to_string().cmp(&other.to_string()),
        };
        match (sort.field.is_absent(one), sort.field.is_absent(other)) {
            (false, false) if sort.descending => greater.reverse(),
            (false, false) => greater,
            (is_absent, other_is) => is_absent.cmp(&other_is),
        }
    }

    fn text() -> impl Strategy<Value = Value> {
        "[a\0\u{1}~ä]{0,3}".prop_map(Value::from)
    }

    fn row() -> impl Strategy<Value = Vec<Value>> {
        let number = prop_oneof![
            any::<i16>().prop_map(Value::from),
            (-1.0e9..1.0e9).prop_map(|number: f64| json!(number)),
            Just(json!(u64::MAX)),
            Just(Value::Null)
        ];
        let time = prop_oneof!["0[12]-0[12]-202[56]: 1[01]:00:00", "[a0]{0,11}"].prop_map(Value::from);
        let flag = prop_oneof![any::<bool>().prop_map(Value::from), Just(Value::Null)];
        let texts = proptest::collection::vec(text(), 0..3).prop_map(Value::from);
        (number, time, flag, texts, text())
            .prop_map(|(number, time, flag, texts, name)| vec![number, time, flag, texts, name])
    }

    proptest! {
        #[test]
        fn keys_are_ordered_as_the_values_are(
            one in row(), other in row(),
            sorts in proptest::sample::subsequence(vec![0, 1, 2, 3, 4], 1..5).prop_shuffle(),
            descending in any::<[bool; 5]>(),
        ) {
            let columns = ["memory_mb", "orphan_since", "orphan", "datastores", "name"];
            let columns = columns.map(|name| Kind::Vm.field(name).unwrap());
            let sort = |at: usize| Sort { field: columns[at], descending: descending[at] };
            let selection = Selection {
                columns: columns.into(),
                sort: sorts.iter().map(|at| sort(*at)).collect(),
                ..Selection::of(Kind::Vm, TimeZone::UTC)
            };
            let order = Order::new(&selection, &columns);
            let key = |row: &[Value]| {
                let mut key = Vec::new();
                order.write_key(row, &mut key);
                key
            };
            let by_name = Sort { field: columns[4], descending: false };
            let mut values = sorts.iter().map(|at| (*at, sort(*at))).chain([(4, by_name)]);
            let expected = values.find_map(|(at, sort)| Some(by_value(sort, &one[at], &other[at])).filter(|by| by.is_ne()));
            prop_assert_eq!(key(&one).cmp(&key(&other)), expected.unwrap_or(Ordering::Equal));
        }
    }
}
