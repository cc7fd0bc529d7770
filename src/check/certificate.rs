//! What is to be said of a certificate that the source's configuration accepts. Pure.

use jiff::{SignedDuration, Timestamp};

use super::model::Findings;
use crate::config::Tls;
use crate::vsphere::Presented;

/// So long before its end a certificate is worth a word.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);
const ITEM: &str = "certificate";

/// One line: by what it was accepted, and how long it lasts. A pinned one is used whatever its date says.
pub(super) fn judge(findings: &mut Findings, policy: &Tls, shown: &Presented, now: Timestamp) {
    let end = shown
        .expires
        .map_or_else(|| "valid until nobody knows when".to_owned(), |end| lifetime(end, now));
    let is_near = shown.expires.is_some_and(|end| end.duration_since(now) < SOON);
    let detail = format!("{}, {end}", accepted_by(policy));
    match policy {
        Tls::Unverified => findings.warn(
            ITEM,
            format!("{detail}: whoever is in between can read the password"),
            format!("pin it instead of `verify: false`:\n{}", pin_line(shown)),
        ),
        Tls::Fingerprints(_) if is_near => findings.warn(
            ITEM,
            detail,
            "a pinned certificate is used all the same; when the server gets a new one, pin that (vmsync check --print-pins)",
        ),
        Tls::SystemRoots | Tls::CaFile { .. } if is_near => {
            findings.warn(ITEM, detail, "renew it before that day: from then on no pass reaches this source");
        }
        Tls::Fingerprints(_) | Tls::SystemRoots | Tls::CaFile { .. } => findings.ok(ITEM, detail),
    }
}

/// To be pasted, and not broken by the report.
pub(super) fn pin_line(shown: &Presented) -> String {
    format!("    tls: {{fingerprint_sha256: \"{}\"}}", shown.fingerprint)
}

fn accepted_by(policy: &Tls) -> String {
    match policy {
        Tls::SystemRoots => "verified by the system's authorities".to_owned(),
        Tls::CaFile { path, .. } => format!("verified by {}", path.display()),
        Tls::Fingerprints(_) => "pinned".to_owned(),
        Tls::Unverified => "not verified".to_owned(),
    }
}

fn lifetime(end: Timestamp, now: Timestamp) -> String {
    let day = end.strftime("%Y-%m-%d");
    match end.duration_since(now).as_hours() / 24 {
        _ if end <= now => format!("expired on {day}"),
        0 => format!("expires within a day, on {day}"),
        1 => format!("expires in 1 day, on {day}"),
        days => format!("expires in {days} days, on {day}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::model::{CheckReport, Subject, Verdict};
    use crate::vsphere::Fingerprint;

    fn verdict(policy: &Tls, days: i64) -> (Verdict, String) {
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24_000);
        let shown = Presented {
            fingerprint: Fingerprint([7; 32]),
            expires: Some(now + SignedDuration::from_hours(24 * days)),
            weakness: None,
        };
        let mut findings = Findings::new(Subject::Store);
        judge(&mut findings, policy, &shown, now);
        let check = CheckReport::new(vec![], vec![findings], None).checks.remove(0);
        assert_eq!(check.hint.is_some(), check.verdict != Verdict::Ok);
        (check.verdict, check.detail)
    }

    #[test]
    fn thirty_days_before_its_end_a_certificate_is_worth_a_word() {
        let pinned = Tls::Fingerprints(vec![[7; 32]]);
        for policy in [&Tls::SystemRoots, &pinned] {
            assert_eq!(verdict(policy, 30).0, Verdict::Ok);
            assert_eq!(verdict(policy, 29).0, Verdict::Warning);
        }
        assert_eq!(verdict(&pinned, 5).1, "pinned, expires in 5 days, on 1972-10-02");
        assert_eq!(verdict(&pinned, 1).1, "pinned, expires in 1 day, on 1972-09-28");
        assert_eq!(verdict(&pinned, -1).1, "pinned, expired on 1972-09-26");
    }

    #[test]
    fn a_certificate_that_nobody_verifies_is_always_a_warning() {
        let (verdict, detail) = verdict(&Tls::Unverified, 900);
        assert_eq!(verdict, Verdict::Warning);
        assert!(detail.contains("can read the password"), "{detail}");
    }
}
