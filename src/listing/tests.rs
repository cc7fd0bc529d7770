//! Lists as people and programs read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::*;
use crate::catalog::{Field, FieldType, Kind, ObjectKind, Unit};
use crate::cli::ListFormat;
use crate::inventory::SourceKind;
use crate::report::{Look, Styles};
use crate::selection::{Row, Selection, Sieve};
use crate::store::StoredSource;

const DATASTORES: Kind = Kind::Object(ObjectKind::Datastore);

fn wished(kind: Kind, columns: &[&str], sort: &[&str]) -> Result<Selection, WishError> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let (columns, sort) = (owned(columns), owned(sort));
    let wishes = Wishes {
        columns: &columns,
        sort: &sort,
        ..Wishes::default()
    };
    wishes.selection(kind, Timestamp::UNIX_EPOCH, &TimeZone::UTC)
}

fn names(selection: &Selection) -> Vec<&'static str> {
    selection.columns.iter().map(|field| field.name).collect()
}

fn look(width: usize) -> Look {
    Look {
        width,
        timezone: TimeZone::get("Europe/Berlin").unwrap(),
        styles: Styles::PLAIN,
    }
}

fn datastores() -> Vec<Row> {
    vec![
        vec![
            json!("fast-01"),
            json!("VMFS"),
            json!(2_199_023_255_552_u64),
            json!(1_649_267_441_664_u64),
            json!(12),
            json!(true),
        ],
        vec![
            json!("a datastore whose name is much longer than anyone would want it to be, really"),
            json!("NFS"),
            json!(512),
            Value::Null,
            json!(0),
            json!(false),
        ],
        vec![
            json!("名前\u{1b}[31m"),
            Value::Null,
            json!(1_610_612_736),
            json!(0),
            Value::Null,
            Value::Null,
        ],
    ]
}

#[test]
fn columns_are_the_usual_ones_or_named_or_added() {
    let usual = wished(DATASTORES, &[], &[]).unwrap();
    assert_eq!(
        names(&usual),
        ["name", "type", "capacity_bytes", "free_bytes", "vm_count", "accessible"]
    );
    assert_eq!(usual.sort[0].field.name, "name");
    assert_eq!(
        names(&wished(DATASTORES, &["url", " name", "url"], &[]).unwrap()),
        ["url", "name"]
    );
    assert_eq!(
        names(&wished(DATASTORES, &["+url", "+type"], &[]).unwrap())[5..],
        ["accessible", "url"]
    );
    assert_eq!(
        names(&wished(DATASTORES, &["+url", "hosts"], &[]).unwrap())[5..],
        ["accessible", "url", "hosts"]
    );
    let all = wished(DATASTORES, &["all"], &["-free_bytes", "name"]).unwrap();
    assert_eq!(all.columns.len(), DATASTORES.fields().count());
    assert!(all.sort[0].descending && !all.sort[1].descending);
}

#[test]
fn what_cannot_be_shown_is_named_with_what_can() {
    let error = wished(DATASTORES, &["name", "fre_bytes"], &[]).unwrap_err().to_string();
    assert!(
        error.starts_with("failed to read --columns: datastores have no field 'fre_bytes'\nhint: did you mean free_bytes? there are name, type,"),
        "{error}"
    );
    let error = wished(Kind::Source, &[], &["-x"]).unwrap_err().to_string();
    assert!(
        error.starts_with("failed to read --sort: sources have no field 'x'\nhint: there are name, kind,"),
        "{error}"
    );
    let error = wished(DATASTORES, &["name", "+url"], &[]).unwrap_err().to_string();
    assert!(
        error.starts_with("failed to read --columns: 'url' and '+url' do not go together\nhint: "),
        "{error}"
    );
}

/// What is shown as rows come, so many at a time, and in the end.
fn shown(selection: &Selection, form: ListFormat, rows: &[Row], batch: usize) -> (String, String) {
    let (mut page, _) = Page::of(selection, form, look(80));
    let early = rows.chunks(batch).map(|rows| page.add(rows)).collect();
    let mut rest = String::new();
    let taken: Result<(), ()> = page.finish(|text| {
        rest.push_str(text);
        Ok(())
    });
    assert_eq!(taken, Ok(()));
    (early, rest)
}

