use bson::{Bson, RawDocumentBuf, doc};

use super::*;
use crate::plan::record::DocumentId;

const MARK: &str = "run#1";

fn update(expected: Option<i64>) -> Statement {
    Statement {
        body: RawDocumentBuf::new(),
        id: Bson::Int32(1),
        key: DocumentId("1".into()),
        expected,
        sort: Sort::Update,
    }
}

fn insert() -> Statement {
    Statement {
        sort: Sort::Insert,
        ..update(None)
    }
}

fn seen(rev: impl Into<Option<i64>>, pass: &str) -> Seen {
    Seen {
        rev: rev.into(),
        pass: Some(pass.to_owned()),
    }
}

fn is_applied(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Settled(WriteOutcome::Applied { .. }))
}

const CONTENDED: Verdict = Verdict::Settled(WriteOutcome::Contended);

#[test]
fn a_reply_without_gaps_settles_everything() {
    let reply = Reply::parse(&doc! { "ok": 1.0, "n": 2, "nModified": 2 });
    let (a, b) = (update(Some(1)), update(None));
    assert!(reply.judge(&[&a, &b]).iter().all(is_applied));
}

#[test]
fn a_short_count_calls_for_a_second_look_except_at_inserts_that_were_made() {
    let reply = Reply::parse(&doc! { "n": 1, "upserted": [{ "index": 1, "_id": 1 }] });
    let verdicts = reply.judge(&[&update(Some(1)), &insert()]);
    assert_eq!(verdicts[0], Verdict::Look);
    assert!(is_applied(&verdicts[1]));
}

#[test]
fn an_upsert_that_meets_its_own_key_is_told_from_other_errors() {
    let met = doc! { "index": 0, "code": 11000, "keyPattern": { "_id": 1 }, "errmsg": "E11000 duplicate" };
    let other = doc! { "index": 1, "code": 121, "errmsg": "Document failed validation" };
    let reply = |matched: i32, errors: &[&Document]| {
        let errors: Vec<Document> = errors.iter().map(|error| (*error).clone()).collect();
        Reply::parse(&doc! { "n": matched, "writeErrors": errors })
    };
    assert!(reply(1, &[&met]).met_own_keys(2) && reply(2, &[]).met_own_keys(2));
    assert!(!reply(0, &[&met, &other]).met_own_keys(2));
    assert!(!reply(0, &[&met]).met_own_keys(2), "a statement without an answer");
}

#[test]
fn errors_of_single_statements_are_told_apart() {
    let reply = Reply::parse(&doc! { "n": 1, "writeErrors": [
        { "index": 0, "code": 11000, "keyPattern": { "instance_uuid": 1 }, "errmsg": "E11000 duplicate" },
        { "index": 1, "code": 11000, "keyPattern": { "_id": 1 }, "errmsg": "E11000 duplicate" },
        { "index": 2, "code": 121, "errmsg": "Document failed\nvalidation" },
        { "index": 3, "code": 11602, "errmsg": "interrupted" },
        { "index": 5, "code": 121, "keyPattern": { "_id": 1 }, "errmsg": "no duplicate" },
    ] });
    let one = update(Some(1));
    let verdicts = reply.judge(&[&one, &one, &one, &one, &one, &one]);
    assert_eq!(
        verdicts[0],
        failed("another document has the same instance_uuid".into())
    );
    assert_eq!(verdicts[1], Verdict::Look);
    assert_eq!(verdicts[2], failed("Document failed validation".into()));
    assert_eq!(verdicts[3], Verdict::Retry);
    assert!(is_applied(&verdicts[4]));
    assert_eq!(verdicts[5], failed("no duplicate".into()));
}

#[test]
fn a_write_concern_error_leaves_nothing_settled() {
    let reply = Reply::parse(
        &doc! { "n": 1, "writeConcernError": { "code": 64, "errmsg": "timed out" },
        "upserted": [{ "index": 0, "_id": 1 }] },
    );
    assert_eq!(reply.concern_error.as_deref(), Some("timed out"));
    assert_eq!(reply.judge(&[&insert()]), [Verdict::Look]);
}

