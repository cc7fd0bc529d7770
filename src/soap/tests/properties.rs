//! Random input: nothing panics, and texts survive the way there and back.

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
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(read_page(&bytes, "RetrievePropertiesEx", SPECS, &Limits::default()).is_err());
        prop_assert_eq!(peek_token(&bytes), None);
    }

    #[test]
    fn a_changed_byte_never_panics(at in 0..2000_usize, byte in any::<u8>(), real_shape in any::<bool>()) {
        let mut answer = real_page(Some("0"), if real_shape { REAL_VM } else { VCSIM_VM }).into_bytes();
        let at = at % answer.len();
        answer[at] = byte;
        let _ = read_page(&answer, "RetrievePropertiesEx", SPECS, &Limits::default());
        let _ = peek_token(&answer);
    }

    #[test]
    fn markup_soup_never_panics(parts in proptest::collection::vec(proptest::sample::select(vec![
        "<a>", "</a>", "<a/>", "<objects>", "</objects>", "<obj type='x'>", "</obj>", "&amp;", "&", ";", "<!--", "-->", "<![CDATA[", "]]>",
        "<?x", "?>", "<!DOCTYPE a>", " xmlns=\"\"", "\"", "'", ">", "<", "t", " xsi:type='ArrayOfX'", "&#0;", "&#xffffffff;", "\u{feff}",
    ]), 0..40)) {
        let answer = real_page(None, &parts.concat());
        let _ = read_page(answer.as_bytes(), "RetrievePropertiesEx", SPECS, &Limits::default());
        let _ = peek_token(answer.as_bytes());
    }

    #[test]
    fn any_text_survives_the_way_there_and_back(text in xml_text()) {
        prop_assert_eq!(echo(&text), text);
    }
}
