//! Every kind of report against the published schema, by a checker of the keywords that the schema uses.

use std::path::Path;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::samples;
use crate::catalog::Kind;
use crate::cli::ListFormat;
use crate::exit::{Condition, explanations};
use crate::listing::{Page, render_count};
use crate::report::render_json;
use crate::selection::Selection;

fn schema() -> Value {
    schema_in("report.schema.json")
}

pub fn schema_in(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    let text = std::fs::read_to_string(path).expect("the schema lies in examples");
    serde_json::from_str(&text).expect("the schema is JSON")
}

/// What is wrong with `value`, each with the place.
pub fn check(root: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    let Some(keywords) = schema.as_object() else {
        assert_eq!(schema, &json!(true), "{place}: unknown schema");
        return vec![];
    };
    let mut wrong = vec![];
    for (keyword, rule) in keywords {
        wrong.extend(check_keyword(root, keywords, (keyword, rule), value, place));
    }
    wrong
}

fn check_keyword(
    root: &Value,
    keywords: &serde_json::Map<String, Value>,
    (keyword, rule): (&str, &Value),
    value: &Value,
    place: &str,
) -> Vec<String> {
    let unless = |right: bool| {
        if right {
            vec![]
        } else {
            vec![format!("{place}: {keyword} {rule}, found {value}")]
        }
    };
    match keyword {
        "$schema" | "$defs" | "title" | "description" => vec![],
        "type" => unless(list(rule).iter().any(|name| is_of_type(name, value))),
        "const" => unless(rule == value),
        "enum" => unless(list(rule).contains(value)),
        "minimum" => unless(value.as_i64() >= rule.as_i64()),
        "format" => {
            assert_eq!(rule, "date-time");
            unless(
                value
                    .as_str()
                    .is_some_and(|time| time.ends_with('Z') && time.parse::<jiff::Timestamp>().is_ok()),
            )
        }
        "required" => unless(
            list(rule)
                .iter()
                .all(|name| value.get(name.as_str().unwrap_or_default()).is_some()),
        ),
        "$ref" => {
            let target = rule
                .as_str()
                .and_then(|rule| root.pointer(rule.trim_start_matches('#')));
            check(root, target.expect("a definition"), value, place)
        }
        "anyOf" => unless(list(rule).iter().any(|one| check(root, one, value, place).is_empty())),
        "items" => value
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
            .flat_map(|(index, item)| check(root, rule, item, &format!("{place}/{index}")))
            .collect(),
        "properties" | "additionalProperties" => {
            let declared = keywords.get("properties").and_then(Value::as_object);
            let object = value.as_object().into_iter().flatten();
            object
                .flat_map(|(name, value)| check_property(root, declared, (keyword, rule), name, value, place))
                .collect()
        }
        _ => panic!("{place}: {keyword} is not understood"),
    }
}

fn check_property(
    root: &Value,
    declared: Option<&serde_json::Map<String, Value>>,
    (keyword, rule): (&str, &Value),
    name: &str,
    value: &Value,
    place: &str,
) -> Vec<String> {
    let place = format!("{place}/{name}");
    match (declared.and_then(|declared| declared.get(name)), keyword) {
        (Some(schema), "properties") => check(root, schema, value, &place),
        (None, "additionalProperties") if rule == false => vec![format!("{place}: not declared")],
        (None, "additionalProperties") => check(root, rule, value, &place),
        _ => vec![],
    }
}

fn list(rule: &Value) -> Vec<Value> {
    rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()])
}

fn is_of_type(name: &Value, value: &Value) -> bool {
    match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        _ => panic!("{name} is not understood"),
    }
}

