//! A simulated ESXi host or vCenter that answers over HTTPS like a real one.
//!
//! Where real servers and `vcsim` differ, this is on the side of the real ones: pages of at most 100 objects with the
//! tokens `0`, `1`, …, a quoted session cookie, `InvalidProperty` for an unknown path, absent unset properties, and the
//! fault texts of real servers. Faults can be scripted on any call, see [`Fault`].
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use simulator::{Config, Effect, Fault, Simulator, VmSpec};
//!
//! let simulator = Simulator::start(Config::esxi("esx1")).await?;
//! let web = simulator.inventory(|inventory| inventory.add_vm(&VmSpec::new("web")));
//! simulator.script(Fault::on("RetrievePropertiesEx", Effect::Truncate { bytes: 1000 }).nth(2));
//! simulator.inventory(|inventory| inventory.rename(&web, "www"));
//! # Ok(())
//! # }
//! ```
//!
//! A request runs through `exchange` (record it, strike it with scripted effects), `soap` (parse it), `methods`
//! (dispatch it), `collector` (select objects, write pages) and `body` (let the answer out, whole or broken).

mod body;
mod collector;
mod config;
mod exchange;
mod faults;
mod ids;
mod inventory;
mod methods;
mod names;
mod reflection;
mod reply;
mod schema;
mod session;
mod simulator;
mod soap;
mod state;
mod tls;
mod value;
mod versions;

pub use config::{Config, DEFAULT_PASSWORD, Kind};
pub use faults::{Change, Effect, Fault};
pub use inventory::{HostSpec, Inventory, Object, Places, Vlan, VmSpec};
pub use reflection::Reflection;
pub use session::Expiry;
pub use simulator::{Handle, Simulator};
pub use soap::SoapFault;
pub use state::{Connections, Recorded};
pub use tls::Certificate;
pub use value::{DataObject, MoRef, Value};