fn render_table(fields: &[&'static Field], rows: &[Row], look: &Look) -> String {
    let mut table = table::Table::new(fields.to_vec(), look.clone());
    table.add(rows);
    table.render(&(0..rows.len()).collect::<Vec<_>>())
}

#[test]
fn rows_that_come_in_any_order_and_batches_are_the_list_of_the_sorted_rows_at_once() {
    let selection = wished(DATASTORES, &["free_bytes", "accessible"], &["-accessible"]).unwrap();
    let (_, asked) = Page::of(&selection, ListFormat::Table, look(80));
    assert_eq!(names(&asked), ["free_bytes", "accessible", "name"]);
    assert!(asked.sort.is_empty());
    // Numbers: some rows differ in what is shown alone, and some not at all.
    let rows: Vec<Row> = (0..1_500)
        .map(|at| {
            let accessible = [json!(true), json!(false), Value::Null][at % 3].clone();
            vec![
                json!(at % 7 * 11),
                accessible,
                json!(format!("ds-{}", at * 7_919 % 101)),
            ]
        })
        .collect();
    let mut sieve = Sieve::new(&selection);
    let fields = sieve.fields().to_vec();
    for row in &rows {
        let value = |field: &&'static Field| {
            let place = asked.columns.iter().position(|column| column == field);
            place.map_or(json!(true), |place| row[place].clone())
        };
        assert_eq!(sieve.take(fields.iter().map(value).collect()), None);
    }
    let sorted: Vec<Row> = sieve.finish().collect();
    let unsorted = Selection {
        sort: Vec::new(),
        ..selection.clone()
    };
    for form in [ListFormat::Table, ListFormat::Csv, ListFormat::Json, ListFormat::Ndjson] {
        let (early, rest) = shown(&unsorted, form, &sorted, 2_000);
        let expected = early + &rest;
        assert!(expected.lines().count() >= 1_500);
        for batch in [1, 7, 512, 2_000] {
            let (early, list) = shown(&selection, form, &rows, batch);
            assert_eq!(
                (early.as_str(), list == expected),
                ("", true),
                "{form:?} {batch}: {list}"
            );
        }
    }
}

#[test]
fn a_list_of_nothing_is_whole() {
    let selection = wished(DATASTORES, &["name"], &[]).unwrap();
    for (form, expected) in [
        (ListFormat::Table, ""),
        (ListFormat::Csv, "name\n"),
        (ListFormat::Ndjson, ""),
        (
            ListFormat::Json,
            "{\"schema\":\"vmsync.list/1\",\"kind\":\"datastores\",\"rows\":[\n],\"count\":0}\n",
        ),
    ] {
        assert_eq!(shown(&selection, form, &[], 1).1, expected, "{form:?}");
    }
}

#[test]
fn a_table_fits_the_line() {
    let selection = wished(DATASTORES, &[], &[]).unwrap();
    let table = render_table(&selection.columns, &datastores(), &look(80));
    let rule = "─".repeat(80);
    let expected = [
        "                                           capacity_    free_    vm_",
        "name                                 type      bytes    bytes  count  accessible",
        &rule,
        "fast-01                              VMFS      2 TiB  1.5 TiB     12  yes",
        "a datastore whose name is much lon…  NFS       512 B        -      0  no",
        "名前\\u{1b}[31m                       -       1.5 GiB      0 B      -  -",
    ];
    assert_eq!(table.lines().collect::<Vec<_>>(), expected);
    let wide = render_table(&selection.columns, &datastores(), &look(200));
    assert!(wide.starts_with("name  ") && wide.contains("capacity_bytes  free_bytes  vm_count  accessible\n"));
    for width in [60, 80, 81, 200] {
        let table = render_table(&selection.columns, &datastores(), &look(width));
        let widest = table.lines().map(unicode_width::UnicodeWidthStr::width).max();
        assert!(widest <= Some(width), "{width}: {table}");
    }
    assert_eq!(render_table(&selection.columns, &[], &look(80)), "");
}

/// A value as long as it usually is.
fn usual(field: &Field) -> Value {
    match (field.kind, field.name) {
        (FieldType::Switch, _) => json!(true),
        (FieldType::Number(Unit::One), _) => json!(128),
        (FieldType::Number(Unit::Megahertz), _) => json!(83_200),
        (FieldType::Number(_), _) => json!(1_649_267_441_664_u64),
        (FieldType::Time, _) => json!("2026-11-01T10:00:00Z"),
        (FieldType::LocalTime, _) => json!("21-11-2026: 12:00:00"),
        (_, "name") => json!("app-server-01"),
        (_, "addr") => json!("192.0.2.125"),
        (_, "host" | "entity") => json!("esx01.example"),
        (_, "last_error") => json!("the server is not reachable: connection refused"),
        _ => json!(field.words().next().unwrap_or("Production")),
    }
}

#[test]
fn the_usual_columns_of_every_kind_stand_on_a_line_and_names_are_whole() {
    for kind in Kind::ALL {
        for gone in [false, true] {
            let columns = crate::selection::usual_columns(kind, gone);
            let row: Row = columns.iter().map(|field| usual(field)).collect();
            let table = render_table(&columns, &[row], &look(80));
            let lines: Vec<&str> = table.lines().collect();
            assert!(lines[lines.len() - 2].starts_with('─'), "{kind:?}: {table}");
            assert!(lines[lines.len() - 1].contains("app-server-01"), "{kind:?}: {table}");
            assert!(lines.iter().all(|line| line.chars().count() <= 80), "{kind:?}: {table}");
        }
    }
}

