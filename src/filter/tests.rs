//! The language: what it says, how it is written, what it refuses.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::catalog::{FieldType, ObjectKind};

const NOW: &str = "2026-11-21T12:00:00Z";
const HOSTS: Kind = Kind::Object(ObjectKind::Host);

fn read(kind: Kind, text: &str) -> Result<Expr, FilterError> {
    let timezone = TimeZone::get("Europe/Berlin").unwrap();
    let context = Context {
        kind,
        now: NOW.parse().unwrap(),
        timezone: &timezone,
    };
    parse(text, &context)
}

/// What an expression says of one object.
fn holds(kind: Kind, text: &str, object: &Value) -> bool {
    let timezone = TimeZone::get("Europe/Berlin").unwrap();
    let values: Vec<(&Field, Value)> = kind
        .fields()
        .map(|field| (field, field.value_in(object.as_object().unwrap())))
        .collect();
    let value_of = |wanted: &'static Field| {
        let found = values.iter().find(|(field, _)| field.name == wanted.name);
        found.map(|(_, value)| value).unwrap()
    };
    read(kind, text).unwrap().holds(&value_of, &timezone)
}

#[test]
fn what_is_said_of_an_object() {
    let vm = json!({
        "name": "Web-01", "power_state": "on", "num_cpu": 4, "memory_mb": 8192, "template": false, "cluster": null,
        "datastores": ["fast", "slow"], "networks": [], "addr": "unknown", "hostname": "", "committed_bytes": 3_221_225_472_u64,
        "boot_time": "2026-11-01T10:00:00Z", "orphan": true, "orphan_since": "14-11-2026: 13:00:00",
        "sources": [{"name": "vc1", "moref": "vm-1"}, {"name": "esx9", "moref": "5"}],
        "partitions": [{"path": "/"}],
    });
    for (text, expected) in [
        ("name = Web-01", true),
        ("name = web-01", false),
        ("name ~ web*", true),
        ("name ~ w?b-0?", true),
        ("name ~ eb*", false),
        ("name !~ web*", false),
        ("name != other", true),
        ("NOT name = Web-01 OR power_state = on", true),
        ("not (name = Web-01 or power_state = on)", false),
        ("power_state = off or num_cpu = 4 and memory_mb = 8192", true),
        ("(power_state = off or num_cpu = 4) and memory_mb = 1", false),
        ("num_cpu > 3 and num_cpu >= 4 and num_cpu < 5 and num_cpu <= 4", true),
        ("num_cpu != 4", false),
        ("memory_mb >= 8GB and memory_mb <= 8 GiB and memory_mb < 8.5g", true),
        ("committed_bytes = 3GB and committed_bytes > 3000 MB", true),
        ("template", false),
        ("not template", true),
        ("template = no", true),
        ("orphan and orphan = TRUE", true),
        ("cluster = none and firmware = none", true),
        ("cluster = NULL and not firmware != null", true),
        ("cluster = \"null\"", false),
        ("cluster = vms-1", false),
        ("cluster != vms-1", true),
        ("nics > 0", false),
        ("nics < 1", false),
        ("not nics < 1", true),
        ("datastores = slow", true),
        ("datastores ~ FA*", true),
        ("datastores != slow", false),
        ("datastores = sl", false),
        ("networks = none", true),
        ("datastores != none", true),
        ("addr = none and hostname = none and addr = unknown", true),
        ("addr ~ * or addr ~ unk* or hostname ~ *", false),
        ("addr !~ * and hostname !~ *", true),
        ("source = vc1 and source = esx9 and moref = 5", true),
        ("boot_time = 2026-11-01", true),
        ("boot_time > 2026-11-01", false),
        ("boot_time >= 2026-11-01 and boot_time <= 2026-11-01", true),
        ("boot_time < 2026-11-01T12:00:00+02:00", false),
        ("boot_time = 2026-11-01T11:00", true),
        ("boot_time < -20d and boot_time > -480h", false),
        ("boot_time < -2w", true),
        ("orphan_since = 2026-11-14T12:00:00Z", true),
        ("orphan_since = '14-11-2026: 13:00:00'", true),
        ("orphan_since >= -7d and not orphan_since > -7d", true),
        ("partitions != none and snapshot_tree = none", true),
    ] {
        assert_eq!(holds(Kind::Vm, text, &vm), expected, "{text}");
    }
}

