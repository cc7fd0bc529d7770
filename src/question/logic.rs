//! How claims are joined. Where and, or and not could be read in two ways, neither is chosen.

use super::parsed::{Join, Place};
use super::refusal::Reason;
use crate::catalog::FieldType;
use crate::filter::{Comparison, Expr, Order, Test};

/// A claim, said with fields.
#[derive(Debug)]
pub(super) struct Part {
    pub join: Join,
    pub is_negated: bool,
    pub expr: Expr,
    pub place: Place,
}

/// All of them: those joined by `or` first, where they are about the same field or stand alone between nouns.
pub(super) fn join(parts: Vec<Part>) -> Result<Option<Expr>, Reason> {
    let mut all = Vec::new();
    for stretch in stretches(parts) {
        all.push(alternatives(stretch)?);
    }
    let all: Vec<Part> = all.into_iter().flatten().collect();
    check_contradiction(&all)?;
    let each = |part: Part| match part.whole() {
        Expr::All(parts) => parts,
        one => vec![one],
    };
    Ok(Expr::all(all.into_iter().flat_map(each).collect()))
}

impl Part {
    fn whole(self) -> Expr {
        if self.is_negated { denied(self.expr) } else { self.expr }
    }

    /// The fields that it is about.
    fn fields(&self) -> Vec<&'static str> {
        let mut fields: Vec<&str> = self.expr.comparisons().iter().map(|one| one.field.name).collect();
        fields.dedup();
        fields
    }

    /// The one text that a field has to be, where it says so.
    fn only_texts(&self) -> Vec<(&'static str, String)> {
        match &self.expr {
            _ if self.is_negated => Vec::new(),
            Expr::All(parts) => parts.iter().filter_map(only_text).collect(),
            one => only_text(one).into_iter().collect(),
        }
    }
}

/// The opposite. Of a number that is not known neither a claim nor its opposite holds: a host is not full of VMs because
/// nobody counted them.
fn denied(expr: Expr) -> Expr {
    match expr {
        Expr::Not(inner) => *inner,
        Expr::All(bounds) if bounds.iter().all(is_of_number) => Expr::Any(bounds.into_iter().map(denied).collect()),
        Expr::Is(Comparison {
            field,
            test: Test::Number(order, number),
        }) => {
            let other = |order| Expr::is(field, Test::Number(order, number));
            match order {
                Order::Less => other(Order::AtLeast),
                Order::AtMost => other(Order::Greater),
                Order::AtLeast => other(Order::Less),
                Order::Greater => other(Order::AtMost),
                Order::Equal if number == 0.0 => other(Order::Greater),
                // A trunk has no VLAN, and is not in VLAN 100.
                Order::Equal => other(Order::Equal).not(),
            }
        }
        other => other.not(),
    }
}

fn is_of_number(expr: &Expr) -> bool {
    matches!(expr, Expr::Is(one) if matches!(one.test, Test::Number(..)))
}

fn only_text(expr: &Expr) -> Option<(&'static str, String)> {
    match expr {
        Expr::Is(one) if one.field.kind == FieldType::Text => match &one.test {
            Test::Text(text) => Some((one.field.name, text.to_ascii_lowercase())),
            Test::Like(text) if !text.contains(['*', '?']) => Some((one.field.name, text.to_ascii_lowercase())),
            _ => None,
        },
        _ => None,
    }
}

/// What stands on one side of the noun.
fn stretches(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let mut stretches: Vec<Vec<Part>> = Vec::new();
    for part in parts {
        match stretches.last_mut() {
            Some(stretch) if part.join != Join::Head => stretch.push(part),
            _ => stretches.push(vec![part]),
        }
    }
    stretches
}

fn alternatives(stretch: Vec<Part>) -> Result<Vec<Part>, Reason> {
    let mut groups: Vec<Vec<Part>> = Vec::new();
    for part in stretch {
        match groups.last_mut() {
            Some(group) if part.join == Join::Or => {
                // "Not off or suspended": is suspended denied too?
                if group[0].is_negated && !part.is_negated {
                    return Err(Reason::TwoReadings(group[0].place.start..part.place.end));
                }
                group.push(part);
            }
            _ => groups.push(vec![part]),
        }
    }
    let is_alone = groups.len() == 1;
    groups.into_iter().map(|group| either(group, is_alone)).collect()
}

fn either(mut group: Vec<Part>, is_alone: bool) -> Result<Part, Reason> {
    if group.len() == 1 {
        return group.pop().ok_or(Reason::Nothing);
    }
    let place = group[0].place.start..group[group.len() - 1].place.end;
    let is_about_one = group.iter().all(|part| part.fields() == group[0].fields());
    if !is_alone && !is_about_one {
        return Err(Reason::TwoReadings(place));
    }
    let join = group[0].join;
    let each = |part: Part| match part.whole() {
        Expr::Any(parts) => parts,
        one => vec![one],
    };
    let expr = Expr::any(group.into_iter().flat_map(each).collect()).ok_or(Reason::Nothing)?;
    Ok(Part {
        join,
        is_negated: false,
        expr,
        place,
    })
}

/// No VM is both off and suspended.
fn check_contradiction(parts: &[Part]) -> Result<(), Reason> {
    for (at, part) in parts.iter().enumerate() {
        for (field, text) in part.only_texts() {
            let denies = |(of, says): (&str, String)| of == field && says != text;
            if let Some(other) = parts[at + 1..]
                .iter()
                .find(|other| other.only_texts().into_iter().any(denies))
            {
                return Err(Reason::Contradiction(part.place.clone(), other.place.clone()));
            }
        }
    }
    Ok(())
}
