//! `stats`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Console;
use super::export::each;
use super::list::condition;
use crate::catalog::{Kind, ObjectKind};
use crate::cli::{StatsArgs, StatsFormat};
use crate::config::Config;
use crate::exit::{Condition, ExitCode};
use crate::export::kinds::columns_of;
use crate::listing::{explain_unlisted, is_listed, render_ages};
use crate::report::{render_json, render_stats};
use crate::selection::Selection;
use crate::stats::{ClusterFacts, DatastoreFacts, HostFacts, Inventory, Stats, Tally, VmFacts};
use crate::store::{self, Store, StoreError, StoredSource};

/// Why nothing was counted.
enum Failure {
    Store(StoreError),
    /// No pass has listed anything.
    Empty(String),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Counts what the store holds. Reads only, and asks no source.
pub async fn stats(console: &Console, config: &Config, args: StatsArgs) -> ExitCode {
    let (stats, sources) = match count(config).await {
        Ok(counted) => counted,
        Err(Failure::Store(error)) => return console.refuse(&error.to_string(), condition(&error)),
        Err(Failure::Empty(text)) => return console.refuse(&text, Condition::Unreachable),
    };
    let text = match args.format {
        StatsFormat::Table => render_stats(&stats, &console.look(config.timezone.clone())),
        StatsFormat::Json => render_json(&stats),
    };
    let code = console.print(ExitCode::SUCCESS, &text);
    let names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
    let now = Timestamp::now();
    console.remark(&render_ages(&counted_kinds(), &names, &sources, now, &config.timezone));
    code
}

/// All but the sources, which are counted by what they have.
fn counted_kinds() -> Vec<Kind> {
    Kind::ALL.into_iter().filter(|kind| *kind != Kind::Source).collect()
}

async fn count(config: &Config) -> Result<(Stats, Vec<StoredSource>), Failure> {
    let store = store::open(&config.store).await?;
    let store = store.as_ref();
    let sources = store.load_sources().await?;
    let mut tally = Tally::new(inventory(store, config, &sources).await?);
    let selection = Selection {
        gone: true,
        ..columns_of(Kind::Vm, &VmFacts::COLUMNS)
    };
    let mut has_vms = false;
    each(store, &selection, &mut |row| {
        has_vms = true;
        tally.add(&VmFacts::of(row));
    })
    .await?;
    let is_empty = !has_vms && !counted_kinds().iter().any(|kind| is_listed(*kind, &sources));
    let reason = explain_unlisted(Kind::Vm, &sources, &store.address(), &config.inventory);
    if let Some(reason) = reason.filter(|_| is_empty) {
        return Err(Failure::Empty(format!("failed to count: {reason}")));
    }
    let vms_are_known = has_vms || is_listed(Kind::Vm, &sources);
    Ok((tally.finish(vms_are_known), sources))
}

/// What a source has listed, of those that are configured and those that are remembered.
fn listed_kinds(config: &Config, remembered: &[StoredSource]) -> BTreeMap<String, BTreeSet<Kind>> {
    let configured = config
        .sources
        .iter()
        .map(|source| (source.name.clone(), BTreeSet::new()));
    let kinds = |source: &StoredSource| {
        let has_listed = |kind: &Kind| source.listed_at(*kind).is_some();
        (source.name.clone(), Kind::ALL.into_iter().filter(has_listed).collect())
    };
    configured.chain(remembered.iter().map(kinds)).collect()
}

async fn inventory(store: &dyn Store, config: &Config, sources: &[StoredSource]) -> Result<Inventory, StoreError> {
    let mut inventory = Inventory {
        sources: listed_kinds(config, sources),
        hosts: present(store, sources, ObjectKind::Host, &HostFacts::COLUMNS, HostFacts::of).await?,
        clusters: present(
            store,
            sources,
            ObjectKind::Cluster,
            &ClusterFacts::COLUMNS,
            ClusterFacts::of,
        )
        .await?,
        datastores: present(
            store,
            sources,
            ObjectKind::Datastore,
            &DatastoreFacts::COLUMNS,
            DatastoreFacts::of,
        )
        .await?,
        ..Inventory::default()
    };
    let source = |row: &[serde_json::Value]| row[0].as_str().unwrap_or_default().to_owned();
    for kind in [ObjectKind::Network, ObjectKind::Switch, ObjectKind::Alarm] {
        if let Some(found) = present(store, sources, kind, &["source"], source).await? {
            inventory.others.insert(kind, found);
        }
    }
    Ok(inventory)
}

/// None if no pass has listed all, and none is there: then nobody knows whether there are some.
async fn present<T: Send>(
    store: &dyn Store,
    sources: &[StoredSource],
    kind: ObjectKind,
    columns: &[&'static str],
    facts: fn(&[serde_json::Value]) -> T,
) -> Result<Option<Vec<T>>, StoreError> {
    let kind = Kind::Object(kind);
    if !store.has_place(kind).await? {
        return Ok(None);
    }
    let mut found = Vec::new();
    each(store, &columns_of(kind, columns), &mut |row| found.push(facts(row))).await?;
    Ok((is_listed(kind, sources) || !found.is_empty()).then_some(found))
}
