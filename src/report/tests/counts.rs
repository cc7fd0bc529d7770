use serde_json::json;

use super::samples::{busy, change, diff_empty, draft, dry_run, failures, finish, quiet, with, withheld};
use crate::exit::Condition;
use crate::report::{Change, ChangeKind, Draft, Outcome, Rename, Report, Step};

fn report(dry_run: bool, changes: Vec<Change>) -> Report {
    finish(Draft {
        changes,
        ..draft("sync all", dry_run)
    })
}

#[test]
fn a_change_is_the_first_of_its_kinds() {
    use ChangeKind::{Added, Duplicate, Missing, Moved, Orphaned, Reactivated, Renamed, Unidentified, Updated};
    let order = [
        Added,
        Orphaned,
        Reactivated,
        Moved,
        Renamed,
        Updated,
        Missing,
        Duplicate,
        Unidentified,
    ];
    for (index, kind) in order.into_iter().enumerate() {
        let kinds = order[index..].iter().rev().copied();
        assert_eq!(Change::new(kinds, "x", Outcome::Applied).kind, kind);
        assert_eq!(json!(kind), kind.name());
    }
}

#[test]
fn updated_are_changed_documents_that_were_neither_added_nor_orphaned() {
    let report = busy();
    assert_eq!((report.added, report.orphaned, report.updated), (2, 1, 5));
    assert_eq!(
        (report.moved, report.missing, report.duplicates, report.unidentified),
        (1, 1, 1, 1)
    );
    assert_eq!(report.reactivated, ["back-2"]);
    let rename = |old: &str, new: &str| Rename {
        old_name: old.to_owned(),
        new_name: new.to_owned(),
    };
    assert_eq!(
        report.renamed,
        [rename("back", "back-2"), rename("b", "a"), rename("a", "b")]
    );
}

#[test]
fn a_dry_run_counts_what_would_be() {
    let (dry, real) = (dry_run(), busy());
    assert_eq!(
        (dry.added, dry.orphaned, dry.updated),
        (real.added, real.orphaned, real.updated)
    );
    assert_eq!((dry.moved, dry.renamed), (real.moved, real.renamed));
}

#[test]
fn planned_work_that_a_real_run_left_undone_is_not_counted() {
    use ChangeKind::{Added, Orphaned, Reactivated, Renamed};
    let planned = [Added, Orphaned, Reactivated].map(|kind| change(&[kind], "x", Outcome::Planned));
    let renamed = with(
        change(&[Renamed], "b", Outcome::Planned),
        "name",
        json!("a"),
        json!("b"),
    );
    let report = report(false, planned.into_iter().chain([renamed]).collect());
    assert_eq!((report.added, report.orphaned, report.updated), (0, 0, 0));
    assert_eq!((report.reactivated.len(), report.renamed.len()), (0, 0));
    assert_eq!(
        (report.added_failures, report.orphaned_failures, report.updated_failures),
        (0, 0, 0)
    );
}

#[test]
fn what_is_not_known_to_be_durable_is_a_failure() {
    let report = failures();
    assert_eq!((report.added, report.orphaned, report.updated), (0, 0, 1));
    assert_eq!(
        (report.added_failures, report.orphaned_failures, report.updated_failures),
        (1, 1, 1)
    );
}

#[test]
fn a_withheld_name_does_not_hide_the_update_of_the_other_fields() {
    let report = withheld();
    assert_eq!((report.withheld, report.updated, report.orphaned), (3, 1, 0));
    assert!(report.renamed.is_empty());
}

#[test]
fn a_vm_counts_once_for_everything_it_is() {
    use ChangeKind::{Added, Duplicate, Moved, Reactivated};
    let report = report(
        false,
        vec![
            change(&[Reactivated, Moved], "a", Outcome::Applied),
            change(&[Added, Duplicate], "b", Outcome::Applied),
        ],
    );
    assert_eq!(
        (report.added, report.updated, report.moved, report.duplicates),
        (1, 1, 1, 1)
    );
    assert_eq!(report.reactivated, ["a"]);
}

#[test]
fn differences_are_planned_or_withheld_changes_of_documents_and_sessions() {
    assert_eq!(dry_run().differences(), 8 + 3);
    assert_eq!(diff_empty().differences(), 0);
    assert_eq!(quiet().differences(), 0);
    assert_eq!(withheld().differences(), 3);
    let silent = [ChangeKind::Missing, ChangeKind::Duplicate, ChangeKind::Unidentified];
    let changes = silent.map(|kind| change(&[kind], "x", Outcome::Planned)).to_vec();
    assert_eq!(report(true, changes).differences(), 0);
}

#[test]
fn the_order_of_the_input_never_matters() {
    let sorted = busy().changes;
    let mut reversed: Vec<_> = sorted.clone();
    reversed.reverse();
    assert_eq!(report(false, reversed).changes, sorted);
}

#[test]
fn ok_and_exit_code_follow_from_the_conditions() {
    let report = failures();
    assert_eq!(report.conditions, [Condition::StoreFailed, Condition::SourceFailed]);
    assert_eq!((report.ok, report.exit_code), (false, Condition::StoreFailed.code()));
    assert!(quiet().ok);
}

#[test]
fn a_step_that_was_not_done_is_null() {
    assert_eq!(json!(Step::<usize>::NotConfigured), json!(null));
    assert_eq!(json!(Step::<usize>::NotReached), json!(null));
    assert_eq!(json!(Step::Done(1)), json!(1));
}
