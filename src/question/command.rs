//! What was understood, as a command that gives the same list.

use std::path::Path;

use super::Understood;
use crate::report::wording::quoted;
use crate::selection::{Selection, Sort, usual_columns};

impl Understood {
    /// `vmsync list …`, to be pasted into a shell; with the configuration that was named, if one was.
    #[must_use]
    pub fn command(&self, config: Option<&Path>) -> String {
        let config = config.map(|file| ["--config".to_owned(), file.to_string_lossy().into_owned()]);
        let words = ["vmsync".to_owned()].into_iter().chain(config.into_iter().flatten());
        let words = words.chain(["list".to_owned()]).chain(self.arguments());
        words.map(|word| quoted(&word)).collect::<Vec<_>>().join(" ")
    }

    /// What stands behind `list`.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let selection = &self.selection;
        let common = Selection::of(selection.kind, selection.timezone.clone());
        let mut words = vec![selection.kind.plural().to_owned()];
        let mut option = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                words.extend([name.to_owned(), value]);
            }
        };
        option("--where", selection.filter.as_ref().map(ToString::to_string));
        let usual = usual_columns(selection.kind, selection.gone);
        let columns = || names(selection.columns.iter().map(|field| field.name.to_owned()));
        option("--columns", (selection.columns != usual).then(columns));
        let sort = || names(selection.sort.iter().map(key));
        option("--sort", (selection.sort != common.sort).then(sort));
        option("--limit", selection.limit.map(|limit| limit.to_string()));
        words.extend(selection.gone.then(|| "--gone".to_owned()));
        words.extend(self.count.then(|| "--count".to_owned()));
        words
    }
}

fn names(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(",")
}

fn key(sort: &Sort) -> String {
    let direction = if sort.descending { "-" } else { "" };
    format!("{direction}{}", sort.field.name)
}
