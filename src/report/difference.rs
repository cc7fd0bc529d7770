//! What a field's two values differ in, on one line. Of lists and maps that is what came and what went, not all that they
//! have; JSON has both values whole.

use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr;

use super::text::{cut, escape, value};
use crate::plan::record::{FieldChange, field};

/// What tells a record of a list from the others there, the first of these that it has.
const KEYS: [&str; 5] = ["id", "label", "path", "mac", "name"];
/// What people call it by.
const TITLES: [&str; 5] = ["name", "label", "path", "mac", "id"];

/// `power_state: on → off`, `networks: +dmz -lan`. What a list differs in fits the width; a text stands there whole.
pub(super) fn field_line(name: &str, FieldChange { before, after }: &FieldChange, width: usize) -> String {
    if name == field::SOURCES {
        return format!("{name}: {} → {}", source_names(before), source_names(after));
    }
    let lead = format!("{}: ", escape(name));
    match parts(before, after) {
        Some(parts) => {
            let room = width.saturating_sub(lead.width());
            lead + &fitted(&parts, room)
        }
        None => format!("{lead}{} → {}", value(before), value(after)),
    }
}

/// `esx1, vc1` of `[{"name": "esx1", …}, …]`.
fn source_names(sources: &Value) -> String {
    let names: Vec<_> = sources
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|source| source["name"].as_str())
        .collect();
    if names.is_empty() {
        "-".to_owned()
    } else {
        value(&Value::String(names.join(", ")))
    }
}

/// As many as there is room for, and how many more there are.
fn fitted(parts: &[String], room: usize) -> String {
    let mut line = String::new();
    for (at, part) in parts.iter().enumerate() {
        let lead = if at == 0 { "" } else { " " };
        let rest = match parts.len() - at - 1 {
            0 => String::new(),
            rest => more(rest),
        };
        if line.width() + lead.len() + part.width() + rest.len() > room {
            let rest = more(parts.len() - at);
            return match at {
                0 if parts.len() == 1 => cut(part, room),
                0 => cut(part, room.saturating_sub(rest.len())) + &more(parts.len() - 1),
                _ => line + &rest,
            };
        }
        line.push_str(lead);
        line.push_str(part);
    }
    line
}

fn more(count: usize) -> String {
    format!(" and {count} more")
}

/// What differs, one by one; none if these are no lists or maps, or nothing of it can be told so.
fn parts(before: &Value, after: &Value) -> Option<Vec<String>> {
    let nothing = (Vec::new(), Map::new());
    let parts = match (before, after) {
        (Value::Array(before), Value::Array(after)) => of_lists(before, after),
        (Value::Null, Value::Array(after)) => of_lists(&nothing.0, after),
        (Value::Array(before), Value::Null) => of_lists(before, &nothing.0),
        (Value::Object(before), Value::Object(after)) => of_maps(before, after),
        (Value::Null, Value::Object(after)) => of_maps(&nothing.1, after),
        (Value::Object(before), Value::Null) => of_maps(before, &nothing.1),
        _ => return None,
    };
    (!parts.is_empty()).then_some(parts)
}

fn of_lists(before: &[Value], after: &[Value]) -> Vec<String> {
    let came = after
        .iter()
        .filter(|member| !before.contains(member) && counterpart(member, after, before).is_none());
    let went = before
        .iter()
        .filter(|member| !after.contains(member) && counterpart(member, before, after).is_none());
    let changed = before
        .iter()
        .filter(|member| !after.contains(member))
        .filter_map(|member| {
            let other = counterpart(member, before, after)?;
            let inside = parts(member, other)?.join(", ");
            Some(format!("{} ({inside})", title(member)))
        });
    let mut parts: Vec<String> = came
        .map(|member| format!("+{}", title(member)))
        .chain(went.map(|member| format!("-{}", title(member))))
        .chain(changed)
        .collect();
    let is_reordered = before.len() == after.len() && before != after;
    if parts.is_empty() && is_reordered && before.iter().all(|member| after.contains(member)) {
        parts.push("in another order".to_owned());
    }
    parts
}

/// The record of the other list that is the same one, if its key says so: it has one that no other has in either list.
fn counterpart<'v>(record: &Value, own: &[Value], others: &'v [Value]) -> Option<&'v Value> {
    let key = KEYS.iter().find(|key| record.get(**key).is_some())?;
    let is_same = |other: &&Value| other.get(*key) == record.get(*key);
    let is_alone = own.iter().filter(is_same).count() == 1;
    let mut same = others.iter().filter(is_same);
    same.next().filter(|_| is_alone && same.next().is_none())
}

