//! `sync all`, `sync vms` and `diff`.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::Console;
use crate::cli::{AllowedChange, Cli, DiffArgs, ScopeArgs, SyncArgs};
use crate::config::{Config, Source};
use crate::exit::{Condition, ExitCode};
use crate::plan::{Allowance, Subject};
use crate::progress::Progress;
use crate::report::{Look, render_json, render_table};
use crate::run::{Mode, Order, Stage, Stop, refuse, run_pass, watch_signals};

/// `sync all`, or, with ids, `sync vms`.
pub async fn sync(
    console: &Console,
    config: &Config,
    cli: &Cli,
    args: &SyncArgs,
    ids: Option<&Vec<String>>,
) -> ExitCode {
    let mode = if args.dry_run {
        Mode::Look {
            report_differences: false,
        }
    } else {
        Mode::Apply {
            lock_timeout: args.lock_timeout.unwrap_or(Duration::ZERO),
        }
    };
    pass(console, config, cli, mode, &args.scope, ids).await
}

/// `diff`.
pub async fn diff(console: &Console, config: &Config, cli: &Cli, args: &DiffArgs) -> ExitCode {
    let mode = Mode::Look {
        report_differences: args.exit_code,
    };
    pass(console, config, cli, mode, &args.scope, None).await
}

async fn pass(
    console: &Console,
    config: &Config,
    cli: &Cli,
    mode: Mode,
    scope: &ScopeArgs,
    ids: Option<&Vec<String>>,
) -> ExitCode {
    let order = Order {
        command: cli.command.words(),
        mode,
        only: ids.cloned(),
        asked: (!scope.sources.is_empty()).then(|| scope.sources.iter().cloned().collect::<BTreeSet<_>>()),
        retired: scope.retire_sources.clone(),
        allowances: scope.allow.iter().map(allowance).collect(),
    };
    let look = Look::of_stdout(config.timezone.clone());
    if let Err(text) = check_scope(scope, &config.sources) {
        let report = refuse(&order, Condition::Usage, text.clone());
        console.refuse(&text, Condition::Usage);
        return console.answer_programs(report.exit_code, || render_json(&report));
    }
    let stop = Stop::new(Instant::now() + config.timing.deadline);
    if let Err(error) = watch_signals(&stop) {
        return console.refuse(&format!("failed to watch for signals: {error}"), Condition::Internal);
    }
    let names: Vec<String> = config.sources.iter().map(|source| source.name.clone()).collect();
    let progress = Progress::new(&console.screen, &names);
    let report = run_pass(Stage {
        order: &order,
        config,
        progress: &progress,
        stop: &stop,
    })
    .await;
    progress.clear();
    console.answer(
        report.exit_code,
        &look,
        || render_json(&report),
        |look| render_table(&report, look),
    )
}

fn allowance(allow: &crate::cli::Allow) -> Allowance {
    let subject = match allow.change {
        AllowedChange::Orphan => Subject::Orphan,
        AllowedChange::Rename => Subject::Rename,
    };
    Allowance {
        source: allow.source.clone(),
        subject,
        limit: allow.limit as usize,
    }
}

/// Names that no source has are mistakes on the command line.
fn check_scope(scope: &ScopeArgs, sources: &[Source]) -> Result<(), String> {
    let is_configured = |name: &str| sources.iter().any(|source| source.name == name);
    let named = scope.sources.iter().map(|name| ("--source", name.as_str()));
    let allowed = scope.allow.iter().map(|allow| ("--allow", allow.source.as_str()));
    for (flag, name) in named.chain(allowed) {
        if !is_configured(name) {
            return Err(unknown_source(flag, name, sources));
        }
    }
    for gone in &scope.retire_sources {
        if let Some(source) = sources
            .iter()
            .find(|source| source.name == *gone || source.host == *gone)
        {
            return Err(format!(
                "--retire-source {gone}: {} is still configured\nhint: remove it from the configuration first",
                source.name
            ));
        }
    }
    Ok(())
}

/// What is said of a name that no source has.
pub(super) fn unknown_source(flag: &str, name: &str, sources: &[Source]) -> String {
    let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
    let similar = names
        .iter()
        .copied()
        .max_by(|a, b| closeness(name, a).total_cmp(&closeness(name, b)));
    let hint = similar.filter(|similar| closeness(name, similar) > 0.7);
    let hint = hint
        .map(|similar| format!("\nhint: did you mean {similar}?"))
        .unwrap_or_default();
    format!(
        "{flag} {name}: no such source; configured are {}{hint}",
        names.join(", ")
    )
}

fn closeness(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(a, b)
}