#[test]
fn a_reply_of_another_shape_does_no_harm() {
    let reply = Reply::parse(&doc! { "n": "x", "writeErrors": [1, {}], "upserted": 3 });
    assert_eq!(reply.judge(&[&update(None)]), [Verdict::Look]);
    assert_eq!(Reply::parse(&doc! { "n": 1.0 }).matched, 1);
    assert_eq!(Reply::parse(&doc! { "n": 2_i64 }).matched, 2);
    assert_eq!(Reply::parse(&doc! { "n": -1_i64 }).matched, 0);
}

#[test]
fn a_second_look_finds_our_own_write_by_rev_and_mark() {
    for ground in [Ground::Answered, Ground::AnsweredAtLast, Ground::Lost] {
        assert!(is_applied(&judge(&update(Some(4)), Some(&seen(5, MARK)), MARK, ground)));
        assert!(is_applied(&judge(&update(None), Some(&seen(1, MARK)), MARK, ground)));
        assert!(is_applied(&judge(&insert(), Some(&seen(3, "later#1")), MARK, ground)));
        assert_eq!(
            judge(&update(Some(4)), Some(&seen(5, "run#0")), MARK, ground),
            CONTENDED
        );
        assert_eq!(judge(&update(Some(4)), Some(&seen(3, MARK)), MARK, ground), CONTENDED);
        assert_eq!(
            judge(&update(Some(4)), Some(&Seen { rev: None, pass: None }), MARK, ground),
            CONTENDED
        );
        assert_eq!(judge(&update(Some(4)), None, MARK, ground), CONTENDED);
    }
}

#[test]
fn a_document_that_was_written_twice_since_is_unknown_once_a_reply_was_lost() {
    let judge = |ground| judge(&update(Some(4)), Some(&seen(6, "later#1")), MARK, ground);
    assert_eq!(judge(Ground::Answered), CONTENDED);
    for ground in [Ground::AnsweredAtLast, Ground::Lost] {
        assert!(matches!(judge(ground), Verdict::Settled(WriteOutcome::Unknown { .. })));
    }
}

#[test]
fn an_untouched_document_is_contended_after_a_reply_and_open_without_one() {
    for (statement, seen) in [(update(Some(4)), Some(seen(4, "old#1"))), (insert(), None)] {
        assert_eq!(judge(&statement, seen.as_ref(), MARK, Ground::Answered), CONTENDED);
        assert_eq!(judge(&statement, seen.as_ref(), MARK, Ground::Lost), Verdict::Retry);
    }
}

#[test]
fn what_only_the_primary_has_is_unknown() {
    let (statement, ours, before) = (update(Some(4)), seen(5, MARK), seen(4, "old#1"));
    let judge = |own, majority| judge_concern(&statement, own, majority, MARK, Ground::Answered);
    assert!(is_applied(&judge(Some(&ours), Some(&ours))));
    assert!(matches!(
        judge(Some(&ours), Some(&before)),
        Verdict::Settled(WriteOutcome::Unknown { .. })
    ));
    assert_eq!(judge(Some(&before), Some(&before)), CONTENDED);
}

#[test]
fn a_refresh_tells_how_many_it_reached_or_why_it_did_not() {
    let refreshed = |reply: bson::Document| Reply::parse(&reply).refreshed();
    assert_eq!(refreshed(doc! { "ok": 1.0, "n": 7, "nModified": 3 }), Ok(7));
    let refused = doc! { "ok": 1.0, "n": 0, "writeErrors": [{ "index": 0, "code": 14, "errmsg": "no" }] };
    assert!(refreshed(refused).is_err());
    let not_durable = doc! { "ok": 1.0, "n": 7, "writeConcernError": { "code": 64, "errmsg": "timed out" } };
    assert!(refreshed(not_durable).is_err());
}
