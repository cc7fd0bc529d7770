//! A filter as a condition of SQL.

use rusqlite::types::Value as Sql;

use super::layout::VM_COLUMNS;
use crate::catalog::{Field, FieldType, Kind, Place};
use crate::filter::{Comparison, Expr, Test};
use crate::store::select::{Bound, MAX_LEVELS, is_plain_number, is_plain_pattern};

/// A condition and the values of its parameters. It is true or false, never NULL, unless it stands for a bound from
/// above, where NULL is false.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    pub sql: String,
    pub parameters: Vec<Sql>,
}

impl Condition {
    fn new(sql: String, parameters: Vec<Sql>) -> Self {
        Self { sql, parameters }
    }

    fn plain(sql: String) -> Self {
        Self::new(sql, Vec::new())
    }
}

/// The bound of an expression; none if only a trivial one is known: true from above, false from below.
pub fn translate(kind: Kind, expression: &Expr, bound: Bound) -> Option<Condition> {
    within(MAX_LEVELS, kind, expression, bound)
}

fn within(levels: usize, kind: Kind, expression: &Expr, bound: Bound) -> Option<Condition> {
    let levels = levels.checked_sub(1)?;
    let of = |part: &Expr| within(levels, kind, part, bound);
    match (expression, bound) {
        (Expr::All(parts), Bound::Over) => join(parts.iter().filter_map(of).collect(), " AND "),
        (Expr::Any(parts), Bound::Under) => join(parts.iter().filter_map(of).collect(), " OR "),
        (Expr::All(parts), Bound::Under) => join(parts.iter().map(of).collect::<Option<_>>()?, " AND "),
        (Expr::Any(parts), Bound::Over) => join(parts.iter().map(of).collect::<Option<_>>()?, " OR "),
        (Expr::Not(inner), _) => {
            let inner = within(levels, kind, inner, bound.flipped())?;
            // Where a bound from above is NULL it is false.
            Some(Condition::new(
                format!("NOT coalesce({}, 0)", inner.sql),
                inner.parameters,
            ))
        }
        (Expr::Is(comparison), bound) => compare(&Operand::of(kind, comparison.field)?, comparison, bound),
    }
}

/// As a balanced tree: SQLite bounds the depth of expressions.
/// <https://www.sqlite.org/limits.html#max_expr_depth>
fn join(mut parts: Vec<Condition>, sign: &str) -> Option<Condition> {
    match parts.len() {
        0 | 1 => parts.pop(),
        length => {
            let right = join(parts.split_off(length / 2), sign)?;
            let left = join(parts, sign)?;
            let parameters = left.parameters.into_iter().chain(right.parameters).collect();
            Some(Condition::new(format!("({}{sign}{})", left.sql, right.sql), parameters))
        }
    }
}

/// A field's value and its type, as SQL.
struct Operand {
    value: String,
    type_of: String,
    is_json: bool,
}

impl Operand {
    /// None if it is no value of its own.
    fn of(kind: Kind, field: &Field) -> Option<Self> {
        let Place::Key(key) = field.place else {
            return None;
        };
        Some(if kind == Kind::Vm && !VM_COLUMNS.contains(&key) {
            Self {
                value: format!("json_extract(document, '$.{key}')"),
                type_of: format!("json_type(document, '$.{key}')"),
                is_json: true,
            }
        } else {
            Self {
                value: format!("\"{key}\""),
                type_of: format!("typeof(\"{key}\")"),
                is_json: false,
            }
        })
    }

    fn is_of(&self, types: &str) -> String {
        format!("coalesce({} IN ({types}), 0)", self.type_of)
    }
}

const NUMBERS: &str = "'integer', 'real'";

fn compare(operand: &Operand, comparison: &Comparison, bound: Bound) -> Option<Condition> {
    let field = comparison.field;
    let (condition, types) = match (&comparison.test, field.kind) {
        (Test::Absent, _) => return absent(operand, field),
        (Test::Text(text), FieldType::Text) if !text.contains('\0') => (
            Condition::new(format!("{} = ?", operand.value), vec![Sql::Text(text.clone())]),
            "'text'",
        ),
        (Test::Like(pattern), FieldType::Text) if is_plain_pattern(pattern) => (
            Condition::new(
                format!("{} LIKE ? ESCAPE '\\'", operand.value),
                vec![Sql::Text(like(pattern))],
            ),
            "'text'",
        ),
        (Test::Switch(is_on), FieldType::Switch) => (
            Condition::plain(format!("{} = {}", operand.value, i64::from(*is_on))),
            if operand.is_json {
                "'true', 'false'"
            } else {
                "'integer'"
            },
        ),
        (Test::Number(order, number), FieldType::Number(_)) if is_plain_number(*number) => (
            Condition::new(
                format!("{} {} ?", operand.value, order.sign()),
                vec![Sql::Real(*number)],
            ),
            NUMBERS,
        ),
        _ => return None,
    };
    Some(match bound {
        Bound::Over => condition,
        Bound::Under => Condition::new(
            format!("(coalesce({}, 0) AND {})", condition.sql, operand.is_of(types)),
            condition.parameters,
        ),
    })
}

/// Exact, so that it is a bound from either side.
fn absent(operand: &Operand, field: &Field) -> Option<Condition> {
    match field.kind {
        FieldType::Text => {
            let blank = Sql::Text(field.blank.unwrap_or_default().to_owned());
            let sql = format!("(NOT {} OR {} IN ('', ?))", operand.is_of("'text'"), operand.value);
            Some(Condition::new(sql, vec![blank]))
        }
        FieldType::Number(_) => Some(Condition::plain(format!("NOT {}", operand.is_of(NUMBERS)))),
        FieldType::Switch if operand.is_json => {
            Some(Condition::plain(format!("NOT {}", operand.is_of("'true', 'false'"))))
        }
        FieldType::Switch => Some(Condition::plain(format!(
            "NOT coalesce({} IN (0, 1), 0)",
            operand.value
        ))),
        _ => None,
    }
}

fn like(pattern: &str) -> String {
    let mut like = String::new();
    for c in pattern.chars() {
        match c {
            '*' => like.push('%'),
            '?' => like.push('_'),
            '%' | '_' | '\\' => like.extend(['\\', c]),
            c => like.push(c),
        }
    }
    like
}
