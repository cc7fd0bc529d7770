//! `vmsync.timer`.

use std::time::Duration;

/// The longest random delay.
const MAX_DELAY: u64 = 60;

pub fn render(interval: Duration) -> String {
    let (every, delay) = (span(interval), (interval.as_secs() / 20).min(MAX_DELAY));
    format!(
        "\
# Starts vmsync.service when the timer is started, and then at every interval.

[Unit]
Description=Synchronise VMs of ESXi hosts and vCenters regularly
Documentation=man:vmsync(1)

[Timer]
OnActiveSec=0
# sync.interval. A pass that is still running is not started twice.
OnUnitActiveSec={every}
# The default is a minute.
AccuracySec=1s
# So that several hosts do not ask at the same moment.
RandomizedDelaySec={delay}

[Install]
WantedBy=timers.target
"
    )
}

/// A number without a unit is seconds; see systemd.time(7).
fn span(span: Duration) -> String {
    if span.subsec_nanos() == 0 {
        span.as_secs().to_string()
    } else {
        format!("{}ms", span.as_millis())
    }
}
