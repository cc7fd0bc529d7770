//! A simulated ESXi host or vCenter.
