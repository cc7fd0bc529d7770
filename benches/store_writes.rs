//! How fast changed documents are written: in batches, as vmsync does, against one update per round trip. Needs
//! `VMSYNC_TEST_MONGOD`, the path of a mongod; fails if the batches are not at least 15 times as fast.

use bson::{Bson, Document, doc};
use mongodb::Collection;
use serde_json::Value;
use std::error::Error;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use vmsync::config::{MongoAddress, MongoConfig};
use vmsync::inventory::SourceId;
use vmsync::plan::record::{Ownership, VmFields, VmRecord, diff_fields};
use vmsync::store::{DocumentWrite, MongoStore, PassStamp, SqliteStore, Store, WriteOutcome};

const DOCUMENTS: usize = 10_000;
/// One by one takes long; its rate does not depend on the number.
const ONE_BY_ONE: usize = 2_000;
const LEAST_RATIO: f64 = 15.0;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A mongod of our own, ended with this value.
struct Mongod {
    child: Child,
    port: u16,
    _directory: tempfile::TempDir,
}

impl Drop for Mongod {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Mongod {
    fn start(program: &Path) -> Outcome<Self> {
        let directory = tempfile::tempdir()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let child = Command::new(program)
            .args(["--bind_ip=127.0.0.1", "--nounixsocket", "--wiredTigerCacheSizeGB=0.5"])
            .arg(format!("--port={port}"))
            .arg(format!("--dbpath={}", directory.path().display()))
            .stdout(Stdio::null())
            .spawn()?;
        Ok(Self {
            child,
            port,
            _directory: directory,
        })
    }

    async fn store(&self) -> Outcome<MongoStore> {
        let address = MongoAddress::Parts {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            login: None,
        };
        let (database, collection) = ("bench".to_owned(), "vms".to_owned());
        let inventory_prefix = "vmsync_".to_owned();
        Ok(MongoStore::connect(&MongoConfig {
            address,
            database,
            collection,
            inventory_prefix,
        })
        .await?)
    }

