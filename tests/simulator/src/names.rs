//! Names of entities: `/`, `\` and `%` travel escaped.

/// A name as the server sends it.
pub(crate) fn escaped(name: &str) -> String {
    let name = name.replace('%', "%25").replace('/', "%2f");
    name.replace('\\', "%5c")
}
