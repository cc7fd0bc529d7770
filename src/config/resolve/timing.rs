//! `sync:`.

use std::time::Duration;

use super::super::Timing;
use super::super::problem::Flaw;
use super::super::section::Section;
use super::super::times::show_duration;
use super::Context;

const MAX_CONNECT: Duration = Duration::from_secs(10);
const DEFAULT_SOURCE_DEADLINE: Duration = Duration::from_mins(2);

pub(super) fn timing(context: &mut Context<'_>, sync: &Section<'_>) -> Timing {
    let read = |name| sync.duration(name).unwrap_or_default();
    let (call, deadline) = (read("timeout"), read("deadline"));
    let half = deadline / 2;
    let source_deadline = sync
        .duration("source_deadline")
        .unwrap_or(DEFAULT_SOURCE_DEADLINE.min(half));
    context.derive(sync, "source_deadline", show_duration(source_deadline));
    if source_deadline > half && !deadline.is_zero() {
        context.problem(sync, "source_deadline", too_long(source_deadline, deadline));
    }
    Timing {
        interval: read("interval"),
        call,
        connect: call.min(MAX_CONNECT),
        source_deadline,
        deadline,
    }
}

fn too_long(source_deadline: Duration, deadline: Duration) -> Flaw {
    let (longest, half) = (show_duration(deadline), show_duration(deadline / 2));
    let what = format!(
        "{} is more than half of sync.deadline ({longest})",
        show_duration(source_deadline)
    );
    Flaw::new(what).accepting(format!("at most {half}, or a longer sync.deadline"))
}
