//! Tells a watchdog that a pass begins and how it ended, in the way of healthchecks.io: `URL/start`, then `URL` or
//! `URL/EXIT_CODE`, with the run's id as `rid` (<https://healthchecks.io/docs/http_api/>).
//!
//! Whoever knows the URL can ping, so of it only scheme, host and port are ever shown. Whatever comes of a ping, the pass
//! goes on as if there were none.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::Client;
use thiserror::Error;
use url::Url;
use uuid::Uuid;

use crate::config::SecretUrl;
use crate::exit::ExitCode;
use crate::http::{Answer, Try, build_client, origin, send_once};

/// One try. A watchdog that takes longer is not waited for.
const TIMEOUT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(500);

/// A watchdog, for one run.
pub struct Ping {
    url: SecretUrl,
    run_id: Uuid,
}

/// What a watchdog is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// The run is under way.
    Start,
    /// It ended so.
    End(ExitCode),
}

/// It was not told.
#[derive(Debug, Error)]
#[error("failed to ping {origin}: {reason}\nhint: {hint}; the pass is not concerned")]
pub struct PingError {
    origin: String,
    reason: String,
    hint: String,
}

const SEE_WATCHDOG: &str = "see whether the watchdog is well and this machine can reach it (vmsync check)";
const SEE_URL: &str = "see whether ping.url is the one that the watchdog shows, without /start or /fail";

impl Ping {
    /// Nothing is sent yet.
    #[must_use]
    pub fn new(url: &SecretUrl, run_id: Uuid) -> Self {
        Self {
            url: url.clone(),
            run_id,
        }
    }

    /// Sends a signal with a few words about it, if need be twice.
    ///
    /// # Errors
    /// It was not accepted.
    pub async fn send(&self, signal: Signal, words: &str) -> Result<(), PingError> {
        let client = build_client(self.url.expose(), TIMEOUT).map_err(|error| {
            let text = error.to_string();
            let (reason, hint) = text.split_once("\nhint: ").unwrap_or((&text, SEE_WATCHDOG));
            self.error(reason, hint)
        })?;
        let first = self.send_once(&client, signal, words).await;
        if !matches!(first, Err(Setback { again: true, .. })) {
            return first.map_err(|setback| self.error(&setback.reason, setback.hint));
        }
        tokio::time::sleep(pause()).await;
        let second = self.send_once(&client, signal, words).await;
        second.map_err(|setback| self.error(&setback.reason, setback.hint))
    }

    async fn send_once(&self, client: &Client, signal: Signal, words: &str) -> Result<(), Setback> {
        let url = address(self.url.expose(), signal, self.run_id);
        let request = client.post(url).timeout(TIMEOUT).body(words.to_owned());
        judge(send_once(request).await)
    }

    /// That there was no time for it.
    #[must_use]
    pub fn cut_off(&self) -> PingError {
        self.error("there was no time left after the signal", SEE_WATCHDOG)
    }

    fn error(&self, reason: &str, hint: &str) -> PingError {
        PingError {
            origin: origin(self.url.expose()),
            reason: reason.to_owned(),
            hint: hint.to_owned(),
        }
    }
}

/// A try that failed.
#[derive(Debug)]
struct Setback {
    reason: String,
    hint: &'static str,
    again: bool,
}

fn judge(tried: Try) -> Result<(), Setback> {
    let (reason, hint, again) = match tried {
        Try::Answered(_, Answer::Accepted) => return Ok(()),
        Try::Answered(status, Answer::Later(_)) => (format!("it answered {status}"), SEE_WATCHDOG, true),
        Try::Answered(status, Answer::Refused) => (format!("it answered {status}"), SEE_URL, false),
        Try::Answered(status, Answer::Odd) => (
            format!("it answered {status}; redirects are not followed"),
            SEE_URL,
            false,
        ),
        Try::Silent { timed_out, reason } => (reason, SEE_WATCHDOG, !timed_out),
        Try::Broken(reason) => (reason, SEE_WATCHDOG, true),
    };
    Err(Setback { reason, hint, again })
}

/// 0.5 to 1 s.
fn pause() -> Duration {
    let pauses = ExponentialBuilder::new().with_min_delay(PAUSE).with_jitter();
    pauses.build().next().unwrap_or(PAUSE)
}

/// The signal goes behind the path; what stands in the query stays.
fn address(url: &Url, signal: Signal, run_id: Uuid) -> Url {
    let mut url = url.clone();
    let word = match signal {
        Signal::Start => Some("start".to_owned()),
        Signal::End(code) => (!code.is_success()).then(|| code.get().to_string()),
    };
    if let (Some(word), Ok(mut path)) = (word, url.path_segments_mut()) {
        path.pop_if_empty().push(&word);
    }
    url.query_pairs_mut().append_pair("rid", &run_id.to_string());
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;
    use crate::exit::Condition;

    const RUN: Uuid = Uuid::from_u128(0x0198_f0a0_7d0c_4f3e_9a55_0e6f_3b1c_2d4e);

    #[test]
    fn a_signal_goes_behind_the_path_and_the_run_into_the_query() {
        let shown = |url: &str, signal| address(&url.parse().expect("a URL"), signal, RUN).to_string();
        let rid = "rid=0198f0a0-7d0c-4f3e-9a55-0e6f3b1c2d4e";
        let success = Signal::End(ExitCode::SUCCESS);
        let failure = Signal::End(Condition::Terminated.code());
        for (url, signal, expected) in [
            ("https://h/uuid", Signal::Start, format!("https://h/uuid/start?{rid}")),
            ("https://h/uuid", success, format!("https://h/uuid?{rid}")),
            ("https://h/uuid", failure, format!("https://h/uuid/143?{rid}")),
            ("https://h/uuid/", failure, format!("https://h/uuid/143?{rid}")),
            (
                "http://h:8000/ping/k%2Fy/vm?create=1",
                Signal::Start,
                format!("http://h:8000/ping/k%2Fy/vm/start?create=1&{rid}"),
            ),
            ("https://h", Signal::Start, format!("https://h/start?{rid}")),
        ] {
            assert_eq!(shown(url, signal), expected);
        }
    }

    #[test]
    fn another_try_is_made_only_where_it_may_help() {
        let answered = |status: u16, answer| {
            let status = reqwest::StatusCode::from_u16(status).expect("a status");
            judge(Try::Answered(status, answer)).map_err(|setback| setback.again)
        };
        assert_eq!(answered(200, Answer::Accepted), Ok(()));
        assert_eq!(answered(503, Answer::Later(None)), Err(true));
        assert_eq!(answered(404, Answer::Refused), Err(false));
        assert_eq!(answered(302, Answer::Odd), Err(false));
        let silent = |timed_out| Try::Silent {
            timed_out,
            reason: String::new(),
        };
        assert!(judge(silent(false)).is_err_and(|setback| setback.again));
        assert!(judge(silent(true)).is_err_and(|setback| !setback.again));
    }

    #[test]
    fn an_error_shows_the_host_and_nothing_else_of_the_url() {
        let secret = Secret::new("https://user:canary@hc.example:8443/canary?canary=1".to_owned());
        let ping = Ping::new(&SecretUrl::parse(&secret).expect("a URL"), RUN);
        let text = ping.cut_off().to_string();
        assert!(
            text.starts_with("failed to ping https://hc.example:8443: there was no time"),
            "{text}"
        );
        assert!(!text.contains("canary") && text.contains("\nhint: "), "{text}");
    }
}
