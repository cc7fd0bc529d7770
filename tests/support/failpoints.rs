//! The places at which a test can end vmsync, or put it to sleep.

/// Those of a pass, in its order: everything that others can see happens between two of these. Those of `links` are
/// passed only where hardware records are linked, which is not on SQLite.
pub const FAILPOINTS: [&str; 22] = [
    "lease.after",
    "documents.before",
    "documents.after",
    "refresh.before",
    "refresh.after",
    "objects.before",
    "objects.after",
    "objects.refresh.before",
    "objects.refresh.after",
    "links.before",
    "links.after",
    "sources.before",
    "sources.after",
    "session.before",
    "session.after",
    "journal.before",
    "journal.after",
    "post.before",
    "post.after",
    "pass.before",
    "release.before",
    "release.after",
];

/// Those of `prune`.
pub const PRUNE_FAILPOINTS: [&str; 2] = ["prune.before", "prune.after"];

/// Whether a pass comes there more than once.
pub fn comes_often(failpoint: &str) -> bool {
    ["session", "journal", "post", "objects"]
        .iter()
        .any(|name| failpoint.starts_with(name))
}
