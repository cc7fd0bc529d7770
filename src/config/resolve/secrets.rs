//! Secrets, from wherever they are kept. No message here shows a value, nor what stands at `…_file` and `…_env`, as
//! that may be a password at the wrong key.

use std::io;
use std::path::{Path, PathBuf};

use super::super::load::read_bounded;
use super::super::problem::Flaw;
use super::super::section::Section;
use super::super::values::text;
use super::super::{NoteLevel, Place, Secret, SecretPlace, SurveyedSecret};
use super::{Context, Reported};

/// More than any password or URI.
const MAX_SECRET_BYTES: u64 = 64 << 10;

/// What the mode of a file lets other users do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Exposure {
    None,
    Readable,
    Writable,
}

impl Exposure {
    pub fn of(mode: u32) -> Self {
        match mode {
            mode if mode & 0o002 != 0 => Self::Writable,
            mode if mode & 0o004 != 0 => Self::Readable,
            _ => Self::None,
        }
    }
}

/// The three keys under which a secret can stand: `password`, `password_file`, `password_env`.
pub(super) fn keys_of(stem: &'static str) -> [&'static str; 3] {
    match stem {
        "uri" => ["uri", "uri_file", "uri_env"],
        "url" => ["url", "url_file", "url_env"],
        _ => ["password", "password_file", "password_env"],
    }
}

impl Context<'_> {
    /// The secret of a section: systemd's credential, else what the one written key says, else nothing.
    pub(super) fn secret(
        &mut self,
        section: &Section<'_>,
        stem: &'static str,
        credential: &str,
    ) -> Result<Option<Secret>, Reported> {
        let key = self.only_key(section, stem)?;
        let found = match (self.credential_path(credential), key) {
            (Some(path), _) => self.credential(section, path, credential),
            (None, Some(key)) => self.written(section, key)?,
            (None, None) => return Ok(None),
        };
        let surveyed = |place, trouble| SurveyedSecret {
            id: credential.to_owned(),
            key: section.path_of(stem),
            place,
            trouble,
        };
        match found.secret {
            Ok(secret) => {
                self.secrets.push(surveyed(found.place, None));
                Ok(Some(secret))
            }
            Err(Failure { what, is_absence: true }) => {
                self.secrets.push(surveyed(found.place, Some(what.clone())));
                self.findings.absence(found.at, &found.key, Flaw::new(what));
                Ok(Some(Secret::new(String::new())))
            }
            Err(Failure {
                what,
                is_absence: false,
            }) => {
                self.findings.problem(found.at, &found.key, Flaw::new(what));
                Err(Reported)
            }
        }
    }

    /// Stands in for a secret that is needed and that nothing speaks of; its absence is told at the second key.
    pub(super) fn missing_secret(
        &mut self,
        section: &Section<'_>,
        (stem, told_at): (&str, &str),
        credential: &str,
        flaw: Flaw,
    ) -> Secret {
        self.secrets.push(SurveyedSecret {
            id: credential.to_owned(),
            key: section.path_of(stem),
            place: SecretPlace::Missing,
            trouble: Some(flaw.what.clone()),
        });
        self.findings.absence(section.at, &section.path_of(told_at), flaw);
        Secret::new(String::new())
    }

    /// The one of the three keys that is written, if any is.
    fn only_key(&mut self, section: &Section<'_>, stem: &'static str) -> Result<Option<&'static str>, Reported> {
        let keys = keys_of(stem);
        let mut written = section.present(&keys);
        written.retain(|key| !section.is_blank(key));
        if let [first, second, ..] = written[..] {
            let flaw = Flaw::new(format!("stands together with {first}"));
            self.problem(
                section,
                second,
                flaw.accepting(format!("exactly one of {}", keys.join(", "))),
            );
            return Err(Reported);
        }
        Ok(written.first().copied())
    }

    pub(super) fn has_credential(&self, id: &str) -> bool {
        self.credential_path(id).is_some()
    }

    /// The file of a systemd credential, unless there is none.
    fn credential_path(&self, id: &str) -> Option<PathBuf> {
        let directory = PathBuf::from(self.env.filled_var("CREDENTIALS_DIRECTORY")?);
        let path = directory.join(id);
        // One that cannot be looked at counts as there: the reason is better than another secret.
        path.try_exists().unwrap_or(true).then_some(path)
    }

    fn credential(&mut self, section: &Section<'_>, path: PathBuf, id: &str) -> Found {
        let secret = self.read(section, id, &path);
        Found {
            at: section.at,
            key: section.path.clone(),
            place: SecretPlace::Credential(path),
            secret: secret.map_err(|failure| failure.of(&format!("the credential {id}:"))),
        }
    }

    fn written(&mut self, section: &Section<'_>, key: &str) -> Result<Found, Reported> {
        let (place, secret) = if key.ends_with("_file") {
            self.in_file(section, key)?
        } else if key.ends_with("_env") {
            self.in_variable(&section.text(key).ok_or(Reported)?)
        } else {
            let secret = section.read(key, |node| text(node).map(|text| Secret::new(text.to_owned())));
            (SecretPlace::Inline(section.place_of(key)), Ok(secret.ok_or(Reported)?))
        };
        Ok(Found {
            at: section.place_of(key),
            key: section.path_of(key),
            place,
            secret,
        })
    }

    fn in_file(&mut self, section: &Section<'_>, key: &str) -> Result<Looked, Reported> {
        let path = self.path(section, key).ok_or(Reported)?;
        let secret = self.read(section, key, &path);
        // One that may not be looked at is a path at least.
        let is_there = path.try_exists().unwrap_or(true);
        let place = if is_there {
            SecretPlace::File(path)
        } else {
            SecretPlace::Missing
        };
        Ok((place, secret.map_err(|failure| failure.of("the file named here"))))
    }

    fn in_variable(&self, name: &str) -> Looked {
        let (what, is_absence) = match self.env.var(name).map(std::ffi::OsString::into_string) {
            Some(Ok(value)) if !value.is_empty() => {
                return (SecretPlace::Variable(name.to_owned()), Ok(Secret::new(value)));
            }
            Some(Ok(_)) => ("is empty", true),
            Some(Err(_)) => ("is not UTF-8 text", false),
            None => ("is not set", true),
        };
        let failure = Failure {
            what: what.to_owned(),
            is_absence,
        };
        (
            SecretPlace::Missing,
            Err(failure.of("the environment variable named here")),
        )
    }

    fn read(&mut self, section: &Section<'_>, key: &str, path: &Path) -> Result<Secret, Failure> {
        let (secret, mode) = read_secret(path)?;
        self.warn_if_readable(section, key, mode);
        Ok(secret)
    }

    fn warn_if_readable(&mut self, section: &Section<'_>, key: &str, mode: u32) {
        if Exposure::of(mode) == Exposure::Readable {
            let text = "the secret's file can be read by every user; chmod o-rwx";
            self.findings
                .note_at(section.place_of(key), &section.path_of(key), NoteLevel::Warning, text);
        }
    }
}

