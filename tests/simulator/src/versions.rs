//! `vimServiceVersions.xml`: which versions of the API the server speaks.

/// Public versions since 5.0; all of them are accepted by every later server.
const PUBLIC: [&str; 12] = [
    "5.0", "5.1", "5.5", "6.0", "6.5", "6.7", "6.7.3", "7.0.0.0", "7.0.1.0", "7.0.2.0", "7.0.3.0", "8.0.0.1",
];

/// The document. An 8.0 lists an internal id first and its public versions as prior ones.
pub(crate) fn document(api_version: &str) -> String {
    let current = if api_version.starts_with("8.") {
        "internalVim80"
    } else {
        api_version
    };
    let mut prior: Vec<_> = PUBLIC
        .into_iter()
        .rev()
        .filter(|public| parts(public) < parts(api_version))
        .collect();
    if current != api_version {
        prior.insert(0, api_version);
    }
    let prior = prior.join("</version><version>");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<namespaces version=\"1.0\"><namespace><name>urn:vim25</name>\
         <version>{current}</version><priorVersions><version>{prior}</version></priorVersions></namespace></namespaces>"
    )
}

fn parts(version: &str) -> Vec<u32> {
    version.split('.').filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_8_hides_its_version_among_the_prior_ones() {
        let document = document("8.0.2.0");
        assert!(document.contains("<version>internalVim80</version><priorVersions><version>8.0.2.0<"));
    }

    #[test]
    fn a_6_does_not_know_later_versions() {
        assert!(!document("6.7").contains("<version>7"));
    }
}
