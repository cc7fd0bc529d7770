//! A value as one cell of a table that other programs read: CSV and spreadsheets. Pure.

use std::borrow::Cow;

use serde_json::Value;

/// Between the members of a list. Names with a comma are not rare.
const BETWEEN: &str = "; ";

/// A value as text; nothing if it is null. Lists are joined, records and maps are JSON.
#[must_use]
pub fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => Cow::Borrowed(text),
        Value::Array(members) => list(members).unwrap_or_else(|| Cow::Owned(value.to_string())),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => Cow::Owned(value.to_string()),
    }
}

/// None if its members are no texts.
fn list(members: &[Value]) -> Option<Cow<'_, str>> {
    let texts: Option<Vec<&str>> = members.iter().map(Value::as_str).collect();
    Some(match texts?.as_slice() {
        [] => Cow::Borrowed(""),
        [one] => Cow::Borrowed(one),
        several => Cow::Owned(several.join(BETWEEN)),
    })
}

/// The same as text that no spreadsheet runs as a formula: whoever may name a VM must not run anything on the machine
/// of whoever opens the table. The apostrophe is what spreadsheets themselves write before such a text.
///
/// The characters are those of OWASP's page on CSV injection.
#[must_use]
pub fn inert(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        Cow::Owned(format!("'{text}"))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_value_has_a_text() {
        let cases = [
            (json!(null), ""),
            (json!(true), "true"),
            (json!(7), "7"),
            (json!(18_446_744_073_709_551_615_u64), "18446744073709551615"),
            (json!("web, 1"), "web, 1"),
            (json!([]), ""),
            (json!(["a"]), "a"),
            (json!(["a", "b, c"]), "a; b, c"),
            (json!([{"mac": "00"}]), r#"[{"mac":"00"}]"#),
            (json!({"owner": "=1"}), r#"{"owner":"=1"}"#),
        ];
        for (value, expected) in cases {
            assert_eq!(text(&value), expected, "{value}");
        }
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for (dangerous, harmless) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("\n=1", "'\n=1"),
        ] {
            assert_eq!(inert(Cow::Borrowed(dangerous)), harmless);
        }
        for harmless in ["", "web-1", "a=1", " =1", "'=1"] {
            assert_eq!(inert(Cow::Borrowed(harmless)), harmless);
        }
    }
}
