//! The workbook's columns, against what importers need.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;

/// Importer, sheet, columns without which it refuses or skips the sheet.
const IMPORTERS: &[(&str, &str, &[&str])] = &[
    (
        "Azure Migrate",
        "vInfo",
        &[
            "VM",
            "Powerstate",
            "Disks",
            "CPUs",
            "Memory",
            "Provisioned MiB",
            "In Use MiB",
            "OS according to the configuration file",
            "VM UUID",
        ],
    ),
    ("Azure Migrate", "vDisk", &["VM", "Capacity MiB"]),
    (
        "rvtools2azmigrate",
        "vInfo",
        &[
            "VM",
            "Powerstate",
            "CPUs",
            "Memory",
            "OS according to the configuration file",
            "OS according to the VMware Tools",
            "Provisioned MiB",
            "DNS Name",
            "VM UUID",
            "Firmware",
        ],
    ),
    (
        "RVToolsMerge",
        "vInfo",
        &[
            "VM UUID",
            "Template",
            "SRM Placeholder",
            "Powerstate",
            "VM",
            "CPUs",
            "Memory",
            "In Use MiB",
            "OS according to the configuration file",
            "Creation date",
            "NICs",
            "Disks",
            "Provisioned MiB",
            "Datacenter",
            "Cluster",
            "Host",
        ],
    ),
    (
        "RVToolsMerge",
        "vHost",
        &[
            "Host",
            "Datacenter",
            "Cluster",
            "CPU Model",
            "Speed",
            "# CPU",
            "Cores per CPU",
            "# Cores",
            "CPU usage %",
            "# Memory",
            "Memory usage %",
        ],
    ),
    (
        "RVToolsMerge",
        "vPartition",
        &["VM UUID", "VM", "Disk", "Capacity MiB", "Consumed MiB"],
    ),
    ("RVToolsMerge", "vMemory", &["VM UUID", "VM", "Size MiB", "Reservation"]),
    ("migration-planner", "vInfo", &["VM ID", "VM", "Network #1"]),
    (
        "migration-planner",
        "vCPU",
        &["VM ID", "Hot Add", "Hot Remove", "Sockets", "Cores p/s"],
    ),
    ("migration-planner", "vMemory", &["VM ID", "Hot Add", "Ballooned"]),
    (
        "migration-planner",
        "vDisk",
        &[
            "VM ID",
            "Disk Key",
            "Unit #",
            "Path",
            "Disk Path",
            "Capacity MiB",
            "Raw",
            "Shared Bus",
            "Disk Mode",
            "Thin",
            "Controller",
            "Label",
            "SCSI Unit #",
        ],
    ),
    (
        "migration-planner",
        "vDatastore",
        &[
            "Hosts",
            "Address",
            "Name",
            "Object ID",
            "Free MiB",
            "MHA",
            "Capacity MiB",
            "Type",
        ],
    ),
    (
        "migration-planner",
        "vHost",
        &[
            "Datacenter",
            "Cluster",
            "# Cores",
            "# CPU",
            "Object ID",
            "# Memory",
            "Model",
            "Vendor",
            "Host",
            "Config status",
        ],
    ),
    (
        "migration-planner",
        "vNetwork",
        &[
            "VM ID",
            "Network",
            "Mac Address",
            "NIC label",
            "Adapter",
            "Switch",
            "Connected",
            "Starts Connected",
            "Type",
            "IPv4 Address",
            "IPv6 Address",
            "Cluster",
        ],
    ),
    ("migration-planner", "dvPort", &["Port", "VLAN", "Switch"]),
    ("migration-planner", "dvSwitch", &["Name"]),
    ("migration-planner", "vCluster", &["Name", "Object ID"]),
];

fn sheet(name: &str) -> &'static Sheet {
    SHEETS.iter().find(|sheet| sheet.name == name).expect(name)
}

/// The rows of one object of which these fields are known, heading by heading.
fn rows(name: &str, world: &World, object: &Value) -> Vec<Vec<(&'static str, Value)>> {
    let sheet = sheet(name);
    let selection = sheet.selection();
    let row = selection
        .columns
        .iter()
        .map(|field| object[field.name].clone())
        .collect();
    let rows = sheet.maker(world).rows(&row);
    let headings = || sheet.headings().map(|heading| heading.name);
    rows.into_iter().map(|row| headings().zip(row).collect()).collect()
}

fn cell<'a>(row: &'a [(&str, Value)], name: &str) -> &'a Value {
    &row.iter().find(|(heading, _)| *heading == name).expect(name).1
}

