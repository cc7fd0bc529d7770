//! The configuration's YAML is the YAML of others, and bounded. That no text makes it panic: `tests/fuzz`.

use proptest::prelude::*;
use serde_yaml::Value;

use super::World;
use crate::config::node::{Content, Node};
use crate::config::tree;

fn value() -> impl Strategy<Value = Value> {
    let word = "[a-z0-9.:+ex_-]{0,6}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u16>().prop_map(Value::from),
        (-1e6..1e6).prop_map(|number: f64| Value::from(number)),
        word.prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, move |inner| {
        let sequence = proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from);
        let mapping = proptest::collection::hash_map("[a-z]{1,5}", inner, 0..5);
        let mapping =
            mapping.prop_map(|map| Value::Mapping(map.into_iter().map(|(k, v)| (Value::from(k), v)).collect()));
        prop_oneof![sequence, mapping]
    })
}

fn same(node: &Node, value: &Value) -> bool {
    match (&node.content, value) {
        (Content::Null, Value::Null) => true,
        (Content::Switch(on), Value::Bool(value)) => on == value,
        (Content::Text(text), Value::String(value)) => text.as_str() == value,
        (Content::Number(text), Value::Number(value)) => {
            text.as_str() == value.to_string() || text.parse::<f64>().ok() == value.as_f64()
        }
        (Content::Sequence(items), Value::Sequence(values)) => {
            items.len() == values.len() && items.iter().zip(values).all(|(item, value)| same(item, value))
        }
        (Content::Mapping(entries), Value::Mapping(values)) => {
            let is_same = |(key, value): (&Value, &Value)| {
                key.as_str()
                    .and_then(|key| node.get(key))
                    .is_some_and(|node| same(node, value))
            };
            entries.len() == values.len() && values.iter().all(is_same)
        }
        _ => false,
    }
}

proptest! {
    #[test]
    fn values_are_read_as_serde_yaml_reads_them(value in value()) {
        let text = serde_yaml::to_string(&value).unwrap();
        let node = tree::parse(&text).map_err(|error| TestCaseError::fail(format!("{}: {text:?}", error.what)))?;
        prop_assert!(same(&node, &value), "{:?}", text);
    }
}

#[test]
fn plain_scalars_are_read_as_serde_yaml_reads_them() {
    let scalars = [
        "yes",
        "no",
        "on",
        "TRUE",
        "True",
        "tRUE",
        "null",
        "~",
        "Null",
        "nULL",
        "0",
        "00",
        "007",
        "-7",
        "+7",
        "0x1F",
        "0o17",
        "0b11",
        "0xZ",
        "1_000",
        "1.5",
        "1.",
        ".5",
        "1e3",
        "1e999",
        ".inf",
        "-.inf",
        ".nan",
        "inf",
        "nan",
        "1:2:3",
        "12:34",
        "-",
        "+",
        "--1",
        "1-1",
        "0.0",
        "-0",
        "+.inf",
        "0x-1",
        "2026-01-01",
        "1 2",
        "a#b",
    ];
    for scalar in scalars {
        let (Ok(node), Ok(value)) = (tree::parse(scalar), serde_yaml::from_str::<Value>(scalar)) else {
            continue;
        };
        let same_kind = match (&node.content, &value) {
            (Content::Number(_), Value::Number(_)) => true,
            _ => same(&node, &value),
        };
        assert!(same_kind, "{scalar}: {} here, {value:?} there", node.describe());
    }
}

#[test]
fn nesting_and_aliases_are_bounded() {
    let problem = |yaml: &str| World::new().with_yaml(yaml).problems();
    assert!(problem(&"[".repeat(200)).ends_with("the values are nested too deeply"));
    assert!(problem(&"- ".repeat(100_000)).ends_with("the values are nested too deeply"));
    let level = |n: u8| {
        format!(
            "{}: &{} [{}]\n",
            n as char,
            n as char,
            format!("*{},", (n - 1) as char).repeat(9)
        )
    };
    let laughs: String = (b'b'..b'k').map(level).collect();
    assert!(problem(&format!("a: &a lol\n{laughs}")).ends_with("the aliases (*) expand to too much"));
    assert!(problem("a: &a [*a]").ends_with("an alias (*) stands within the value it refers to"));
}

#[test]
fn the_problems_of_a_file_that_is_something_else_are_cut_off() {
    let lines: Vec<String> = (0..1000).map(|line| format!("key{line}: x")).collect();
    let problems = World::new().with_yaml(&lines.join("\n")).problems();
    assert!(problems.ends_with("\nand 901 more"), "{}", problems.len());
}
