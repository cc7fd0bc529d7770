//! `config show` and `config validate` as people read them.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::page::{Look, Page, Paint};
use super::text::{escape, value as bare};
use crate::config::{NoteLevel, Place, SecretPlace, Setting, StoreConfig, Survey, SurveyedSecret, Value};

/// Columns of a key's name and of its value; longer ones push what is behind them.
const NAME: usize = 18;
const VALUE: usize = 28;
const ORIGIN_AT: usize = 2 + NAME + 2 + VALUE + 2;
/// Longer words are cut: nobody reads the pattern of session keys to its end.
const LONGEST_WORD: usize = 100;

/// A block for each section, a line for each key: what holds, and who says so.
#[must_use]
pub fn render_settings(survey: &Survey, look: &Look) -> String {
    let mut page = Page::new(look);
    let mut section = None;
    for setting in &survey.settings {
        let (above, name) = setting.key.rsplit_once('.').unwrap_or((&setting.key, ""));
        if section != Some(above) {
            page.gap();
            page.paragraph(0, above, look.styles.heading);
            section = Some(above);
        }
        match &setting.value {
            Value::Unset(without) => page.paragraph(2, &format!("not set: {without}"), Paint::NONE),
            Value::Shown(value) => push_row(&mut page, name, &words(value), &origin(survey, setting), Paint::NONE),
            Value::Secret => push_secret(&mut page, name, survey, setting),
        }
    }
    page.finish()
}

fn push_secret(page: &mut Page<'_>, name: &str, survey: &Survey, setting: &Setting) {
    let Some(secret) = survey.secret_of(setting) else {
        return;
    };
    let (word, paint) = match secret.trouble {
        Some(_) => ("(absent)", page.look.styles.bad),
        None => ("(secret)", Paint::NONE),
    };
    push_row(page, name, word, &origin_of_secret(survey, setting, secret), paint);
}

/// Name, value and origin: in one line if they fit it.
fn push_row(page: &mut Page<'_>, name: &str, value: &str, origin: &str, paint: Paint) {
    let lead = format!("  {name:NAME$}  ");
    let (value, origin) = (escape(value), escape(origin));
    let behind_value = ORIGIN_AT.max(lead.width() + value.width() + 2);
    if behind_value + origin.width() <= page.width() {
        let gap = " ".repeat(behind_value - lead.width() - value.width());
        return page.line(&format!("{lead}{}{gap}{origin}", paint.on(&value)));
    }
    let room = page.width() - lead.width().min(page.width() - 10);
    let mut lead = lead.as_str();
    for line in fold(&value, room) {
        page.beside(&format!("{lead:0$}", 2 + NAME + 2), &line, paint);
        lead = "";
    }
    let at = if ORIGIN_AT + origin.width() <= page.width() {
        ORIGIN_AT
    } else {
        2 + NAME + 2
    };
    for line in fold(&origin, page.width() - at) {
        page.line(&format!("{:at$}{line}", ""));
    }
}

/// Lines of at most so many columns, broken between words where that is possible.
fn fold(text: &str, width: usize) -> Vec<String> {
    let cut = |line: String| {
        let mut parts = vec![String::new()];
        for c in line.chars() {
            let last = parts.len() - 1;
            if parts[last].width() + c.width().unwrap_or(0) > width {
                parts.push(String::new());
            }
            let last = parts.len() - 1;
            parts[last].push(c);
        }
        parts
    };
    super::text::wrap(text, width).into_iter().flat_map(cut).collect()
}

fn words(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(items) if items.is_empty() => "none".to_owned(),
        serde_json::Value::Array(items) => items.iter().map(word).collect::<Vec<_>>().join(", "),
        other => word(other),
    }
}

fn word(value: &serde_json::Value) -> String {
    let word = bare(value);
    let length = word.chars().count();
    if length <= LONGEST_WORD {
        return word;
    }
    let begin: String = word.chars().take(LONGEST_WORD / 4).collect();
    format!("{begin}… ({length} characters)")
}

fn origin(survey: &Survey, setting: &Setting) -> String {
    setting.place.of(&survey.file)
}

fn origin_of_secret(survey: &Survey, setting: &Setting, secret: &SurveyedSecret) -> String {
    let named_at = match setting.place {
        Place::Default => String::new(),
        place => format!(" ({})", place.of(&survey.file)),
    };
    let place = match &secret.place {
        SecretPlace::Inline(place) => return place.of(&survey.file),
        SecretPlace::Credential(_) => format!("credential {}", secret.id),
        SecretPlace::File(path) => format!("{}{named_at}", path.display()),
        SecretPlace::Variable(name) => format!("${name}{named_at}"),
        SecretPlace::Missing => named_at.trim_start().to_owned(),
    };
    match &secret.trouble {
        Some(trouble) => format!("{trouble} {place}").trim_end().to_owned(),
        None => place,
    }
}

/// What was read and what it comes to, of a configuration that is valid and complete.
#[must_use]
pub fn render_verdict(survey: &Survey, look: &Look) -> String {
    let mut page = Page::new(look);
    page.paragraph(0, "ok: the configuration is valid", look.styles.good);
    page.labelled("read", &layers(survey).join(", "), Paint::NONE);
    if let Some(config) = survey.config() {
        let names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
        page.labelled("sources", &names.join(", "), Paint::NONE);
        let store = match &config.store {
            StoreConfig::Mongo(mongo) => mongo.redacted(),
            StoreConfig::Sqlite { path } => path.display().to_string(),
        };
        page.labelled("documents", &store, Paint::NONE);
        let sessions = config.redis.as_ref().map(|redis| redis.address.redacted());
        page.labelled("sessions", sessions.as_deref().unwrap_or("not touched"), Paint::NONE);
    }
    for note in survey.notes() {
        match note.level {
            NoteLevel::Warning => page.labelled("warning", &note.text, look.styles.bad),
            NoteLevel::Info => page.labelled("note", &note.text, Paint::NONE),
        }
    }
    page.finish()
}

/// The file, and each variable and option that lies over it.
fn layers(survey: &Survey) -> Vec<String> {
    let is_over = |place: &Place| matches!(place, Place::Variable(_) | Place::Flag(_));
    let mut over: Vec<Place> = survey
        .settings
        .iter()
        .map(|setting| setting.place)
        .filter(is_over)
        .collect();
    over.sort_unstable();
    over.dedup();
    std::iter::once(survey.file.display().to_string())
        .chain(over.into_iter().map(|place| place.of(&survey.file)))
        .collect()
}