#[test]
fn every_importer_finds_its_columns_and_no_heading_stands_twice() {
    for (importer, name, columns) in IMPORTERS {
        for column in *columns {
            let found = sheet(name).headings().any(|heading| heading.name == *column);
            assert!(found, "{importer} needs {column} on {name}");
        }
    }
    for sheet in SHEETS {
        let names: Vec<&str> = sheet.headings().map(|heading| heading.name).collect();
        assert_eq!(
            names.iter().collect::<BTreeSet<_>>().len(),
            names.len(),
            "{}: {names:?}",
            sheet.name
        );
    }
}

#[test]
fn what_is_unknown_stands_there_for_an_importer_only() {
    for sheet in SHEETS {
        for heading in sheet.headings().filter(|heading| matches!(heading.is, Is::Unknown)) {
            let is_needed =
                |(_, name, columns): &&(&str, &str, &[&str])| *name == sheet.name && columns.contains(&heading.name);
            assert!(
                IMPORTERS.iter().any(|importer| is_needed(&importer)),
                "{} of {}",
                heading.name,
                sheet.name
            );
        }
    }
}

#[test]
fn every_field_is_in_the_catalog() {
    for sheet in SHEETS {
        for name in sheet
            .headings()
            .flat_map(|heading| heading.is.fields())
            .chain(sheet.each.iter().map(|detail| &detail.field))
        {
            assert!(sheet.kind.field(name).is_some(), "{name} of {}", sheet.name);
        }
        for needed in ["source", "source_id", "moref"] {
            let has = sheet.selection().columns.iter().any(|field| field.name == needed);
            assert!(has || needed == "moref", "{needed} of {}", sheet.name);
        }
    }
}

#[test]
fn a_vm_has_rvtools_words_and_units() {
    let mut world = World::default();
    world.add_source(&[json!("vc1"), json!("vc1.example.org")]);
    let vm = json!({
        "name": "=web", "power_state": "on", "template": false, "hostname": "unknown", "addr": "192.0.2.7",
        "num_cpu": 4, "memory_mb": 8192, "committed_bytes": 3_u64 << 30, "uncommitted_bytes": 1_u64 << 30,
        "networks": ["prod", "backup"], "hardware_version": "vmx-19", "source": ["vc1", "esx1"], "source_id": ["vcenter:0a-1", "esxi:0b-2"],
        "moref": ["vm-7", "1"], "instance_uuid": "5000", "uuid": "4200", "boot_time": "2026-11-01T08:00:00Z",
    });
    let info = rows("vInfo", &world, &vm);
    let [info] = &info[..] else { panic!("{info:?}") };
    for (name, expected) in [
        ("VM", json!("=web")),
        ("Powerstate", json!("poweredOn")),
        ("Template", json!("False")),
        ("SRM Placeholder", json!("False")),
        ("DNS Name", json!(null)),
        ("Primary IP Address", json!("192.0.2.7")),
        ("Memory", json!(8192)),
        ("Provisioned MiB", json!(4096)),
        ("In Use MiB", json!(3072)),
        ("Total disk capacity MiB", json!(null)),
        ("Network #1", json!("prod")),
        ("Network #2", json!("backup")),
        ("Network #3", json!(null)),
        ("HW version", json!(19)),
        ("VM ID", json!("vm-7")),
        ("VM UUID", json!("5000")),
        ("SMBIOS UUID", json!("4200")),
        ("VI SDK Server", json!("vc1.example.org")),
        ("VI SDK UUID", json!("0a-1")),
        ("Creation date", json!(null)),
    ] {
        assert_eq!(cell(info, name), &expected, "{name}");
    }
}

