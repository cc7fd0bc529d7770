//! What each kind of value accepts.

use super::Place;
use super::node::{Content, Node};
use super::problem::Flaw;
use super::schema::Kind;
use super::times::{duration, show_duration};
use super::values::{fingerprints, globs, http_url, number, switch, text, time_zone, words};
use super::words::{is_collection, is_database, is_field, is_host, is_name, is_path, is_prom_file};

impl Kind {
    /// What is accepted, in words.
    #[must_use]
    pub fn accepted(&self) -> String {
        match self {
            Self::Section(keys) => keys.iter().map(|key| key.name).collect::<Vec<_>>().join(", "),
            Self::List(_) => "a list of sections, each begun by '- '".to_owned(),
            Self::Text | Self::Password | Self::LoginPassword => {
                "text, in quotes if it looks like something else".to_owned()
            }
            Self::Login => "a login name, in quotes if it looks like something else".to_owned(),
            Self::Host => "a DNS name or an IP address, without scheme and port".to_owned(),
            Self::Name => "text of at most 128 characters without '/' and control characters".to_owned(),
            Self::SecretUri => "a URI".to_owned(),
            Self::SecretUrl | Self::HttpUrl => "an http:// or https:// URL".to_owned(),
            Self::Variable => "the name of an environment variable".to_owned(),
            Self::Path => "a path, from the root or from the directory of this file".to_owned(),
            Self::PromFile => "a path that ends in .prom, as node_exporter reads no other file".to_owned(),
            Self::Port => "a number from 1 to 65535".to_owned(),
            Self::Number(least, most) => format!("a number from {least} to {most}"),
            Self::Switch => "true or false".to_owned(),
            Self::Duration(least, most) => format!(
                "seconds as a number, or a number with ms, s, m, h or d, from {} to {}",
                show_duration(*least),
                show_duration(*most)
            ),
            Self::Globs => "a list of patterns with * and ?".to_owned(),
            Self::FolderGlobs => "a list of patterns with * and ? that begin with '/' or '*'".to_owned(),
            Self::Words(words) => format!("a list of any of {}", words.join(", ")),
            Self::Fingerprints => "SHA-256 fingerprints of 64 hexadecimal digits, one or a list".to_owned(),
            Self::TimeZone => "an IANA name such as Europe/Berlin".to_owned(),
            Self::Database => "a name of at most 63 bytes without any of / \\ . \" $ * < > : | ? and spaces".to_owned(),
            Self::Collection => "a name of at most 200 bytes without '$' that does not begin with 'system.'".to_owned(),
            Self::Field => "a field's name without '.' that does not begin with '$'".to_owned(),
            Self::Unused(_) => "anything".to_owned(),
        }
    }

    /// Whether the value is a secret that stands in the file itself.
    pub(super) fn is_secret_in_file(&self, node: &Node) -> bool {
        let is_secret = match self {
            Self::Password | Self::LoginPassword | Self::SecretUrl => {
                node.characters().is_none_or(|secret| !secret.is_empty())
            }
            Self::SecretUri => node.characters().is_none_or(|uri| uri.contains('@')),
            _ => false,
        };
        is_secret && node.at.is_beside(Place::START)
    }

    /// Whether the value is one of this kind. Sections, lists and their keys are looked at by `check`.
    pub(super) fn judge(&self, node: &Node) -> Result<(), Flaw> {
        let flaw = |flaw: Flaw| {
            if flaw.accepted.is_some() {
                flaw
            } else {
                flaw.accepting(self.accepted())
            }
        };
        let verdict = match self {
            Self::Section(_) | Self::List(_) | Self::Unused(_) => Ok(()),
            Self::Login | Self::LoginPassword => text_or_nothing(node),
            Self::Port => number(node, 1, u64::from(u16::MAX)).map(drop),
            Self::Number(least, most) => number(node, *least, *most).map(drop),
            Self::Switch => switch(node).map(drop),
            Self::Duration(least, most) => duration(node, *least, *most).map(drop),
            Self::Globs => globs(node, |_| true),
            Self::FolderGlobs => globs(node, |glob| glob.starts_with(['/', '*', '?'])),
            Self::Words(known) => words(node, known),
            Self::Fingerprints => fingerprints(node).map(drop),
            Self::HttpUrl => http_url(node).map(drop),
            Self::TimeZone => time_zone(node).map(drop),
            Self::Text | Self::Password | Self::SecretUri | Self::SecretUrl => text(node).map(drop),
            Self::Host => text_that(node, is_host, "not a host"),
            Self::Name => text_that(node, is_name, "not a usable name"),
            Self::Variable => text_that(node, |name| !name.contains(['=', '\0']), "not the name of a variable"),
            Self::Path => text_that(node, is_path, "'~' and NUL have no meaning here"),
            Self::PromFile => text_that(
                node,
                |path| is_path(path) && is_prom_file(path),
                "not the name of a metrics file",
            ),
            Self::Database => text_that(node, is_database, "not a usable name"),
            Self::Collection => text_that(node, is_collection, "not a usable name"),
            Self::Field => text_that(node, is_field, "not a usable name"),
        };
        verdict.map_err(flaw)
    }
}

pub(super) fn text_that(node: &Node, fits: impl Fn(&str) -> bool, otherwise: &str) -> Result<(), Flaw> {
    if fits(text(node)?) {
        Ok(())
    } else {
        Err(Flaw::new(otherwise))
    }
}

fn text_or_nothing(node: &Node) -> Result<(), Flaw> {
    match &node.content {
        Content::Text(text) if text.is_empty() => Ok(()),
        _ => text(node).map(drop),
    }
}
