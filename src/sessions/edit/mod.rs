//! One session's bytes before and after: what the journal and the documents say, with every other byte left as it is.

use std::collections::HashSet;

use thiserror::Error;

mod entry;
mod list;
mod parse;
#[cfg(test)]
mod tests;
mod token;
#[cfg(test)]
mod world;

use entry::OrphanEntry;
use list::{Change, List};
use parse::Session;
use token::{Place, Token};

use super::SessionRules;

/// Longest session that is looked at, in bytes; a portal's sessions have a few kilobytes.
pub const MAX_SESSION_BYTES: usize = 1024 * 1024;

/// Deepest nesting that is looked at; serde's own limit, and that of most JSON parsers that would read it next.
pub const MAX_DEPTH: usize = 128;

/// What is to be done with one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEdit {
    /// The whole new value; none if nothing changes.
    pub bytes: Option<Vec<u8>>,
    /// Ids of the journal entries that the session has behind it with this edit and had not before. Empty if nothing
    /// changes.
    pub applied: Vec<String>,
    /// It bears a name of which nobody can know which VM it means; that name is left.
    pub ambiguous: bool,
}

/// Why a value is not edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum NotASession {
    /// A list, a hash or the like, whose bytes are not read.
    #[error("no string")]
    OtherType,
    /// Longer than [`MAX_SESSION_BYTES`].
    #[error("longer than 1 MiB")]
    TooLong,
    /// Deeper than [`MAX_DEPTH`].
    #[error("nested more than 128 levels deep")]
    TooDeep,
    /// Not JSON, not UTF-8, or JSON of another type.
    #[error("not a JSON object")]
    NotAnObject,
    /// `vms` or `orphans` is there and is neither a list nor null.
    #[error("with vms or orphans that is not a list")]
    NotAList,
}

/// Brings one session to the journal, epoch by epoch, then to what the documents say of every name that is left.
/// `applied` are the ids in its companion key.
///
/// # Errors
/// The bytes are no session.
pub fn edit_session(bytes: &[u8], applied: &[String], rules: &SessionRules) -> Result<SessionEdit, NotASession> {
    let session = Session::parse(bytes)?;
    let tokens = bring_names(&session.vms, applied, rules);
    let entries: Vec<_> = session.orphans.members().map(OrphanEntry::read).collect();
    let lists = Lists::build(&tokens, &entries, rules);
    let changed = session.replace(&lists.vms, &lists.orphans);
    let fresh = |id: &&String| changed.is_some() && !applied.contains(id);
    Ok(SessionEdit {
        applied: rules.journal.covered.iter().filter(fresh).cloned().collect(),
        ambiguous: tokens.iter().flatten().any(Token::is_ambiguous),
        bytes: changed,
    })
}

/// One token for every member of `vms`; none for what is not a string.
fn bring_names(vms: &List<'_>, applied: &[String], rules: &SessionRules) -> Vec<Option<Token>> {
    let bring = |member: &str| {
        let name: String = serde_json::from_str(member).ok()?;
        Some(Token::new(name).bring(applied, rules))
    };
    vms.members().map(bring).collect()
}

/// What happens to the members of one list, and what is added at its end, as JSON.
#[derive(Debug, Default)]
struct ListEdit {
    changes: Vec<Change>,
    added: Vec<String>,
}

impl ListEdit {
    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changes.iter().all(|change| *change == Change::Keep)
    }
}

/// The edits of both lists.
#[derive(Debug, Default)]
struct Lists {
    vms: ListEdit,
    orphans: ListEdit,
}

impl Lists {
    fn build(tokens: &[Option<Token>], entries: &[Option<OrphanEntry>], rules: &SessionRules) -> Self {
        let mut lists = Self::default();
        let mut names: HashSet<&str> = tokens.iter().flatten().filter_map(Token::kept_name).collect();
        lists.vms.changes = tokens
            .iter()
            .map(|token| vms_change(token.as_ref(), &mut names))
            .collect();
        let returned: Vec<_> = entries.iter().map(|entry| returned_as(entry.as_ref(), rules)).collect();
        for name in returned.iter().flatten() {
            if names.insert(name) {
                lists.vms.added.push(list::quote(name));
            }
        }
        lists.orphans.changes = returned.iter().map(|name| Change::remove_if(name.is_some())).collect();
        let stay = entries.iter().zip(&returned).filter(|(_, returned)| returned.is_none());
        lists.orphans.added = new_orphans(tokens, stay.filter_map(|(entry, _)| entry.as_ref()));
        lists
    }
}

/// `names` are those in the list so far: a new name that is already there is not written twice.
fn vms_change<'a>(token: Option<&'a Token>, names: &mut HashSet<&'a str>) -> Change {
    match token.map(|token| (token, &token.place)) {
        None => Change::Keep,
        Some((token, _)) if token.kept_name().is_some() => Change::Keep,
        Some((token, Place::Vms)) if names.insert(&token.name) => Change::Replace(list::quote(&token.name)),
        Some((_, Place::Vms | Place::Orphans { .. })) => Change::Remove,
    }
}

fn returned_as<'a>(entry: Option<&OrphanEntry>, rules: &'a SessionRules) -> Option<&'a str> {
    let entry = entry?;
    rules.bearers.returned_as(&entry.name, entry.since.as_deref())
}

/// The names that left `vms`, each once, and only if no such entry is there.
fn new_orphans<'a>(tokens: &[Option<Token>], entries: impl Iterator<Item = &'a OrphanEntry>) -> Vec<String> {
    let mut there: HashSet<OrphanEntry> = entries.cloned().collect();
    let moved = tokens.iter().flatten().filter_map(Token::orphan_entry);
    moved
        .filter(|entry| there.insert(entry.clone()))
        .map(|entry| entry.to_json())
        .collect()
}
