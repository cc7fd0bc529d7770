//! `stats` as people read it.

use std::collections::BTreeMap;

use comfy_table::{CellAlignment, Table};

use super::page::{Look, Page, Paint};
use super::text::{binary, escape, plural};
use crate::stats::{ClusterStats, Compute, DatastoreStats, OneDatastore, Stats, Sum, VmStats};

/// Datastores that a page shows; JSON has all.
const DATASTORES: usize = 20;
/// What is not known.
const UNKNOWN: &str = "?";

/// VMs, what hosts have and what is asked of them, sources, clusters, datastores.
#[must_use]
pub fn render_stats(stats: &Stats, look: &Look) -> String {
    let mut page = Page::new(look);
    push_vms(&mut page, stats.vms.as_ref());
    push_compute(&mut page, &stats.compute);
    push_storage(&mut page, stats.datastores.as_ref());
    push_sources(&mut page, stats);
    push_clusters(&mut page, &stats.clusters);
    if let Some(datastores) = &stats.datastores {
        push_datastores(&mut page, datastores);
    }
    page.finish()
}

fn push_vms(page: &mut Page<'_>, vms: Option<&VmStats>) {
    let Some(vms) = vms else {
        page.labelled("VMs", "not listed yet", Paint::NONE);
        return;
    };
    let counts = format!(
        "{} present, {} of them, {}",
        vms.present,
        plural(vms.templates, "template"),
        plural(vms.orphans, "orphan")
    );
    page.labelled("VMs", &counts, Paint::NONE);
    for (label, counts) in [
        ("power", &vms.power_state),
        ("tools", &vms.tools),
        ("guests", &vms.guest_family),
    ] {
        if !counts.is_empty() {
            page.labelled(label, &listed(counts), Paint::NONE);
        }
    }
    let snapshots = vms.snapshots.snapshots;
    let text = format!(
        "{} on {}{}",
        number(snapshots.sum),
        plural(vms.snapshots.vms, "VM"),
        unknown(snapshots, "VM")
    );
    page.labelled("snapshots", &text, Paint::NONE);
}

/// The most frequent first.
fn listed(counts: &BTreeMap<String, usize>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let texts: Vec<String> = counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
    texts.join(", ")
}

fn push_compute(page: &mut Page<'_>, compute: &Compute) {
    page.gap();
    let hosts = compute
        .hosts
        .map_or_else(|| "not listed yet".to_owned(), |hosts| hosts.to_string());
    page.labelled("hosts", &hosts, Paint::NONE);
    let (running, configured) = (compute.running, compute.configured);
    let cpu = format!(
        "{} cores{}; vCPUs: {} running ({}), {} configured{}",
        number(compute.cores.sum),
        unknown(compute.cores, "host"),
        number(running.vcpus.sum),
        share(compute.cpu_percent),
        number(configured.vcpus.sum),
        unknown(configured.vcpus, "VM")
    );
    page.labelled("CPU", &cpu, Paint::NONE);
    let memory = format!(
        "{}{}; VMs: {} running ({}), {} configured{}",
        size(compute.memory_bytes.sum),
        unknown(compute.memory_bytes, "host"),
        size(running.memory_bytes.sum),
        share(compute.memory_percent),
        size(configured.memory_bytes.sum),
        unknown(configured.memory_bytes, "VM")
    );
    page.labelled("memory", &memory, Paint::NONE);
}

fn push_storage(page: &mut Page<'_>, datastores: Option<&DatastoreStats>) {
    let Some(datastores) = datastores else {
        page.labelled("storage", "not listed yet", Paint::NONE);
        return;
    };
    let shared = match datastores.shared {
        0 => String::new(),
        count => format!(" ({count} on several sources)"),
    };
    let text = format!(
        "{}{shared}: {}{}, {} free ({} used), promised {}{}",
        plural(datastores.count, "datastore"),
        size(datastores.capacity_bytes.sum),
        unknown(datastores.capacity_bytes, "datastore"),
        size(datastores.free_bytes.sum),
        share(datastores.used_percent),
        share(datastores.committed_percent),
        unknown(datastores.uncommitted_bytes, "datastore")
    );
    page.labelled("storage", &text, Paint::NONE);
}

