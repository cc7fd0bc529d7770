use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::sync::watch;
use url::Url;

use super::fleet::{Fleet, arrow};
use super::server::{Reaction, Server};
use crate::config::Endpoints;
use crate::http::{Answer, TransportError, build_client, judge, parse_retry_after};
use crate::notify::{DeliveryEvent, DeliveryLog, DeliveryOutcome, Halt, NotRecorded, Notifier, Verdict};

/// Keeps the journal of a fleet; fails after so many events, and permits so many tries.
struct Log<'a> {
    fleet: &'a mut Fleet,
    events: Vec<String>,
    room: usize,
    permits: usize,
}

#[async_trait]
impl DeliveryLog for Log<'_> {
    async fn record(&mut self, event: DeliveryEvent<'_>) -> Result<(), NotRecorded> {
        if self.events.len() == self.room {
            return Err(NotRecorded {
                reason: "disk full".to_owned(),
            });
        }
        let sign = if event.verdict == Verdict::Accepted { '+' } else { '-' };
        self.events.push(format!("{sign}{}", arrow(event.post)));
        self.fleet.record(event.post, event.verdict);
        Ok(())
    }

    async fn may_send(&mut self) -> Result<bool, NotRecorded> {
        let left = self.permits.checked_sub(1);
        self.permits = left.unwrap_or(0);
        Ok(left.is_some())
    }
}

struct Delivery {
    outcome: DeliveryOutcome,
    events: Vec<String>,
}

async fn deliver_to(endpoints: &Endpoints, fleet: &mut Fleet, room: usize, within: Duration) -> Delivery {
    let log = Log {
        fleet,
        events: Vec::new(),
        room,
        permits: usize::MAX,
    };
    deliver_by(endpoints, log, within).await
}

async fn deliver_by(endpoints: &Endpoints, mut log: Log<'_>, within: Duration) -> Delivery {
    let (_keep, stop) = watch::channel(false);
    let posts = log.fleet.posts();
    let notifier = Notifier::new(endpoints, Duration::from_millis(600));
    let outcome = notifier.deliver(&posts, Instant::now() + within, stop, &mut log).await;
    Delivery {
        outcome,
        events: log.events,
    }
}

/// To the auth service only.
async fn deliver(server: &Server, fleet: &mut Fleet) -> Delivery {
    let endpoints = Endpoints {
        vm_group: None,
        auth: Some(server.url.clone()),
    };
    for record in &mut fleet.0 {
        record
            .fields
            .journal
            .iter_mut()
            .for_each(|entry| entry.group = crate::plan::journal::Delivery::None);
    }
    deliver_to(&endpoints, fleet, usize::MAX, Duration::from_secs(20)).await
}

fn counts(outcome: &DeliveryOutcome) -> (usize, usize, usize) {
    (outcome.sent, outcome.pending, outcome.rejected)
}

fn one_rename() -> Fleet {
    let mut fleet = Fleet::new(&["A", "C"]);
    fleet.rename(1, &[(0, "B")]);
    fleet
}

