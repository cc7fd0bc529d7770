//! `vmsync` brings the VMs of ESXi hosts and vCenters into a portal's store and sessions, in one pass.

pub mod cli;
pub mod commands;
pub mod config;
pub mod exit;
pub(crate) mod failpoint;
pub mod inventory;
pub mod logging;
pub mod notify;
pub mod plan;
pub mod progress;
pub mod report;
pub mod run;
pub mod sessions;
pub mod soap;
pub mod store;
pub mod vsphere;
