//! A filter as a condition of SQL.

use rusqlite::types::Value as Sql;

use super::layout::{VM_COLUMNS, in_document, quoted};
use super::schema::VM_INDEXES;
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
        (Expr::Is(comparison), bound) => compare(&Operand::of(kind, comparison, bound)?, comparison, bound),
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

/// A field's value, as SQL.
struct Operand(String);

impl Operand {
    /// None if it is no value of its own, or SQLite would read every document for it, which takes longer than if we do.
    fn of(kind: Kind, comparison: &Comparison, bound: Bound) -> Option<Self> {
        let Place::Key(key) = comparison.field.place else {
            return None;
        };
        if kind != Kind::Vm || VM_COLUMNS.contains(&key) {
            return Some(Self(quoted(key)));
        }
        let has_index = bound == Bound::Over && matches!(comparison.test, Test::Text(_));
        let value = in_document(key);
        let is_indexed = |(_, of): &(&str, &str)| *of == value;
        (has_index && VM_INDEXES.iter().any(is_indexed)).then_some(Self(value))
    }

    fn is_of(&self, types: &str) -> String {
        format!("coalesce(typeof({}) IN ({types}), 0)", self.0)
    }
}

const NUMBERS: &str = "'integer', 'real'";

fn compare(operand: &Operand, comparison: &Comparison, bound: Bound) -> Option<Condition> {
    let field = comparison.field;
    let (condition, types) = match (&comparison.test, field.kind) {
        (Test::Absent, _) => return absent(operand, field),
        (Test::Text(text), FieldType::Text) if !text.contains('\0') => (
            Condition::new(format!("{} = ?", operand.0), vec![Sql::Text(text.clone())]),
            "'text'",
        ),
        (Test::Like(pattern), FieldType::Text) if is_plain_pattern(pattern) => (
            Condition::new(
                format!("{} LIKE ? ESCAPE '\\'", operand.0),
                vec![Sql::Text(like(pattern))],
            ),
            "'text'",
        ),
        (Test::Switch(is_on), FieldType::Switch) => (
            Condition::plain(format!("{} = {}", operand.0, i64::from(*is_on))),
            "'integer'",
        ),
        (Test::Number(order, number), FieldType::Number(_)) if is_plain_number(*number) => (
            Condition::new(format!("{} {} ?", operand.0, order.sign()), vec![Sql::Real(*number)]),
            NUMBERS,
        ),
        _ => return None,
    };
    if bound == Bound::Over {
        return Some(condition);
    }
    let mut parts = vec![
        Condition::plain(operand.is_of(types)),
        Condition::new(format!("coalesce({}, 0)", condition.sql), condition.parameters),
    ];
    if matches!(comparison.test, Test::Like(_)) {
        parts.push(Condition::new(
            format!("{} NOT IN ('', ?)", operand.0),
            vec![blank(field)],
        ));
    }
    join(parts, " AND ")
}

/// The word for what is not known; where there is none, an empty text.
fn blank(field: &Field) -> Sql {
    Sql::Text(field.blank.unwrap_or_default().to_owned())
}

/// Exact, so that it is a bound from either side.
fn absent(operand: &Operand, field: &Field) -> Option<Condition> {
    match field.kind {
        FieldType::Text => {
            let sql = format!("(NOT {} OR {} IN ('', ?))", operand.is_of("'text'"), operand.0);
            Some(Condition::new(sql, vec![blank(field)]))
        }
        FieldType::Number(_) => Some(Condition::plain(format!("NOT {}", operand.is_of(NUMBERS)))),
        FieldType::Switch => Some(Condition::plain(format!("NOT coalesce({} IN (0, 1), 0)", operand.0))),
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
