//! The property collector: which objects a filter selects, and what an answer says about them.

mod page;
mod spec;
mod traverse;

pub(crate) use page::Cursor;
pub(crate) use spec::FilterSpec;
pub(crate) use traverse::select;

use crate::inventory::Inventory;
use crate::schema::Path;
use crate::session::Session;
use crate::soap::SoapFault;
use crate::value::{MoRef, Value};

/// What one session can see of a server.
#[derive(Clone, Copy)]
pub(crate) struct Sight<'a> {
    pub(crate) inventory: &'a Inventory,
    pub(crate) session: &'a Session,
}

impl Sight<'_> {
    /// Whether there is such an object, of that type.
    pub(crate) fn exists(&self, moref: &MoRef) -> bool {
        let object = self.inventory.object(&moref.id);
        let visible = self.inventory.is_visible(&moref.id);
        object.is_some_and(|object| object.moref.kind == moref.kind && visible)
            || self.session.views.contains_key(&moref.id)
    }

    /// The value of a property; `None` if it is unset.
    pub(crate) fn value(&self, moref: &MoRef, path: &Path) -> Option<Value> {
        if let Some(view) = self.session.views.get(&moref.id) {
            return (path.text == "view").then(|| self.view(view));
        }
        let object = self.inventory.object(&moref.id)?;
        let (first, rest) = path.steps.split_first()?;
        if let Some(stored) = object.stored(&path.steps) {
            return Some(stored.clone());
        }
        if moref.kind == "SessionManager" && *first == "currentSession" {
            return self.session.to_value().at(rest).cloned();
        }
        let derived = self.inventory.derived(object, first)?;
        derived.at(rest).cloned()
    }

    /// Why the session's user may not read a property.
    pub(crate) fn why_missing(&self, moref: &MoRef, path: &Path) -> Option<&SoapFault> {
        self.inventory.object(&moref.id)?.why_missing(&path.text)
    }

    fn view(&self, view: &crate::session::View) -> Value {
        let objects = self.inventory.below(&view.container.id, view.recursive);
        let wanted = objects.into_iter().filter(|object| {
            let is = |kind: &String| crate::schema::schema().is_a(&object.moref.kind, kind);
            view.kinds.is_empty() || view.kinds.iter().any(is)
        });
        Value::list(wanted.map(|object| object.moref.clone()))
    }
}
