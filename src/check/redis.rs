//! Where the sessions are.

use super::model::{Findings, Subject};
use crate::config::RedisConfig;
use crate::exit::Condition;
use crate::run::Stop;
use crate::sessions::{Hits, RedisFacts, RedisSessions, SessionError};

/// Reads only.
pub(super) async fn check_redis(config: Option<&RedisConfig>, stop: &Stop) -> Findings {
    let mut findings = Findings::new(Subject::Redis);
    let Some(config) = config else {
        findings.skip("connection", "not configured: passes skip the sessions");
        return findings;
    };
    let asked = tokio::select! {
        asked = ask(config) => asked,
        _ = stop.stopped() => {
            findings.fail(Condition::StoreFailed, "connection", "the check was stopped", "run it again");
            return findings;
        }
    };
    match asked {
        Ok((address, facts)) => {
            findings.ok("connection", address);
            judge(&mut findings, facts, &config.key_pattern);
        }
        Err(error) => fail(&mut findings, "connection", &error),
    }
    findings
}

async fn ask(config: &RedisConfig) -> Result<(String, RedisFacts), SessionError> {
    let sessions = RedisSessions::connect(config).await?;
    let facts = sessions.inspect(&config.key_pattern).await;
    Ok((sessions.address().to_owned(), facts))
}

fn judge(findings: &mut Findings, facts: RedisFacts, pattern: &str) {
    judge_server(findings, &facts);
    judge_rights(findings, &facts);
    match facts.hits {
        Ok(hits) => judge_hits(findings, hits, pattern),
        Err(error) => fail(findings, "sessions", &error),
    }
}

fn judge_server(findings: &mut Findings, facts: &RedisFacts) {
    let item = "version";
    let condition = Condition::StoreFailed;
    let version = facts
        .version
        .as_deref()
        .map_or_else(|| "Redis".to_owned(), |version| format!("Redis {version}"));
    if facts.is_too_old {
        findings.fail(
            condition,
            item,
            "older than 6.0: it does not know HELLO",
            "upgrade Redis to 6.0 or newer",
        );
    } else if facts.mode == "cluster" {
        let hint = "configure a server that is no part of a cluster";
        findings.fail(
            condition,
            item,
            format!("{version}, part of a cluster, which is not supported"),
            hint,
        );
    } else if matches!(facts.role.as_str(), "replica" | "slave") {
        let hint = "configure the primary: passes have to write";
        findings.fail(condition, item, format!("{version}, a replica"), hint);
    } else if facts.version.is_none() {
        findings.warn(
            item,
            "the server does not say",
            "Redis 6.0 or newer is needed; see redis-cli INFO server",
        );
    } else {
        findings.ok(item, version);
    }
}

fn judge_rights(findings: &mut Findings, facts: &RedisFacts) {
    let user = facts.user.as_deref();
    if facts.refused.is_empty() {
        let who = user.map_or_else(|| "this login".to_owned(), |user| format!("user {user}"));
        findings.ok("rights", format!("{who} may do all that a pass does"));
        return;
    }
    let names: Vec<&str> = facts.refused.iter().map(|(name, _)| *name).collect();
    let words = facts.refused.first().map_or("", |(_, words)| words.as_str());
    let grants: Vec<String> = names.iter().map(|name| format!("+{name}")).collect();
    findings.fail(
        Condition::StoreFailed,
        "rights",
        format!("may not {} ({words})", names.join(", ")),
        format!("ACL SETUSER {} ~* {}", user.unwrap_or("USER"), grants.join(" ")),
    );
}

fn judge_hits(findings: &mut Findings, hits: Hits, pattern: &str) {
    let plural = if hits.keys == 1 { "key matches" } else { "keys match" };
    match hits {
        Hits { keys: 0, complete } => {
            let scope = if complete {
                "no key"
            } else {
                "none of the first million keys"
            };
            let hint = "if users are logged in, check redis.key_pattern and redis.db; else this is as it should be";
            findings.warn("sessions", format!("{scope} matches {}", short(pattern)), hint);
        }
        Hits { keys, complete: true } => findings.ok("sessions", format!("{keys} {plural} {}", short(pattern))),
        Hits { keys, complete: false } => {
            findings.ok("sessions", format!("at least {keys} {plural} {}", short(pattern)));
        }
    }
}

