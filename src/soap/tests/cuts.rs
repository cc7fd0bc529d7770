//! An answer that is cut anywhere is an error, never a shorter answer.

use super::*;

fn refuse_every_cut(answer: &str, read: impl Fn(&[u8]) -> bool) {
    assert!(read(answer.as_bytes()), "the whole answer is good");
    for end in 0..answer.len() {
        assert!(
            !read(&answer.as_bytes()[..end]),
            "cut at byte {end} of {}",
            answer.len()
        );
    }
}

#[test]
fn pages_of_both_shapes() {
    for objects in [REAL_VM, VCSIM_VM] {
        refuse_every_cut(&real_page(Some("0"), objects), |bytes| {
            read_page(bytes, "RetrievePropertiesEx", SPECS, &Limits::default()).is_ok()
        });
    }
}

#[test]
fn a_value_and_a_fault() {
    let view = real(
        r#"<CreateContainerViewResponse xmlns="urn:vim25"><returnval type="ContainerView">session[52a]53b</returnval></CreateContainerViewResponse>"#,
    );
    refuse_every_cut(&view, |bytes| {
        read_returnval(bytes, "CreateContainerView", &Limits::default()).is_ok()
    });
    let fault = real(
        r#"<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>a&amp;b</faultstring><detail><InvalidLoginFault xmlns="urn:vim25" xsi:type="InvalidLogin"/></detail></soapenv:Fault>"#,
    );
    refuse_every_cut(&fault, |bytes| {
        read_returnval(bytes, "Login", &Limits::default()).is_ok()
    });
}

#[test]
fn a_peek_into_a_cut_page_finds_the_token_or_nothing() {
    let answer = real_page(Some("token-1"), REAL_VM);
    for end in 0..answer.len() {
        let token = peek_token(&answer.as_bytes()[..end]);
        assert!(
            token.is_none() || token.as_deref() == Some("token-1"),
            "cut at {end}: {token:?}"
        );
    }
}
