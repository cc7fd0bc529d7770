//! What somebody wants to see, as written on a command line.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::catalog::{Field, Kind};
use crate::filter::{Context, FilterError, parse, similar_field};
use crate::selection::{Selection, Sort, usual_columns};

/// In the words of `list`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes<'a> {
    /// `--where`
    pub filter: Option<&'a str>,
    /// `--columns`: names, `all`, or `+name` and further names to add; none for those of a table.
    pub columns: &'a [String],
    /// `--sort`: names, `-name`; none for the name.
    pub sort: &'a [String],
    /// `--limit`
    pub limit: Option<usize>,
    /// `--gone`
    pub gone: bool,
}

/// Why a wish cannot be understood.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WishError {
    /// `--where` is wrong.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// A field that there is not.
    #[error("failed to read {option}: {} have no field '{name}'\nhint: {}", kind.plural(), hint(name, *kind))]
    Field {
        /// `--columns` or `--sort`.
        option: &'static str,
        /// As written.
        name: String,
        /// Of what.
        kind: Kind,
    },
    /// Some columns replace the usual ones and others are added to them.
    #[error(
        "failed to read --columns: '{0}' and '+{0}' do not go together\nhint: either name all columns, or begin with + to add them to the usual ones: +{0}"
    )]
    Mixed(String),
}

fn hint(name: &str, kind: Kind) -> String {
    let meant = similar_field(name, kind).map(|field| format!("did you mean {}? ", field.name));
    let names: Vec<&str> = kind.fields().map(|field| field.name).collect();
    format!("{}there are {}", meant.unwrap_or_default(), names.join(", "))
}

impl Wishes<'_> {
    /// As a selection.
    ///
    /// # Errors
    /// A field does not exist, or the filter is wrong.
    pub fn selection(&self, kind: Kind, now: Timestamp, timezone: &TimeZone) -> Result<Selection, WishError> {
        let context = Context { kind, now, timezone };
        let usual = Selection::of(kind, timezone.clone());
        let sort: Vec<Sort> = self
            .sort
            .iter()
            .map(|word| sort(kind, word))
            .collect::<Result<_, _>>()?;
        Ok(Selection {
            filter: self.filter.map(|text| parse(text, &context)).transpose()?,
            columns: self.columns(kind)?,
            sort: if sort.is_empty() { usual.sort } else { sort },
            limit: self.limit,
            gone: self.gone,
            kind,
            timezone: usual.timezone,
        })
    }

    fn columns(&self, kind: Kind) -> Result<Vec<&'static Field>, WishError> {
        // `+a,b` is +a and +b: a shell's user does not begin each anew.
        let is_added = self.columns.first().is_some_and(|word| word.starts_with('+'));
        let mut columns = if is_added || self.columns.is_empty() {
            usual_columns(kind, self.gone)
        } else {
            Vec::new()
        };
        for word in self.columns {
            let name = word.strip_prefix('+').unwrap_or(word).trim();
            if !is_added && word.starts_with('+') {
                return Err(WishError::Mixed(name.to_owned()));
            }
            let fields: Vec<_> = match name {
                "all" => kind.fields().collect(),
                name => vec![field("--columns", kind, name)?],
            };
            let is_new = |field: &&'static Field| !columns.contains(field);
            let new: Vec<_> = fields.into_iter().filter(is_new).collect();
            columns.extend(new);
        }
        Ok(columns)
    }
}

fn sort(kind: Kind, word: &str) -> Result<Sort, WishError> {
    let name = word.trim();
    Ok(Sort {
        field: field("--sort", kind, name.strip_prefix('-').unwrap_or(name))?,
        descending: name.starts_with('-'),
    })
}

fn field(option: &'static str, kind: Kind, name: &str) -> Result<&'static Field, WishError> {
    kind.field(name).ok_or_else(|| WishError::Field {
        option,
        name: name.to_owned(),
        kind,
    })
}
