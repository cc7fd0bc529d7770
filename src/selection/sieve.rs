//! A selection carried out on rows, one by one. Stores hand it more rows than are meant, never fewer, so that all of them
//! give the same answer.

use std::cmp::Ordering;

use serde_json::Value;

use super::rank::{Order, sorts};
use super::{Row, Selection};
use crate::catalog::{Field, Kind};
use crate::filter::{Expr, Test};

/// Fields that say what is gone: whoever asks for one of them means what is gone too.
const OF_THE_GONE: [&str; 4] = ["orphan", "orphan_since", "present", "gone_since"];

/// Takes rows and keeps those that are meant.
pub struct Sieve {
    selection: Selection,
    filter: Option<Expr>,
    fields: Vec<&'static Field>,
    order: Order,
    kept: Kept,
}

enum Kept {
    /// In the order in which they come: nothing is kept. So many are still wanted.
    Nothing(usize),
    /// Of which so many are meant, the first by the order: once there are twice as many, the others are let go.
    First(Vec<Keyed>, usize),
}

/// Bytes of a number and a name.
const USUAL_KEY: usize = 48;

/// A row behind its key.
type Keyed = (Vec<u8>, Row);

/// Nothing is let go of so few: it would be done after every row or two.
const FEW: usize = 1_000;

impl Sieve {
    /// For rows with the values of [`Self::fields`].
    #[must_use]
    pub fn new(selection: &Selection) -> Self {
        let filter = whole_filter(selection);
        let name = selection.kind.field("name");
        let mut fields = selection.columns.clone();
        let compared = filter
            .iter()
            .flat_map(Expr::comparisons)
            .map(|comparison| comparison.field);
        for field in compared.chain(sorts(selection).map(|sort| sort.field)).chain(name) {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        Self {
            order: Order::new(selection, &fields),
            kept: Kept::new(selection),
            selection: selection.clone(),
            filter,
            fields,
        }
    }

    /// The whole answer, from things in memory: `rows` makes rows of them that have the values of these fields.
    #[must_use]
    pub fn answer<R: Iterator<Item = Row>>(
        selection: &Selection,
        rows: impl FnOnce(Vec<&'static Field>) -> R,
    ) -> Vec<Row> {
        let mut sieve = Self::new(selection);
        let rows = rows(sieve.fields.clone());
        let mut taken: Vec<Row> = rows.filter_map(|row| sieve.take(row)).collect();
        taken.extend(sieve.finish());
        taken
    }

    /// What it needs of each object, in this order: the columns first.
    #[must_use]
    pub fn fields(&self) -> &[&'static Field] {
        &self.fields
    }

    /// What holds of every object that is meant.
    #[must_use]
    pub const fn filter(&self) -> Option<&Expr> {
        self.filter.as_ref()
    }

    /// Takes one row, each value of its field's type or null. Gives back what can be shown now.
    pub fn take(&mut self, row: Row) -> Option<Row> {
        if self.is_full() || !self.admits(&row) {
            return None;
        }
        match &mut self.kept {
            Kept::Nothing(wanted) => {
                *wanted -= 1;
                return Some(shown(row, &self.selection));
            }
            Kept::First(rows, limit) => {
                let mut key = Vec::with_capacity(USUAL_KEY);
                self.order.write_key(&row, &mut key);
                rows.push((key, row));
                if rows.len() > FEW && rows.len() / 2 > *limit {
                    rows.select_nth_unstable_by(*limit, |one, other| compare(&self.order, one, other));
                    rows.truncate(*limit);
                }
            }
        }
        None
    }

    /// Whether no further row can change the answer.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        matches!(self.kept, Kept::Nothing(0) | Kept::First(_, 0))
    }

    /// The rest of the answer.
    pub fn finish(self) -> impl Iterator<Item = Row> {
        let rows = match self.kept {
            Kept::Nothing(_) => Vec::new(),
            Kept::First(mut rows, limit) => {
                rows.sort_unstable_by(|one, other| compare(&self.order, one, other));
                rows.truncate(limit);
                rows
            }
        };
        let selection = self.selection;
        rows.into_iter().map(move |(_, row)| shown(row, &selection))
    }

    fn admits(&self, row: &Row) -> bool {
        let value_of = |wanted: &'static Field| -> &Value {
            let place = self.fields.iter().position(|field| field.name == wanted.name);
            place.map_or(&Value::Null, |place| &row[place])
        };
        // Whatever else lies in the portal's collection, a VM has a name.
        let is_one = self.selection.kind != Kind::Vm || self.fields.iter().zip(row).any(is_name);
        let filter = self.filter.as_ref();
        is_one && filter.is_none_or(|filter| filter.holds(&value_of, &self.selection.timezone))
    }
}

fn is_name((field, value): (&&'static Field, &Value)) -> bool {
    field.name == "name" && value.is_string()
}

fn compare(order: &Order, one: &Keyed, other: &Keyed) -> Ordering {
    let rest = |row: &Row| {
        let mut rest = Vec::new();
        order.write_rest(row, &mut rest);
        rest
    };
    one.0.cmp(&other.0).then_with(|| rest(&one.1).cmp(&rest(&other.1)))
}

fn shown(mut row: Row, selection: &Selection) -> Row {
    row.truncate(selection.columns.len());
    row
}

impl Kept {
    fn new(selection: &Selection) -> Self {
        match (selection.sort.is_empty(), selection.limit) {
            (true, limit) => Self::Nothing(limit.unwrap_or(usize::MAX)),
            (false, limit) => Self::First(Vec::new(), limit.unwrap_or(usize::MAX)),
        }
    }
}

/// What is gone is left out unless it is asked for.
fn whole_filter(selection: &Selection) -> Option<Expr> {
    let own = selection.filter.clone();
    let is_of_the_gone = |expression: &Expr| {
        let fields = expression
            .comparisons()
            .into_iter()
            .map(|comparison| comparison.field.name);
        fields.into_iter().any(|name| OF_THE_GONE.contains(&name))
    };
    if selection.gone || own.as_ref().is_some_and(is_of_the_gone) {
        return own;
    }
    let gone = match selection.kind {
        Kind::Vm => selection
            .kind
            .field("orphan")
            .map(|field| Expr::is(field, Test::Switch(true))),
        Kind::Object(_) => selection
            .kind
            .field("present")
            .map(|field| Expr::is(field, Test::Switch(false))),
        Kind::Source => None,
    };
    Expr::all(gone.map(Expr::not).into_iter().chain(own).collect())
}
