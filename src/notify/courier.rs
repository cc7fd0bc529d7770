//! Sends one post, as often as is worth it.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder, StatusCode};
use tokio::sync::watch;
use url::Url;

use super::outcome::Halt;
use super::post::Post;
use crate::http::{Answer, Try, send_once};

/// Tries of one post after the first.
const RETRIES: usize = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// With less time left no try is begun.
const LEAST_TIME: Duration = Duration::from_millis(200);

/// What became of a post.
#[derive(Debug)]
pub enum Sent {
    Accepted,
    /// The service does not want it.
    Refused {
        reason: String,
    },
    /// Not now; others may fare better.
    Failed {
        reason: String,
    },
    /// Others would fare no better.
    Unavailable {
        reason: String,
    },
    /// There was no time to find out.
    Halted(Halt),
}

/// Knows whether the run may still send.
#[async_trait]
pub trait Permission: Sync {
    /// False once it may not.
    ///
    /// # Errors
    /// That cannot be found out.
    async fn may_send(&self) -> Result<bool, Halt>;
}

/// What may end a wait.
#[derive(Clone)]
pub struct Stopper {
    deadline: Instant,
    stop: watch::Receiver<bool>,
}

impl Stopper {
    pub const fn new(deadline: Instant, stop: watch::Receiver<bool>) -> Self {
        Self { deadline, stop }
    }

    fn time_left(&self) -> Result<Duration, Halt> {
        if *self.stop.borrow() {
            return Err(Halt::Stopped);
        }
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left < LEAST_TIME {
            Err(Halt::Deadline)
        } else {
            Ok(left)
        }
    }

    /// Gives up on what is awaited when the run is stopped: a post that is cut off is sent again by a later pass.
    async fn guard<T>(&mut self, awaited: impl Future<Output = T>) -> Result<T, Halt> {
        tokio::select! {
            biased;
            Ok(_) = self.stop.wait_for(|stop| *stop) => Err(Halt::Stopped),
            done = awaited => Ok(done),
        }
    }
}

/// Sends to one service.
pub struct Courier {
    client: Client,
    url: Url,
    timeout: Duration,
    stopper: Stopper,
    /// After a post that all tries did not get through, the others have one try each until one is accepted.
    retries: usize,
}

/// A try after which another may be worth it.
struct Setback {
    reason: String,
    /// The service said how long to wait.
    wait: Option<Duration>,
    /// It would be the same for every other post.
    general: bool,
    again: bool,
}

impl Courier {
    pub const fn new(client: Client, url: Url, timeout: Duration, stopper: Stopper) -> Self {
        Self {
            client,
            url,
            timeout,
            stopper,
            retries: RETRIES,
        }
    }

    /// Asks before each try: a run that slept between two of them may have lost its lease, and another may
    /// have sent newer posts.
    pub async fn send(&mut self, post: &Post, permission: &dyn Permission) -> Sent {
        let sent = self.send_patiently(post, permission).await;
        let sent = sent.unwrap_or_else(Sent::Halted);
        match sent {
            Sent::Accepted => self.retries = RETRIES,
            Sent::Failed { .. } => self.retries = 0,
            Sent::Refused { .. } | Sent::Unavailable { .. } | Sent::Halted(_) => {}
        }
        sent
    }

    fn request(&self, post: &Post) -> RequestBuilder {
        self.client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("Idempotency-Key", &post.idempotency_key)
            .body(post.body.clone())
    }

    async fn send_patiently(&mut self, post: &Post, permission: &dyn Permission) -> Result<Sent, Halt> {
        let mut pauses = pauses(self.retries);
        loop {
            if !permission.may_send().await? {
                return Err(Halt::Stopped);
            }
            let timeout = self.timeout.min(self.stopper.time_left()?);
            let request = self.request(post).timeout(timeout);
            let tried = self.stopper.guard(send_once(request)).await?;
            let setback = match judge(tried) {
                Ok(sent) => return Ok(sent),
                Err(setback) => setback,
            };
            let Some(pause) = pauses.next().filter(|_| setback.again) else {
                return Ok(setback.into_sent());
            };
            let pause = setback.wait.unwrap_or(pause);
            if pause + LEAST_TIME > self.stopper.time_left()? {
                return Ok(setback.too_long(pause));
            }
            self.stopper.guard(tokio::time::sleep(pause)).await?;
        }
    }
}

/// Full jitter: anything between nothing and a limit that doubles, so that machines that failed together do not come
/// back together. The library adds its jitter to the limit, which is taken off again.
fn pauses(retries: usize) -> impl Iterator<Item = Duration> {
    let limits = ExponentialBuilder::new()
        .with_min_delay(FIRST_PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .with_max_times(retries);
    limits
        .with_jitter()
        .build()
        .zip(limits.build())
        .map(|(jittered, limit)| jittered.saturating_sub(limit))
}

fn judge(tried: Try) -> Result<Sent, Setback> {
    let setback = |reason, wait: Option<Duration>| Setback {
        reason,
        general: wait.is_some(),
        wait,
        again: true,
    };
    match tried {
        Try::Answered(_, Answer::Accepted) => Ok(Sent::Accepted),
        Try::Answered(status, Answer::Refused) => Ok(Sent::Refused {
            reason: refusal(status),
        }),
        Try::Answered(status, Answer::Odd) => Ok(Sent::Failed { reason: oddity(status) }),
        Try::Answered(status, Answer::Later(wait)) => Err(setback(format!("it answered {status}"), wait)),
        Try::Broken(reason) => Err(setback(reason, None)),
        Try::Silent { timed_out, reason } => Err(Setback {
            reason,
            wait: None,
            general: true,
            again: !timed_out,
        }),
    }
}

impl Setback {
    fn into_sent(self) -> Sent {
        let Self { reason, general, .. } = self;
        if general {
            Sent::Unavailable { reason }
        } else {
            Sent::Failed { reason }
        }
    }

    fn too_long(self, pause: Duration) -> Sent {
        match self.wait {
            Some(_) => {
                let reason = format!("{} and asks to wait {pause:?}, longer than this run may", self.reason);
                Sent::Unavailable { reason }
            }
            None => self.into_sent(),
        }
    }
}

fn refusal(status: StatusCode) -> String {
    match status.as_u16() {
        401 | 403 => {
            format!("it answered {status}\nhint: let this machine use the service, or put a login into its address")
        }
        _ => format!("it answered {status}\nhint: see in its log why; it is sent again in a later pass"),
    }
}

fn oddity(status: StatusCode) -> String {
    let hint = "redirects are not followed; put the final address into the configuration";
    format!("it answered {status}\nhint: {hint}")
}
