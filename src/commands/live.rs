//! `list --live`: from the sources as they are now.

use std::time::Instant;

use futures_util::{StreamExt, stream};

use super::Console;
use super::list::Order;
use super::sync::check_kind;
use crate::catalog::Kind;
use crate::config::Config;
use crate::exit::{Condition, ExitCode};
use crate::listing::render_nothing;
use crate::progress::Progress;
use crate::report::plural;
use crate::run::{self, Aim, Live, Mode, Stage, Stop, StopReason, look_live, watch_signals};
use crate::store::{self, StoreError, StoredSource};

/// Asks the sources, and prints what they say.
pub(super) async fn answer(console: &Console, config: &Config, order: Order) -> ExitCode {
    let aim = match order.selection.kind {
        Kind::Object(kind) => Aim::Objects(kind),
        Kind::Vm | Kind::Source => Aim::Everything,
    };
    if let Err(text) = check_kind("list", &aim, config) {
        return console.refuse(&text, Condition::Usage);
    }
    let stop = Stop::new(Instant::now() + config.timing.deadline);
    if let Err(error) = watch_signals(&stop) {
        return console.refuse(&format!("failed to watch for signals: {error}"), Condition::Internal);
    }
    let live = ask(console, config, aim, &stop).await;
    if let Some((text, condition)) = stopped(&stop) {
        return console.refuse(text, condition);
    }
    match live {
        Some(live) => {
            let code = show(console, config, &order, &live).await;
            // The process ends with it, and frees all at once.
            std::mem::forget(live);
            code
        }
        None => console.refuse("stopped while a source did not answer", Condition::Internal),
    }
}

async fn ask(console: &Console, config: &Config, aim: Aim, stop: &Stop) -> Option<Live> {
    let names: Vec<String> = config.sources.iter().map(|source| source.name.clone()).collect();
    let remembered = tokio::select! {
        remembered = remembered(config) => remembered.unwrap_or_else(|error| {
            tracing::warn!("it is not known which logins were refused lately: {error}");
            Vec::new()
        }),
        _ = stop.stopped() => Vec::new(),
    };
    let progress = Progress::new(&console.screen, &names);
    let order = run::Order {
        run_id: console.run_id,
        command: "list",
        mode: Mode::Look {
            report_differences: false,
        },
        aim,
        asked: None,
        retired: Vec::new(),
        allowances: Vec::new(),
    };
    let stage = Stage {
        order: &order,
        config,
        progress: &progress,
        stop,
        began: &|| (),
    };
    let live = look_live(stage, &remembered).await;
    progress.clear();
    live
}

async fn remembered(config: &Config) -> Result<Vec<StoredSource>, StoreError> {
    store::open(&config.store).await?.load_sources().await
}

/// Of a signal: half an answer is none.
fn stopped(stop: &Stop) -> Option<(&'static str, Condition)> {
    match stop.reason()? {
        StopReason::Interrupted => Some(("stopped by SIGINT", Condition::Interrupted)),
        StopReason::Terminated => Some(("stopped by SIGTERM", Condition::Terminated)),
        StopReason::Deadline | StopReason::LeaseLost => None,
    }
}

/// Where nothing was heard there is nothing to list, but of the sources why.
async fn show(console: &Console, config: &Config, order: &Order, live: &Live) -> ExitCode {
    for source in &live.sources {
        if let Some(error) = &source.last_error {
            tracing::warn!("{}: {error}", source.name);
        }
    }
    let kind = order.selection.kind;
    if live.heard_any || kind == Kind::Source {
        let (page, asked) = order.begin(console, config);
        let rows = live.select(&asked);
        let is_empty = rows.is_empty();
        if let Err(failure) = order.show(page, stream::iter(rows).map(Ok)).await {
            return failure.tell(console);
        }
        if is_empty && order.selection.limit != Some(0) {
            console.remark(&render_nothing(&order.selection, &[]));
        }
    }
    let Some(lack) = live.lack else {
        console.remark(&format!("from {}, now", plural(live.sources.len(), "source")));
        return ExitCode::SUCCESS;
    };
    let text = if live.heard_any {
        let lacking = live.sources.iter().filter(|source| source.last_error.is_some()).count();
        let sources = plural(live.sources.len(), "source");
        format!("this list lacks something: {lacking} of {sources} not heard completely\nhint: run `vmsync check`")
    } else {
        format!(
            "failed to list {}: no source delivered anything\nhint: run `vmsync check`",
            kind.plural()
        )
    };
    console.refuse(&text, lack)
}
