//! Lists: whatever is asked, a store answers as the filter says of the documents that it has.

use std::collections::BTreeSet;

use futures_util::TryStreamExt;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::super::subject::catalog::{Field, FieldType, Kind};
use super::super::subject::filter::{Expr, Order, Test};
use super::super::subject::selection::{Row, Selection, Sieve, Sort};
use super::*;

const DOCUMENTS: usize = 60;
const QUESTIONS: usize = 300;

/// Texts that stores might take for something else, and some that differ by little.
const TEXTS: [&str; 16] = [
    "a", "A", "web-1", "WEB-2", "web", "", "unknown", "none", "ä", "Ä", "x\ny", "a%b", "a_b", "a\\b", "(x)", "4",
];
const PATTERNS: [&str; 12] = [
    "*", "a*", "WEB-?", "*b", "?", "", "ä", "a%*", "a_b", "a\\*", "x?y", "(*)",
];
const NUMBERS: [f64; 7] = [0.0, 1.0, 4.0, 4.5, 4096.0, 1e15, 1e19];
const LOCAL_TIMES: [&str; 4] = [
    "01-11-2026: 10:00:00",
    "02-11-2025: 10:00:00",
    "31-10-2026: 23:59:59",
    "never",
];
const TIMES: [&str; 4] = [
    "2026-11-01T09:00:00Z",
    "2025-11-02T09:00:00Z",
    "2026-10-31T22:59:59Z",
    "soon",
];

pub async fn what_is_selected_is_what_the_filter_says(lab: &dyn Laboratory) {
    lab.store().prepare().await.unwrap();
    let mut runner = TestRunner::deterministic();
    let mut stored = Vec::new();
    for _ in 0..DOCUMENTS {
        let id = lab.put(any_of(&mut runner, document(Kind::Vm, 2))).await;
        stored.push(lab.get(&id).await);
    }
    agree(lab, Kind::Vm, &stored, &mut runner).await;
}

pub async fn objects_are_selected_likewise(lab: &dyn Laboratory) {
    lab.store().prepare().await.unwrap();
    let (kind, mut runner) = (ObjectKind::Host, TestRunner::deterministic());
    let mut insert = |number: usize| DocumentWrite::Insert {
        id: Some(DocumentId(format!("vc1/host-{number}"))),
        content: any_of(&mut runner, document(Kind::Object(kind), 0)).into(),
    };
    let writes: Vec<_> = (0..DOCUMENTS).map(&mut insert).collect();
    let written = lab.store().apply(&stamp(1), Table::Objects(kind), &writes).await;
    assert!(written.error.is_none(), "{written:?}");
    let contents = writes.into_iter().filter_map(|write| match write {
        DocumentWrite::Insert { content, .. } => Some(content.to_map()),
        DocumentWrite::Update { .. } => None,
    });
    agree(lab, Kind::Object(kind), &contents.collect::<Vec<_>>(), &mut runner).await;
}

async fn agree(lab: &dyn Laboratory, kind: Kind, stored: &[Map<String, Value>], runner: &mut TestRunner) {
    let mut found = 0;
    for _ in 0..QUESTIONS {
        let selection = any_of(runner, selection(kind));
        let expected = expected(&selection, stored);
        let mut rows = select(lab, &selection).await;
        if selection.sort.is_empty() {
            rows.sort_by_key(|row| json!(row).to_string());
        }
        found += expected.len();
        let filter = selection.filter.as_ref().map(Expr::to_string);
        assert_eq!(rows, expected, "{filter:?} of {selection:?}");
    }
    assert!(found > QUESTIONS, "too little was found to be a test: {found}");
}

/// As long and as deep as the language lets them be.
pub async fn long_and_deep_filters_are_answered(lab: &dyn Laboratory) {
    lab.store().prepare().await.unwrap();
    let document = json!({"name": "a", "host": "h"});
    lab.put(document.as_object().unwrap().clone()).await;
    let is = |name: &str, text: &str| Expr::is(Kind::Vm.field(name).unwrap(), Test::Text(text.to_owned()));
    let deeper = |inner: Expr, _| Expr::All(vec![Expr::Any(vec![is("host", "x"), inner.not()]), is("name", "a")]);
    let deep = (0..50).fold(is("name", "a"), deeper);
    let long = Expr::Any(
        (0..1_500)
            .map(|number| is("host", &number.to_string()))
            .chain([is("host", "h")])
            .collect(),
    );
    for filter in [deep, long] {
        let mut selection = Selection::of(Kind::Vm, TimeZone::UTC);
        selection.filter = Some(filter);
        assert_eq!(select(lab, &selection).await.len(), 1);
    }
}

