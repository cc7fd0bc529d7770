//! `exclude:`: what a source lists and nobody wants.

use wildmatch::WildMatch;

use super::input::SourceView;
use super::listed::Seen;

/// The globs of every source, compiled.
pub struct Exclusions(Vec<Exclusion>);

struct Exclusion {
    names: Vec<WildMatch>,
    folders: Vec<WildMatch>,
    templates: bool,
}

impl Exclusions {
    /// Of all sources, by their index.
    pub fn build(sources: &[SourceView]) -> Self {
        let compile = |globs: &[String]| globs.iter().map(|glob| WildMatch::new(glob)).collect();
        let of_source = |view: &SourceView| Exclusion {
            names: compile(&view.exclude.names),
            folders: compile(&view.exclude.folders),
            templates: view.exclude.templates,
        };
        Self(sources.iter().map(of_source).collect())
    }

    /// Whether the source that lists it leaves it out.
    pub fn covers(&self, seen: &Seen<'_>) -> bool {
        let exclusion = &self.0[seen.source];
        let matches = |globs: &[WildMatch], text: Option<&str>| {
            text.is_some_and(|text| globs.iter().any(|glob| glob.matches(text)))
        };
        let sighting = seen.sighting;
        matches(&exclusion.names, sighting.name.known().map(String::as_str))
            || matches(&exclusion.folders, sighting.folder_path.as_deref())
            || (exclusion.templates && sighting.template.known() == Some(&true))
    }
}