fn push_sources(page: &mut Page<'_>, stats: &Stats) {
    if stats.sources.is_empty() {
        return;
    }
    let mut table = Table::new();
    table.set_header([
        "Source",
        "VMs",
        "Hosts",
        "Clusters",
        "Datastores",
        "Networks",
        "Switches",
        "Alarms",
    ]);
    for source in &stats.sources {
        let counts = [
            source.vms,
            source.hosts,
            source.clusters,
            source.datastores,
            source.networks,
            source.switches,
            source.alarms,
        ];
        let counts = counts.map(|count| count.map_or_else(|| UNKNOWN.to_owned(), |count| count.to_string()));
        table.add_row([vec![escape(&source.name).into_owned()], counts.to_vec()].concat());
    }
    push_table(page, &mut table, 1);
}

fn push_clusters(page: &mut Page<'_>, clusters: &[ClusterStats]) {
    if clusters.is_empty() {
        return;
    }
    let mut table = Table::new();
    table.set_header([
        "Cluster",
        "Source",
        "VMs",
        "Hosts",
        "Cores",
        "vCPU/core",
        "Memory",
        "VM memory",
    ]);
    for cluster in clusters {
        let compute = &cluster.compute;
        table.add_row([
            escape(&cluster_name(cluster, clusters)).into_owned(),
            escape(cluster.source.as_deref().unwrap_or(UNKNOWN)).into_owned(),
            cluster.vms.to_string(),
            compute
                .hosts
                .map_or_else(|| UNKNOWN.to_owned(), |hosts| hosts.to_string()),
            number(compute.cores.sum),
            share(compute.cpu_percent),
            size(compute.memory_bytes.sum),
            share(compute.memory_percent),
        ]);
    }
    push_table(page, &mut table, 2);
}

/// With its datacenter where one source has several of this name.
fn cluster_name(cluster: &ClusterStats, all: &[ClusterStats]) -> String {
    let name = cluster.name.as_deref().unwrap_or("(none)");
    let is_namesake = |other: &&ClusterStats| other.name == cluster.name && other.source == cluster.source;
    match &cluster.datacenter {
        Some(datacenter) if all.iter().filter(is_namesake).count() > 1 => format!("{datacenter}/{name}"),
        _ => name.to_owned(),
    }
}

fn push_datastores(page: &mut Page<'_>, datastores: &DatastoreStats) {
    if datastores.each.is_empty() {
        return;
    }
    let mut table = Table::new();
    table.set_header(["Datastore", "Sources", "Capacity", "Free", "Used", "Promised"]);
    for one in datastores.each.iter().take(DATASTORES) {
        table.add_row([
            escape(&one.name).into_owned(),
            sources(one),
            size(one.capacity_bytes),
            size(one.free_bytes),
            share(one.used_percent),
            share(one.committed_percent),
        ]);
    }
    push_table(page, &mut table, 2);
    if datastores.each.len() > DATASTORES {
        let rest = format!(
            "and {} more, less full: --format json has all",
            datastores.each.len() - DATASTORES
        );
        page.paragraph(0, &rest, Paint::NONE);
    }
}

fn sources(one: &OneDatastore) -> String {
    match one.sources.as_slice() {
        [source] => escape(source).into_owned(),
        several => several.len().to_string(),
    }
}

/// Numbers to the right, from this column on.
fn push_table(page: &mut Page<'_>, table: &mut Table, numbers_from: usize) {
    for column in table.column_iter_mut().skip(numbers_from) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    page.gap();
    let rows = table.row_iter().count();
    page.table(table, std::iter::repeat_n(None, rows));
}

fn number(value: Option<u64>) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), |value| value.to_string())
}

fn size(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| UNKNOWN.to_owned(), binary)
}

fn share(percent: Option<u64>) -> String {
    percent.map_or_else(|| UNKNOWN.to_owned(), |percent| format!("{percent} %"))
}

/// ` (3 VMs unknown)`, if any.
fn unknown(sum: Sum, noun: &str) -> String {
    match sum.unknown {
        0 => String::new(),
        count => format!(" ({} unknown)", plural(count, noun)),
    }
}
