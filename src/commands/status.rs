//! `status`.

use jiff::Timestamp;

use super::Console;
use crate::cli::{StatusArgs, StatusFormat};
use crate::config::{Config, Source};
use crate::exit::{Condition, ExitCode};
use crate::report::{
    self, StatusFacts, StatusReport, Thresholds, render_json, render_nagios, render_nagios_failure, render_status,
};
use crate::store::{self, StoreError, StoredSource};

/// As many passes as a store remembers.
const PASSES: usize = 1000;

/// Shows what the store knows. Reads only.
pub async fn status(console: &Console, config: &Config, args: &StatusArgs) -> ExitCode {
    let thresholds = match Thresholds::new(args.warn, args.crit, config.timing.interval) {
        Ok(thresholds) => thresholds,
        Err(error) => return refuse(console, args, &error.to_string(), Condition::Usage),
    };
    let now = Timestamp::now();
    let report = match load(config, thresholds, now).await {
        Ok(report) => report,
        Err(error) => return refuse(console, args, &error.to_string(), Condition::Unreachable),
    };
    match args.format {
        StatusFormat::Table => {
            let look = console.look(config.timezone.clone());
            console.print(ExitCode::SUCCESS, &render_status(&report, &look))
        }
        StatusFormat::Json => console.print(ExitCode::SUCCESS, &render_json(&report)),
        StatusFormat::Nagios => plugin(console, &render_nagios(&report, thresholds, now)),
    }
}

/// Says why nothing is known, to a monitoring system in its own form.
pub fn refuse(console: &Console, args: &StatusArgs, text: &str, condition: Condition) -> ExitCode {
    match args.format {
        StatusFormat::Table | StatusFormat::Json => console.refuse(text, condition),
        StatusFormat::Nagios => plugin(console, &render_nagios_failure(text)),
    }
}

/// Says to a monitoring system that it was called wrongly, when there is no console yet.
pub fn refuse_usage(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let (line, code) = render_nagios_failure(text.strip_prefix("error: ").unwrap_or(&text));
    // Whoever has closed the stream still gets the exit code.
    let _ = report::write_stdout(&line);
    ExitCode::of_plugin(code)
}

fn plugin(console: &Console, (line, code): &(String, u8)) -> ExitCode {
    console.print(ExitCode::of_plugin(*code), line)
}

async fn load(config: &Config, thresholds: Thresholds, now: Timestamp) -> Result<StatusReport, StoreError> {
    let store = store::open(&config.store).await?;
    let mut loaded = store.load().await?;
    loaded.sources = configured(config, &loaded.sources);
    let running = store.load_lease().await?;
    let passes = store.load_passes(PASSES).await?;
    let objects = store.count_objects().await?;
    Ok(StatusReport::new(&StatusFacts {
        loaded: &loaded,
        objects: &objects,
        running: running.as_ref(),
        passes: &passes,
        now,
        timezone: &config.timezone,
        stale_after: thresholds.warn(),
    }))
}

/// The sources of today's configuration, heard or not; what is remembered of others is no news.
fn configured(config: &Config, remembered: &[StoredSource]) -> Vec<StoredSource> {
    let known = |source: &Source| remembered.iter().find(|stored| stored.name == source.name).cloned();
    config
        .sources
        .iter()
        .map(|source| known(source).unwrap_or_else(|| never_heard(source)))
        .collect()
}

fn never_heard(source: &Source) -> StoredSource {
    StoredSource {
        name: source.name.clone(),
        host: source.host.clone(),
        id: None,
        kind: source.kind(),
        last_complete: None,
        last_error: None,
        root_roles: Vec::new(),
        login_pause: None,
        listed: None,
    }
}
