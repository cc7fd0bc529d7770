//! Those who watch a `sync all` from outside: `node_exporter`'s textfile collector, and a watchdog that is pinged. What they
//! are told changes nothing of the pass, not even its exit code.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::config::Config;
use crate::exit::{Condition, ExitCode};
use crate::logging;
use crate::ping::{Ping, Signal};
use crate::report::{Carried, Report, render_metrics};
use crate::run::{Aim, Mode, Order, Stop};
use crate::whole_file::{self, Readers};

/// A process that was signalled is to end within 5 s.
const END_AFTER_SIGNAL: Duration = Duration::from_millis(4_800);
/// How long a signal of the start that is still under way is waited for at the end.
const START_PATIENCE: Duration = Duration::from_secs(2);
/// More than the sources of any configuration make.
const MAX_METRICS_BYTES: u64 = 32 << 20;

/// Who watches this run; nobody unless it is a `sync all` that writes.
pub struct Watch<'a> {
    config: &'a Config,
    /// The run was not limited to some sources.
    all_asked: bool,
    metrics_file: Option<PathBuf>,
    ping: Option<Arc<Ping>>,
    start: OnceLock<JoinHandle<()>>,
}

impl<'a> Watch<'a> {
    /// Whoever this configuration names.
    pub fn new(config: &'a Config, order: &Order) -> Self {
        let is_watched = order.aim == Aim::Everything && matches!(order.mode, Mode::Apply { .. });
        let all_asked = order.asked.is_none();
        let ping = config.ping.as_ref();
        Self {
            config,
            all_asked,
            metrics_file: config.metrics_file.clone().filter(|_| is_watched),
            // The success of one source would hide that the others have not been heard for days.
            ping: ping
                .filter(|_| is_watched && all_asked)
                .map(|url| Arc::new(Ping::new(url, order.run_id))),
            start: OnceLock::new(),
        }
    }

    /// The pass is under way: the watchdog is told beside it. Not before, as a run that finds another one at work would
    /// start what it never ends.
    pub fn began(&self) {
        let Some(ping) = self.ping.clone() else { return };
        self.start.get_or_init(|| {
            tokio::spawn(async move {
                // The end says it as a warning, if that fails as well.
                if let Err(error) = ping.send(Signal::Start, "").await {
                    tracing::info!("{error}");
                }
            })
        });
    }

    /// Writes the metrics of the run, unless another one was at work: that one writes its own.
    pub fn write_metrics(&self, report: &Report) {
        let Some(path) = &self.metrics_file else { return };
        if report.another_ran {
            return;
        }
        let names = self.config.sources.iter().map(|source| source.name.as_str());
        let before = read_before(path).unwrap_or_default();
        let carried = Carried::read(&before, names, report.started).after(report, self.all_asked);
        let text = render_metrics(report, &carried);
        if let Err(error) = whole_file::replace(path, text.as_bytes(), Readers::All) {
            let path = path.display();
            logging::tell(&format!(
                "failed to write the metrics to {path}: {error}\nhint: let this user write to its folder, or correct \
                 metrics.textfile or --metrics-file; the pass is not concerned"
            ));
        }
    }

    /// Tells the watchdog how the run ended, the last thing that it does.
    pub async fn ended(self, code: ExitCode, report: &Report, stop: &Stop) {
        let Some(ping) = self.ping else { return };
        if report.another_ran {
            tracing::info!("the watchdog is not pinged: the other run does it");
            return;
        }
        // Somebody's mistake at a prompt says nothing of the passes; one in a timer's line keeps them from pinging.
        if report.conditions.contains(&Condition::Usage) {
            return;
        }
        let told = async {
            // A start that came after the end would be taken for a run that never ends.
            if let Some(mut start) = self.start.into_inner()
                && tokio::time::timeout(START_PATIENCE, &mut start).await.is_err()
            {
                start.abort();
            }
            ping.send(Signal::End(code), &words(code, report)).await
        };
        let told = tokio::select! {
            told = told => told,
            () = stop.overdue(END_AFTER_SIGNAL) => Err(ping.cut_off()),
        };
        if let Err(error) = told {
            tracing::warn!("{error}");
        }
    }
}

/// What a person finds beside the signal. Names and addresses stay here.
fn words(code: ExitCode, report: &Report) -> String {
    let conditions: Vec<_> = report.conditions.iter().map(|condition| condition.name()).collect();
    let conditions = if conditions.is_empty() {
        "converged".to_owned()
    } else {
        conditions.join(", ")
    };
    let complete = report.sources.iter().filter(|source| source.complete).count();
    format!(
        "exit code {}: {conditions}; {complete} of {} sources complete; {} added, {} updated, {} orphaned, {} withheld\n",
        code.get(),
        report.sources.len(),
        report.added,
        report.updated,
        report.orphaned,
        report.withheld
    )
}

/// What stands there, in so far as it is a file of a reasonable size: a pipe would be waited for.
fn read_before(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    if fs::symlink_metadata(path)?.is_file() {
        File::open(path)?.take(MAX_METRICS_BYTES).read_to_end(&mut bytes)?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
