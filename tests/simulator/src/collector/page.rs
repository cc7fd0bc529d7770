//! Pages of a listing: the objects are fixed when it starts, their properties are read when their page is.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Sight;
use crate::schema::Path;
use crate::soap::{SoapFault, close, element, local_ref, open, typed};
use crate::value::MoRef;

/// The rest of a listing.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    targets: VecDeque<(MoRef, Arc<Vec<Path>>)>,
}

impl Cursor {
    pub(crate) fn add(&mut self, moref: MoRef, paths: Arc<Vec<Path>>) {
        self.targets.push_back((moref, paths));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// The next objects as elements called `tag`, at most `limit` of them.
    ///
    /// An object that vanished since the listing began fails the page if `vanished_fails`, else it is left out.
    pub(crate) fn page(
        &mut self,
        sight: Sight,
        tag: &str,
        limit: usize,
        vanished_fails: bool,
    ) -> Result<String, SoapFault> {
        let mut out = String::new();
        for _ in 0..limit {
            let Some((moref, paths)) = self.targets.pop_front() else {
                break;
            };
            if sight.exists(&moref) {
                object_content(&mut out, tag, sight, &moref, &paths);
            } else if vanished_fails {
                return Err(SoapFault::object_not_found(&moref));
            }
        }
        Ok(out)
    }

    /// The next objects with every property missing, for a session that is over.
    pub(crate) fn page_without_session(&mut self, tag: &str, limit: usize) -> String {
        let mut out = String::new();
        let number = limit.min(self.targets.len());
        for (moref, paths) in self.targets.drain(..number) {
            let fault = SoapFault::not_authenticated(&moref);
            open(&mut out, tag, &[]);
            local_ref(&mut out, "obj", &moref);
            for path in paths.iter() {
                missing(&mut out, &path.text, &fault);
            }
            close(&mut out, tag);
        }
        out
    }
}

/// One `ObjectContent`: what is set in `propSet`s, what may not be read in `missingSet`s, nothing about what is unset.
fn object_content(out: &mut String, tag: &str, sight: Sight, moref: &MoRef, paths: &[Path]) {
    open(out, tag, &[]);
    local_ref(out, "obj", moref);
    let mut missing_sets = String::new();
    for path in paths {
        if let Some(fault) = sight.why_missing(moref, path) {
            missing(&mut missing_sets, &path.text, fault);
        } else if let Some(value) = sight.value(moref, path) {
            out.push_str("<propSet>");
            element(out, "name", &path.text);
            typed(out, "val", &value, path.kind);
            out.push_str("</propSet>");
        }
    }
    out.push_str(&missing_sets);
    close(out, tag);
}

fn missing(out: &mut String, path: &str, fault: &SoapFault) {
    out.push_str("<missingSet>");
    element(out, "path", path);
    out.push_str(&fault.to_localized());
    out.push_str("</missingSet>");
}
