//! `export`.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde_json::Value;

use super::Console;
use super::list::{condition, unlisted};
use crate::catalog::{Kind, ObjectKind};
use crate::cli::{ExportArgs, ExportFormat, ExportLayout};
use crate::config::{Config, SecretPlace, Survey};
use crate::exit::{Condition, ExitCode};
use crate::export::output::{Output, WriteError};
use crate::export::rvtools::{SHEETS, Sheet, World};
use crate::export::target::{Extent, Form, Target, TargetError};
use crate::export::{Remarks, Table, kinds};
use crate::inventory::{Choice, Detail};
use crate::listing::{WishError, Wishes, render_ages};
use crate::report::{escape, plural};
use crate::run::{Stop, StopReason, watch_signals};
use crate::selection::{Row, Selection};
use crate::store::{self, Store, StoreError, StoredSource};
use crate::whole_file::Standing;

/// Rows between two looks whether to end: a thousand take some milliseconds.
const ROWS_BETWEEN: usize = 1_000;

/// Why nothing was exported. Nothing is left of it then.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExportError {
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Wish(#[from] WishError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Why nothing is known of what is asked for, with a hint.
    #[error("failed to export: {0}")]
    Empty(String),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("failed to watch for signals: {0}")]
    Signals(#[from] std::io::Error),
    #[error("failed to export: stopped; no part of it was left there")]
    Stopped(StopReason),
}

impl ExportError {
    fn condition(&self) -> Condition {
        match self {
            Self::Target(_) | Self::Wish(_) => Condition::Usage,
            Self::Store(error) => condition(error),
            Self::Empty(_) => Condition::Unreachable,
            Self::Write(error) if error.is_of_place() => Condition::Usage,
            Self::Write(_) | Self::Signals(_) => Condition::Internal,
            Self::Stopped(StopReason::Interrupted) => Condition::Interrupted,
            Self::Stopped(StopReason::Terminated) => Condition::Terminated,
            Self::Stopped(StopReason::Deadline | StopReason::LeaseLost) => Condition::Deadline,
        }
    }
}

/// Writes what the store holds into a file or a folder. Asks no source.
pub async fn export(console: &Console, survey: &Survey, config: &Config, args: &ExportArgs) -> ExitCode {
    match run(console, survey, config, args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => console.refuse(&error.to_string(), error.condition()),
    }
}

/// Files without which there is no next pass, or whose content is told nowhere else.
fn needed(survey: &Survey) -> Vec<(PathBuf, &'static str)> {
    let mut needed = vec![(survey.absolute_file.clone(), "the configuration")];
    if let Some(store) = survey.embedded_store() {
        let parts = ["", "-wal", "-shm", "-journal"].map(|end| {
            let mut part = store.as_os_str().to_owned();
            part.push(end);
            (PathBuf::from(part), "a file of the store")
        });
        needed.extend(parts);
    }
    needed.extend(survey.metrics_file().map(|file| (file.to_owned(), "the metrics file")));
    needed.extend(survey.secrets.iter().filter_map(|secret| match &secret.place {
        SecretPlace::File(file) | SecretPlace::Credential(file) => Some((file.clone(), "the file of a secret")),
        SecretPlace::Inline(_) | SecretPlace::Variable(_) | SecretPlace::Missing => None,
    }));
    let state = survey.state_dir().and_then(|folder| fs::read_dir(folder).ok());
    let files = state.into_iter().flatten().flatten().map(|entry| entry.path());
    let locks = files.filter(|file| file.extension().is_some_and(|end| end == "lock"));
    needed.extend(locks.map(|file| (file, "a lock file")));
    needed
}

async fn run(console: &Console, survey: &Survey, config: &Config, args: &ExportArgs) -> Result<(), ExportError> {
    let plan = Plan::of(config, args)?;
    let target = plan.target(args)?;
    target.check(&needed(survey))?;
    let store = store::open(&config.store).await?;
    let sources = store.load_sources().await?;
    refuse_unlisted(config, store.as_ref(), &plan, &sources).await?;
    let stop = Stop::new(Instant::now() + config.timing.deadline);
    watch_signals(&stop)?;
    let mut export = Export {
        store: store.as_ref(),
        output: Output::create(&target, plan.has_several())?,
        stop: &stop,
        rows: 0,
    };
    let filled = tokio::select! {
        filled = export.fill(&plan) => filled,
        reason = stop.stopped() => Err(ExportError::Stopped(reason)),
    };
    let missing = filled?;
    let rows = export.rows;
    tell_missing(&missing, &config.inventory);
    tell(export.output.finish()?);
    let names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
    console.remark(&render_ages(
        &plan.kinds(),
        &names,
        &sources,
        Timestamp::now(),
        &config.timezone,
    ));
    let path = target.path.to_string_lossy();
    console.remark(&format!("wrote {} to {}", plural(rows, "row"), escape(&path)));
    Ok(())
}

