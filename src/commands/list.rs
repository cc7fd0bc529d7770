//! `list`: from the store, without a word to a source; or, with `--live`, from the sources.

use std::pin::{Pin, pin};

use futures_util::{Stream, StreamExt, TryStreamExt};
use jiff::Timestamp;

use super::{Console, live};
use crate::catalog::Kind;
use crate::cli::{ListArgs, ListFormat};
use crate::config::Config;
use crate::exit::{Condition, ExitCode};
use crate::listing::{
    Named, Page, Wishes, describe_fields, explain_unlisted, named_things, render_age, render_count, render_nothing,
};
use crate::report::write_stdout;
use crate::selection::{Row, Selection};
use crate::store::{self, Store, StoreError, StoredSource};

/// Rows that become text at once.
const BATCH: usize = 512;

/// Why there is no list.
pub(super) enum Failure {
    Store(StoreError),
    Unwritable(std::io::Error),
    /// Nothing was ever stored of it.
    Empty(String),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Whether these arguments ask what fields there are, and nothing else.
pub fn asks_for_fields(args: &ListArgs) -> bool {
    args.columns.iter().any(|word| word == "help")
}

/// Explains the fields.
pub fn explain(console: &Console, kind: Kind) -> ExitCode {
    console.print(ExitCode::SUCCESS, &format!("{}\n", describe_fields(kind)))
}

/// Lists what is asked for.
pub async fn list(console: &Console, config: &Config, kind: Kind, args: &ListArgs) -> ExitCode {
    let wishes = Wishes {
        filter: args.filter.as_deref(),
        columns: &args.columns,
        sort: &args.sort,
        limit: args.limit,
        gone: args.gone,
    };
    let now = Timestamp::now();
    let selection = match wishes.selection(kind, now, &config.timezone) {
        Ok(selection) => selection,
        Err(error) => return console.refuse(&error.to_string(), Condition::Usage),
    };
    let order = Order {
        selection,
        format: args.format,
        count: args.count,
        now,
    };
    if args.live {
        live::answer(console, config, order).await
    } else {
        answer(console, config, order).await
    }
}

/// Carries it out; `query` does too.
pub(super) async fn answer(console: &Console, config: &Config, order: Order) -> ExitCode {
    match order.carry_out(console, config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(console),
    }
}

impl Failure {
    pub(super) fn tell(self, console: &Console) -> ExitCode {
        match self {
            Self::Empty(text) => console.refuse(&text, Condition::Unreachable),
            Self::Unwritable(error) => console.refuse(&unwritable(&error), Condition::Internal),
            Self::Store(error) => console.refuse(&error.to_string(), condition(&error)),
        }
    }
}

fn unwritable(error: &std::io::Error) -> String {
    format!("failed to write the list to stdout: {error}\nhint: see where stdout goes, and whether there is space left")
}

/// What a store that cannot be read means to a command that only reads.
pub fn condition(error: &StoreError) -> Condition {
    match error {
        StoreError::NewerFormat { .. } | StoreError::InvalidUri { .. } => Condition::Config,
        StoreError::LoginRefused { .. } => Condition::LoginRefused,
        StoreError::Unreachable { .. } | StoreError::Refused { .. } => Condition::Unreachable,
    }
}

/// A list that is asked for.
pub(super) struct Order {
    /// Of what.
    pub selection: Selection,
    /// In which form.
    pub format: ListFormat,
    /// Only how many there are.
    pub count: bool,
    /// What the age of the data is counted to.
    pub now: Timestamp,
}

impl Order {
    async fn carry_out(self, console: &Console, config: &Config) -> Result<(), Failure> {
        let store = store::open(&config.store).await?;
        let sources = store.load_sources().await?;
        let (page, asked) = self.begin(console, config);
        let mut rows = store.select(&asked).peekable();
        // What fails at once, and a kind that was never listed, leaves no half of a document.
        let is_empty = Pin::new(&mut rows).peek().await.is_none();
        if is_empty {
            self.explain_emptiness(config, store.as_ref(), &sources).await?;
        }
        self.show(page, rows).await?;
        if is_empty && self.selection.limit != Some(0) {
            let absent = self.absent(config, store.as_ref(), &sources).await?;
            console.remark(&render_nothing(&self.selection, &absent));
        }
        let names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
        console.remark(&render_age(
            self.selection.kind,
            &names,
            &sources,
            self.now,
            &config.timezone,
        ));
        Ok(())
    }

