//! The certificates that the sources show now, as YAML that pins them. Nothing is sent, no login above all: these servers
//! are not verified.

use std::fmt::Write as _;

use futures_util::future::join_all;

use super::model::{Findings, SourceFindings, Subject, source_condition};
use super::network::{connect, resolve};
use super::{CONCURRENCY, Stage, stopped};
use crate::config::{Source, SourceSection, Tls};
use crate::exit::{Condition, ExitCode, gravest};
use crate::vsphere::{FailureKind, Fingerprint, shake_hands};

/// The answer, and the exit code that tells whether it leaves sources out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pins {
    /// YAML, and nothing but YAML.
    pub yaml: String,
    /// Not 0 if a source is left out.
    pub exit_code: ExitCode,
}

const HEAD: &str = "\
# The certificates that the servers show now. Compare each fingerprint with the
# server's own, then add the line `tls:` to the entry of the same host.
";

/// Shakes hands with every source that is asked.
pub async fn read_pins(stage: Stage<'_>) -> Pins {
    let asked: Vec<&Source> = stage
        .config
        .sources
        .iter()
        .filter(|source| stage.is_asked(source))
        .collect();
    let mut shown = Vec::new();
    for some in asked.chunks(CONCURRENCY) {
        shown.extend(join_all(some.iter().map(|source| read_unless_stopped(source, stage))).await);
    }
    let stopped = stage.stop.reason().map(stopped);
    let pairs: Vec<_> = asked.into_iter().zip(shown).collect();
    Pins {
        yaml: render(&pairs),
        exit_code: exit_code(&pairs, stopped),
    }
}

type Shown = Result<Fingerprint, String>;

async fn read_unless_stopped(source: &Source, stage: Stage<'_>) -> Shown {
    tokio::select! {
        shown = read(source, stage) => shown,
        _ = stage.stop.stopped() => Err("the check was stopped".to_owned()),
    }
}

async fn read(source: &Source, stage: Stage<'_>) -> Shown {
    let limit = stage.config.timing.connect;
    let Source { host, port, .. } = source;
    let addresses = resolve(host, *port, limit).await;
    let addresses = addresses.map_err(|reason| format!("{host} cannot be resolved: {reason}"))?;
    let connected = connect(&addresses, limit).await;
    let (stream, _) = connected.map_err(|reason| format!("no connection to {reason}"))?;
    let shown = shake_hands(host, &Tls::Unverified, stream, limit).await;
    let shown = shown.map_err(|failure| failure.to_string())?;
    match shown.weakness {
        Some(weakness) => Err(format!(
            "{weakness} cannot be pinned; give the server a new certificate"
        )),
        None => Ok(shown.fingerprint),
    }
}

fn exit_code(pairs: &[(&Source, Shown)], stopped: Option<Condition>) -> ExitCode {
    let found = |(source, shown): &(&Source, Shown)| SourceFindings {
        findings: Findings::new(Subject::Source(source.name.clone())),
        asked: true,
        shut: shown.is_err().then_some(FailureKind::Unreachable),
    };
    let found: Vec<_> = pairs.iter().map(found).collect();
    let conditions: Vec<Condition> = source_condition(&found).into_iter().chain(stopped).collect();
    gravest(&conditions)
}

fn render(pairs: &[(&Source, Shown)]) -> String {
    let mut yaml = HEAD.to_owned();
    for (section, key) in [
        (SourceSection::EsxiHosts, "esxi_hosts"),
        (SourceSection::Vcenters, "vcenters"),
    ] {
        let of_section: Vec<_> = pairs.iter().filter(|(source, _)| source.section == section).collect();
        if of_section.is_empty() {
            continue;
        }
        // A key without an entry would be no list.
        let comment = if of_section.iter().any(|(_, shown)| shown.is_ok()) {
            ""
        } else {
            "# "
        };
        let _ = writeln!(yaml, "{comment}{key}:");
        for (source, shown) in of_section {
            yaml.push_str(&entry(source, shown));
        }
    }
    yaml
}

fn entry(source: &Source, shown: &Shown) -> String {
    let Source { name, host, port, .. } = source;
    let fingerprint = match shown {
        Ok(fingerprint) => fingerprint,
        Err(reason) => return format!("  # {}: {}\n", one_line(name), one_line(reason)),
    };
    let mut entry = format!("  - host: {}\n", quoted(host));
    if *port != 443 {
        let _ = writeln!(entry, "    port: {port}");
    }
    if name != host && *name != format!("{host}:{port}") {
        let _ = writeln!(entry, "    name: {}", quoted(name));
    }
    let _ = writeln!(entry, "    tls: {{fingerprint_sha256: \"{fingerprint}\"}}");
    entry
}

/// Bare if it cannot be anything but text; else in JSON's quotes, which are YAML's too.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.contains(['.', '-', '_']);
    if is_word && text.chars().all(plain) {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

/// A comment ends with its line.
fn one_line(text: &str) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Exclude, Guard, Secret};

    fn source(section: SourceSection, name: &str, host: &str, port: u16) -> Source {
        Source {
            section,
            name: name.to_owned(),
            host: host.to_owned(),
            port,
            username: "root".to_owned(),
            password: Secret::new("canary".to_owned()),
            tls: Tls::SystemRoots,
            exclude: Exclude::default(),
            guard: Guard::default(),
        }
    }

    #[test]
    fn every_source_has_its_entry_or_a_comment() {
        let esx1 = source(SourceSection::EsxiHosts, "esx-1.example", "esx-1.example", 443);
        let esx2 = source(SourceSection::EsxiHosts, "second", "10.0.0.2", 8443);
        let vc1 = source(SourceSection::Vcenters, "vc1", "vc1.example", 443);
        let seen = Fingerprint([0xab; 32]);
        let pairs = [
            (&esx1, Ok(seen)),
            (&esx2, Ok(seen)),
            (&vc1, Err("no connection\n- evil".to_owned())),
        ];
        let yaml = render(&pairs);
        let pin = seen.to_string();
        let expected = format!(
            "esxi_hosts:\n  - host: esx-1.example\n    tls: {{fingerprint_sha256: \"{pin}\"}}\n  - host: \"10.0.0.2\"\n    \
             port: 8443\n    name: \"second\"\n    tls: {{fingerprint_sha256: \"{pin}\"}}\n# vcenters:\n  # vc1: no \
             connection - evil\n"
        );
        assert_eq!(yaml.strip_prefix(HEAD), Some(expected.as_str()));
        assert_eq!(exit_code(&pairs, None).get(), 3);
        assert_eq!(exit_code(&pairs[2..], None).get(), 69);
        assert_eq!(exit_code(&pairs[..2], None).get(), 0);
        let parsed: serde_json::Value = serde_yaml::from_str(&yaml).expect("it is YAML");
        assert_eq!(parsed["esxi_hosts"][1]["name"], "second");
        assert_eq!(parsed.get("vcenters"), None);
    }
}