#[test]
fn every_kind_of_report_keeps_the_schema() {
    let schema = schema();
    for report in samples::all() {
        let value: Value = serde_json::from_str(&render_json(&report)).expect("JSON");
        assert_eq!(check(&schema, &schema, &value, ""), Vec::<String>::new());
    }
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let schema = schema();
    let good: Value = serde_json::from_str(&render_json(&samples::busy())).expect("JSON");
    for (pointer, bad) in [
        ("/schema", json!("vmsync.report/2")),
        ("/exit_code", json!(8)),
        ("/conditions/0", json!("sad")),
        ("/added", json!(-1)),
        ("/updated", json!(1.5)),
        ("/started", json!("yesterday")),
        ("/sources/0", json!({"name": "esx1"})),
        ("/sessions", json!({})),
        ("/changes/0/outcome", json!("done")),
        ("/changes/0/fields", json!({"name": "new"})),
        ("/error", json!(0)),
    ] {
        let mut report = good.clone();
        *report.pointer_mut(pointer).expect(pointer) = bad;
        assert_ne!(check(&schema, &schema, &report, ""), Vec::<String>::new(), "{pointer}");
    }
    let mut report = good;
    report["sources"][0]["more"] = json!(1);
    assert_ne!(check(&schema, &schema, &report, ""), Vec::<String>::new());
}

#[test]
fn the_schema_knows_every_field_condition_and_code() {
    let schema = schema();
    let report: Value = serde_json::from_str(&render_json(&samples::quiet())).expect("JSON");
    let names = |value: &Value| {
        value
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(&schema["properties"]),
        names(&report),
        "the same order as in the report"
    );
    assert_eq!(schema["required"], json!(names(&report)));
    let codes: Vec<_> = explanations()
        .into_iter()
        .map(|explained| explained.code.get())
        .collect();
    assert_eq!(schema["properties"]["exit_code"]["enum"], json!(codes));
    assert_eq!(
        schema["properties"]["conditions"]["items"]["enum"],
        json!(Condition::ALL)
    );
}

#[test]
fn every_kind_of_check_keeps_its_schema() {
    let schema = schema_in("check.schema.json");
    let report = samples::check();
    let good: Value = serde_json::from_str(&render_json(&report)).expect("JSON");
    assert_eq!(check(&schema, &schema, &good, ""), Vec::<String>::new());
    let names: Vec<_> = good.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(schema["required"], json!(names));
    for (pointer, bad) in [
        ("/schema", json!("vmsync.check/2")),
        ("/exit_code", json!(8)),
        ("/checks/0/verdict", json!("sad")),
        ("/checks/0/item", json!("weather")),
        ("/checks/0/hint", json!(0)),
    ] {
        let mut report = good.clone();
        *report.pointer_mut(pointer).expect(pointer) = bad;
        assert_ne!(check(&schema, &schema, &report, ""), Vec::<String>::new(), "{pointer}");
    }
    let mut more = good;
    more["checks"][0]["more"] = json!(1);
    assert_ne!(check(&schema, &schema, &more, ""), Vec::<String>::new());
}

#[test]
fn lists_keep_their_schema() {
    let schema = schema_in("list.schema.json");
    let kinds: Vec<_> = Kind::ALL.iter().map(|kind| kind.plural()).collect();
    assert_eq!(schema["properties"]["kind"]["enum"], json!(kinds));
    for kind in Kind::ALL {
        let mut selection = Selection::of(kind, TimeZone::UTC);
        selection.columns = kind.fields().collect();
        let row = vec![Value::Null; selection.columns.len()];
        let (mut page, _) = Page::of(&selection, ListFormat::Json, super::look(80));
        let mut text = page.add(&[row.clone(), row]);
        let taken: Result<(), ()> = page.finish(|rest| {
            text.push_str(rest);
            Ok(())
        });
        assert_eq!(taken, Ok(()));
        for text in [text, render_count(ListFormat::Json, kind, 7)] {
            let mut list: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(check(&schema, &schema, &list, ""), Vec::<String>::new());
            list["more"] = json!(1);
            assert_ne!(check(&schema, &schema, &list, ""), Vec::<String>::new());
        }
    }
}
