//! `stats`.

use super::Console;
use super::export::each;
use super::list::condition;
use crate::catalog::{Kind, ObjectKind};
use crate::cli::{StatsArgs, StatsFormat};
use crate::config::Config;
use crate::exit::ExitCode;
use crate::export::kinds::columns_of;
use crate::report::{render_json, render_stats};
use crate::selection::Selection;
use crate::stats::{ClusterFacts, DatastoreFacts, HostFacts, Inventory, Stats, Tally, VmFacts};
use crate::store::{self, Store, StoreError};

/// Counts what the store holds. Reads only, and asks no source.
pub async fn stats(console: &Console, config: &Config, args: StatsArgs) -> ExitCode {
    let stats = match count(config).await {
        Ok(stats) => stats,
        Err(error) => return console.refuse(&error.to_string(), condition(&error)),
    };
    let text = match args.format {
        StatsFormat::Table => render_stats(&stats, &console.look(config.timezone.clone())),
        StatsFormat::Json => render_json(&stats),
    };
    console.print(ExitCode::SUCCESS, &text)
}

async fn count(config: &Config) -> Result<Stats, StoreError> {
    let store = store::open(&config.store).await?;
    let store = store.as_ref();
    let mut tally = Tally::new(inventory(store).await?);
    let selection = Selection {
        gone: true,
        ..columns_of(Kind::Vm, &VmFacts::COLUMNS)
    };
    each(store, &selection, |row| tally.add(&VmFacts::of(row))).await?;
    Ok(tally.finish(store.has_place(Kind::Vm).await?))
}

async fn inventory(store: &dyn Store) -> Result<Inventory, StoreError> {
    let sources = store.load_sources().await?;
    let mut inventory = Inventory {
        sources: sources.into_iter().map(|source| source.name).collect(),
        hosts: present(store, ObjectKind::Host, &HostFacts::COLUMNS, HostFacts::of).await?,
        clusters: present(store, ObjectKind::Cluster, &ClusterFacts::COLUMNS, ClusterFacts::of).await?,
        datastores: present(
            store,
            ObjectKind::Datastore,
            &DatastoreFacts::COLUMNS,
            DatastoreFacts::of,
        )
        .await?,
        ..Inventory::default()
    };
    let source = |row: &[serde_json::Value]| row[0].as_str().unwrap_or_default().to_owned();
    for kind in [ObjectKind::Network, ObjectKind::Switch, ObjectKind::Alarm] {
        if let Some(found) = present(store, kind, &["source"], source).await? {
            inventory.others.insert(kind, found);
        }
    }
    Ok(inventory)
}

/// None if no pass has stored any: then nobody knows whether there are some.
async fn present<T>(
    store: &dyn Store,
    kind: ObjectKind,
    columns: &[&'static str],
    facts: impl Fn(&[serde_json::Value]) -> T,
) -> Result<Option<Vec<T>>, StoreError> {
    let kind = Kind::Object(kind);
    if !store.has_place(kind).await? {
        return Ok(None);
    }
    let mut found = Vec::new();
    each(store, &columns_of(kind, columns), |row| found.push(facts(row))).await?;
    Ok(Some(found))
}
