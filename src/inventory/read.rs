//! One object of a page, property by property.

use std::cell::RefCell;
use std::str::FromStr;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::properties::{Form, Plain};
use super::{Fact, Uuid};
use crate::moment::to_the_second;
use crate::soap::{FaultKind, MissingProperty, ObjectContent, PropertySpec, Reference, Value};

/// The paths that were asked of each kind: what was not asked for is not unset.
#[derive(Debug)]
pub(super) struct Asked(Vec<PropertySpec>);

impl Asked {
    pub fn new(specs: &[PropertySpec]) -> Self {
        Self(specs.to_vec())
    }

    /// Whether the path was asked of objects of this kind.
    pub fn has(&self, kind: &str, path: &str) -> bool {
        let specs = self.0.iter().filter(|spec| spec.kind == kind);
        specs.into_iter().any(|spec| spec.paths.contains(&path))
    }
}

/// Reads the properties of one object. `kind` is the type by which it was asked for.
pub(super) struct Reader<'a> {
    pub object: &'a ObjectContent<'a>,
    kind: &'static str,
    asked: &'a Asked,
    malformed: RefCell<Vec<&'static str>>,
}

impl<'a> Reader<'a> {
    pub fn new(object: &'a ObjectContent<'a>, kind: &'static str, asked: &'a Asked) -> Self {
        Self {
            object,
            kind,
            asked,
            malformed: RefCell::default(),
        }
    }

    /// Whether the server was asked for it at all.
    pub fn asks(&self, path: &str) -> bool {
        self.asked.has(self.kind, path)
    }

    /// The value as it arrived.
    pub fn value(&self, path: &'static str) -> Fact<&'a Value<'a>> {
        match self.object.property(path) {
            Some(value) => Fact::Known(value),
            None if !self.object.missing.is_empty() && self.object.missing(path).is_some() => Fact::Unread,
            None if self.asked.has(self.kind, path) => Fact::Unset,
            None => Fact::Unread,
        }
    }

    /// What can be made of the value; one that nothing can be made of was not read.
    pub fn convert<T>(&self, path: &'static str, convert: impl FnOnce(&'a Value<'a>) -> Option<T>) -> Fact<T> {
        match self.value(path) {
            Fact::Known(value) => convert(value).map_or_else(
                || {
                    self.malformed.borrow_mut().push(path);
                    Fact::Unread
                },
                Fact::Known,
            ),
            Fact::Unset => Fact::Unset,
            Fact::Unread => Fact::Unread,
        }
    }

    pub fn text(&self, path: &'static str) -> Fact<&'a str> {
        self.convert(path, Value::text)
    }

    pub fn parsed<T: FromStr>(&self, path: &'static str) -> Fact<T> {
        self.convert(path, parse)
    }

    /// A number that every store can hold.
    pub fn number(&self, path: &'static str) -> Fact<u64> {
        self.convert(path, whole)
    }

    pub fn reference(&self, path: &'static str) -> Fact<&'a Reference<'a>> {
        self.convert(path, Value::reference)
    }

    /// An array; unset is an empty one.
    pub fn list<T>(&self, path: &'static str, member: impl Fn(&'a Value<'a>) -> Option<T>) -> Fact<Vec<T>> {
        match self.convert(path, |value| members(value)?.iter().map(member).collect()) {
            Fact::Unset => Fact::Known(Vec::new()),
            other => other,
        }
    }

    /// An all-zero UUID is one that was never set.
    pub fn uuid(&self, path: &'static str) -> Fact<Uuid> {
        match self.text(path) {
            Fact::Known(text) => Uuid::new(text).map_or(Fact::Unset, Fact::Known),
            Fact::Unset => Fact::Unset,
            Fact::Unread => Fact::Unread,
        }
    }

    pub fn time(&self, path: &'static str) -> Fact<Timestamp> {
        match self.convert(path, parse_time) {
            Fact::Known(time) if time == Timestamp::UNIX_EPOCH => Fact::Unset,
            other => other,
        }
    }

    /// The fact that a property becomes as it is.
    pub fn plain(&self, plain: &Plain) -> Fact<Json> {
        match plain.form {
            Form::Text => self.text(plain.path).map(Json::from),
            Form::Number => self.number(plain.path).map(Json::from),
            Form::Switch => self.parsed::<bool>(plain.path).map(Json::from),
            Form::Time => self.time(plain.path).map(|time| Json::from(to_the_second(time))),
            Form::PowerState => self.text(plain.path).map(power_state).map(Json::from),
        }
    }

    /// What there is to say of the object: properties that were refused, and values that make no sense.
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        // Only paths that were asked for, and the faults' own words only if they are such: the rest may be anything.
        let told =
            |missing: &&MissingProperty| !is_expected(&missing.fault) && self.asked.has(self.kind, &missing.path);
        let refused = self.object.missing.iter().filter(told);
        let refused: Vec<String> = refused
            .map(|missing| format!("{} ({})", missing.path, fault_name(&missing.fault)))
            .collect();
        if !refused.is_empty() {
            complaints.push(format!("not readable: {}", refused.join(", ")));
        }
        let malformed = self.malformed.borrow();
        if !malformed.is_empty() {
            complaints.push(format!("not understood: {}", malformed.join(", ")));
        }
        complaints
    }
}

/// A path that the server does not know is told once, for all objects; an expired session is dealt with elsewhere.
const fn is_expected(fault: &FaultKind) -> bool {
    matches!(fault, FaultKind::InvalidProperty { .. } | FaultKind::NotAuthenticated)
}

fn fault_name(fault: &FaultKind) -> String {
    match fault {
        FaultKind::Other(name) if name.len() > 64 || !name.chars().all(|c| c.is_ascii_alphabetic()) => {
            "an unnamed fault".to_owned()
        }
        fault => fault.to_string(),
    }
}

/// The members of an array. vcsim sends an empty one without its type, which is an empty text.
pub(super) fn members<'a>(value: &'a Value<'a>) -> Option<&'a [Value<'a>]> {
    match value {
        Value::Array(items) => Some(items),
        Value::Text(text) if text.trim().is_empty() => Some(&[]),
        _ => None,
    }
}

/// The scalar in a value.
pub(super) fn parse<T: FromStr>(value: &Value<'_>) -> Option<T> {
    value.text()?.trim().parse().ok()
}

/// The largest number that both stores give back as it was written.
pub(super) const MOST: u64 = i64::MAX.unsigned_abs();

/// The number in a value, if every store can hold it.
pub(super) fn whole(value: &Value<'_>) -> Option<u64> {
    parse(value).filter(|number| *number <= MOST)
}

/// XML Schema `dateTime`. Without a zone, which the API does not send, it is UTC.
pub(super) fn parse_time(value: &Value<'_>) -> Option<Timestamp> {
    let text = value.text()?.trim();
    text.parse().or_else(|_| format!("{text}Z").parse()).ok()
}

/// `HostSystemPowerState` and `VirtualMachinePowerState` in the words of the documents.
pub(super) fn power_state(state: &str) -> &str {
    match state {
        "poweredOn" => "on",
        "poweredOff" => "off",
        other => other,
    }
}
