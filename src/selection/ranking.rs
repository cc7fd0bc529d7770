//! Rows that come in any order and are put into theirs by whoever shows them.

use serde_json::Value;

use super::Selection;
use super::rank::{Order, sorts};

/// The places of rows in their order. Of each it keeps but what the order needs, so that they can be shown, and let go of,
/// as they come.
pub struct Ranking {
    order: Order,
    /// Of all rows in one, as they came.
    keys: Vec<u8>,
    ends: Vec<usize>,
}

impl Ranking {
    /// With what to ask for instead: the same in no order, and what the order needs behind the columns. None if whoever
    /// answers had better see to the order: there is none, or only the first rows are wanted, and the others not looked at.
    #[must_use]
    pub fn of(selection: &Selection) -> Option<(Self, Selection)> {
        if selection.sort.is_empty() || selection.limit.is_some() {
            return None;
        }
        let mut fields = selection.columns.clone();
        for sort in sorts(selection) {
            if !fields.contains(&sort.field) {
                fields.push(sort.field);
            }
        }
        let ranking = Self {
            order: Order::new(selection, &fields),
            keys: Vec::new(),
            ends: Vec::new(),
        };
        let asked = Selection {
            columns: fields,
            sort: Vec::new(),
            ..selection.clone()
        };
        Some((ranking, asked))
    }

    /// The next row.
    pub fn add(&mut self, row: &[Value]) {
        self.order.write_key(row, &mut self.keys);
        self.order.write_rest(row, &mut self.keys);
        self.ends.push(self.keys.len());
    }

    /// Which row comes first, which next, by the numbers in which they came.
    #[must_use]
    pub fn places(&self) -> Vec<usize> {
        let key = |at: usize| {
            let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
            &self.keys[start..self.ends[at]]
        };
        let mut places: Vec<usize> = (0..self.ends.len()).collect();
        places.sort_unstable_by(|one, other| key(*one).cmp(key(*other)));
        places
    }
}
