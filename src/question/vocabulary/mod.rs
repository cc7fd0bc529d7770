//! What is understood: tables of phrases and what they mean, nothing else.
//!
//! A phrase is a row of words: `a|b` is one of them, `[a|b]` may be absent. Where several fit, the longest is meant.

mod beyond;
mod particles;
mod states;
mod topics;

pub(super) use beyond::{BEYOND, NO_OTHER, ONE_DISK, ROOTS, SUMS};
pub(super) use particles::PARTICLES;
pub(super) use states::STATES;
pub(super) use topics::{AGES, DISKS, ENTITY_TYPES, SIZES, SNAPSHOTS, TOPICS};

use crate::catalog::{Kind, ObjectKind};

const VM: Kind = Kind::Vm;
const HOST: Kind = Kind::Object(ObjectKind::Host);
const CLUSTER: Kind = Kind::Object(ObjectKind::Cluster);
const DATASTORE: Kind = Kind::Object(ObjectKind::Datastore);
const NETWORK: Kind = Kind::Object(ObjectKind::Network);
const SWITCH: Kind = Kind::Object(ObjectKind::Switch);
const ALARM: Kind = Kind::Object(ObjectKind::Alarm);
const SOURCE: Kind = Kind::Source;
