//! Clients that others wrote log in and list all VMs: what they accept, real servers are likely to send.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use simulator::{Config, Kind, Simulator, Vlan, VmSpec};

/// More than one page.
const VMS: usize = 250;

fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tests")
}

fn python() -> PathBuf {
    let given = env::var_os("VMSYNC_TEST_PYTHON").map(PathBuf::from);
    let found = given.unwrap_or_else(|| target().join("venv/bin/python"));
    assert!(
        found.exists(),
        "{} with pyVmomi is missing: run ./tests/run",
        found.display()
    );
    found
}

fn govc() -> PathBuf {
    if let Some(given) = env::var_os("VMSYNC_TEST_GOVC") {
        return given.into();
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<_> = env::split_paths(&path).collect();
    places.push(target().join("bin"));
    let mut found = places.iter().map(|place| place.join("govc"));
    found
        .find(|found| found.exists())
        .expect("govc is missing: run ./tests/run")
}

fn both_kinds() -> [Simulator; 2] {
    [Config::esxi("esx1"), Config::vcenter("vc1")].map(|config| {
        let simulator = Simulator::start_in_background(config).unwrap();
        simulator.inventory(|inventory| {
            let folder = inventory.places().vm_folder.clone();
            let inner = inventory.add_folder("inner", &folder);
            for number in 0..VMS {
                let spec = VmSpec::new(&format!("vm {number} ü&/"));
                let spec = match number % 3 {
                    0 => spec.powered_off(),
                    1 => spec.guest("host", "192.0.2.7").folder(&inner),
                    _ => spec,
                };
                inventory.add_vm(&spec);
            }
        });
        simulator
    })
}

/// Id, name, UUID, instance UUID and power state of each VM.
fn truth(simulator: &Simulator) -> BTreeMap<String, [String; 4]> {
    let paths = ["name", "config.uuid", "config.instanceUuid", "runtime.powerState"];
    simulator.inventory(|inventory| {
        let ids = inventory.ids("VirtualMachine");
        let read = |id: &String| {
            let vm = inventory.object(id).unwrap();
            paths.map(|path| vm.get(path).unwrap().as_text().unwrap().to_owned())
        };
        ids.iter().map(|id| (id.clone(), read(id))).collect()
    })
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{command:?}\n{out}\n{err}");
    out.into_owned()
}

#[test]
fn pyvmomi_lists_all_vms() {
    for simulator in both_kinds() {
        let (user, password) = simulator.credentials();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients.py");
        let port = simulator.port().to_string();
        let out = run(Command::new(python()).arg(script).args([&port, &user, &password]));
        let expected: Vec<_> = truth(&simulator)
            .into_iter()
            .map(|(id, [name, uuid, instance, power])| {
                let name = name.replace('ü', "\\u00fc");
                format!("[\"{id}\", \"{name}\", \"{uuid}\", \"{instance}\", \"{power}\"]")
            })
            .collect();
        let mut lines: Vec<_> = out.lines().map(str::to_owned).collect();
        lines.sort_by_key(|line| line.split('"').nth(1).map(str::to_owned));
        assert_eq!(lines, expected);
        assert_eq!(simulator.open_sessions(), 0);
        assert_eq!(simulator.login_attempts(), 2, "one refused, one accepted");
        let pages = simulator.call_count("ContinueRetrievePropertiesEx");
        assert_eq!(pages, 2 + 1, "two more pages and a bad token");
    }
}

fn govc_on(simulator: &Simulator, arguments: &[&str]) -> String {
    let (user, password) = simulator.credentials();
    let mut command = Command::new(govc());
    command
        .args(arguments)
        .env_clear()
        .env("GOVC_URL", format!("https://127.0.0.1:{}/sdk", simulator.port()))
        .env("GOVC_USERNAME", user)
        .env("GOVC_PASSWORD", password)
        .env("GOVC_INSECURE", "true")
        .env("GOVC_PERSIST_SESSION", "false");
    run(&mut command)
}

#[test]
fn govc_lists_all_vms() {
    for simulator in both_kinds() {
        let truth = truth(&simulator);
        let found = govc_on(&simulator, &["find", "/", "-type", "m"]);
        assert_eq!(found.lines().count(), VMS, "{found}");
        let filter = ["find", "/", "-type", "m", "-runtime.powerState", "poweredOff"];
        let off = govc_on(&simulator, &filter);
        assert_eq!(off.lines().count(), VMS.div_ceil(3), "{off}");
        let folder = if simulator.configure(|config| config.kind) == Kind::Esxi {
            "/ha-datacenter/vm"
        } else {
            "/Datacenter/vm"
        };
        let listed = govc_on(&simulator, &["ls", folder]);
        assert_eq!(listed.lines().count(), VMS - 83 + 1, "{listed}");
        for [name, uuid, _, _] in truth.values().take(3) {
            let info = govc_on(&simulator, &["vm.info", "-vm.uuid", uuid]);
            assert!(info.contains(uuid.as_str()), "{info}");
            assert!(info.contains(&format!("Name:           {name}")), "{info}");
        }
    }
}

#[test]
fn govc_lists_networks_storage_and_pools() {
    let simulator = Simulator::start_in_background(Config::vcenter("vc1")).unwrap();
    simulator.inventory(|inventory| {
        inventory.add_cluster("prod");
        inventory.add_datastore("san1", 1_000, 400);
        let switch = inventory.add_switch("dvs");
        inventory.add_portgroup(&switch, "web", Vlan::Id(42));
        let pool = inventory.places().resource_pool.clone();
        let pool = inventory.add_pool("gold", &pool);
        inventory.add_app("shop", &pool);
    });
    for (kind, names) in [
        ("n", &["VM Network", "dvs-DVUplinks", "web"][..]),
        ("w", &["dvs"]),
        ("s", &["datastore1", "san1"]),
        ("c", &["prod"]),
        ("p", &["gold"]),
        ("a", &["shop"]),
    ] {
        let found = govc_on(&simulator, &["find", "/", "-type", kind]);
        for name in names {
            let path = format!("/{name}");
            assert!(
                found.lines().any(|line| line.ends_with(&path)),
                "{kind} {name}: {found}"
            );
        }
    }
}

#[test]
fn govc_tells_what_server_it_is() {
    let [esxi, vcenter] = both_kinds();
    let about = govc_on(&esxi, &["about"]);
    assert!(about.contains("VMware ESXi") && about.contains("HostAgent"), "{about}");
    let about = govc_on(&vcenter, &["about"]);
    assert!(
        about.contains("VMware vCenter Server") && about.contains("VirtualCenter"),
        "{about}"
    );
    let info = govc_on(&esxi, &["host.info"]);
    assert!(info.contains("Dell Inc."), "{info}");
    let info = govc_on(&vcenter, &["vm.info", "-json", "/Datacenter/vm/*"]);
    assert!(info.contains("poweredOn"), "{info}");
}
