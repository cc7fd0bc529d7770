//! A secret that cannot be printed.

use zeroize::Zeroizing;

/// A password, or a URI that holds one. Without `Debug`, `Display` and `Serialize` by intent: whatever prints a struct
/// around it must say what to print instead. The memory is overwritten when it is dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over; the caller keeps no copy.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself, for the moment in which it is sent.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}