#[test]
fn local_times_are_shown_as_all_others() {
    let field = Kind::Vm.field("orphan_since").unwrap();
    let rows = [vec![json!("21-11-2026: 12:00:00")], vec![json!("soon")]];
    let table = render_table(&[field], &rows, &look(80));
    assert!(table.ends_with("\n2026-11-21 12:00:00 CET\nsoon\n"), "{table}");
}

#[test]
fn too_many_columns_for_a_line_stand_below_one_another() {
    let selection = wished(Kind::Vm, &["all"], &[]).unwrap();
    let document = json!({
        "name": "web-1", "memory_mb": 6144, "boot_time": "2026-11-01T10:00:00Z", "datastores": ["a", "b"],
        "custom_attributes": {"Owner": "me"}, "partitions": [{"path": "/"}],
    });
    let document = document.as_object().unwrap();
    let row: Row = selection.columns.iter().map(|field| field.value_in(document)).collect();
    let text = render_table(&selection.columns, &[row.clone(), row], &look(80));
    for line in [
        "name                  web-1\n",
        "memory_mb             6 GiB\n",
        "boot_time             2026-11-01 11:00:00 CET\n",
        "datastores            a, b\n",
        "custom_attributes     Owner=me\n",
        "partitions            [{\"path\":\"/\"}]\n",
        "orphan                -\n",
        "\n\nname",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
}

fn whole(form: ListFormat) -> String {
    let selection = Selection {
        sort: Vec::new(),
        ..wished(DATASTORES, &["name", "free_bytes", "hosts"], &[]).unwrap()
    };
    let rows = [
        vec![json!("=1+1"), json!(7), json!(["a", "b"])],
        vec![json!("a, \"b\"\u{202e}"), Value::Null, json!([])],
    ];
    let (text, rest) = shown(&selection, form, &rows, 1);
    assert!(
        text.contains("=1+1") && !rest.contains("=1+1"),
        "rows in no order are shown as they come"
    );
    text + &rest
}

#[test]
fn programs_get_numbers_and_nothing_that_runs() {
    assert_eq!(
        whole(ListFormat::Csv),
        "name,free_bytes,hosts\n'=1+1,7,a; b\n\"a, \"\"b\"\"\u{202e}\",,\n"
    );
    assert_eq!(
        whole(ListFormat::Ndjson),
        "{\"name\":\"=1+1\",\"free_bytes\":7,\"hosts\":[\"a\",\"b\"]}\n{\"name\":\"a, \\\"b\\\"\\u202e\",\"free_bytes\":null,\"hosts\":[]}\n"
    );
    let json: Value = serde_json::from_str(&whole(ListFormat::Json)).unwrap();
    assert_eq!(
        json,
        json!({
            "schema": "vmsync.list/1", "kind": "datastores", "count": 2, "rows": [
                {"name": "=1+1", "free_bytes": 7, "hosts": ["a", "b"]},
                {"name": "a, \"b\"\u{202e}", "free_bytes": null, "hosts": []},
            ],
        })
    );
}

#[test]
fn the_age_is_that_of_what_the_last_pass_heard_and_of_the_rest_by_name() {
    let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    let source = |name: &str, hours: i64, last_error: Option<&str>| StoredSource {
        name: name.to_owned(),
        host: String::new(),
        id: None,
        kind: SourceKind::Esxi,
        last_complete: (hours > 0).then(|| now - jiff::SignedDuration::from_hours(hours)),
        last_error: last_error.map(str::to_owned),
        root_roles: Vec::new(),
        login_pause: None,
        listed: None,
    };
    let remembered = [
        source("a", 1, None),
        source("b", 2, None),
        source("c", 75, Some("x")),
        source("d", 0, Some("x")),
    ];
    let age = |configured: &[&str]| render_age(Kind::Vm, configured, &remembered, now, &TimeZone::UTC);
    assert_eq!(age(&["a", "b"]), "as of 2026-11-21 10:00:00 UTC, 2 h ago");
    assert_eq!(
        age(&["a", "c"]),
        "as of 2026-11-21 11:00:00 UTC, 1 h ago; older: c (3 d 3 h ago)"
    );
    assert_eq!(
        age(&["c", "d", "e", "f", "g"]),
        "the last pass heard no source completely; older: c (3 d 3 h ago), d (never), e (never) and 2 more"
    );
}

#[test]
fn every_field_is_explained() {
    for kind in Kind::ALL {
        let text = describe_fields(kind);
        assert_eq!(text.lines().count(), kind.fields().count() + 1);
        assert!(kind.fields().all(|field| text.contains(field.meaning)));
    }
}