/// A secret where it was looked for.
type Looked = (SecretPlace, Result<Secret, Failure>);

/// The same, and where its failure is told.
struct Found {
    at: Place,
    key: String,
    place: SecretPlace,
    secret: Result<Secret, Failure>,
}

/// Why a secret is not to be had.
struct Failure {
    what: String,
    /// It is not there, or not for this user: elsewhere or later it may be.
    is_absence: bool,
}

impl Failure {
    fn wrong(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            is_absence: false,
        }
    }

    /// With its subject before it.
    fn of(self, subject: &str) -> Self {
        Self {
            what: format!("{subject} {}", self.what),
            ..self
        }
    }
}

/// The secret without its last newline, and the file's mode; what is wrong fits "the file …".
fn read_secret(path: &Path) -> Result<(Secret, u32), Failure> {
    let (bytes, mode) = read_bounded(path, MAX_SECRET_BYTES).map_err(|error| unreadable(&error))?;
    if Exposure::of(mode) == Exposure::Writable {
        return Err(Failure::wrong("can be written by every user; chmod o-rwx"));
    }
    if bytes.len() as u64 > MAX_SECRET_BYTES {
        return Err(Failure::wrong(format!("is larger than {MAX_SECRET_BYTES} bytes")));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Failure::wrong("is not UTF-8 text"))?;
    let line = text
        .strip_suffix('\n')
        .map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    if line.is_empty() {
        return Err(Failure::wrong("is empty"));
    }
    Ok((Secret::new(line.to_owned()), mode))
}

fn unreadable(error: &io::Error) -> Failure {
    let (what, is_absence) = match error.kind() {
        io::ErrorKind::NotFound => ("does not exist".to_owned(), true),
        io::ErrorKind::PermissionDenied => ("may not be read by this user".to_owned(), true),
        kind => (format!("cannot be read: {kind}"), false),
    };
    Failure { what, is_absence }
}
