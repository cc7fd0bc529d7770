use std::future::Future;
use std::os::unix::fs::PermissionsExt;

use std::sync::Mutex;

use tempfile::TempDir;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::*;
use crate::store::SqliteStore;

/// Far longer than anything here takes: who loops for ever fails.
const SOON: Duration = Duration::from_secs(20);

async fn within<T>(wanted: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, wanted).await.expect("it ends")
}

fn store() -> Arc<dyn Store> {
    Arc::new(SqliteStore::in_memory().unwrap())
}

fn stop() -> Stop {
    Stop::new(Instant::now() + Duration::from_hours(1))
}

fn holder(run_id: &str) -> Holder {
    Holder {
        run_id: run_id.to_owned(),
        host: "portal-1".to_owned(),
        pid: 7,
        command: "sync all".to_owned(),
        since: "2026-11-01T10:00:00Z".parse().unwrap(),
        lock: None,
    }
}

async fn acquire(
    store: &Arc<dyn Store>,
    run_id: &str,
    state_dir: Option<&Path>,
    patience: Duration,
) -> Result<Lease, LeaseError> {
    let request = LeaseRequest {
        holder: holder(run_id),
        state_dir,
        patience,
        progress: &Progress::default(),
    };
    within(Lease::acquire(Arc::clone(store), request, &stop())).await
}

async fn first(store: &Arc<dyn Store>, state_dir: Option<&Path>) -> Lease {
    let lease = acquire(store, "first", state_dir, Duration::ZERO).await.unwrap();
    assert_eq!(lease.epoch(), 1);
    lease
}

async fn held_by(store: &Arc<dyn Store>) -> Option<Holder> {
    store.load_lease().await.unwrap()
}

/// Whether both see the same lock file, different ones, or none.
#[tokio::test]
async fn the_lease_of_a_living_holder_is_not_taken() {
    let (here, there) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (here, there) = (Some(here.path()), Some(there.path()));
    for (own, other) in [(here, here), (here, there), (here, None), (None, here), (None, None)] {
        let store = store();
        let lease = first(&store, own).await;
        let refused = acquire(&store, "second", other, Duration::ZERO).await.err();
        assert!(
            matches!(&refused, Some(LeaseError::Held { holder, .. }) if holder.run_id == "first"),
            "{own:?} {other:?} {refused:?}"
        );
        assert_eq!(held_by(&store).await.unwrap().run_id, "first");
        lease.release().await.unwrap();
    }
}

#[tokio::test]
async fn the_lease_of_a_dead_holder_is_taken_over_at_once() {
    let (store, directory) = (store(), TempDir::new().unwrap());
    drop(first(&store, Some(directory.path())).await);
    let second = acquire(&store, "second", Some(directory.path()), Duration::ZERO).await;
    assert_eq!(second.unwrap().epoch(), 2);
}

#[tokio::test]
async fn the_lock_file_is_its_user_s_alone_and_known_to_the_store() {
    let (store, directory) = (store(), TempDir::new().unwrap());
    let state = directory.path().join("state/vmsync");
    let _lease = first(&store, Some(&state)).await;
    let file = std::fs::read_dir(&state).unwrap().next().unwrap().unwrap();
    let name = file.file_name().into_string().unwrap();
    let digits = name.strip_prefix("vmsync-").and_then(|name| name.strip_suffix(".lock"));
    assert!(digits.is_some_and(|digits| digits.len() == 16), "{name}");
    let metadata = file.metadata().unwrap();
    let mode = |metadata: &std::fs::Metadata| metadata.permissions().mode() & 0o777;
    assert_eq!((mode(&metadata), mode(&state.metadata().unwrap())), (0o600, 0o700));
    let lock = held_by(&store).await.unwrap().lock.expect("this machine has an id");
    assert_eq!((lock.device, lock.inode), (metadata.dev(), metadata.ino()));
}

#[tokio::test]
async fn a_lock_file_that_cannot_be_made_is_done_without() {
    let store = store();
    let _lease = first(&store, Some(Path::new("/proc/none"))).await;
    assert_eq!(held_by(&store).await.unwrap().lock, None);
}