pub async fn sources_are_listed_too(lab: &dyn Laboratory) {
    lab.store().prepare().await.unwrap();
    let sources = [memory::source("b", None), memory::source("a", Some("timed out"))];
    lab.store().save_sources(1, &sources).await.unwrap();
    let mut selection = Selection::of(Kind::Source, TimeZone::UTC);
    let rows = select(lab, &selection).await;
    let complete = "2026-11-01T10:00:00Z";
    assert_eq!(
        rows[0],
        [
            json!("a"),
            json!("vcenter"),
            json!("10.0.0.1"),
            json!(complete),
            json!("timed out")
        ]
    );
    assert_eq!((rows.len(), &rows[1][4]), (2, &Value::Null));
    let last_error = Kind::Source.field("last_error").unwrap();
    selection.filter = Some(Expr::is(last_error, Test::Absent));
    assert_eq!(select(lab, &selection).await.len(), 1);
}

pub async fn an_absent_store_has_no_rows(lab: &dyn Laboratory) {
    let before = lab.snapshot().await;
    for kind in Kind::ALL {
        assert_eq!(
            select(lab, &Selection::of(kind, TimeZone::UTC)).await,
            Vec::<Row>::new()
        );
        assert!(!lab.store().has_place(kind).await.unwrap());
    }
    assert_eq!(lab.snapshot().await, before);
}

async fn select(lab: &dyn Laboratory, selection: &Selection) -> Vec<Row> {
    lab.store().select(selection).try_collect().await.unwrap()
}

/// Without a store, from the documents as they lie there.
fn expected(selection: &Selection, stored: &[Map<String, Value>]) -> Vec<Row> {
    let mut sieve = Sieve::new(selection);
    let fields = sieve.fields().to_vec();
    let read = |document: &Map<String, Value>| fields.iter().map(|field| field.value_in(document)).collect();
    let mut rows: Vec<Row> = stored
        .iter()
        .filter_map(|document| sieve.take(read(document)))
        .collect();
    rows.sort_by_key(|row| json!(row).to_string());
    rows.extend(sieve.finish());
    rows
}

fn any_of<S: Strategy>(runner: &mut TestRunner, strategy: S) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}

fn pick<T: Clone + std::fmt::Debug + 'static>(values: &[T]) -> impl Strategy<Value = T> + use<T> {
    prop::sample::select(values.to_vec())
}

/// Of the field's type.
fn value_of(kind: FieldType) -> BoxedStrategy<Value> {
    let text = || pick(&TEXTS).prop_map(|text| json!(text));
    match kind {
        FieldType::Text => text().boxed(),
        FieldType::Texts | FieldType::Records => prop::collection::vec(text(), 0..3).prop_map(Value::Array).boxed(),
        FieldType::Switch => any::<bool>().prop_map(|is_on| json!(is_on)).boxed(),
        FieldType::Number(_) => pick(&[
            json!(0),
            json!(1),
            json!(4),
            json!(4.5),
            json!(4096),
            json!(9_007_199_254_740_993_i64),
            json!(-1),
        ])
        .boxed(),
        FieldType::Time => pick(&TIMES).prop_map(|text| json!(text)).boxed(),
        FieldType::LocalTime => pick(&LOCAL_TIMES).prop_map(|text| json!(text)).boxed(),
        FieldType::TextMap => text().prop_map(|text| json!({"Owner": text})).boxed(),
    }
}

/// Of a type that others may have written by mistake.
fn odd_value() -> impl Strategy<Value = Value> {
    pick(&[
        json!(null),
        json!(4),
        json!(1),
        json!(true),
        json!("4"),
        json!("web"),
        json!(["a", "web", 4, true]),
        json!([]),
        json!({"a": 1}),
    ])
}

