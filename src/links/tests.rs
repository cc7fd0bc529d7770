use proptest::prelude::*;
use serde_json::json;

use super::*;

fn host(id: &str, serial: &str, hardware_uuid: Option<&str>) -> HostSerial {
    HostSerial {
        id: id.to_owned(),
        label: format!("name of {id}"),
        serial: serial.to_owned(),
        hardware_uuid: hardware_uuid.map(str::to_owned),
        is_of_vcenter: id.starts_with("vcenter:"),
    }
}

fn record(id: &str, serial: &Value, link: &Value) -> HardwareRecord {
    HardwareRecord {
        id: DocumentId(id.to_owned()),
        serial: serial.clone(),
        link: link.clone(),
    }
}

#[test]
fn a_record_without_link_gets_that_of_the_host_with_exactly_its_serial() {
    let hosts = [host("vcenter:1/host-9", "7XK2P03", None)];
    let others = [
        json!("7xk2p03"),
        json!(" 7XK2P03"),
        json!(["7XK2P03"]),
        json!(7),
        Value::Null,
    ];
    let others = others.iter().map(|serial| record("other", serial, &Value::Null));
    let records: Vec<_> = others.chain([record("it", &json!("7XK2P03"), &Value::Null)]).collect();
    let plan = plan_links(&hosts, &records);
    let link = Link {
        host: "name of vcenter:1/host-9".to_owned(),
        host_id: "vcenter:1/host-9".to_owned(),
        serial: "7XK2P03".to_owned(),
        record: DocumentId("it".to_owned()),
    };
    assert_eq!(
        plan,
        LinkPlan {
            links: vec![link],
            ..LinkPlan::default()
        }
    );
}

#[test]
fn a_link_that_holds_another_value_is_never_overwritten() {
    let hosts = [host("vcenter:1/host-9", "S", None)];
    for (link, holds) in [
        (json!("vcenter:1/host-8"), "vcenter:1/host-8"),
        (json!(""), ""),
        (json!(17), "17"),
    ] {
        let plan = plan_links(&hosts, &[record("r", &json!("S"), &link)]);
        let problem = LinkProblem::LinkedOtherwise {
            host: "name of vcenter:1/host-9".to_owned(),
            serial: "S".to_owned(),
            holds: holds.to_owned(),
        };
        assert!(plan.links.is_empty());
        assert_eq!(plan.problems, [problem]);
    }
    let linked = plan_links(&hosts, &[record("r", &json!("S"), &json!("vcenter:1/host-9"))]);
    assert_eq!((linked.unchanged, linked.links.len(), linked.problems.len()), (1, 0, 0));
}

#[test]
fn a_serial_that_means_two_is_told_and_left() {
    let twice = [
        host("vcenter:1/a", "S", Some("u-1")),
        host("vcenter:1/b", "S", Some("u-2")),
    ];
    let records = [record("r", &json!("S"), &Value::Null)];
    assert!(matches!(
        &plan_links(&twice, &records).problems[..],
        [LinkProblem::SerialOfSeveralHosts { hosts, .. }] if hosts.len() == 2
    ));
    let two = [records[0].clone(), record("q", &json!("S"), &json!("vcenter:1/a"))];
    let plan = plan_links(&twice[..1], &two);
    assert!(plan.links.is_empty());
    assert!(matches!(
        plan.problems[..],
        [LinkProblem::SerialOfSeveralRecords { records: 2, .. }]
    ));
    assert_eq!(plan_links(&twice, &[]), LinkPlan::default());
}

#[test]
fn a_host_that_its_vcenter_and_a_source_of_its_own_list_is_one_machine() {
    let seen = |uuid| {
        [
            host("esxi:u-1/ha-host", "S", uuid),
            host("vcenter:1/host-9", "S", Some("U-1")),
        ]
    };
    let records = [record("r", &json!("S"), &Value::Null)];
    let plan = plan_links(&seen(Some("u-1")), &records);
    assert_eq!(plan.links.len(), 1);
    assert_eq!(plan.links[0].host_id, "vcenter:1/host-9");
    for other in [None, Some("u-2")] {
        assert!(plan_links(&seen(other), &records).links.is_empty(), "{other:?}");
    }
    let of_two_vcenters = [
        host("vcenter:1/host-9", "S", Some("u-1")),
        host("vcenter:2/host-4", "S", Some("u-1")),
    ];
    assert_eq!(plan_links(&of_two_vcenters, &records).problems.len(), 1);
}

fn any_host() -> impl Strategy<Value = HostSerial> {
    let uuid = prop_oneof![Just(None), "[ab]".prop_map(Some)];
    ("(vcenter:[12]|esxi:[12])/[1-4]", "[ST]", uuid).prop_map(|(id, serial, uuid)| host(&id, &serial, uuid.as_deref()))
}

fn any_record() -> impl Strategy<Value = HardwareRecord> {
    let link = prop_oneof![Just(Value::Null), "(vcenter|esxi):[12]/[1-4]".prop_map(Value::from)];
    ("[a-f]", "[STU]", link).prop_map(|(id, serial, link)| record(&id, &json!(serial), &link))
}

proptest! {
    #[test]
    fn order_never_matters_and_only_records_without_link_are_linked(
        hosts in prop::collection::btree_map(any_host().prop_map(|host| host.id), any_host(), 0..6),
        records in prop::collection::btree_map("[a-f]", any_record(), 0..6),
    ) {
        let hosts: Vec<_> = hosts.into_iter().map(|(id, host)| HostSerial { is_of_vcenter: id.starts_with("vcenter:"), id, ..host }).collect();
        let records: Vec<_> = records.into_iter().map(|(id, record)| HardwareRecord { id: DocumentId(id), ..record }).collect();
        let plan = plan_links(&hosts, &records);
        let (mut turned_hosts, mut turned_records) = (hosts.clone(), records.clone());
        turned_hosts.reverse();
        turned_records.reverse();
        prop_assert_eq!(&plan_links(&turned_hosts, &turned_records), &plan);
        for link in &plan.links {
            let record = records.iter().find(|record| record.id == link.record).expect("it is one of them");
            prop_assert!(record.link.is_null() && record.serial == json!(link.serial));
        }
        // Once they are set, nothing is left to do.
        let linked: Vec<_> = records.iter().map(|record| {
            let link = plan.links.iter().find(|link| link.record == record.id);
            HardwareRecord { link: link.map_or_else(|| record.link.clone(), |link| json!(link.host_id)), ..record.clone() }
        }).collect();
        let again = plan_links(&hosts, &linked);
        prop_assert!(again.links.is_empty());
        prop_assert_eq!(again.unchanged, plan.unchanged + plan.links.len());
        prop_assert_eq!(again.problems, plan.problems);
    }
}
