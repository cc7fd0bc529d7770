use proptest::prelude::*;

use crate::targets::soap::{METHOD, check};
use crate::{mutate, mutation, replay};

const PIECES: &[&str] = &[
    "<a>",
    "</a>",
    "<a/>",
    "<objects>",
    "</objects>",
    "<obj type='x'>",
    "</obj>",
    "<token>",
    "</token>",
    "<returnval>",
    "</returnval>",
    "<val>",
    "</val>",
    "<propSet>",
    "</propSet>",
    "<name>",
    "&amp;",
    "&",
    ";",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x",
    "?>",
    "<!DOCTYPE a>",
    " xmlns=\"\"",
    " xmlns:a=\"urn:vim25\"",
    "a:",
    "\"",
    "'",
    ">",
    "<",
    " xsi:type='ArrayOfX'",
    " type='Folder'",
    "&#0;",
    "&#27;",
    "&#xffffffff;",
    "\u{feff}",
    "\u{1b}",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z0-9/-]{0,8}",
        1 => Just("a&lt;&#228;<![CDATA[<b>]]>".to_owned()),
        1 => Just("\u{1b}[31m\n".to_owned()),
    ]
}

/// A value with `xsi:type` or without, nested a few times.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        text().prop_map(|text| format!("<val xsi:type=\"xsd:string\">{text}</val>")),
        text().prop_map(|text| format!("<val type=\"Folder\" xsi:type=\"ManagedObjectReference\">{text}</val>")),
        text().prop_map(|text| format!("<val>{text}</val>")),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let kind = prop::sample::select(vec![
            "ArrayOfString",
            "ArrayOfManagedObjectReference",
            "EventAlarm",
            "vim25:AboutInfo",
        ]);
        (kind, prop::collection::vec(inner, 0..4))
            .prop_map(|(kind, inner)| format!("<val xsi:type=\"{kind}\">{}</val>", inner.concat()))
    })
}

fn object() -> impl Strategy<Value = String> {
    let path = prop::sample::select(vec!["name", "config.uuid", "network", "parent", "unasked"]);
    let property = (path, value()).prop_map(|(path, value)| format!("<propSet><name>{path}</name>{value}</propSet>"));
    let missing = text().prop_map(|path| {
        format!("<missingSet><path>{path}</path><fault><fault xsi:type=\"NoPermission\"/></fault></missingSet>")
    });
    let member = prop_oneof![4 => property, 1 => missing];
    (text(), prop::collection::vec(member, 0..4)).prop_map(|(id, members)| {
        format!(
            "<objects><obj type=\"VirtualMachine\">vm-{id}</obj>{}</objects>",
            members.concat()
        )
    })
}

fn envelope(content: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>"
    )
}

fn answer() -> impl Strategy<Value = String> {
    let token = prop::option::of(text())
        .prop_map(|token| token.map_or_else(String::new, |token| format!("<token>{token}</token>")));
    let page = (token, prop::collection::vec(object(), 0..24)).prop_map(|(token, objects)| {
        format!(
            "<{METHOD}Response xmlns=\"urn:vim25\"><returnval>{token}{}</returnval></{METHOD}Response>",
            objects.concat()
        )
    });
    let fault = (text(), text()).prop_map(|(code, message)| {
        format!(
            "<soapenv:Fault><faultcode>{code}</faultcode><faultstring>{message}</faultstring>\
             <detail><{code}Fault xmlns=\"urn:vim25\" xsi:type=\"InvalidProperty\"><name>{message}</name></{code}Fault></detail></soapenv:Fault>"
        )
    });
    prop_oneof![4 => page, 1 => fault].prop_map(|content| envelope(&content))
}

#[test]
fn the_seeds_of_soap_hold() {
    replay("soap", check);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn any_bytes_of_a_server_hold(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes);
    }

    #[test]
    fn answers_with_a_few_changes_hold(answer in answer(), mutations in prop::collection::vec(mutation(PIECES), 0..4)) {
        check(&mutate(answer.into_bytes(), &mutations));
    }

    #[test]
    fn markup_soup_holds(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        check(envelope(&pieces.concat()).as_bytes());
        check(envelope(&format!("<{METHOD}Response xmlns=\"urn:vim25\">{}</{METHOD}Response>", pieces.concat())).as_bytes());
    }
}
