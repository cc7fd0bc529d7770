//! How things can be said to be.

use super::{ALARM, CLUSTER, DATASTORE, HOST, NETWORK, SOURCE, SWITCH, VM};
use crate::catalog::Kind;
use crate::question::meaning::{Fact, Is, State};
use crate::stats::GuestFamily;

const fn state(name: &'static str, says: &'static [&'static str], facts: &'static [(Kind, &'static [Fact])]) -> State {
    State {
        name,
        says,
        facts,
        is_gone: false,
    }
}

/// Of VMs only.
macro_rules! vm {
    ($($field:literal $is:expr),+) => {
        &[(VM, &[$(Fact($field, $is)),+])]
    };
}

const ON: Is = Is::Text("on");
const OFF: Is = Is::Text("off");
const CONNECTED: &[Fact] = &[Fact("connection_state", Is::Text("connected"))];
const LOST: &[Fact] = &[
    Fact("connection_state", Is::Text("disconnected")),
    Fact("connection_state", Is::Text("notResponding")),
];
const ACCESSIBLE: &[Fact] = &[Fact("accessible", Is::Yes)];
const INACCESSIBLE: &[Fact] = &[Fact("accessible", Is::No)];
const NO_VMS: &[Fact] = &[Fact("vm_count", Is::Zero)];
const SOME_VMS: &[Fact] = &[Fact("vm_count", Is::Present)];
const GONE: &[Fact] = &[Fact("present", Is::No)];

/// All of them.
pub(in crate::question) static STATES: &[State] = &[
    // Power.
    state(
        "powered on",
        &[
            "power|powered|switched|turned on",
            "poweredon|powered-on|poweron",
            "power state|status is|= on",
            "with|having|has|have [a|the] power state|status on",
        ],
        &[(VM, &[Fact("power_state", ON)]), (HOST, &[Fact("power_state", ON)])],
    ),
    state(
        "powered off",
        &[
            "power|powered|switched|turned|shut off|down",
            "poweredoff|powered-off|poweroff|shutdown",
            "power state|status [is|=] off",
        ],
        &[(VM, &[Fact("power_state", OFF)]), (HOST, &[Fact("power_state", OFF)])],
    ),
    state(
        "running",
        &["running|active|alive|started|up|online", "up|alive|active and running"],
        &[
            (VM, &[Fact("power_state", ON)]),
            (HOST, CONNECTED),
            (DATASTORE, ACCESSIBLE),
            (NETWORK, ACCESSIBLE),
        ],
    ),
    state(
        "stopped",
        &["off|stopped|down|offline|inactive|halted"],
        &[
            (VM, &[Fact("power_state", OFF)]),
            (HOST, LOST),
            (DATASTORE, INACCESSIBLE),
            (NETWORK, INACCESSIBLE),
        ],
    ),
    state(
        "suspended",
        &["suspended|paused|sleeping|hibernated"],
        vm!("power_state" Is::Text("suspended")),
    ),
    state(
        "in standby",
        &["[in] standby [mode]"],
        &[(HOST, &[Fact("power_state", Is::Text("standBy"))])],
    ),
    // Connection.
    state(
        "connected",
        &["connected|reachable|responding"],
        &[(VM, CONNECTED), (HOST, CONNECTED)],
    ),
    state(
        "disconnected",
        &["disconnected"],
        &[
            (VM, &[Fact("connection_state", Is::Text("disconnected"))]),
            (HOST, &[Fact("connection_state", Is::Text("disconnected"))]),
        ],
    ),
    state(
        "not responding",
        &["not responding|reachable", "unresponsive|unreachable|notresponding"],
        &[(HOST, &[Fact("connection_state", Is::Text("notResponding"))])],
    ),
    state(
        "accessible",
        &["accessible|available|mounted"],
        &[(HOST, CONNECTED), (DATASTORE, ACCESSIBLE), (NETWORK, ACCESSIBLE)],
    ),
    state(
        "inaccessible",
        &["inaccessible|unavailable|unmounted", "not accessible|available|mounted"],
        &[
            (VM, &[Fact("connection_state", Is::Text("inaccessible"))]),
            (DATASTORE, INACCESSIBLE),
            (NETWORK, INACCESSIBLE),
        ],
    ),
    state(
        "with connection state orphaned",
        &["[with|in|where] [the|a] connection state|status [is|=|of] orphaned"],
        vm!("connection_state" Is::Text("orphaned")),
    ),
    state("invalid", &["invalid"], vm!("connection_state" Is::Text("invalid"))),
    state(
        "in maintenance",
        &["[in|under] maintenance [mode]", "[in|under] [the] maintenance mode"],
        &[
            (HOST, &[Fact("maintenance_mode", Is::Yes)]),
            (DATASTORE, &[Fact("maintenance_mode", Is::Text("inMaintenance"))]),
        ],
    ),
    // Emptiness.
    state(
        "empty",
        &["empty|unused|vacant|unoccupied", "not in use", "not used"],
        &[
            (HOST, NO_VMS),
            (CLUSTER, NO_VMS),
            (DATASTORE, NO_VMS),
            (NETWORK, NO_VMS),
            (SWITCH, &[Fact("hosts", Is::Zero)]),
        ],
    ),
    state(
        "in use",
        &["in use", "used|occupied|populated|nonempty|non-empty"],
        &[
            (HOST, SOME_VMS),
            (CLUSTER, SOME_VMS),
            (DATASTORE, SOME_VMS),
            (NETWORK, SOME_VMS),
            (SWITCH, &[Fact("hosts", Is::Present)]),
        ],
    ),
    // Lifecycle.
    State {
        name: "orphaned",
        says: &["orphan|orphans|orphaned"],
        facts: vm!("orphan" Is::Yes),
        is_gone: true,
    },
    state(
        "missing",
        &["missing|unlisted", "not seen|heard|listed"],
        vm!("missing_since" Is::Present),
    ),
    State {
        name: "gone",
        says: &[
            "gone|deleted|removed|vanished|disappeared",
            "[no] longer present|there",
            "no longer present|there",
        ],
        facts: &[
            (VM, &[Fact("orphan", Is::Yes)]),
            (HOST, GONE),
            (CLUSTER, GONE),
            (DATASTORE, GONE),
            (NETWORK, GONE),
            (SWITCH, GONE),
            (ALARM, GONE),
        ],
        is_gone: true,
    },
    state("a template", &["[vm|a] template|templates"], vm!("template" Is::Yes)),
    // VMware Tools.
    state(
        "with VMware Tools running",
        &[
            "[with] [vmware|vm|guest] tools|vmtools|vm-tools [is|are] running|started",
            "running [vmware|vm] tools|vmtools",
        ],
        vm!("vmware_tools" Is::Text("toolsOk"), "vmware_tools" Is::Text("toolsOld")),
    ),
    state(
        "with VMware Tools not running",
        &[
            "[with|where] [the] [vmware|vm|guest] tools|vmtools|vm-tools [is|are] not|isn't|aren't running|started",
            "[with|where] [the] [vmware|vm|guest] tools|vmtools|vm-tools [is|are] stopped|down|off",
            "not running [vmware|vm] tools|vmtools",
            "without|no|lacking [vmware|vm|guest] tools|vmtools|vm-tools running|started",
            "with|has|have|having no [vmware|vm|guest] tools|vmtools|vm-tools running|started",
            "do|does not have [vmware|vm|guest] tools|vmtools|vm-tools running|started",
            "don't|doesn't|dont have [vmware|vm|guest] tools|vmtools|vm-tools running|started",
            "toolsnotrunning",
        ],
        vm!("vmware_tools" Is::Text("toolsNotRunning")),
    ),
    state(
        "without VMware Tools",
        &[
            "[with|where] [the] [vmware|vm|guest] tools|vmtools|vm-tools [is|are] not|isn't|aren't installed|there|present",
            "[with|where] [the] [vmware|vm|guest] tools|vmtools|vm-tools [is|are] missing|uninstalled",
            "without|no|missing|lacking [any] [vmware|vm|guest] tools|vmtools|vm-tools [installed]",
            "with|has|have|having no [vmware|vm|guest] tools|vmtools|vm-tools [installed]",
            "do|does not have [any] [vmware|vm|guest] tools|vmtools|vm-tools [installed]",
            "don't|doesn't|dont have [any] [vmware|vm|guest] tools|vmtools|vm-tools [installed]",
            "toolsnotinstalled",
        ],
        vm!("vmware_tools" Is::Text("toolsNotInstalled")),
    ),
    state(
        "with old VMware Tools",
        &[
            "[with|running|have|has] [the|an] old|outdated|obsolete [version|versions] [of] [vmware|vm|guest] tools|vmtools|vm-tools",
            "[with|where] [the] [vmware|vm|guest] tools|vmtools|vm-tools [is|are] old|outdated|obsolete",
            "[with|where] [the] [vmware|vm|guest] tools|vmtools|vm-tools [is|are] out of date",
            "[with] out of date [vmware|vm|guest] tools|vmtools|vm-tools",
            "[with] [vmware|vm|guest] tools|vmtools|vm-tools [is|are|not|that] need|needs|needing [an|to] [be] update|updated|upgrade|upgraded|upgrading",
            "[with] [vmware|vm|guest] tools|vmtools|vm-tools [is|are] not up to date",
            "toolsold",
        ],
        vm!("vmware_tools" Is::Text("toolsOld")),
    ),
    state(
        "with VMware Tools in order",
        &[
            "[with|where] [the] [vmware|vm|guest] tools|vmtools|vm-tools [is|are] ok|current|fine|good",
            "[with|where] [the] [vmware|vm|guest] tools|vmtools|vm-tools [is|are] up to date",
            "[with] current|working|good|up-to-date [vmware|vm|guest] tools|vmtools|vm-tools",
            "toolsok",
        ],
        vm!("vmware_tools" Is::Text("toolsOk")),
    ),
    state(
        "with VMware Tools installed",
        &[
            "with|has|have|having [vmware|vm|guest] tools|vmtools|vm-tools [is|are] [installed]",
            "[vmware|vm|guest] tools|vmtools|vm-tools [is|are] installed",
        ],
        vm!(
            "vmware_tools" Is::Text("toolsOk"),
            "vmware_tools" Is::Text("toolsOld"),
            "vmware_tools" Is::Text("toolsNotRunning")
        ),
    ),
    // Guest operating systems. Not every name of a Linux has the word in it.
    state(
        "running Windows",
        &["[running|on] windows|win|mswindows [server|servers]"],
        vm!("guest_os" Is::Like("*windows*")),
    ),
    state(
        "running Linux",
        &["[running|on] linux [server|servers]"],
        vm!("guest_os" Is::Guest(GuestFamily::Linux)),
    ),
    state(
        "running Ubuntu",
        &["[running|on] ubuntu"],
        vm!("guest_os" Is::Like("*ubuntu*")),
    ),
    state(
        "running Debian",
        &["[running|on] debian"],
        vm!("guest_os" Is::Like("*debian*")),
    ),
    state(
        "running CentOS",
        &["[running|on] centos"],
        vm!("guest_os" Is::Like("*centos*")),
    ),
    state(
        "running Red Hat",
        &["[running|on] rhel|redhat", "[running|on] red hat [enterprise] [linux]"],
        vm!("guest_os" Is::Like("*red hat*")),
    ),
    state(
        "running SUSE",
        &["[running|on] suse|sles|opensuse"],
        vm!("guest_os" Is::Like("*suse*")),
    ),
    state(
        "running Rocky Linux",
        &["[running|on] rocky [linux]"],
        vm!("guest_os" Is::Like("*rocky*")),
    ),
    state(
        "running AlmaLinux",
        &["[running|on] almalinux|alma [linux]"],
        vm!("guest_os" Is::Like("*alma*")),
    ),
    state(
        "running Oracle Linux",
        &["[running|on] oracle linux"],
        vm!("guest_os" Is::Like("*oracle*")),
    ),
    state(
        "running Photon",
        &["[running|on] photon [os]"],
        vm!("guest_os" Is::Like("*photon*")),
    ),
    state(
        "running FreeBSD",
        &["[running|on] freebsd"],
        vm!("guest_os" Is::Like("*freebsd*")),
    ),
    state(
        "running Solaris",
        &["[running|on] solaris"],
        vm!("guest_os" Is::Like("*solaris*")),
    ),
    state(
        "running macOS",
        &["[running|on] macos|darwin", "[running|on] mac os"],
        vm!("guest_os" Is::Like("*mac os*"), "guest_os" Is::Like("*macos*"), "guest_os" Is::Like("*darwin*")),
    ),
    state(
        "with EFI",
        &["[with] efi|uefi [firmware]"],
        vm!("firmware" Is::Text("efi")),
    ),
    state(
        "with BIOS",
        &["[with] bios [firmware]"],
        vm!("firmware" Is::Text("bios")),
    ),
    // Alarms, and the status of clusters, which has the same colours.
    state(
        "red",
        &["red|critical|severe [status]"],
        &[
            (ALARM, &[Fact("status", Is::Text("red"))]),
            (CLUSTER, &[Fact("overall_status", Is::Text("red"))]),
        ],
    ),
    state(
        "yellow",
        &["yellow|warning|warnings [status]"],
        &[
            (ALARM, &[Fact("status", Is::Text("yellow"))]),
            (CLUSTER, &[Fact("overall_status", Is::Text("yellow"))]),
        ],
    ),
    state(
        "green",
        &["green [status]"],
        &[
            (ALARM, &[Fact("status", Is::Text("green"))]),
            (CLUSTER, &[Fact("overall_status", Is::Text("green"))]),
        ],
    ),
    state(
        "gray",
        &["gray|grey [status]"],
        &[
            (ALARM, &[Fact("status", Is::Text("gray"))]),
            (CLUSTER, &[Fact("overall_status", Is::Text("gray"))]),
        ],
    ),
    state(
        "acknowledged",
        &["acknowledged|acked|ack'd"],
        &[(ALARM, &[Fact("acknowledged", Is::Yes)])],
    ),
    state(
        "unacknowledged",
        &["unacknowledged|unacked|open", "not [yet] acknowledged|acked"],
        &[(ALARM, &[Fact("acknowledged", Is::No)])],
    ),
    // Clusters.
    state(
        "with HA",
        &[
            "[with|having|has|have] [vsphere] ha [is] [enabled|on|active]",
            "[with] high availability [enabled|on]",
        ],
        &[(CLUSTER, &[Fact("ha_enabled", Is::Yes)])],
    ),
    state(
        "without HA",
        &[
            "without|no [vsphere] ha [enabled|on]",
            "with|has|have|having no [vsphere] ha",
            "[with|where|have|has] ha [is] disabled|off",
            "[with|where|have|has] ha [is] not enabled|on|active",
            "without high availability",
        ],
        &[(CLUSTER, &[Fact("ha_enabled", Is::No)])],
    ),
    state(
        "with DRS",
        &["[with|having|has|have] [vsphere] drs [is] [enabled|on|active]"],
        &[(CLUSTER, &[Fact("drs_enabled", Is::Yes)])],
    ),
    state(
        "without DRS",
        &[
            "without|no [vsphere] drs [enabled|on]",
            "with|has|have|having no [vsphere] drs",
            "[with|where|have|has] drs [is] disabled|off",
            "[with|where|have|has] drs [is] not enabled|on|active",
        ],
        &[(CLUSTER, &[Fact("drs_enabled", Is::No)])],
    ),
    state(
        "standalone",
        &["standalone|stand-alone"],
        &[(HOST, &[Fact("cluster", Is::Absent)])],
    ),
    // Datastores and networks.
    state(
        "shared",
        &["shared"],
        &[(DATASTORE, &[Fact("multiple_host_access", Is::Yes)])],
    ),
    state(
        "local",
        &["local", "not shared"],
        &[(DATASTORE, &[Fact("multiple_host_access", Is::No)])],
    ),
    state("VMFS", &["vmfs"], &[(DATASTORE, &[Fact("type", Is::Like("vmfs"))])]),
    state("NFS", &["nfs"], &[(DATASTORE, &[Fact("type", Is::Like("nfs*"))])]),
    state(
        "NFS 3",
        &["nfs3|nfsv3", "nfs 3|v3"],
        &[(DATASTORE, &[Fact("type", Is::Like("nfs"))])],
    ),
    state(
        "NFS 4.1",
        &["nfs41|nfsv41|nfs4.1", "nfs 4.1|v4.1"],
        &[(DATASTORE, &[Fact("type", Is::Like("nfs41"))])],
    ),
    state("vSAN", &["vsan"], &[(DATASTORE, &[Fact("type", Is::Like("vsan"))])]),
    state(
        "VVOL",
        &["vvol|vvols"],
        &[(DATASTORE, &[Fact("type", Is::Like("vvol"))])],
    ),
    state(
        "standard",
        &["standard"],
        &[(NETWORK, &[Fact("network_type", Is::Text("StandardNetwork"))])],
    ),
    state(
        "distributed",
        &["distributed"],
        &[(
            NETWORK,
            &[Fact("network_type", Is::Text("DistributedVirtualPortgroup"))],
        )],
    ),
    state(
        "opaque",
        &["opaque|nsx"],
        &[(NETWORK, &[Fact("network_type", Is::Text("OpaqueNetwork"))])],
    ),
    state(
        "an uplink",
        &["[an] uplink|uplinks"],
        &[(NETWORK, &[Fact("uplink", Is::Yes)])],
    ),
    state(
        "a trunk",
        &["[a] trunk|trunks|trunked"],
        &[(NETWORK, &[Fact("vlan_type", Is::Text("trunk"))])],
    ),
    // Sources.
    state(
        "failing",
        &[
            "failed|failing|broken",
            "with [an|a] error|errors|failure|failures",
            "in error",
        ],
        &[(SOURCE, &[Fact("last_error", Is::Present)])],
    ),
    state(
        "without errors",
        &[
            "without [an|any] error|errors|failure|failures",
            "[with|having|has|have] no error|errors|failure|failures",
        ],
        &[(SOURCE, &[Fact("last_error", Is::Absent)])],
    ),
];
