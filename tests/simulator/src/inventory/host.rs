//! Hosts and the compute resources around them.

use super::Inventory;
use crate::ids;
use crate::value::{MoRef, Value};

/// A host to be added.
#[derive(Clone, Debug)]
pub struct HostSpec {
    name: String,
    uuid: Option<String>,
    cluster: Option<String>,
}

impl HostSpec {
    /// A standalone host.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            uuid: None,
            cluster: None,
        }
    }

    /// Its hardware UUID; all zeros is a value that real hardware has.
    #[must_use]
    pub fn uuid(mut self, uuid: &str) -> Self {
        self.uuid = Some(uuid.to_owned());
        self
    }

    /// Puts it into a cluster, an id from [`Inventory::add_cluster`].
    #[must_use]
    pub fn cluster(mut self, cluster: &str) -> Self {
        self.cluster = Some(cluster.to_owned());
        self
    }
}

impl Inventory {
    /// Adds a host, in a compute resource of its own unless a cluster is given; returns its id.
    pub fn add_host(&mut self, spec: &HostSpec) -> String {
        let parent = spec.cluster.clone().unwrap_or_else(|| {
            let (compute, pool) = (self.new_id("domain-s"), self.new_id("resgroup"));
            let compute = compute.replace("domain-s-", "domain-s");
            self.add_compute("ComputeResource", &compute, &pool, &spec.name);
            compute
        });
        let id = self.new_id("host");
        self.insert_host(&id, &parent, spec);
        id
    }

    /// Adds an empty cluster with its root resource pool; returns its id.
    pub fn add_cluster(&mut self, name: &str) -> String {
        let (cluster, pool) = (self.new_id("domain-c"), self.new_id("resgroup"));
        let cluster = cluster.replace("domain-c-", "domain-c");
        self.add_compute("ClusterComputeResource", &cluster, &pool, name);
        let object = self.object_mut(&cluster);
        object.set("configurationEx.dasConfig.enabled", true);
        object.set("configurationEx.drsConfig.enabled", true);
        object.set("configurationEx.drsConfig.defaultVmBehavior", "fullyAutomated");
        cluster
    }

    pub(super) fn add_compute(&mut self, kind: &str, id: &str, pool: &str, name: &str) {
        let folder = self.places.host_folder.clone();
        let compute = self.add_entity(kind, id, name, &folder);
        compute.set("summary.numHosts", 1);
        compute.set("summary.numEffectiveHosts", 1);
        compute.set("summary.totalCpu", 41_600);
        compute.set("summary.totalMemory", 274_877_906_944_i64);
        compute.set("summary.effectiveCpu", 40_000);
        compute.set("summary.effectiveMemory", 250_000);
        compute.set("summary.overallStatus", "green");
        self.add_entity("ResourcePool", pool, "Resources", id);
    }

    pub(super) fn insert_host(&mut self, id: &str, parent: &str, spec: &HostSpec) {
        let generated = || ids::uuid(&self.server, id);
        let uuid = spec.uuid.clone().unwrap_or_else(generated);
        let host = self.add_entity("HostSystem", id, &spec.name, parent);
        host.set("summary.host", MoRef::new("HostSystem", id));
        host.set("summary.config.name", spec.name.as_str());
        host.set("summary.config.port", 443);
        set_hardware(host, &uuid);
        for (name, value) in [
            ("connectionState", Value::from("connected")),
            ("powerState", "poweredOn".into()),
            ("inMaintenanceMode", false.into()),
            ("bootTime", "2026-01-02T06:30:00Z".into()),
        ] {
            host.set(&format!("summary.runtime.{name}"), value.clone());
            host.set(&format!("runtime.{name}"), value);
        }
        host.set("summary.quickStats.overallCpuUsage", 4200);
        host.set("summary.quickStats.overallMemoryUsage", 98_304);
        host.set("summary.quickStats.uptime", 864_000);
        host.set("summary.overallStatus", "green");
    }
}

fn set_hardware(host: &mut super::Object, uuid: &str) {
    for (path, value) in [
        ("summary.hardware.vendor", Value::from("Dell Inc.")),
        ("summary.hardware.model", "PowerEdge R640".into()),
        ("summary.hardware.uuid", uuid.into()),
        ("summary.hardware.memorySize", 274_877_906_944_i64.into()),
        (
            "summary.hardware.cpuModel",
            "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz".into(),
        ),
        ("summary.hardware.cpuMhz", 2100.into()),
        ("summary.hardware.numCpuPkgs", 2.into()),
        ("summary.hardware.numCpuCores", 20.into()),
        ("summary.hardware.numCpuThreads", 40.into()),
        ("summary.hardware.numNics", 4.into()),
        ("summary.hardware.numHBAs", 3.into()),
        ("hardware.systemInfo.vendor", "Dell Inc.".into()),
        ("hardware.systemInfo.model", "PowerEdge R640".into()),
        ("hardware.systemInfo.uuid", uuid.into()),
        ("hardware.systemInfo.serialNumber", "7GWX4Z2".into()),
        ("hardware.cpuInfo.numCpuPackages", 2.into()),
        ("hardware.cpuInfo.numCpuCores", 20.into()),
        ("hardware.cpuInfo.numCpuThreads", 40.into()),
        ("hardware.cpuInfo.hz", 2_100_000_000_i64.into()),
        ("hardware.memorySize", 274_877_906_944_i64.into()),
    ] {
        host.set(path, value);
    }
}
