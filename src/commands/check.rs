//! `check`.

use std::collections::BTreeSet;
use std::time::Instant;

use super::Console;
use super::sync::unknown_source;
use crate::check::{Stage, read_pins, run_checks};
use crate::cli::{CheckArgs, CheckFormat};
use crate::config::Config;
use crate::exit::{Condition, ExitCode};
use crate::progress::Progress;
use crate::report::{render_check, render_json};
use crate::run::{Stop, watch_signals};

/// Looks at everything that a pass needs. Reads only, but for the end of a login pause.
pub async fn check(console: &Console, config: &Config, args: &CheckArgs) -> ExitCode {
    let is_configured = |name: &&String| config.sources.iter().any(|source| source.name == **name);
    if let Some(unknown) = args.sources.iter().find(|name| !is_configured(name)) {
        return console.refuse(&unknown_source("--source", unknown, &config.sources), Condition::Usage);
    }
    let stop = Stop::new(Instant::now() + config.timing.deadline);
    if let Err(error) = watch_signals(&stop) {
        return console.refuse(&format!("failed to watch for signals: {error}"), Condition::Internal);
    }
    let asked = (!args.sources.is_empty()).then(|| args.sources.iter().cloned().collect::<BTreeSet<_>>());
    let names: Vec<String> = config.sources.iter().map(|source| source.name.clone()).collect();
    let progress = Progress::new(&console.screen, &names);
    let stage = Stage {
        config,
        asked: asked.as_ref(),
        progress: &progress,
        stop: &stop,
    };
    if args.print_pins {
        let pins = read_pins(stage).await;
        progress.clear();
        return console.print(pins.exit_code, &pins.yaml);
    }
    let report = run_checks(stage).await;
    progress.clear();
    let text = match args.format {
        CheckFormat::Table => render_check(&report, &console.look(config.timezone.clone())),
        CheckFormat::Json => render_json(&report),
    };
    console.print(report.exit_code, &text)
}
