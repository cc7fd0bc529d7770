//! How much of an answer is believed.

/// The caps of one answer. Reaching a number is allowed, exceeding it is an error: nothing that a server sends may
/// decide how much memory is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole answer, also enforced while it is received.
    pub bytes: usize,
    /// Elements inside each other. Real answers stay below 20.
    pub depth: usize,
    /// Elements in all: a tiny element costs far more memory than bytes on the wire.
    pub elements: usize,
    /// Objects of one page. 1,000 are asked for, and no server that is known sends more.
    pub objects: usize,
    /// Bytes of the text of one element.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            depth: 64,
            elements: 2_000_000,
            objects: 50_000,
            text_bytes: 1 << 20,
        }
    }
}
