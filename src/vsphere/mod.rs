//! vsphere.
