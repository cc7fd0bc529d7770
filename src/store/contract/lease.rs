//! The lease: one holder at a time, a rising epoch.

use std::time::Duration;

use super::*;

const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(150);

fn holder(run_id: &str) -> Holder {
    Holder {
        run_id: run_id.to_owned(),
        host: "portal-1".to_owned(),
        pid: 4_000_000_000,
        command: "sync all".to_owned(),
        since: "2001-01-01T00:00:00Z".parse().unwrap(),
        lock: Some(LockFile {
            machine_id: "$machine".to_owned(),
            device: 7,
            inode: u64::MAX,
        }),
    }
}

async fn acquire(lab: &dyn Laboratory, run_id: &str, ttl: Duration) -> LeaseAnswer {
    lab.store().acquire_lease(&holder(run_id), ttl, None).await.unwrap()
}

async fn held_by(lab: &dyn Laboratory) -> Option<String> {
    lab.store().load_lease().await.unwrap().map(|holder| holder.run_id)
}

pub async fn it_is_granted_once(lab: &dyn Laboratory) {
    assert_eq!(lab.store().load_lease().await.unwrap(), None);
    assert_eq!(acquire(lab, "a", LONG).await, LeaseAnswer::Granted { epoch: 1 });
    let LeaseAnswer::Held(found) = acquire(lab, "b", LONG).await else {
        panic!("granted twice")
    };
    assert!(
        found.since > "2020-01-01T00:00:00Z".parse().unwrap(),
        "by the server's clock"
    );
    assert_eq!(
        Holder {
            since: holder("a").since,
            ..found.clone()
        },
        holder("a")
    );
    assert_eq!(lab.store().load_lease().await.unwrap(), Some(found));
    assert_eq!(lab.store().load().await.unwrap().epoch, 1);
}

pub async fn it_runs_out(lab: &dyn Laboratory) {
    acquire(lab, "a", SHORT).await;
    tokio::time::sleep(SHORT * 2).await;
    assert_eq!(held_by(lab).await, None);
    assert_eq!(acquire(lab, "b", LONG).await, LeaseAnswer::Granted { epoch: 2 });
    assert!(!lab.store().renew_lease("a", LONG).await.unwrap());
    lab.store().release_lease("a").await.unwrap();
    assert_eq!(held_by(lab).await.as_deref(), Some("b"));
}

pub async fn it_is_renewed_by_its_holder_only(lab: &dyn Laboratory) {
    assert!(!lab.store().renew_lease("a", LONG).await.unwrap());
    acquire(lab, "a", SHORT * 4).await;
    assert!(!lab.store().renew_lease("b", LONG).await.unwrap());
    assert!(lab.store().renew_lease("a", LONG).await.unwrap());
    tokio::time::sleep(SHORT * 5).await;
    assert_eq!(held_by(lab).await.as_deref(), Some("a"));
}

pub async fn what_ran_out_is_not_renewed(lab: &dyn Laboratory) {
    acquire(lab, "a", SHORT).await;
    tokio::time::sleep(SHORT * 2).await;
    assert!(!lab.store().renew_lease("a", LONG).await.unwrap());
    assert_eq!(held_by(lab).await, None);
}

pub async fn a_dead_holder_is_followed_at_once(lab: &dyn Laboratory) {
    acquire(lab, "a", LONG).await;
    let over = async |dead| lab.store().acquire_lease(&holder("b"), LONG, Some(dead)).await.unwrap();
    assert!(matches!(over("c").await, LeaseAnswer::Held(found) if found.run_id == "a"));
    assert_eq!(over("a").await, LeaseAnswer::Granted { epoch: 2 });
    assert_eq!(held_by(lab).await.as_deref(), Some("b"));
}

/// As after a lost reply.
pub async fn asking_again_keeps_the_epoch(lab: &dyn Laboratory) {
    acquire(lab, "a", LONG).await;
    assert_eq!(acquire(lab, "a", LONG).await, LeaseAnswer::Granted { epoch: 1 });
}

/// A run that slept through the end of its lease has a new one, as others may have had it in between.
pub async fn asking_again_too_late_raises_the_epoch(lab: &dyn Laboratory) {
    acquire(lab, "a", SHORT).await;
    tokio::time::sleep(SHORT * 2).await;
    assert_eq!(acquire(lab, "a", LONG).await, LeaseAnswer::Granted { epoch: 2 });
}

pub async fn the_epoch_rises_through_a_release(lab: &dyn Laboratory) {
    acquire(lab, "a", LONG).await;
    lab.store().release_lease("a").await.unwrap();
    assert_eq!(held_by(lab).await, None);
    assert!(!lab.store().renew_lease("a", LONG).await.unwrap());
    assert_eq!(lab.store().load().await.unwrap().epoch, 1);
    assert_eq!(acquire(lab, "a", LONG).await, LeaseAnswer::Granted { epoch: 2 });
}

pub async fn of_many_one_gets_it(lab: &dyn Laboratory) {
    let names: Vec<String> = (0..8).map(|number| format!("run-{number}")).collect();
    let answers = futures_util::future::join_all(names.iter().map(|name| acquire(lab, name, LONG))).await;
    let granted = answers
        .iter()
        .filter(|answer| matches!(answer, LeaseAnswer::Granted { epoch: 1 }))
        .count();
    assert_eq!(granted, 1, "{answers:?}");
}
