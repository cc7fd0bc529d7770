//! One run over all sessions, a batch at a time.

use std::collections::HashSet;

use super::edit::{MAX_SESSION_BYTES, NotASession, edit_session};
use super::outcome::{SessionCounts, SessionsOutcome, Skipped};
use super::port::{IsStopped, Replaced, Replacement, SessionKey, SessionPort, Size, StoredSession};
use super::{SessionError, SessionRules};

/// Whether the sessions are written or only looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Written.
    Apply,
    /// Only looked at; `changed` counts those that would be written. Sends nothing that writes.
    Plan,
}

/// Sessions in memory at a time.
const BATCH_KEYS: usize = 500;

/// Bytes of sessions in memory at a time, before and after not counted twice.
const BATCH_BYTES: u64 = 8 * 1024 * 1024;

/// How often a session that others edit is read again.
const RETRIES: u32 = 3;

/// Brings every session whose key matches `pattern` to the `rules`. Writes nothing more once `is_stopped`.
pub async fn bring_sessions(
    port: &dyn SessionPort,
    rules: &SessionRules,
    pattern: &str,
    mode: Mode,
    is_stopped: IsStopped<'_>,
) -> SessionsOutcome {
    let mut pass = Pass {
        port,
        rules,
        mode,
        is_stopped,
        seen: HashSet::new(),
        counts: SessionCounts::default(),
        skipped: Skipped::new(),
    };
    let end = pass.scan(pattern).await;
    SessionsOutcome::build(pass.counts, &pass.skipped, rules, end)
}

/// What became of one batch.
struct Applied {
    /// The keys of sessions that others edited in the meantime.
    edited: Vec<SessionKey>,
    /// The run was not stopped before the last one.
    all_sent: bool,
}

impl Default for Applied {
    fn default() -> Self {
        Self {
            edited: Vec::new(),
            all_sent: true,
        }
    }
}

struct Pass<'a> {
    port: &'a dyn SessionPort,
    rules: &'a SessionRules,
    mode: Mode,
    is_stopped: IsStopped<'a>,
    /// A scan may give a key more than once, and a swap must not be made twice.
    seen: HashSet<SessionKey>,
    /// Those that were skipped are counted by reason.
    counts: SessionCounts,
    skipped: Skipped,
}

