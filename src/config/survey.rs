//! What the configuration says once all layers lie over another, value by value, and where each of them comes from.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::load::Loaded;
use super::node::{Content, Node};
use super::schema::{Key, Kind, Presence, ROOT, secret_behind};
use super::{Config, ConfigError, Environment, Note, Place, Request, StoreConfig, Timing};

/// A valid configuration as it is shown: every value with its origin, secrets without their texts.
///
/// A secret may be absent: an operator looks at what a service of systemd is going to read with its credentials.
pub struct Survey {
    /// The file, as it was named.
    pub file: PathBuf,
    /// The file, from the root.
    pub absolute_file: PathBuf,
    /// What was set, and what holds by itself, in the order of the schema.
    pub settings: Vec<Setting>,
    /// What has to be kept from others, in the same order. A secret that nothing speaks of and nothing needs is not here.
    pub secrets: Vec<SurveyedSecret>,
    /// With empty texts for absent secrets, hence not for others.
    config: Config,
}

/// One key and what holds for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its path: `esxi_hosts[0].port`.
    pub key: String,
    /// What holds.
    pub value: Value,
    /// Who says so. Of a secret: where the key stands that holds it or names its place.
    pub place: Place,
}

/// What is shown of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// All of it.
    Shown(serde_json::Value),
    /// Nothing of it; [`Survey::secrets`] has the secret of the same key.
    Secret,
    /// There is none; what happens without it.
    Unset(&'static str),
}

/// A secret that the configuration needs or speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyedSecret {
    /// What systemd's credential for it is called: `source.esx1.password`.
    pub id: String,
    /// Path of its key: `esxi_hosts[0].password`.
    pub key: String,
    /// Where it is taken from.
    pub place: SecretPlace,
    /// Why it is not to be had now, if it is not: fits behind its place.
    pub trouble: Option<String>,
}

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretPlace {
    /// In the configuration itself: in the file, or in a variable `VMSYNC_…`.
    Inline(Place),
    /// In a file that is there, from the root; whether this user may read it is another question.
    File(PathBuf),
    /// In an environment variable that is set.
    Variable(String),
    /// In a credential of systemd.
    Credential(PathBuf),
    /// Nowhere now. What stands at `…_file` and `…_env` is not told then: it may be the secret at the wrong key.
    Missing,
}

impl Survey {
    /// Finds, reads and resolves the configuration, and takes it apart again.
    ///
    /// # Errors
    /// Those of [`Config::load`], but for absent secrets.
    pub fn load(request: &Request<'_>, env: &dyn Environment) -> Result<Self, ConfigError> {
        let (resolved, root, directories) = Loaded::of(request, env)?.finish()?;
        let walk = Walk {
            directories: &directories,
            secrets: &resolved.secrets,
            derived: &resolved.derived,
        };
        let mut settings = Vec::new();
        walk.section(Some(&root), ROOT, "", true, &mut settings);
        let place_of = |secret: &SurveyedSecret| settings.iter().position(|setting| setting.key == secret.key);
        let mut secrets = resolved.secrets;
        secrets.sort_by_key(place_of);
        Ok(Self {
            absolute_file: env.current_dir().join(&resolved.config.path),
            file: resolved.config.path.clone(),
            settings,
            secrets,
            config: resolved.config,
        })
    }

    /// Limits of time.
    #[must_use]
    pub const fn timing(&self) -> &Timing {
        &self.config.timing
    }

    /// See [`Config::state_dir`].
    #[must_use]
    pub fn state_dir(&self) -> Option<&Path> {
        self.config.state_dir.as_deref()
    }

    /// The file of the embedded store, if it is the one in use.
    #[must_use]
    pub fn embedded_store(&self) -> Option<&Path> {
        match &self.config.store {
            StoreConfig::Sqlite { path } => Some(path),
            StoreConfig::Mongo(_) => None,
        }
    }

    /// What is worth a word.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.config.notes
    }
}

/// Where relative paths start.
pub(super) struct Directories {
    /// Of those in the file: its own directory.
    pub of_file: PathBuf,
    /// Of those in variables and options: where the process is.
    pub of_process: PathBuf,
}

impl Directories {
    pub fn join(&self, place: Place, path: &str) -> PathBuf {
        match place {
            Place::File { .. } | Place::Default => self.of_file.join(path),
            Place::Variable(_) | Place::Flag(_) => self.of_process.join(path),
        }
    }
}

/// Through the schema and the tree side by side.
struct Walk<'a> {
    directories: &'a Directories,
    secrets: &'a [SurveyedSecret],
    derived: &'a HashMap<String, String>,
}

