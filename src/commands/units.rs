//! `units`.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use jiff::tz::TimeZone;

use super::Console;
use crate::cli::UnitsArgs;
use crate::config::{Environment, ProcessEnvironment, Request, SecretPlace, Survey, SurveyedSecret, variables_set};
use crate::exit::{Condition, ExitCode};
use crate::units::{
    self, Account, CREDENTIALS, Place, Rights, SERVICE, STATE_HOME, SecretFact, TIMER, UnitFacts, Units,
};
use crate::whole_file::{self, Readers};

/// What to do with the units.
const START: &str = "systemctl daemon-reload && systemctl enable --now vmsync.timer";

/// This process, but for what the service will have in its place: the paths of its state follow from it.
struct ServiceEnvironment;

impl Environment for ServiceEnvironment {
    fn var(&self, name: &str) -> Option<OsString> {
        match name {
            "XDG_STATE_HOME" => Some(STATE_HOME.into()),
            _ => ProcessEnvironment.var(name),
        }
    }

    /// No variable `VMSYNC_…` of whoever makes the units will be there.
    fn names(&self) -> Vec<OsString> {
        Vec::new()
    }

    fn current_dir(&self) -> PathBuf {
        ProcessEnvironment.current_dir()
    }

    fn is_root(&self) -> bool {
        false
    }

    fn system_time_zone(&self) -> TimeZone {
        ProcessEnvironment.system_time_zone()
    }
}

/// Prints the units, or writes them into a folder.
pub fn units(console: &Console, request: &Request<'_>, args: &UnitsArgs) -> ExitCode {
    let survey = match Survey::load(request, &ServiceEnvironment) {
        Ok(survey) => survey,
        Err(error) => return console.refuse(&error.to_string(), Condition::Config),
    };
    super::tell_notes(survey.notes());
    let facts = match gather(&survey) {
        Ok(facts) => facts,
        Err(error) => return console.refuse(&error, Condition::Internal),
    };
    let units = match units::render(&facts) {
        Ok(units) => units,
        Err(error) => return console.refuse(&error.to_string(), Condition::Usage),
    };
    warn_of_variables();
    for warning in &units.warnings {
        tracing::warn!("{warning}");
    }
    match &args.dir {
        None => console.print(ExitCode::SUCCESS, &both(&units)),
        Some(dir) => write(console, dir, &units),
    }
}

/// They would decide at this shell, perhaps even where the store is.
fn warn_of_variables() {
    let names = variables_set(&ProcessEnvironment).join(", $");
    if !names.is_empty() {
        tracing::warn!("the service will not have ${names}; let the configuration say what is set there");
    }
}

fn both(Units { service, timer, .. }: &Units) -> String {
    format!("# ==== {SERVICE} ====\n{service}\n# ==== {TIMER} ====\n{timer}")
}

/// Both or, if one could not be written, none.
fn write(console: &Console, dir: &Path, units: &Units) -> ExitCode {
    let files = [(dir.join(SERVICE), &units.service), (dir.join(TIMER), &units.timer)];
    for (path, _) in &files {
        if let Err(error) = whole_file::check(path) {
            let path = path.display();
            let text = format!(
                "--dir: failed to write {path}: {error}\nhint: name a folder that is there and that this user may write \
                 to, such as /etc/systemd/system for root"
            );
            return console.refuse(&text, Condition::Usage);
        }
    }
    let mut answer = String::new();
    for (path, text) in &files {
        if let Err(error) = whole_file::replace(path, text.as_bytes(), Readers::All) {
            return console.refuse(
                &format!("failed to write {}: {error}", path.display()),
                Condition::Internal,
            );
        }
        let _ = writeln!(answer, "wrote {}", path.display());
    }
    let next = if units.warnings.is_empty() {
        "next"
    } else {
        let service = dir.join(SERVICE);
        let _ = writeln!(answer, "next: do what the notes in {} say", service.display());
        "then"
    };
    let _ = writeln!(answer, "{next}: {START}");
    console.print(ExitCode::SUCCESS, &answer)
}

fn gather(survey: &Survey) -> Result<UnitFacts, String> {
    let config = plain(&survey.absolute_file);
    let rights = fs::metadata(&config).map_err(|error| format!("failed to look at {}: {error}", config.display()))?;
    Ok(UnitFacts {
        program: std::env::current_exe().map_err(|error| format!("failed to find this program: {error}"))?,
        config,
        user: fs::read_to_string("/etc/passwd")
            .ok()
            .as_deref()
            .and_then(Account::find),
        config_rights: Rights {
            mode: rights.mode(),
            uid: rights.uid(),
            gid: rights.gid(),
        },
        needed: survey
            .needed()
            .into_iter()
            .map(|(what, path)| (what, plain(&path)))
            .collect(),
        interval: survey.timing().interval,
        deadline: survey.timing().deadline,
        store: survey.embedded_store().map(plain),
        metrics_file: survey.metrics_file().map(plain),
        secrets: survey.secrets.iter().map(secret).collect(),
    })
}

fn secret(SurveyedSecret { id, place, .. }: &SurveyedSecret) -> SecretFact {
    let place = match place {
        SecretPlace::Inline(_) => Place::Inline,
        SecretPlace::File(path) => Place::File(plain(path)),
        SecretPlace::Variable(name) => Place::Variable(name.clone()),
        SecretPlace::Missing if !is_in_folder(id) => Place::Missing,
        SecretPlace::Credential(_) | SecretPlace::Missing => Place::Credential,
    };
    SecretFact { id: id.clone(), place }
}

/// Only root can look; what others cannot see counts as missing.
fn is_in_folder(id: &str) -> bool {
    Path::new(CREDENTIALS).join(id).is_file()
}

/// Without `.` and `..`; links stay, as they may lead elsewhere tomorrow, but where `..` goes back over one.
fn plain(path: &Path) -> PathBuf {
    if path.components().any(|part| part == Component::ParentDir)
        && let Ok(real) = path.canonicalize()
    {
        return real;
    }
    path.components().collect()
}
