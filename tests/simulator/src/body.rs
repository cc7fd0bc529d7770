//! Bodies of answers, whole and broken.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// How much of a huge body is made at a time.
const BLOCK: usize = 64 * 1024;
static FILLING: [u8; BLOCK] = [b'A'; BLOCK];
/// Time for the bytes before a cut to leave the server.
const BEFORE_CUT: Duration = Duration::from_millis(20);

/// What a link carries before it has to be waited for: the sleep of a timer is not shorter.
const BURST: Duration = Duration::from_millis(2);

/// A link that carries so many bytes a second, whoever they are for.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    bytes_per_second: u64,
    /// When all that was put on it has arrived.
    busy_until: Arc<Mutex<Instant>>,
}

impl Link {
    pub(crate) fn new(bytes_per_second: u64) -> Self {
        Self {
            bytes_per_second: bytes_per_second.max(1),
            busy_until: Arc::new(Mutex::new(Instant::now())),
        }
    }

    /// Puts bytes on it; until when the next ones have to wait.
    fn put(&self, bytes: u64) -> Instant {
        let mut busy_until = self.busy_until.lock().unwrap_or_else(PoisonError::into_inner);
        let nanoseconds = bytes.saturating_mul(1_000_000_000) / self.bytes_per_second;
        *busy_until = (*busy_until).max(Instant::now()) + Duration::from_nanos(nanoseconds);
        *busy_until
    }
}

/// A body that arrives in one of several ways.
pub(crate) enum AnswerBody {
    /// At once.
    Whole(Bytes),
    /// `bytes` at a time.
    Drip {
        rest: Bytes,
        bytes: usize,
        every: Duration,
        pause: Option<Pin<Box<Sleep>>>,
    },
    /// `rest` of the `promised` bytes, then the end of the connection.
    Cut {
        rest: Bytes,
        promised: u64,
        pause: Option<Pin<Box<Sleep>>>,
    },
    /// As fast as a link carries it.
    Carried {
        rest: Bytes,
        link: Link,
        pause: Option<Pin<Box<Sleep>>>,
    },
    /// A head and filling up to a length, never held as a whole.
    Huge { head: Bytes, rest: u64 },
}

impl AnswerBody {
    pub(crate) fn drip(rest: Bytes, bytes: usize, every: Duration) -> Self {
        let bytes = bytes.max(1);
        Self::Drip {
            rest,
            bytes,
            every,
            pause: None,
        }
    }

    pub(crate) fn cut(whole: &Bytes, at: usize) -> Self {
        Self::Cut {
            rest: whole.slice(..at.min(whole.len())),
            promised: length(whole).max(1) + u64::from(at >= whole.len()),
            pause: None,
        }
    }

    pub(crate) fn carried(rest: Bytes, link: Link) -> Self {
        Self::Carried {
            rest,
            link,
            pause: None,
        }
    }

    pub(crate) fn huge(head: Bytes, bytes: u64) -> Self {
        Self::Huge {
            rest: bytes.saturating_sub(length(&head)),
            head,
        }
    }
}

fn length(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

type Next = Poll<Option<Result<Frame<Bytes>, io::Error>>>;

fn data(bytes: Bytes) -> Next {
    Poll::Ready(Some(Ok(Frame::data(bytes))))
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Next {
        match &mut *self {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => data(std::mem::take(bytes)),
            Self::Drip {
                rest,
                bytes,
                every,
                pause,
            } => {
                if let Some(pause) = pause {
                    ready!(pause.as_mut().poll(context));
                }
                if rest.is_empty() {
                    return Poll::Ready(None);
                }
                *pause = Some(Box::pin(sleep(*every)));
                data(rest.split_to(rest.len().min(*bytes)))
            }
            Self::Carried { rest, link, pause } => {
                if let Some(pause) = pause {
                    ready!(pause.as_mut().poll(context));
                }
                if rest.is_empty() {
                    return Poll::Ready(None);
                }
                let block = rest.split_to(rest.len().min(BLOCK));
                let arrives = link.put(length(&block));
                let ahead = arrives.saturating_duration_since(Instant::now()) > BURST;
                *pause = ahead.then(|| Box::pin(sleep_until(arrives)));
                data(block)
            }
            Self::Cut { rest, .. } if !rest.is_empty() => data(std::mem::take(rest)),
            Self::Cut { pause, .. } => {
                let pause = pause.get_or_insert_with(|| Box::pin(sleep(BEFORE_CUT)));
                ready!(pause.as_mut().poll(context));
                Poll::Ready(Some(Err(io::Error::other("cut as scripted"))))
            }
            Self::Huge { head, .. } if !head.is_empty() => data(std::mem::take(head)),
            Self::Huge { rest: 0, .. } => Poll::Ready(None),
            Self::Huge { rest, .. } => {
                let block = usize::try_from(*rest).unwrap_or(BLOCK).min(BLOCK);
                *rest -= block as u64;
                data(Bytes::from_static(&FILLING).slice(..block))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(length(bytes)),
            Self::Drip { rest, .. } | Self::Carried { rest, .. } => SizeHint::with_exact(length(rest)),
            Self::Cut { promised, .. } => SizeHint::with_exact(*promised),
            Self::Huge { head, rest } => SizeHint::with_exact(length(head) + rest),
        }
    }
}
