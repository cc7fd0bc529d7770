//! Processor time against pyVmomi and govc, for the same listing of the same server, the simulator: that of the client's
//! process alone, from its start to its end, in medians. (vcsim makes a VM in 40 ms or more, mostly asleep.)
//!
//! All three take the VMs out of a container view page by page, with the properties that a pass asks for, and have each
//! value in memory. pyVmomi also takes what else is in the view, as vmsync does. govc takes the VMs only and prints none
//! of the values: it is `find` with conditions on these properties, as `collect` waits for updates, which the simulator
//! has none of, and takes longer. The same of vmsync is `list --live`; a pass compares with the store and writes besides.

use std::process::Command;

use simulator::Simulator;
use vmsync::inventory::{Choice, SourceKind, listing};
use vmsync::soap::PropertySpec;

use crate::fleet::{Address, Home};
use crate::measured::{Measured, measure, medians_of, python};
use crate::support::find_binary;
use crate::{Outcome, VMS, Verdict, judge};

const ROUNDS: usize = 3;
const MOST_BY_PYVMOMI: f64 = 1.0 / 20.0;
const MOST_BY_GOVC: f64 = 1.0 / 3.0;

/// With pyVmomi, as its own samples do it: one view, one collector, page by page.
const PYVMOMI: &str = r#"
import json, ssl, sys
from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim, vmodl
port, user, password, expected, specs = sys.argv[1:]
specs = json.loads(specs)
instance = SmartConnect(host="127.0.0.1", port=int(port), user=user, pwd=password,
                        sslContext=ssl._create_unverified_context())
content = instance.RetrieveContent()
kinds = [getattr(vim, kind) for kind, _ in specs]
view = content.viewManager.CreateContainerView(content.rootFolder, kinds, True)
collector = vmodl.query.PropertyCollector
traversal = collector.TraversalSpec(name="view", path="view", skip=False, type=vim.view.ContainerView)
start = collector.ObjectSpec(obj=view, skip=True, selectSet=[traversal])
wanted = [collector.PropertySpec(type=kind, pathSet=paths) for kind, (_, paths) in zip(kinds, specs)]
spec = collector.FilterSpec(objectSet=[start], propSet=wanted)
result = content.propertyCollector.RetrievePropertiesEx([spec], collector.RetrieveOptions(maxObjects=1000))
vms = 0
while result:
    for item in result.objects:
        values = {prop.name: prop.val for prop in item.propSet}
        vms += isinstance(item.obj, vim.VirtualMachine) and "name" in values
    token = result.token
    result = content.propertyCollector.ContinueRetrievePropertiesEx(token) if token is not None else None
view.DestroyView()
Disconnect(instance)
assert vms == int(expected), vms
"#;

pub fn run(simulator: &Simulator) -> Outcome<Vec<Verdict>> {
    let home = Home::of(&[Address::of(simulator, "vcenters", "vc1")], None);
    let (python, govc) = (pyvmomi(simulator), govc(simulator));
    home.sync()?;
    let clients: [(&str, &dyn Fn() -> Outcome<Measured>); 5] = [
        ("vmsync sync all, unchanged", &|| home.sync()),
        ("vmsync sync all --dry-run", &|| home.list()),
        ("vmsync list vms --live", &|| {
            home.ask(&["list", "vms", "--live", "--count"])
        }),
        ("pyVmomi, the listing", &|| measure(&python)),
        ("govc find, the VMs of it", &|| measure(&govc)),
    ];
    let costs = medians_of(ROUNDS, clients.map(|(_, run)| run))?;
    for ((name, _), cost) in clients.iter().zip(costs) {
        println!(
            "{name}: {:.2} s of processor, {:.0} MiB",
            cost.cpu.as_secs_f64(),
            cost.peak_mib
        );
    }
    let [pass, _, live, python, govc] = costs;
    let share = |own: Measured, other: Measured| own.cpu.as_secs_f64() / other.cpu.as_secs_f64();
    let verdicts = [("the listing", live), ("a whole pass", pass)].map(|(what, own)| {
        let label = |other| format!("processor time, {what} by that of {other}");
        [
            judge(&label("pyVmomi"), share(own, python), MOST_BY_PYVMOMI),
            judge(&label("govc"), share(own, govc), MOST_BY_GOVC),
        ]
    });
    Ok(verdicts.into_iter().flatten().collect())
}

/// What a pass asks for, without the server's objects that are in no view.
fn specs() -> impl Iterator<Item = PropertySpec> {
    let specs = listing(SourceKind::Vcenter, &Choice::default()).into_iter();
    specs.filter(|spec| !spec.is_of_root && spec.kind != "CustomFieldsManager")
}

fn pyvmomi(simulator: &Simulator) -> Command {
    let specs: Vec<_> = specs().map(|spec| (spec.kind, spec.paths)).collect();
    let specs = serde_json::to_string(&specs).expect("texts");
    let (user, password) = simulator.credentials();
    let (port, vms) = (simulator.port().to_string(), VMS.to_string());
    let mut command = Command::new(python());
    command.args(["-c", PYVMOMI, &port, &user, &password, &vms, &specs]);
    command
}

/// `name` is of `find` itself, and has a condition anyway.
fn govc(simulator: &Simulator) -> Command {
    let vms = specs().find(|spec| spec.kind == "VirtualMachine");
    let vms = vms.expect("a pass asks for VMs");
    let (user, password) = simulator.credentials();
    let mut command = Command::new(find_binary("VMSYNC_TEST_GOVC", "govc"));
    command.args(["find", "-type", "m", "-i", "/"]);
    for path in vms.paths.iter() {
        command.args([&format!("-{path}"), "*"]);
    }
    command
        .env("GOVC_URL", format!("https://127.0.0.1:{}/sdk", simulator.port()))
        .env("GOVC_USERNAME", user)
        .env("GOVC_PASSWORD", password)
        .env("GOVC_INSECURE", "true")
        .env("GOVC_PERSIST_SESSION", "false");
    command
}
