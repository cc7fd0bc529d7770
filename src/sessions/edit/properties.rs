//! Properties of any edit under any rules; the world of `world.rs` adds what rules of a consistent history give.

use proptest::prelude::*;
use serde_json::Value;

use super::edit_session;
use super::parse::members_of;
use crate::plan::journal::{JournalEntry, SessionStage};
use crate::plan::record::VmRecord;
use crate::sessions::SessionRules;
use crate::sessions::fixtures::{document, orphan_event_at, rename};

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "d", "é\"\\"]).prop_map(str::to_owned)
}

fn since() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "01-01-2024: 00:00:00",
        "1-1-2024: 00:00:00",
        "31-12-2023: 23:59:59",
        "?",
    ])
    .prop_map(str::to_owned)
}

fn stage() -> impl Strategy<Value = SessionStage> {
    prop::sample::select(vec![SessionStage::Open, SessionStage::Scanned, SessionStage::Closed])
}

fn journal_entry() -> impl Strategy<Value = JournalEntry> {
    let event = (1..5_i64, any::<u32>(), name(), name(), since(), any::<bool>());
    (event, stage(), prop::bool::weighted(0.1)).prop_map(|(event, sessions, ambiguous)| {
        let (epoch, number, old, new, since, is_rename) = event;
        let entry = if is_rename {
            rename(epoch, number, &old, &new)
        } else {
            orphan_event_at(epoch, number, &old, &since)
        };
        JournalEntry {
            sessions,
            ambiguous,
            ..entry
        }
    })
}

fn records() -> impl Strategy<Value = Vec<VmRecord>> {
    let one = (
        name(),
        since(),
        any::<bool>(),
        any::<bool>(),
        prop::collection::vec(journal_entry(), 0..4),
    );
    prop::collection::vec(one, 0..6).prop_map(|all| {
        let record =
            |(index, (name, since, is_orphan, was_orphan, journal)): (usize, (String, String, bool, bool, Vec<_>))| {
                let document = document(&index.to_string(), &name).journal(journal);
                let document = if was_orphan {
                    document.returned(&since)
                } else {
                    document
                };
                if is_orphan {
                    document.orphan(&since).record()
                } else {
                    document.record()
                }
            };
        all.into_iter().enumerate().map(record).collect()
    })
}

fn member() -> impl Strategy<Value = String> {
    let quoted = || name().prop_map(|name| Value::from(name).to_string());
    prop_oneof![
        4 => quoted(),
        2 => (quoted(), since()).prop_map(|(name, since)| format!(r#"{{"name":{name}, "since":"{since}"}}"#)),
        1 => (quoted(), since()).prop_map(|(name, since)| format!(r#"{{ "orphan_since":"{since}","k":1e5,"name" : {name}}}"#)),
        1 => Just(r#"{"no":[1E5,{"vms":["a"]}]}"#.to_owned()),
        1 => Just("123456789012345678901234567890".to_owned()),
        1 => Just(r#""\ud800""#.to_owned()),
    ]
}

fn list() -> impl Strategy<Value = String> {
    let items = prop::collection::vec(member(), 0..6);
    let separator = prop::sample::select(vec![",", ", ", " ,\n  "]);
    (items, separator, prop::sample::select(vec!["", " ", "\n"]))
        .prop_map(|(items, separator, pad)| format!("[{pad}{}{pad}]", items.join(separator)))
}

fn session() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec!["vms", "vms", "orphans", "orphans", "\\u0076ms", "x", "\\ud800"]);
    let value = prop_oneof![6 => list(), 1 => Just("null".to_owned())];
    let members = prop::collection::vec((key, value), 0..5);
    members.prop_map(|members| {
        let members: Vec<_> = members
            .iter()
            .map(|(key, value)| format!("\"{key}\" : {value}"))
            .collect();
        format!(" {{ {} }}\n", members.join(" , "))
    })
}

/// Keys and values as they stand, without the two lists that count.
fn others(session: &str) -> Vec<(Option<String>, String)> {
    let mut members = members_of(session).expect("it is an object");
    for key in ["vms", "orphans"] {
        if let Some(last) = members.iter().rposition(|(name, _)| name.as_deref() == Some(key)) {
            members.remove(last);
        }
    }
    members
        .into_iter()
        .map(|(key, value)| (key, value.to_owned()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_edited_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), records in records()) {
        let _ = edit_session(&bytes, &[], &SessionRules::build(&records, None));
    }

    #[test]
    fn a_session_cut_anywhere_is_edited_or_refused(session in session(), records in records(), cut in any::<prop::sample::Index>()) {
        let _ = edit_session(&session.as_bytes()[..cut.index(session.len())], &[], &SessionRules::build(&records, None));
    }

    #[test]
    fn an_edit_keeps_json_and_all_that_is_not_its_own(session in session(), records in records()) {
        let edit = edit_session(session.as_bytes(), &[], &SessionRules::build(&records, None)).expect("it is a session");
        if let Some(bytes) = edit.bytes {
            let after = String::from_utf8(bytes).expect("it is text");
            prop_assert_ne!(&after, &session);
            prop_assert_eq!(others(&after), others(&session));
        } else {
            prop_assert!(edit.applied.is_empty());
        }
    }

    #[test]
    fn the_second_edit_changes_nothing(session in session(), records in records()) {
        let rules = SessionRules::build(&records, None);
        let first = edit_session(session.as_bytes(), &[], &rules).expect("it is a session");
        if let Some(bytes) = first.bytes {
            let second = edit_session(&bytes, &first.applied, &rules).expect("it still is one");
            prop_assert_eq!(second.bytes.map(String::from_utf8), None, "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn the_order_of_documents_never_matters(session in session(), records in records().prop_shuffle()) {
        let mut sorted = records.clone();
        sorted.sort_by(|a, b| b.id.cmp(&a.id));
        let edits = [records, sorted].map(|records| edit_session(session.as_bytes(), &[], &SessionRules::build(&records, None)));
        prop_assert_eq!(&edits[0], &edits[1]);
    }
}
