//! `sync all`, `sync vms` and `diff`.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt;

use super::Console;
use super::ending::tell_ending;
use super::watch::Watch;
use crate::catalog::ObjectKind;
use crate::cli::{
    AllowedChange, Cli, DiffArgs, ReportArgs, ReportFormat, ScopeArgs, SyncAllArgs, SyncArgs, SyncVmsArgs,
};
use crate::config::{Config, Source};
use crate::exit::{Condition, ExitCode};
use crate::logging;
use crate::plan::{Allowance, Subject};
use crate::progress::Progress;
use crate::report::{
    Occasion, Report, fill_stdout, render_table, should_print, write_json, write_ndjson, write_stdout,
};
use crate::run::{Aim, Mode, Order, Stage, Stop, refuse, run_pass, watch_signals};
use crate::whole_file::{self, Readers};

/// `sync all`.
pub async fn sync_all(console: &Console, config: &Config, cli: &Cli, args: &SyncAllArgs) -> ExitCode {
    let order = order(console, cli, mode(&args.sync), &args.sync.scope, Aim::Everything);
    let watch = Watch::new(config, &order);
    pass(console, config, &order, (&args.sync.scope, &args.sync.report), watch).await
}

/// `sync vms`.
pub async fn sync_vms(console: &Console, config: &Config, cli: &Cli, args: &SyncVmsArgs) -> ExitCode {
    let order = order(
        console,
        cli,
        mode(&args.sync),
        &args.sync.scope,
        Aim::Vms(args.ids.clone()),
    );
    let watch = Watch::new(config, &order);
    pass(console, config, &order, (&args.sync.scope, &args.sync.report), watch).await
}

/// `sync hosts` and so on.
pub async fn sync_objects(
    console: &Console,
    config: &Config,
    cli: &Cli,
    (kind, args): (ObjectKind, &SyncArgs),
) -> ExitCode {
    let order = order(console, cli, mode(args), &args.scope, Aim::Objects(kind));
    let watch = Watch::new(config, &order);
    pass(console, config, &order, (&args.scope, &args.report), watch).await
}

/// `diff`.
pub async fn diff(console: &Console, config: &Config, cli: &Cli, args: &DiffArgs) -> ExitCode {
    let mode = Mode::Look {
        report_differences: args.exit_code,
    };
    let order = order(console, cli, mode, &args.scope, Aim::Everything);
    let watch = Watch::new(config, &order);
    pass(console, config, &order, (&args.scope, &args.report), watch).await
}

fn mode(args: &SyncArgs) -> Mode {
    if args.dry_run {
        Mode::Look {
            report_differences: false,
        }
    } else {
        Mode::Apply {
            lock_timeout: args.lock_timeout.unwrap_or(Duration::ZERO),
        }
    }
}

fn order(console: &Console, cli: &Cli, mode: Mode, scope: &ScopeArgs, aim: Aim) -> Order {
    Order {
        run_id: console.run_id,
        command: cli.command.words(),
        mode,
        aim,
        asked: (!scope.sources.is_empty()).then(|| scope.sources.iter().cloned().collect::<BTreeSet<_>>()),
        retired: scope.retire_sources.clone(),
        allowances: scope.allow.iter().map(allowance).collect(),
    }
}

/// Whatever becomes of the run, those who watch it learn of it.
async fn pass(
    console: &Console,
    config: &Config,
    order: &Order,
    (scope, wanted): (&ScopeArgs, &ReportArgs),
    watch: Watch<'_>,
) -> ExitCode {
    let stop = Stop::new(Instant::now() + config.timing.deadline);
    if let Err(error) = watch_signals(&stop) {
        return console.refuse(&format!("failed to watch for signals: {error}"), Condition::Internal);
    }
    let refused = check_arguments(wanted, scope, config, order).err();
    let mut report = match &refused {
        Some(refusal) => {
            logging::tell(&refusal.text);
            refuse(order, Condition::Usage, refusal.text.clone())
        }
        None => run(console, config, order, &stop, &watch).await,
    };
    if refused.as_ref().is_none_or(|refusal| refusal.report_file_is_good) {
        keep(wanted, &mut report);
    }
    watch.write_metrics(&report);
    let code = if refused.is_some() {
        tell_programs(console, wanted, &mut report)
    } else {
        tell_ending(&report);
        tell(console, config, order, wanted, &mut report)
    };
    watch.ended(code, &report, &stop).await;
    code
}

/// The panic itself stands among the messages.
const PANICKED: &str = "the pass ended in a panic, which its messages tell of; what it wrote is whole, and the next pass \
                        goes on\nhint: please report it with the messages";