fn of_maps(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<String> {
    let came = after.iter().filter(|(key, _)| !before.contains_key(*key));
    let went = before.keys().filter(|key| !after.contains_key(*key));
    let changed = before.iter().filter_map(|(key, old)| {
        let new = after.get(key).filter(|new| *new != old)?;
        let difference = parts(old, new).map(|parts| parts.join(" "));
        let difference = difference.unwrap_or_else(|| format!("{} → {}", value(old), value(new)));
        Some(format!("{}: {difference}", escape(key)))
    });
    came.map(|(key, new)| format!("+{}={}", word(key), title(new)))
        .chain(went.map(|key| format!("-{}", word(key))))
        .chain(changed)
        .collect()
}

/// What a member is called: a text by itself, a record by its name.
fn title(member: &Value) -> String {
    let name = TITLES.iter().find_map(|key| member.get(*key));
    match name.unwrap_or(member) {
        Value::String(text) => word(text),
        other => value(other),
    }
}

/// In quotes if one would not see where it ends.
fn word(text: &str) -> String {
    if text.is_empty() || text.contains(char::is_whitespace) {
        escape(&format!("\"{text}\"")).into_owned()
    } else {
        escape(text).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(name: &str, before: Value, after: Value) -> String {
        field_line(name, &FieldChange { before, after }, 74)
    }

    #[test]
    fn of_a_list_stands_there_what_came_and_what_went() {
        let old: Vec<String> = (0..40).map(|n| format!("net-{n}")).collect();
        let mut new = old.clone();
        new[7] = "dmz".to_owned();
        for (before, after, expected) in [
            (json!(["lan", "san"]), json!(["dmz", "san"]), "networks: +dmz -lan"),
            (json!(old), json!(new), "networks: +dmz -net-7"),
            (json!(["a"]), json!(["a", "VM Network"]), "networks: +\"VM Network\""),
            (Value::Null, json!(["a", "b"]), "networks: +a +b"),
            (json!(["a", "b"]), Value::Null, "networks: -a -b"),
            (json!(["a", "b"]), json!(["b", "a"]), "networks: in another order"),
            (json!(["a", "a"]), json!(["a"]), "networks: [\"a\",\"a\"] → [\"a\"]"),
            (json!([]), Value::Null, "networks: [] → -"),
            (json!(["\u{1b}[2J"]), json!([]), "networks: -\\u{1b}[2J"),
        ] {
            assert_eq!(line("networks", before, after), expected);
        }
        let many = line("networks", json!([]), json!(old));
        assert!(
            many.starts_with("networks: +net-0 +net-1 ") && many.ends_with(" more"),
            "{many}"
        );
        let shown = many.matches('+').count();
        assert!(
            many.ends_with(&format!(" and {} more", 40 - shown)) && many.width() <= 74,
            "{many}"
        );
    }

    #[test]
    fn of_maps_and_records_too() {
        let disk = |label: &str, size: u64| json!({"label": label, "capacity_bytes": size, "thin": true});
        for (name, before, after, expected) in [
            (
                "custom_attributes",
                json!({"Owner": "me", "Old": "x", "Same": "s"}),
                json!({"Owner": "you", "Cost center": "7", "Same": "s"}),
                "custom_attributes: +\"Cost center\"=7 -Old Owner: me → you",
            ),
            (
                "virtual_disks",
                json!([disk("Hard disk 1", 1), disk("d2", 5)]),
                json!([disk("Hard disk 1", 2), disk("d3", 5)]),
                "virtual_disks: +d3 -d2 \"Hard disk 1\" (capacity_bytes: 1 → 2)",
            ),
            (
                "network_interfaces",
                json!([{"label": "nic1", "ip_addresses": ["192.0.2.1"], "network": "lan"}]),
                json!([{"label": "nic1", "ip_addresses": ["192.0.2.2"], "network": "dmz"}]),
                "network_interfaces: nic1 (ip_addresses: +192.0.2.2 -192.0.2.1, network: l…",
            ),
            (
                "snapshot_tree",
                json!([{"id": 1, "name": "a", "current": true}]),
                json!([{"id": 1, "name": "a", "current": false}, {"id": 2, "name": "a", "current": true}]),
                "snapshot_tree: +a a (current: true → false)",
            ),
            (
                "virtual_disks",
                json!([disk("d1", 1)]),
                json!([disk("d1", 1), disk("d1", 2)]),
                "virtual_disks: +d1",
            ),
            (
                "virtual_disks",
                json!([{"thin": true}]),
                json!([{"thin": false}]),
                "virtual_disks: +{\"thin\":false} -{\"thin\":true}",
            ),
        ] {
            let line = line(name, before, after);
            assert_eq!(line, expected);
            assert!(line.width() <= 74, "{line}");
        }
    }

    #[test]
    fn a_text_stands_there_whole_and_sources_by_their_names() {
        let long = "x".repeat(100);
        assert_eq!(
            line("guest_os", json!("old"), json!(long)),
            format!("guest_os: old → {long}")
        );
        let sources = |name: &str| json!([{"id": "esxi:1", "name": name}]);
        assert_eq!(line("sources", sources("a"), sources("b")), "sources: a → b");
    }
}
