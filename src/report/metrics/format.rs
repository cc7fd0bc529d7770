//! The text format: `# HELP`, `# TYPE`, samples.

use std::fmt::Write as _;

/// A metric with its samples.
pub struct Family {
    name: &'static str,
    help: &'static str,
    samples: Vec<Sample>,
}

struct Sample {
    label: Option<(&'static str, String)>,
    value: String,
}

impl Family {
    pub const fn new(name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            help,
            samples: Vec::new(),
        }
    }

    /// Adds a sample without a label.
    pub fn with(mut self, value: impl Into<String>) -> Self {
        self.samples.push(Sample {
            label: None,
            value: value.into(),
        });
        self
    }

    /// Adds a sample; no other one may have this label's value.
    pub fn with_label(mut self, label: &'static str, label_value: &str, value: impl Into<String>) -> Self {
        self.samples.push(Sample {
            label: Some((label, label_value.to_owned())),
            value: value.into(),
        });
        self
    }
}

/// Without those that have no sample.
pub fn render_families(families: &[Family]) -> String {
    let mut text = String::new();
    for Family { name, help, samples } in families.iter().filter(|family| !family.samples.is_empty()) {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for Sample { label, value } in samples {
            let _ = writeln!(
                text,
                "{} {value}",
                series(name, label.as_ref().map(|(l, v)| (*l, v.as_str())))
            );
        }
    }
    text
}

/// `name` or `name{label="value"}`.
pub fn series(name: &str, label: Option<(&str, &str)>) -> String {
    label.map_or_else(
        || name.to_owned(),
        |(label, value)| format!("{name}{{{label}=\"{}\"}}", escape(value)),
    )
}

fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
