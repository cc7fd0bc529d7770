use std::collections::BTreeSet;

use super::fleet::{Fleet, entry, now, record};
use crate::notify::{Service, Verdict, build_posts};
use crate::plan::journal::{Delivery, JournalEvent, SessionStage};
use crate::plan::record::DocumentId;

fn abc() -> Fleet {
    Fleet::new(&["A", "B", "C"])
}

#[test]
fn bodies_and_keys_are_what_the_services_expect() {
    let mut fleet = abc();
    fleet.rename(7, &[(0, "X\"1"), (1, "Y")]);
    let posts = fleet.posts();
    let group = &posts.group[0].posts[0];
    assert_eq!(
        group.body,
        r#"{"vms":[{"old_name":"A","new_name":"X\"1"},{"old_name":"B","new_name":"Y"}]}"#
    );
    assert!(
        group.idempotency_key.starts_with("vmsync-group-7-"),
        "{}",
        group.idempotency_key
    );
    let auth = &posts.auth[0].posts[0];
    assert_eq!(auth.body, r#"{"name":"A","new_name":"X\"1"}"#);
    assert!(
        auth.idempotency_key.starts_with("vmsync-7-1-"),
        "{}",
        auth.idempotency_key
    );
}

#[test]
fn a_batch_is_in_the_order_of_numbers() {
    let mut fleet = Fleet(Vec::new());
    for number in [10, 9, 2] {
        let mut vm = record(number, &format!("new{number}"));
        vm.fields
            .journal
            .push(entry(1, number, &format!("old{number}"), &format!("new{number}")));
        fleet.0.push(vm);
    }
    assert_eq!(fleet.group(), ["old2>new2 old9>new9 old10>new10"]);
}

#[test]
fn a_swap_goes_through_a_temporary_name_in_one_batch() {
    let mut fleet = abc();
    fleet.rename(1, &[(0, "B"), (1, "A")]);
    assert_eq!(fleet.group(), ["A>B B>A"]);
    assert_eq!(fleet.auth(), ["A>A~vmsync~1", "B>A", "A~vmsync~1>B"]);
    let keys: BTreeSet<String> = fleet.posts().auth[0]
        .posts
        .iter()
        .map(|post| post.idempotency_key.clone())
        .collect();
    assert_eq!(keys.len(), 3);
}

#[test]
fn a_temporary_name_that_a_vm_bears_is_not_used() {
    let mut fleet = Fleet::new(&["A", "B", "A~vmsync~1"]);
    fleet.rename(1, &[(0, "B"), (1, "A")]);
    let expected = ["A>A~vmsync~2", "B>A", "A~vmsync~2>B"];
    assert_eq!(fleet.auth(), expected);
    // Neither that it is left nor that another one is taken later moves the choice.
    fleet.rename(2, &[(2, "A~vmsync~2")]);
    assert_eq!(fleet.auth()[..3], expected);
    assert_eq!(fleet.posts().auth[1].after, BTreeSet::from([0]));
}

#[test]
fn a_temporary_name_that_a_vm_got_earlier_is_not_used() {
    let mut fleet = abc();
    fleet.rename(1, &[(2, "A~vmsync~1")]);
    fleet.rename(2, &[(0, "B"), (1, "A")]);
    assert_eq!(fleet.auth(), ["C>A~vmsync~1", "A>A~vmsync~2", "B>A", "A~vmsync~2>B"]);
}

#[test]
fn a_rename_that_was_set_aside_comes_home_also_without_the_rest_of_its_cycle() {
    let mut fleet = abc();
    fleet.rename(1, &[(0, "B"), (1, "A")]);
    fleet.set(
        "1-1",
        Service::Auth,
        Delivery::Pending {
            accepted: 1,
            refused: 0,
            refused_at: None,
        },
    );
    fleet.0.remove(1);
    assert_eq!(fleet.auth(), ["A~vmsync~1>B"]);
}

#[test]
fn a_later_pass_goes_on_in_the_middle_of_a_cycle() {
    let mut fleet = abc();
    fleet.rename(1, &[(0, "B"), (1, "C"), (2, "A")]);
    let first = fleet.posts();
    let all = first.auth[0].posts.clone();
    assert_eq!(fleet.auth(), ["A>A~vmsync~1", "C>A", "B>C", "A~vmsync~1>B"]);
    for (done, post) in all.iter().enumerate() {
        let again: Vec<_> = fleet.posts().auth[0]
            .posts
            .iter()
            .map(|post| (&post.body, &post.idempotency_key))
            .cloned_pairs();
        let expected: Vec<_> = all[done..]
            .iter()
            .map(|post| (&post.body, &post.idempotency_key))
            .cloned_pairs();
        assert_eq!(again, expected);
        fleet.record(post, Verdict::Accepted);
    }
    assert!(fleet.posts().auth.is_empty());
}

trait ClonedPairs {
    fn cloned_pairs(self) -> Vec<(String, String)>;
}

impl<'a, I: Iterator<Item = (&'a String, &'a String)>> ClonedPairs for I {
    fn cloned_pairs(self) -> Vec<(String, String)> {
        self.map(|(body, key)| (body.clone(), key.clone())).collect()
    }
}