/// Nothing is not zero: what no pass has listed is refused if all that is asked for is so, and else told. What a pass over
/// some VMs has stored is there, and its age says the rest.
async fn refuse_unlisted(
    config: &Config,
    store: &dyn Store,
    plan: &Plan,
    sources: &[StoredSource],
) -> Result<(), ExportError> {
    let kinds = plan.kinds();
    let mut reasons = Vec::new();
    for kind in &kinds {
        let any = Selection {
            gone: true,
            limit: Some(1),
            ..kinds::columns_of(*kind, &[])
        };
        if let Some(reason) = unlisted(config, store, *kind, sources).await?
            && store.select(&any).next().await.transpose()?.is_none()
        {
            reasons.push((*kind, reason));
        }
    }
    if reasons.len() == kinds.len() {
        return Err(ExportError::Empty(reasons.swap_remove(0).1));
    }
    for (kind, reason) in reasons {
        let is_left_out = matches!(kind, Kind::Object(kind) if !config.inventory.has(kind));
        if is_left_out {
            tracing::info!("{} have no rows: {reason}", kind.plural());
        } else {
            tracing::warn!("{} have no rows: {reason}", kind.plural());
        }
    }
    Ok(())
}

/// What is exported.
enum Plan {
    One(Selection),
    All(Vec<Selection>),
    Rvtools,
}

impl Plan {
    fn of(config: &Config, args: &ExportArgs) -> Result<Self, ExportError> {
        let all_of = |kind| Selection {
            gone: args.gone,
            ..kinds::all_of(kind, config.timezone.clone())
        };
        Ok(match (args.layout, args.kind) {
            (ExportLayout::Rvtools, _) => Self::Rvtools,
            (ExportLayout::Fields, None) => Self::All(Kind::ALL.map(all_of).into()),
            (ExportLayout::Fields, Some(kind)) => Self::One(one(config, args, kind)?),
        })
    }

    fn target(&self, args: &ExportArgs) -> Result<Target, TargetError> {
        let extent = match self {
            Self::One(_) => Extent::One,
            Self::All(_) => Extent::All,
            Self::Rvtools => Extent::Rvtools,
        };
        let standing = if args.force { Standing::Replaced } else { Standing::Kept };
        Target::new(&args.file, args.format.map(Form::from), extent, standing)
    }

    /// Of what.
    fn kinds(&self) -> Vec<Kind> {
        let mut kinds: Vec<Kind> = match self {
            Self::One(selection) => vec![selection.kind],
            Self::All(selections) => selections.iter().map(|selection| selection.kind).collect(),
            Self::Rvtools => SHEETS.iter().map(|sheet| sheet.selection().kind).collect(),
        };
        if self.has_several() {
            kinds.retain(|kind| *kind != Kind::Source);
        }
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    const fn has_several(&self) -> bool {
        !matches!(self, Self::One(_))
    }
}

/// What `list` would show, but with all fields and in the order of the store, unless others are asked for.
fn one(config: &Config, args: &ExportArgs, kind: Kind) -> Result<Selection, WishError> {
    let wishes = Wishes {
        filter: args.filter.as_deref(),
        columns: &args.columns,
        sort: &args.sort,
        limit: args.limit,
        gone: args.gone,
    };
    let mut selection = wishes.selection(kind, Timestamp::now(), &config.timezone)?;
    if args.columns.is_empty() {
        selection.columns = kind.fields().collect();
    }
    if args.sort.is_empty() {
        selection.sort.clear();
    }
    Ok(selection)
}

impl From<ExportFormat> for Form {
    fn from(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Csv => Self::Csv,
            ExportFormat::Json => Self::Json,
            ExportFormat::Ndjson => Self::Ndjson,
            ExportFormat::Xlsx => Self::Xlsx,
        }
    }
}