#[tokio::test]
async fn who_waits_gets_the_lease_that_is_given_back() {
    let store = store();
    let lease = first(&store, None).await;
    let give_back = async {
        tokio::time::sleep(POLL / 4).await;
        lease.release().await.unwrap();
        assert_eq!(held_by(&store).await, None);
    };
    let (second, ()) = tokio::join!(acquire(&store, "second", None, SOON), give_back);
    assert_eq!(second.unwrap().epoch(), 2);
}

#[tokio::test]
async fn patience_ends_and_so_does_the_run() {
    let store = store();
    let _lease = first(&store, None).await;
    let begun = Instant::now();
    let refused = acquire(&store, "second", None, POLL * 2).await.err();
    assert!(begun.elapsed() >= POLL * 2);
    let text = refused.expect("it is held").to_string();
    assert!(
        text.starts_with("failed to start: another run holds the lease: sync all on portal-1 (pid 7) since 2")
            && text.ends_with("Z\nhint: waited 1 s; raise --lock-timeout"),
        "{text}"
    );
    let stopped = stop();
    stopped.stop(StopReason::Interrupted);
    let request = LeaseRequest {
        holder: holder("third"),
        state_dir: None,
        patience: Duration::from_hours(1),
        progress: &Progress::default(),
    };
    let refused = within(Lease::acquire(Arc::clone(&store), request, &stopped))
        .await
        .err();
    assert!(
        matches!(&refused, Some(LeaseError::Stopped(holder)) if holder.run_id == "first"),
        "{refused:?}"
    );
}

/// Keeps what is logged on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl<S: tracing::Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        event.record(&mut self.clone());
    }
}

impl Visit for Log {
    fn record_debug(&mut self, _: &Field, value: &dyn std::fmt::Debug) {
        self.0.lock().unwrap().push(format!("{value:?}"));
    }
}

#[tokio::test]
async fn whom_a_run_waits_for_is_told_once() {
    let store = store();
    let _lease = first(&store, None).await;
    let log = Log::default();
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
    let refused = acquire(&store, "second", None, POLL * 2).await;
    drop(guard);
    assert!(refused.is_err(), "it asked at least three times");
    let told: Vec<_> = log.0.lock().unwrap().clone();
    let told: Vec<_> = told.iter().filter(|line| line.starts_with("waits for ")).collect();
    assert!(
        told.len() == 1 && told[0].starts_with("waits for sync all on portal-1 (pid 7) since 2"),
        "{told:?}"
    );
}

