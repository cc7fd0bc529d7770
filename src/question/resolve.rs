//! Claims, said with the fields of the kind that is asked for.

use jiff::tz::TimeZone;

use super::logic::{self, Part};
use super::meaning::{Extent, Fact, How, Is, Names as NameForm, Plurality, State, Topic};
use super::parsed::{Claim, Claimed, Join, Names, Parsed, Place, Ranking};
use super::quantities::Amount;
use super::refusal::Reason;
use super::scan::listed;
use super::term::Name;
use super::vocabulary::{AGES, DISKS, ENTITY_TYPES, ONE_DISK, ROOTS, SIZES, SNAPSHOTS, TOPICS};
use crate::catalog::{Field, FieldType, Kind, ObjectKind, Unit};
use crate::filter::{Expr, Order, Test};
use crate::selection::{Selection, Sort, usual_columns};

/// How many are shown of the largest, if it is not said.
const TOP: usize = 10;

/// Or why this kind cannot answer it.
type Resolved<T> = Result<T, Reason>;

/// The selection, and whether only its size is asked for.
pub(super) fn resolve(parsed: &Parsed, timezone: TimeZone) -> Resolved<(Selection, bool)> {
    let kind = kind_of(parsed)?;
    let of_kind = OfKind { kind };
    let mut parts = of_kind.parts(&parsed.claims)?;
    if let Some(head) = &parsed.head {
        let implied = head.topic.implies.iter().filter_map(|fact| of_kind.fact(fact));
        parts.splice(0..0, implied.map(implied_part));
    }
    if parsed.count && (parsed.ranking.is_some() || parsed.limit.is_some() || !parsed.columns.is_empty()) {
        return Err(Reason::OrderedCount);
    }
    let mut selection = Selection {
        filter: logic::join(parts)?,
        gone: parsed.gone || parsed.claims.iter().any(is_of_gone),
        limit: limit(parsed),
        ..Selection::of(kind, timezone)
    };
    if let Some(ranking) = &parsed.ranking {
        selection.sort = vec![of_kind.sort(ranking)?];
    }
    selection.columns = match parsed.columns.as_slice() {
        [] => usual_columns(kind, selection.gone),
        asked => of_kind.columns(asked)?,
    };
    Ok((selection, parsed.count))
}

fn implied_part(expr: Expr) -> Part {
    Part {
        join: Join::Head,
        is_negated: false,
        expr,
        place: 0..0,
    }
}

/// The noun says it; without one the claims do, if only one kind can be so.
fn kind_of(parsed: &Parsed) -> Resolved<Kind> {
    if let Some(kind) = parsed.head.as_ref().and_then(|head| head.topic.kind) {
        return Ok(kind);
    }
    let fits = |kind: &Kind| OfKind { kind: *kind }.parts(&parsed.claims).is_ok();
    let possible: Vec<Kind> = Kind::ALL.into_iter().filter(fits).collect();
    match possible[..] {
        [kind] if !parsed.claims.is_empty() => Ok(kind),
        _ => Err(Reason::NoKind(possible)),
    }
}

fn is_of_gone(claimed: &Claimed) -> bool {
    matches!(claimed.claim, Claim::State(state) if state.is_gone && !claimed.is_negated)
}

fn limit(parsed: &Parsed) -> Option<usize> {
    let is_top = parsed.ranking.as_ref().is_some_and(|ranking| ranking.is_top);
    let is_one = parsed
        .head
        .as_ref()
        .is_some_and(|head| head.plurality == Plurality::One);
    parsed.limit.or_else(|| is_top.then_some(if is_one { 1 } else { TOP }))
}

/// Answers of one kind.
struct OfKind {
    kind: Kind,
}

impl OfKind {
    fn parts(&self, claims: &[Claimed]) -> Resolved<Vec<Part>> {
        claims.iter().map(|claimed| self.part(claimed)).collect()
    }

    fn part(&self, claimed: &Claimed) -> Resolved<Part> {
        let place = &claimed.place;
        let expr = match &claimed.claim {
            Claim::State(state) => self.state(state, place)?,
            Claim::Called(how, names) => self.called(*how, names, place)?,
            Claim::Of(topic, how, names) => self.of(topic, *how, names, place)?,
            Claim::Counts(topic, bounds) => self.counts(topic, bounds, place)?,
            Claim::Has(topic) => self.has(topic, place)?,
            Claim::Lacks(topic) => self.lacks(topic, place)?,
        };
        Ok(Part {
            join: claimed.join,
            is_negated: claimed.is_negated,
            expr,
            place: place.clone(),
        })
    }

