use std::collections::BTreeSet;

use super::{close_taken, settle_scan};
use crate::plan::journal::{JournalEntry, SessionStage};
use crate::sessions::SessionRules;
use crate::sessions::fixtures::{SINCE, closed, document, edited, open, orphan_event, rename, rules, scanned};

fn stages(journal: Option<Vec<JournalEntry>>) -> Option<Vec<SessionStage>> {
    journal.map(|journal| journal.into_iter().map(|entry| entry.sessions).collect())
}

#[test]
fn a_complete_scan_settles_what_was_open() {
    let ambiguous = JournalEntry {
        ambiguous: true,
        ..open(rename(1, 4, "c", "d"))
    };
    let journal = [
        open(rename(1, 1, "a", "b")),
        open(orphan_event(1, 2, "x")),
        open(rename(1, 3, "taken", "e")),
        ambiguous,
    ];
    let settled = stages(settle_scan(&journal, |name| name == "taken"));
    let expected = [
        SessionStage::Scanned,
        SessionStage::Closed,
        SessionStage::Closed,
        SessionStage::Closed,
    ];
    assert_eq!(settled, Some(expected.to_vec()));
}

#[test]
fn a_second_complete_scan_changes_nothing() {
    let journal = [scanned(rename(1, 1, "a", "b")), closed(orphan_event(1, 2, "x"))];
    assert_eq!(settle_scan(&journal, |_| false), None);
    assert_eq!(settle_scan(&[], |_| true), None);
}

#[test]
fn a_name_that_another_vm_took_closes_only_what_was_scanned() {
    let journal = [scanned(rename(1, 1, "a", "b")), open(rename(1, 2, "a", "c"))];
    let closed = stages(close_taken(&journal, |name| name == "a"));
    assert_eq!(closed, Some(vec![SessionStage::Closed, SessionStage::Open]));
    assert_eq!(
        stages(settle_scan(&journal[..1], |_| true)),
        Some(vec![SessionStage::Closed])
    );
    assert_eq!(close_taken(&journal, |_| false), None);
}

#[test]
fn a_companion_is_needed_only_while_an_acting_entry_s_name_is_borne_by_another() {
    let renamed = || document("1", "b").journal([open(rename(1, 1, "a", "b"))]);
    let alone = SessionRules::build(&[renamed().record()], None);
    assert!(alone.has_acting_entries() && !alone.companion_needed());
    let taken = SessionRules::build(&[renamed().record(), document("2", "a").record()], None);
    assert!(taken.has_acting_entries() && taken.companion_needed());
    let by_an_orphan = SessionRules::build(&[renamed().record(), document("2", "a").orphan("x").record()], None);
    assert!(!by_an_orphan.companion_needed());
    let closed = document("1", "b").journal([closed(rename(1, 1, "a", "b"))]).record();
    let over = SessionRules::build(&[closed, document("2", "a").record()], None);
    assert!(!over.has_acting_entries() && !over.companion_needed());
}

#[test]
fn a_vm_that_takes_its_own_old_name_back_needs_no_companion() {
    let back = document("1", "a").journal([open(rename(1, 1, "a", "b")), open(rename(2, 2, "b", "a"))]);
    assert!(!SessionRules::build(&[back.record()], None).companion_needed());
}

#[test]
fn only_ids_that_are_still_in_the_journal_are_kept() {
    let records = [document("1", "b").journal([closed(rename(1, 1, "a", "b"))]).record()];
    let kept = SessionRules::build(&records, None).known(&["0-1".to_owned(), "1-1".to_owned()]);
    assert_eq!(kept, ["1-1"]);
}

const LATER: &str = "02-07-2024: 12:34:00";

#[test]
fn two_vms_that_had_the_name_and_vanished_at_other_times_are_not_meant_though_they_agree() {
    let once_a = |id| document(id, "b").once(&["a"]).returned(LATER);
    let of_two = rules([once_a("1"), once_a("2")]);
    assert_eq!(of_two.bearers.returned_as("a", Some(SINCE)), None);
    assert_eq!(of_two.bearers.returned_as("a", Some(LATER)), Some("b"));
    assert_eq!(
        rules([once_a("1")]).bearers.returned_as("a", Some(SINCE)),
        Some("b"),
        "the only one who ever had the name is meant whatever the time"
    );
}

/// The journal still tells of an earlier period, and nothing tells what the VM was called in its last one.
#[test]
fn the_name_in_an_earlier_orphan_period_says_nothing_about_the_last_one() {
    let returned = document("1", "c")
        .once(&["a"])
        .returned(LATER)
        .journal([closed(orphan_event(1, 1, "b"))]);
    let another = document("2", "d").once(&["a"]);
    let rules = rules([returned, another]);
    assert_eq!(rules.bearers.returned_as("a", Some(LATER)), Some("c"));
}

#[test]
fn a_name_is_followed_from_the_first_epoch_that_tells_of_it() {
    let later = document("1", "c").journal([open(rename(2, 1, "a", "c"))]);
    let first = document("2", "b").journal([open(rename(1, 1, "a", "b"))]);
    assert_eq!(edited(r#"{"vms":["a"]}"#, &rules([later, first])), r#"{"vms":["b"]}"#);
}

/// An orphan's entry has one name, and leads to no other.
#[test]
fn an_orphan_of_another_scope_does_not_act() {
    let renamed = document("1", "b").journal([open(rename(1, 1, "a", "b"))]).record();
    let gone = |name| {
        document("2", name)
            .orphan(SINCE)
            .journal([open(orphan_event(1, 2, name))])
    };
    let scope = BTreeSet::from([renamed.id.clone()]);
    let scoped = |name| SessionRules::build(&[renamed.clone(), gone(name).record()], Some(&scope));
    assert_eq!(edited(r#"{"vms":["x","a"]}"#, &scoped("x")), r#"{"vms":["x","b"]}"#);
    assert_eq!(scoped("x").journal.covered, ["1-1"]);
    assert_eq!(scoped("b").journal.covered, ["1-1", "1-2"], "it shares a name");
}
