//! Pages of the property collector.

use super::*;

fn only<'a>(page: &'a Page<'static>) -> &'a ObjectContent<'static> {
    assert_eq!(page.objects.len(), 1);
    &page.objects[0]
}

fn folder(property: &str) -> Value<'static> {
    let objects = format!(r#"<objects><obj type="Folder">group-v3</obj><propSet>{property}</propSet></objects>"#);
    let page = page(&real_page(None, &objects));
    only(&page).properties[0].1.clone()
}

#[test]
fn a_vm_of_the_real_shape() {
    let page = page(&real_page(Some("0"), REAL_VM));
    let vm = only(&page);
    assert_eq!(page.token.as_deref(), Some("0"));
    assert_eq!(vm.object, Reference::new("VirtualMachine", "vm-42"));
    assert_eq!(vm.property("name").and_then(Value::text), Some("db <1> & ä"));
    assert_eq!(
        vm.property("config.uuid").and_then(Value::text),
        Some(""),
        "empty is not unset"
    );
    assert_eq!(vm.property("runtime.host"), None);
    assert_eq!(vm.missing("runtime.host"), Some(&FaultKind::NoPermission));
    let networks: Vec<_> = vm
        .property("network")
        .expect("set")
        .items()
        .iter()
        .filter_map(Value::reference)
        .collect();
    assert_eq!(
        networks,
        [
            &Reference::new("Network", "network-7"),
            &Reference::new("Network", "network-8")
        ]
    );
}

#[test]
fn vcsims_shape_means_the_same() {
    assert_eq!(page(&real_page(None, VCSIM_VM)), page(&real_page(None, REAL_VM)));
}

#[test]
fn prefixes_are_free() {
    let answer = r#"<a:Envelope xmlns:a="http://schemas.xmlsoap.org/soap/envelope/"><a:Body><v:RetrievePropertiesExResponse xmlns:v="urn:vim25" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><v:returnval><v:objects><v:obj type="Folder">f</v:obj><v:propSet><v:name>parent</v:name><v:val i:type="v:ManagedObjectReference" type="Datacenter">d</v:val></v:propSet></v:objects></v:returnval></v:RetrievePropertiesExResponse></a:Body></a:Envelope>"#;
    let page = page(answer);
    assert_eq!(
        only(&page).property("parent"),
        Some(&Value::Reference(Reference::new("Datacenter", "d")))
    );
}

#[test]
fn an_inner_declaration_ends_with_its_element() {
    let value = folder(
        r#"<name>name</name><val xmlns:p="http://www.w3.org/2001/XMLSchema-instance" p:type="LocalType"><x p:type="ArrayOfInt"><int>1</int></x><y xmlns:p="urn:other" p:type="ArrayOfInt"><int>1</int></y></val>"#,
    );
    assert_eq!(value.type_name(), Some("LocalType"));
    assert_eq!(value.field("x").map(|x| x.items().len()), Some(1));
    assert_eq!(
        value.field("y").map(|y| y.items().len()),
        Some(0),
        "p is another namespace there"
    );
}

#[test]
fn a_prefix_may_be_declared_after_its_use() {
    let value = folder(
        r#"<name>name</name><val p:type="q:ArrayOfInt" xmlns:p="http://www.w3.org/2001/XMLSchema-instance" xmlns:q="urn:vim25"><int>1</int></val>"#,
    );
    assert_eq!(value.items().len(), 1);
}

