//! What to write instead: how a field is compared, and what was probably meant.

use super::{Operator, Order};
use crate::catalog::{Field, FieldType, Kind};
use crate::config::similar;

/// How times are written.
pub const TIMES: &str = "a time is written 2026-11-01, 2026-11-01T12:00:00Z, 2026-11-01T12:00 (local time), or -7d (seconds s, m, h, d, w from now)";

/// What values of this type are.
pub const fn noun(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "a text",
        FieldType::Texts => "a list of texts",
        FieldType::Switch => "true or false",
        FieldType::Number(_) => "a number",
        FieldType::Time | FieldType::LocalTime => "a time",
        FieldType::Records => "a list of records",
        FieldType::TextMap => "a map of texts",
    }
}

/// How one compares it.
pub fn form(field: &Field) -> String {
    let name = field.name;
    match field.kind {
        FieldType::Text if field.is_closed => {
            let words = field.words().collect::<Vec<_>>().join(", ");
            format!("write {name} = WORD, which is one of {words}, or {name} = none")
        }
        FieldType::Text | FieldType::Texts => format!("write {name} = TEXT, {name} ~ 'web-*', or {name} = none"),
        FieldType::Switch => format!("write {name}, not {name}, or {name} = none"),
        FieldType::Number(_) => format!("write {name} > NUMBER, or {name} = none; {}", units(field)),
        FieldType::Time | FieldType::LocalTime => format!("write {name} < TIME, or {name} = none; {TIMES}"),
        FieldType::Records | FieldType::TextMap => format!("write {name} = none, or {name} != none"),
    }
}

/// Words of other languages that stand between a field and a value.
pub const FOREIGN_WORDS: [&str; 8] = ["is", "in", "like", "ilike", "matches", "contains", "between", "not"];

/// What one of them is here.
pub fn in_our_words(field: &Field, found: &str) -> String {
    let name = field.name;
    let takes_pattern = Operator::Like.fits(field.kind);
    match found.to_ascii_lowercase().as_str() {
        "is" if field.kind != FieldType::Switch => {
            format!(
                "write {name} = none or {name} != none for what is absent or is not; {}",
                form(field)
            )
        }
        "in" if Operator::Is.fits(field.kind) => format!("write {name} = A or {name} = B, in parentheses beside `and`"),
        "between" if Operator::Order(Order::AtLeast).fits(field.kind) => format!("write {name} >= A and {name} <= B"),
        "not" if takes_pattern => format!(
            "`not` stands before the field: not {name} = A; or write {name} != A, or {name} !~ 'web-*' for a pattern"
        ),
        "not" if Operator::Is.fits(field.kind) => {
            format!("`not` stands before the field: not {name} = A; or write {name} != A")
        }
        "contains" if takes_pattern => format!("write {name} ~ '*PART*'"),
        _ => form(field),
    }
}

/// What its numbers count.
pub fn units(field: &Field) -> String {
    let FieldType::Number(unit) = field.kind else {
        return form(field);
    };
    match unit.written() {
        Some(units) => format!("a number alone is {}; units are {units}", unit.counted()),
        None => "it is a plain number without a unit, such as 4".to_owned(),
    }
}

/// Where a pattern may stand.
pub fn pattern(field: &Field, operator: Operator) -> String {
    let name = field.name;
    let like = if operator == Operator::IsNot {
        Operator::NotLike
    } else {
        Operator::Like
    };
    format!("write {name} {like} for a pattern, or put the text in quotes if it has these characters")
}

/// The words of a field that has no others, and the one that was probably meant: `on` of `poweredOn`.
pub fn words(field: &Field, found: &str) -> String {
    let known = || field.words();
    let lower = found.to_lowercase();
    let within = || {
        let related = known().filter(|word| {
            let word = word.to_lowercase();
            lower.contains(&word) || lower.len() >= 3 && word.contains(&lower)
        });
        related.max_by_key(|word| word.len()).map(str::to_owned)
    };
    let meant = similar(found, known()).or_else(within);
    let meant = meant.map(|word| format!("did you mean {word}? ")).unwrap_or_default();
    let words = known().collect::<Vec<_>>().join(", ");
    format!("{meant}it is one of {words}, or none")
}

/// The field that was probably meant.
pub(crate) fn similar_field(name: &str, kind: Kind) -> Option<&'static Field> {
    let lower = name.to_ascii_lowercase();
    let within = || {
        let names = kind.fields().map(|field| field.name);
        let related = names.filter(|known| lower.len() >= 3 && (known.contains(&lower) || lower.contains(known)));
        related.min_by_key(|known| known.len()).map(str::to_owned)
    };
    let names = kind.fields().map(|field| field.name);
    let meant = similar(&lower, names).or_else(within)?;
    kind.field(&meant)
}

/// What there is, and what was probably meant.
pub fn unknown_field(name: &str, kind: Kind) -> String {
    let meant = similar_field(name, kind).map(|field| format!("did you mean {}? ", field.name));
    let names: Vec<&str> = kind.fields().map(|field| field.name).collect();
    format!("{}there are {}", meant.unwrap_or_default(), names.join(", "))
}
