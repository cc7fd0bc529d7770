//! `status`.

use super::Console;
use crate::config::{Config, Source};
use crate::exit::{Condition, ExitCode};
use crate::report::{Look, StatusReport, render_json, render_status};
use crate::run::pending_renames;
use crate::store::{self, StoreError, StoredSource};

/// As many passes as a store remembers.
const PASSES: usize = 1000;

/// Shows what the store knows. Reads only.
pub async fn status(console: &Console, config: &Config) -> ExitCode {
    match load(config).await {
        Ok(report) => {
            let look = Look::of_stdout(config.timezone.clone());
            console.answer(
                ExitCode::SUCCESS,
                &look,
                || render_json(&report),
                |look| render_status(&report, look),
            )
        }
        Err(error) => console.refuse(&error.to_string(), Condition::Unreachable),
    }
}

async fn load(config: &Config) -> Result<StatusReport, StoreError> {
    let store = store::open(&config.store).await?;
    let mut loaded = store.load().await?;
    loaded.sources = configured(config, &loaded.sources);
    let running = store.load_lease().await?;
    let passes = store.load_passes(PASSES).await?;
    Ok(StatusReport::new(
        &loaded,
        running.as_ref(),
        &passes,
        pending_renames(&loaded.records),
    ))
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
    }
}
