//! `status`.

use super::Console;
use crate::config::Config;
use crate::exit::{Condition, ExitCode};
use crate::report::{Look, StatusReport, render_json, render_status};
use crate::run::pending_renames;
use crate::store::{self, StoreError};

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
    let loaded = store.load().await?;
    let running = store.load_lease().await?;
    let passes = store.load_passes(PASSES).await?;
    Ok(StatusReport::new(
        &loaded,
        running.as_ref(),
        &passes,
        pending_renames(&loaded.records),
    ))
}
