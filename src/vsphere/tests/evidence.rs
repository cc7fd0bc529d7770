//! When a listing is complete, and when it is not.

use super::script::{FIRST, NEXT};
use super::*;

#[tokio::test]
async fn one_page_costs_six_calls_with_the_session() {
    let (mut session, script) = open(vec![Step::view(), Step::page(FIRST, None, &["vm-2", "vm-1"])]).await;
    let listing = hear(&mut session, SPECS).await;
    assert!(listing.completeness.is_complete() && listing.reachable);
    assert_eq!(ids(&listing), ["vm-1", "vm-2"]);
    assert_eq!((listing.stats.soap_calls, listing.stats.pages), (3, 1));
    assert_eq!(session.logout().await.soap_calls, 6);
    let calls = [
        "RetrieveServiceContent",
        "Login",
        "CreateContainerView",
        FIRST,
        "DestroyView",
        "Logout",
    ];
    assert_eq!(script.calls(), calls);
}

#[tokio::test]
async fn every_page_is_fetched_whatever_its_token() {
    let steps = vec![
        Step::view(),
        Step::page(FIRST, Some("0"), &["vm-1"]),
        Step::page(NEXT, Some(""), &["vm-2"]),
        Step::page(NEXT, None, &["vm-3", "vm-1"]),
    ];
    let (listing, calls) = list(steps).await;
    assert!(listing.completeness.is_complete());
    assert_eq!(ids(&listing), ["vm-1", "vm-2", "vm-3"], "once each");
    assert_eq!(calls, ["CreateContainerView", FIRST, NEXT, NEXT, "DestroyView"]);
}

#[tokio::test]
async fn an_empty_answer_counts_once_the_session_is_proved_alive() {
    let (listing, _) = list(vec![Step::view(), Step::done(FIRST), Step::alive("k1")]).await;
    assert!(listing.completeness.is_complete() && listing.objects.is_empty());
    let pages = [
        Step::page(FIRST, Some("0"), &["vm-1"]),
        Step::done(NEXT),
        Step::alive("k1"),
    ];
    let (listing, _) = list([vec![Step::view()], pages.to_vec()].concat()).await;
    assert!(listing.completeness.is_complete());
}

#[tokio::test]
async fn an_empty_answer_without_a_proof_is_not_believed() {
    for proof in [
        Step::alive("another"),
        Step::done(FIRST),
        Step::fault(FIRST, "NotAuthenticated"),
    ] {
        let again = [Step::login("k2"), Step::view(), Step::page(FIRST, None, &["vm-1"])];
        let (listing, _) = list([vec![Step::view(), Step::done(FIRST), proof], again.to_vec()].concat()).await;
        assert!(listing.completeness.is_complete());
        assert_eq!(ids(&listing), ["vm-1"]);
    }
    let silent = ExchangeError::TimedOut {
        after: Duration::from_secs(30),
        connected: true,
    };
    let (listing, _) = list(vec![Step::view(), Step::done(FIRST), Step::error(FIRST, silent)]).await;
    assert!(matches!(reason(&listing), IncompleteReason::Call(_)));
}

#[tokio::test]
async fn pages_that_are_refused_leave_what_arrived() {
    let steps = vec![
        Step::view(),
        Step::page(FIRST, Some("0"), &["vm-1"]),
        Step::fault(NEXT, "NoPermission"),
    ];
    let (listing, _) = list(steps).await;
    assert_eq!(reason(&listing), &IncompleteReason::PagesRefused);
    assert!(reason(&listing).to_string().contains("\nhint: "));
    assert_eq!(ids(&listing), ["vm-1"]);
}

#[tokio::test]
async fn a_page_that_is_cut_or_garbage_leaves_what_arrived() {
    let mut cut = Step::page(NEXT, None, &["vm-2", "vm-3"]);
    cut.answer = cut
        .answer
        .map(|answer| answer.map(|text| text[..text.len() - 60].to_owned()));
    for last in [cut, Step::new(NEXT, "<html/>"), Step::done(FIRST)] {
        let last = Step { method: NEXT, ..last };
        let (listing, _) = list(vec![Step::view(), Step::page(FIRST, Some("0"), &["vm-1"]), last]).await;
        assert!(
            matches!(reason(&listing), IncompleteReason::Call(_)),
            "{:?}",
            reason(&listing)
        );
        assert_eq!(ids(&listing), ["vm-1"]);
    }
}

