//! What is remembered between passes, and what is never written.

use std::time::Duration;

use super::*;

pub(super) fn source(name: &str, last_error: Option<&str>) -> StoredSource {
    StoredSource {
        name: name.to_owned(),
        host: "10.0.0.1".to_owned(),
        id: Some(SourceId::of_name(name)),
        kind: SourceKind::Vcenter,
        last_complete: Some("2026-11-01T10:00:00.25Z".parse().unwrap()),
        last_error: last_error.map(str::to_owned),
        root_roles: vec![-1, 6],
        login_pause: last_error.map(|_| LoginPause {
            refusals: 2,
            until: "2026-11-01T11:00:00.25Z".parse().unwrap(),
            fingerprint: LoginFingerprint {
                salt: "salt".to_owned(),
                digest: "00ff".to_owned(),
            },
        }),
        listed: Some([("vms".to_owned(), "2026-11-01T10:00:00.25Z".parse().unwrap())].into()),
    }
}

/// A pass that ended so many minutes after a fixed time.
pub(super) fn pass(minutes: i64) -> PassRecord {
    let start: jiff::Timestamp = "2026-11-01T10:00:00Z".parse().unwrap();
    let finished = start + jiff::SignedDuration::from_mins(minutes);
    PassRecord {
        run_id: format!("run-{minutes}"),
        command: "sync all".to_owned(),
        started: finished - jiff::SignedDuration::from_secs(9),
        finished,
        exit_code: 3,
        full_success: false,
    }
}

pub async fn sources_are_remembered_by_name(lab: &dyn Laboratory) {
    lab.store().prepare().await.unwrap();
    lab.store()
        .save_sources(1, &[source("b", None), source("a.$x", Some("timed out"))])
        .await
        .unwrap();
    lab.store()
        .save_sources(1, &[source("b", Some("refused"))])
        .await
        .unwrap();
    lab.store().save_sources(1, &[]).await.unwrap();
    let sources = lab.store().load().await.unwrap().sources;
    assert_eq!(
        sources,
        [source("a.$x", Some("timed out")), source("b", Some("refused"))]
    );
    assert_eq!(lab.store().load_sources().await.unwrap(), sources);
}

pub async fn passes_are_listed_newest_first(lab: &dyn Laboratory) {
    assert!(lab.store().load_passes(10).await.unwrap().is_empty());
    lab.store().prepare().await.unwrap();
    for minutes in [2, 9, 1] {
        lab.store().save_pass(1, &pass(minutes)).await.unwrap();
    }
    lab.store()
        .save_pass(
            1,
            &PassRecord {
                exit_code: 0,
                ..pass(9)
            },
        )
        .await
        .unwrap();
    let passes = lab.store().load_passes(2).await.unwrap();
    assert_eq!(
        passes,
        [
            PassRecord {
                exit_code: 0,
                ..pass(9)
            },
            pass(2)
        ]
    );
    assert!(lab.store().load_passes(0).await.unwrap().is_empty());
}

/// After 30 days, and beyond 1,000.
pub async fn old_passes_are_forgotten(lab: &dyn Laboratory) {
    const DAY: i64 = 24 * 60;
    lab.store().prepare().await.unwrap();
    assert!(lab.store().save_sources(1, &[source("a", None)]).await.unwrap());
    for minutes in [0, 1, 30 * DAY + 1] {
        lab.store().save_pass(1, &pass(minutes)).await.unwrap();
    }
    let kept: Vec<_> = lab
        .store()
        .load_passes(9)
        .await
        .unwrap()
        .into_iter()
        .map(|pass| pass.run_id)
        .collect();
    assert_eq!(kept, [pass(30 * DAY + 1).run_id, pass(1).run_id]);
    for minutes in 0..1_000 {
        lab.store().save_pass(1, &pass(30 * DAY + 10 + minutes)).await.unwrap();
    }
    let kept = lab.store().load_passes(usize::MAX).await.unwrap();
    assert_eq!((kept.len(), &kept[999]), (1_000, &pass(30 * DAY + 10)));
    assert_eq!(lab.store().load_sources().await.unwrap(), [source("a", None)]);
}

pub async fn a_newer_format_is_refused(lab: &dyn Laboratory) {
    lab.store().prepare().await.unwrap();
    lab.set_format(2).await;
    let is_newer = |error| matches!(error, StoreError::NewerFormat { found: 2, known: 1, .. });
    assert!(lab.store().load().await.is_err_and(is_newer));
    assert!(lab.store().prepare().await.is_err_and(is_newer));
}

pub async fn looking_writes_nothing(lab: &dyn Laboratory) {
    let look = async || {
        lab.store().load().await.unwrap();
        lab.store().load_lease().await.unwrap();
        lab.store().load_passes(10).await.unwrap();
    };
    let empty = lab.snapshot().await;
    look().await;
    assert_eq!(lab.snapshot().await, empty);
    one_record(lab).await;
    lab.store()
        .acquire_lease(&holder(), Duration::from_mins(1), None)
        .await
        .unwrap();
    lab.store().save_pass(1, &pass(1)).await.unwrap();
    let full = lab.snapshot().await;
    assert_ne!(full, empty);
    look().await;
    assert_eq!(lab.snapshot().await, full);
}

pub(super) fn holder() -> Holder {
    let since = pass(0).started;
    Holder {
        run_id: "a".into(),
        host: "h".into(),
        pid: 1,
        command: "sync".into(),
        since,
        lock: None,
    }
}

pub async fn preparing_twice_changes_nothing(lab: &dyn Laboratory) {
    one_record(lab).await;
    let before = lab.snapshot().await;
    lab.store().prepare().await.unwrap();
    assert_eq!(lab.snapshot().await, before);
}

/// Rows that an older vmsync wrote have no epoch.
pub async fn what_has_no_epoch_is_replaced(lab: &dyn Laboratory) {
    lab.store().prepare().await.unwrap();
    lab.put_source(&source("a", None)).await;
    assert_eq!(lab.store().load_sources().await.unwrap(), [source("a", None)]);
    let later = [source("a", Some("refused"))];
    assert!(lab.store().save_sources(1, &later).await.unwrap());
    assert_eq!(lab.store().load_sources().await.unwrap(), later);
}
