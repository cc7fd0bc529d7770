//! The plan's facts in words, for reports.

use crate::links::LinkProblem;
use crate::plan::{Hold, Reason, Warning, Withheld};

/// Why a VM is not simply taken over.
#[must_use]
pub fn reason(reason: &Reason) -> String {
    match reason {
        Reason::NotHeard { sources } => {
            format!(
                "its source lists without it, but it may be on one that was not heard: {}",
                sources.join(", ")
            )
        }
        Reason::FoundAgain => "a second look found it; the next pass takes it over".to_owned(),
        Reason::NotConfirmed => "a second look for it could not be finished; the next pass tries again".to_owned(),
        Reason::MissingTooLong { since } => format!("missing since {since}, longer than guard.missing_for"),
        Reason::AlsoListedBy { sources } => {
            format!(
                "also listed by {}, which changes nothing; remove the copy, or one of the sources",
                sources.join(", ")
            )
        }
        Reason::NoUuid => "no UUID yet: it is being created, or inaccessible".to_owned(),
        Reason::UuidRefused => {
            "its UUID may not be read; give the login System.Read on it, propagating from the root".to_owned()
        }
        Reason::NotConnected { state } => format!("new and {state}: it is added once it is connected"),
    }
}

/// Why a hardware record and a host stay without link.
#[must_use]
pub fn link_problem(problem: &LinkProblem) -> String {
    match problem {
        LinkProblem::SerialOfSeveralHosts { serial, hosts } => format!(
            "no hardware record is linked by the serial number {serial}, which several hosts bear: {}",
            hosts.join(", ")
        ),
        LinkProblem::SerialOfSeveralRecords { serial, host, records } => {
            format!("{host} is not linked, as {records} hardware records bear its serial number {serial}")
        }
        LinkProblem::LinkedOtherwise { host, serial, holds } => format!(
            "{host} is not linked: the hardware record of its serial number {serial} is linked to '{holds}'\n\
             hint: if that is out of date, unset the link, and the next pass sets it"
        ),
    }
}

/// Why something is withheld, with the flag that would allow it.
#[must_use]
pub fn withheld(withheld: &Withheld, source: &str) -> String {
    let Withheld { hold, affected, of } = withheld;
    let (why, subject) = match hold {
        Hold::LosesAll => (format!("{source} would lose all its {affected} VMs"), "orphan"),
        Hold::TooManyOrphans => (
            format!("{affected} of {of} VMs of {source} would be orphaned at once"),
            "orphan",
        ),
        Hold::SourceReplaced => (
            format!("{affected} of {of} VMs of {source} vanish while as many new ones appear"),
            "orphan",
        ),
        Hold::TooManyRenames => (
            format!("{affected} of {of} VMs of {source} would be renamed at once"),
            "rename",
        ),
        Hold::TooManyGone(kind) => (
            format!("{affected} of {of} {} of {source} would be gone at once", kind.plural()),
            "gone",
        ),
    };
    format!(
        "{why}; if that is right, run once with --allow {}",
        quoted(&format!("{source}:{subject}={affected}"))
    )
}

/// What a person should look at.
#[must_use]
pub fn warning(warning: &Warning) -> String {
    match warning {
        Warning::SharedUuid { uuid, names } => {
            format!("{} VMs share the BIOS UUID {uuid}: {}", names.len(), names.join(", "))
        }
        Warning::AmbiguousDocument { name, uuid } => format!(
            "nobody can tell whether the document of {name} is the listed VM with its BIOS UUID {uuid}, as the UUID is not unique: it is left alone"
        ),
        Warning::SharedSourceIdentity { sources } => format!(
            "{} report the same identity and are told apart by name; renaming one of them in the configuration moves its VMs",
            sources.join(", ")
        ),
        Warning::AmbiguousName { name } => {
            format!("two VMs were called {name}: sessions that list it are left as they are")
        }
        Warning::NothingToRetire { label } => {
            format!(
                "--retire-source {}: no document is of a source or an address of that name that is no longer configured",
                quoted(label)
            )
        }
    }
}

/// Quotes for a shell if it needs it.
#[must_use]
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:=/@".contains(c);
    if word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