#[tokio::test]
async fn a_token_that_comes_twice_ends_it() {
    let steps = vec![
        Step::view(),
        Step::page(FIRST, Some("0"), &["vm-1"]),
        Step::page(NEXT, Some("0"), &["vm-2"]),
    ];
    let (listing, _) = list(steps).await;
    assert_eq!(reason(&listing), &IncompleteReason::TokenRepeated);
    assert_eq!(ids(&listing), ["vm-1", "vm-2"]);
}

#[tokio::test]
async fn every_bound_holds() {
    let bounds = Bounds {
        objects: 2,
        pages: 2,
        ..Bounds::default()
    };
    let two = [
        Step::view(),
        Step::page(FIRST, Some("0"), &["vm-1"]),
        Step::page(NEXT, None, &["vm-2"]),
    ];
    let (mut session, _) = open(two.to_vec()).await;
    session.set_bounds(bounds);
    assert!(hear(&mut session, SPECS).await.completeness.is_complete());

    let cancel = "CancelRetrievePropertiesEx";
    let (mut session, script) = open(vec![
        Step::view(),
        Step::page(FIRST, Some("0"), &["a", "b", "c"]),
        Step::hanging(NEXT),
        Step::done(cancel),
    ])
    .await;
    session.set_bounds(bounds);
    let listing = hear(&mut session, SPECS).await;
    assert_eq!(
        reason(&listing),
        &IncompleteReason::TooMuch {
            what: "objects",
            limit: 2
        }
    );
    assert!(script.calls().contains(&cancel), "the server need not keep the pages");

    let fewer = [
        ("pages", Bounds { pages: 1, ..bounds }),
        ("bytes", Bounds { bytes: 1, ..bounds }),
    ];
    for (what, bounds) in fewer {
        let (mut session, _) = open([two.to_vec(), vec![Step::done(cancel)]].concat()).await;
        session.set_bounds(bounds);
        let listing = hear(&mut session, SPECS).await;
        assert_eq!(reason(&listing), &IncompleteReason::TooMuch { what, limit: 1 });
    }
}

#[tokio::test]
async fn values_are_counted_however_deep_they_lie() {
    let deep = Step::new(
        FIRST,
        r#"<RetrievePropertiesExResponse xmlns="urn:vim25"><returnval><objects><obj type="VirtualMachine">vm-1</obj><propSet><name>name</name><val xsi:type="ArrayOfX"><x><y>1</y><y>2</y></x></val></propSet></objects></returnval></RetrievePropertiesExResponse>"#,
    );
    for (values, complete) in [(4, true), (3, false)] {
        let (mut session, _) = open(vec![Step::view(), deep.clone()]).await;
        session.set_bounds(Bounds {
            values,
            ..Bounds::default()
        });
        assert_eq!(hear(&mut session, SPECS).await.completeness.is_complete(), complete);
    }
}

#[tokio::test]
async fn a_missing_permission_is_no_sign_of_an_expired_session() {
    let (listing, _) = list(vec![Step::view(), Step::missing(FIRST, "NoPermission")]).await;
    assert!(listing.completeness.is_complete());
    assert_eq!(listing.objects[0].missing("name"), Some(&FaultKind::NoPermission));
}

#[tokio::test]
async fn a_dropped_listing_leaves_what_arrived_and_can_log_out() {
    let steps = vec![
        Step::view(),
        Step::page(FIRST, Some("0"), &["vm-1"]),
        Step::hanging(NEXT),
    ];
    let (mut session, script) = open(steps).await;
    let mut kept = Kept::default();
    let cut = tokio::time::timeout(Duration::from_millis(50), session.list(SPECS, &mut kept, &|_| ())).await;
    assert!(cut.is_err());
    let listing = session.interrupted_listing().expect("it was cut off");
    assert_eq!(reason(&listing), &IncompleteReason::Interrupted);
    assert_eq!((kept.finish(&listing).len(), listing.stats.soap_calls), (1, 3));
    assert!(session.interrupted_listing().is_none());
    session.logout().await;
    assert_eq!(script.calls()[5..], ["DestroyView", "Logout"]);
}

#[tokio::test]
async fn progress_is_told_page_by_page() {
    let steps = vec![
        Step::view(),
        Step::page(FIRST, Some("0"), &["a", "b"]),
        Step::page(NEXT, None, &["c"]),
    ];
    let (mut session, _) = open(steps).await;
    let seen = std::sync::Mutex::new(Vec::new());
    session
        .list(SPECS, &mut Kept::default(), &|progress| {
            seen.lock().expect("not poisoned").push(progress);
        })
        .await;
    let expected = [Progress { pages: 1, objects: 2 }, Progress { pages: 2, objects: 3 }];
    assert_eq!(seen.into_inner().expect("not poisoned"), expected);
}