#[test]
fn redelivery_has_the_same_bytes_and_the_same_key() {
    let mut fleet = abc();
    fleet.rename(1, &[(0, "X"), (1, "Y")]);
    let before = fleet.posts().group[0].posts[0].clone();
    // A pass that died while it recorded the acceptance.
    fleet.set("1-1", Service::Group, Delivery::Done);
    let after = fleet.posts().group[0].posts[0].clone();
    assert_eq!(
        (&before.body, &before.idempotency_key),
        (&after.body, &after.idempotency_key)
    );
    let open: Vec<&str> = after.marks.iter().map(|mark| mark.entry.entry.as_str()).collect();
    assert_eq!(open, ["1-2"]);
}

#[test]
fn other_bytes_never_come_with_the_same_key() {
    let mut fleet = abc();
    fleet.rename(1, &[(0, "X")]);
    let one = fleet.posts();
    fleet.0[1].fields.journal.push(entry(1, 2, "B", "Y"));
    let two = fleet.posts();
    assert_ne!(
        one.group[0].posts[0].idempotency_key,
        two.group[0].posts[0].idempotency_key
    );
    assert_eq!(
        one.auth[0].posts[0].idempotency_key,
        two.auth[0].posts[0].idempotency_key
    );
}

#[test]
fn newer_ones_wait_if_they_share_a_vm_or_a_name() {
    let mut fleet = Fleet::new(&["A", "B", "C", "D"]);
    fleet.rename(1, &[(0, "A1")]);
    fleet.rename(2, &[(1, "A")]);
    fleet.rename(3, &[(0, "A2"), (2, "C1")]);
    let posts = fleet.posts();
    let after = |chains: &[crate::notify::Chain]| chains.iter().map(|chain| chain.after.clone()).collect::<Vec<_>>();
    assert_eq!(after(&posts.group), [[].into(), [0].into(), [0].into()]);
    assert_eq!(after(&posts.auth), [[].into(), [0].into(), [0].into(), [].into()]);
}

#[test]
fn nothing_is_sent_before_all_sessions_are_brought() {
    let mut fleet = Fleet::new(&["A", "B", "C"]);
    fleet.rename(1, &[(0, "B"), (1, "A"), (2, "D")]);
    fleet.entry("1-2").sessions = SessionStage::Open;
    assert!(fleet.group().is_empty());
    assert_eq!(fleet.auth(), ["C>D"]);
    assert!(fleet.posts().auth[0].held);
    fleet.entry("1-2").sessions = SessionStage::Closed;
    assert_eq!((fleet.group().len(), fleet.auth().len()), (1, 4));
}

#[test]
fn orphans_and_services_that_were_not_there_are_not_told() {
    let mut fleet = abc();
    fleet.rename(1, &[(0, "X"), (1, "Y")]);
    fleet.set("1-1", Service::Group, Delivery::None);
    fleet.entry("1-2").event = JournalEvent::Orphan {
        old: "B".to_owned(),
        since: "now".to_owned(),
    };
    assert!(fleet.group().is_empty());
    assert_eq!(fleet.auth(), ["A>X"]);
}

#[test]
fn a_scope_takes_whole_batches_whole_cycles_and_what_they_wait_for() {
    let mut fleet = Fleet::new(&["A", "B", "C", "D"]);
    fleet.rename(1, &[(3, "D1")]);
    fleet.rename(2, &[(0, "B"), (1, "A"), (2, "C1")]);
    fleet.rename(3, &[(2, "D")]);
    let scoped = |vm: usize| build_posts(&fleet.0, Some(&BTreeSet::from([DocumentId(format!("vm{vm}"))])), now());
    let ids = |chains: &[crate::notify::Chain]| chains.iter().map(|chain| chain.id).collect::<Vec<_>>();
    assert_eq!((ids(&scoped(0).group), ids(&scoped(0).auth)), (vec![1], vec![1]));
    assert_eq!(scoped(0).auth[0].posts.len(), 3);
    assert_eq!(
        (ids(&scoped(2).group), ids(&scoped(2).auth)),
        (vec![0, 1, 2], vec![0, 2, 3])
    );
}

#[test]
fn the_order_of_documents_does_not_matter() {
    let mut fleet = abc();
    fleet.rename(1, &[(0, "B"), (1, "A"), (2, "D")]);
    fleet.rename(2, &[(0, "C")]);
    let posts = fleet.posts();
    fleet.0.reverse();
    assert_eq!(fleet.posts(), posts);
}
