//! One copy of each text that many objects of a listing have.

use std::collections::HashSet;

use foldhash::quality::RandomState;

use super::Shared;

/// So many different texts are kept for sharing; further ones get a copy each.
const MOST: usize = 100_000;

/// The texts so far. They are looked up a dozen times for each VM: the hash is a faster one than the standard one, and has
/// random keys as well.
#[derive(Debug, Default)]
pub(super) struct Words(HashSet<Shared, RandomState>);

impl Words {
    /// The one copy of this text.
    pub fn share(&mut self, text: &str) -> Shared {
        if let Some(known) = self.0.get(text) {
            return Shared::clone(known);
        }
        let shared = Shared::from(text);
        if self.0.len() < MOST {
            self.0.insert(Shared::clone(&shared));
        }
        shared
    }
}
