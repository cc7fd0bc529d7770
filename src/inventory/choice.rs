//! What of an inventory is asked for.

use std::collections::BTreeSet;

use crate::catalog::ObjectKind;

/// Parts of a VM that cost ten times the bytes of all else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Network adapters and disks.
    Devices,
    /// The tree of snapshots.
    Snapshots,
    /// The guest's addresses.
    GuestNet,
    /// The guest's file systems.
    GuestDisk,
}

impl Detail {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Devices, Self::Snapshots, Self::GuestNet, Self::GuestDisk];

    /// As `inventory.details` calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Devices => "devices",
            Self::Snapshots => "snapshots",
            Self::GuestNet => "guest_net",
            Self::GuestDisk => "guest_disk",
        }
    }
}

/// `inventory:`. VMs are always asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// `inventory.types`: the kinds that are kept. Of other kinds only the names that VMs need are asked for.
    pub kinds: BTreeSet<ObjectKind>,
    /// `inventory.details`.
    pub details: BTreeSet<Detail>,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            kinds: ObjectKind::ALL.into(),
            details: BTreeSet::new(),
        }
    }
}

impl Choice {
    /// Whether these objects are kept.
    #[must_use]
    pub fn has(&self, kind: ObjectKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether this part of VMs is asked for.
    #[must_use]
    pub fn details(&self, detail: Detail) -> bool {
        self.details.contains(&detail)
    }
}
