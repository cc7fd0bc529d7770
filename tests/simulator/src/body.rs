//! Bodies of answers, whole and broken.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// How much of a huge body is made at a time.
const BLOCK: usize = 64 * 1024;
static FILLING: [u8; BLOCK] = [b'A'; BLOCK];
/// Time for the bytes before a cut to leave the server.
const BEFORE_CUT: Duration = Duration::from_millis(20);

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
            Self::Drip { rest, .. } => SizeHint::with_exact(length(rest)),
            Self::Cut { promised, .. } => SizeHint::with_exact(*promised),
            Self::Huge { head, rest } => SizeHint::with_exact(length(head) + rest),
        }
    }
}
