//! The fields that every stored object has, by name, and which fields of a kind are gauges. `last_seen` is set by the
//! store wherever an object was seen.

use crate::catalog::ObjectKind;

#[expect(missing_docs, reason = "each constant is its own name")]
mod names {
    pub const NAME: &str = "name";
    pub const SOURCE: &str = "source";
    pub const SOURCE_ID: &str = "source_id";
    pub const MOREF: &str = "moref";
    pub const PRESENT: &str = "present";
    pub const FIRST_SEEN: &str = "first_seen";
    pub const LAST_SEEN: &str = "last_seen";
    pub const GONE_SINCE: &str = "gone_since";
}
pub use names::*;

/// What a pass sets by itself; no listing does.
pub const OWN: [&str; 7] = [SOURCE, SOURCE_ID, MOREF, PRESENT, FIRST_SEEN, LAST_SEEN, GONE_SINCE];

/// How a quick statistic is kept. It never makes a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gauge {
    /// Written when it moved far enough, or along with another change.
    Level,
    /// Always moves: written along with another change only.
    Clock,
}

/// Whether a field of this kind moves by itself all the time.
#[must_use]
pub fn gauge(kind: ObjectKind, name: &str) -> Option<Gauge> {
    match (kind, name) {
        (ObjectKind::Host, "cpu_usage_mhz" | "memory_usage_mb")
        | (ObjectKind::Cluster, "used_cpu_mhz" | "used_memory_bytes" | "used_storage_bytes")
        | (ObjectKind::Datastore, "free_bytes" | "uncommitted_bytes") => Some(Gauge::Level),
        (ObjectKind::Host, "uptime_seconds") => Some(Gauge::Clock),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gauge_and_every_field_of_its_own_is_in_the_catalog() {
        let gauges = |kind: ObjectKind| kind.fields().filter(move |field| gauge(kind, field.name).is_some());
        let counts = ObjectKind::ALL.map(|kind| gauges(kind).count());
        assert_eq!(counts, [3, 3, 2, 0, 0, 0]);
        for kind in ObjectKind::ALL {
            assert!(
                OWN.iter().all(|own| kind.fields().any(|field| field.name == *own)),
                "{kind:?}"
            );
        }
    }
}
