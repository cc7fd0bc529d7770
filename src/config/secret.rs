//! A secret that cannot be printed.

use url::{Position, Url};
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

/// An `http` or `https` URL whose path is a token. As [`Secret`], it has no `Debug`, `Display` and `Serialize`.
#[derive(Clone)]
pub struct SecretUrl(Url);

impl SecretUrl {
    /// None if it is something else. An `@` behind the host may end a password that holds a `/`, whose first part
    /// would be shown as the host then.
    #[must_use]
    pub fn parse(secret: &Secret) -> Option<Self> {
        let url = Url::parse(secret.expose()).ok()?;
        let is_clear = !url[Position::AfterPort..].contains('@');
        (matches!(url.scheme(), "http" | "https") && is_clear).then_some(Self(url))
    }

    /// The URL itself, for the moment in which it is used.
    #[must_use]
    pub const fn expose(&self) -> &Url {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::{Debug, Display};
    use std::ops::Deref;

    use serde::Serialize;

    use super::*;
    use crate::soap::{Request, request};

    /// Compiles only while a type has none of these traits: with one of them, it would not be clear which `check` is
    /// meant.
    macro_rules! assert_lacks {
        ($kind:ty: $($has:ident $lacked:path),+) => {
            const _: fn() = || {
                trait Check<Reason> {
                    fn check() {}
                }
                impl<T> Check<()> for T {}
                $(
                    #[allow(dead_code, reason = "it only has to be another type")]
                    struct $has;
                    impl<T: $lacked> Check<$has> for T {}
                )+
                let _ = <$kind as Check<_>>::check;
            };
        };
    }

    assert_lacks!(Secret: HasDebug Debug, HasDisplay Display, HasSerialize Serialize, HasDeref Deref, HasEq PartialEq);
    assert_lacks!(SecretUrl: HasDebug Debug, HasDisplay Display, HasSerialize Serialize, HasDeref Deref, HasEq PartialEq);
    assert_lacks!(Request: HasDebug Debug, HasDisplay Display, HasSerialize Serialize);

    #[test]
    fn what_holds_a_password_is_overwritten_when_it_is_dropped() {
        let manager = crate::soap::ManagedObjectReference::new("SessionManager", "sm");
        let password = Secret::new("&".repeat(5_000));
        let Secret(_): &Secret = &password.clone();
        let request = request::login(&manager, "root", password.expose());
        let body: &Zeroizing<Vec<u8>> = &request.body;
        let text: &Zeroizing<String> = &password.0;
        // A buffer that had to grow has left a copy behind that nobody overwrites.
        assert_eq!(body.capacity(), 2048 + 6 * ("root".len() + text.len()));
    }
}
