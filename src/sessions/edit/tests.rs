use std::collections::BTreeSet;

use super::{MAX_DEPTH, MAX_SESSION_BYTES, NotASession, edit_session};
use crate::plan::record::DocumentId;
use crate::sessions::SessionRules;
use crate::sessions::fixtures::{
    SINCE, ambiguous, closed, document, edit, edited, open, orphan_event, orphan_event_at, rename, rules, scanned,
};

const LATER: &str = "02-07-2024: 01:00:00";

fn renamed_a_to_b() -> SessionRules {
    rules([document("1", "b").once(&["a"]).journal([open(rename(1, 1, "a", "b"))])])
}

fn orphaned_a() -> SessionRules {
    rules([document("1", "a").orphan(SINCE)])
}

fn swapped() -> SessionRules {
    rules([
        document("1", "b").once(&["a"]).journal([open(rename(1, 1, "a", "b"))]),
        document("2", "a").once(&["b"]).journal([open(rename(1, 2, "b", "a"))]),
    ])
}

/// Each session with what it becomes under the same rules.
fn assert_edits(rules: &SessionRules, table: &[(&str, &str)]) {
    for (before, after) in table {
        assert_eq!(edited(before, rules), *after, "{before}");
    }
}

#[test]
fn a_rename_replaces_the_name_in_place() {
    assert_edits(
        &renamed_a_to_b(),
        &[
            (r#"{"vms": ["x", "a", "y"]}"#, r#"{"vms": ["x", "b", "y"]}"#),
            (r#"{"vms":["\u0061"]}"#, r#"{"vms":["b"]}"#),
            (r#"{"vms": ["a", "b", "y"]}"#, r#"{"vms": ["b", "y"]}"#),
            (r#"{"vms": ["b", "y", "a"]}"#, r#"{"vms": ["b", "y"]}"#),
            (r#"{"vms": ["a", "y", "a"]}"#, r#"{"vms": ["b", "y"]}"#),
            (r#"{"vms": ["aa", "A"]}"#, r#"{"vms": ["aa", "A"]}"#),
        ],
    );
}

#[test]
fn bytes_that_are_not_in_the_lists_stay() {
    let others = "\u{feff} {\"n\":12345678901234567890123,\"e\":1E5,\"e\":1e5,\r\n\t\"u\":\"\\u00e9\\/\",\"vms\":[\"a\"],\"vms\" : [ \"a\" ,\n \"z\" ] , \"x\":{\"vms\":[\"a\"]}, \"h\":\"\\ud800\", \"\\ud800\":1 } \n";
    let after = others.replace("[ \"a\" ,", "[ \"b\" ,");
    assert_eq!(edited(others, &renamed_a_to_b()), after);
}

#[test]
fn of_lists_with_the_same_key_the_last_one_counts() {
    let rules = renamed_a_to_b();
    assert_edits(
        &rules,
        &[
            (r#"{"vms":["a"],"vms":["c"]}"#, r#"{"vms":["a"],"vms":["c"]}"#),
            (r#"{"vms":["a"],"\u0076ms":["a"]}"#, r#"{"vms":["a"],"\u0076ms":["b"]}"#),
        ],
    );
}

#[test]
fn session_moves_do_not_crash_on_dicts_in_lists() {
    let rules = rules([document("1", "a").orphan(SINCE), document("2", "back").returned(LATER)]);
    let before = r#"{"vms": [{"name": "a"}, "a", 7, null, ["a"]], "orphans": [{"name": "old", "since": "x", "k": [1]}, {"no": 1}, 5, {"name": "back", "orphan_since": "02-07-2024: 01:00:00"}]}"#;
    let after = r#"{"vms": [{"name": "a"}, 7, null, ["a"], "back"], "orphans": [{"name": "old", "since": "x", "k": [1]}, {"no": 1}, 5, {"name": "a", "since": "01-07-2024: 12:34:00"}]}"#;
    assert_eq!(edited(before, &rules), after);
}

#[test]
fn name_swaps_are_applied_at_once() {
    let rules = swapped();
    assert!(rules.companion_needed());
    assert_edits(
        &rules,
        &[
            (r#"{"vms": ["a"]}"#, r#"{"vms": ["b"]}"#),
            (r#"{"vms": ["b", "c"]}"#, r#"{"vms": ["a", "c"]}"#),
            (r#"{"vms": ["a", "b"]}"#, r#"{"vms": ["b", "a"]}"#),
        ],
    );
}

#[test]
fn a_swap_is_not_applied_again_once_the_companion_says_so() {
    let first = edit(r#"{"vms": ["a"]}"#, &swapped());
    assert_eq!(first.applied, ["1-1", "1-2"]);
    let second = edit_session(&first.bytes.expect("it changed"), &first.applied, &swapped()).expect("a session");
    assert_eq!((second.bytes, second.applied), (None, vec![]));
}

#[test]
fn renames_of_several_passes_are_followed_in_their_order() {
    let chain = [open(rename(1, 1, "a", "b")), open(rename(3, 1, "b", "c"))];
    let rules = rules([
        document("1", "c").once(&["a", "b"]).journal(chain),
        document("2", "a")
            .once(&["z", "b"])
            .journal([open(rename(4, 1, "z", "b")), open(rename(9, 1, "b", "a"))]),
    ]);
    assert_edits(
        &rules,
        &[
            (r#"{"vms":["a","z"]}"#, r#"{"vms":["c","a"]}"#),
            (r#"{"vms":["b"]}"#, r#"{"vms":["c"]}"#),
        ],
    );
}

#[test]
fn a_vm_is_followed_through_names_that_others_bore_too() {
    // "b" was borne by two VMs in the second pass, but this session is known to mean the one that was "a".
    let rules = rules([
        document("1", "c").journal([open(rename(1, 1, "a", "b")), ambiguous(open(rename(2, 1, "b", "c")))]),
        document("2", "b"),
    ]);
    let edit = edit(r#"{"vms":["a"]}"#, &rules);
    assert_eq!(
        (edit.bytes, edit.ambiguous),
        (Some(br#"{"vms":["c"]}"#.to_vec()), false)
    );
}

#[test]
fn a_name_that_passed_to_a_stranger_is_not_handed_over() {
    let orphaned = document("1", "web")
        .orphan(SINCE)
        .journal([open(orphan_event(1, 1, "web"))]);
    let rules = rules([orphaned, document("2", "web")]);
    let moved = r#"{"vms": [], "orphans": [{"name": "web", "since": "01-07-2024: 12:34:00"}]}"#;
    let first = edit(r#"{"vms": ["web"]}"#, &rules);
    assert_eq!(first.bytes.as_deref(), Some(moved.as_bytes()));
    assert!(rules.companion_needed());
    // Later the portal gives this user the stranger, too.
    let both = moved.replace("[]", r#"["web"]"#);
    assert_eq!(
        edit_session(both.as_bytes(), &first.applied, &rules)
            .expect("a session")
            .bytes,
        None
    );
}

#[test]
fn what_nobody_can_know_is_left_and_counted() {
    let entries = |number, new| [ambiguous(open(rename(1, number, "a", new)))];
    let rules = rules([
        document("1", "b").journal(entries(1, "b")),
        document("2", "a").orphan(SINCE),
    ]);
    let left = edit(r#"{"vms":["a"]}"#, &rules);
    assert_eq!((left.bytes, left.ambiguous), (None, true));
    assert!(!edit(r#"{"vms":["b"]}"#, &rules).ambiguous);
    assert_eq!(rules.ambiguous_names(), BTreeSet::from(["a"]));
}

#[test]
fn two_entries_for_one_name_in_one_pass_are_ambiguous_though_nobody_said_so() {
    let rules = rules([
        document("1", "b").journal([open(rename(1, 1, "a", "b"))]),
        document("2", "c").journal([open(rename(1, 2, "a", "c"))]),
    ]);
    let left = edit(r#"{"vms":["a"]}"#, &rules);
    assert_eq!((left.bytes, left.ambiguous), (None, true));
}

#[test]
fn a_scanned_entry_acts_until_its_old_name_is_borne() {
    let renamed = |stage: fn(_) -> _| document("1", "b").journal([stage(rename(1, 1, "a", "b"))]);
    let session = r#"{"vms":["a"]}"#;
    assert_eq!(edited(session, &rules([renamed(scanned)])), r#"{"vms":["b"]}"#);
    assert_eq!(edited(session, &rules([renamed(scanned), document("2", "a")])), session);
    assert_eq!(edited(session, &rules([renamed(closed)])), session);
}

#[test]
fn an_orphan_moves_once_with_the_newest_time() {
    let two = rules([
        document("1", "a").orphan("31-12-2023: 00:00:00"),
        document("2", "a").orphan(SINCE),
        document("3", "a").orphan("never"),
    ]);
    assert_edits(
        &two,
        &[
            (
                r#"{"vms":["a","a"],"orphans":[]}"#,
                r#"{"vms":[],"orphans":[{"name": "a", "since": "01-07-2024: 12:34:00"}]}"#,
            ),
            (
                r#"{"vms":["a"],"orphans":[ {"since":"01-07-2024: 12:34:00","name":"a"} ]}"#,
                r#"{"vms":[],"orphans":[ {"since":"01-07-2024: 12:34:00","name":"a"} ]}"#,
            ),
        ],
    );
}

#[test]
fn lists_that_are_missing_are_made_when_needed() {
    let entry = r#"{"name": "a", "since": "01-07-2024: 12:34:00"}"#;
    let moved = format!("{{\"k\":1, \"vms\":[ ], \"orphans\": [{entry}]\n}}").replace("[ ]", "[]");
    assert_eq!(edited("{\"k\":1, \"vms\":[ \"a\" ]\n}", &orphaned_a()), moved);
    assert_eq!(
        edited(r#"{"vms":["a"],"orphans":null}"#, &orphaned_a()),
        format!(r#"{{"vms":[],"orphans":[{entry}]}}"#)
    );
    let back = rules([document("1", "a").returned(SINCE)]);
    assert_eq!(edited(r#"{"orphans":["a"]}"#, &back), r#"{"orphans":[], "vms": ["a"]}"#);
    for same in ["{}", " { } ", r#"{"vms":null}"#, r#"{"orphans":[]}"#] {
        assert_eq!(edited(same, &orphaned_a()), same);
    }
}

#[test]
fn an_orphan_returns_under_its_present_name() {
    let back = rules([document("1", "new").once(&["a"]).returned(SINCE), document("2", "a")]);
    assert_edits(
        &back,
        &[
            (
                r#"{"vms":["x"],"orphans":[{"name":"a","since":"01-07-2024: 12:34:00"},"q"]}"#,
                r#"{"vms":["x", "new"],"orphans":["q"]}"#,
            ),
            (
                r#"{"vms":["new"],"orphans":[{"name":"a","since":"1-7-2024: 12:34:00"}]}"#,
                r#"{"vms":["new"],"orphans":[]}"#,
            ),
            // Two documents were called so, and neither vanished then.
            (r#"{"vms":[],"orphans":["a"]}"#, r#"{"vms":[],"orphans":["a"]}"#),
            (
                r#"{"vms":[],"orphans":[{"name":"a","since":5}]}"#,
                r#"{"vms":[],"orphans":[{"name":"a","since":5}]}"#,
            ),
        ],
    );
}

#[test]
fn a_stranger_with_an_orphan_s_name_does_not_get_its_sessions() {
    let rules = rules([document("1", "a").orphan(SINCE), document("2", "a")]);
    for same in [
        r#"{"orphans":[{"name":"a","since":"01-07-2024: 12:34:00"}]}"#,
        r#"{"orphans":["a"],"vms":["a"]}"#,
    ] {
        assert_eq!(edited(same, &rules), same);
    }
}

/// No pass came as far as this session while the VM was live between the two periods.
#[test]
fn an_entry_of_an_earlier_orphan_period_returns_too() {
    let entry = r#"{"orphans":[{"name":"a","since":"01-07-2024: 12:34:00"}],"vms":[]}"#;
    let stranger = || document("2", "a");
    let vm = |name: &str| document("1", name).once(&["a"]).formerly("a", SINCE);
    let back = rules([vm("c").returned(LATER), stranger()]);
    assert_eq!(edited(entry, &back), r#"{"orphans":[],"vms":["c"]}"#);
    let gone = rules([vm("a").orphan(LATER), stranger()]);
    assert_eq!(edited(entry, &gone), entry);
    let under_another_name = document("1", "c").once(&["a"]).formerly("b", SINCE).returned(LATER);
    assert_eq!(edited(entry, &rules([under_another_name, stranger()])), entry);
}

#[test]
fn clones_that_vanished_together_return_together() {
    let entry = r#"{"orphans":[{"name":"a","since":"01-07-2024: 12:34:00"}],"vms":[]}"#;
    let one = [document("1", "a").returned(SINCE), document("2", "a").orphan(SINCE)];
    assert_eq!(edited(entry, &rules(one)), entry);
    let both = [document("1", "a").returned(SINCE), document("2", "a").returned(SINCE)];
    assert_eq!(edited(entry, &rules(both)), r#"{"orphans":[],"vms":["a"]}"#);
}

#[test]
fn of_vms_that_vanished_together_the_one_is_meant_that_bore_the_name_then() {
    let entry = r#"{"orphans":[{"name":"a","since":"01-07-2024: 12:34:00"}],"vms":[]}"#;
    let returned = || document("1", "c").once(&["b", "a"]).returned(SINCE);
    let other = || document("2", "b").once(&["a"]);
    assert_eq!(
        edited(entry, &rules([returned(), other().orphan(SINCE)])),
        r#"{"orphans":[],"vms":["c"]}"#
    );
    assert_eq!(edited(entry, &rules([returned(), other().returned(SINCE)])), entry);
    let known = other().returned(SINCE).journal([closed(orphan_event(1, 1, "b"))]);
    assert_eq!(
        edited(entry, &rules([returned(), known])),
        r#"{"orphans":[],"vms":["c"]}"#
    );
}

#[test]
fn an_orphan_period_that_began_and_ended_between_scans_leaves_the_session() {
    let journal = [open(orphan_event(1, 1, "a"))];
    let same = rules([document("1", "a").returned(SINCE).journal(journal.clone())]);
    assert_eq!(edit(r#"{"vms":["a"]}"#, &same).bytes, None);
    let renamed = rules([document("1", "b").returned(SINCE).journal(journal.clone())]);
    assert_eq!(edited(r#"{"vms":["a"]}"#, &renamed), r#"{"vms":["b"]}"#);
    let again = [journal[0].clone(), open(orphan_event_at(3, 1, "b", LATER))];
    let gone = rules([document("1", "b").orphan(LATER).journal(again)]);
    let moved = r#"{"vms":[], "orphans": [{"name": "b", "since": "02-07-2024: 01:00:00"}]}"#;
    assert_eq!(edited(r#"{"vms":["a"]}"#, &gone), moved);
}

#[test]
fn a_scope_lets_only_its_documents_act() {
    let records = [
        document("1", "b").journal([open(rename(1, 1, "a", "b"))]).record(),
        document("2", "y").journal([open(rename(1, 2, "x", "y"))]).record(),
        document("3", "o").orphan(SINCE).record(),
    ];
    let scope = BTreeSet::from([DocumentId("1".to_owned())]);
    let rules = SessionRules::build(&records, Some(&scope));
    let edit = edit(r#"{"vms":["a","x","o"]}"#, &rules);
    assert_eq!(edit.bytes.as_deref(), Some(br#"{"vms":["b","x","o"]}"#.as_slice()));
    assert_eq!(edit.applied, ["1-1"]);
}

#[test]
fn a_scope_does_not_tear_a_swap_apart() {
    let records = [
        document("1", "b").journal([open(rename(1, 1, "a", "b"))]).record(),
        document("2", "a").journal([open(rename(1, 2, "b", "a"))]).record(),
    ];
    let rules = SessionRules::build(&records, Some(&BTreeSet::from([DocumentId("2".to_owned())])));
    assert_eq!(edited(r#"{"vms":["a","b"]}"#, &rules), r#"{"vms":["b","a"]}"#);
}

#[test]
fn a_scope_takes_in_the_heir_of_a_name_but_no_other_orphan() {
    let records = [
        document("1", "c").journal([open(rename(1, 1, "b", "c"))]).record(),
        document("2", "b").journal([open(rename(1, 2, "x", "b"))]).record(),
        document("3", "o").returned(SINCE).record(),
    ];
    let scope = |id: &str| SessionRules::build(&records, Some(&BTreeSet::from([DocumentId(id.to_owned())])));
    let before = r#"{"vms":["x","b"],"orphans":["o"]}"#;
    assert_eq!(edited(before, &scope("1")), r#"{"vms":["b","c"],"orphans":["o"]}"#);
    assert_eq!(edited(before, &scope("3")), r#"{"vms":["x","b","o"],"orphans":[]}"#);
}

#[test]
fn what_is_no_session_is_refused() {
    let rules = renamed_a_to_b();
    let refusal = |bytes: &[u8]| edit_session(bytes, &[], &rules).expect_err("it is no session");
    for bytes in [
        "",
        "[]",
        "7",
        "\"a\"",
        "null",
        "{",
        "{}x",
        "{\"a\":1,}",
        "{1:2}",
        "{'a':1}",
        "\u{feff}\u{feff}{}",
    ] {
        assert_eq!(refusal(bytes.as_bytes()), NotASession::NotAnObject, "{bytes}");
    }
    assert_eq!(refusal(b"{\"a\":\"\xff\"}"), NotASession::NotAnObject);
    assert_eq!(refusal(br#"{"vms":{}}"#), NotASession::NotAList);
    assert_eq!(refusal(br#"{"vms":[],"orphans":"a"}"#), NotASession::NotAList);
}

#[test]
fn length_and_depth_have_caps() {
    let rules = renamed_a_to_b();
    let long = |length: usize| format!("{{\"k\":\"{}\"}}", "x".repeat(length - 8));
    assert!(edit_session(long(MAX_SESSION_BYTES).as_bytes(), &[], &rules).is_ok());
    assert_eq!(
        edit_session(long(MAX_SESSION_BYTES + 1).as_bytes(), &[], &rules),
        Err(NotASession::TooLong)
    );
    let deep = |depth: usize| {
        format!(
            "{{\"k\":{}{}, \"s\":\"[\\\"[[\"}}",
            "[".repeat(depth - 1),
            "]".repeat(depth - 1)
        )
    };
    assert!(edit_session(deep(MAX_DEPTH).as_bytes(), &[], &rules).is_ok());
    assert_eq!(
        edit_session(deep(MAX_DEPTH + 1).as_bytes(), &[], &rules),
        Err(NotASession::TooDeep)
    );
}

#[test]
fn brackets_in_texts_are_no_depth() {
    assert_eq!(MAX_SESSION_BYTES, 1 << 20, "a contract");
    let many = "[{".repeat(MAX_DEPTH);
    for text in [many.clone(), format!("\\\"{many}"), format!("\\\\\\\"{many}")] {
        let session = format!("{{\"note\":\"{text}\",\"vms\":[],\"orphans\":[]}}");
        assert!(edit_session(session.as_bytes(), &[], &rules([])).is_ok(), "{session}");
    }
    let closed = format!("{{\"note\":\"\\\\\",\"deep\":{many}");
    assert_eq!(
        edit_session(closed.as_bytes(), &[], &rules([])),
        Err(NotASession::TooDeep)
    );
    // One after the other they are no depth either; a bracket in a text ends none, and a backslash outside hides none.
    let flat = format!("{{\"vms\":[],\"orphans\":[],\"k\":[{}[]]}}", "[],{},".repeat(MAX_DEPTH));
    assert!(edit_session(flat.as_bytes(), &[], &rules([])).is_ok());
    for level in ["[\"]}\",", "\\[", "{\"]\":"] {
        let deep = format!("{{\"k\":{}", level.repeat(MAX_DEPTH + 1));
        let refused = edit_session(deep.as_bytes(), &[], &rules([]));
        assert_eq!(refused, Err(NotASession::TooDeep), "{level}");
    }
}

#[test]
fn a_name_goes_as_far_as_the_journal_tells_and_no_further() {
    let rules = rules([document("1", "c")
        .once(&["a", "b"])
        .journal([open(rename(1, 1, "a", "b"))])]);
    assert_edits(
        &rules,
        &[(r#"{"vms":["a"],"orphans":[]}"#, r#"{"vms":["b"],"orphans":[]}"#)],
    );
}

#[test]
fn a_session_that_does_not_change_has_nothing_to_remember() {
    let rules = renamed_a_to_b();
    let remembered = |session: &str| {
        let edit = edit_session(session.as_bytes(), &[], &rules).expect("a session");
        (edit.bytes.is_some(), edit.applied.len())
    };
    assert_eq!(remembered(r#"{"vms":["other"],"orphans":[]}"#), (false, 0));
    assert_eq!(remembered(r#"{"vms":["a"],"orphans":[]}"#), (true, 1));
}