#[test]
fn details_are_rows_of_their_own_and_none_without_them() {
    let mut world = World::default();
    world.add_network(&[json!("vc1"), json!("prod"), json!("dvs-1")]);
    let vm = json!({
        "name": "web", "source": ["vc1"], "moref": ["vm-7"],
        "virtual_disks": [
            {"label": "Hard disk 1", "capacity_bytes": 42_949_672_960_u64, "thin": true, "file": "[ds1] web/web.vmdk"},
            {"label": "Hard disk 2"},
        ],
        "network_interfaces": [{"label": "Network adapter 1", "mac": "00:50:56:00:00:01", "adapter_type": "Vmxnet3",
            "network": "prod", "connected": true, "ip_addresses": ["192.0.2.7", "2001:db8::7", "192.0.2.8"]}],
        "partitions": [{"path": "C:\\", "capacity_bytes": 100_u64 << 20, "free_bytes": 25_u64 << 20}],
        "snapshot_tree": [],
    });
    let disks = rows("vDisk", &world, &vm);
    assert_eq!(disks.len(), 2);
    assert_eq!(cell(&disks[0], "Capacity MiB"), &json!(40_960));
    assert_eq!(
        (cell(&disks[0], "Thin"), cell(&disks[0], "Path")),
        (&json!("True"), &json!("[ds1] web/web.vmdk"))
    );
    assert_eq!(
        (cell(&disks[1], "Capacity MiB"), cell(&disks[1], "Thin")),
        (&json!(null), &json!(null))
    );
    let nics = rows("vNetwork", &world, &vm);
    assert_eq!(cell(&nics[0], "Switch"), &json!("dvs-1"));
    assert_eq!(cell(&nics[0], "IPv4 Address"), &json!("192.0.2.7, 192.0.2.8"));
    assert_eq!(cell(&nics[0], "IPv6 Address"), &json!("2001:db8::7"));
    let partitions = rows("vPartition", &world, &vm);
    assert_eq!(
        (cell(&partitions[0], "Consumed MiB"), cell(&partitions[0], "Free %")),
        (&json!(75), &json!(25))
    );
    let missing = |name: &str, list: Value| {
        let sheet = sheet(name);
        let field = sheet.each.expect("a detail").field;
        let value = |name: &str| if name == field { list.clone() } else { json!("x") };
        let row = sheet.selection().columns.iter().map(|one| value(one.name)).collect();
        let mut maker = sheet.maker(&world);
        assert_eq!(maker.missing(), None, "no VM, nothing missing");
        assert_eq!(maker.rows(&row), Vec::<Row>::new());
        maker.missing()
    };
    assert_eq!(missing("vSnapshot", json!([])), None, "it has none");
    assert_eq!(missing("vSnapshot", json!(null)), Some(Detail::Snapshots));
    assert_eq!(missing("vDisk", json!(null)), Some(Detail::Devices));
    assert_eq!(missing("vPartition", json!(null)), Some(Detail::GuestDisk));
}

#[test]
fn hosts_clusters_and_datastores_are_in_mebibytes_and_shares() {
    let world = World::default();
    let host = json!({
        "name": "esx1", "cpu_hz": 2_600_000_000_u64, "cpu_packages": 2, "cpu_cores": 32, "cpu_usage_mhz": 20_800,
        "memory_bytes": 256_u64 << 30, "memory_usage_mb": 65_536, "esxi_version": "8.0.3", "esxi_build": "24022510",
        "source": "vc1", "source_id": "name:vc1", "maintenance_mode": true,
    });
    let found = rows("vHost", &world, &host);
    for (name, expected) in [
        ("Speed", json!(2600)),
        ("Cores per CPU", json!(16)),
        ("CPU usage %", json!(25)),
        ("# Memory", json!(262_144)),
        ("Memory usage %", json!(25)),
        ("ESX Version", json!("VMware ESXi 8.0.3 build-24022510")),
        ("in Maintenance Mode", json!("True")),
        ("VI SDK Server", json!("vc1")),
        ("VI SDK UUID", json!(null)),
    ] {
        assert_eq!(cell(&found[0], name), &expected, "{name}");
    }
    let disconnected = rows(
        "vHost",
        &world,
        &json!({"name": "esx2", "cpu_cores": 0, "cpu_packages": 0}),
    );
    for name in [
        "Cores per CPU",
        "CPU usage %",
        "Memory usage %",
        "ESX Version",
        "in Maintenance Mode",
    ] {
        assert_eq!(cell(&disconnected[0], name), &json!(null), "{name}");
    }
    let tib = 1_u64 << 40;
    let datastore = json!({"name": "ds1", "capacity_bytes": 4 * tib, "free_bytes": tib, "uncommitted_bytes": 2 * tib, "hosts": ["a", "b"]});
    let found = rows("vDatastore", &world, &datastore);
    for (name, expected) in [
        ("Provisioned MiB", json!(5 << 20)),
        ("In Use MiB", json!(3 << 20)),
        ("Free %", json!(25)),
        ("# Hosts", json!(2)),
        ("Hosts", json!("a, b")),
    ] {
        assert_eq!(cell(&found[0], name), &expected, "{name}");
    }
    let trunk = rows("dvPort", &world, &json!({"name": "trunk", "vlan_range": "0-4094"}));
    assert_eq!(cell(&trunk[0], "VLAN"), &json!("0-4094"));
    assert!(
        sheet("dvPort").selection().filter.is_some(),
        "standard networks are no ports"
    );
}
