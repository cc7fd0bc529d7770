//! How fast changed documents are written: in batches, as vmsync does, against one update per round trip. Needs
//! `VMSYNC_TEST_MONGOD`, the path of a mongod; fails if the batches are not at least 15 times as fast.

use std::error::Error;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use vmsync::config::{MongoAddress, MongoConfig};
use vmsync::inventory::{Shared, SourceId};
use vmsync::plan::record::{Ownership, VmFields, VmRecord, diff_fields};
use vmsync::store::{DocumentWrite, MongoStore, PassStamp, SqliteStore, Store, Table, WriteOutcome};

const DOCUMENTS: usize = 10_000;
/// One by one takes long; its rate does not depend on the number.
const ONE_BY_ONE: usize = 1_000;
const ROUNDS: usize = 3;
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
}

fn stamp() -> PassStamp {
    let (run_id, local_time) = ("run".to_owned(), "01-07-2024: 12:34:00".to_owned());
    PassStamp {
        epoch: 1,
        run_id,
        local_time,
        time: "2024-07-01T12:34:00Z".to_owned(),
    }
}

/// A VM as a vCenter lists it.
fn vm(number: usize) -> VmFields {
    let name = format!("app-server-{number:05}");
    let owner = Ownership {
        id: SourceId::of_name("vcenter-1"),
        name: "vcenter-1".into(),
        moref: format!("vm-{number}"),
    };
    VmFields {
        esxi_host_addr: "esx-17.example.org".into(),
        hostname: format!("{name}.example.org"),
        addr: "10.20.30.40".to_owned(),
        uuid: format!("4210f2a1-0000-0000-0000-{number:012}"),
        power_state: "on".into(),
        vmware_tools: "toolsOk".into(),
        instance_uuid: Some(format!("5010f2a1-0000-0000-0000-{number:012}")),
        sources: vec![owner],
        guest_os: Some("Debian GNU/Linux 12 (64-bit)".into()),
        memory_mb: Some(8_192),
        names: vec![name.clone()],
        name,
        ..VmFields::default()
    }
}

/// What changes most: the power, and with it the state of the tools.
fn change(record: &VmRecord) -> DocumentWrite {
    let mut desired = record.fields.clone();
    (desired.power_state, desired.vmware_tools) = next_state(record);
    let changes = diff_fields(&record.stored.to_map(), &desired);
    DocumentWrite::Update {
        id: record.id.clone(),
        rev: record.rev,
        changes,
    }
}

/// The other one.
fn next_state(record: &VmRecord) -> (Shared, Shared) {
    let (power, tools) = match record.fields.power_state.as_str() {
        "on" => ("off", "toolsNotRunning"),
        _ => ("on", "toolsOk"),
    };
    (power.into(), tools.into())
}

/// Documents per second, all of them applied.
async fn write(store: &dyn Store, writes: &[DocumentWrite]) -> Outcome<f64> {
    let started = Instant::now();
    let written = store.apply(&stamp(), Table::Vms, writes).await;
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

/// Fills a store, and tells the rates of all but the changes.
async fn fill(label: &str, store: &dyn Store) -> Outcome<()> {
    store.prepare().await?;
    let inserts: Vec<_> = (0..DOCUMENTS)
        .map(|number| DocumentWrite::insert_vm(&vm(number)))
        .collect();
    let inserted = write(store, &inserts).await?;
    let started = Instant::now();
    let records = store.load().await?.records;
    let loaded = rate(records.len(), started);
    let ids: Vec<_> = records.into_iter().map(|record| record.id).collect();
    let started = Instant::now();
    store.refresh(&stamp(), Table::Vms, &ids).await?;
    let refreshed = rate(ids.len(), started);
    println!(
        "{label}: {DOCUMENTS} documents: {inserted:.0}/s inserted, {loaded:.0}/s loaded, {refreshed:.0}/s refreshed"
    );
    Ok(())
}

/// Changes every document.
async fn in_batches(store: &dyn Store) -> Outcome<f64> {
    let records = store.load().await?.records;
    let renames: Vec<_> = records.iter().map(change).collect();
    write(store, &renames).await
}

/// The same writes through the same store; a round trip each.
async fn one_by_one(store: &dyn Store) -> Outcome<f64> {
    let records = store.load().await?.records;
    let writes: Vec<_> = records.iter().take(ONE_BY_ONE).map(change).collect();
    let started = Instant::now();
    for one in &writes {
        write(store, std::slice::from_ref(one)).await?;
    }
    Ok(rate(writes.len(), started))
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let directory = tempfile::tempdir()?;
    let sqlite = SqliteStore::at(&directory.path().join("vmsync.db"));
    fill("sqlite", &sqlite).await?;
    println!("sqlite: {:.0}/s changed", in_batches(&sqlite).await?);
    let Some(program) = std::env::var_os("VMSYNC_TEST_MONGOD") else {
        return Err("set VMSYNC_TEST_MONGOD to the path of a mongod; ./tests/run keeps one in target/tests/bin".into());
    };
    let mongod = Mongod::start(Path::new(&program))?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    compare(mongod.store().await?).await
}

/// Several rounds, the best of each side: what disturbs a machine makes either slower, never faster.
async fn compare(store: MongoStore) -> Outcome<()> {
    fill("mongodb", &store).await?;
    let (mut batches, mut single) = (0.0_f64, 0.0_f64);
    for _ in 0..ROUNDS {
        batches = batches.max(in_batches(&store).await?);
        single = single.max(one_by_one(&store).await?);
    }
    let ratio = batches / single;
    println!("mongodb: {batches:.0}/s changed in batches, {single:.0}/s one by one: {ratio:.1} times as fast");
    if ratio < LEAST_RATIO {
        return Err(format!("less than {LEAST_RATIO} times as fast").into());
    }
    Ok(())
}