/// What is left of a process whose pass panicked.
#[tokio::test]
async fn a_lease_that_is_dropped_is_free_for_the_next_and_renewed_no_more() {
    let (store, directory) = (store(), TempDir::new().unwrap());
    let lease = first(&store, Some(directory.path())).await;
    let renewal = lease.renewal.abort_handle();
    drop(lease);
    within(async {
        while !renewal.is_finished() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let second = acquire(&store, "second", Some(directory.path()), Duration::ZERO).await;
    assert_eq!(second.unwrap().epoch(), 2);
}

/// A kernel's directory takes no file from anybody; that it has none is not the reason.
#[test]
fn a_lock_file_that_cannot_be_made_says_why() {
    let refused = StateLock::open_file(Path::new("/sys/vmsync.lock")).err();
    let kind = refused.as_ref().map(std::io::Error::kind);
    assert!(kind.is_some_and(|kind| kind != ErrorKind::NotFound), "{refused:?}");
}

/// Only root can make a file for another, so only root sees it here.
#[tokio::test]
async fn a_lock_file_belongs_to_whom_its_directory_belongs() {
    const DAEMON: u32 = 1;
    let directory = TempDir::new().unwrap();
    if std::os::unix::fs::chown(directory.path(), Some(DAEMON), Some(DAEMON)).is_err() {
        return;
    }
    let lock = StateLock::open(Some(directory.path()), "store").expect("it can be made");
    let file = lock.file.metadata().unwrap();
    assert_eq!((file.uid(), file.gid(), file.mode() & 0o777), (DAEMON, DAEMON, 0o600));
    // What somebody put there is locked, and given to nobody.
    let elsewhere = directory.path().join("elsewhere");
    std::fs::write(&elsewhere, "").unwrap();
    let path = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some())
        .expect("the lock file");
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    let lock = StateLock::open(Some(directory.path()), "store").expect("it can be opened");
    assert_eq!(lock.file.metadata().unwrap().uid(), 0);
}

#[tokio::test]
async fn a_lease_is_confirmed_until_it_is_another_s() {
    let (store, stop) = (store(), stop());
    let lease = first(&store, None).await;
    let passing = Duration::from_millis(300);
    stop.set_lease_end(Moment::now(), passing);
    lease.confirm(&stop).await.unwrap();
    tokio::time::sleep(passing).await;
    assert_eq!(stop.reason(), None, "it is good for longer now");
    let over = store.acquire_lease(&holder("second"), LEASE, Some("first")).await;
    assert_eq!(over.unwrap(), LeaseAnswer::Granted { epoch: 2 });
    lease.confirm(&stop).await.unwrap();
    assert_eq!(stop.reason(), Some(StopReason::LeaseLost));
}

const OFTEN: Duration = Duration::from_millis(20);

#[tokio::test]
async fn renewals_keep_the_lease() {
    let (store, stop) = (store(), stop());
    let short = Duration::from_secs(1);
    store.acquire_lease(&holder("first"), short, None).await.unwrap();
    stop.set_lease_end(Moment::now(), short);
    let renewals = renew(Arc::clone(&store), "first".to_owned(), stop.clone(), OFTEN);
    let ended = tokio::time::timeout(short + OFTEN * 10, renewals).await;
    assert!(ended.is_err(), "they go on");
    assert_eq!(stop.reason(), None);
    assert_eq!(held_by(&store).await.unwrap().run_id, "first");
}

#[tokio::test]
async fn renewals_end_the_pass_when_the_lease_is_another_s() {
    let (store, stop) = (store(), stop());
    store.acquire_lease(&holder("second"), LEASE, None).await.unwrap();
    within(renew(store, "first".to_owned(), stop.clone(), OFTEN)).await;
    assert_eq!(stop.reason(), Some(StopReason::LeaseLost));
}

/// The lease may be good for a while: the next renewal tries again.
#[tokio::test]
async fn renewals_go_on_while_the_store_is_out_of_reach() {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::at(Path::new("/proc/none/vmsync.db")));
    let stop = stop();
    let renewals = renew(store, "first".to_owned(), stop.clone(), OFTEN);
    assert!(tokio::time::timeout(OFTEN * 5, renewals).await.is_err());
    assert_eq!(stop.reason(), None);
}

#[test]
fn a_lease_bears_who_has_it_and_a_refusal_says_what_one_can_do() {
    let since: Timestamp = "2026-11-01T10:00:00Z".parse().unwrap();
    let own = super::holder("run-1", "sync vms", since);
    assert_eq!(
        (own.run_id.as_str(), own.command.as_str(), own.since),
        ("run-1", "sync vms", since)
    );
    assert_eq!((own.pid, own.lock), (std::process::id(), None));
    let name = std::process::Command::new("uname").arg("-n").output().unwrap().stdout;
    assert_eq!(own.host, String::from_utf8(name).unwrap().trim());
    for (waited, advice) in [
        (Duration::ZERO, "wait for it, or give --lock-timeout"),
        (Duration::from_millis(1_500), "waited 1.5 s; raise --lock-timeout"),
    ] {
        let holder = Box::new(holder("run-2"));
        let refusal = LeaseError::Held { holder, waited }.to_string();
        let expected = format!(
            "failed to start: another run holds the lease: sync all on portal-1 (pid 7) since 2026-11-01T10:00:00Z\n\
             hint: {advice}"
        );
        assert_eq!(refusal, expected);
    }
}