#[test]
fn units_are_those_of_the_field() {
    let host =
        json!({"cpu_hz": 2_400_000_000_u64, "cpu_usage_mhz": 1500, "uptime_seconds": 172_800, "memory_usage_mb": 1024});
    for text in [
        "cpu_hz = 2.4GHz",
        "cpu_usage_mhz = 1.5ghz",
        "uptime_seconds = 2d and uptime_seconds < 1w and uptime_seconds = 48 h",
        "memory_usage_mb = 1g and memory_usage_mb = 1048576 KiB",
    ] {
        assert!(holds(HOSTS, text, &host), "{text}");
    }
}

#[test]
fn a_mistake_is_shown_at_its_place() {
    let mut shown = Vec::new();
    for text in [
        "",
        "memroy_mb > 4GB and host = a",
        "power_state = on and memory > 4",
        "name ~ web* and",
        "and name = a",
        "name",
        "name = ",
        "name = web*",
        "name > a",
        "num_cpu ~ 4",
        "num_cpu = many",
        "num_cpu > 4GB",
        "memory_mb > 4 parsecs",
        "memory_mb > -4",
        "name is null",
        "template is true",
        "name in (a, b)",
        "power_state in (on)",
        "num_cpu between 2 and 4",
        "name not like web",
        "power_state = poweredOn",
        "num_cpu > 4 and vmware_tools != running",
        "connection_state = 'lost'",
        "template = maybe",
        "template maybe",
        "boot_time > yesterday",
        "cluster > none",
        "num_cpu > none",
        "partitions = x",
        "(name = a or name = b",
        "name = a) or name = b",
        "name = a name = b",
        "name == a",
        "name = a && host = b",
        "name <> a",
        "name = \"web",
        "name = \"w\\eb\"",
        "name = a, host = b",
        "name = web (old)",
        "host = not",
        "name = 'ein sehr langer Name, der über die halbe Zeile reicht' and hots = 'noch einer, der über die Zeile reicht'",
        "name = 名前 and 名前 = x",
    ] {
        let error = read(Kind::Vm, text).unwrap_err();
        assert!(
            error.to_string().lines().last().unwrap().starts_with("hint: "),
            "{error}"
        );
        shown.push(error.to_string());
    }
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn a_word_that_a_field_never_has_is_no_silent_nothing() {
    for (kind, text, meant) in [
        (
            Kind::Vm,
            "power_state = poweredOn",
            "did you mean on? it is one of on, off, suspended, unknown, or none",
        ),
        (Kind::Vm, "power_state != ON", "did you mean on?"),
        (
            Kind::Vm,
            "vmware_tools = notInstalled",
            "did you mean toolsNotInstalled?",
        ),
        (HOSTS, "connection_state = responding", "did you mean notResponding?"),
        (
            Kind::Object(ObjectKind::Network),
            "network_type = portgroup",
            "did you mean DistributedVirtualPortgroup?",
        ),
        (
            Kind::Object(ObjectKind::Alarm),
            "status = purple",
            "hint: it is one of red, yellow, green, gray, or none",
        ),
    ] {
        let error = read(kind, text).unwrap_err();
        assert!(matches!(error.mistake, Mistake::Word { .. }), "{error}");
        assert!(error.to_string().contains(meant), "{error}");
    }
    for (kind, text) in [
        (Kind::Vm, "power_state ~ powered*"),
        (
            Kind::Vm,
            "vmware_tools = unknown or firmware = none or power_state = unknown",
        ),
        (Kind::Vm, "guest_os = anything and tools_running_status = whatever"),
        (Kind::Object(ObjectKind::Datastore), "type = new-in-9"),
    ] {
        assert!(read(kind, text).is_ok(), "{text}");
    }
}

#[test]
fn depth_and_length_have_bounds() {
    let nested = |depth: usize| format!("{}name = a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(read(Kind::Vm, &nested(MAX_DEPTH)).is_ok());
    let error = read(Kind::Vm, &nested(MAX_DEPTH + 1)).unwrap_err();
    assert_eq!((error.mistake.clone(), error.place()), (Mistake::TooDeep, 51..55));
    let error = read(Kind::Vm, &format!("{}template", "not ".repeat(100_000 / 40))).unwrap_err();
    assert_eq!(error.mistake, Mistake::TooDeep);
    let long = |length: usize| format!("name = {}", "a".repeat(length - 7));
    assert!(read(Kind::Vm, &long(MAX_LENGTH)).is_ok());
    assert_eq!(
        read(Kind::Vm, &long(MAX_LENGTH + 1)).unwrap_err().mistake,
        Mistake::TooLong
    );
}

#[test]
fn it_is_written_as_one_would_write_it() {
    for (text, written) in [
        ("  name='web-01'", "name = web-01"),
        ("name = \"VM 1\" and not template", "name = \"VM 1\" and not template"),
        ("not (power_state = on)", "power_state != on"),
        ("not name ~ 'a b*'", "name !~ \"a b*\""),
        ("name = 'web*'", "name = \"web*\""),
        ("name = \"none\" or name = 'or'", "name = \"none\" or name = \"or\""),
        ("name = null or name = 'null'", "name = none or name = \"null\""),
        ("memory_mb>4GB", "memory_mb > 4096"),
        ("memory_mb > 0.5 KB", "memory_mb > 0.00048828125"),
        ("boot_time >= 2026-11-01", "boot_time >= 2026-10-31T23:00:00Z"),
        (
            "not boot_time = 2026-11-01",
            "not (boot_time >= 2026-10-31T23:00:00Z and boot_time < 2026-11-01T23:00:00Z)",
        ),
        (
            "template=no and not template=no",
            "template = false and template != false",
        ),
        (
            "(name=a or name=b) and (host=c and (host=d))",
            "(name = a or name = b) and (host = c and host = d)",
        ),
        ("name = \"a\\u{202e}\\n\\\"b\"", "name = \"a\\u{202e}\\n\\\"b\""),
    ] {
        let expression = read(Kind::Vm, text).unwrap();
        assert_eq!(expression.to_string(), written);
        assert_eq!(read(Kind::Vm, written).unwrap(), expression);
    }
}

#[test]
fn nothing_joined_can_be_written_too() {
    let object = json!({"name": "a"});
    assert!(holds(Kind::Vm, &Expr::All(vec![]).to_string(), &object));
    assert!(!holds(Kind::Vm, &Expr::Any(vec![]).to_string(), &object));
    assert_eq!((Expr::all(vec![]), Expr::any(vec![])), (None, None));
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z*? ]{0,6}",
        Just("none".to_owned()),
        Just("AND".to_owned())
    ]
}

