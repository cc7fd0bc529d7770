//! From what the sources said to what the plan sees.

use super::collect::Collected;
use crate::config::{Config, Source};
use crate::inventory::{SourceId, SourceInventory};
use crate::plan::{Hearing, SourceView, resolve_ids};
use crate::store::StoredSource;

/// One view for each configured source. What is remembered of a source stands in for what it did not say.
#[must_use]
pub fn build_views(config: &Config, collected: &mut [Collected], remembered: &[StoredSource]) -> Vec<SourceView> {
    let stored: Vec<Option<&StoredSource>> = config
        .sources
        .iter()
        .map(|source| recall(source, &config.sources, remembered))
        .collect();
    // First of all: a listing that is not believed to be whole does not tell that its server has no identity either.
    for (heard, stored) in collected.iter_mut().zip(&stored) {
        doubt_rights(heard, *stored);
    }
    let claims: Vec<(String, Option<SourceId>)> = config
        .sources
        .iter()
        .zip(&*collected)
        .map(|(source, heard)| (source.name.clone(), claimed_id(source, heard)))
        .collect();
    let known: Vec<Option<SourceId>> = stored
        .iter()
        .map(|stored| stored.and_then(|stored| stored.id.clone()))
        .collect();
    let ids = resolve_ids(&claims, &known);
    let mut views = Vec::new();
    for (index, (source, heard)) in config.sources.iter().zip(collected).enumerate() {
        views.push(SourceView {
            name: source.name.clone(),
            host: source.host.clone(),
            kind: Some(
                heard
                    .inventory
                    .as_ref()
                    .map_or_else(|| source.kind(), |inventory| inventory.kind),
            ),
            id: ids[index].clone(),
            claimed_id: claims[index].1.clone(),
            hearing: hearing_of(heard),
            inventory: heard.inventory.clone(),
            exclude: source.exclude.clone(),
            guard: source.guard,
        });
    }
    views
}

/// By name; a source that was renamed is known by its address, unless that is remembered of another of the `sources`.
#[must_use]
pub fn recall<'a>(source: &Source, sources: &[Source], remembered: &'a [StoredSource]) -> Option<&'a StoredSource> {
    let is_another = |stored: &StoredSource| sources.iter().any(|other| other.name == stored.name);
    let by_name = remembered.iter().find(|stored| stored.name == source.name);
    let by_host = |stored: &&StoredSource| stored.host == source.host && !is_another(stored);
    by_name.or_else(|| remembered.iter().find(by_host))
}

/// The server's own identity; its name if it has none. Nothing while the part of the listing that would tell is missing.
fn claimed_id(source: &Source, heard: &Collected) -> Option<SourceId> {
    let SourceInventory { kind, server_uuid, .. } = heard.inventory.as_deref()?;
    match server_uuid {
        Some(uuid) => Some(SourceId::of_server(*kind, uuid)),
        None => heard.complete.then(|| SourceId::of_name(&source.name)),
    }
}

fn hearing_of(heard: &Collected) -> Hearing {
    match (heard.asked, &heard.inventory, heard.complete) {
        (false, ..) => Hearing::NotAsked,
        (true, None, _) => Hearing::Unheard,
        (true, Some(_), true) => Hearing::Complete,
        (true, Some(_), false) => Hearing::Incomplete,
    }
}

/// Rights that are withdrawn shrink a listing without any fault. The root folder's `effectiveRole` shows some of it: a
/// listing under other rights than the last complete one is no evidence of absence, once.
fn doubt_rights(heard: &mut Collected, stored: Option<&StoredSource>) {
    let (Some(inventory), Some(stored)) = (&mut heard.inventory, stored) else {
        return;
    };
    if heard.complete && !stored.root_roles.is_empty() && stored.root_roles != inventory.root_roles {
        inventory.forget_counts();
        heard.complete = false;
        heard.doubted = true;
        heard.error = Some(
            "the rights of this login on the root folder have changed: what is no longer listed may only be hidden\n\
             hint: see whether it still may read everything; if it may, the next `vmsync sync all` believes the listing"
                .to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Exclude, Guard, Secret, SourceSection, Tls};
    use crate::inventory::SourceKind;

    fn source(name: &str, host: &str, port: u16) -> Source {
        Source {
            section: SourceSection::EsxiHosts,
            name: name.to_owned(),
            host: host.to_owned(),
            port,
            username: "root".to_owned(),
            password: Secret::new("canary".to_owned()),
            tls: Tls::SystemRoots,
            exclude: Exclude::default(),
            guard: Guard::default(),
        }
    }

    fn stored(name: &str, host: &str) -> StoredSource {
        StoredSource {
            name: name.to_owned(),
            host: host.to_owned(),
            id: None,
            kind: SourceKind::Esxi,
            last_complete: None,
            last_error: None,
            root_roles: Vec::new(),
            login_pause: None,
            listed: None,
        }
    }

    #[test]
    fn a_renamed_source_is_known_by_its_address_unless_that_is_of_another() {
        let configured = [source("a", "esx", 443), source("b", "esx", 8443)];
        let recalled = |remembered: &[StoredSource]| {
            let name = |source| recall(source, &configured, remembered).map(|stored| stored.name.clone());
            configured.each_ref().map(name)
        };
        let named = |name: &str| Some(name.to_owned());
        let (first, second) = (stored("a", "esx"), stored("b", "esx"));
        assert_eq!(recalled(&[second.clone(), first.clone()]), [named("a"), named("b")]);
        assert_eq!(recalled(std::slice::from_ref(&first)), [named("a"), None]);
        assert_eq!(recalled(&[first, stored("old", "esx")]), [named("a"), named("old")]);
        assert_eq!(recalled(&[stored("old", "elsewhere"), second]), [None, named("b")]);
    }
}