#[test]
fn a_moref_value() {
    let value =
        folder(r#"<name>parent</name><val type="Datacenter" xsi:type="ManagedObjectReference">datacenter-2</val>"#);
    assert_eq!(value.reference(), Some(&Reference::new("Datacenter", "datacenter-2")));
}

#[test]
fn an_array_of_scalars_and_an_empty_one() {
    let value = folder(
        r#"<name>effectiveRole</name><val xsi:type="ArrayOfInt"><int xsi:type="xsd:int">-1</int><int>-2</int></val>"#,
    );
    assert_eq!(value.items(), [Value::Text("-1".into()), Value::Text("-2".into())]);
    assert_eq!(
        folder(r#"<name>triggeredAlarmState</name><val xsi:type="ArrayOfAlarmState"></val>"#),
        Value::Array(vec![])
    );
}

#[test]
fn a_data_object_with_a_repeated_field() {
    let answer = real_page(
        None,
        r#"<objects><obj type="DistributedVirtualPortgroup">dvportgroup-1</obj><propSet><name>config.defaultPortConfig</name><val xsi:type="VMwareDVSPortSetting"><vlan xsi:type="VmwareDistributedVirtualSwitchTrunkVlanSpec"><inherited>false</inherited><vlanId><start>0</start><end>99</end></vlanId><vlanId><start>200</start><end>4094</end></vlanId></vlan></val></propSet></objects>"#,
    );
    let page = page(&answer);
    let vlan = only(&page)
        .property("config.defaultPortConfig")
        .and_then(|config| config.field("vlan"))
        .expect("set");
    assert_eq!(vlan.type_name(), Some("VmwareDistributedVirtualSwitchTrunkVlanSpec"));
    let starts: Vec<_> = vlan
        .fields("vlanId")
        .filter_map(|range| range.field("start")?.text())
        .collect();
    assert_eq!(starts, ["0", "200"]);
}

#[test]
fn an_alarm_state_of_vcsim_holds_references_without_a_type() {
    let value = folder(
        r#"<name>triggeredAlarmState</name><val xsi:type="ArrayOfAlarmState"><AlarmState><key>k</key><entity type="VirtualMachine">vm-1</entity></AlarmState></val>"#,
    );
    assert_eq!(
        value.items()[0].field("entity").and_then(Value::reference),
        Some(&Reference::new("VirtualMachine", "vm-1"))
    );
}

#[test]
fn an_enumeration_is_text_and_an_empty_object_is_none() {
    assert_eq!(
        folder(r#"<name>name</name><val xsi:type="VirtualMachinePowerState">poweredOn</val>"#).text(),
        Some("poweredOn")
    );
    assert_eq!(
        folder(r#"<name>name</name><val xsi:type="InheritableThing"/>"#).type_name(),
        Some("InheritableThing")
    );
}

#[test]
fn an_empty_answer_is_an_empty_page() {
    let empty = real(r#"<RetrievePropertiesExResponse xmlns="urn:vim25"></RetrievePropertiesExResponse>"#);
    assert_eq!(page(&empty), Page::default());
    assert_eq!(
        page(&real(r#"<RetrievePropertiesExResponse xmlns="urn:vim25"/>"#)),
        Page::default()
    );
}

#[test]
fn unknown_paths_and_elements_are_passed_over() {
    let objects = r#"<new><token>9</token></new><objects><obj type="Folder">f</obj><propSet><name>never.asked</name><val xsi:type="xsd:string">x</val></propSet><extra>1</extra></objects>"#;
    let page = page(&real_page(None, objects));
    assert_eq!((page.token.clone(), only(&page).properties.len()), (None, 0));
}

#[test]
fn each_object_may_have_its_own_order_of_paths() {
    let orders = [
        ["name", "config.uuid", "network"],
        ["name", "config.uuid", "network"],
        ["network", "never.asked", "name"],
        ["name", "config.uuid", "name"],
    ];
    let property = |path: &str| format!("<propSet><name>{path}</name><val>{path}</val></propSet>");
    let object = |paths: [&str; 3]| {
        let properties = paths.map(property).concat();
        format!(r#"<objects><obj type="VirtualMachine">vm</obj>{properties}</objects>"#)
    };
    let page = page(&real_page(None, &orders.map(object).concat()));
    let told = page.objects.iter().map(|object| {
        let properties = object.properties.iter();
        properties
            .inspect(|(path, value)| assert_eq!(value.text(), Some(*path)))
            .map(|(path, _)| *path)
            .collect::<Vec<_>>()
    });
    let known = orders.map(|order| {
        order
            .into_iter()
            .filter(|path| *path != "never.asked")
            .collect::<Vec<_>>()
    });
    assert!(told.eq(known));
}

#[test]
fn text_is_one_whatever_splits_it() {
    let value =
        folder("<name>name</name><val xsi:type=\"xsd:string\">a&amp;<!-- c -->b<![CDATA[<&>]]>&#x41;\r\n&#13;</val>");
    assert_eq!(value.text(), Some("a&b<&>A\n\r"));
}

#[test]
fn a_peek_finds_what_a_full_read_finds() {
    for token in [None, Some("0"), Some("c1de6096-1f51"), Some("a&amp;b"), Some("")] {
        let answer = real_page(token, REAL_VM);
        assert_eq!(peek_token(answer.as_bytes()), page(&answer).token);
    }
}

#[test]
fn a_peek_into_something_else_finds_nothing() {
    let late = real(
        r#"<RetrievePropertiesExResponse xmlns="urn:vim25"><returnval><objects><obj type="Folder">f</obj></objects><token>1</token></returnval></RetrievePropertiesExResponse>"#,
    );
    assert_eq!(peek_token(late.as_bytes()), None);
    assert_eq!(
        page(&late).token.as_deref(),
        Some("1"),
        "the full read finds it all the same"
    );
    for odd in ["", "<html><token>1</token></html>", "\u{0}", "<a"] {
        assert_eq!(peek_token(odd.as_bytes()), None);
    }
    assert_eq!(peek_token(&[0xff, 0xfe]), None);
}