/// The default pattern is the same class 30 times over.
fn short(pattern: &str) -> String {
    let class = pattern.find(']').map_or(pattern, |end| &pattern[..=end]);
    let times = pattern.len().checked_div(class.len()).unwrap_or(0);
    if times > 2 && class.repeat(times) == pattern {
        format!("{times} × {class}")
    } else {
        pattern.to_owned()
    }
}

fn fail(findings: &mut Findings, item: &'static str, error: &SessionError) {
    let text = error.to_string();
    let (detail, hint) = text.split_once("\nhint: ").unwrap_or((&text, "see the log of Redis"));
    findings.fail(Condition::StoreFailed, item, detail, hint);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::model::{CheckReport, Verdict};

    fn facts() -> RedisFacts {
        RedisFacts {
            version: Some("7.0.15".to_owned()),
            is_too_old: false,
            role: "master".to_owned(),
            mode: "standalone".to_owned(),
            user: Some("default".to_owned()),
            refused: Vec::new(),
            hits: Ok(Hits {
                keys: 3,
                complete: true,
            }),
        }
    }

    fn checked(facts: RedisFacts) -> (CheckReport, Vec<Verdict>) {
        let mut findings = Findings::new(Subject::Redis);
        judge(&mut findings, facts, "s*");
        let report = CheckReport::new(vec![], vec![findings], None);
        let verdicts = report.checks.iter().map(|check| check.verdict).collect();
        (report, verdicts)
    }

    #[test]
    fn a_server_that_cannot_serve_is_told_why() {
        let first = |facts: RedisFacts| {
            let (report, verdicts) = checked(facts);
            (verdicts[0], report.exit_code.get())
        };
        assert_eq!(first(facts()), (Verdict::Ok, 0));
        let (role, mode) = ("replica".to_owned(), "cluster".to_owned());
        assert_eq!(first(RedisFacts { role, ..facts() }), (Verdict::Failed, 6));
        assert_eq!(first(RedisFacts { mode, ..facts() }), (Verdict::Failed, 6));
        assert_eq!(
            first(RedisFacts {
                is_too_old: true,
                ..facts()
            }),
            (Verdict::Failed, 6)
        );
        assert_eq!(
            first(RedisFacts {
                version: None,
                ..facts()
            }),
            (Verdict::Warning, 0)
        );
    }

    #[test]
    fn commands_that_are_refused_are_named_with_the_remedy() {
        let refused = vec![("set", "NOPERM".to_owned()), ("script|load", "NOPERM".to_owned())];
        let (report, verdicts) = checked(RedisFacts { refused, ..facts() });
        assert_eq!(verdicts[1], Verdict::Failed);
        let hint = report.checks[1].hint.as_deref();
        assert_eq!(hint, Some("ACL SETUSER default ~* +set +script|load"));
    }

    #[test]
    fn hits_are_counted_as_far_as_the_scan_went() {
        let told = |keys, complete| {
            let hits = Ok(Hits { keys, complete });
            checked(RedisFacts { hits, ..facts() }).0.checks[2].clone()
        };
        assert_eq!(told(3, true).detail, "3 keys match s*");
        assert_eq!(told(1, true).detail, "1 key matches s*");
        assert_eq!(told(9, false).detail, "at least 9 keys match s*");
        assert_eq!(told(0, true).verdict, Verdict::Warning);
        assert_eq!(told(0, false).detail, "none of the first million keys matches s*");
    }

    #[test]
    fn a_class_that_repeats_is_told_once() {
        assert_eq!(short(&"[0-9A-Za-z]".repeat(30)), "30 × [0-9A-Za-z]");
        for pattern in ["s*", "", "[ab][ab]", "[ab]x", "session:*"] {
            assert_eq!(short(pattern), pattern);
        }
    }
}