/// With so many in ten of its fields of a wrong type.
fn document(kind: Kind, odd: u32) -> impl Strategy<Value = Map<String, Value>> {
    let fields: Vec<&'static Field> = compared(kind);
    let member = |field: &'static Field| {
        let value = prop_oneof![9 - odd => value_of(field.kind).prop_map(Some), odd => odd_value().prop_map(Some), 1 => Just(None)];
        value.prop_map(move |value| Some((field.key().to_owned(), value?)))
    };
    let source =
        (pick(&TEXTS), pick(&TEXTS)).prop_map(|(name, moref)| json!({"id": name, "name": name, "moref": moref}));
    let sources = prop::collection::vec(source, 0..3).prop_map(|sources| ("sources".to_owned(), Value::Array(sources)));
    let members: Vec<_> = fields.into_iter().map(member).collect();
    (members, sources).prop_map(|(members, sources)| members.into_iter().flatten().chain([sources]).collect())
}

/// One or two fields of each type, columns among them and others: few, so that questions and documents meet.
fn compared(kind: Kind) -> Vec<&'static Field> {
    let names: &[&str] = match kind {
        Kind::Vm => &[
            "name",
            "addr",
            "host",
            "num_cpu",
            "memory_mb",
            "template",
            "orphan",
            "datastores",
            "boot_time",
            "orphan_since",
            "custom_attributes",
            "partitions",
        ],
        _ => &[
            "name",
            "cluster",
            "cpu_cores",
            "memory_bytes",
            "maintenance_mode",
            "present",
            "datastores",
            "boot_time",
            "gone_since",
        ],
    };
    names.iter().map(|name| kind.field(name).unwrap()).collect()
}

fn expression(kind: Kind) -> impl Strategy<Value = Expr> {
    let fields: Vec<_> = compared(kind).into_iter().chain(kind.field("source")).collect();
    let leaf = pick(&fields).prop_flat_map(|field| test_of(field.kind).prop_map(move |test| Expr::is(field, test)));
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Expr::All),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Expr::Any),
            inner.prop_map(Expr::not),
        ]
    })
}

fn test_of(kind: FieldType) -> BoxedStrategy<Test> {
    let order = pick(&[Order::Less, Order::AtMost, Order::Equal, Order::AtLeast, Order::Greater]);
    let fitting = match kind {
        FieldType::Text | FieldType::Texts => prop_oneof![
            pick(&TEXTS).prop_map(|text| Test::Text(text.to_owned())),
            pick(&PATTERNS).prop_map(|text| Test::Like(text.to_owned())),
        ]
        .boxed(),
        FieldType::Switch => any::<bool>().prop_map(Test::Switch).boxed(),
        FieldType::Number(_) => (order, pick(&NUMBERS))
            .prop_map(|(order, n)| Test::Number(order, n))
            .boxed(),
        FieldType::Time | FieldType::LocalTime => {
            let moment = pick(&TIMES[..3]).prop_map(|text| text.parse().unwrap());
            (order, moment)
                .prop_map(|(order, moment)| Test::Time(order, moment))
                .boxed()
        }
        FieldType::Records | FieldType::TextMap => Just(Test::Absent).boxed(),
    };
    prop_oneof![1 => Just(Test::Absent), 4 => fitting].boxed()
}

fn selection(kind: Kind) -> impl Strategy<Value = Selection> {
    let sort = (pick(&compared(kind)), any::<bool>()).prop_map(|(field, descending)| Sort { field, descending });
    let order = (prop::collection::vec(sort, 0..3), prop::option::of(0..12_usize));
    let columns = prop::collection::vec(pick(&compared(kind)), 1..4);
    (
        prop::option::weighted(0.9, expression(kind)),
        any::<bool>(),
        columns,
        order,
    )
        .prop_map(move |(filter, gone, columns, (sort, limit))| Selection {
            kind,
            filter,
            gone,
            columns: distinct(columns),
            limit: limit.filter(|_| !sort.is_empty()),
            sort,
            timezone: TimeZone::fixed(jiff::tz::offset(1)),
        })
}

fn distinct(columns: Vec<&'static Field>) -> Vec<&'static Field> {
    let mut seen = BTreeSet::new();
    columns.into_iter().filter(|field| seen.insert(field.name)).collect()
}
