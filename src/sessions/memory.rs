//! Sessions in memory: the port's twin for tests.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::SessionError;
use super::port::{IsStopped, Replaced, Replacement, ScanPage, SessionKey, SessionPort, Size, StoredSession};

/// What the twin has under each key; none is a value of another type.
pub type Values = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Something that others do to the sessions between a read and a write.
type Interference = Box<dyn FnMut(&mut Values) + Send>;

/// Knows no time to live and no patterns: a scan gives every key, some of them twice, in pages of 700.
#[derive(Default)]
pub struct MemorySessions(Mutex<State>);

#[derive(Default)]
struct State {
    values: Values,
    before_replace: Option<Interference>,
    calls_left: Option<usize>,
    replacements: usize,
    largest_load: (usize, usize),
}

const PAGE: usize = 700;

impl MemorySessions {
    /// With these string values.
    #[must_use]
    pub fn new<K: Into<Vec<u8>>, V: Into<Vec<u8>>>(values: impl IntoIterator<Item = (K, V)>) -> Self {
        let twin = Self::default();
        twin.state()
            .values
            .extend(values.into_iter().map(|(key, value)| (key.into(), Some(value.into()))));
        twin
    }

    /// Lets others write before every replacement.
    pub fn interfere(&self, interference: impl FnMut(&mut Values) + Send + 'static) {
        self.state().before_replace = Some(Box::new(interference));
    }

    /// After so many calls nobody answers any more; a replacement is one call.
    pub fn vanish_after(&self, calls: usize) {
        self.state().calls_left = Some(calls);
    }

    /// Puts a value of another type there.
    pub fn insert_other_type(&self, key: &str) {
        self.state().values.insert(key.into(), None);
    }

    /// A copy of everything.
    #[must_use]
    pub fn values(&self) -> Values {
        self.state().values.clone()
    }

    /// How many replacements were tried.
    #[must_use]
    pub fn replacements(&self) -> usize {
        self.state().replacements
    }

    /// The most keys and the most bytes that were read at once.
    #[must_use]
    pub fn largest_load(&self) -> (usize, usize) {
        self.state().largest_load
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn call(&mut self) -> Result<(), SessionError> {
        match &mut self.calls_left {
            Some(0) => Err(SessionError::Unreachable {
                address: "memory".to_owned(),
                reason: "it is gone".to_owned(),
            }),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn string(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.values.get(key).cloned().flatten()
    }

    fn replace(&mut self, replacement: Replacement) -> Result<Replaced, SessionError> {
        self.call()?;
        self.replacements += 1;
        if let Some(interfere) = &mut self.before_replace {
            interfere(&mut self.values);
        }
        let key = replacement.key.as_bytes();
        match self.values.get(key) {
            None => return Ok(Replaced::Gone),
            Some(value) if *value != Some(replacement.before) => return Ok(Replaced::Edited),
            Some(_) => self.values.insert(key.to_vec(), Some(replacement.after)),
        };
        self.values.extend(
            replacement
                .companion
                .map(|companion| (replacement.key.companion(), Some(companion))),
        );
        Ok(Replaced::Written)
    }
}

#[async_trait]
impl SessionPort for MemorySessions {
    async fn scan_keys(&self, cursor: u64, _pattern: &str) -> Result<ScanPage, SessionError> {
        let mut state = self.state();
        state.call()?;
        let start = usize::try_from(cursor).unwrap_or(usize::MAX);
        let keys = state.values.keys().skip(start.saturating_sub(1)).take(PAGE);
        let keys = keys.cloned().map(SessionKey::new).collect();
        let next = start + PAGE - 1;
        let cursor = if next >= state.values.len() { 0 } else { next as u64 };
        Ok(ScanPage { cursor, keys })
    }

    async fn load_sizes(&self, keys: &[SessionKey]) -> Result<Vec<Size>, SessionError> {
        let mut state = self.state();
        state.call()?;
        let size = |key: &SessionKey| match state.values.get(key.as_bytes()) {
            None => Size::Bytes(0),
            Some(Some(value)) => Size::Bytes(value.len() as u64),
            Some(None) => Size::OtherType,
        };
        Ok(keys.iter().map(size).collect())
    }

    async fn load_sessions(&self, keys: &[SessionKey], companions: bool) -> Result<Vec<StoredSession>, SessionError> {
        let mut state = self.state();
        state.call()?;
        let load = |key: &SessionKey| StoredSession {
            bytes: state.string(key.as_bytes()),
            companion: companions.then(|| state.string(&key.companion())).flatten(),
        };
        let sessions: Vec<_> = keys.iter().map(load).collect();
        let bytes = sessions.iter().flat_map(|session| &session.bytes).map(Vec::len).sum();
        let (most_keys, most_bytes) = state.largest_load;
        state.largest_load = (most_keys.max(keys.len()), most_bytes.max(bytes));
        Ok(sessions)
    }

    async fn replace(
        &self,
        replacements: Vec<Replacement>,
        is_stopped: IsStopped<'_>,
    ) -> Vec<Result<Replaced, SessionError>> {
        let mut state = self.state();
        let mut replace = |replacement| {
            if is_stopped() {
                return Ok(Replaced::NotSent);
            }
            state.replace(replacement)
        };
        replacements.into_iter().map(&mut replace).collect()
    }
}
