//! What the configuration says once all layers lie over another, value by value, and where each of them comes from.

mod walk;

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::load::Loaded;
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
        Self::of(Loaded::of(request, env)?, env)
    }

    /// The same of a configuration with which a pass could begin.
    ///
    /// # Errors
    /// Those of [`Config::load`].
    pub fn load_complete(request: &Request<'_>, env: &dyn Environment) -> Result<Self, ConfigError> {
        let mut loaded = Loaded::of(request, env)?;
        loaded.findings.insist_on_secrets();
        Self::of(loaded, env)
    }

    fn of(loaded: Loaded, env: &dyn Environment) -> Result<Self, ConfigError> {
        let (resolved, root, directories) = loaded.finish()?;
        let settings = walk::settings(&root, &directories, &resolved);
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

    /// The configuration, if no secret is absent.
    #[must_use]
    pub fn config(&self) -> Option<&Config> {
        let is_complete = self.secrets.iter().all(|secret| secret.trouble.is_none());
        is_complete.then_some(&self.config)
    }

    /// The secret of a setting.
    #[must_use]
    pub fn secret_of(&self, setting: &Setting) -> Option<&SurveyedSecret> {
        self.secrets.iter().find(|secret| secret.key == setting.key)
    }

    /// Zone of local times.
    #[must_use]
    pub const fn timezone(&self) -> &TimeZone {
        &self.config.timezone
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

    /// See [`Config::metrics_file`].
    #[must_use]
    pub fn metrics_file(&self) -> Option<&Path> {
        self.config.metrics_file.as_deref()
    }

    /// What a pass opens on this machine beside secrets and its own files, by what it is called.
    #[must_use]
    pub fn needed(&self) -> Vec<(String, PathBuf)> {
        let authorities = self.settings.iter().filter_map(|setting| match &setting.value {
            Value::Shown(serde_json::Value::String(path)) if setting.key.ends_with("tls.ca_file") => {
                Some((setting.key.clone(), path.into()))
            }
            _ => None,
        });
        let mut needed: Vec<_> = authorities.collect();
        if let StoreConfig::Mongo(mongo) = &self.config.store {
            let sockets = mongo.address.sockets().into_iter();
            needed.extend(sockets.map(|path| ("the socket of MongoDB".to_owned(), path)));
        }
        let socket = self.config.redis.as_ref().and_then(|redis| redis.address.socket());
        needed.extend(socket.map(|path| ("the socket of Redis".to_owned(), path)));
        needed
    }

    /// What is worth a word.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.config.notes
    }
}
