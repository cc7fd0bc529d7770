//! Which objects the object sets and traversals of a filter select.

use std::collections::{HashMap, HashSet};
use std::ptr;
use std::sync::Arc;

use super::spec::{FilterSpec, ObjectSet, Selection, Traversal};
use super::{Cursor, Sight};
use crate::schema::schema;
use crate::soap::SoapFault;
use crate::value::MoRef;

/// Everything that the filters select, ready to be read page by page.
pub(crate) fn select(sight: Sight, specs: &[FilterSpec]) -> Result<Cursor, SoapFault> {
    let mut cursor = Cursor::default();
    for spec in specs {
        for set in &spec.prop_sets {
            set.check(sight.inventory)?;
        }
        let mut walk = Walk::new(sight);
        for set in &spec.object_sets {
            walk.start(set)?;
        }
        let mut paths = HashMap::new();
        for moref in walk.found {
            let paths = paths.entry(moref.kind.clone());
            let paths = paths.or_insert_with_key(|kind| spec.paths(kind).map(Arc::new));
            if let Some(paths) = paths {
                cursor.add(moref, Arc::clone(paths));
            }
        }
    }
    Ok(cursor)
}

struct Walk<'a> {
    sight: Sight<'a>,
    found: Vec<MoRef>,
    reported: HashSet<MoRef>,
    walked: HashSet<(MoRef, *const Traversal)>,
    named: HashMap<&'a str, &'a Traversal>,
}

impl<'a> Walk<'a> {
    fn new(sight: Sight<'a>) -> Self {
        Self {
            sight,
            found: Vec::new(),
            reported: HashSet::new(),
            walked: HashSet::new(),
            named: HashMap::new(),
        }
    }

    fn start(&mut self, set: &'a ObjectSet) -> Result<(), SoapFault> {
        if !self.sight.exists(&set.start) {
            return Err(SoapFault::object_not_found(&set.start));
        }
        self.learn_names(&set.selections);
        if !set.skip {
            self.report(&set.start);
        }
        self.follow(&set.start, &set.selections)
    }

    fn learn_names(&mut self, selections: &'a [Selection]) {
        for selection in selections {
            if let Selection::Traversal(traversal) = selection {
                if let Some(name) = &traversal.name {
                    self.named.insert(name, traversal);
                }
                self.learn_names(&traversal.selections);
            }
        }
    }

    fn follow(&mut self, moref: &MoRef, selections: &'a [Selection]) -> Result<(), SoapFault> {
        for selection in selections {
            let traversal = match selection {
                Selection::Traversal(traversal) => Some(traversal),
                Selection::Named(name) => self.named.get(name.as_str()).copied(),
            };
            if let Some(traversal) = traversal {
                self.traverse(moref, traversal)?;
            }
        }
        Ok(())
    }

    fn traverse(&mut self, moref: &MoRef, traversal: &'a Traversal) -> Result<(), SoapFault> {
        let path = schema().path(&traversal.kind, &traversal.path);
        let path = path.ok_or_else(|| SoapFault::invalid_property(&traversal.path))?;
        let seen = (moref.clone(), ptr::from_ref(traversal));
        if !schema().is_a(&moref.kind, &traversal.kind) || !self.walked.insert(seen) {
            return Ok(());
        }
        let targets = self.sight.value(moref, &path);
        for target in targets.map(|value| value.refs()).unwrap_or_default() {
            if !traversal.skip && self.sight.exists(&target) {
                self.report(&target);
            }
            self.follow(&target, &traversal.selections)?;
        }
        Ok(())
    }

    fn report(&mut self, moref: &MoRef) {
        if self.reported.insert(moref.clone()) {
            self.found.push(moref.clone());
        }
    }
}
