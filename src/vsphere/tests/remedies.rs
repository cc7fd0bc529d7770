//! What is tried again, and how often.

use super::script::{FIRST, NEXT};
use super::*;

fn expired() -> [Vec<Step>; 4] {
    [
        vec![Step::fault("CreateContainerView", "NotAuthenticated")],
        vec![Step::view(), Step::fault(FIRST, "NotAuthenticated")],
        vec![
            Step::view(),
            Step::page(FIRST, Some("0"), &["gone"]),
            Step::missing(NEXT, "NotAuthenticated"),
        ],
        vec![
            Step::view(),
            Step::page(FIRST, Some("0"), &["gone"]),
            Step::done(NEXT),
            Step::done(FIRST),
        ],
    ]
}

#[tokio::test]
async fn an_expired_session_of_any_shape_is_renewed_once() {
    for steps in expired() {
        let again = vec![Step::login("k2"), Step::view(), Step::page(FIRST, None, &["vm-1"])];
        let (mut session, script) = open([steps, again].concat()).await;
        let listing = hear(&mut session, SPECS).await;
        assert!(listing.completeness.is_complete());
        assert_eq!(ids(&listing), ["vm-1"], "what only the first attempt saw has gone");
        assert_eq!(listing.warnings, [ListWarning::LoggedInAgain]);
        assert_eq!(script.forgotten(), 1);
    }
}

#[tokio::test]
async fn a_session_that_expires_twice_is_given_up() {
    for steps in expired() {
        let again = [vec![Step::login("k2")], steps.clone()].concat();
        let (listing, calls) = list([steps, again].concat()).await;
        assert_eq!(reason(&listing), &IncompleteReason::SessionExpired);
        assert_eq!(calls.iter().filter(|call| **call == "Login").count(), 1);
    }
}

#[tokio::test]
async fn a_refused_second_login_is_the_last() {
    let steps = vec![
        Step::view(),
        Step::fault(FIRST, "NotAuthenticated"),
        Step::fault("Login", "InvalidLogin"),
    ];
    let (listing, calls) = list(steps).await;
    assert!(matches!(
        reason(&listing),
        IncompleteReason::LoginFailed(LoginError::Refused { .. })
    ));
    assert_eq!(calls.iter().filter(|call| **call == "Login").count(), 1);
}

#[tokio::test]
async fn a_disturbed_walk_begins_anew_once() {
    for disturbed in [Step::fault(NEXT, "ManagedObjectNotFound"), Step::broken(NEXT)] {
        let start = vec![Step::view(), Step::page(FIRST, Some("0"), &["vm-1"]), disturbed];
        let good = vec![
            Step::view(),
            Step::page(FIRST, Some("0"), &["vm-2"]),
            Step::page(NEXT, None, &["vm-3"]),
        ];
        let (listing, _) = list([start.clone(), good].concat()).await;
        assert!(listing.completeness.is_complete());
        assert_eq!(ids(&listing), ["vm-2", "vm-3"]);
        assert!(matches!(listing.warnings[..], [ListWarning::Restarted { .. }]));

        let (listing, _) = list([start.clone(), start].concat()).await;
        assert!(matches!(reason(&listing), IncompleteReason::Call(_)));
        assert_eq!(ids(&listing), ["vm-1"]);
    }
}

#[tokio::test]
async fn an_unknown_path_is_left_out_and_missing_from_then_on() {
    let steps = vec![
        Step::view(),
        Step::fault(FIRST, "InvalidProperty"),
        Step::page(FIRST, None, &["vm-1"]),
    ];
    let (mut session, script) = open(steps).await;
    let listing = hear(&mut session, SPECS).await;
    assert!(listing.completeness.is_complete());
    let unknown = ListWarning::UnknownProperty {
        path: "config.new",
        kinds: vec!["VirtualMachine"],
    };
    assert_eq!(listing.warnings, [unknown]);
    let fault = FaultKind::InvalidProperty {
        name: "config.new".into(),
    };
    assert_eq!(
        listing.objects[0].missing("config.new"),
        Some(&fault),
        "unknown is not unset"
    );
    assert!(script.body(3).contains("config.new") && !script.body(4).contains("config.new"));
    assert_eq!(
        script.calls()[2..5],
        ["CreateContainerView", FIRST, FIRST],
        "the view is still good"
    );
}

#[tokio::test]
async fn an_unknown_path_that_was_never_asked_for_ends_it() {
    let again = Step::fault(FIRST, "InvalidProperty");
    let (listing, _) = list(vec![Step::view(), again.clone(), again]).await;
    assert_eq!(
        reason(&listing).to_string(),
        "RetrievePropertiesEx: the server answered InvalidProperty \"config.new\" (no)"
    );
}

#[tokio::test]
async fn a_read_is_repeated_twice() {
    let busy = || Step::error(FIRST, ExchangeError::Status { status: 503 });
    let (listing, _) = list(vec![
        Step::view(),
        busy(),
        Step::broken(FIRST),
        Step::page(FIRST, None, &["a"]),
    ])
    .await;
    assert!(listing.completeness.is_complete());
    let (listing, calls) = list(vec![Step::view(), busy(), busy(), busy()]).await;
    assert!(matches!(reason(&listing), IncompleteReason::Call(_)));
    assert_eq!(calls.iter().filter(|call| **call == FIRST).count(), 3);
}

#[tokio::test]
async fn nothing_is_repeated_when_the_end_is_near() {
    let deadline = Some(tokio::time::Instant::now() + Duration::from_secs(5));
    let script = Script::new(vec![Step::broken("RetrieveServiceContent")]);
    let timeouts = Timeouts { deadline, ..timeouts() };
    let error = Session::open_over(script.clone(), &endpoint(), &timeouts, Limits::default())
        .await
        .err();
    assert_eq!(error.expect("no session").kind(), FailureKind::Unreachable);
    assert_eq!(script.calls().len(), 1);
}

#[tokio::test]
async fn a_kind_that_the_server_lacks_is_a_warning() {
    let (mut session, _) = open(vec![Step::page(FIRST, None, &["a"])]).await;
    let specs = [
        PropertySpec::of("LicenseManager", &["licenses"]),
        PropertySpec::of("SessionManager", &["currentSession"]),
    ];
    let listing = hear(&mut session, &specs).await;
    assert!(listing.completeness.is_complete());
    assert_eq!(listing.warnings, [ListWarning::UnknownKind { kind: "LicenseManager" }]);
}
