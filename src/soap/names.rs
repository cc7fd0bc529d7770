//! Namespaces and the prefixes in force.

use super::error::DecodeError;

/// Most prefix declarations in force at once: each look-up walks them. Real answers have about six.
pub(super) const MAX_BINDINGS: usize = 128;

/// The namespaces that matter; prefixes are the sender's free choice (vcsim writes `XMLSchema-instance:type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Namespace {
    /// SOAP 1.1 envelope.
    Soap,
    /// The vSphere API.
    Vim,
    /// XML Schema data types, `xsd:string`.
    Schema,
    /// `xsi:type`.
    Instance,
    /// No namespace.
    Unqualified,
    /// Anything else, an undeclared prefix included.
    Other,
}

impl Namespace {
    fn of(uri: &str) -> Self {
        match uri {
            "urn:vim25" => Self::Vim,
            "http://schemas.xmlsoap.org/soap/envelope/" => Self::Soap,
            "http://www.w3.org/2001/XMLSchema" => Self::Schema,
            "http://www.w3.org/2001/XMLSchema-instance" => Self::Instance,
            "" => Self::Unqualified,
            _ => Self::Other,
        }
    }
}

struct Binding<'a> {
    depth: usize,
    prefix: &'a str,
    namespace: Namespace,
}

/// The prefix declarations of the open elements, innermost last.
pub(super) struct Scopes<'a> {
    bindings: Vec<Binding<'a>>,
    /// Of names without a prefix: most have none.
    default: Namespace,
}

impl Default for Scopes<'_> {
    fn default() -> Self {
        Self {
            bindings: Vec::new(),
            default: Namespace::Unqualified,
        }
    }
}

impl<'a> Scopes<'a> {
    /// Notes `xmlns:prefix="uri"` (or `xmlns="uri"`, with an empty prefix) of the element at `depth`.
    pub(super) fn declare(&mut self, depth: usize, prefix: &'a str, uri: &str) -> Result<(), DecodeError> {
        if self.bindings.len() == MAX_BINDINGS {
            return Err(DecodeError::TooManyNamespaces { limit: MAX_BINDINGS });
        }
        self.bindings.push(Binding {
            depth,
            prefix,
            namespace: Namespace::of(uri),
        });
        self.default = self.resolve("");
        Ok(())
    }

    /// Forgets what the element at `depth` declared.
    pub(super) fn leave(&mut self, depth: usize) {
        if self.bindings.last().is_none_or(|binding| binding.depth < depth) {
            return;
        }
        while self.bindings.last().is_some_and(|binding| binding.depth >= depth) {
            self.bindings.pop();
        }
        self.default = self.resolve("");
    }

    /// The namespace of a prefix; the empty prefix is the default namespace.
    pub(super) fn resolve(&self, prefix: &str) -> Namespace {
        match self.bindings.iter().rev().find(|binding| binding.prefix == prefix) {
            Some(binding) => binding.namespace,
            None if prefix.is_empty() => Namespace::Unqualified,
            None => Namespace::Other,
        }
    }

    /// Namespace and local part of a name; an unprefixed one is in the default namespace.
    pub(super) fn split<'n>(&self, name: &'n str) -> (Namespace, &'n str) {
        match name.bytes().position(|byte| byte == b':') {
            Some(colon) => (self.resolve(&name[..colon]), &name[colon + 1..]),
            None => (self.default, name),
        }
    }
}
