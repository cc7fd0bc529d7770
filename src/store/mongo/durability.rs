//! How durable a write has to be before it counts.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bson::{Bson, Document, RawDocumentBuf, doc};
use mongodb::options::{Acknowledgment, WriteConcern};

use super::failure::{COMMAND_TIMEOUT, Failure};

/// Where the URI does not say for how long: without a limit, a write waits for ever while the majority is away.
const WRITE_CONCERN_TIMEOUT: Duration = Duration::from_secs(10);
/// What a command may take beside the wait for its write concern.
const MARGIN: Duration = Duration::from_secs(5);

/// The write concern of raw commands, which the driver leaves to their sender.
pub struct Durability {
    with_journal: RawDocumentBuf,
    as_configured: RawDocumentBuf,
    no_journal: AtomicBool,
    /// How long a command may take.
    pub timeout: Duration,
}

/// That of the URI, else majority.
pub fn write_concern(configured: Option<WriteConcern>) -> WriteConcern {
    let mut concern = configured.unwrap_or_default();
    let acknowledgment = concern.w.take().unwrap_or(Acknowledgment::Majority);
    concern.w_timeout = concern.w_timeout.or(Some(WRITE_CONCERN_TIMEOUT));
    concern.w = Some(acknowledgment);
    concern
}

impl Durability {
    /// Majority means the journal too, unless the URI says otherwise: on a standalone server it would not.
    /// <https://www.mongodb.com/docs/manual/reference/write-concern/#acknowledgment-behavior>
    ///
    /// # Errors
    /// It cannot be encoded.
    pub fn new(concern: &WriteConcern) -> Result<Self, bson::error::Error> {
        let as_configured = to_document(concern);
        let mut with_journal = as_configured.clone();
        if concern.w == Some(Acknowledgment::Majority) && concern.journal.is_none() {
            with_journal.insert("j", true);
        }
        Ok(Self {
            with_journal: RawDocumentBuf::try_from(&with_journal)?,
            as_configured: RawDocumentBuf::try_from(&as_configured)?,
            no_journal: AtomicBool::new(false),
            timeout: COMMAND_TIMEOUT.max(concern.w_timeout.unwrap_or_default() + MARGIN),
        })
    }

    /// Sends a command with its `writeConcern`, and once more without the journal to a server that has none.
    ///
    /// # Errors
    /// That of the last time it was sent.
    pub async fn send<T, F>(&self, send: impl Fn(RawDocumentBuf) -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        match send(self.to_raw()).await {
            Err(failure) if self.yields_to(&failure) => send(self.to_raw()).await,
            result => result,
        }
    }

    fn to_raw(&self) -> RawDocumentBuf {
        let no_journal = self.no_journal.load(Ordering::Relaxed);
        if no_journal {
            self.as_configured.clone()
        } else {
            self.with_journal.clone()
        }
    }

    /// Whether a command was refused because the server runs without a journal (`--nojournal`, before 6.1), and may be
    /// sent again without asking for it.
    fn yields_to(&self, failure: &Failure) -> bool {
        let is_about_journal = failure.reason.contains("does not have journaling enabled");
        is_about_journal && !self.no_journal.swap(true, Ordering::Relaxed)
    }
}

fn to_document(concern: &WriteConcern) -> Document {
    let w = match &concern.w {
        Some(Acknowledgment::Nodes(nodes)) => Bson::Int64(i64::from(*nodes)),
        Some(Acknowledgment::Custom(tag)) => Bson::from(tag),
        _ => Bson::from("majority"),
    };
    let timeout = concern.w_timeout.unwrap_or_default().as_millis();
    let mut document = doc! { "w": w, "wtimeout": i64::try_from(timeout).unwrap_or(i64::MAX) };
    if let Some(journal) = concern.journal {
        document.insert("j", journal);
    }
    document
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::sync::Mutex;

    use mongodb::options::ClientOptions;

    use super::super::failure::Class;
    use super::*;

    async fn of(uri: &str) -> Durability {
        let options = ClientOptions::parse(uri).await.unwrap();
        Durability::new(&write_concern(options.write_concern)).unwrap()
    }

    fn document(durability: &Durability) -> Document {
        Document::try_from(&*durability.to_raw()).unwrap()
    }

    #[tokio::test]
    async fn the_write_concern_is_that_of_the_uri_else_majority() {
        let majority = doc! { "w": "majority", "wtimeout": 10_000_i64, "j": true };
        assert_eq!(document(&of("mongodb://h").await), majority);
        let configured = of("mongodb://h/?w=2&wtimeoutMS=60000&journal=false").await;
        assert_eq!(
            document(&configured),
            doc! { "w": 2_i64, "wtimeout": 60_000_i64, "j": false }
        );
        assert_eq!(configured.timeout, Duration::from_secs(65));
        assert_eq!(
            document(&of("mongodb://h/?w=site").await),
            doc! { "w": "site", "wtimeout": 10_000_i64 }
        );
    }

    #[tokio::test]
    async fn a_server_without_a_journal_is_not_asked_for_it_twice() {
        const REFUSAL: &str = "cannot use 'j' option when a host does not have journaling enabled (BadValue)";
        let with_journal = doc! { "w": "majority", "wtimeout": 10_000_i64, "j": true };
        let as_configured = doc! { "w": "majority", "wtimeout": 10_000_i64 };
        let durability = of("mongodb://h").await;
        let sent = async |reason: Option<&'static str>| {
            let concerns = Mutex::new(Vec::new());
            let result = durability.send(|concern| {
                let concern = Document::try_from(&*concern).unwrap();
                let is_refused = reason.is_some_and(|reason| reason != REFUSAL || concern.contains_key("j"));
                concerns.lock().unwrap().push(concern);
                ready(if is_refused { Err(refusal(reason)) } else { Ok(()) })
            });
            (result.await.is_ok(), concerns.into_inner().unwrap())
        };
        assert_eq!(sent(None).await, (true, vec![with_journal.clone()]));
        assert_eq!(sent(Some("not authorized")).await, (false, vec![with_journal.clone()]));
        assert_eq!(
            sent(Some(REFUSAL)).await,
            (true, vec![with_journal, as_configured.clone()])
        );
        assert_eq!(sent(None).await, (true, vec![as_configured]));
        assert!(!durability.yields_to(&refusal(Some(REFUSAL))), "for the second time");
    }

    fn refusal(reason: Option<&str>) -> Failure {
        Failure {
            class: Class::Refused,
            reason: reason.unwrap_or_default().to_owned(),
        }
    }
}
