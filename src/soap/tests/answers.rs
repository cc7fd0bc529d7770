//! Answers other than pages.

use super::*;

const SERVICE: &str = r#"<RetrieveServiceContentResponse xmlns="urn:vim25"><returnval><rootFolder type="Folder">ha-folder-root</rootFolder><propertyCollector type="PropertyCollector">ha-property-collector</propertyCollector><viewManager type="ViewManager">ViewManager</viewManager><about><name>VMware ESXi</name><fullName>VMware ESXi 8.0.3 build-24280767</fullName><version>8.0.3</version><build>24280767</build><apiType>HostAgent</apiType><apiVersion>8.0.3.0</apiVersion></about><sessionManager type="SessionManager">ha-sessionmgr</sessionManager></returnval></RetrieveServiceContentResponse>"#;

fn service(answer: &str) -> Result<ServiceContent, DecodeError> {
    ServiceContent::from_value(&value("RetrieveServiceContent", &real(answer)).expect("a returnval"))
}

#[test]
fn the_service_content_of_an_esxi() {
    let content = service(SERVICE).expect("complete");
    assert_eq!(
        content.root_folder,
        ManagedObjectReference::new("Folder", "ha-folder-root")
    );
    assert_eq!(content.about.api_version, "8.0.3.0");
    assert_eq!(content.about.instance_uuid, None);
    assert!(!content.about.is_vcenter());
    assert_eq!(content.object_of_kind("SessionManager"), Some(&content.session_manager));
    assert_eq!(content.object_of_kind("AlarmManager"), None);
}

#[test]
fn a_service_content_without_its_parts_is_refused() {
    for element in [
        "rootFolder",
        "propertyCollector",
        "viewManager",
        "sessionManager",
        "about",
    ] {
        let without = SERVICE
            .replace(&format!("<{element}"), "<other")
            .replace(&format!("</{element}>"), "</other>");
        assert_eq!(service(&without), Err(DecodeError::Missing { element }));
    }
}

#[test]
fn a_view_a_time_and_nothing() {
    let view = real(
        r#"<CreateContainerViewResponse xmlns="urn:vim25"><returnval type="ContainerView">session[52a]53b</returnval></CreateContainerViewResponse>"#,
    );
    let time = real(
        r#"<CurrentTimeResponse xmlns="urn:vim25"><returnval>2026-11-21T08:17:52.114604Z</returnval></CurrentTimeResponse>"#,
    );
    let logout = real(r#"<LogoutResponse xmlns="urn:vim25"></LogoutResponse>"#);
    assert_eq!(
        value("CreateContainerView", &view),
        Some(Value::Reference(Reference::new("ContainerView", "session[52a]53b")))
    );
    assert_eq!(
        value("CurrentTime", &time)
            .and_then(|time| time.text().map(str::to_owned))
            .as_deref(),
        Some("2026-11-21T08:17:52.114604Z")
    );
    assert_eq!(value("Logout", &logout), None);
}

#[test]
fn an_answer_to_another_question_is_refused() {
    let logout = real(r#"<LogoutResponse xmlns="urn:vim25"></LogoutResponse>"#);
    let error = read_returnval(logout.as_bytes(), "Login", &Limits::default()).expect_err("refused");
    assert_eq!(
        error,
        DecodeError::Unexpected {
            expected: "LoginResponse".into(),
            found: "LogoutResponse".into()
        }
    );
}

#[test]
fn garbage_is_refused_with_its_name() {
    let cases: [(&str, DecodeError); 7] = [
        (
            "<html><body>hello</body></html>",
            DecodeError::NotSoap { found: "html".into() },
        ),
        ("", DecodeError::Truncated { at: 0 }),
        ("not xml", DecodeError::Truncated { at: 7 }),
        ("<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>", DecodeError::Doctype),
        (
            "<soapenv:Envelope/>",
            DecodeError::NotSoap {
                found: "Envelope".into(),
            },
        ),
        (
            r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>"#,
            DecodeError::Missing { element: "Body" },
        ),
        (
            r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>"#,
            DecodeError::Missing { element: "Body" },
        ),
    ];
    for (answer, expected) in cases {
        let error = read_returnval(answer.as_bytes(), "Login", &Limits::default()).expect_err("refused");
        assert_eq!(error, expected, "{answer}");
    }
    let error = read_returnval(&[b'<', 0xff], "Login", &Limits::default()).expect_err("refused");
    assert_eq!(error, DecodeError::NotUtf8 { at: 1 });
}

#[test]
fn nothing_may_follow_the_document() {
    let answer = real(r#"<LogoutResponse xmlns="urn:vim25"/>"#);
    for (tail, good) in [("\n <!-- c -->", true), ("x", false), ("<a/>", false), ("</a>", false)] {
        let answer = format!("{answer}{tail}");
        let decoded = read_returnval(answer.as_bytes(), "Logout", &Limits::default());
        assert_eq!(decoded.is_ok(), good, "{tail}");
    }
}

#[test]
fn an_error_repeats_a_servers_words_shortened_and_on_one_line() {
    let answer = format!("<{}/>", "\u{e9}".repeat(1000));
    let error = read_returnval(answer.as_bytes(), "Login", &Limits::default())
        .expect_err("refused")
        .to_string();
    assert!(error.len() < 1000 && !error.contains('\n'), "{error}");
}
