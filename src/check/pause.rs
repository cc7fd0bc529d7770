//! Login pauses: a check logs in all the same, once, and a login that is accepted ends the pause.

use jiff::Timestamp;

use super::model::SourceFindings;
use super::source::Checked;
use crate::config::{Config, Source};
use crate::moment::to_the_second;
use crate::run::{Stop, check_pause, recall};
use crate::store::{LoginPause, PauseEnd, Store, StoreError, StoredSource};
use crate::vsphere::FailureKind;

const ITEM: &str = "login pause";

/// Says of each source that passes leave alone what has become of its pause.
pub(super) async fn settle(config: &Config, checked: &mut [Checked], store: &dyn Store, stop: &Stop) {
    if stop.reason().is_some() {
        return;
    }
    // A store that cannot be read has been told of.
    let remembered = store.load_sources().await.unwrap_or_default();
    let asked = config
        .sources
        .iter()
        .zip(checked)
        .filter(|(_, checked)| checked.found.asked);
    for (source, checked) in asked {
        if let Some((stored, pause)) = paused(source, config, &remembered) {
            settle_one(source, checked, stored, pause, store).await;
        }
    }
}

fn paused<'a>(
    source: &Source,
    config: &Config,
    remembered: &'a [StoredSource],
) -> Option<(&'a StoredSource, &'a LoginPause)> {
    let stored = recall(source, &config.sources, remembered)?;
    Some((stored, stored.login_pause.as_ref()?))
}

async fn settle_one(
    source: &Source,
    Checked { found, login_sent }: &mut Checked,
    stored: &StoredSource,
    pause: &LoginPause,
    store: &dyn Store,
) {
    if found.shut.is_none() {
        let ended = store.end_login_pause(&stored.name, pause).await;
        tell_end(found, pause, ended);
    } else if check_pause(Some(pause), source, Timestamp::now()).is_some() {
        let until = until(pause);
        let tried = attempt(found.shut, *login_sent);
        found.findings.warn(
            ITEM,
            format!("passes make no attempt before {until}; {tried}"),
            "correct the user name or the password in the configuration: that ends the pause at once",
        );
    }
}

/// What a check that was not let in did about it.
const fn attempt(shut: Option<FailureKind>, login_sent: bool) -> &'static str {
    match (shut, login_sent) {
        (Some(FailureKind::Login), _) => "the one attempt of this check did not end it and does not lengthen it",
        (_, true) => "this check sent one login and was not told that it is accepted; that does not lengthen it",
        (_, false) => "this check made no attempt",
    }
}

fn tell_end(found: &mut SourceFindings, pause: &LoginPause, ended: Result<PauseEnd, StoreError>) {
    let until = until(pause);
    let again = "run vmsync check again when it is over";
    match ended {
        Ok(PauseEnd::Ended) => {
            let detail = format!("until {until}: ended by the login of this check; the next pass logs in");
            found.findings.ok(ITEM, detail);
        }
        Ok(PauseEnd::Changed) => {
            found.findings.warn(
                ITEM,
                "a pass was at work meanwhile and may have changed it",
                "run vmsync check again",
            );
        }
        Ok(PauseEnd::PassAtWork(holder)) => {
            let detail = format!(
                "until {until}: not ended, because a pass is at work (pid {} on {}) and may write it anew",
                holder.pid, holder.host
            );
            found.findings.warn(ITEM, detail, again);
        }
        Err(error) => {
            let text = error.to_string();
            let (detail, hint) = text
                .split_once("\nhint: ")
                .unwrap_or((&text, "see the rights of the store's login"));
            found.findings.warn(ITEM, format!("until {until}: {detail}"), hint);
        }
    }
}

fn until(pause: &LoginPause) -> String {
    to_the_second(pause.until)
}
