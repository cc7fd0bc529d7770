//! `sync all`, `sync vms` and `diff`.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, Instant};

use super::Console;
use crate::cli::{AllowedChange, Cli, DiffArgs, ReportArgs, ReportFormat, ScopeArgs, SyncArgs};
use crate::config::{Config, Source};
use crate::exit::{Condition, ExitCode};
use crate::plan::{Allowance, Subject};
use crate::progress::Progress;
use crate::report::{Occasion, Report, render_json, render_ndjson, render_table, should_print};
use crate::run::{Mode, Order, Stage, Stop, refuse, run_pass, watch_signals};
use crate::whole_file;

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
    pass(console, config, cli, mode, (&args.scope, &args.report), ids).await
}

/// `diff`.
pub async fn diff(console: &Console, config: &Config, cli: &Cli, args: &DiffArgs) -> ExitCode {
    let mode = Mode::Look {
        report_differences: args.exit_code,
    };
    pass(console, config, cli, mode, (&args.scope, &args.report), None).await
}

async fn pass(
    console: &Console,
    config: &Config,
    cli: &Cli,
    mode: Mode,
    (scope, wanted): (&ScopeArgs, &ReportArgs),
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
    if let Err(text) = check_report_file(wanted) {
        console.tell(&text);
        let report = refuse(&order, Condition::Usage, text);
        return tell_programs(console, wanted, &report, report.exit_code);
    }
    if let Err(text) = check_scope(scope, &config.sources) {
        console.tell(&text);
        let report = refuse(&order, Condition::Usage, text);
        let code = keep(console, wanted, &report);
        return tell_programs(console, wanted, &report, code);
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
    let code = keep(console, wanted, &report);
    let occasion = Occasion {
        writes: cli.command.writes(),
        watched: std::io::stdout().is_terminal() || std::io::stderr().is_terminal(),
        format_asked: wanted.format.is_some(),
    };
    if !should_print(occasion, code) {
        return code;
    }
    let text = match wanted.format.unwrap_or_default() {
        ReportFormat::Json => render_json(&report),
        ReportFormat::Ndjson => render_ndjson(&report),
        ReportFormat::Table => render_table(&report, &console.look(config.timezone.clone())),
    };
    console.print(code, &text)
}

/// A report of which people have been told on stderr already.
fn tell_programs(console: &Console, wanted: &ReportArgs, report: &Report, code: ExitCode) -> ExitCode {
    match wanted.format {
        Some(ReportFormat::Json) => console.print(code, &render_json(report)),
        Some(ReportFormat::Ndjson) => console.print(code, &render_ndjson(report)),
        Some(ReportFormat::Table) | None => code,
    }
}

/// Writes the report file, if one was asked for. A run whose report is lost has not done what it was told.
fn keep(console: &Console, wanted: &ReportArgs, report: &Report) -> ExitCode {
    let Some(path) = &wanted.report_file else {
        return report.exit_code;
    };
    match whole_file::replace(path, render_json(report).as_bytes(), None) {
        Ok(()) => report.exit_code,
        Err(error) => {
            let path = path.display();
            console.refuse(
                &format!("failed to write the report to {path}: {error}\nhint: the run itself ended with exit code {}; see --report-file", report.exit_code.get()),
                Condition::Internal,
            )
        }
    }
}

/// Found out before the run, not after it.
fn check_report_file(wanted: &ReportArgs) -> Result<(), String> {
    let Some(path) = &wanted.report_file else {
        return Ok(());
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let path = path.display();
    if !folder.is_dir() {
        let folder = folder.display();
        return Err(format!(
            "--report-file {path}: there is no folder {folder}\nhint: make it, or name another file"
        ));
    }
    if wanted.report_file.as_ref().is_some_and(|path| path.is_dir()) {
        return Err(format!("--report-file {path}: it is a folder\nhint: name a file in it"));
    }
    Ok(())
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
