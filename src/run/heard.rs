//! What became of asking the sources, taken together.

use jiff::Timestamp;
use uuid::Uuid;

use super::collect::Collected;
use super::login::remember_login;
use super::views::recall;
use crate::config::{Config, Source};
use crate::exit::Condition;
use crate::plan::SourceView;
use crate::store::StoredSource;
use crate::vsphere::FailureKind;

/// No source delivered anything: nothing is written.
#[must_use]
pub fn heard_nothing(collected: &[Collected]) -> bool {
    !collected.iter().any(Collected::has_delivered)
}

/// What it means to the run that sources that were asked were not heard completely; none if all were.
#[must_use]
pub fn lack_of(collected: &[Collected]) -> Option<Condition> {
    let mut asked = collected.iter().filter(|collected| collected.asked);
    if !heard_nothing(collected) {
        return asked
            .any(|collected| !collected.complete)
            .then_some(Condition::SourceFailed);
    }
    let is_closed =
        |collected: &Collected| matches!(collected.failure, Some(FailureKind::Login | FailureKind::Certificate));
    Some(if asked.all(is_closed) {
        Condition::LoginRefused
    } else {
        Condition::Unreachable
    })
}

/// What is known of the sources that were asked, by what they said and what was remembered of them.
#[must_use]
pub fn learned(
    config: &Config,
    collected: &[Collected],
    views: &[SourceView],
    remembered: &[StoredSource],
    now: Timestamp,
) -> Vec<StoredSource> {
    let learn = |((source, heard), view): ((&Source, &Collected), &SourceView)| {
        let before = recall(source, &config.sources, remembered);
        // A listing that was cut has not shown what the rights it was made under hide: the next whole one is still to
        // be doubted.
        let whole = heard.inventory.as_ref().filter(|_| heard.complete || heard.doubted);
        let roles = whole.map(|inventory| inventory.root_roles.clone());
        StoredSource {
            name: source.name.clone(),
            host: source.host.clone(),
            id: view.id.clone(),
            kind: view.kind.unwrap_or_else(|| source.kind()),
            last_complete: if heard.complete {
                Some(now)
            } else {
                before.and_then(|before| before.last_complete)
            },
            last_error: heard.error.clone(),
            root_roles: roles
                .filter(|roles| !roles.is_empty())
                .or_else(|| before.map(|before| before.root_roles.clone()))
                .unwrap_or_default(),
            login_pause: remember_login(
                before.and_then(|before| before.login_pause.as_ref()),
                source,
                heard.login,
                now,
                &Uuid::new_v4().to_string(),
            ),
        }
    };
    let sources = config.sources.iter().zip(collected).zip(views);
    sources.filter(|((_, heard), _)| heard.asked).map(learn).collect()
}
