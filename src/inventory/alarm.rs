//! Alarms that are triggered: `AlarmState`, as the root folder has it of everything below it.

use super::Fact;
use super::node::{Facts, put};
use super::read::{parse, parse_time};
use crate::moment::to_the_second;
use crate::soap::{ManagedObjectReference, Reference, Value};

/// One triggered alarm.
#[derive(Debug)]
pub(super) struct Alarm {
    /// Of the state; unique on its server.
    pub key: String,
    pub entity: ManagedObjectReference,
    /// The definition, whose name has to be asked for.
    pub definition: ManagedObjectReference,
    pub facts: Facts,
}

impl Alarm {
    /// None of what lacks its key, or the objects that it is about.
    pub fn read(state: &Value<'_>) -> Option<Self> {
        let text = |name| state.field(name).and_then(Value::text);
        let reference = |name| state.field(name).and_then(Value::reference).map(Reference::to_object);
        let (entity, definition) = (reference("entity")?, reference("alarm")?);
        let key = text("key").filter(|key| !key.is_empty())?;
        let mut facts = Facts::new();
        let optional = |fact: Option<serde_json::Value>| fact.map_or(Fact::Unset, Fact::Known);
        put(&mut facts, "status", optional(text("overallStatus").map(Into::into)));
        // An alarm that has never been acknowledged may lack the field.
        let acknowledged = state.field("acknowledged").and_then(parse::<bool>).unwrap_or_default();
        put(&mut facts, "acknowledged", Fact::Known(acknowledged.into()));
        put(
            &mut facts,
            "acknowledged_by",
            optional(text("acknowledgedByUser").map(Into::into)),
        );
        let time = state.field("time").and_then(parse_time);
        put(
            &mut facts,
            "triggered_at",
            optional(time.map(|time| to_the_second(time).into())),
        );
        put(&mut facts, "key", Fact::Known(key.into()));
        put(&mut facts, "alarm", Fact::Known(definition.value.as_str().into()));
        put(&mut facts, "entity_type", Fact::Known(entity.kind.as_str().into()));
        put(&mut facts, "entity_moref", Fact::Known(entity.value.as_str().into()));
        Some(Self {
            key: key.to_owned(),
            entity,
            definition,
            facts,
        })
    }
}
