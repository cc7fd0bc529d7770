//! A pass that slept past its lease: whatever it still writes when it wakes changes nothing.

use std::time::Duration;

use super::memory::{holder, pass, source};
use super::*;

/// One document and one source of the first pass; the second has the lease.
async fn overtaken(lab: &dyn Laboratory) -> VmRecord {
    take_lease(lab, "first", None).await;
    let record = one_record(lab).await;
    assert!(lab.store().save_sources(1, &[source("a", None)]).await.unwrap());
    take_lease(lab, "second", Some("first")).await;
    record
}

pub async fn take_lease(lab: &dyn Laboratory, run_id: &str, over: Option<&str>) {
    let holder = Holder {
        run_id: run_id.to_owned(),
        ..holder()
    };
    let answer = lab.store().acquire_lease(&holder, Duration::from_mins(1), over).await;
    assert!(matches!(answer.unwrap(), LeaseAnswer::Granted { .. }));
}

pub async fn sources_of_an_earlier_lease_are_not_remembered(lab: &dyn Laboratory) {
    overtaken(lab).await;
    let before = lab.snapshot().await;
    let late = [source("a", Some("late")), source("new", None)];
    assert!(!lab.store().save_sources(1, &late).await.unwrap());
    assert!(!lab.store().save_sources(1, &[]).await.unwrap());
    assert_eq!(lab.snapshot().await, before);
    assert!(lab.store().save_sources(2, &late).await.unwrap());
    assert_eq!(lab.store().load_sources().await.unwrap(), late);
}

/// Nor does it forget any.
pub async fn a_pass_of_an_earlier_lease_is_not_remembered(lab: &dyn Laboratory) {
    const DAY: i64 = 24 * 60;
    lab.store().prepare().await.unwrap();
    assert!(lab.store().save_pass(1, &pass(0)).await.unwrap());
    overtaken(lab).await;
    let before = lab.snapshot().await;
    assert!(!lab.store().save_pass(1, &pass(31 * DAY)).await.unwrap());
    assert_eq!(lab.snapshot().await, before);
    assert!(lab.store().save_pass(2, &pass(31 * DAY)).await.unwrap());
    assert_eq!(lab.store().load_passes(9).await.unwrap(), [pass(31 * DAY)]);
}

/// The later pass need not have been at the document yet.
pub async fn writes_of_an_earlier_lease_are_contended(lab: &dyn Laboratory) {
    let record = overtaken(lab).await;
    let before = lab.snapshot().await;
    let rename = update(&record, |fields| "late".clone_into(&mut fields.name));
    let writes = [insert(&vm("new")), rename];
    assert_eq!(apply(lab, 1, &writes).await, [const { WriteOutcome::Contended }; 2]);
    let refreshed = lab.store().refresh(&stamp(1), Table::Vms, &[record.id]).await;
    assert_eq!(refreshed.unwrap(), 0);
    assert_eq!(lab.snapshot().await, before);
    apply_all(lab, 2, &writes).await;
}

/// A lease that has run out without a successor is enough to write what was begun.
pub async fn nobody_came_later_so_it_is_written(lab: &dyn Laboratory) {
    take_lease(lab, "first", None).await;
    lab.store().prepare().await.unwrap();
    lab.store().release_lease("first").await.unwrap();
    assert!(lab.store().save_sources(1, &[source("a", None)]).await.unwrap());
    assert!(lab.store().save_pass(1, &pass(0)).await.unwrap());
    apply_all(lab, 1, &[insert(&vm("web"))]).await;
}
