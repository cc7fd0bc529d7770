//! Every cap at N and at N + 1.

use super::*;
use crate::soap::names::MAX_BINDINGS;

fn read(answer: &str, limits: Limits) -> Result<(), DecodeError> {
    read_page(answer.as_bytes(), "RetrievePropertiesEx", SPECS, &limits).map(|_| ())
}

fn unlimited() -> Limits {
    let most = usize::MAX;
    Limits {
        bytes: most,
        depth: 64,
        elements: most,
        objects: most,
        text_bytes: most,
    }
}

#[test]
fn bytes() {
    let answer = real_page(None, REAL_VM);
    assert_eq!(
        read(
            &answer,
            Limits {
                bytes: answer.len(),
                ..unlimited()
            }
        ),
        Ok(())
    );
    let limit = answer.len() - 1;
    assert_eq!(
        read(
            &answer,
            Limits {
                bytes: limit,
                ..unlimited()
            }
        ),
        Err(DecodeError::TooLarge { limit })
    );
}

#[test]
fn objects() {
    let answer = real_page(None, &REAL_VM.repeat(3));
    assert_eq!(
        read(
            &answer,
            Limits {
                objects: 3,
                ..unlimited()
            }
        ),
        Ok(())
    );
    assert_eq!(
        read(
            &answer,
            Limits {
                objects: 2,
                ..unlimited()
            }
        ),
        Err(DecodeError::TooManyObjects { limit: 2 })
    );
}

#[test]
fn elements() {
    let answer = real_page(None, REAL_VM);
    let elements = answer.matches('<').count() - answer.matches("</").count() - 1;
    assert_eq!(
        read(
            &answer,
            Limits {
                elements,
                ..unlimited()
            }
        ),
        Ok(())
    );
    let limit = elements - 1;
    assert_eq!(
        read(
            &answer,
            Limits {
                elements: limit,
                ..unlimited()
            }
        ),
        Err(DecodeError::TooManyElements { limit })
    );
}

#[test]
fn depth_inside_a_value_and_inside_what_is_skipped() {
    for around in [
        (
            "<objects><obj type=\"Folder\">f</obj><propSet><name>name</name><val>",
            "</val></propSet></objects>",
            7,
        ),
        ("<x>", "</x>", 5),
    ] {
        let nested = |depth: usize| {
            let inner = depth - around.2;
            real_page(
                None,
                &format!(
                    "{}{}{}{}",
                    around.0,
                    "<a>".repeat(inner),
                    "</a>".repeat(inner),
                    around.1
                ),
            )
        };
        assert_eq!(read(&nested(64), unlimited()), Ok(()));
        assert_eq!(read(&nested(65), unlimited()), Err(DecodeError::TooDeep { limit: 64 }));
        assert_eq!(
            read(&nested(1_000_000), unlimited()),
            Err(DecodeError::TooDeep { limit: 64 })
        );
    }
}

#[test]
fn text_whole_and_in_pieces() {
    for (text, length) in [("abcd", 4), ("a&amp;b&lt;", 4), ("a<![CDATA[bc]]>d", 4)] {
        let objects =
            format!("<objects><obj type=\"F\">f</obj><propSet><name>name</name><val>{text}</val></propSet></objects>");
        let answer = real_page(None, &objects);
        assert_eq!(
            read(
                &answer,
                Limits {
                    text_bytes: length,
                    ..unlimited()
                }
            ),
            Ok(())
        );
        assert_eq!(
            read(
                &answer,
                Limits {
                    text_bytes: length - 1,
                    ..unlimited()
                }
            ),
            Err(DecodeError::TextTooLong { limit: length - 1 })
        );
    }
}

#[test]
fn namespaces() {
    let declared = |more: usize| {
        let declarations: Vec<_> = (0..more).map(|n| format!("xmlns:n{n}=\"urn:{n}\"")).collect();
        let declarations = declarations.join(" ");
        real_page(None, &format!("<x {declarations}/><x {declarations}/>"))
    };
    let outer = 5;
    assert_eq!(read(&declared(MAX_BINDINGS - outer), unlimited()), Ok(()));
    assert_eq!(
        read(&declared(MAX_BINDINGS - outer + 1), unlimited()),
        Err(DecodeError::TooManyNamespaces { limit: MAX_BINDINGS })
    );
}

#[test]
fn an_entity_bomb_is_refused() {
    let bomb = format!(
        "<!DOCTYPE b [<!ENTITY a \"{}\">]>{}",
        "x".repeat(1000),
        real_page(None, "<x>&a;&a;</x>")
    );
    assert_eq!(read(&bomb, unlimited()), Err(DecodeError::Doctype));
    let undefined = real_page(None, "<x>&bomb;</x>");
    assert_eq!(
        read(&undefined, unlimited()),
        Err(DecodeError::UnknownEntity { name: "bomb".into() })
    );
}
