//! `prune`.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::Console;
use crate::cli::{PruneArgs, PruneFormat};
use crate::config::Config;
use crate::exit::{Condition, ExitCode};
use crate::moment::to_the_second;
use crate::progress::Progress;
use crate::report::{PruneReport, PruneSchema, render_json, render_prune};
use crate::run::{LeaseError, PruneEnd, PruneOrder, PruneResult, Stop, StopReason, prune, watch_signals};
use crate::store::StoreError;

/// Shows what has been gone for long, or deletes it.
pub async fn run(console: &Console, config: &Config, args: &PruneArgs) -> ExitCode {
    let stop = Stop::new(Instant::now() + config.timing.deadline);
    if let Err(error) = watch_signals(&stop) {
        return console.refuse(&format!("failed to watch for signals: {error}"), Condition::Internal);
    }
    let order = PruneOrder {
        run_id: console.run_id,
        gone_before: gone_before(args.gone_before),
        apply: args.apply.then(|| args.lock_timeout.unwrap_or_default()),
    };
    let progress = Progress::new(&console.screen, &[]);
    let result = prune(config, &order, &progress, &stop).await;
    progress.clear();
    match result {
        Ok(result) => tell(console, config, args, order, result),
        Err(error) => console.refuse(&error.to_string(), condition(&error, &stop)),
    }
}

/// To the second, as objects have it. An age that no calendar reaches back to chooses nothing.
fn gone_before(age: Duration) -> String {
    let age = SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX);
    let before = Timestamp::now().checked_sub(age).unwrap_or(Timestamp::UNIX_EPOCH);
    to_the_second(before)
}

fn tell(console: &Console, config: &Config, args: &PruneArgs, order: PruneOrder, result: PruneResult) -> ExitCode {
    let report = PruneReport {
        schema: PruneSchema::Prune1,
        dry_run: order.apply.is_none(),
        gone_before: order.gone_before,
        deleted: result.deleted,
        objects: result.chosen,
    };
    let code = end_code(console, &result.end);
    let text = match args.format {
        PruneFormat::Table => render_prune(&report, &console.look(config.timezone.clone())),
        PruneFormat::Json => render_json(&report),
    };
    console.print(code, &text)
}

/// What is deleted is told beside it: a report goes to stdout in any case.
fn end_code(console: &Console, end: &PruneEnd) -> ExitCode {
    let (text, condition) = match end {
        PruneEnd::Whole => return ExitCode::SUCCESS,
        PruneEnd::Stopped(StopReason::LeaseLost) => (
            "failed to delete the rest: the lease was lost, another run may be at work".to_owned(),
            Condition::StoreFailed,
        ),
        PruneEnd::Stopped(reason) => return condition_of(*reason).code(),
        PruneEnd::Failed(error) => (error.to_string(), Condition::StoreFailed),
        PruneEnd::Contended => (
            "failed to delete the rest: others changed or deleted it meanwhile\nhint: run it again".to_owned(),
            Condition::SourceFailed,
        ),
    };
    console.refuse(&text, condition)
}

const fn condition_of(reason: StopReason) -> Condition {
    match reason {
        StopReason::Interrupted => Condition::Interrupted,
        StopReason::Terminated => Condition::Terminated,
        StopReason::Deadline => Condition::Deadline,
        StopReason::LeaseLost => Condition::StoreFailed,
    }
}

fn condition(error: &LeaseError, stop: &Stop) -> Condition {
    match error {
        LeaseError::Held { .. } => Condition::Busy,
        LeaseError::Stopped(_) => stop.reason().map_or(Condition::Busy, condition_of),
        LeaseError::Store(StoreError::NewerFormat { .. } | StoreError::InvalidUri { .. }) => Condition::Config,
        LeaseError::Store(StoreError::LoginRefused { .. }) => Condition::LoginRefused,
        LeaseError::Store(StoreError::Unreachable { .. } | StoreError::Refused { .. }) => Condition::Unreachable,
    }
}