impl Walk<'_> {
    /// `has_defaults`: whether what is not written here holds by default, not by a section elsewhere.
    fn section(
        &self,
        node: Option<&Node>,
        keys: &'static [Key],
        path: &str,
        has_defaults: bool,
        settings: &mut Vec<Setting>,
    ) {
        for key in keys {
            let written = node.and_then(|node| node.get(key.name));
            let path = if path.is_empty() {
                key.name.to_owned()
            } else {
                format!("{path}.{}", key.name)
            };
            match key.kind {
                Kind::Unused(_) => {}
                Kind::Section(inner) => self.inner(written, key, inner, &path, has_defaults, settings),
                Kind::List(inner) => {
                    for (index, item) in written.map(Node::items).unwrap_or_default().iter().enumerate() {
                        self.section(Some(item), inner, &format!("{path}[{index}]"), true, settings);
                    }
                }
                _ => settings.extend(self.value(node, keys, key, path, has_defaults)),
            }
        }
    }

    fn inner(
        &self,
        written: Option<&Node>,
        key: &Key,
        inner: &'static [Key],
        path: &str,
        has_defaults: bool,
        settings: &mut Vec<Setting>,
    ) {
        let is_on_top = key.name == path;
        let holds_by_itself = key.presence == Presence::Filled;
        let is_in_use = || self.is_known_below(path);
        if written.is_some() || has_defaults && is_on_top && (holds_by_itself || is_in_use()) {
            return self.section(written, inner, path, has_defaults && is_on_top, settings);
        }
        if let (true, Presence::Optional(without)) = (is_on_top, key.presence) {
            settings.push(Setting {
                key: path.to_owned(),
                value: Value::Unset(without),
                place: Place::Default,
            });
        }
    }

    /// Whether a section that is not written has a value all the same: a credential, or one that resolution found.
    fn is_known_below(&self, path: &str) -> bool {
        let is_below = |key: &str| key.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
        self.secrets.iter().any(|secret| is_below(&secret.key)) || self.derived.keys().any(|key| is_below(key))
    }

    fn value(
        &self,
        section: Option<&Node>,
        keys: &'static [Key],
        key: &'static Key,
        path: String,
        has_defaults: bool,
    ) -> Option<Setting> {
        let written = section.and_then(|section| section.get(key.name));
        if let Some(secret) = secret_behind(keys, key.name) {
            let is_known = secret.name == key.name && self.secrets.iter().any(|secret| secret.key == path);
            return is_known.then(|| Setting {
                place: place_of_secret(section, keys, secret),
                key: path,
                value: Value::Secret,
            });
        }
        let (value, place) = match (written, key.presence, self.derived.get(&path)) {
            (Some(node), _, _) => (self.shown(&key.kind, node), node.at),
            (None, _, Some(derived)) => (derived.clone().into(), Place::Default),
            (None, Presence::Default(text), None) if has_defaults => {
                (self.shown(&key.kind, &Node::of_default(text)), Place::Default)
            }
            (None, _, None) => return None,
        };
        Some(Setting {
            key: path,
            value: Value::Shown(value),
            place,
        })
    }

    fn shown(&self, kind: &Kind, node: &Node) -> serde_json::Value {
        match (kind, &node.content) {
            (_, Content::Switch(on)) => (*on).into(),
            (_, Content::Number(digits)) => {
                serde_json::from_str(digits).unwrap_or_else(|_| digits.as_str().to_owned().into())
            }
            (Kind::Path, Content::Text(path)) => self.directories.join(node.at, path).display().to_string().into(),
            (Kind::HttpUrl, Content::Text(url)) => without_query(url).into(),
            (_, Content::Text(text)) => text.as_str().to_owned().into(),
            (_, Content::Sequence(items)) => items.iter().map(|item| self.shown(kind, item)).collect(),
            (_, Content::Null | Content::Mapping(_) | Content::Tagged) => serde_json::Value::Null,
        }
    }
}

fn place_of_secret(section: Option<&Node>, keys: &'static [Key], secret: &Key) -> Place {
    let is_of_it = |name: &str| secret_behind(keys, name).is_some_and(|key| key.name == secret.name);
    let entry = section.and_then(|section| section.entries().iter().find(|entry| is_of_it(&entry.key)));
    entry.map_or(Place::Default, |entry| entry.value.at)
}

/// A query may be a token.
fn without_query(url: &str) -> String {
    match url.split_once('?') {
        Some((before, _)) => format!("{before}?…"),
        None => url.to_owned(),
    }
}
