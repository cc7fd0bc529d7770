//! Whatever arrives, in whatever order: the same comes out, no name is invented, and nothing panics.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::resolution::site;
use super::*;

/// Fields that something is read from, in one place or another.
const NAMES: [&str; 6] = ["key", "name", "vlan", "vlanId", "spec", "value"];

/// Something that real servers do to an object of a listing, or that only a broken one does.
#[derive(Debug, Clone)]
enum Harm {
    /// It is not listed.
    Remove(usize),
    /// One of its properties has not arrived.
    Unset(usize, usize),
    /// One of its properties may not be read.
    Refuse(usize, usize),
    /// One of its properties is something else.
    Replace(usize, usize, Value),
}

fn odd_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(text("")),
        Just(text("-1")),
        Just(text("99999999999999999999")),
        "[a-z%/]{0,6}".prop_map(|word| text(&word)),
        prop_oneof![
            Just("Folder"),
            Just("HostSystem"),
            Just("Datastore"),
            Just("Network"),
            Just("Odd")
        ]
        .prop_flat_map(|kind| "(group-v9|host-1|nowhere|domain-c7)".prop_map(move |moref| reference(kind, &moref))),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((prop::sample::select(&NAMES[..]), inner), 0..4).prop_map(|fields| {
                Value::Struct {
                    type_name: None,
                    fields,
                }
            }),
        ]
    })
}

fn harm() -> impl Strategy<Value = Harm> {
    let at = || any::<usize>();
    prop_oneof![
        at().prop_map(Harm::Remove),
        (at(), at()).prop_map(|(object, property)| Harm::Unset(object, property)),
        (at(), at()).prop_map(|(object, property)| Harm::Refuse(object, property)),
        (at(), at(), odd_value()).prop_map(|(object, property, value)| Harm::Replace(object, property, value)),
    ]
}

fn apply(objects: &mut Vec<ObjectContent>, harm: Harm) {
    let length = objects.len().max(1);
    match harm {
        Harm::Remove(object) => drop(objects.remove(object % length)),
        Harm::Unset(object, property) => {
            with_property(&mut objects[object % length], property, |object, path| {
                object.without(path)
            });
        }
        Harm::Refuse(object, property) => {
            with_property(&mut objects[object % length], property, |object, path| {
                object.refused(path)
            });
        }
        Harm::Replace(object, property, value) => {
            with_property(&mut objects[object % length], property, |object, path| {
                object.with(path, value)
            });
        }
    }
}

fn with_property(
    object: &mut ObjectContent,
    property: usize,
    change: impl FnOnce(ObjectContent, &'static str) -> ObjectContent,
) {
    if let Some((path, _)) = object.properties.get(property % object.properties.len().max(1)) {
        *object = change(object.clone(), path);
    }
}

/// Every text that some object has as its name, or that is a path of such names.
fn told_names(objects: &[ObjectContent]) -> BTreeSet<String> {
    let told = |object: &ObjectContent| object.property("name").and_then(Value::text).map(decode_name);
    objects.iter().filter_map(told).collect()
}

/// Every name that a VM or an object has of another one.
fn resolved_names(inventory: &SourceInventory) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for vm in &inventory.vms {
        let single = [&vm.datacenter, &vm.cluster, &vm.resource_pool];
        names.extend(single.into_iter().filter_map(Fact::known).map(ToString::to_string));
        let lists = [&vm.datastores, &vm.networks];
        names.extend(
            lists
                .into_iter()
                .filter_map(Fact::known)
                .flatten()
                .map(ToString::to_string),
        );
    }
    for object in &inventory.objects {
        for field in [
            "name",
            "cluster",
            "datacenter",
            "datastores",
            "networks",
            "uplink_portgroups",
        ] {
            let is_definition = object.kind == ObjectKind::Alarm && field == "name";
            // The hosts name the switch of a standard network themselves.
            match object.facts.get(field).filter(|_| !is_definition) {
                Some(Json::String(name)) => drop(names.insert(name.clone())),
                Some(Json::Array(list)) => names.extend(list.iter().filter_map(Json::as_str).map(str::to_owned)),
                _ => {}
            }
        }
    }
    names
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn no_listing_panics_or_invents_a_name(harms in prop::collection::vec(harm(), 0..12), complete in any::<bool>()) {
        let mut objects = site();
        for harm in harms {
            apply(&mut objects, harm);
        }
        let told = told_names(&objects);
        let inventory = build_with(objects, &choice(), complete);
        let invented: Vec<String> = resolved_names(&inventory).difference(&told).cloned().collect();
        prop_assert_eq!(invented, Vec::<String>::new());
    }

    #[test]
    fn the_order_of_the_objects_never_matters(
        harms in prop::collection::vec(harm(), 0..6),
        order in Just((0..site().len()).collect::<Vec<usize>>()).prop_shuffle(),
        cut in any::<usize>(),
    ) {
        let mut objects = site();
        for harm in harms {
            apply(&mut objects, harm);
        }
        let expected = build(objects.clone());
        let shuffled: Vec<ObjectContent> =
            order.iter().filter_map(|index| objects.get(*index).cloned()).collect();
        let specs = listing(SourceKind::Vcenter, &choice());
        let mut builder = InventoryBuilder::new(&about(), &specs);
        let (first, rest) = shuffled.split_at(cut % (shuffled.len() + 1));
        builder.add(first.to_vec());
        builder.add(rest.to_vec());
        prop_assert_eq!(builder.finish(true), expected);
    }
}
