//! What became of asking the sources, taken together.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use uuid::Uuid;

use super::Aim;
use super::collect::Collected;
use super::gather::kinds;
use super::login::remember_login;
use super::views::recall;
use crate::catalog::{Kind, ObjectKind};
use crate::config::{Config, Source};
use crate::exit::Condition;
use crate::plan::SourceView;
use crate::store::StoredSource;
use crate::vsphere::FailureKind;

/// What of the listings stands in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// They were not written, or not to the end.
    Nothing,
    /// All that the pass is about.
    All,
}

/// No source delivered anything: nothing is written.
#[must_use]
pub fn heard_nothing(collected: &[Collected]) -> bool {
    !collected.iter().any(Collected::has_delivered)
}

/// What it means to the run that sources that were asked were not heard completely; none if all were.
#[must_use]
pub fn lack_of(collected: &[Collected]) -> Option<Condition> {
    let mut asked = collected.iter().filter(|collected| collected.asked);
    if !heard_nothing(collected) {
        return asked
            .any(|collected| !collected.complete)
            .then_some(Condition::SourceFailed);
    }
    let is_closed =
        |collected: &Collected| matches!(collected.failure, Some(FailureKind::Login | FailureKind::Certificate));
    Some(if asked.all(is_closed) {
        Condition::LoginRefused
    } else {
        Condition::Unreachable
    })
}

/// What is known of the sources that were asked, by what they said and what was remembered of them.
#[must_use]
pub fn learned(
    config: &Config,
    aim: &Aim,
    collected: &[Collected],
    views: &[SourceView],
    remembered: &[StoredSource],
    written: Written,
    now: Timestamp,
) -> Vec<StoredSource> {
    let learn = |((source, heard), view): ((&Source, &Collected), &SourceView)| {
        let before = recall(source, &config.sources, remembered);
        StoredSource {
            name: source.name.clone(),
            host: source.host.clone(),
            id: view.id.clone(),
            kind: view.kind.unwrap_or_else(|| source.kind()),
            last_complete: if heard.complete && aim.has_vms() {
                Some(now)
            } else {
                before.and_then(|before| before.last_complete)
            },
            last_error: heard.error.clone(),
            root_roles: believed_roles(heard, aim)
                .map(<[i32]>::to_vec)
                .or_else(|| before.map(|before| before.root_roles.clone()))
                .unwrap_or_default(),
            login_pause: remember_login(
                before.and_then(|before| before.login_pause.as_ref()),
                source,
                heard.login,
                now,
                &Uuid::new_v4().to_string(),
            ),
            listed: Some(listed(
                before,
                heard
                    .inventory
                    .as_ref()
                    .filter(|_| heard.complete && written == Written::All)
                    .map(|inventory| (stored_kinds(aim, kinds(aim, config), &inventory.listed), now)),
            )),
        }
    };
    let sources = config.sources.iter().zip(collected).zip(views);
    sources.filter(|((_, heard), _)| heard.asked).map(learn).collect()
}

/// From when what is stored of each kind is, after a pass that stored all of these.
fn listed(before: Option<&StoredSource>, pass: Option<(Vec<Kind>, Timestamp)>) -> BTreeMap<String, Timestamp> {
    let mut listed = before.map(known_listings).unwrap_or_default();
    if let Some((kinds, now)) = pass {
        listed.extend(kinds.into_iter().map(|kind| (kind.plural().to_owned(), now)));
    }
    listed
}

/// What a whole listing tells all of. `sync vms` writes the VMs with its ids only, which makes no others newer; of alarms
/// nothing is known where the root folder did not arrive.
fn stored_kinds(aim: &Aim, asked: BTreeSet<ObjectKind>, listed: &BTreeSet<ObjectKind>) -> Vec<Kind> {
    let vms = (*aim == Aim::Everything).then_some(Kind::Vm);
    let unknown = |kind: &ObjectKind| *kind == ObjectKind::Alarm && !listed.contains(kind);
    let objects = asked.into_iter().filter(|kind| !unknown(kind));
    vms.into_iter().chain(objects.map(Kind::Object)).collect()
}