fn order() -> impl Strategy<Value = Order> {
    use Order::{AtLeast, AtMost, Equal, Greater, Less};
    prop::sample::select(vec![Less, AtMost, Equal, AtLeast, Greater])
}

fn test_of(field: &'static Field) -> BoxedStrategy<Test> {
    let fitting = match field.kind {
        FieldType::Text if field.is_closed => {
            let words: Vec<&str> = field.words().collect();
            let word = prop::sample::select(words).prop_map(|word| Test::Text(word.to_owned()));
            prop_oneof![word, text().prop_map(Test::Like)].boxed()
        }
        FieldType::Text | FieldType::Texts => {
            prop_oneof![text().prop_map(Test::Text), text().prop_map(Test::Like)].boxed()
        }
        FieldType::Switch => any::<bool>().prop_map(Test::Switch).boxed(),
        FieldType::Number(_) => (order(), prop_oneof![0.0..1e18_f64, (0..1000_u32).prop_map(f64::from)])
            .prop_map(|(order, number)| Test::Number(order, number))
            .boxed(),
        FieldType::Time | FieldType::LocalTime => (order(), -10_000_000_000_i64..100_000_000_000)
            .prop_map(|(order, second)| Test::Time(order, Timestamp::from_second(second).unwrap()))
            .boxed(),
        FieldType::Records | FieldType::TextMap => Just(Test::Absent).boxed(),
    };
    prop_oneof![1 => Just(Test::Absent), 4 => fitting].boxed()
}

fn expression(kind: Kind) -> impl Strategy<Value = Expr> {
    let fields: Vec<&'static Field> = kind.fields().collect();
    let leaf =
        prop::sample::select(fields).prop_flat_map(|field| test_of(field).prop_map(move |test| Expr::is(field, test)));
    leaf.prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::All),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::Any),
            inner.prop_map(Expr::not),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_the_same(expr in prop::sample::select(Kind::ALL.to_vec()).prop_flat_map(|kind| (Just(kind), expression(kind)))) {
        let (kind, expression) = expr;
        let written = expression.to_string();
        prop_assert!(!written.contains(char::is_control), "{written}");
        prop_assert_eq!(read(kind, &written).unwrap(), expression);
    }

    #[test]
    fn any_text_is_read_or_refused_at_a_place_in_it(text in "(name|num_cpu|not|and|or|none|\\(|\\)|=|!=|~|<=|\"|'|\\\\|u\\{|4GB|-7d|ä| |.){0,12}") {
        match read(Kind::Vm, &text) {
            Ok(expression) => prop_assert_eq!(read(Kind::Vm, &expression.to_string()).unwrap(), expression),
            Err(error) => {
                prop_assert!(text.get(error.place()).is_some());
                prop_assert!(error.to_string().lines().all(|line| line.len() < 1_600));
            }
        }
    }
}
