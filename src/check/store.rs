//! Where the documents are.

use super::model::{Findings, Subject};
use crate::config::StoreConfig;
use crate::exit::Condition;
use crate::run::Stop;
use crate::store::{self, FORMAT, Rights, Store, StoreError, StoreFacts};

/// What was found out, and the store itself if it can be used.
pub(super) struct Checked {
    pub findings: Findings,
    pub open: Option<Box<dyn Store>>,
}

/// Reads only.
pub(super) async fn check_store(config: &StoreConfig, stop: &Stop) -> Checked {
    let mut findings = Findings::new(Subject::Store);
    let asked = tokio::select! {
        asked = ask(config) => asked,
        _ = stop.stopped() => {
            findings.fail(Condition::Unreachable, "connection", "the check was stopped", "run it again");
            return Checked { findings, open: None };
        }
    };
    match asked {
        Ok((open, facts)) => {
            findings.ok("connection", open.address());
            judge(&mut findings, facts, rights_hint(config));
            Checked {
                findings,
                open: Some(open),
            }
        }
        Err(error) => {
            fail(&mut findings, "connection", &error);
            Checked { findings, open: None }
        }
    }
}

async fn ask(config: &StoreConfig) -> Result<(Box<dyn Store>, StoreFacts), StoreError> {
    let store = store::open(config).await?;
    let facts = store.inspect().await?;
    Ok((store, facts))
}

/// What to do if rights are lacking.
const fn rights_hint(config: &StoreConfig) -> &'static str {
    match config {
        StoreConfig::Mongo(_) => "give it these rights; the role readWrite on the database is enough",
        StoreConfig::Sqlite { .. } => {
            "let this user write there, or set store.sqlite, or $XDG_STATE_HOME, to a place of this user"
        }
    }
}

fn judge(findings: &mut Findings, facts: StoreFacts, rights_hint: &str) {
    match facts.needs_version {
        Some(oldest) => findings.fail(
            Condition::Unreachable,
            "version",
            format!("{} is too old", facts.version),
            format!("upgrade it to {oldest} or newer"),
        ),
        None => findings.ok("version", facts.version),
    }
    match facts.topology_warning {
        Some(warning) => findings.warn("topology", facts.topology, warning),
        None => findings.ok("topology", facts.topology),
    }
    match facts.format {
        Ok(None) => findings.ok("format", "none yet; the first pass sets it"),
        Ok(Some(found)) if found > FORMAT => findings.fail(
            Condition::Config,
            "format",
            format!("{found}, written by a newer vmsync; this one knows {FORMAT}"),
            "upgrade vmsync on this machine",
        ),
        Ok(Some(found)) => findings.ok("format", found.to_string()),
        Err(error) => fail(findings, "format", &error),
    }
    match facts.rights {
        Rights::Sufficient(by) => findings.ok("rights", by),
        Rights::Lacking(lacking) => findings.fail(
            Condition::Unreachable,
            "rights",
            format!("a pass could not {}", lacking.join(", ")),
            rights_hint,
        ),
        Rights::Untold(reason) => findings.warn(
            "rights",
            format!("the server does not tell them: {reason}"),
            "the first pass will show; the role readWrite on the database is enough",
        ),
    }
}

/// With the condition that a pass would end with.
fn fail(findings: &mut Findings, item: &'static str, error: &StoreError) {
    let condition = match error {
        StoreError::NewerFormat { .. } | StoreError::InvalidUri { .. } => Condition::Config,
        StoreError::LoginRefused { .. } => Condition::LoginRefused,
        StoreError::Unreachable { .. } | StoreError::Refused { .. } => Condition::Unreachable,
    };
    let text = error.to_string();
    let (detail, hint) = text
        .split_once("\nhint: ")
        .unwrap_or((&text, "see the rights of the login, and the log of the store"));
    findings.fail(condition, item, detail, hint);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::model::{CheckReport, Verdict};

    fn facts() -> StoreFacts {
        StoreFacts {
            version: "MongoDB 6.0.5".to_owned(),
            needs_version: None,
            topology: "standalone".to_owned(),
            topology_warning: None,
            format: Ok(Some(FORMAT)),
            rights: Rights::Sufficient("all".to_owned()),
        }
    }

    fn verdicts(facts: StoreFacts) -> (Vec<Verdict>, u8) {
        let mut findings = Findings::new(Subject::Store);
        judge(&mut findings, facts, "grant them");
        let report = CheckReport::new(vec![], vec![findings], None);
        assert!(
            report
                .checks
                .iter()
                .all(|check| check.hint.is_some() || check.verdict == Verdict::Ok)
        );
        (
            report.checks.iter().map(|check| check.verdict).collect(),
            report.exit_code.get(),
        )
    }

    #[test]
    fn each_fact_is_judged_by_itself() {
        use Verdict::{Failed, Ok as Good, Warning};
        assert_eq!(verdicts(facts()), (vec![Good; 4], 0));
        let needs_version = Some("4.4");
        assert_eq!(
            verdicts(StoreFacts {
                needs_version,
                ..facts()
            }),
            (vec![Failed, Good, Good, Good], 69)
        );
        let topology_warning = Some("sharded");
        assert_eq!(
            verdicts(StoreFacts {
                topology_warning,
                ..facts()
            }),
            (vec![Good, Warning, Good, Good], 0)
        );
        let format = Ok(Some(FORMAT + 1));
        assert_eq!(
            verdicts(StoreFacts { format, ..facts() }),
            (vec![Good, Good, Failed, Good], 78)
        );
        let rights = Rights::Lacking(vec!["insert on vms".to_owned()]);
        assert_eq!(
            verdicts(StoreFacts { rights, ..facts() }),
            (vec![Good, Good, Good, Failed], 69)
        );
        let rights = Rights::Untold("no".to_owned());
        assert_eq!(
            verdicts(StoreFacts { rights, ..facts() }),
            (vec![Good, Good, Good, Warning], 0)
        );
    }

    #[test]
    fn a_login_that_is_needed_ends_as_in_a_pass() {
        let (address, reason) = ("mongodb://h:1".to_owned(), "no".to_owned());
        let format = Err(StoreError::LoginRefused { address, reason });
        assert_eq!(verdicts(StoreFacts { format, ..facts() }).1, 77);
    }
}
