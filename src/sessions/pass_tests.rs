use std::sync::atomic::{AtomicUsize, Ordering};

use super::fixtures::{Document, SINCE, ambiguous, document, open, rename, rules};
use super::memory::MemorySessions;
use super::{Mode, SessionCounts, SessionError, SessionRules, SessionsOutcome, bring_sessions};

const NEVER: &(dyn Fn() -> bool + Sync) = &|| false;

fn renamed() -> Document {
    document("1", "b").journal([open(rename(1, 1, "a", "b"))])
}

fn swapped() -> SessionRules {
    rules([renamed(), document("2", "a").journal([open(rename(1, 2, "b", "a"))])])
}

async fn bring(port: &MemorySessions, rules: &SessionRules, mode: Mode) -> SessionsOutcome {
    bring_sessions(port, rules, "*", mode, NEVER).await
}

fn many(count: usize) -> MemorySessions {
    MemorySessions::new((0..count).map(|number| (format!("{number:030}"), r#"{"vms":["a"]}"#)))
}

fn text(port: &MemorySessions, key: &str) -> String {
    let value = port.values().remove(key.as_bytes()).flatten().unwrap_or_default();
    String::from_utf8(value).unwrap_or_default()
}

#[tokio::test]
async fn every_session_is_changed_once_though_the_scan_repeats_keys() {
    let port = many(1_234);
    let outcome = bring(&port, &swapped(), Mode::Apply).await;
    let expected = SessionCounts {
        scanned: 1_234,
        changed: 1_234,
        ..SessionCounts::default()
    };
    assert_eq!(
        (outcome.counts, outcome.complete, outcome.error),
        (expected, true, None)
    );
    assert_eq!(text(&port, &format!("{:030}", 7)), r#"{"vms":["b"]}"#);
    assert_eq!(text(&port, &format!("vmsync:{{{:030}}}", 7)), r#"["1-1","1-2"]"#);
    let again = bring(&port, &swapped(), Mode::Apply).await;
    assert_eq!(
        (again.counts.changed, again.counts.scanned),
        (0, 1_234),
        "companions are no sessions"
    );
}

#[tokio::test]
async fn a_companion_is_written_only_when_needed_and_forgets_old_entries() {
    let port = MemorySessions::new([("k", r#"{"vms":["a"]}"#)]);
    bring(&port, &rules([renamed()]), Mode::Apply).await;
    assert_eq!(port.values().len(), 1);
    let port = MemorySessions::new([("k", r#"{"vms":["a"]}"#), ("vmsync:{k}", r#"["0-9","1-2"]"#)]);
    bring(&port, &swapped(), Mode::Apply).await;
    assert_eq!(text(&port, "vmsync:{k}"), r#"["1-2","1-1"]"#);
    let port = MemorySessions::new([("k", r#"{"vms":["a"]}"#), ("vmsync:{k}", "garbage")]);
    assert_eq!(bring(&port, &swapped(), Mode::Apply).await.counts.changed, 1);
}

#[tokio::test]
async fn what_is_no_session_is_counted_and_untouched() {
    let long = format!(r#"{{"vms":["a"],"k":"{}"}}"#, "x".repeat(1024 * 1024));
    let port = MemorySessions::new([
        ("long", long.as_str()),
        ("garbage", "{"),
        ("empty", ""),
        ("ok", r#"{"vms":["a"]}"#),
    ]);
    port.insert_other_type("list");
    let outcome = bring(&port, &rules([renamed()]), Mode::Apply).await;
    let expected = SessionCounts {
        scanned: 5,
        changed: 1,
        skipped: 4,
        ..SessionCounts::default()
    };
    assert_eq!((outcome.counts, outcome.complete), (expected, true));
    assert_eq!(
        outcome.warnings,
        [
            "skipped 4 keys without a session: 1 no string, 1 longer than 1 MiB, 2 not a JSON object; \
          redis.key_pattern matches them"
        ]
    );
    assert_eq!((text(&port, "long"), text(&port, "garbage")), (long, "{".to_owned()));
    assert!(port.largest_load().1 < 100, "what is too long is not read");
}

#[tokio::test]
async fn a_session_edited_between_read_and_write_is_read_again() {
    let port = MemorySessions::new([("k", r#"{"vms":["a"]}"#)]);
    let mut once = true;
    port.interfere(move |values| {
        if std::mem::take(&mut once) {
            values.insert(b"k".to_vec(), Some(br#"{"vms":["a"],"cart":1}"#.to_vec()));
        }
    });
    let outcome = bring(&port, &rules([renamed()]), Mode::Apply).await;
    let expected = SessionCounts {
        scanned: 1,
        changed: 1,
        ..SessionCounts::default()
    };
    assert_eq!((outcome.counts, outcome.complete), (expected, true));
    assert_eq!(text(&port, "k"), r#"{"vms":["b"],"cart":1}"#);
}

#[tokio::test]
async fn a_session_that_others_keep_editing_is_contended() {
    let port = MemorySessions::new([("k", r#"{"vms":["a"]}"#)]);
    let mut count = 0;
    port.interfere(move |values| {
        count += 1;
        values.insert(
            b"k".to_vec(),
            Some(format!(r#"{{"vms":["a"],"n":{count}}}"#).into_bytes()),
        );
    });
    let outcome = bring(&port, &rules([renamed()]), Mode::Apply).await;
    let expected = SessionCounts {
        scanned: 1,
        contended: 1,
        ..SessionCounts::default()
    };
    assert_eq!(
        (outcome.counts, outcome.complete, port.replacements()),
        (expected, false, 4)
    );
    assert_eq!(
        outcome.warnings,
        ["1 session: others kept editing; the next run brings them up to date"]
    );
}

#[tokio::test]
async fn a_session_that_is_read_again_is_counted_once_as_ambiguous() {
    let port = MemorySessions::new([("k", r#"{"vms":["a","twin"]}"#)]);
    let mut count = 0;
    port.interfere(move |values| {
        count += 1;
        values.insert(
            b"k".to_vec(),
            Some(format!(r#"{{"vms":["a","twin"],"n":{count}}}"#).into_bytes()),
        );
    });
    let twin = document("2", "x").journal([ambiguous(open(rename(1, 2, "twin", "x")))]);
    let outcome = bring(&port, &rules([renamed(), twin]), Mode::Apply).await;
    assert_eq!((outcome.counts.ambiguous, outcome.counts.contended), (1, 1));
}

#[tokio::test]
async fn sessions_are_read_in_portions_that_fit_in_memory() {
    let small = many(1_234);
    bring(&small, &swapped(), Mode::Plan).await;
    assert_eq!(small.largest_load().0, 500);
    let around = r#"{"vms":["a"],"k":""}"#.len();
    let long = format!(r#"{{"vms":["a"],"k":"{}"}}"#, "x".repeat(1024 * 1024 - around));
    let large = MemorySessions::new((0..20).map(|number| (number.to_string(), long.as_str())));
    assert_eq!(bring(&large, &swapped(), Mode::Plan).await.counts.changed, 20);
    assert_eq!(large.largest_load(), (8, 8 * 1024 * 1024));
}

#[tokio::test]
async fn a_session_that_expires_between_read_and_write_is_not_made_again() {
    let port = MemorySessions::new([("k", r#"{"vms":["a"]}"#)]);
    port.interfere(std::collections::BTreeMap::clear);
    let outcome = bring(&port, &rules([renamed()]), Mode::Apply).await;
    let expected = SessionCounts {
        scanned: 1,
        gone: 1,
        ..SessionCounts::default()
    };
    assert_eq!((outcome.counts, outcome.complete), (expected, true));
    assert!(port.values().is_empty());
}

#[tokio::test]
async fn a_session_that_expires_before_it_is_read_again_is_gone() {
    let port = MemorySessions::new([("1", r#"{"vms":["a"]}"#), ("2", r#"{"vms":["a"]}"#)]);
    let mut is_read = true;
    port.interfere(move |values| {
        if std::mem::take(&mut is_read) {
            values.insert(b"1".to_vec(), Some(br#"{"vms":["a"],"cart":1}"#.to_vec()));
        } else {
            values.remove(b"1".as_slice());
        }
    });
    let outcome = bring(&port, &rules([renamed()]), Mode::Apply).await;
    let expected = SessionCounts {
        scanned: 2,
        changed: 1,
        gone: 1,
        ..SessionCounts::default()
    };
    assert_eq!((outcome.counts, outcome.complete), (expected, true));
    assert_eq!(port.values().len(), 1);
}

#[tokio::test]
async fn a_plan_counts_and_writes_nothing() {
    let port = many(3);
    let before = port.values();
    let outcome = bring(&port, &swapped(), Mode::Plan).await;
    assert_eq!(
        (outcome.counts.changed, outcome.complete, port.replacements()),
        (3, true, 0)
    );
    assert_eq!(port.values(), before);
}

#[tokio::test]
async fn what_was_done_before_redis_vanished_is_told() {
    // Scan, sizes, sessions, then 60 of 300 replacements.
    let port = many(300);
    port.vanish_after(63);
    let outcome = bring(&port, &swapped(), Mode::Apply).await;
    assert_eq!(
        (outcome.counts.scanned, outcome.counts.changed, outcome.complete),
        (300, 60, false)
    );
    assert!(matches!(outcome.error, Some(SessionError::Unreachable { .. })));
    for calls in 0..3 {
        let port = many(1);
        port.vanish_after(calls);
        let outcome = bring(&port, &swapped(), Mode::Apply).await;
        assert!(!outcome.complete && outcome.error.is_some());
    }
}

#[tokio::test]
async fn after_a_stop_no_session_is_written_and_the_scan_is_not_complete() {
    for stop_after in 0..39 {
        let port = many(37);
        let asked = AtomicUsize::new(0);
        let is_stopped = || asked.fetch_add(1, Ordering::Relaxed) >= stop_after;
        let outcome = bring_sessions(&port, &swapped(), "*", Mode::Apply, &is_stopped).await;
        assert!(!outcome.complete && outcome.error.is_none() && outcome.counts.contended == 0);
        assert_eq!(outcome.counts.changed, port.replacements());
        assert!(outcome.counts.changed < stop_after.max(1), "{stop_after}: {outcome:?}");
    }
    let port = many(37);
    assert!(bring(&port, &swapped(), Mode::Apply).await.complete);
}

#[tokio::test]
async fn sessions_that_nobody_can_judge_are_named_by_vm_not_by_key() {
    let twins = (1..=7).map(|number| {
        let old = format!("twin{number}");
        document(&number.to_string(), "x").journal([ambiguous(open(rename(1, number, &old, "x")))])
    });
    let port = MemorySessions::new([("secretkey", r#"{"vms":["twin1"]}"#), ("other", r#"{"vms":["gone"]}"#)]);
    let outcome = bring(
        &port,
        &rules(twins.chain([document("9", "gone").orphan(SINCE)])),
        Mode::Apply,
    )
    .await;
    assert_eq!(
        (outcome.counts.ambiguous, outcome.counts.changed, outcome.complete),
        (1, 1, true)
    );
    let names = r#""twin1", "twin2", "twin3", "twin4", "twin5" and 2 more"#;
    assert_eq!(
        outcome.warnings,
        [format!(
            "1 session: left alone, because two live VMs were called the same: {names}"
        )]
    );
}
