//! Names of fields below those of a document, in a form that every MongoDB takes.
//!
//! People name custom attributes as they like. Before 5.0 a server refuses a field whose name begins with `$`, and with it
//! the whole document. <https://www.mongodb.com/docs/manual/core/dot-dollar-considerations/>

use std::borrow::Cow;

/// `$` in the beginning is stored as `%24`; so that there is a way back, `%24` and `%25` there are stored as `%2524` and
/// `%2525`. All other names are stored as they are.
pub fn to_stored(name: &str) -> Cow<'_, str> {
    match name.as_bytes() {
        [b'$', ..] => Cow::Owned(format!("%24{}", &name[1..])),
        [b'%', b'2', b'4' | b'5', ..] => Cow::Owned(format!("%25{}", &name[1..])),
        _ => Cow::Borrowed(name),
    }
}

/// The way back.
pub fn from_stored(name: &str) -> Cow<'_, str> {
    match (name.strip_prefix("%24"), name.strip_prefix("%25")) {
        (Some(rest), _) => Cow::Owned(format!("${rest}")),
        (_, Some(rest)) => Cow::Owned(format!("%{rest}")),
        (None, None) => Cow::Borrowed(name),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_no_server_may_be_told_is_written_otherwise() {
        for (name, stored) in [
            ("owner", "owner"),
            ("", ""),
            ("a$b.c", "a$b.c"),
            ("100 %", "100 %"),
            ("%2f", "%2f"),
            ("$", "%24"),
            ("$cost.center", "%24cost.center"),
            ("$$", "%24$"),
            ("%24", "%2524"),
            ("%25x", "%2525x"),
        ] {
            assert_eq!(to_stored(name), stored, "{name}");
            assert_eq!(from_stored(stored), name, "{stored}");
        }
    }

    proptest! {
        #[test]
        fn there_is_a_way_back_from_every_name(name in "[$%245a.é]{0,8}") {
            let stored = to_stored(&name);
            prop_assert!(!stored.starts_with('$'), "{}", stored);
            prop_assert_eq!(from_stored(&stored), name.as_str());
        }
    }
}
