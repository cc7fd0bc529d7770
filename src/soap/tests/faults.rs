//! Faults, as calls and as missing properties.

use super::*;

fn fault(content: &str) -> Fault {
    read_returnval(real(content).as_bytes(), "Login", &Limits::default())
        .expect("decodes")
        .expect_err("a fault")
}

fn with_detail(message: &str, detail: &str) -> Fault {
    fault(&format!(
        "<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>{message}</faultstring><detail>{detail}</detail></soapenv:Fault>"
    ))
}

#[test]
fn the_kind_is_that_of_the_detail() {
    let cases = [
        (
            r#"<InvalidLoginFault xmlns="urn:vim25" xsi:type="InvalidLogin"></InvalidLoginFault>"#,
            FaultKind::InvalidLogin,
        ),
        (r#"<InvalidLoginFault xmlns="urn:vim25"/>"#, FaultKind::InvalidLogin),
        (
            r#"<vim25:NotAuthenticatedFault xmlns:vim25="urn:vim25" xsi:type="vim25:NotAuthenticated"/>"#,
            FaultKind::NotAuthenticated,
        ),
        (
            r#"<NoPermissionFault xmlns="urn:vim25" xsi:type="NoPermission"><object type="Folder">group-d1</object><privilegeId>System.View</privilegeId></NoPermissionFault>"#,
            FaultKind::NoPermission,
        ),
        (
            r#"<InvalidPropertyFault xmlns="urn:vim25" xsi:type="InvalidProperty"><name>config.foo</name></InvalidPropertyFault>"#,
            FaultKind::InvalidProperty {
                name: "config.foo".into(),
            },
        ),
        (
            r#"<ManagedObjectNotFoundFault xmlns="urn:vim25" xsi:type="ManagedObjectNotFound"><obj type="VirtualMachine">vm-1</obj></ManagedObjectNotFoundFault>"#,
            FaultKind::ManagedObjectNotFound,
        ),
        (
            r#"<RestrictedVersionFault xmlns="urn:vim25" xsi:type="RestrictedVersion"/>"#,
            FaultKind::RestrictedVersion,
        ),
        (
            r#"<SystemErrorFault xmlns="urn:vim25" xsi:type="SystemError"><reason>r</reason></SystemErrorFault>"#,
            FaultKind::Other("SystemError".into()),
        ),
        ("", FaultKind::Other("ServerFaultCode".into())),
    ];
    for (detail, kind) in cases {
        assert_eq!(
            with_detail("m", detail),
            Fault {
                kind,
                message: "m".into()
            },
            "{detail}"
        );
    }
}

#[test]
fn the_faultstring_is_kept_on_one_line() {
    let fault = with_detail(
        "Cannot complete login\ndue to &lt;x&gt;.",
        r#"<InvalidLoginFault xmlns="urn:vim25"/>"#,
    );
    assert_eq!(fault.to_string(), "InvalidLogin (Cannot complete login due to <x>.)");
}

#[test]
fn a_fault_without_anything_is_still_one() {
    assert_eq!(
        fault("<soapenv:Fault/>"),
        Fault {
            kind: FaultKind::Other(String::new()),
            message: String::new()
        }
    );
}

#[test]
fn a_page_can_be_a_fault() {
    let answer = real(
        r#"<soapenv:Fault><faultstring>x</faultstring><detail><NotAuthenticatedFault xmlns="urn:vim25"/></detail></soapenv:Fault>"#,
    );
    let decoded = read_page(answer.as_bytes(), "RetrievePropertiesEx", SPECS, &Limits::default()).expect("decodes");
    assert_eq!(decoded.map_err(|fault| fault.kind), Err(FaultKind::NotAuthenticated));
}

#[test]
fn a_missing_property_names_its_fault() {
    let objects = r#"<objects><obj type="Folder">f</obj><missingSet><path>name</path><fault><fault xsi:type="NotAuthenticated"/><localizedMessage>m</localizedMessage></fault></missingSet><missingSet><path>foo.bar</path><fault><fault xsi:type="InvalidProperty"><name>foo.bar</name></fault></fault></missingSet><missingSet><path>p</path><fault/></missingSet></objects>"#;
    let faults: Vec<_> = page(&real_page(None, objects)).objects[0]
        .missing
        .iter()
        .map(|m| m.fault.clone())
        .collect();
    let invalid = FaultKind::InvalidProperty { name: "foo.bar".into() };
    assert_eq!(
        faults,
        [FaultKind::NotAuthenticated, invalid, FaultKind::Other(String::new())]
    );
}
