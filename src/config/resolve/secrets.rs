//! Secrets, from wherever they are kept. No message here shows a value, nor what stands at `…_file` and `…_env`, as
//! that may be a password at the wrong key.

use std::io;
use std::path::{Path, PathBuf};

use super::super::load::read_bounded;
use super::super::problem::Flaw;
use super::super::section::Section;
use super::super::values::text;
use super::super::{NoteLevel, Secret};
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
        if let Some(path) = self.credential_path(credential) {
            return self.credential(section, &path, credential).map(Some);
        }
        match written.first() {
            Some(key) => self.written(section, key).map(Some),
            None => Ok(None),
        }
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

    fn credential(&mut self, section: &Section<'_>, path: &Path, id: &str) -> Result<Secret, Reported> {
        match read_secret(path) {
            Ok((secret, mode)) => {
                self.warn_if_readable(section, id, mode);
                Ok(secret)
            }
            Err(what) => {
                let flaw = Flaw::new(format!("the credential {id}: {what}"));
                self.findings.problem(section.at, &section.path, flaw);
                Err(Reported)
            }
        }
    }

    fn written(&mut self, section: &Section<'_>, key: &str) -> Result<Secret, Reported> {
        if key.ends_with("_file") {
            let path = self.path(section, key).ok_or(Reported)?;
            return self.in_file(section, key, &path);
        }
        if key.ends_with("_env") {
            let name = section.text(key).ok_or(Reported)?;
            return self.in_variable(section, key, &name);
        }
        section
            .read(key, |node| text(node).map(|text| Secret::new(text.to_owned())))
            .ok_or(Reported)
    }

    fn in_file(&mut self, section: &Section<'_>, key: &str, path: &Path) -> Result<Secret, Reported> {
        match read_secret(path) {
            Ok((secret, mode)) => {
                self.warn_if_readable(section, key, mode);
                Ok(secret)
            }
            Err(what) => {
                self.problem(section, key, Flaw::new(format!("the file named here {what}")));
                Err(Reported)
            }
        }
    }

    fn in_variable(&mut self, section: &Section<'_>, key: &str, name: &str) -> Result<Secret, Reported> {
        let what = match self.env.var(name).map(std::ffi::OsString::into_string) {
            Some(Ok(value)) if !value.is_empty() => return Ok(Secret::new(value)),
            Some(Ok(_)) => "is empty",
            Some(Err(_)) => "is not UTF-8 text",
            None => "is not set",
        };
        self.problem(
            section,
            key,
            Flaw::new(format!("the environment variable named here {what}")),
        );
        Err(Reported)
    }

    fn warn_if_readable(&mut self, section: &Section<'_>, key: &str, mode: u32) {
        if Exposure::of(mode) == Exposure::Readable {
            let text = "the secret's file can be read by every user; chmod o-rwx";
            self.findings
                .note_at(section.place_of(key), &section.path_of(key), NoteLevel::Warning, text);
        }
    }
}

/// The secret without its last newline, and the file's mode; what is wrong fits "the file …".
fn read_secret(path: &Path) -> Result<(Secret, u32), String> {
    let (bytes, mode) = read_bounded(path, MAX_SECRET_BYTES).map_err(|error| unreadable(&error))?;
    if Exposure::of(mode) == Exposure::Writable {
        return Err("can be written by every user; chmod o-rwx".to_owned());
    }
    if bytes.len() as u64 > MAX_SECRET_BYTES {
        return Err(format!("is larger than {MAX_SECRET_BYTES} bytes"));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| "is not UTF-8 text".to_owned())?;
    let line = text
        .strip_suffix('\n')
        .map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    if line.is_empty() {
        return Err("is empty".to_owned());
    }
    Ok((Secret::new(line.to_owned()), mode))
}

fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read by this user".to_owned(),
        kind => format!("cannot be read: {kind}"),
    }
}
