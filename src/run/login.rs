//! Refused logins are remembered: a timer with a stale password would keep the account locked for good.
//!
//! ESXi locks an account for 900 s after 5 refused logins (`Security.AccountLockFailures`, `AccountUnlockTime`), root
//! included, and each further refusal counts.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::config::Source;
use crate::moment::to_the_second;
use crate::report::plural;
use crate::store::{LoginFingerprint, LoginPause};

/// How long no login is tried after the first refusal, the second, and so on; the last one from then on.
const PAUSES: [SignedDuration; 4] = [
    SignedDuration::from_mins(15),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(6),
    SignedDuration::from_hours(24),
];

/// Rounds of the digest: whoever reads the store shall not try passwords by the billion. Some milliseconds.
const ROUNDS: usize = 10_000;

/// What a pass has learned about the login of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoginResult {
    /// It was not tried, or nothing is known of its end.
    #[default]
    Unknown,
    /// The server let us in.
    Accepted,
    /// The server refused user name or password.
    Refused,
}

/// Until when no login is tried; none if one may be. The pause ends when the source's address, user or password is
/// another than the refused one. An end that is further away than the longest pause comes from a clock that was wrong.
#[must_use]
pub fn check_pause(stored: Option<&LoginPause>, source: &Source, now: Timestamp) -> Option<LoginPause> {
    let pause = stored?;
    let left = pause.until.duration_since(now);
    let is_running = left > SignedDuration::ZERO && left <= PAUSES[PAUSES.len() - 1];
    (is_running && is_same(&pause.fingerprint, source)).then(|| pause.clone())
}

/// What is remembered after a pass. `salt` is random, and used if there is none yet.
#[must_use]
pub fn remember_login(
    stored: Option<&LoginPause>,
    source: &Source,
    result: LoginResult,
    now: Timestamp,
    salt: &str,
) -> Option<LoginPause> {
    match result {
        LoginResult::Unknown => stored.cloned(),
        LoginResult::Accepted => None,
        LoginResult::Refused => Some(lengthen(stored, source, now, salt)),
    }
}

fn lengthen(stored: Option<&LoginPause>, source: &Source, now: Timestamp, salt: &str) -> LoginPause {
    let same = stored.filter(|pause| is_same(&pause.fingerprint, source));
    let refusals = same.map_or(0, |pause| pause.refusals).saturating_add(1);
    let step = usize::try_from(refusals).unwrap_or(usize::MAX).min(PAUSES.len());
    LoginPause {
        refusals,
        until: now.saturating_add(PAUSES[step - 1]).unwrap_or(Timestamp::MAX),
        fingerprint: same.map_or_else(|| fingerprint(source, salt), |pause| pause.fingerprint.clone()),
    }
}

fn is_same(stored: &LoginFingerprint, source: &Source) -> bool {
    fingerprint(source, &stored.salt) == *stored
}

/// A salted digest of address, user name and password; neither can be read from it.
fn fingerprint(source: &Source, salt: &str) -> LoginFingerprint {
    let port = source.port.to_string();
    let parts = [salt, &source.host, &port, &source.username, source.password.expose()];
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let mut digest = hasher.finalize();
    for _ in 1..ROUNDS {
        digest = Sha256::new()
            .chain_update(digest)
            .chain_update(salt.as_bytes())
            .finalize();
    }
    LoginFingerprint {
        salt: salt.to_owned(),
        digest: hexadecimal(&digest),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What the report says of a source that is not asked because of a pause.
#[must_use]
pub fn explain_pause(pause: &LoginPause) -> String {
    let until = to_the_second(pause.until);
    format!(
        "login paused until {until}: the server has refused the user name or password {}\n\
         hint: correct the user name or the password; that ends the pause at once",
        plural(usize::try_from(pause.refusals).unwrap_or(usize::MAX), "time")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Exclude, Guard, Secret, SourceSection, Tls};

    fn source(host: &str, port: u16, username: &str, password: &str) -> Source {
        Source {
            section: SourceSection::EsxiHosts,
            name: "esx1".into(),
            host: host.into(),
            port,
            username: username.into(),
            password: Secret::new(password.into()),
            tls: Tls::SystemRoots,
            exclude: Exclude::default(),
            guard: Guard::default(),
        }
    }

    fn esx1() -> Source {
        source("esx1", 443, "root", "canary")
    }

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    fn refuse(stored: Option<&LoginPause>, source: &Source, minutes: i64) -> LoginPause {
        remember_login(stored, source, LoginResult::Refused, at(minutes), "salt").expect("a refusal is remembered")
    }

    #[test]
    fn pauses_grow_to_a_day() {
        let (mut now, mut stored) = (0, None);
        for minutes in [15, 60, 360, 1440, 1440] {
            let pause = refuse(stored.as_ref(), &esx1(), now);
            assert_eq!(pause.until, at(now + minutes));
            assert_eq!(
                check_pause(Some(&pause), &esx1(), at(now + minutes - 1)),
                Some(pause.clone())
            );
            assert_eq!(check_pause(Some(&pause), &esx1(), at(now + minutes)), None);
            (now, stored) = (now + minutes, Some(pause));
        }
    }

    #[test]
    fn a_change_of_address_user_or_password_ends_the_pause() {
        let pause = refuse(None, &esx1(), 0);
        let others = [
            source("esx2", 443, "root", "canary"),
            source("esx1", 444, "root", "canary"),
            source("esx1", 443, "admin", "canary"),
            source("esx1", 443, "root", "other"),
            source("esx1", 443, "rootc", "anary"),
        ];
        for other in others {
            assert_eq!(check_pause(Some(&pause), &other, at(1)), None);
            let again = refuse(Some(&pause), &other, 1);
            assert_eq!(
                (again.refusals, again.until),
                (1, at(16)),
                "it starts from the beginning"
            );
        }
    }

    #[test]
    fn only_an_answer_changes_what_is_remembered() {
        let pause = refuse(None, &esx1(), 0);
        let after = |result| remember_login(Some(&pause), &esx1(), result, at(20), "other");
        assert_eq!(after(LoginResult::Unknown), Some(pause.clone()));
        assert_eq!(after(LoginResult::Accepted), None);
        assert_eq!(
            after(LoginResult::Refused).map(|pause| pause.fingerprint.salt),
            Some("salt".into())
        );
    }

    #[test]
    fn a_clock_that_was_wrong_pauses_nothing_for_years() {
        let pause = refuse(None, &esx1(), 0);
        assert_eq!(check_pause(Some(&pause), &esx1(), at(-1440)), None);
    }

    #[test]
    fn the_password_is_nowhere() {
        let pause = refuse(None, &esx1(), 0);
        let stored = serde_json::to_string(&pause).expect("it is stored");
        assert!(!stored.contains("canary") && !explain_pause(&pause).contains("canary"));
        assert!(explain_pause(&pause).starts_with("login paused until 1970-01-01T00:15:00Z"));
    }
}
