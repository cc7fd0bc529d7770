//! From events to messages.

use std::io;

use jiff::Timestamp;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use uuid::Uuid;

use super::entry::{Entry, Fields};
use super::{Form, journal, json, text};

/// Writes each event as one message, as a whole.
pub(super) struct Messages<W> {
    form: Form,
    run_id: String,
    shows_targets: bool,
    write: W,
}

impl<W: Fn(&[u8]) -> io::Result<()>> Messages<W> {
    pub(super) fn new(form: Form, run_id: Uuid, shows_targets: bool, write: W) -> Self {
        Self {
            form,
            run_id: run_id.to_string(),
            shows_targets,
            write,
        }
    }

    fn put(&self, entry: &Entry) {
        let text = match &self.form {
            Form::Text(look) => text::render(entry, *look),
            Form::Json => json::render(entry),
            Form::Journal(journal, look) => match journal.send(&journal::encode(entry)) {
                Ok(()) => return,
                Err(_) => text::render(entry, *look),
            },
        };
        // Whoever has closed the stream does not want to read it.
        let _ = (self.write)(text.as_bytes());
    }
}

impl<S, W> Layer<S> for Messages<W>
where
    S: Subscriber,
    W: Fn(&[u8]) -> io::Result<()> + Send + Sync + 'static,
{
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let metadata = event.metadata();
        self.put(&Entry {
            time: Timestamp::now(),
            level: *metadata.level(),
            target: self.shows_targets.then_some(metadata.target()),
            run_id: self.run_id.clone(),
            message: fields.take_message(),
            fields,
        });
    }
}