/// A vmsync that noted nothing of kinds has stored VMs at least.
fn known_listings(before: &StoredSource) -> BTreeMap<String, Timestamp> {
    let of_old = || {
        let vms = before.listed_at(Kind::Vm);
        vms.into_iter().map(|at| (Kind::Vm.plural().to_owned(), at)).collect()
    };
    before.listed.clone().unwrap_or_else(of_old)
}

/// The rights under which the next listing is believed, if this one tells. One that was cut has not shown what its rights
/// hide: the next whole one is still to be doubted. So it is after a pass that was not about everything: the kinds that
/// it left out would be taken for gone without having been doubted once.
fn believed_roles<'a>(heard: &'a Collected, aim: &Aim) -> Option<&'a [i32]> {
    let is_settled = heard.complete || (heard.doubted && *aim == Aim::Everything);
    let inventory = heard.inventory.as_ref().filter(|_| is_settled)?;
    Some(&*inventory.root_roles).filter(|roles| !roles.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::SourceInventory;
    use crate::inventory::{Object, SourceKind};

    fn heard(complete: bool, doubted: bool, root_roles: &[i32], objects: Vec<Object>) -> Collected {
        let inventory = SourceInventory {
            kind: SourceKind::Vcenter,
            server_uuid: None,
            vms: Vec::new(),
            hosts: Vec::new(),
            objects,
            listed: BTreeSet::new(),
            errors: Vec::new(),
            root_roles: root_roles.to_vec(),
        };
        let mut heard = Collected::default();
        heard.inventory = Some(inventory.into());
        (heard.complete, heard.doubted) = (complete, doubted);
        heard
    }

    #[test]
    fn other_rights_are_believed_only_after_a_pass_about_everything() {
        let (all, hosts) = (Aim::Everything, Aim::Objects(ObjectKind::Host));
        let doubted = heard(false, true, &[7], Vec::new());
        assert_eq!(believed_roles(&doubted, &all), Some(&[7][..]));
        assert_eq!(believed_roles(&doubted, &hosts), None);
        assert_eq!(believed_roles(&doubted, &Aim::Vms(Vec::new())), None);
        assert_eq!(
            believed_roles(&heard(true, false, &[7], Vec::new()), &hosts),
            Some(&[7][..])
        );
        assert_eq!(believed_roles(&heard(false, false, &[7], Vec::new()), &all), None);
        assert_eq!(believed_roles(&heard(true, false, &[], Vec::new()), &all), None);
    }

    #[test]
    fn what_did_not_arrive_is_no_newer() {
        let all = BTreeSet::from(ObjectKind::ALL);
        let kinds = |aim: &Aim, listed: &BTreeSet<ObjectKind>| stored_kinds(aim, aim.kinds(), listed);
        assert_eq!(kinds(&Aim::Everything, &all).len(), 1 + ObjectKind::ALL.len());
        let without = all.iter().copied().filter(|kind| *kind != ObjectKind::Alarm).collect();
        assert!(!kinds(&Aim::Everything, &without).contains(&Kind::Object(ObjectKind::Alarm)));
        assert_eq!(kinds(&Aim::Objects(ObjectKind::Alarm), &without), []);
        assert_eq!(kinds(&Aim::Vms(Vec::new()), &all), []);
    }

    #[test]
    fn a_part_of_a_listing_without_vms_is_something() {
        let host = Object {
            kind: ObjectKind::Host,
            moref: "host-1".to_owned(),
            facts: std::collections::BTreeMap::new(),
        };
        assert!(heard(false, false, &[], vec![host]).has_delivered());
        assert!(!heard(false, false, &[], Vec::new()).has_delivered());
        assert!(heard(true, false, &[], Vec::new()).has_delivered());
    }
}