impl Pass<'_> {
    /// True, if it was not stopped before the end.
    async fn scan(&mut self, pattern: &str) -> Result<bool, SessionError> {
        let mut cursor = 0;
        loop {
            if (self.is_stopped)() {
                return Ok(false);
            }
            let page = self.port.scan_keys(cursor, pattern).await?;
            let new = |key: &SessionKey| !key.is_companion() && self.seen.insert(key.clone());
            let keys: Vec<_> = page.keys.into_iter().filter(new).collect();
            if !self.bring_page(keys).await? {
                return Ok(false);
            }
            cursor = page.cursor;
            if cursor == 0 {
                return Ok(true);
            }
        }
    }

    async fn bring_page(&mut self, keys: Vec<SessionKey>) -> Result<bool, SessionError> {
        for batch in self.batches(keys).await? {
            if (self.is_stopped)() {
                return Ok(false);
            }
            self.counts.scanned += batch.len();
            if !self.bring(batch).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Keys that are worth reading, in portions that fit in memory.
    async fn batches(&mut self, keys: Vec<SessionKey>) -> Result<Vec<Vec<SessionKey>>, SessionError> {
        let mut batches = vec![Vec::new()];
        let mut bytes = 0;
        for (key, size) in self.readable(keys).await? {
            let is_full = batches.last().is_some_and(|batch| batch.len() >= BATCH_KEYS);
            if is_full || bytes + size > BATCH_BYTES {
                batches.push(Vec::new());
                bytes = 0;
            }
            bytes += size;
            batches.last_mut().expect("there is always one").push(key);
        }
        batches.retain(|batch| !batch.is_empty());
        Ok(batches)
    }

    /// The others are counted.
    async fn readable(&mut self, keys: Vec<SessionKey>) -> Result<Vec<(SessionKey, u64)>, SessionError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let sizes = self.port.load_sizes(&keys).await?;
        let mut readable = Vec::with_capacity(keys.len());
        for (key, size) in keys.into_iter().zip(sizes) {
            match check_size(size) {
                Ok(bytes) => readable.push((key, bytes)),
                Err(reason) => {
                    self.counts.scanned += 1;
                    self.skip(reason);
                }
            }
        }
        Ok(readable)
    }

    fn skip(&mut self, reason: NotASession) {
        *self.skipped.entry(reason).or_default() += 1;
    }

    /// True, if it was not stopped before the last one.
    async fn bring(&mut self, mut keys: Vec<SessionKey>) -> Result<bool, SessionError> {
        for attempt in 0..=RETRIES {
            let replacements = self.edit(&keys, attempt == 0).await?;
            let applied = match self.mode {
                Mode::Apply => self.apply(replacements).await?,
                Mode::Plan => self.count_planned(&replacements),
            };
            if !applied.all_sent {
                return Ok(false);
            }
            keys = applied.edited;
            if keys.is_empty() {
                break;
            }
        }
        self.counts.contended += keys.len();
        Ok(true)
    }

    async fn edit(&mut self, keys: &[SessionKey], is_first: bool) -> Result<Vec<Replacement>, SessionError> {
        let sessions = self.port.load_sessions(keys, self.rules.has_acting_entries()).await?;
        let edited = keys
            .iter()
            .zip(sessions)
            .filter_map(|(key, session)| self.edit_one(key, session, is_first));
        Ok(edited.collect())
    }

    fn edit_one(&mut self, key: &SessionKey, session: StoredSession, is_first: bool) -> Option<Replacement> {
        let Some(before) = session.bytes else {
            self.counts.gone += 1;
            return None;
        };
        let applied = self.rules.known(&read_companion(session.companion.as_deref()));
        let edit = match edit_session(&before, &applied, self.rules) {
            Ok(edit) => edit,
            Err(reason) => {
                self.skip(reason);
                return None;
            }
        };
        self.counts.ambiguous += usize::from(edit.ambiguous && is_first);
        let companion = self.rules.companion_needed() && !edit.applied.is_empty();
        let companion = companion.then(|| write_companion(&[applied, edit.applied].concat()));
        Some(Replacement {
            key: key.clone(),
            before,
            after: edit.bytes?,
            companion,
        })
    }

    async fn apply(&mut self, replacements: Vec<Replacement>) -> Result<Applied, SessionError> {
        let keys: Vec<_> = replacements.iter().map(|replacement| replacement.key.clone()).collect();
        let mut applied = Applied::default();
        let mut failure = None;
        let results = self.port.replace(replacements, self.is_stopped).await;
        for (key, replaced) in keys.into_iter().zip(results) {
            match replaced {
                Ok(Replaced::Written) => self.counts.changed += 1,
                Ok(Replaced::Gone) => self.counts.gone += 1,
                Ok(Replaced::Edited) => applied.edited.push(key),
                Ok(Replaced::NotSent) => applied.all_sent = false,
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or(Ok(applied), Err)
    }

    fn count_planned(&mut self, replacements: &[Replacement]) -> Applied {
        self.counts.changed += replacements.len();
        Applied::default()
    }
}

/// A length of 0 may also be a session that has just expired, which the read will tell.
const fn check_size(size: Size) -> Result<u64, NotASession> {
    match size {
        Size::Bytes(bytes) if bytes <= MAX_SESSION_BYTES as u64 => Ok(bytes),
        Size::Bytes(_) => Err(NotASession::TooLong),
        Size::OtherType => Err(NotASession::OtherType),
    }
}

/// A JSON list of ids. One that cannot be read is as good as none.
fn read_companion(bytes: Option<&[u8]>) -> Vec<String> {
    bytes
        .and_then(|bytes| serde_json::from_slice(bytes).ok())
        .unwrap_or_default()
}

fn write_companion(ids: &[String]) -> Vec<u8> {
    serde_json::Value::from(ids).to_string().into_bytes()
}
