//! What every store has to keep, as scenarios. Run against SQLite in the unit tests and against real MongoDB servers in
//! the integration tests, which take this file in by its path: whoever does provides `super::subject`.

use async_trait::async_trait;
use serde_json::{Map, Value, json};

use super::subject::catalog::ObjectKind;
use super::subject::inventory::{SourceId, SourceKind};
use super::subject::plan::record::{DocumentId, VmFields, VmRecord, diff_fields};
use super::subject::store::{
    DocumentWrite, Holder, LeaseAnswer, LockFile, LoginFingerprint, LoginPause, PassRecord, PassStamp, Store,
    StoreError, StoredSource, Table, WriteOutcome, Writes,
};

mod fence;
mod lease;
mod memory;
mod objects;
mod pause;
mod select;
mod writes;

/// A store, and what other programs can do to its content behind its back.
#[async_trait]
pub trait Laboratory: Send + Sync {
    /// The store itself, never used before.
    fn store(&self) -> &dyn Store;

    /// Puts a document there as another program would.
    async fn put(&self, document: Map<String, Value>) -> DocumentId;

    /// Sets one field as another program would.
    async fn edit(&self, id: &DocumentId, field: &str, value: Value);

    /// Puts an object there as another program would: under this key, with this name and nothing else.
    async fn put_object(&self, kind: ObjectKind, id: &str, name: &str);

    /// A document with the fields of others.
    async fn get(&self, id: &DocumentId) -> Map<String, Value>;

    /// Puts a source there as vmsync did before its rows had an epoch.
    async fn put_source(&self, source: &StoredSource);

    /// Raises the format number.
    async fn set_format(&self, number: i64);

    /// Everything that is stored, and where: collections or files.
    async fn snapshot(&self) -> String;
}

macro_rules! scenarios {
    ($($module:ident::$name:ident,)*) => {
        /// Runs every scenario on a store of its own.
        pub async fn keeps_the_contract(open: impl AsyncFn(&str) -> Box<dyn Laboratory>) {
            $(
                eprintln!("{}", stringify!($name));
                $module::$name(&*open(stringify!($name)).await).await;
            )*
        }
    };
}

scenarios! {
    writes::an_absent_store_is_empty_and_stays_absent,
    writes::what_was_inserted_is_loaded,
    writes::fields_of_others_survive,
    writes::a_document_of_the_python_service_is_adopted,
    writes::an_unreadable_document_is_left_alone,
    writes::an_update_sets_what_changed_only,
    writes::another_rev_is_contended,
    writes::a_later_epoch_is_contended,
    writes::an_old_value_changed_by_another_is_contended,
    writes::a_value_of_another_kind_is_contended,
    writes::a_removed_document_is_contended,
    writes::a_second_identical_apply_is_contended,
    writes::thousands_of_writes_are_each_answered_in_order,
    writes::a_duplicate_instance_uuid_fails_alone,
    writes::a_shared_uuid_is_no_duplicate,
    writes::a_key_of_another_store_fails_alone,
    writes::a_refresh_keeps_the_rev,
    writes::a_refresh_stops_at_a_later_epoch,
    writes::texts_of_every_kind_survive,
    writes::attributes_of_every_name_survive,
    select::what_is_selected_is_what_the_filter_says,
    select::objects_are_selected_likewise,
    select::long_and_deep_filters_are_answered,
    select::sources_are_listed_too,
    select::an_absent_store_has_no_rows,
    lease::it_is_granted_once,
    lease::it_runs_out,
    lease::it_is_renewed_by_its_holder_only,
    lease::what_ran_out_is_not_renewed,
    lease::a_dead_holder_is_followed_at_once,
    lease::asking_again_keeps_the_epoch,
    lease::asking_again_too_late_raises_the_epoch,
    lease::the_epoch_rises_through_a_release,
    lease::of_many_one_gets_it,
    memory::sources_are_remembered_by_name,
    memory::passes_are_listed_newest_first,
    memory::old_passes_are_forgotten,
    memory::a_newer_format_is_refused,
    memory::looking_writes_nothing,
    memory::preparing_twice_changes_nothing,
    memory::what_has_no_epoch_is_replaced,
    fence::sources_of_an_earlier_lease_are_not_remembered,
    fence::a_pass_of_an_earlier_lease_is_not_remembered,
    fence::writes_of_an_earlier_lease_are_contended,
    fence::nobody_came_later_so_it_is_written,
    objects::nothing_was_stored_yet,
    objects::what_was_inserted_is_loaded,
    objects::a_key_that_is_taken_is_contended,
    objects::an_update_sets_what_changed_only,
    objects::another_rev_epoch_or_value_is_contended,
    objects::a_refresh_sets_the_time_and_keeps_the_rev,
    objects::what_others_put_there_is_left_alone,
    objects::only_what_is_gone_for_so_long_is_deleted,
    objects::an_earlier_lease_changes_nothing,
    objects::they_are_counted_by_source_and_presence,
    objects::thousands_are_each_answered_in_order,
    pause::it_ends_alone,
    pause::another_one_stays,
    pause::it_stays_while_a_pass_is_at_work,
    pause::an_inspection_writes_nothing,
}

fn stamp(epoch: i64) -> PassStamp {
    PassStamp {
        epoch,
        run_id: format!("run-{epoch}"),
        local_time: format!("01-07-2024: 12:34:{epoch:02}"),
        time: format!("2024-07-01T10:34:{epoch:02}Z"),
    }
}

fn vm(name: &str) -> VmFields {
    VmFields {
        name: name.to_owned(),
        names: vec![name.to_owned()],
        uuid: format!("4210-{name}"),
        instance_uuid: Some(format!("5010-{name}")),
        power_state: "on".into(),
        memory_mb: Some(4_096),
        uncommitted_bytes: Some(1 << 40),
        ..VmFields::default()
    }
}

fn insert(fields: &VmFields) -> DocumentWrite {
    DocumentWrite::insert_vm(fields)
}

fn update(record: &VmRecord, change: impl FnOnce(&mut VmFields)) -> DocumentWrite {
    let mut desired = record.fields.clone();
    change(&mut desired);
    let changes = diff_fields(&record.stored.to_map(), &desired);
    DocumentWrite::Update {
        id: record.id.clone(),
        rev: record.rev,
        changes,
    }
}

async fn records(lab: &dyn Laboratory) -> Vec<VmRecord> {
    lab.store().load().await.unwrap().records
}

/// Prepares the store, and puts one document there.
async fn one_record(lab: &dyn Laboratory) -> VmRecord {
    lab.store().prepare().await.unwrap();
    apply_all(lab, 1, &[insert(&vm("web"))]).await;
    records(lab).await.remove(0)
}

async fn apply(lab: &dyn Laboratory, epoch: i64, writes: &[DocumentWrite]) -> Vec<WriteOutcome> {
    let Writes { outcomes, error } = lab.store().apply(&stamp(epoch), Table::Vms, writes).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(outcomes.len(), writes.len());
    outcomes
}

async fn apply_all(lab: &dyn Laboratory, epoch: i64, writes: &[DocumentWrite]) {
    for outcome in apply(lab, epoch, writes).await {
        assert!(matches!(outcome, WriteOutcome::Applied { .. }), "{outcome:?}");
    }
}
