//! What a person should look at.

use std::collections::BTreeMap;

use super::change::Warning;
use super::evidence::speaks_of;
use super::input::{Input, SourceView};
use super::listed::{Listed, gather};
use super::matching::Matches;
use crate::inventory::Uuid;

/// Everything in documents and listings that is not as it should be; sorted.
pub fn find_warnings(input: &Input<'_>, listed: &Listed<'_>, matches: &Matches) -> Vec<Warning> {
    let mut warnings = shared_uuids(listed);
    warnings.extend(matches.ambiguous.iter().map(|index| {
        let fields = &input.existing[*index].fields;
        let (name, uuid) = (fields.name.clone(), fields.uuid.clone());
        Warning::AmbiguousDocument { name, uuid }
    }));
    warnings.extend(shared_identities(input.sources));
    warnings.extend(nothing_to_retire(input));
    warnings.sort();
    warnings
}

fn shared_uuids(listed: &Listed<'_>) -> Vec<Warning> {
    let groups = listed.groups.iter().enumerate();
    let mut places: Vec<(Uuid, usize)> = groups
        .filter_map(|(place, group)| Some((group.uuid()?.clone(), place)))
        .collect();
    let label = |(_, place): &(Uuid, usize)| listed.groups[*place].seen[0].sighting.label().to_owned();
    let warn = |same: &[(Uuid, usize)]| {
        let mut names: Vec<String> = same.iter().map(label).collect();
        names.sort();
        let uuid = same[0].0.to_string();
        Warning::SharedUuid { uuid, names }
    };
    gather(&mut places).filter(|same| same.len() > 1).map(warn).collect()
}

fn nothing_to_retire<'a>(input: &'a Input<'_>) -> impl Iterator<Item = Warning> + use<'a> {
    let speaks_of_none = |label: &&String| {
        !input
            .existing
            .iter()
            .any(|record| speaks_of(label, record, input.sources))
    };
    let labels = input.retired.iter().filter(speaks_of_none);
    labels.map(|label| Warning::NothingToRetire { label: label.clone() })
}

fn shared_identities(sources: &[SourceView]) -> Vec<Warning> {
    let mut claims: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.id != source.claimed_id) {
        if let Some(claimed) = &source.claimed_id {
            claims.entry(claimed.as_str()).or_default().push(source.name.clone());
        }
    }
    let shared = claims.into_values().filter(|sources| sources.len() > 1);
    shared
        .map(|sources| Warning::SharedSourceIdentity { sources })
        .collect()
}