    /// What the rows come into, none if they are only counted, and what to ask for.
    pub(super) fn begin(&self, console: &Console, config: &Config) -> (Option<Page>, Selection) {
        if !self.count {
            let look = console.look(config.timezone.clone());
            let (page, asked) = Page::of(&self.selection, self.format, look);
            return (Some(page), asked);
        }
        let asked = Selection {
            columns: Vec::new(),
            sort: Vec::new(),
            ..self.selection.clone()
        };
        (None, asked)
    }

    /// Prints the answer.
    pub(super) async fn show(
        &self,
        page: Option<Page>,
        rows: impl Stream<Item = Result<Row, StoreError>> + Send,
    ) -> Result<(), Failure> {
        let rows = pin!(rows);
        let Some(mut page) = page else {
            let count = rows.try_fold(0, async |count, _| Ok(count + 1)).await?;
            return print(&render_count(self.format, self.selection.kind, count));
        };
        let mut batches = rows.ready_chunks(BATCH);
        while let Some(rows) = batches.next().await {
            let rows = rows.into_iter().collect::<Result<Vec<_>, _>>()?;
            print(&page.add(&rows))?;
        }
        page.finish(print)
    }

    /// An empty list is an answer only where all was listed before.
    async fn explain_emptiness(
        &self,
        config: &Config,
        store: &dyn Store,
        sources: &[StoredSource],
    ) -> Result<(), Failure> {
        let kind = self.selection.kind;
        match unlisted(config, store, kind, sources).await? {
            Some(reason) => Err(Failure::Empty(format!("failed to list {}: {reason}", kind.plural()))),
            None => Ok(()),
        }
    }

    /// What the filter names and nobody has.
    async fn absent(
        &self,
        config: &Config,
        store: &dyn Store,
        sources: &[StoredSource],
    ) -> Result<Vec<Named>, StoreError> {
        let of = |name: &str| sources.iter().find(|source| source.name == name);
        let has_listed = |name, kind| of(name).is_some_and(|of| kind == Kind::Source || of.listed_at(kind).is_some());
        // What one source has not told may be there.
        let is_known = |kind: Kind| config.sources.iter().all(|source| has_listed(&source.name, kind));
        let mut absent = Vec::new();
        for thing in named_things(&self.selection) {
            if !thing.kinds().all(is_known) {
                continue;
            }
            let mut is_there = false;
            for lookup in thing.lookups(&self.selection) {
                is_there = is_there || store.select(&lookup).next().await.transpose()?.is_some();
            }
            if !is_there {
                absent.push(thing);
            }
        }
        Ok(absent)
    }
}

/// Why nothing is known of this kind, with a hint; none if something is.
pub(super) async fn unlisted(
    config: &Config,
    store: &dyn Store,
    kind: Kind,
    sources: &[StoredSource],
) -> Result<Option<String>, StoreError> {
    let address = store.address();
    let reason = explain_unlisted(kind, sources, &address, &config.inventory);
    if reason.is_some() || store.has_place(kind).await? {
        return Ok(reason);
    }
    // What an older vmsync remembers does not tell of which kinds it is.
    Ok(Some(format!(
        "no pass has stored any in {address}\nhint: run `vmsync sync all`, which lists all of them"
    )))
}

fn print(text: &str) -> Result<(), Failure> {
    if text.is_empty() {
        return Ok(());
    }
    write_stdout(text).map_err(Failure::Unwritable)
}
