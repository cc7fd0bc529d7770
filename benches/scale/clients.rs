//! Processor time against pyVmomi and govc, for the same VMs and properties from the same server, govmomi's vcsim.

use std::process::Command;

use vmsync::inventory::{Choice, SourceKind, listing};

use crate::fleet::{Address, Home};
use crate::measured::{Measured, least_of, measure, python};
use crate::support::{Vcsim, find_binary};
use crate::{Outcome, Verdict, judge};

/// Clusters, hosts in each, VMs in each.
const SIZE: [&str; 8] = [
    "-cluster=10",
    "-host=50",
    "-vm=2000",
    "-standalone-host=0",
    "-pool=0",
    "-app=0",
    "-folder=0",
    "-pod=0",
];
const ROUNDS: usize = 3;

/// With pyVmomi, as its own samples do it: one view, one collector, page by page.
const PYVMOMI: &str = r#"
import json, ssl, sys
from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim, vmodl
port, user, password, specs = sys.argv[1:]
specs = json.loads(specs)
instance = SmartConnect(host="127.0.0.1", port=int(port), user=user, pwd=password,
                        sslContext=ssl._create_unverified_context())
content = instance.RetrieveContent()
kinds = [getattr(vim, kind, None) or vmodl.GetVmodlType(kind) for kind, _ in specs]
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
assert vms == 2000, vms
"#;

pub fn run() -> Outcome<Vec<Verdict>> {
    let vcsim = Vcsim::vpx(&SIZE);
    let source = Address {
        section: "vcenters",
        name: "vc1".to_owned(),
        port: vcsim.port(),
        login: (Vcsim::USER.to_owned(), Vcsim::PASSWORD.to_owned()),
        pin: vcsim.fingerprint_sha256(),
    };
    let home = Home::of(&[source], None);
    home.sync()?;
    let (python, govc) = (pyvmomi(&vcsim), govc(&vcsim));
    let ours = least_of(ROUNDS, || home.sync())?;
    let listing = least_of(ROUNDS, || home.list())?;
    let python = least_of(ROUNDS, || measure(&python))?;
    let govc = least_of(ROUNDS, || measure(&govc))?;
    let tell = |who: &str, cost: Measured| {
        println!(
            "{who}: {:.2} s of processor, {:.0} MiB",
            cost.cpu.as_secs_f64(),
            cost.peak_mib
        );
    };
    tell("vmsync sync all, unchanged", ours);
    tell("vmsync sync all --dry-run", listing);
    tell("pyVmomi, the listing", python);
    tell("govc collect, the VMs of it", govc);
    let share = |other: Measured| ours.cpu.as_secs_f64() / other.cpu.as_secs_f64();
    Ok(vec![
        judge(
            "processor time, a whole pass by pyVmomi's listing",
            share(python),
            1.0 / 20.0,
        ),
        judge("processor time, a whole pass by govc's listing", share(govc), 1.0 / 3.0),
    ])
}

fn pyvmomi(vcsim: &Vcsim) -> Command {
    let specs = listing(SourceKind::Vcenter, &Choice::default());
    let specs: Vec<_> = specs.iter().map(|spec| (spec.kind, &*spec.paths)).collect();
    let specs = serde_json::to_string(&specs).expect("texts");
    let mut command = Command::new(python());
    command.args([
        "-c",
        PYVMOMI,
        &vcsim.port().to_string(),
        Vcsim::USER,
        Vcsim::PASSWORD,
        &specs,
    ]);
    command
}

fn govc(vcsim: &Vcsim) -> Command {
    let specs = listing(SourceKind::Vcenter, &Choice::default());
    let vms = specs.iter().find(|spec| spec.kind == "VirtualMachine");
    let mut command = Command::new(find_binary("VMSYNC_TEST_GOVC", "govc"));
    command
        .args(["collect", "-json", "-type", "m", "/"])
        .args(vms.map_or(&[][..], |spec| &*spec.paths))
        .env("GOVC_URL", format!("https://127.0.0.1:{}/sdk", vcsim.port()))
        .env("GOVC_USERNAME", Vcsim::USER)
        .env("GOVC_PASSWORD", Vcsim::PASSWORD)
        .env("GOVC_INSECURE", "true")
        .env("GOVC_PERSIST_SESSION", "false");
    command
}
