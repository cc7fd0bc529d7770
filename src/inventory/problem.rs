//! What is wrong with single objects of a listing. It is told, and never ends one.

use serde::{Deserialize, Serialize};

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something is not known of the object.
    Warning,
    /// The object is not taken over.
    Error,
}

/// One object, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Its type and name, or its reference if it has no name: `VirtualMachine web-1`.
    pub object: String,
    /// In one line.
    pub message: String,
    /// How much it matters.
    pub severity: Severity,
}

/// So many are told of one source; how many more there are is the last one.
const MOST: usize = 100;

/// A bounded list of problems.
#[derive(Debug, Default)]
pub(super) struct Problems {
    told: Vec<Problem>,
    untold: usize,
}

impl Problems {
    /// Adds one about an object; what it says is made only if it is told.
    pub fn warn(&mut self, object: impl FnOnce() -> String, message: impl FnOnce() -> String) {
        if self.told.len() < MOST {
            self.told.push(Problem {
                object: object(),
                message: message(),
                severity: Severity::Warning,
            });
        } else {
            self.untold += 1;
        }
    }

    /// All that is told, in an order that does not depend on that of the listing as long as all of it is told.
    pub fn finish(mut self) -> Vec<Problem> {
        self.told
            .sort_by(|a, b| (&a.object, &a.message).cmp(&(&b.object, &b.message)));
        self.told.dedup();
        if self.untold > 0 {
            self.told.push(Problem {
                object: "further objects".to_owned(),
                message: format!("{} more problems of this sort are not told", self.untold),
                severity: Severity::Warning,
            });
        }
        self.told
    }
}
