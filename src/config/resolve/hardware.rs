//! `links:`.

use super::super::problem::Flaw;
use super::super::section::Section;
use super::super::{LinkConfig, StoreConfig};
use super::{Context, Reported};
use crate::catalog::ObjectKind;

/// `links.hosts`, if it is written and can be.
pub(super) fn links(
    context: &mut Context<'_>,
    section: &Section<'_>,
    store: &StoreConfig,
) -> Result<Option<LinkConfig>, Reported> {
    if !section.has("hosts") {
        return Ok(None);
    }
    let hosts = section.section("hosts");
    let StoreConfig::Mongo(mongo) = store else {
        let flaw = Flaw::new("needs MongoDB, where the hardware records are").accepting("links beside mongodb");
        context.problem(section, "hosts", flaw);
        return Err(Reported);
    };
    let name = |key| hosts.text(key).ok_or(Reported);
    let config = LinkConfig {
        collection: name("collection")?,
        matched: name("match")?,
        set: name("set")?,
    };
    let own = ObjectKind::ALL.map(|kind| format!("{}{}", mongo.inventory_prefix, kind.plural()));
    let is_own = |name: &String| {
        *name == mongo.collection || *name == format!("{}_vmsync", mongo.collection) || own.contains(name)
    };
    if is_own(&config.collection) {
        let flaw = Flaw::new("a collection that vmsync keeps itself").accepting("the portal's collection of hardware");
        context.problem(&hosts, "collection", flaw);
    }
    if config.set == config.matched || config.set == "_id" {
        let flaw = Flaw::new("would overwrite what the records are known by").accepting("the field of the link");
        context.problem(&hosts, "set", flaw);
    }
    Ok(Some(config))
}