#[tokio::test]
async fn both_services_are_told() {
    let (group, auth) = (Server::start(&[]).await, Server::start(&[]).await);
    let endpoints = Endpoints {
        vm_group: Some(group.url.clone()),
        auth: Some(auth.url.clone()),
    };
    let mut fleet = Fleet::new(&["A", "B"]);
    fleet.rename(1, &[(0, "B"), (1, "A")]);
    let Delivery { outcome, .. } = deliver_to(&endpoints, &mut fleet, usize::MAX, Duration::from_secs(20)).await;
    assert_eq!(
        outcome,
        DeliveryOutcome {
            sent: 4,
            ..DeliveryOutcome::default()
        }
    );
    assert_eq!(
        group.received()[0].body,
        r#"{"vms":[{"old_name":"A","new_name":"B"},{"old_name":"B","new_name":"A"}]}"#
    );
    let told: Vec<String> = auth.received().into_iter().map(|request| request.body).collect();
    let expected = [("A", "A~vmsync~1"), ("B", "A"), ("A~vmsync~1", "B")];
    assert_eq!(
        told,
        expected.map(|(old, new)| format!(r#"{{"name":"{old}","new_name":"{new}"}}"#))
    );
    assert!(fleet.posts().is_empty());
}

#[tokio::test]
async fn endpoint_urls_keep_their_dashes() {
    let server = Server::start(&[]).await;
    let url: Url = server.url.join("/vm-group/rename-vms_now?a-b=c_d").expect("a URL");
    let endpoints = Endpoints {
        vm_group: Some(url),
        auth: None,
    };
    let mut fleet = one_rename();
    deliver_to(&endpoints, &mut fleet, usize::MAX, Duration::from_secs(20)).await;
    assert_eq!(
        server.received()[0].line,
        "POST /vm-group/rename-vms_now?a-b=c_d HTTP/1.1"
    );
}

#[tokio::test]
async fn what_has_become_anothers_business_is_not_tried_again() {
    for (permits, tries) in [(0, 0), (1, 1), (2, 2)] {
        let server = Server::start(&[Reaction::With(503, "retry-after: 0"); 8]).await;
        let endpoints = Endpoints {
            vm_group: Some(server.url.clone()),
            auth: None,
        };
        let mut fleet = one_rename();
        let log = Log {
            fleet: &mut fleet,
            events: Vec::new(),
            room: usize::MAX,
            permits,
        };
        let Delivery { outcome, events } = deliver_by(&endpoints, log, Duration::from_secs(20)).await;
        assert_eq!(server.received().len(), tries);
        assert_eq!((outcome.sent, outcome.halt), (0, Some(Halt::Stopped)));
        assert!(events.is_empty());
        assert_eq!(fleet.group(), ["A>B"], "it is still to be sent");
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again_with_the_same_bytes_and_key() {
    let cases: [&[Reaction]; 6] = [
        &[Reaction::Status(500)],
        &[Reaction::Status(502), Reaction::Status(408), Reaction::Status(425)],
        &[Reaction::With(429, "retry-after: 1")],
        &[Reaction::With(503, "retry-after: Thu, 01 Jan 1970 00:00:00 GMT")],
        &[Reaction::Drop],
        &[Reaction::Flood],
    ];
    for script in cases {
        let server = Server::start(script).await;
        let mut fleet = one_rename();
        let begun = Instant::now();
        let Delivery { outcome, events } = deliver(&server, &mut fleet).await;
        assert_eq!(
            (counts(&outcome), events.as_slice()),
            ((1, 0, 0), &["+A>B".to_owned()][..]),
            "{script:?}"
        );
        let received = server.received();
        let flood = matches!(script[0], Reaction::Flood);
        assert_eq!(received.len(), if flood { 1 } else { script.len() + 1 });
        assert!(received.iter().all(|request| *request == received[0]));
        let waited = begun.elapsed() >= Duration::from_secs(1);
        assert!(
            waited || !matches!(script[0], Reaction::With(429, _)),
            "it did not wait"
        );
    }
}

#[tokio::test]
async fn what_does_not_pass_stays_pending() {
    let cases: [(&[Reaction], usize, &str); 4] = [
        (&[Reaction::Status(500); 9], 4, "500"),
        (
            &[Reaction::With(302, "location: /elsewhere"); 9],
            1,
            "redirects are not followed",
        ),
        (&[Reaction::With(503, "retry-after: 3600"); 9], 1, "asks to wait 3600s"),
        (&[Reaction::Hang; 9], 1, "did not answer in time"),
    ];
    for (script, tries, reason) in cases {
        let server = Server::start(script).await;
        let mut fleet = one_rename();
        let before = fleet.0.clone();
        let Delivery { outcome, events } = deliver(&server, &mut fleet).await;
        assert_eq!(
            (counts(&outcome), events.len(), server.received().len()),
            ((0, 1, 0), 0, tries),
            "{script:?}"
        );
        assert_eq!(fleet.0[0].fields.journal[0].auth, before[0].fields.journal[0].auth);
        assert_eq!(outcome.warnings.len(), 1);
        assert!(
            outcome.warnings[0].contains(reason) && outcome.warnings[0].contains("auth service at http://127."),
            "{:?}",
            outcome.warnings
        );
    }
}

#[tokio::test]
async fn a_service_that_is_not_there_is_given_up() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!(
        "http://user:hidden@{}/x?token=hidden",
        listener.local_addr().expect("an address")
    );
    drop(listener);
    let mut fleet = Fleet::new(&["A", "B", "C"]);
    fleet.rename(1, &[(0, "X"), (1, "Y"), (2, "Z")]);
    let endpoints = Endpoints {
        vm_group: None,
        auth: url.parse().ok(),
    };
    let Delivery { outcome, .. } = deliver_to(&endpoints, &mut fleet, usize::MAX, Duration::from_secs(20)).await;
    assert_eq!(counts(&outcome), (0, 3, 0));
    assert_eq!(outcome.warnings.len(), 2, "{:?}", outcome.warnings);
    assert!(
        outcome.warnings[0].contains("endpoints.vm-group-service-rename-vm"),
        "{:?}",
        outcome.warnings
    );
    assert!(outcome.warnings[1].contains("could not be reached") && !outcome.warnings[1].contains("hidden"));
}

#[tokio::test]
async fn a_refusal_is_recorded_and_holds_back_only_what_depends_on_it() {
    let server = Server::start(&[Reaction::Status(404)]).await;
    let mut fleet = Fleet::new(&["A", "C", "D"]);
    fleet.rename(1, &[(0, "B")]);
    fleet.rename(2, &[(1, "A"), (2, "E")]);
    let Delivery { outcome, events } = deliver(&server, &mut fleet).await;
    assert_eq!(
        (counts(&outcome), events),
        ((1, 2, 0), vec!["-A>B".to_owned(), "+D>E".to_owned()])
    );
    let server = Server::start(&[Reaction::Status(404)]).await;
    deliver(&server, &mut fleet).await;
    let server = Server::start(&[Reaction::Status(404)]).await;
    let Delivery { outcome, events } = deliver(&server, &mut fleet).await;
    assert_eq!(
        (counts(&outcome), events),
        ((1, 0, 1), vec!["-A>B".to_owned(), "+C>A".to_owned()])
    );
    assert!(
        outcome
            .warnings
            .iter()
            .any(|warning| warning.contains("rejected 1 rename")),
        "{:?}",
        outcome.warnings
    );
}

#[tokio::test]
async fn after_a_failure_the_others_have_one_try_each() {
    let server = Server::start(&[Reaction::Status(500); 20]).await;
    let mut fleet = Fleet::new(&["A", "B", "C"]);
    fleet.rename(1, &[(0, "X"), (1, "Y"), (2, "Z")]);
    let Delivery { outcome, .. } = deliver(&server, &mut fleet).await;
    assert_eq!((counts(&outcome), server.received().len()), ((0, 3, 0), 6));
    assert_eq!(outcome.warnings.len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_after_the_log_failed() {
    let server = Server::start(&[]).await;
    let mut fleet = Fleet::new(&["A", "B"]);
    fleet.rename(1, &[(0, "B"), (1, "A")]);
    let endpoints = Endpoints {
        vm_group: None,
        auth: Some(server.url.clone()),
    };
    let Delivery { outcome, .. } = deliver_to(&endpoints, &mut fleet, 1, Duration::from_secs(20)).await;
    assert_eq!((server.received().len(), counts(&outcome)), (2, (2, 2, 0)));
    assert_eq!(
        outcome.halt,
        Some(Halt::NotRecorded {
            reason: "disk full".to_owned()
        })
    );
}

#[tokio::test]
async fn the_deadline_and_a_stop_end_it() {
    let server = Server::start(&[Reaction::Hang; 9]).await;
    let endpoints = Endpoints {
        vm_group: None,
        auth: Some(server.url.clone()),
    };
    let late = deliver_to(&endpoints, &mut one_rename(), usize::MAX, Duration::ZERO).await;
    assert_eq!((late.outcome.halt, late.outcome.pending), (Some(Halt::Deadline), 1));
    assert!(server.received().is_empty());

    let (sender, stop) = watch::channel(false);
    let mut fleet = one_rename();
    let posts = fleet.posts();
    let mut log = Log {
        fleet: &mut fleet,
        events: Vec::new(),
        room: 9,
        permits: usize::MAX,
    };
    let notifier = Notifier::new(&endpoints, Duration::from_mins(1));
    let delivery = notifier.deliver(&posts, Instant::now() + Duration::from_mins(1), stop, &mut log);
    let stopping = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        sender.send(true).expect("somebody listens");
    };
    let (outcome, ()) = tokio::join!(delivery, stopping);
    assert_eq!((outcome.halt, outcome.pending), (Some(Halt::Stopped), 1));
}

/// Not a panic for want of a TLS provider, with or without authorities on this machine.
#[test]
fn a_client_is_built_or_says_why_not() {
    let timeout = Duration::from_secs(1);
    let url = |text: &str| text.parse::<Url>().expect("a URL");
    assert!(build_client(&url("http://localhost"), timeout).is_ok());
    let secure = build_client(&url("https://localhost"), timeout);
    assert!(matches!(secure, Ok(_) | Err(TransportError::NoAuthorities)));
}

#[test]
fn statuses_are_judged() {
    let now = "2026-01-01T00:00:00Z".parse().expect("a time");
    let later = Answer::Later(None);
    let cases = [
        (200, Answer::Accepted),
        (204, Answer::Accepted),
        (299, Answer::Accepted),
        (302, Answer::Odd),
        (400, Answer::Refused),
        (401, Answer::Refused),
        (404, Answer::Refused),
        (408, later),
        (425, later),
        (429, later),
        (499, Answer::Refused),
        (500, later),
        (503, later),
        (599, later),
        (600, Answer::Odd),
        (101, Answer::Odd),
    ];
    for (status, expected) in cases {
        assert_eq!(judge(status, None, now), expected, "{status}");
    }
    assert_eq!(judge(503, Some("7"), now), Answer::Later(Some(Duration::from_secs(7))));
    assert_eq!(judge(500, Some("7"), now), later);
}

#[test]
fn retry_after_is_read_and_bounded() {
    let now = "1994-11-06T08:49:30Z".parse().expect("a time");
    let day = Duration::from_hours(24);
    let cases = [
        ("0", Some(Duration::ZERO)),
        (" 120 ", Some(Duration::from_mins(2))),
        ("99999999999999999999999999", Some(day)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(Duration::from_secs(7))),
        ("Sun, 06 Nov 1994 08:49:00 GMT", Some(Duration::ZERO)),
        ("Thu, 31 Dec 9998 23:59:59 GMT", Some(day)),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("Sun, 99 Nov 1994 08:49:37 GMT", None),
    ];
    for (value, expected) in cases {
        assert_eq!(parse_retry_after(value, now), expected, "{value}");
    }
}
