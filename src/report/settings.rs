//! What `config show` says: `vmsync.config/1`.

use serde::Serialize;
use serde_json::Value as Json;

use crate::config::{Place, SecretPlace, Setting, Survey, SurveyedSecret, Value};

/// Form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum SettingsSchema {
    /// The only one so far.
    #[serde(rename = "vmsync.config/1")]
    Config1,
}

/// The configuration, value by value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SettingsReport {
    /// Always the same.
    pub schema: SettingsSchema,
    /// The file, as it was named.
    pub file: String,
    /// In the order of the schema.
    pub settings: Vec<SettingReport>,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SettingReport {
    /// Its path.
    pub key: String,
    /// Null for a secret, and for a section that is not set.
    pub value: Json,
    /// `default`, `file`, `variable` or `flag`.
    pub origin: &'static str,
    /// Line and column in the file, name of the variable or option.
    pub at: Option<String>,
    /// What is told of a secret.
    pub secret: Option<SecretReport>,
    /// What happens without a section that is not set.
    pub without: Option<&'static str>,
}

/// A secret, without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecretReport {
    /// What systemd's credential for it is called.
    pub id: String,
    /// `inline`, `file`, `variable`, `credential` or `missing`.
    pub from: &'static str,
    /// The file, the variable or the credential's file.
    pub name: Option<String>,
    /// Why it is not to be had now.
    pub trouble: Option<String>,
}

impl SettingsReport {
    /// Of all settings.
    #[must_use]
    pub fn new(survey: &Survey) -> Self {
        let setting = |setting: &Setting| SettingReport {
            key: setting.key.clone(),
            value: match &setting.value {
                Value::Shown(value) => value.clone(),
                Value::Secret | Value::Unset(_) => Json::Null,
            },
            origin: layer(setting.place),
            at: (setting.place != Place::Default).then(|| setting.place.of(&survey.file)),
            secret: survey.secret_of(setting).map(secret),
            without: match setting.value {
                Value::Unset(without) => Some(without),
                Value::Shown(_) | Value::Secret => None,
            },
        };
        Self {
            schema: SettingsSchema::Config1,
            file: survey.file.display().to_string(),
            settings: survey.settings.iter().map(setting).collect(),
        }
    }
}

const fn layer(place: Place) -> &'static str {
    match place {
        Place::File { .. } => "file",
        Place::Variable(_) => "variable",
        Place::Flag(_) => "flag",
        Place::Default => "default",
    }
}

fn secret(secret: &SurveyedSecret) -> SecretReport {
    let (from, name) = match &secret.place {
        SecretPlace::Inline(_) => ("inline", None),
        SecretPlace::File(path) => ("file", Some(path.display().to_string())),
        SecretPlace::Variable(name) => ("variable", Some(name.clone())),
        SecretPlace::Credential(path) => ("credential", Some(path.display().to_string())),
        SecretPlace::Missing => ("missing", None),
    };
    SecretReport {
        id: secret.id.clone(),
        from,
        name,
        trouble: secret.trouble.clone(),
    }
}
