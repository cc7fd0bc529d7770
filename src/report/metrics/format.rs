//! The text format: `# HELP`, `# TYPE`, samples.

use std::fmt::Write as _;

/// A metric with its samples.
pub struct Family {
    name: &'static str,
    help: &'static str,
    samples: Vec<Sample>,
}

struct Sample {
    labels: Vec<(&'static str, String)>,
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
            labels: Vec::new(),
            value: value.into(),
        });
        self
    }

    /// Adds a sample; no other one may have this label's value.
    pub fn with_label(self, label: &'static str, label_value: &str, value: impl Into<String>) -> Self {
        self.with_labels([(label, label_value)], value)
    }

    /// The same with several labels.
    pub fn with_labels<const N: usize>(mut self, labels: [(&'static str, &str); N], value: impl Into<String>) -> Self {
        self.samples.push(Sample {
            labels: labels.map(|(label, value)| (label, value.to_owned())).into(),
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
        for Sample { labels, value } in samples {
            let labels = labels.iter().map(|(label, value)| (*label, value.as_str()));
            let _ = writeln!(text, "{} {value}", series(name, labels));
        }
    }
    text
}

/// `name` or `name{label="value",…}`.
pub fn series<'a>(name: &str, labels: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let labels = labels
        .into_iter()
        .map(|(label, value)| format!("{label}=\"{}\"", escape(value)));
    let labels: Vec<String> = labels.collect();
    if labels.is_empty() {
        name.to_owned()
    } else {
        format!("{name}{{{}}}", labels.join(","))
    }
}

fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
