//! A filter as a query of MongoDB.

use bson::{Bson, Document, doc};

use crate::catalog::{Field, FieldType, Place};
use crate::filter::{Comparison, Expr, Order, Test};
use crate::store::select::{Bound, MAX_LEVELS, is_plain_number, is_plain_pattern};

/// The bound of an expression; none if only a trivial one is known: everything from above, nothing from below.
pub fn translate(expression: &Expr, bound: Bound) -> Option<Document> {
    within(MAX_LEVELS, expression, bound)
}

fn within(levels: usize, expression: &Expr, bound: Bound) -> Option<Document> {
    let levels = levels.checked_sub(1)?;
    let of = |part: &Expr| within(levels, part, bound);
    match (expression, bound) {
        (Expr::All(parts), Bound::Over) => join("$and", parts.iter().filter_map(of).collect()),
        (Expr::Any(parts), Bound::Under) => join("$or", parts.iter().filter_map(of).collect()),
        (Expr::All(parts), Bound::Under) => join("$and", parts.iter().map(of).collect::<Option<_>>()?),
        (Expr::Any(parts), Bound::Over) => join("$or", parts.iter().map(of).collect::<Option<_>>()?),
        (Expr::Not(inner), _) => Some(doc! { "$nor": [within(levels, inner, bound.flipped())?] }),
        (Expr::Is(comparison), Bound::Over) => over(comparison),
        (Expr::Is(comparison), Bound::Under) => under(comparison),
    }
}

fn join(operator: &str, mut parts: Vec<Document>) -> Option<Document> {
    match parts.len() {
        0 | 1 => parts.pop(),
        _ => Some(doc! { operator: parts }),
    }
}

/// Where the field lies; a path into a list means any of its members.
fn path(field: &Field) -> String {
    match field.place {
        Place::Key(key) => key.to_owned(),
        Place::Each { list, key } => format!("{list}.{key}"),
    }
}

/// A condition on a field holds if it holds for one member, should the field be a list: that is more than is meant of a
/// field that should be none.
fn over(comparison: &Comparison) -> Option<Document> {
    let field = comparison.field;
    if comparison.test == Test::Absent {
        return absent(field);
    }
    wanted(comparison).map(|condition| doc! { path(field): condition })
}

/// Only of what is of the field's type, and no list.
fn under(comparison: &Comparison) -> Option<Document> {
    let field = comparison.field;
    let types: Bson = match field.kind {
        FieldType::Text => "string".into(),
        FieldType::Switch => "bool".into(),
        FieldType::Number(_) => vec!["int", "long", "double"].into(),
        _ => return None,
    };
    if comparison.test == Test::Absent {
        return absent(field);
    }
    let path = path(field);
    let of_type = doc! { &path: { "$type": types, "$not": { "$type": "array" } } };
    // JSON has no numbers that are not finite.
    let finite = matches!(field.kind, FieldType::Number(_))
        .then(|| doc! { &path: { "$gt": f64::NEG_INFINITY, "$lt": f64::INFINITY } });
    let known = matches!(comparison.test, Test::Like(_)).then(|| doc! { &path: { "$nin": blanks(field) } });
    let parts = [Some(doc! { &path: wanted(comparison)? }), Some(of_type), finite, known];
    Some(doc! { "$and": parts.into_iter().flatten().collect::<Vec<_>>() })
}

/// What a value of the field's type has to be.
fn wanted(comparison: &Comparison) -> Option<Document> {
    match (&comparison.test, comparison.field.kind) {
        (Test::Text(text), FieldType::Text | FieldType::Texts) => Some(doc! { "$eq": text }),
        (Test::Like(pattern), FieldType::Text | FieldType::Texts) if is_plain_pattern(pattern) => {
            Some(doc! { "$regex": regular_expression(pattern), "$options": "s" })
        }
        (Test::Switch(is_on), FieldType::Switch) => Some(doc! { "$eq": *is_on }),
        (Test::Number(order, number), FieldType::Number(_)) if is_plain_number(*number) => {
            Some(doc! { operator(*order): *number })
        }
        _ => None,
    }
}

/// The texts that say nothing.
fn blanks(field: &Field) -> Vec<&'static str> {
    [""].into_iter().chain(field.blank).collect()
}

/// Exact, so that it is a bound from either side.
fn absent(field: &Field) -> Option<Document> {
    let path = path(field);
    let is_list = doc! { &path: { "$type": "array" } };
    match field.kind {
        FieldType::Text => {
            let is_other = doc! { &path: { "$not": { "$type": "string" } } };
            Some(doc! { "$or": [is_other, is_list, { &path: { "$in": blanks(field) } }] })
        }
        FieldType::Switch => Some(doc! { "$or": [{ &path: { "$not": { "$type": "bool" } } }, is_list] }),
        _ => None,
    }
}

const fn operator(order: Order) -> &'static str {
    match order {
        Order::Less => "$lt",
        Order::AtMost => "$lte",
        Order::Equal => "$eq",
        Order::AtLeast => "$gte",
        Order::Greater => "$gt",
    }
}

/// Of the whole text, and of ASCII's letters in either case: those of PCRE without case are more.
fn regular_expression(pattern: &str) -> String {
    let mut expression = String::from("\\A");
    for c in pattern.chars() {
        match c {
            '*' => expression.push_str(".*"),
            '?' => expression.push('.'),
            c if c.is_ascii_alphabetic() => {
                expression.extend(['[', c.to_ascii_lowercase(), c.to_ascii_uppercase(), ']']);
            }
            c if c.is_ascii_digit() || !c.is_ascii() => expression.push(c),
            c => expression.extend(['\\', c]),
        }
    }
    expression + "\\z"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_the_whole_text() {
        assert_eq!(regular_expression("Web-?.x*"), "\\A[wW][eE][bB]\\-.\\.[xX].*\\z");
    }
}
