//! What people ask for and vmsync cannot tell; so that it is not taken for a typing error either.

/// Of a list that is shown and not compared.
pub(in crate::question) const ONE_DISK: &str = "the size of one disk cannot be asked in words, only that of all disks of a VM, as in \"vms with more than 100 gb disk\"; vmsync list --columns virtual_disks shows each if inventory.details has devices";

/// Of what is asked with `only`.
pub(in crate::question) const NO_OTHER: &str =
    "whether it has no other cannot be asked in words; say it without \"only\"";

/// Of what is asked of many at once.
pub(in crate::question) const SUMS: &str = "sums and groups are not a list; see vmsync stats";

/// Of how many snapshots there are.
pub(in crate::question) const ROOTS: &str =
    "of a chain of snapshots only the first is counted; ask for vms with or without snapshots, or see vmsync stats";

/// Phrases, and what to say of them.
pub(in crate::question) static BEYOND: &[(&[&str], &str)] = &[
    (
        &[
            "%",
            "percent|percentage|pct",
            "[how] full|fuller|fullest",
            "almost|nearly full",
        ],
        "how full something is in percent cannot be asked here; ask for free space, as in \"datastores with less than 100 gb free\", or see vmsync stats",
    ),
    (
        &[
            "per",
            "grouped|group [by]",
            "breakdown|distribution [by]",
            "broken down [by]",
            "average|avg|mean|median|sum|statistics|stats|summary|overview",
        ],
        SUMS,
    ),
    (
        &["how much|big|large"],
        "sums and sizes are not a list; see vmsync stats, or ask for the \"largest datastores\"",
    ),
    (
        &[
            "how long|old",
            "older|newer|younger|earlier|later than|then",
            "ago|since|before|after|until|during",
            "today|yesterday|tonight|tomorrow",
            "last|past|this hour|hours|day|days|week|weeks|month|months|year|years|night|morning",
            "last|past",
            "recently|lately",
        ],
        "moments and ages cannot be said in words; vmsync list compares them, as in --where 'boot_time < -30d'",
    ),
    (
        &["never", "had"],
        "what was is not kept, only what is now; say not, or with or without",
    ),
    (
        &["created|creation|modified|changed|owner|owners|owned"],
        "when something was made or changed, and by whom, is not kept",
    ),
    (
        &[
            "slow|fast|slowest|fastest|busy|busiest|idle|idlest|hot|overloaded|loaded|cold|performance|latency|iops|throughput",
        ],
        "how busy something is cannot be asked like this; ask for \"hosts with the highest cpu usage\" or \"memory usage\"",
    ),
    (
        &[
            "healthy|unhealthy|sick|bad|wrong|problem|problems|issues|issue|stale|lost|dead|zombie|zombies|ghost|ghosts|degraded|stuck|hung",
        ],
        "that says too little; name what is wrong: powered off, disconnected, missing, orphaned, inaccessible, or ask for red alarms",
    ),
    (
        &[
            "old|new|big|large|small|huge|tiny|high|low|many|few|several|various|numerous|multiple|special|certain|enough|much|too",
        ],
        "that has no measure; say more than or less than how much, or the largest or the smallest",
    ),
    (
        &["overcommitted|over-committed|overcommit|overprovisioned|oversubscribed|oversized|overcommitment"],
        "commitment is not a field of a list; see vmsync stats",
    ),
    (
        &["thin|thick|provisioned|provisioning"],
        "how disks are provisioned cannot be asked in words; uncommitted space can, and vmsync list --columns virtual_disks shows the disks if inventory.details has devices",
    ),
    (
        &[
            "with|having|has|have [the] largest|biggest|smallest [virtual] disk|disks",
            "[with|having|has|have] a|any|one|single|each [virtual] disk|disks [that|which] [is|are] larger|bigger|greater|more|smaller|less|over|above|under|below|>|< [than]",
        ],
        ONE_DISK,
    ),
    (
        &["with|and|plus|including their|its"],
        "say first what is shown, as in \"ip and host of vms in cluster Production\"",
    ),
    (&["only|just|exclusively [stored|connected|located] on|in|to"], NO_OTHER),
    (
        &["[vmware|vm|guest] tools|vmtools|vm-tools"],
        "of VMware Tools say running, not running, not installed, old, or ok, as in \"vms with tools not running\"",
    ),
    (
        &["neither|nor|nobody|none|nothing"],
        "say it with not, as in \"vms not in cluster Production\"",
    ),
    (
        &[
            "delete|remove|destroy|start|stop|restart|reboot|reset|migrate|move|rename|create|shut|suspend|update|change|set|kill|clone|vmotion",
        ],
        "vmsync changes nothing in vSphere; it only lists",
    ),
    (
        &[
            "cost|costs|price|license|licenses|licence|permissions|permission|users|user|password|passwords|events|event|tasks|task|logs|log|tag|tags|tagged|backup|backups|mac|macs|gpu|gpus|vgpu|vgpus|note|notes|annotation|annotations|comment|comments|description|risk|risks",
        ],
        "that is no field of a list",
    ),
    (
        &["why|when|explain|help|should"],
        "vmsync answers which and how many, not why or when",
    ),
];
