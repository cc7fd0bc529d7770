//! Texts survive the way there and back. What random answers do: `tests/fuzz`.

use proptest::prelude::*;

use super::*;

/// Every character that XML 1.0 can carry.
fn xml_text() -> impl Strategy<Value = String> {
    let characters = prop_oneof![
        4 => proptest::char::any(),
        1 => proptest::sample::select(vec!['<', '>', '&', '"', '\'', '\r', '\n', '\t', ';', '#', ']']),
    ];
    proptest::collection::vec(characters.prop_filter("legal in XML", |c| legal(*c)), 0..40).prop_map(String::from_iter)
}

fn legal(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// What the token element of a request says, read back.
fn echo(text: &str) -> String {
    let object = ManagedObjectReference::new("PropertyCollector", "p");
    let request = request::continue_retrieve_properties_ex(&object, text);
    let body = std::str::from_utf8(&request.body).expect("UTF-8");
    let answer = body
        .replace("ContinueRetrievePropertiesEx", "XResponse")
        .replace("<token>", "<returnval>")
        .replace("</token>", "</returnval>");
    value("X", &answer)
        .and_then(|value| value.text().map(str::to_owned))
        .expect("a text")
}

proptest! {
    #[test]
    fn any_text_survives_the_way_there_and_back(text in xml_text()) {
        prop_assert_eq!(echo(&text), text);
    }
}
