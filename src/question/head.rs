//! What is asked for: the head noun, "hosts" of "hosts with no vms".

use std::ops::Range;

use super::meaning::{Extent, Meaning, Names, Plurality, Topic};
use super::term::{Term, Token};
use super::vocabulary::{ROOTS, SNAPSHOTS, SUMS};
use crate::catalog::{FieldType, Kind, ObjectKind};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// Of what only the value is asked: "ip and host" of "ip and host of vm web-1". They stand first.
    pub columns: Range<usize>,
    /// The head noun. None if there is none, as in "powered off".
    pub head: Option<usize>,
}

/// Finds it.
pub(super) fn find(terms: &[Term]) -> Asked {
    values(terms).unwrap_or_else(|| Asked {
        columns: 0..0,
        head: noun(terms),
    })
}

/// A question for values: "memory of vm web-1", "which host is vm web-1 on".
fn values(terms: &[Term]) -> Option<Asked> {
    // "Number of cpus of vm web-1": a value too.
    let start = usize::from(said(terms, 0) == Some(Meaning::Count));
    let mut end = start + 1;
    while said(terms, end) == Some(Meaning::And) && topic(terms, end + 1).is_some() {
        end += 2;
    }
    let topics: Option<Vec<&Topic>> = (start..end).step_by(2).map(|at| topic(terms, at)).collect();
    let topics = topics?;
    let is_placed = matches!(said(terms, end), Some(Meaning::Place | Meaning::On));
    let is_said_of_head = |at: &usize| matches!(said(terms, *at), Some(Meaning::State(_) | Meaning::Not));
    let described = end + usize::from(is_placed);
    // "Ip of running vms".
    let head = described + (described..terms.len()).take_while(is_said_of_head).count();
    let owner = topic(terms, head)?;
    let is_asked = match topics[..] {
        [one] if one.kind.is_some() && !is_measured(one, owner) => {
            head == described && has_name(terms, head) && is_only_named_by(one, owner)
        }
        _ => {
            is_placed
                && topics
                    .iter()
                    .any(|topic| topic.kind.is_none() || is_measured(topic, owner))
        }
    };
    (owner.kind.is_some() && is_asked).then_some(Asked {
        columns: start..end,
        head: Some(head),
    })
}

/// "Total memory of vms" is one number for all of them, and of how many snapshots a VM has not all are counted. Where
/// that ends, and why not.
pub(super) fn sum(terms: &[Term]) -> Option<(usize, &'static str)> {
    let is_count = said(terms, 0) == Some(Meaning::Count);
    let is_total = is_count || terms.first()?.text.to_ascii_lowercase().starts_with("total ");
    let at = usize::from(is_count);
    let amount = topic(terms, at).filter(|topic| topic.kind.is_none() || topic.names == Names::None)?;
    let is_linked = matches!(said(terms, at + 1), Some(Meaning::Place | Meaning::On | Meaning::And));
    let is_owner = |at: &usize| topic(terms, *at).is_some_and(|topic| topic.kind.is_some());
    let owner = (at + 1..terms.len()).find(is_owner).filter(|_| is_linked)?;
    match said(terms, owner) {
        Some(Meaning::Topic(_, Plurality::Many)) if is_total => Some((owner, SUMS)),
        _ => (is_count && amount.name == SNAPSHOTS).then_some((owner, ROOTS)),
    }
}

/// Whether a list of the one cannot say which belong to the other, while a list of the other can.
fn is_only_named_by(one: &Topic, owner: &Topic) -> bool {
    !is_named_by(owner, one.kind) && is_named_by(one, owner.kind)
}

/// Disks of VMs are rather theirs than datastores.
fn is_measured(topic: &Topic, owner: &Topic) -> bool {
    topic.names == Names::None && owner.kind.is_some_and(|kind| topic.field_of(kind).is_some())
}

/// Whether objects of this kind have the topic's names.
fn is_named_by(topic: &Topic, kind: Option<Kind>) -> bool {
    let field = kind.and_then(|kind| topic.field_of(kind));
    field.is_some_and(|field| matches!(field.kind, FieldType::Text | FieldType::Texts))
}

fn noun(terms: &[Term]) -> Option<usize> {
    let nouns = || (0..terms.len()).filter(|at| topic(terms, *at).is_some_and(|topic| topic.kind.is_some()));
    // "on cluster A the vms": a noun with a name of its own is rather where they are.
    nouns()
        .find(|at| is_free(terms, *at) && !has_name(terms, *at))
        .or_else(|| nouns().find(|at| is_free(terms, *at)))
        // "list of vms", "top 5 hosts by memory": whatever is left.
        .or_else(|| nouns().find(|at| !has_name(terms, *at) && !is_compared(terms, *at)))
        // "16 gb vms": there is no other.
        .or_else(|| nouns().find(|at| matches!(before(terms, *at), Some(Meaning::Unit(_)))))
}

fn said(terms: &[Term], at: usize) -> Option<Meaning> {
    match terms.get(at)?.token {
        Token::Says(meaning) => Some(meaning),
        Token::Name(_) | Token::Number(_) => None,
    }
}

fn topic(terms: &[Term], at: usize) -> Option<&'static Topic> {
    match said(terms, at) {
        Some(Meaning::Topic(topic, _)) => Some(topic),
        _ => None,
    }
}

fn has_name(terms: &[Term], at: usize) -> bool {
    matches!(terms.get(at + 1), Some(term) if matches!(term.token, Token::Name(_)))
}

/// Whether nothing before it makes it a part of a claim, and it does not say of what alarms are: host alarms.
fn is_free(terms: &[Term], at: usize) -> bool {
    let is_alarm = |topic: &Topic| topic.kind == Some(Kind::Object(ObjectKind::Alarm));
    !topic(terms, at + 1).is_some_and(is_alarm) && !before(terms, at).is_some_and(binds)
}

/// What stands before the noun and its number.
fn before(terms: &[Term], at: usize) -> Option<Meaning> {
    let is_amount = |term: &&Term| matches!(term.token, Token::Number(_) | Token::Says(Meaning::Number(_)));
    let amounts = terms[..at].iter().rev().take_while(is_amount).count();
    let before = said(terms, (at - amounts).checked_sub(1)?);
    match before {
        // "By the number of vms".
        Some(Meaning::Count) if amounts == 0 => at.checked_sub(2).and_then(|at| said(terms, at)),
        // "Sort vms by name".
        Some(Meaning::SortedBy) if at == 1 => None,
        // "Cpus >= 4 vms": the number is of what stands before it.
        Some(Meaning::Compare(_)) if at >= amounts + 2 && topic(terms, at - amounts - 2).is_some() => None,
        _ => before,
    }
}

/// Whether what follows such a word is part of a claim.
const fn binds(meaning: Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Place | Meaning::On | Meaning::Most { of: Extent::Said, .. }
    ) || is_comparison(meaning)
}

fn is_compared(terms: &[Term], at: usize) -> bool {
    before(terms, at).is_some_and(is_comparison)
}

const fn is_comparison(meaning: Meaning) -> bool {
    matches!(
        meaning,
        Meaning::With
            | Meaning::Without
            | Meaning::By
            | Meaning::SortedBy
            | Meaning::Compare(_)
            | Meaning::OrMore(_)
            | Meaning::Between
            | Meaning::Unit(_)
            | Meaning::Called(_)
    )
}