struct Export<'a> {
    store: &'a dyn Store,
    output: Output,
    stop: &'a Stop,
    rows: usize,
}

impl Export<'_> {
    /// The sheets that have no rows for want of details.
    async fn fill(&mut self, plan: &Plan) -> Result<Vec<(&'static str, Detail)>, ExportError> {
        match plan {
            Plan::One(selection) => self.kind(selection).await?,
            Plan::All(selections) => {
                for selection in selections {
                    self.kind(selection).await?;
                }
            }
            Plan::Rvtools => return self.rvtools().await,
        }
        Ok(Vec::new())
    }

    async fn kind(&mut self, selection: &Selection) -> Result<(), ExportError> {
        self.table(&kinds::table(selection), selection, |row| vec![row]).await
    }

    async fn rvtools(&mut self) -> Result<Vec<(&'static str, Detail)>, ExportError> {
        let world = world(self.store).await?;
        let mut missing = Vec::new();
        for sheet in SHEETS {
            missing.extend(self.sheet(sheet, &world).await?.map(|detail| (sheet.name, detail)));
        }
        Ok(missing)
    }

    async fn sheet(&mut self, sheet: &Sheet, world: &World) -> Result<Option<Detail>, ExportError> {
        let mut maker = sheet.maker(world);
        self.table(&sheet.table(), &sheet.selection(), |row| maker.rows(&row))
            .await?;
        Ok(maker.missing())
    }

    async fn table(
        &mut self,
        table: &Table,
        selection: &Selection,
        mut make: impl FnMut(Row) -> Vec<Row>,
    ) -> Result<(), ExportError> {
        self.output.write(|writer| writer.begin(table))?;
        let mut found = self.store.select(selection);
        while let Some(row) = found.next().await {
            for row in make(row?) {
                self.output.write(|writer| writer.row(&row))?;
                self.rows += 1;
            }
            // Reading and writing hardly ever wait, so that nobody else would see to it.
            if self.rows.is_multiple_of(ROWS_BETWEEN) && self.stop.reason().is_some() {
                return Err(ExportError::Stopped(self.stop.stopped().await));
            }
        }
        Ok(self.output.write(|writer| writer.end())?)
    }
}

async fn world(store: &dyn Store) -> Result<World, StoreError> {
    let mut world = World::default();
    let sources = kinds::columns_of(Kind::Source, &World::SOURCE_COLUMNS);
    each(store, &sources, &mut |row| world.add_source(row)).await?;
    let networks = kinds::columns_of(Kind::Object(ObjectKind::Network), &World::NETWORK_COLUMNS);
    each(store, &networks, &mut |row| world.add_network(row)).await?;
    Ok(world)
}

/// Every row of a selection.
pub(super) async fn each(
    store: &dyn Store,
    selection: &Selection,
    take: &mut (dyn FnMut(&[Value]) + Send),
) -> Result<(), StoreError> {
    let mut rows = store.select(selection);
    while let Some(row) = rows.next().await {
        take(row?.as_slice());
    }
    Ok(())
}

fn tell_missing(missing: &[(&'static str, Detail)], choice: &Choice) {
    for (sheet, detail) in missing {
        let hint = match detail {
            detail if !choice.details.contains(detail) => {
                let word = detail.name();
                format!("add `{word}` to `inventory.details` and run `vmsync sync all`")
            }
            Detail::GuestDisk | Detail::GuestNet => {
                "only VMware Tools know of them: see where they run, and run `vmsync sync all`".to_owned()
            }
            Detail::Devices | Detail::Snapshots => "run `vmsync sync all`".to_owned(),
        };
        tracing::warn!("{sheet} has no rows, as no VM in the store has them\nhint: {hint}");
    }
}

fn tell(remarks: Remarks) {
    if remarks.cut > 0 {
        tracing::warn!(
            "{} cut at 32,767 characters, which is all that a cell of a workbook holds",
            plural(remarks.cut, "text")
        );
    }
    if remarks.continued > 0 {
        tracing::warn!(
            "{} begun for rows beyond the 1,048,576 that a sheet of a workbook holds",
            plural(remarks.continued, "more sheet")
        );
    }
}