    fn state(&self, state: &'static State, place: &Place) -> Resolved<Expr> {
        let facts = state.facts_of(Some(self.kind));
        let exprs: Vec<Expr> = facts.iter().filter_map(|fact| self.fact(fact)).collect();
        let elsewhere = || state.facts.iter().map(|(kind, _)| *kind).collect();
        Expr::any(exprs).ok_or_else(|| self.not_kept(place, elsewhere()))
    }

    fn fact(&self, Fact(name, is): &Fact) -> Option<Expr> {
        let field = self.kind.field(name)?;
        let is_number = matches!(field.kind, FieldType::Number(_));
        Some(match *is {
            Is::Guest(family) => {
                let like = |part: &str| Expr::is(field, Test::Like(format!("*{part}*")));
                return Expr::any(family.parts().map(like).collect());
            }
            Is::Text(text) => Expr::is(field, Test::Text(text.to_owned())),
            Is::Like(pattern) => Expr::is(field, Test::Like(pattern.to_owned())),
            Is::Yes => Expr::is(field, Test::Switch(true)),
            Is::No => Expr::is(field, Test::Switch(false)),
            Is::Zero => Expr::is(field, Test::Number(Order::Equal, 0.0)),
            Is::Absent => Expr::is(field, Test::Absent),
            Is::Present if is_number => Expr::is(field, Test::Number(Order::Greater, 0.0)),
            Is::Present => Expr::is(field, Test::Absent).not(),
        })
    }

    fn not_kept(&self, place: &Place, elsewhere: Vec<Kind>) -> Reason {
        Reason::NotKept {
            place: place.clone(),
            kind: self.kind,
            elsewhere,
        }
    }

    /// The field that tells of a topic: of its names, if there is a choice.
    fn field(&self, topic: &'static Topic, place: &Place) -> Resolved<&'static Field> {
        let fields = topic.fields;
        // "Vms with vm web-1" is about the VM itself.
        let own = (topic.kind == Some(self.kind)).then_some("name");
        let own = || own.and_then(|name| self.kind.field(name));
        let field = topic.field_of(self.kind).or_else(own);
        field.ok_or_else(|| match self.kind {
            Kind::Object(ObjectKind::Host) if topic.name == "CPUs" => Reason::WhichCpus(place.clone()),
            _ => self.not_kept(place, fields.iter().map(|(kind, _)| *kind).collect()),
        })
    }

    fn of(&self, topic: &'static Topic, how: How, names: &Names, place: &Place) -> Resolved<Expr> {
        if let Some(of_type) = self.entity_type(topic) {
            let entity = self.field_named("entity", place)?;
            let called = any_name(entity, topic.names, how, names, place)?;
            return Ok(Expr::All(vec![of_type, called]));
        }
        // A disk has no name that is kept; storage is a datastore.
        let is_disk = DISKS.contains(&topic.name);
        let topic = if is_disk { meant(topic, false) } else { listed(topic) };
        let field = self.field(topic, place)?;
        match field.kind {
            FieldType::Text | FieldType::Texts => any_name(field, topic.names, how, names, place),
            _ => Err(Reason::OnlyCounted {
                place: place.clone(),
                kind: self.kind,
                topic: topic.name,
            }),
        }
    }

    /// It bears such a name itself: a host perhaps with its domain behind.
    fn called(&self, how: How, names: &Names, place: &Place) -> Resolved<Expr> {
        let topic = name_topic(place)?;
        let form = match self.kind {
            Kind::Object(ObjectKind::Host) => NameForm::Host,
            _ => topic.names,
        };
        any_name(self.field(topic, place)?, form, how, names, place)
    }

    /// What an alarm is of, by its type.
    fn entity_type(&self, topic: &'static Topic) -> Option<Expr> {
        let field = self.kind.field("entity_type")?;
        let (_, name) = ENTITY_TYPES.iter().find(|(of, _)| *of == listed(topic).name)?;
        Some(Expr::is(field, Test::Text((*name).to_owned())))
    }

    fn field_named(&self, name: &str, place: &Place) -> Resolved<&'static Field> {
        let field = self.kind.field(name);
        field.ok_or_else(|| self.not_kept(place, Vec::new()))
    }

