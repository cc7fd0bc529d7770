//! `vmsync` brings the VMs of ESXi hosts and vCenters into a portal's store and sessions, in one pass.
//!
//! # The life of one VM
//!
//! Someone renames the VM `web-1` to `www-1` in vCenter. The next pass finds that out, one module after the other:
//!
//! 1. [`soap`] turns the server's bytes into values: an object `vm-42` with its properties, one of which is its name.
//! 2. [`vsphere`] has opened the session and asked for them, page by page; it hands on a listing, which knows whether it
//!    is complete.
//! 3. [`inventory`] makes a VM of the object: references become the names of hosts and folders, facts that have not
//!    arrived stay unknown.
//! 4. [`plan`] finds its document by identity, not by name, and plans the change: renamed. Its guard would withhold it
//!    if a third of the source were renamed at once.
//! 5. [`store`] writes the document with the new name, and the journal's entry of the rename with it, or neither.
//! 6. [`sessions`] puts the new name where a user's session in Redis has the old one, and touches no other byte.
//! 7. [`notify`] tells two services of it; what they do not take stays in the journal for the next pass.
//! 8. [`report`] says so: `web-1 → www-1  (vc1)`.
//!
//! [`run`] strings these together, keeps the lease and the deadline, and knows at each moment what has been done.
//! `inventory` and `plan` are pure: no I/O, no clock, no environment. Each outside (a server, a store, Redis, a service)
//! stands behind a trait that has a twin in memory.
//!
//! The other objects (hosts, clusters, datastores, …) go the same way; [`catalog`] says which there are and what is
//! kept of them, and [`links`] which of the portal's hardware records is about which host. Who asks for them later says
//! so in [`filter`]'s language, and gets what a [`selection`] describes; [`question`] says it for them from plain words,
//! [`listing`] is how that is shown, [`export`] puts it into files for other programs, [`cell`] by cell, and [`stats`]
//! counts it.
//!
//! Around them: [`cli`] is the command line, [`commands`] its subcommands, [`config`] the configuration, [`check`] looks
//! whether a pass would find all that it needs, [`progress`] and [`logging`] are what stderr shows, [`colour`]
//! says whether in colour, [`whole_file`] writes files that are read meanwhile, [`units`] makes units of systemd,
//! [`http`] is what all requests but those to sources go through, [`ping`] tells a watchdog, and [`exit`] is the exit
//! code.

pub(crate) mod access;
pub mod catalog;
pub mod cell;
pub mod check;
pub mod cli;
pub mod colour;
pub mod commands;
pub mod config;
pub mod exit;
pub mod export;
pub(crate) mod failpoint;
pub mod filter;
pub mod http;
pub mod inventory;
pub mod links;
pub mod listing;
pub mod logging;
pub(crate) mod moment;
pub mod notify;
pub mod ping;
pub mod plan;
pub mod progress;
pub mod question;
pub mod report;
pub mod run;
pub mod selection;
pub mod sessions;
pub mod soap;
pub mod stats;
pub mod store;
pub(crate) mod task;
pub mod units;
pub mod vsphere;
pub mod whole_file;
