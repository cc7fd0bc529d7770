//! What people are told of posts that were not accepted: one line a reason, however many posts there were.

use std::collections::BTreeMap;

use url::Url;

use super::post::{Post, Service};
use crate::report::plural;

const EXAMPLE_CHARS: usize = 160;

/// Collects what went wrong with one service.
pub struct Complaints {
    service: Service,
    address: String,
    by_reason: BTreeMap<String, (usize, String)>,
}

impl Complaints {
    pub fn new(service: Service, url: &Url) -> Self {
        Self {
            service,
            address: without_secrets(url),
            by_reason: BTreeMap::new(),
        }
    }

    pub fn add(&mut self, reason: String, post: &Post) {
        let (count, _) = self.by_reason.entry(reason).or_insert_with(|| (0, shorten(&post.body)));
        *count += 1;
    }

    /// `rejected` is the number of renames that are only tried once a day.
    pub fn into_warnings(self, rejected: usize) -> Vec<String> {
        let Self {
            service,
            address,
            by_reason,
        } = self;
        let title = service.title();
        let line = |(reason, (count, example)): (String, (usize, String))| {
            let posts = if count == 1 {
                "a post".to_owned()
            } else {
                format!("{count} posts, the first one")
            };
            let (reason, hint) = split_hint(&reason, service);
            format!("failed to tell the {title} at {address} of renames: {reason}; {posts}: {example}\nhint: {hint}")
        };
        let mut warnings: Vec<String> = by_reason.into_iter().map(line).collect();
        if rejected > 0 {
            warnings.push(format!(
                "the {title} at {address} rejected {}, now tried once a day at most\n\
                 hint: see in its log why, and make the change there by hand if it is wanted",
                plural(rejected, "rename")
            ));
        }
        warnings
    }
}

/// A reason may bring its own hint.
fn split_hint(reason: &str, service: Service) -> (String, String) {
    if let Some((reason, hint)) = reason.split_once("\nhint: ") {
        return (reason.to_owned(), hint.to_owned());
    }
    let setting = service.setting();
    let hint = format!("it stays recorded and is sent again; see whether {setting} is right and the service is well");
    (reason.to_owned(), hint)
}

/// An address for messages: user, password and query may be secret.
pub fn without_secrets(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    let _ = shown.set_password(None);
    let _ = shown.set_username("");
    shown.into()
}

fn shorten(body: &str) -> String {
    match body.char_indices().nth(EXAMPLE_CHARS) {
        Some((end, _)) => format!("{}…", &body[..end]),
        None => body.to_owned(),
    }
}