    fn counts(&self, topic: &'static Topic, bounds: &[(Order, Amount)], place: &Place) -> Resolved<Expr> {
        let topic = meant(topic, bounds.iter().any(|(_, amount)| amount.measure.is_some()));
        // "With a 100 gb disk".
        if topic.name == DISKS[1] && bounds.iter().any(|(order, _)| *order == Order::Equal) {
            return Err(Reason::Beyond(place.clone(), ONE_DISK));
        }
        if topic.name == SNAPSHOTS && !bounds.iter().all(is_any_or_none) {
            return Err(Reason::Beyond(place.clone(), ROOTS));
        }
        let field = self.field(topic, place)?;
        let FieldType::Number(unit) = field.kind else {
            return Err(Reason::NotCounted {
                place: place.clone(),
                kind: self.kind,
                topic: topic.name,
            });
        };
        let test = |(order, amount): &(Order, Amount)| {
            let number = in_unit(*amount, unit).ok_or_else(|| Reason::Unit {
                place: place.clone(),
                topic: topic.name,
                unit,
                has_unit: amount.measure.is_some(),
            })?;
            Ok(Expr::is(field, Test::Number(*order, number)))
        };
        let exprs: Vec<Expr> = bounds.iter().map(test).collect::<Resolved<_>>()?;
        Expr::all(exprs).ok_or(Reason::Nothing)
    }

    fn has(&self, topic: &'static Topic, place: &Place) -> Resolved<Expr> {
        match self.entity_type(topic) {
            Some(of_type) => Ok(of_type),
            None => self.presence(topic, &Is::Present, place),
        }
    }

    fn lacks(&self, topic: &'static Topic, place: &Place) -> Resolved<Expr> {
        match self.entity_type(topic) {
            Some(of_type) => Ok(of_type.not()),
            None => self.presence(topic, &Is::Absent, place),
        }
    }

    fn presence(&self, topic: &'static Topic, is: &Is, place: &Place) -> Resolved<Expr> {
        let field = self.field(meant(topic, false), place)?;
        let is = match (is, field.kind) {
            (Is::Absent, FieldType::Number(_)) => Is::Zero,
            (other, _) => *other,
        };
        self.fact(&Fact(field.name, is)).ok_or(Reason::Nothing)
    }

