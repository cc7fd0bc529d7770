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
    /// As it is compared; one that is so is enough.
    tests: Vec<Test>,
    /// Where it would be found: in this field of these kinds.
    places: Vec<(Kind, &'static str)>,
}

/// Each is looked for by itself.
const MOST: usize = 10;

/// What a selection names by `=`, or by `~` without a wildcard, other than in what must not hold; the first of it.
#[must_use]
pub fn named_things(selection: &Selection) -> Vec<Named> {
    let mut things = Vec::new();
    if let Some(filter) = &selection.filter {
        collect(selection.kind, filter, &[], &mut things);
    }
    things.truncate(MOST);
    things
}

/// `beside` are the other alternatives.
fn collect(kind: Kind, expression: &Expr, beside: &[Expr], found: &mut Vec<Named>) {
    match expression {
        Expr::All(parts) => parts.iter().for_each(|part| collect(kind, part, &[], found)),
        Expr::Any(parts) => parts.iter().for_each(|part| collect(kind, part, parts, found)),
        Expr::Is(comparison) => {
            let thing = named(kind, comparison).map(|thing| thing.or_longer(comparison, beside));
            found.extend(thing.filter(|thing| !found.contains(thing)));
        }
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
        tests: vec![comparison.test.clone()],
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
    /// A host is called by its name also where that goes on with its domain: `host ~ esx1 or host ~ esx1.*`.
    fn or_longer(mut self, comparison: &Comparison, beside: &[Expr]) -> Self {
        let longer = format!("{}.*", self.name);
        let is_longer = |test: &Test| matches!(test, Test::Like(pattern) if *pattern == longer);
        let tests = beside.iter().filter_map(|part| match part {
            Expr::Is(other) if other.field == comparison.field => Some(&other.test),
            _ => None,
        });
        self.tests.extend(tests.filter(|test| is_longer(test)).cloned());
        self
    }

    /// The kinds of which all have to be known, or nothing can be said.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        self.places.iter().map(|(kind, _)| *kind)
    }

    /// Where to look for it: it does not exist if none of these selects anything.
    pub fn lookups<'s>(&'s self, asked: &'s Selection) -> impl Iterator<Item = Selection> + 's {
        self.places.iter().map(|(kind, field)| {
            let tests = |field| self.tests.iter().map(move |test| Expr::is(field, test.clone()));
            Selection {
                filter: kind.field(field).and_then(|field| Expr::any(tests(field).collect())),
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
        let longer = asked(Kind::Vm, "(host ~ b or host ~ b.* or cluster ~ b.*) and name ~ x.*");
        let things = named_things(&longer);
        let lookup = things[0].lookups(&longer).next().and_then(|lookup| lookup.filter);
        assert_eq!(
            lookup.as_ref().map(ToString::to_string).as_deref(),
            Some("name ~ b or name ~ b.*")
        );
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
