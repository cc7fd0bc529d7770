//! What is said of an empty list.

use crate::catalog::{Kind, ObjectKind};
use crate::filter::{Comparison, Expr, Test, text_literal};
use crate::selection::Selection;

/// A thing that a filter names: it may not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// `host`
    noun: &'static str,
    /// By which name.
    name: String,
    /// As it is compared.
    test: Test,
    /// Where it would be found: in this field of these kinds.
    places: Vec<(Kind, &'static str)>,
}

/// Each is looked for by itself.
const MOST: usize = 10;

/// What a selection names by `=`, or by `~` without a wildcard, other than in what must not hold; the first of it.
#[must_use]
pub fn named_things(selection: &Selection) -> Vec<Named> {
    let mut comparisons = Vec::new();
    if let Some(filter) = &selection.filter {
        collect(filter, &mut comparisons);
    }
    let mut things: Vec<Named> = Vec::new();
    for thing in comparisons.into_iter().filter_map(|one| named(selection.kind, one)) {
        if !things.contains(&thing) {
            things.push(thing);
        }
    }
    things.truncate(MOST);
    things
}

fn collect<'e>(expression: &'e Expr, found: &mut Vec<&'e Comparison>) {
    match expression {
        Expr::All(parts) | Expr::Any(parts) => parts.iter().for_each(|part| collect(part, found)),
        Expr::Is(comparison) => found.push(comparison),
        Expr::Not(_) => {}
    }
}

fn named(kind: Kind, comparison: &Comparison) -> Option<Named> {
    let name = match &comparison.test {
        Test::Text(name) => name,
        Test::Like(name) if !name.contains(['*', '?']) => name,
        _ => return None,
    };
    let of = |noun: &'static str, places: Vec<(Kind, &'static str)>| Named {
        noun,
        name: name.clone(),
        test: comparison.test.clone(),
        places,
    };
    let by_name = |kind: Kind| Some(of(kind.singular(), vec![(kind, "name")]));
    match comparison.field.name {
        "name" => by_name(kind),
        // That of a source is an address.
        "host" | "hosts" if kind != Kind::Source => by_name(Kind::Object(ObjectKind::Host)),
        "cluster" => by_name(Kind::Object(ObjectKind::Cluster)),
        "datastores" => by_name(Kind::Object(ObjectKind::Datastore)),
        "networks" => by_name(Kind::Object(ObjectKind::Network)),
        "source" => by_name(Kind::Source),
        // There is no list of datacenters: others tell in which they are.
        "datacenter" => {
            let has_it = |kind: &Kind| kind.field("datacenter").is_some();
            let places = Kind::ALL.into_iter().filter(has_it);
            Some(of("datacenter", places.map(|kind| (kind, "datacenter")).collect()))
        }
        _ => None,
    }
}

impl Named {
    /// The kinds of which all have to be known, or nothing can be said.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        self.places.iter().map(|(kind, _)| *kind)
    }

    /// Where to look for it: it does not exist if none of these selects anything.
    pub fn lookups<'s>(&'s self, asked: &'s Selection) -> impl Iterator<Item = Selection> + 's {
        self.places.iter().map(|(kind, field)| {
            let test = |field| Expr::is(field, self.test.clone());
            Selection {
                filter: kind.field(field).map(test),
                gone: true,
                columns: Vec::new(),
                sort: Vec::new(),
                limit: Some(1),
                ..Selection::of(*kind, asked.timezone.clone())
            }
        })
    }
}

/// A line for people, and one for each thing that does not exist.
#[must_use]
pub fn render_nothing(selection: &Selection, absent: &[Named]) -> String {
    let plural = selection.kind.plural();
    let first = match selection.filter {
        Some(_) => format!("no {plural} match"),
        None => format!("no {plural}"),
    };
    let lines = absent
        .iter()
        .map(|Named { noun, name, .. }| format!("no {noun} is called {}", text_literal(name)));
    std::iter::once(first).chain(lines).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::filter::{Context, parse};

    fn asked(kind: Kind, filter: &str) -> Selection {
        let timezone = TimeZone::UTC;
        let context = Context {
            kind,
            now: Timestamp::UNIX_EPOCH,
            timezone: &timezone,
        };
        Selection {
            filter: Some(parse(filter, &context).expect(filter)),
            ..Selection::of(kind, TimeZone::UTC)
        }
    }

    fn named(kind: Kind, filter: &str) -> Vec<String> {
        let things = named_things(&asked(kind, filter));
        things
            .iter()
            .map(|thing| format!("{} {}", thing.noun, thing.name))
            .collect()
    }

    #[test]
    fn what_is_named_is_looked_for_where_it_would_be() {
        for (kind, filter, expected) in [
            (Kind::Vm, "name = a and (host = b or host = b)", &["VM a", "host b"][..]),
            (
                Kind::Vm,
                "datastores = d and networks = n and source = s",
                &["datastore d", "network n", "source s"],
            ),
            (
                Kind::Vm,
                "name != a and not host = b and cluster ~ c* and host !~ d and datacenter = none",
                &[],
            ),
            (Kind::Vm, "host ~ ESX1 or name ~ 'web-?'", &["host ESX1"]),
            (Kind::Source, "host = 192.0.2.1", &[]),
            (
                Kind::Object(ObjectKind::Datastore),
                "hosts = h and name = d",
                &["host h", "datastore d"],
            ),
            (Kind::Object(ObjectKind::Cluster), "datacenter = X", &["datacenter X"]),
        ] {
            assert_eq!(named(kind, filter), expected, "{filter}");
        }
        let alike = asked(Kind::Vm, "host ~ b");
        let things = named_things(&alike);
        let lookup = things[0].lookups(&alike).next().and_then(|lookup| lookup.filter);
        assert_eq!(lookup.as_ref().map(ToString::to_string).as_deref(), Some("name ~ b"));
        let asked = asked(Kind::Vm, "host = b");
        let things = named_things(&asked);
        let lookups: Vec<Selection> = things[0].lookups(&asked).collect();
        let [lookup] = &lookups[..] else { panic!("{lookups:?}") };
        assert_eq!(
            (lookup.kind, lookup.gone, lookup.limit),
            (Kind::Object(ObjectKind::Host), true, Some(1))
        );
        assert_eq!(
            lookup.filter.as_ref().map(ToString::to_string).as_deref(),
            Some("name = b")
        );
        assert_eq!(things[0].kinds().collect::<Vec<_>>(), [lookup.kind]);
    }

    #[test]
    fn each_thing_that_is_not_there_has_a_line() {
        let asked = asked(Kind::Vm, "host = \"b c\" and name = a");
        let things = named_things(&asked);
        assert_eq!(
            render_nothing(&asked, &things),
            "no vms match\nno host is called \"b c\"\nno VM is called a"
        );
        let all = Selection::of(Kind::Object(ObjectKind::Alarm), TimeZone::UTC);
        assert_eq!(render_nothing(&all, &[]), "no alarms");
    }
}