    fn sort(&self, ranking: &Ranking) -> Resolved<Sort> {
        let by_extent = |table: &[(Kind, &'static str)]| {
            let row = table.iter().find(|(kind, _)| *kind == self.kind);
            row.and_then(|(kind, name)| kind.field(name))
                .ok_or_else(|| self.by_what(ranking))
        };
        let field = match (ranking.by, ranking.extent) {
            (Some(topic), _) if topic.name == SNAPSHOTS => return Err(Reason::Beyond(ranking.place.clone(), ROOTS)),
            (Some(topic), _) => self.field(topic, &ranking.place)?,
            (None, Extent::Size) => by_extent(SIZES)?,
            (None, Extent::Age) => by_extent(AGES).map_err(|_| Reason::NoAge(ranking.place.clone(), self.kind))?,
            (None, Extent::Said) => return Err(self.by_what(ranking)),
        };
        if ranking.is_top && !matches!(field.kind, FieldType::Number(_) | FieldType::Time) {
            return Err(self.by_what(ranking));
        }
        Ok(Sort {
            field,
            descending: ranking.descending,
        })
    }

    /// The most of what: all that this kind counts.
    fn by_what(&self, ranking: &Ranking) -> Reason {
        let is_counted = |topic: &&Topic| {
            let field = topic.field_of(self.kind);
            let is_number = field.is_some_and(|field| matches!(field.kind, FieldType::Number(_)));
            is_number && topic.name != SNAPSHOTS
        };
        Reason::ByWhat {
            place: ranking.place.clone(),
            kind: self.kind,
            options: TOPICS.iter().filter(is_counted).map(|topic| topic.name).collect(),
        }
    }

    /// The name and what was asked for.
    fn columns(&self, asked: &[(&'static Topic, Place)]) -> Resolved<Vec<&'static Field>> {
        let mut columns: Vec<&'static Field> = self.kind.field("name").into_iter().collect();
        for (topic, place) in asked {
            let field = self.field(topic, place)?;
            if !columns.contains(&field) {
                columns.push(field);
            }
        }
        Ok(columns)
    }
}

/// Whether it says no more than that there is one, or none.
fn is_any_or_none((order, amount): &(Order, Amount)) -> bool {
    match order {
        Order::Equal | Order::Greater | Order::AtMost => amount.number == 0.0,
        Order::AtLeast | Order::Less => amount.number > 0.0 && amount.number <= 1.0,
    }
}

/// Of disks their size, if there is a unit, else their number.
fn meant(topic: &'static Topic, has_unit: bool) -> &'static Topic {
    let name = DISKS[usize::from(has_unit)];
    let is_meant = |other: &&Topic| DISKS.contains(&topic.name) && other.name == name;
    TOPICS.iter().find(is_meant).unwrap_or(topic)
}

fn any_name(field: &'static Field, form: NameForm, how: How, names: &Names, place: &Place) -> Resolved<Expr> {
    // On datastores A and B: on both, or what is on either? Nor is what contains A and B what contains either.
    if names.is_and && names.names.len() > 1 && (field.kind == FieldType::Texts || how != How::Is) {
        return Err(Reason::TwoReadings(place.clone()));
    }
    let mut tests = Vec::new();
    for name in &names.names {
        if form == NameForm::Address && name.text.contains('/') {
            return Err(Reason::Beyond(place.clone(), RANGES));
        }
        if how == How::Is && !can_be(field, name) {
            return Err(Reason::NoWord(place.clone(), field));
        }
        tests.extend(name_tests(name, form, how));
    }
    let exprs = tests.into_iter().map(|test| Expr::is(field, test)).collect();
    Expr::any(exprs).ok_or(Reason::Nothing)
}

/// Whether a field can have what is said of it: one with fixed words has no others.
fn can_be(field: &Field, name: &Name) -> bool {
    let is_word = |word: &str| {
        if name.is_quoted {
            word == name.text
        } else {
            word.eq_ignore_ascii_case(&name.text)
        }
    };
    !field.is_closed || name.text.contains(['*', '?', '%']) || field.words().any(is_word)
}

const RANGES: &str = "a range of addresses cannot be asked for; say \"ip starting with 10.1.\"";

fn name_topic(place: &Place) -> Resolved<&'static Topic> {
    let topic = TOPICS.iter().find(|topic| topic.name == "name");
    topic.ok_or_else(|| Reason::Bare(place.clone(), "name"))
}

/// How a name is looked for: one in quotes as it is, others without case, `*` and `?` standing for others.
fn name_tests(name: &Name, form: NameForm, how: How) -> Vec<Test> {
    let text = name.text.as_str();
    let like = |pattern: String| Test::Like(pattern);
    let is_pattern = text.contains(['*', '?', '%']);
    let pattern = match how {
        How::Is => text.to_owned(),
        How::Like if is_pattern => text.replace('%', "*"),
        How::Like | How::Contains => format!("*{text}*"),
        How::Starts => format!("{text}*"),
        How::Ends => format!("*{text}"),
    };
    match how {
        _ if form == NameForm::Folder => folder_tests(&pattern),
        How::Is if name.is_quoted => vec![Test::Text(text.to_owned())],
        How::Is if form == NameForm::Part && !text.contains(['*', '?']) => vec![like(format!("*{text}*"))],
        How::Is if form == NameForm::Hardware && text.parse::<u32>().is_ok() => vec![like(format!("vmx-{text}"))],
        How::Is if has_more_parts(text, form) => vec![like(text.to_owned()), like(format!("{text}.*"))],
        _ => vec![like(pattern)],
    }
}

/// Whether what it names may have a longer name: a host with its domain, a version with its updates.
fn has_more_parts(text: &str, form: NameForm) -> bool {
    let is_whole = text.contains(['*', '?', '%']);
    match form {
        NameForm::Host => !is_whole && !text.contains(['.', ':']),
        NameForm::Version => !is_whole,
        NameForm::None
        | NameForm::Whole
        | NameForm::Part
        | NameForm::Folder
        | NameForm::Address
        | NameForm::Hardware => false,
    }
}

/// The folder and those below it: by its name at any depth, or by its path.
fn folder_tests(text: &str) -> Vec<Test> {
    let text = text.trim_end_matches('/');
    let start = if text.starts_with(['/', '*']) { "" } else { "*/" };
    let end = if text.ends_with('*') { None } else { Some("/*") };
    let ends = [""].into_iter().chain(end);
    ends.map(|end| Test::Like(format!("{start}{text}{end}"))).collect()
}

/// The amount in the field's own unit; None if it is of another kind, or a size without a unit.
fn in_unit(amount: Amount, unit: Unit) -> Option<f64> {
    let (base, one) = match unit {
        Unit::One => return amount.measure.is_none().then_some(amount.number),
        Unit::Byte => (Unit::Byte, 1.0),
        Unit::Mebibyte => (Unit::Byte, 1024.0 * 1024.0),
        Unit::Hertz => (Unit::Hertz, 1.0),
        Unit::Megahertz => (Unit::Hertz, 1e6),
        Unit::Second => (Unit::Second, 1.0),
    };
    match amount.measure {
        Some(measure) if measure.base == base => Some(amount.number * measure.factor / one),
        // Nothing is nothing in every unit.
        None if amount.number == 0.0 => Some(0.0),
        _ => None,
    }
}
