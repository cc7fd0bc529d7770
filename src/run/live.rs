//! What the sources have at this moment, with nothing stored in it.

use super::collect::{Collected, log_out};
use super::gather::Stage;
use super::heard::{Written, heard_nothing, lack_of, learned};
use super::pass::END_AFTER_SIGNAL;
use super::views::build_views;
use crate::catalog::{Field, Kind, ObjectKind};
use crate::exit::Condition;
use crate::plan::objects::{ObjectChange, ObjectPlan};
use crate::plan::{Change, Now, Plan, field};
use crate::selection::{Row, Selection, Sieve};
use crate::store::{LoadedObjects, StoredSource, Wanted, read_document, select_sources};

/// What was heard, as a first pass would store it.
pub struct Live {
    /// What is known of each source now.
    pub sources: Vec<StoredSource>,
    /// What it means that some were not heard completely; none if all were.
    pub lack: Option<Condition>,
    /// Whether anything was heard at all.
    pub heard_any: bool,
    plan: Plan,
    objects: Option<ObjectPlan>,
    now: Now,
}

/// Asks the sources, and writes nothing. `remembered` is of use for logins that are known to be refused. All sessions
/// on sources have ended when it returns; after a signal, a host that hangs is given up, and there is no answer.
pub async fn look_live(stage: Stage<'_>, remembered: &[StoredSource]) -> Option<Live> {
    let live = async {
        let mut collected = stage.ask(remembered).await;
        log_out(&mut collected).await;
        Live::new(stage, &mut collected, remembered)
    };
    tokio::select! {
        live = live => Some(live),
        () = stage.stop.overdue(END_AFTER_SIGNAL) => None,
    }
}

impl Live {
    /// There are no documents to compare with: nothing can be gone, renamed or held back.
    fn new(stage: Stage<'_>, collected: &mut [Collected], remembered: &[StoredSource]) -> Self {
        let views = build_views(stage.config, collected, remembered);
        let now = stage.now();
        Self {
            sources: learned(
                stage.config,
                &stage.order.aim,
                collected,
                &views,
                remembered,
                Written::Nothing,
                now.instant,
            ),
            lack: lack_of(collected),
            heard_any: !heard_nothing(collected),
            plan: stage.plan(&[], &views, &now, FIRST_EPOCH, None),
            objects: stage.plan_objects(&LoadedObjects::default(), &views, &now),
            now,
        }
    }

    /// The answer to a list.
    #[must_use]
    pub fn select(&self, selection: &Selection) -> Vec<Row> {
        match selection.kind {
            // A count needs no rows: each would have a name, and what is seen for the first time is no orphan.
            Kind::Vm if selection.columns.is_empty() && selection.filter.is_none() => {
                let counted = self.listed().map(|_| Row::new());
                counted.take(selection.limit.unwrap_or(usize::MAX)).collect()
            }
            Kind::Vm => Sieve::answer(selection, |fields| self.vms(&fields)),
            Kind::Object(kind) => Sieve::answer(selection, |fields| self.objects(kind, fields)),
            Kind::Source => select_sources(selection, &self.sources),
        }
    }

    fn listed(&self) -> impl Iterator<Item = &Change> {
        self.plan.changes.iter().filter(|change| change.is_written())
    }

    /// One by one, and of each document but what is asked for.
    fn vms<'a>(&'a self, fields: &[&'static Field]) -> impl Iterator<Item = Row> + use<'a> {
        let is_written_later = |field: &Field| field.key() == field::LAST_SYNC_TIME;
        let in_document = fields.iter().copied().enumerate();
        let mut wanted = Wanted::new(in_document.filter(|(_, field)| !is_written_later(field)));
        let later = |field: &&'static Field| {
            let value = is_written_later(field).then(|| self.now.local.clone().into());
            field.read(value.unwrap_or_default())
        };
        let later: Row = fields.iter().map(later).collect();
        let mut document = Vec::new();
        self.listed().map(move |change| {
            let mut row = later.clone();
            document.clear();
            serde_json::to_writer(&mut document, &change.after).expect("maps have texts as keys");
            read_document(&document, &mut wanted, &mut row);
            row
        })
    }

    fn objects(&self, kind: ObjectKind, fields: Vec<&'static Field>) -> impl Iterator<Item = Row> {
        let row = move |change: &ObjectChange| -> Row {
            let after = |field: &&'static Field| {
                let written = change.write.get(field.key());
                field.read(written.map(|written| written.after.clone()).unwrap_or_default())
            };
            fields.iter().map(after).collect()
        };
        let changes = self.objects.iter().flat_map(|objects| &objects.changes);
        changes.filter(move |change| change.kind == kind).map(row)
    }
}

const FIRST_EPOCH: i64 = 1;
