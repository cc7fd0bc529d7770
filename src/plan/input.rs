//! What a plan is made from.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::journal::Audience;
use super::record::{DocumentId, VmRecord};
use crate::config::{Exclude, Guard};
use crate::inventory::{CopyOnWrite, SourceId, SourceInventory, SourceKind};
use crate::moment::to_the_second;

/// How well a source was heard in this pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hearing {
    /// Its listing is complete: what it does not list, it does not have.
    Complete,
    /// Something arrived, but not all: what is listed is there, the rest is unknown.
    Incomplete,
    /// Nothing arrived.
    Unheard,
    /// It was left out of this pass by `--source`.
    NotAsked,
}

/// One configured source as this pass found it.
#[derive(Debug, Clone)]
pub struct SourceView {
    /// Its name in the configuration.
    pub name: String,
    /// Its address in the configuration.
    pub host: String,
    /// What it is, if it was ever heard.
    pub kind: Option<SourceKind>,
    /// The identity by which documents know it; none if it was never heard.
    pub id: Option<SourceId>,
    /// The identity that the server itself claims, usable or not.
    pub claimed_id: Option<SourceId>,
    /// How well it was heard.
    pub hearing: Hearing,
    /// What it listed; empty unless something arrived.
    pub inventory: Option<CopyOnWrite<SourceInventory>>,
    /// What is left out of its listing.
    pub exclude: Exclude,
    /// Limits of the guard.
    pub guard: Guard,
}

/// The moment for which a plan is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Now {
    /// In time.
    pub instant: Timestamp,
    /// The same as documents and sessions write it: local, `%d-%m-%Y: %H:%M:%S`.
    pub local: String,
}

impl Now {
    /// As objects write it: RFC 3339 in UTC, to the second.
    #[must_use]
    pub fn to_the_second(&self) -> String {
        to_the_second(self.instant)
    }
}

/// The answer of the second look for VMs that the listings miss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Whether every source was looked at completely.
    pub complete: bool,
    /// The documents whose VM was found after all.
    pub found: BTreeSet<DocumentId>,
}

/// What an operator permits for one run: `--allow SOURCE:orphan=N`, `SOURCE:rename=N`, `SOURCE:gone=N`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// Name of the source.
    pub source: String,
    /// What is permitted.
    pub subject: Subject,
    /// Up to how many.
    pub limit: usize,
}

/// What an [`Allowance`] permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Orphaning, and the additions that look like a replacement.
    Orphan,
    /// New names.
    Rename,
    /// Objects beside VMs that are gone; the limit holds for each kind.
    Gone,
}

/// Everything that a plan depends on.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    /// The documents.
    pub existing: &'a [VmRecord],
    /// The configured sources, in the order of the configuration.
    pub sources: &'a [SourceView],
    /// When.
    pub now: Now,
    /// Epoch of this pass.
    pub epoch: i64,
    /// Who has to learn of renames.
    pub audience: Audience,
    /// Names or addresses of sources that are gone for good.
    pub retired: &'a [String],
    /// What the operator permits.
    pub allowances: &'a [Allowance],
    /// The ids of `sync vms`; none for all.
    pub only: Option<&'a [String]>,
    /// The second look, if one was made.
    pub look: Option<Look>,
}

impl Input<'_> {
    /// Whether what is listed nowhere is nowhere.
    #[must_use]
    pub fn all_complete(&self) -> bool {
        self.sources.iter().all(|source| source.hearing == Hearing::Complete)
    }
}
