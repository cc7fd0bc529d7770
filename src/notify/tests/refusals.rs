use jiff::{SignedDuration, Timestamp};

use super::fleet::{Fleet, arrow, now};
use crate::notify::walk::{Settled, Standing, Walk};
use crate::notify::{Service, Verdict, build_posts};
use crate::plan::journal::Delivery;

fn refused(refused: u32, hours_ago: i64) -> Delivery {
    let at = now() - SignedDuration::from_hours(hours_ago);
    Delivery::Pending {
        accepted: 0,
        refused,
        refused_at: Some(at.to_string()),
    }
}

#[test]
fn a_rejected_rename_is_tried_once_a_day() {
    let mut fleet = Fleet::new(&["A"]);
    fleet.rename(1, &[(0, "B")]);
    for (delivery, posts) in [
        (refused(2, 0), 1),
        (refused(3, 0), 0),
        (refused(3, 23), 0),
        (refused(3, 24), 1),
        (refused(9, 30), 1),
    ] {
        for service in [Service::Group, Service::Auth] {
            fleet.set("1-1", service, delivery.clone());
            let sent: usize = fleet.posts().of(service).iter().map(|chain| chain.posts.len()).sum();
            assert_eq!(sent, posts, "{delivery:?}");
        }
    }
    fleet.set(
        "1-1",
        Service::Auth,
        Delivery::Pending {
            accepted: 0,
            refused: 3,
            refused_at: Some("soon".to_owned()),
        },
    );
    assert_eq!(fleet.auth(), ["A>B"]);
}

#[test]
fn three_passes_of_refusals_then_the_newer_ones_go() {
    let mut fleet = Fleet::new(&["A", "C"]);
    fleet.rename(1, &[(0, "B")]);
    fleet.rename(2, &[(1, "A")]);
    let mut sent_in = Vec::new();
    for _ in 0..4 {
        sent_in.push(pass_that_refuses(&mut fleet, "A>B", now()));
    }
    assert_eq!(sent_in, [vec!["A>B"], vec!["A>B"], vec!["A>B", "C>A"], vec![]]);
    let posts = fleet.posts();
    assert_eq!(
        (
            posts.auth.len(),
            posts.auth[0].pending.len(),
            posts.auth[0].rejected.len()
        ),
        (1, 0, 1)
    );
}

/// Refuses one rename and accepts all others, as the auth service.
fn pass_that_refuses(fleet: &mut Fleet, rename: &str, at: Timestamp) -> Vec<String> {
    let posts = build_posts(&fleet.0, None, at);
    let mut walk = Walk::new(&posts.auth);
    let mut sent = Vec::new();
    while let Some(post) = walk.next() {
        sent.push(arrow(post));
        let is_refused = arrow(post) == rename;
        fleet.record(
            post,
            if is_refused {
                Verdict::Refused { at }
            } else {
                Verdict::Accepted
            },
        );
        walk.settle(if is_refused {
            Settled::Refused
        } else {
            Settled::Accepted
        });
    }
    sent
}

#[test]
fn a_rejected_rename_is_not_tried_when_it_would_take_the_rights_of_another() {
    let mut fleet = Fleet::new(&["A", "C"]);
    fleet.rename(1, &[(0, "B")]);
    fleet.rename(2, &[(1, "A")]);
    fleet.set("1-1", Service::Auth, refused(3, 48));
    // C>A is not told yet: A still means the first VM.
    assert_eq!(fleet.auth(), ["A>B", "C>A"]);
    fleet.set("2-1", Service::Auth, Delivery::Done);
    assert!(fleet.auth().is_empty());
    // The bearer has gone again.
    fleet.0[1].fields.orphan = true;
    assert_eq!(fleet.auth(), ["A>B"]);
}

#[test]
fn a_rejected_rename_is_not_tried_when_a_newer_one_of_its_vm_was_told() {
    let mut fleet = Fleet::new(&["A"]);
    fleet.rename(1, &[(0, "B")]);
    fleet.rename(2, &[(0, "C")]);
    fleet.set("1-1", Service::Auth, refused(3, 48));
    assert_eq!(fleet.auth(), ["A>B", "B>C"]);
    fleet.set("2-1", Service::Auth, Delivery::Done);
    assert!(fleet.auth().is_empty());
    assert_eq!(fleet.posts().auth[0].rejected.len(), 1);
}

#[test]
fn a_rejected_swap_in_one_batch_is_tried_again() {
    let mut fleet = Fleet::new(&["A", "B"]);
    fleet.rename(1, &[(0, "B"), (1, "A")]);
    fleet.set("1-1", Service::Group, refused(3, 25));
    fleet.set("1-2", Service::Group, refused(3, 25));
    assert_eq!(fleet.group(), ["A>B B>A"]);
}

#[test]
fn the_second_half_is_not_tried_when_the_first_is_rejected() {
    let mut fleet = Fleet::new(&["A", "B"]);
    fleet.rename(1, &[(0, "B"), (1, "A")]);
    fleet.set("1-1", Service::Auth, refused(2, 1));
    assert_eq!(
        pass_that_refuses(&mut fleet, "A>A~vmsync~1", now()),
        ["A>A~vmsync~1", "B>A"]
    );
}

#[test]
fn a_rejected_rename_that_fails_otherwise_stays_rejected_and_blocks_nothing() {
    let mut fleet = Fleet::new(&["A", "C"]);
    fleet.rename(1, &[(0, "B")]);
    fleet.rename(2, &[(1, "A")]);
    fleet.set("1-1", Service::Auth, refused(3, 25));
    let posts = fleet.posts();
    let mut walk = Walk::new(&posts.auth);
    assert_eq!(walk.next().map(arrow).as_deref(), Some("A>B"));
    walk.settle(Settled::Failed);
    assert_eq!(walk.next().map(arrow).as_deref(), Some("C>A"));
    walk.settle(Settled::Failed);
    assert!(walk.next().is_none());
    let standing: Vec<Standing> = walk.standing().into_values().collect();
    assert_eq!(standing, [Standing::Rejected, Standing::Pending]);
}

#[test]
fn refusals_of_the_first_half_do_not_count_for_the_second() {
    let mut fleet = Fleet::new(&["A", "B"]);
    fleet.rename(1, &[(0, "B"), (1, "A")]);
    fleet.set("1-1", Service::Auth, refused(2, 1));
    let refusals: Vec<u32> = fleet.posts().auth[0].posts.iter().map(|post| post.refused).collect();
    assert_eq!(refusals, [2, 0, 0]);
}