/// Whoever waits for the end of a pass learns of it also if that is a panic.
async fn run(console: &Console, config: &Config, order: &Order, stop: &Stop, watch: &Watch<'_>) -> Report {
    let names: Vec<String> = config.sources.iter().map(|source| source.name.clone()).collect();
    let progress = Progress::new(&console.screen, &names);
    tracing::info!(command = order.command, version = env!("VMSYNC_VERSION"), "begins");
    let began = || watch.began();
    let pass = run_pass(Stage {
        order,
        config,
        progress: &progress,
        stop,
        began: &began,
    });
    // Nothing that the pass had in its hands is looked at again.
    let passed = AssertUnwindSafe(pass).catch_unwind().await;
    progress.clear();
    let report = passed.unwrap_or_else(|_| refuse(order, Condition::Internal, PANICKED.to_owned()));
    tracing::info!(exit_code = report.exit_code.get(), "ends");
    report
}

/// Prints the report, if it is of interest.
fn tell(console: &Console, config: &Config, order: &Order, wanted: &ReportArgs, report: &mut Report) -> ExitCode {
    let occasion = Occasion {
        writes: matches!(order.mode, Mode::Apply { .. }),
        watched: std::io::stdout().is_terminal() || std::io::stderr().is_terminal(),
        format_asked: wanted.format.is_some(),
    };
    let code = report.exit_code;
    if !should_print(occasion, code) {
        return code;
    }
    let written = match wanted.format.unwrap_or_default() {
        ReportFormat::Json => fill_stdout(|to| write_json(report, to)),
        ReportFormat::Ndjson => fill_stdout(|to| write_ndjson(report, to)),
        ReportFormat::Table => write_stdout(&render_table(report, &console.look(config.timezone.clone()))),
    };
    console.printed(code, written)
}

/// A report of which people have been told on stderr already.
fn tell_programs(console: &Console, wanted: &ReportArgs, report: &mut Report) -> ExitCode {
    let code = report.exit_code;
    let written = match wanted.format {
        Some(ReportFormat::Json) => fill_stdout(|to| write_json(report, to)),
        Some(ReportFormat::Ndjson) => fill_stdout(|to| write_ndjson(report, to)),
        Some(ReportFormat::Table) | None => Ok(()),
    };
    console.printed(code, written)
}

/// Writes the report file, if one was asked for. A run whose report is lost has not done what it was told, and says so
/// in the report that is left.
fn keep(wanted: &ReportArgs, report: &mut Report) {
    let Some(path) = &wanted.report_file else {
        return;
    };
    if let Err(error) = whole_file::replace_by(path, Readers::AsBefore, |to| write_json(report, to)) {
        let path = path.display();
        let text = format!("failed to write the report to {path}: {error}\nhint: see --report-file");
        logging::tell(&text);
        report.fail(Condition::Internal, text);
    }
}

/// A mistake on the command line that only the configuration or the machine shows.
struct Refusal {
    text: String,
    report_file_is_good: bool,
}

fn check_arguments(wanted: &ReportArgs, scope: &ScopeArgs, config: &Config, order: &Order) -> Result<(), Refusal> {
    let refusal = |report_file_is_good| {
        move |text| Refusal {
            text,
            report_file_is_good,
        }
    };
    check_report_file(wanted).map_err(refusal(false))?;
    check_scope(scope, &config.sources).map_err(refusal(true))?;
    check_kind("sync", &order.aim, config).map_err(refusal(true))
}

/// What the configuration leaves out is not asked for.
pub(super) fn check_kind(command: &str, aim: &Aim, config: &Config) -> Result<(), String> {
    match aim {
        Aim::Objects(kind) if !config.inventory.has(*kind) => {
            let kind = kind.plural();
            Err(format!(
                "{command} {kind}: inventory.types of the configuration leaves {kind} out\nhint: add {kind} to it"
            ))
        }
        Aim::Objects(_) | Aim::Everything | Aim::Vms(_) => Ok(()),
    }
}

/// Found out before the run, not after it.
fn check_report_file(wanted: &ReportArgs) -> Result<(), String> {
    let Some(path) = &wanted.report_file else {
        return Ok(());
    };
    whole_file::check(path).map_err(|error| {
        let path = path.display();
        format!("--report-file {path}: no report can be written there: {error}\nhint: name a file in a folder that this user may write to")
    })
}

fn allowance(allow: &crate::cli::Allow) -> Allowance {
    let subject = match allow.change {
        AllowedChange::Orphan => Subject::Orphan,
        AllowedChange::Rename => Subject::Rename,
        AllowedChange::Gone => Subject::Gone,
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
    let hint = similar.filter(|similar| closeness(name, similar) > 0.7).map_or_else(
        || "name one of these, or add it to the configuration".to_owned(),
        |similar| format!("did you mean {similar}?"),
    );
    format!(
        "{flag} {name}: no such source; configured are {}\nhint: {hint}",
        names.join(", ")
    )
}

fn closeness(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(a, b)
}
