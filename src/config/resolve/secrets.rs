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
            Err(Failure { what, hint, is_absence }) => {
                let flaw = Flaw::new(what.clone()).hinting(hint);
                if !is_absence {
                    self.findings.problem(found.at, &found.key, flaw);
                    return Err(Reported);
                }
                self.secrets.push(surveyed(found.place, Some(what)));
                self.findings.absence(found.at, &found.key, flaw);
                Ok(Some(Secret::new(String::new())))
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
        let secret = read_secret(&path).map(|(secret, mode)| {
            let text = format!("the credential {id} can be read by every user; chmod o-rwx");
            self.warn_if_readable(mode, section.at, &section.path, &text);
            secret
        });
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
            self.in_variable(&section.text(key).ok_or(Reported)?, key)
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
        let at = section.place_of(key);
        let secret = read_secret(&path).map(|(secret, mode)| {
            let text = "the secret's file can be read by every user; chmod o-rwx";
            self.warn_if_readable(mode, at, &section.path_of(key), text);
            secret
        });
        // One that may not be looked at is a path at least.
        let is_there = path.try_exists().unwrap_or(true);
        let place = if is_there {
            SecretPlace::File(path)
        } else {
            SecretPlace::Missing
        };
        let start = self.directories.start_of(at).display();
        let explained = |failure: Failure| match place {
            SecretPlace::Missing => failure.hinting(&format!("a relative path starts in {start}")),
            _ => failure,
        };
        let secret = secret.map_err(|failure| explained(failure.of("the file named here")));
        Ok((place, secret))
    }

    /// `key` is the one that names the variable.
    fn in_variable(&self, name: &str, key: &str) -> Looked {
        let set = || {
            let by_file = key.replace("_env", "_file");
            format!("set the variable for vmsync, or keep the secret in a file and name it with {by_file}")
        };
        let failure = match self.env.var(name).map(std::ffi::OsString::into_string) {
            Some(Ok(value)) if !value.is_empty() => {
                return (SecretPlace::Variable(name.to_owned()), Ok(Secret::new(value)));
            }
            Some(Ok(_)) => Failure::absent("is empty", set()),
            Some(Err(_)) => Failure::wrong("is not UTF-8 text", set()),
            None => Failure::absent("is not set", set()),
        };
        (
            SecretPlace::Missing,
            Err(failure.of("the environment variable named here")),
        )
    }

    fn warn_if_readable(&mut self, mode: u32, at: Place, key: &str, text: &str) {
        if Exposure::of(mode) == Exposure::Readable {
            self.findings.note_at(at, key, NoteLevel::Warning, text);
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
    /// What to do about it.
    hint: String,
    /// It is not there, or not for this user: elsewhere or later it may be.
    is_absence: bool,
}

impl Failure {
    fn wrong(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            hint: hint.into(),
            is_absence: false,
        }
    }

    fn absent(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            is_absence: true,
            ..Self::wrong(what, hint)
        }
    }

    /// With its subject before it.
    fn of(self, subject: &str) -> Self {
        Self {
            what: format!("{subject} {}", self.what),
            ..self
        }
    }

    /// With one more thing to know.
    fn hinting(self, more: &str) -> Self {
        Self {
            hint: format!("{}; {more}", self.hint),
            ..self
        }
    }
}

/// The secret without its last newline, and the file's mode; what is wrong fits "the file …".
fn read_secret(path: &Path) -> Result<(Secret, u32), Failure> {
    let (bytes, mode) = read_bounded(path, MAX_SECRET_BYTES).map_err(|error| unreadable(&error))?;
    if Exposure::of(mode) == Exposure::Writable {
        return Err(Failure::wrong(
            "can be written by every user",
            "chmod o-rwx the file, and see whether the secret in it is still yours",
        ));
    }
    if bytes.len() as u64 > MAX_SECRET_BYTES {
        return Err(Failure::wrong(
            format!("is larger than {MAX_SECRET_BYTES} bytes"),
            ONLY_SECRET,
        ));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Failure::wrong("is not UTF-8 text", ONLY_SECRET))?;
    let line = text
        .strip_suffix('\n')
        .map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    if line.is_empty() {
        return Err(Failure::wrong("is empty", "write the secret into the file"));
    }
    Ok((Secret::new(line.to_owned()), mode))
}

const ONLY_SECRET: &str = "name a text file that holds the secret and nothing else";

fn unreadable(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => {
            Failure::absent("does not exist", "make the file, with mode 0600 and the secret in it")
        }
        io::ErrorKind::PermissionDenied => Failure::absent(
            "may not be read by this user",
            "run vmsync as the user whom the file is for, or give it to this one (chown USER FILE)",
        ),
        kind => Failure::wrong(format!("cannot be read: {kind}"), ONLY_SECRET),
    }
}
