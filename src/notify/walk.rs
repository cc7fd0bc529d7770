//! The order of sending as it unfolds: which post is next, given what became of those before it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::post::{Chain, EntryRef, Post, REJECTED_AFTER};

/// What became of a post, as far as the order is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// 2xx.
    Accepted,
    /// A 4xx that says that the service does not want it.
    Refused,
    /// Nothing that could be counted on.
    Failed,
}

/// How a rename stands with one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Refused too often to wait for it.
    Rejected,
    /// Still to be delivered.
    Pending,
}

/// A walk over the chains of one service.
pub struct Walk<'a> {
    chains: &'a [Chain],
    /// The chain and the post in it that are next.
    at: (usize, usize),
    current: Option<&'a Post>,
    /// Chains that newer ones have to wait for.
    stuck: BTreeSet<usize>,
    /// Rejected renames whose turn is over in this pass: their second half is not tried without the first.
    over: BTreeSet<&'a EntryRef>,
    standing: BTreeMap<&'a EntryRef, Standing>,
}

impl<'a> Walk<'a> {
    pub fn new(chains: &'a [Chain]) -> Self {
        let pending = chains
            .iter()
            .flat_map(|chain| &chain.pending)
            .map(|entry| (entry, Standing::Pending));
        let rejected = chains
            .iter()
            .flat_map(|chain| &chain.rejected)
            .map(|entry| (entry, Standing::Rejected));
        let standing = pending.chain(rejected).collect();
        Self {
            chains,
            at: (0, 0),
            current: None,
            stuck: BTreeSet::new(),
            over: BTreeSet::new(),
            standing,
        }
    }

    /// The next post; what became of the one before must have been settled.
    pub fn next(&mut self) -> Option<&'a Post> {
        while let Some(chain) = self.chains.get(self.at.0) {
            if self.at.1 == 0 && (chain.held || !chain.after.is_disjoint(&self.stuck)) {
                self.leave(!chain.pending.is_empty());
                continue;
            }
            let Some(post) = chain.posts.get(self.at.1) else {
                self.leave(false);
                continue;
            };
            self.at.1 += 1;
            if !post.marks.iter().any(|mark| self.over.contains(&mark.entry)) {
                self.current = Some(post);
                return self.current;
            }
        }
        None
    }

    /// Goes on to the next chain.
    fn leave(&mut self, stuck: bool) {
        if stuck {
            self.stuck.insert(self.chains[self.at.0].id);
        }
        self.at = (self.at.0 + 1, 0);
    }

    /// Says what became of the post that [`Walk::next`] gave last.
    pub fn settle(&mut self, settled: Settled) {
        let Some(post) = self.current.take() else { return };
        match settled {
            Settled::Accepted => self.accept(post),
            Settled::Refused if post.refused + 1 >= REJECTED_AFTER => self.reject(post),
            Settled::Failed if post.is_rejected() => self.reject(post),
            Settled::Refused | Settled::Failed => self.leave(true),
        }
    }

    fn accept(&mut self, post: &'a Post) {
        for mark in &post.marks {
            if mark.accepted >= mark.total {
                self.standing.remove(&mark.entry);
            } else {
                self.standing.insert(&mark.entry, Standing::Pending);
            }
        }
    }

    fn reject(&mut self, post: &'a Post) {
        for mark in &post.marks {
            self.over.insert(&mark.entry);
            self.standing.insert(&mark.entry, Standing::Rejected);
        }
    }

    /// How every rename stands that is not delivered.
    pub fn standing(self) -> BTreeMap<&'a EntryRef, Standing> {
        self.standing
    }
}
