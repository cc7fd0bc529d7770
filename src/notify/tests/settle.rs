use super::fleet::{Fleet, entry, now};
use crate::notify::settle::{PruneFacts, mark_accepted, mark_refused, prune, retire, undelivered_epochs};
use crate::notify::{EntryRef, Mark, Service};
use crate::plan::journal::{Audience, Delivery, JournalEvent, SessionStage};
use crate::plan::record::DocumentId;

fn mark(accepted: u32, total: u32) -> Mark {
    Mark {
        entry: EntryRef {
            document: DocumentId("vm0".to_owned()),
            entry: "1-1".to_owned(),
        },
        accepted,
        total,
    }
}

#[test]
fn posts_are_counted_and_recording_twice_changes_nothing() {
    let mut journal = vec![entry(1, 1, "A", "B")];
    mark_refused(&mut journal, "1-1", Service::Auth, 2, now());
    for _ in 0..2 {
        mark_accepted(&mut journal, Service::Auth, &mark(1, 2));
        assert_eq!(
            journal[0].auth,
            Delivery::Pending {
                accepted: 1,
                refused: 0,
                refused_at: None
            }
        );
    }
    mark_refused(&mut journal, "1-1", Service::Auth, 1, now());
    let refused_at = Some("2026-01-01T00:00:00Z".to_owned());
    assert_eq!(
        journal[0].auth,
        Delivery::Pending {
            accepted: 1,
            refused: 1,
            refused_at
        }
    );
    mark_accepted(&mut journal, Service::Auth, &mark(2, 2));
    mark_accepted(&mut journal, Service::Auth, &mark(1, 2));
    mark_refused(&mut journal, "1-1", Service::Auth, 3, now());
    assert_eq!(
        (&journal[0].auth, &journal[0].group),
        (&Delivery::Done, &Delivery::PENDING)
    );
}

#[test]
fn finished_entries_go() {
    let facts = |pass_delivered, old_name_taken, scan_after_delivery| PruneFacts {
        pass_delivered,
        old_name_taken,
        scan_after_delivery,
    };
    let (open, scanned, closed) = (SessionStage::Open, SessionStage::Scanned, SessionStage::Closed);
    let cases = [
        (scanned, facts(true, false, true), true),
        (scanned, facts(true, true, false), true),
        (scanned, facts(true, false, false), false),
        (scanned, facts(false, true, true), false),
        (closed, facts(true, false, false), true),
        (closed, facts(false, false, false), false),
        (open, facts(true, true, true), false),
    ];
    for (sessions, facts, goes) in cases {
        let mut journal = vec![entry(1, 1, "A", "B")];
        (journal[0].sessions, journal[0].group, journal[0].auth) = (sessions, Delivery::None, Delivery::Done);
        assert_eq!(prune(&journal, |_| facts).is_some(), goes, "{sessions:?} {facts:?}");
        journal[0].group = Delivery::PENDING;
        assert_eq!(prune(&journal, |_| facts), None);
    }
}

#[test]
fn orphans_go_when_the_sessions_know() {
    let never = PruneFacts {
        pass_delivered: false,
        old_name_taken: false,
        scan_after_delivery: false,
    };
    let mut orphan = entry(1, 1, "A", "B");
    orphan.event = JournalEvent::Orphan {
        old: "A".to_owned(),
        since: "now".to_owned(),
    };
    (orphan.sessions, orphan.group, orphan.auth) = (SessionStage::Open, Delivery::None, Delivery::None);
    let kept = entry(1, 2, "A", "B");
    assert_eq!(prune(&[orphan.clone(), kept.clone()], |_| never), None);
    orphan.sessions = SessionStage::Scanned;
    assert_eq!(prune(&[orphan, kept.clone()], |_| never), Some(vec![kept]));
}

#[test]
fn a_service_that_is_gone_is_not_waited_for() {
    let audience = Audience {
        sessions: true,
        group: false,
        auth: true,
    };
    let journal = [entry(1, 1, "A", "B")];
    let retired = retire(&journal, audience).expect("the group service is gone");
    assert_eq!(
        (&retired[0].group, &retired[0].auth),
        (&Delivery::None, &Delivery::PENDING)
    );
    assert_eq!(retire(&retired, audience), None);
}

#[test]
fn a_pass_is_undelivered_until_its_last_rename_is() {
    let mut fleet = Fleet::new(&["A", "B"]);
    fleet.rename(1, &[(0, "A1"), (1, "B1")]);
    fleet.rename(2, &[(0, "A2")]);
    for service in [Service::Group, Service::Auth] {
        fleet.set("1-1", service, Delivery::Done);
        fleet.set("2-1", service, Delivery::Done);
    }
    assert_eq!(undelivered_epochs(&fleet.0), [1].into());
}
