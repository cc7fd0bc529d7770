//! What `check` may do: look, and end a login pause.

use std::time::Duration;

use super::super::subject::store::PauseEnd;
use super::*;

fn pause(refusals: u32) -> LoginPause {
    LoginPause {
        refusals,
        until: "2026-11-01T11:00:00.25Z".parse().unwrap(),
        fingerprint: LoginFingerprint {
            salt: "salt".to_owned(),
            digest: "00ff".to_owned(),
        },
    }
}

fn paused(name: &str) -> StoredSource {
    StoredSource {
        name: name.to_owned(),
        host: "10.0.0.1".to_owned(),
        id: Some(SourceId::of_name(name)),
        kind: SourceKind::Esxi,
        last_complete: Some("2026-11-01T10:00:00Z".parse().unwrap()),
        last_error: Some("refused".to_owned()),
        root_roles: vec![-2],
        login_pause: Some(pause(2)),
        listed: Some([("vms".to_owned(), "2026-11-01T10:00:00Z".parse().unwrap())].into()),
    }
}

/// Two sources whose logins are paused.
async fn two_paused(lab: &dyn Laboratory) {
    lab.store().prepare().await.unwrap();
    lab.store().save_sources(1, &[paused("a"), paused("b")]).await.unwrap();
}

async fn end(lab: &dyn Laboratory, source: &str, refusals: u32) -> PauseEnd {
    lab.store().end_login_pause(source, &pause(refusals)).await.unwrap()
}

pub async fn it_ends_alone(lab: &dyn Laboratory) {
    two_paused(lab).await;
    assert_eq!(end(lab, "a", 2).await, PauseEnd::Ended);
    let ended = StoredSource {
        login_pause: None,
        ..paused("a")
    };
    assert_eq!(lab.store().load_sources().await.unwrap(), [ended, paused("b")]);
    assert_eq!(end(lab, "a", 2).await, PauseEnd::Changed);
}

pub async fn another_one_stays(lab: &dyn Laboratory) {
    two_paused(lab).await;
    let before = lab.snapshot().await;
    assert_eq!(end(lab, "a", 3).await, PauseEnd::Changed);
    assert_eq!(end(lab, "c", 2).await, PauseEnd::Changed);
    assert_eq!(lab.snapshot().await, before);
}

pub async fn it_stays_while_a_pass_is_at_work(lab: &dyn Laboratory) {
    two_paused(lab).await;
    let holder = Holder {
        run_id: "run".to_owned(),
        host: "here".to_owned(),
        pid: 7,
        command: "sync all".to_owned(),
        since: "2026-11-01T10:00:00Z".parse().unwrap(),
        lock: None,
    };
    let ttl = Duration::from_mins(1);
    lab.store().acquire_lease(&holder, ttl, None).await.unwrap();
    assert!(matches!(end(lab, "a", 2).await, PauseEnd::PassAtWork(at_work) if at_work.run_id == "run"));
    assert_eq!(lab.store().load_sources().await.unwrap(), [paused("a"), paused("b")]);
    lab.store().release_lease("run").await.unwrap();
    assert_eq!(end(lab, "a", 2).await, PauseEnd::Ended);
}

pub async fn an_inspection_writes_nothing(lab: &dyn Laboratory) {
    let before = lab.snapshot().await;
    let facts = lab.store().inspect().await.unwrap();
    assert_eq!(facts.format.unwrap(), None);
    assert_eq!(lab.snapshot().await, before);
    lab.store().prepare().await.unwrap();
    assert_eq!(lab.store().inspect().await.unwrap().format.unwrap(), Some(1));
    lab.set_format(7).await;
    assert_eq!(lab.store().inspect().await.unwrap().format.unwrap(), Some(7));
}