    async fn vms(&self) -> Outcome<Collection<Document>> {
        let uri = format!(
            "mongodb://127.0.0.1:{}/?directConnection=true&w=majority&journal=true",
            self.port
        );
        Ok(mongodb::Client::with_uri_str(uri)
            .await?
            .database("bench")
            .collection("vms"))
    }
}

fn stamp(epoch: i64) -> PassStamp {
    PassStamp {
        epoch,
        run_id: format!("run-{epoch}"),
        local_time: "01-07-2024: 12:34:00".to_owned(),
    }
}

/// A VM as a vCenter lists it.
fn vm(number: usize) -> VmFields {
    let name = format!("app-server-{number:05}");
    let owner = Ownership {
        id: SourceId::of_name("vcenter-1"),
        name: "vcenter-1".to_owned(),
        moref: format!("vm-{number}"),
    };
    VmFields {
        esxi_host_addr: "esx-17.example.org".to_owned(),
        hostname: format!("{name}.example.org"),
        addr: "10.20.30.40".to_owned(),
        uuid: format!("4210f2a1-0000-0000-0000-{number:012}"),
        power_state: "on".to_owned(),
        vmware_tools: "toolsOk".to_owned(),
        instance_uuid: Some(format!("5010f2a1-0000-0000-0000-{number:012}")),
        sources: vec![owner],
        guest_os: Some("Debian GNU/Linux 12 (64-bit)".to_owned()),
        memory_mb: Some(8_192),
        names: vec![name.clone()],
        name,
        ..VmFields::default()
    }
}

/// Three fields change, as after a rename with a move.
fn change(record: &VmRecord, suffix: &str) -> DocumentWrite {
    let mut desired = record.fields.clone();
    desired.name = format!("{}-{suffix}", desired.name);
    "esx-18.example.org".clone_into(&mut desired.esxi_host_addr);
    desired.names.push(desired.name.clone());
    let changes = diff_fields(&record.stored, &desired);
    DocumentWrite::Update {
        id: record.id.clone(),
        rev: record.rev,
        changes,
    }
}

/// Documents per second, all of them applied.
async fn write(store: &dyn Store, epoch: i64, writes: &[DocumentWrite]) -> Outcome<f64> {
    let started = Instant::now();
    let written = store.apply(&stamp(epoch), writes).await;
    let rate = rate(writes.len(), started);
    written.error.map_or(Ok(()), Err)?;
    let applied = written
        .outcomes
        .iter()
        .filter(|outcome| matches!(outcome, WriteOutcome::Applied { .. }))
        .count();
    if applied == writes.len() {
        Ok(rate)
    } else {
        Err(format!("{applied} of {} applied", writes.len()).into())
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn rate(count: usize, started: Instant) -> f64 {
    count as f64 / started.elapsed().as_secs_f64()
}

/// Rates of inserts, of changes, and of the refresh of `last_sync_time`.
async fn in_batches(label: &str, store: &dyn Store) -> Outcome<f64> {
    store.prepare().await?;
    let inserts: Vec<_> = (0..DOCUMENTS)
        .map(|number| DocumentWrite::Insert { fields: vm(number) })
        .collect();
    let inserted = write(store, 1, &inserts).await?;
    let started = Instant::now();
    let records = store.load().await?.records;
    let loaded = rate(records.len(), started);
    let renames: Vec<_> = records.iter().map(|record| change(record, "new")).collect();
    let changed = write(store, 2, &renames).await?;
    let ids: Vec<_> = records.into_iter().map(|record| record.id).collect();
    let started = Instant::now();
    store.refresh(&stamp(3), &ids).await?;
    let refreshed = rate(ids.len(), started);
    println!(
        "{label}: {DOCUMENTS} documents: {changed:.0}/s changed, {inserted:.0}/s inserted, {loaded:.0}/s loaded, \
         {refreshed:.0}/s refreshed"
    );
    Ok(changed)
}

/// The same filter, the same fields, the same write concern; a round trip each.
async fn one_by_one(mongod: &Mongod, store: &dyn Store) -> Outcome<f64> {
    let vms = mongod.vms().await?;
    let records = store.load().await?.records;
    let started = Instant::now();
    for record in records.iter().take(ONE_BY_ONE) {
        let matched = vms.update_one(filter(record)?, again(record)).await?.matched_count;
        if matched != 1 {
            return Err(format!("{} matched {matched} times", record.id.0).into());
        }
    }
    Ok(rate(ONE_BY_ONE, started))
}

fn filter(record: &VmRecord) -> Outcome<Document> {
    let id = Bson::try_from(serde_json::from_str::<Value>(&record.id.0)?)?;
    let VmFields {
        name,
        esxi_host_addr,
        names,
        ..
    } = &record.fields;
    let epoch = doc! { "$not": { "$gt": 3_i64 } };
    let old = doc! { "name": name, "esxi_host_addr": esxi_host_addr, "names": names };
    let mut filter = doc! { "_id": id, "rev": record.rev, "epoch": epoch };
    filter.extend(old);
    Ok(filter)
}

fn again(record: &VmRecord) -> Document {
    let VmFields { name, names, .. } = &record.fields;
    let name = format!("{name}-again");
    let names: Vec<&String> = names.iter().chain([&name]).collect();
    let PassStamp {
        epoch,
        run_id,
        local_time,
    } = stamp(3);
    doc! { "$set": {
        "name": &name, "esxi_host_addr": "esx-19.example.org", "names": names,
        "rev": 3_i64, "epoch": epoch, "pass": run_id, "last_sync_time": local_time,
    } }
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let sqlite = tempfile::tempdir()?;
    in_batches("sqlite, batches", &SqliteStore::at(&sqlite.path().join("vmsync.db"))).await?;
    let Some(program) = std::env::var_os("VMSYNC_TEST_MONGOD") else {
        return Err("set VMSYNC_TEST_MONGOD to the path of a mongod; ./tests/run keeps one in target/tests/bin".into());
    };
    let mongod = Mongod::start(Path::new(&program))?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let store = mongod.store().await?;
    let batches = in_batches("mongodb, batches", &store).await?;
    let single = one_by_one(&mongod, &store).await?;
    let ratio = batches / single;
    println!("mongodb, one update per round trip: {ONE_BY_ONE} documents: {single:.0}/s changed");
    println!("ratio: {ratio:.1} (at least {LEAST_RATIO})");
    if ratio < LEAST_RATIO {
        return Err(format!("batches are only {ratio:.1} times as fast").into());
    }
    Ok(())
}
