//! `LoadCredential=`, a line for each secret: systemd reads the file as root, and the service finds it by its id.

use std::path::{Path, PathBuf};

use super::draft::Draft;
use super::{CREDENTIALS, escape};

/// One secret of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretFact {
    /// Its name as a credential, such as `source.esx1.password`.
    pub id: String,
    /// Where it is.
    pub place: Place,
}

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the configuration itself.
    Inline,
    /// In a file of its own.
    File(PathBuf),
    /// In this environment variable.
    Variable(String),
    /// In the folder of credentials, or handed over by systemd already.
    Credential,
    /// Nowhere yet.
    Missing,
}

/// Adds what hands over all of them.
pub fn push(draft: &mut Draft, secrets: &[SecretFact]) {
    if secrets.is_empty() {
        draft.comment(
            "LoadCredential=ID:FILE hands over a secret that only root can read; `vmsync units` writes the lines.",
        );
    }
    for SecretFact { id, place } in secrets {
        match escape::credential_id(id) {
            Some(name) => push_named(draft, id, &name, place),
            None => push_nameless(draft, id, place),
        }
    }
}

fn push_named(draft: &mut Draft, id: &str, name: &str, place: &Place) {
    let usual = format!("{name}:{CREDENTIALS}/{name}");
    match place {
        Place::Credential => draft.set("LoadCredential", &usual),
        Place::Missing => {
            draft.remark(&format!(
                "{id} is nowhere yet: put it into {CREDENTIALS}/{id} (0600, root) before starting, or where the \
                 configuration says and make the units again"
            ));
            draft.set("LoadCredential", &usual);
        }
        Place::File(path) => push_file(draft, id, name, path),
        Place::Inline => {
            draft.comment(&format!(
                "{id} stands in the configuration. With a file that only root can read, remove it there and use:"
            ));
            draft.set("#LoadCredential", &usual);
        }
        Place::Variable(variable) => {
            draft.remark(&format!(
                "{id}: the service does not have the variable {variable}; put the secret into a file that only root can \
                 read, and use:"
            ));
            draft.set("#LoadCredential", &usual);
        }
    }
}

fn push_file(draft: &mut Draft, id: &str, name: &str, path: &Path) {
    if let Some(file) = escape::credential_file(path) {
        return draft.set("LoadCredential", &format!("{name}:{file}"));
    }
    let shown = path.display();
    draft.remark(&format!(
        "{id}: the path {shown} cannot be written in a unit; {}",
        reads(path)
    ));
    draft.set("#LoadCredential", &format!("{name}:{CREDENTIALS}/{name}"));
}

/// systemd would ignore the line.
fn push_nameless(draft: &mut Draft, id: &str, place: &Place) {
    let remedy = match place {
        Place::File(path) => reads(path),
        Place::Inline => "it can stay in the configuration if only root and the user vmsync can read that".to_owned(),
        Place::Variable(_) | Place::Credential | Place::Missing => "else use password_file".to_owned(),
    };
    draft.remark(&format!(
        "{id}: systemd hands over nothing with such an id (at most 255 ASCII characters without ':', '/' and '\\'); give \
         the source a `name` without them; {remedy}"
    ));
}

/// What holds while systemd does not hand it over.
fn reads(path: &Path) -> String {
    format!(
        "else vmsync reads {} itself, and its user must be able to",
        path.display()
    )
}
