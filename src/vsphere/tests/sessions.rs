//! The beginning and the end of a session.

use super::*;

async fn refused(login: Step) -> (ConnectError, Vec<&'static str>) {
    let script = Script::new(vec![Step::service(), login]);
    let opened = Session::open_over(script.clone(), &endpoint(), &timeouts(), Limits::default()).await;
    (opened.err().expect("no session"), script.calls())
}

#[tokio::test]
async fn a_refused_login_is_tried_once_and_says_what_to_do() {
    let (error, calls) = refused(Step::fault("Login", "InvalidLogin")).await;
    assert_eq!(calls, ["RetrieveServiceContent", "Login"]);
    assert_eq!(error.kind(), FailureKind::Login);
    let text = error.to_string();
    assert!(
        text.starts_with(
            "open a session on esx1 (10.0.0.1:443): the server refuses the user name or password of \"root\"\nhint: "
        ),
        "{text}"
    );
    assert!(!text.contains("hunter2"));
}

#[tokio::test]
async fn a_lack_of_rights_is_not_a_wrong_password() {
    let (error, _) = refused(Step::fault("Login", "NoPermission")).await;
    assert!(matches!(
        error.failure,
        ConnectFailure::Login(LoginError::NoPermission { .. })
    ));
    assert_eq!(error.kind(), FailureKind::Login);
}

#[tokio::test]
async fn a_login_is_not_repeated_whatever_happens() {
    for step in [
        Step::broken("Login"),
        Step::error("Login", ExchangeError::Status { status: 503 }),
    ] {
        let (error, calls) = refused(step).await;
        assert_eq!((error.kind(), calls.len()), (FailureKind::Unreachable, 2));
    }
}

#[tokio::test]
async fn another_service_is_named_as_such() {
    let script = Script::new(vec![Step::done("RetrieveServiceContent")]);
    let error = Session::open_over(script, &endpoint(), &timeouts(), Limits::default())
        .await
        .err()
        .expect("none");
    assert!(matches!(error.failure, ConnectFailure::NotVsphere(_)));
}

#[tokio::test]
async fn a_certificate_that_is_refused_prints_the_line_that_pins_it() {
    let detail = "it is self-signed".into();
    for reason in [RejectionReason::Untrusted { detail }, RejectionReason::NotPinned] {
        let fingerprint = Fingerprint([0xab; 32]);
        let refused = ExchangeError::Certificate(Rejection { fingerprint, reason });
        let script = Script::new(vec![Step::error("RetrieveServiceContent", refused)]);
        let opened = Session::open_over(script, &endpoint(), &timeouts(), Limits::default()).await;
        let error = opened.err().expect("no session");
        assert_eq!(error.kind(), FailureKind::Certificate);
        let (digits, text) = (["AB"; 32].join(":"), error.to_string());
        let line = text.lines().last().expect("a line by itself");
        assert_eq!(line, format!("    tls: {{fingerprint_sha256: \"{digits}\"}}"));
        let yaml: serde_yaml::Value = serde_yaml::from_str(line).expect("YAML as it stands");
        assert_eq!(yaml["tls"]["fingerprint_sha256"], digits.as_str());
    }
}

/// Lets tasks in the background end.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_dropped_session_logs_out() {
    let (session, script) = open(vec![]).await;
    drop(session);
    settle().await;
    assert_eq!(script.calls().last(), Some(&"Logout"));
}

#[tokio::test]
async fn a_session_is_logged_out_once() {
    let (session, script) = open(vec![]).await;
    session.logout().await;
    settle().await;
    assert_eq!(script.calls().iter().filter(|call| **call == "Logout").count(), 1);
}

#[tokio::test]
async fn a_login_that_nobody_waits_for_any_more_is_logged_out() {
    let script = Script::new(vec![Step::service(), Step::login("k1")]);
    let (endpoint, timeouts) = (endpoint(), timeouts());
    let mut opening = Box::pin(Session::open_over(
        script.clone(),
        &endpoint,
        &timeouts,
        Limits::default(),
    ));
    // One poll brings it to the login, which runs in a task of its own.
    let first = std::future::poll_fn(|context| std::task::Poll::Ready(opening.as_mut().poll(context).is_ready())).await;
    assert!(!first && script.calls() == ["RetrieveServiceContent"]);
    drop(opening);
    settle().await;
    assert_eq!(script.calls(), ["RetrieveServiceContent", "Login", "Logout"]);
}

#[tokio::test]
async fn the_servers_time() {
    let mut time = Step::done("CurrentTime");
    time.answer = time.answer.map(|answer| {
        answer.map(|text| {
            text.replace(
                "></CurrentTimeResponse>",
                "><returnval>2026-11-21T08:17:52Z</returnval></CurrentTimeResponse>",
            )
        })
    });
    let (session, _) = open(vec![time]).await;
    assert_eq!(session.server_time().await.expect("a time"), "2026-11-21T08:17:52Z");
}
