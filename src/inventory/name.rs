//! Names as the inventory escapes them.

/// Undoes the three escapes of vSphere inventory names, `%2f`, `%5c` and `%25` in either case, and nothing else
/// (vSphere API reference, `ManagedEntity.name`).
#[must_use]
pub fn decode_name(escaped: &str) -> String {
    let mut name = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(position) = rest.find('%') {
        name.push_str(&rest[..position]);
        let (plain, used) = unescape(&rest[position..]);
        name.push(plain);
        rest = &rest[position + used..];
    }
    name.push_str(rest);
    name
}

fn unescape(text: &str) -> (char, usize) {
    let code = text.get(1..3).map(str::to_ascii_lowercase);
    match code.as_deref() {
        Some("2f") => ('/', 3),
        Some("5c") => ('\\', 3),
        Some("25") => ('%', 3),
        _ => ('%', 1),
    }
}

#[cfg(test)]
mod tests {
    use super::decode_name;

    #[test]
    fn exactly_three_escapes_are_undone() {
        let table = [
            ("web", "web"),
            ("a%2fb%5Cc%25d", "a/b\\c%d"),
            ("%2F%5c", "/\\"),
            ("100%", "100%"),
            ("a%20b+c", "a%20b+c"),
            ("%252f", "%2f"),
            ("%2", "%2"),
            ("%ü2f", "%ü2f"),
            ("", ""),
        ];
        for (escaped, name) in table {
            assert_eq!(decode_name(escaped), name, "{escaped}");
        }
    }
}
