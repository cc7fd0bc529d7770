//! From a YAML file to a [`Config`]: `locate` finds the file, `tree` reads it with the place of every value, `layers`
//! puts environment variables and options over it, `check` holds it against the one table of keys in `schema`,
//! `resolve` builds the model from it: defaults, secrets, and what must hold between keys; `survey` takes it apart again
//! for people. Each stage notes what it finds wrong and goes on, so that an operator sees all problems at once. The
//! environment is an argument ([`Environment`]); nothing here asks the process itself.

mod address;
mod check;
mod environment;
mod kind;
mod layers;
mod links;
mod load;
mod locate;
mod model;
mod node;
mod place;
mod problem;
mod request;
mod resolve;
mod schema;
pub mod secret;
mod section;
mod survey;
mod template;
#[cfg(test)]
mod tests;
mod times;
mod tree;
mod values;
mod words;

pub(crate) use words::similar;

pub use environment::{Environment, ProcessEnvironment};
pub use layers::{variable_of, variables_set};
pub use model::*;
pub use place::Place;
pub use problem::{ConfigError, Problem};
pub use request::{Override, Request};
pub use schema::{Key, KeyPath, Kind, Presence, all_keys};
pub use secret::{Secret, SecretUrl};
pub use survey::{SecretPlace, Setting, Survey, SurveyedSecret, Value};
pub use template::{TEMPLATE, place_to_write};
