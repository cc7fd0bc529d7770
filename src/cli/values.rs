//! Values of options that are more than a word.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

/// What the guard may be told to let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllowedChange {
    /// VMs of the source become orphans.
    Orphan,
    /// VMs of the source get new names.
    Rename,
    /// Other objects of the source, up to so many of each kind, are gone.
    Gone,
}

/// `SOURCE:orphan=N`, `SOURCE:rename=N` or `SOURCE:gone=N`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// Name of a source; may hold colons.
    pub source: String,
    /// What is allowed.
    pub change: AllowedChange,
    /// For how many at most.
    pub limit: u32,
}

const ALLOW_FORM: &str = "expected SOURCE:orphan=N, SOURCE:rename=N or SOURCE:gone=N, such as esx1:orphan=12";

impl FromStr for Allow {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (source, change) = text.rsplit_once(':').ok_or(ALLOW_FORM)?;
        let (change, limit) = change.split_once('=').ok_or(ALLOW_FORM)?;
        let change = match change {
            "orphan" => AllowedChange::Orphan,
            "rename" => AllowedChange::Rename,
            "gone" => AllowedChange::Gone,
            _ => return Err(ALLOW_FORM.to_owned()),
        };
        let limit = limit.parse().map_err(|_| ALLOW_FORM)?;
        if source.is_empty() {
            return Err(ALLOW_FORM.to_owned());
        }
        Ok(Self {
            source: source.to_owned(),
            change,
            limit,
        })
    }
}

const DURATION_FORM: &str = "expected seconds, or a number with a unit (ms, s, m, h, d), such as 40s or 10m";

/// A number is seconds; with a unit, `ms`, `s`, `m`, `h` or `d`.
///
/// # Errors
/// Another form, or a time too long to count.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| DURATION_FORM)?;
    let milliseconds = match unit {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" => 60 * 1_000,
        "h" => 60 * 60 * 1_000,
        "d" => 24 * 60 * 60 * 1_000,
        _ => return Err(DURATION_FORM.to_owned()),
    };
    number
        .checked_mul(milliseconds)
        .map(Duration::from_millis)
        .ok_or_else(|| "too long".to_owned())
}

const AGE_FORM: &str = "expected an age, a number with a unit (s, m, h, d, w), such as 90d";

/// How long ago, of what is deleted: seconds are not guessed where days may be meant, so a number has a unit.
pub(super) fn parse_age(text: &str) -> Result<Duration, String> {
    if text
        .strip_prefix('-')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    {
        return Err(format!("an age is not negative; {AGE_FORM}"));
    }
    if !text.is_empty() && text.bytes().all(|byte| byte == b'0') {
        return Ok(Duration::ZERO);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(AGE_FORM.to_owned());
    }
    let duration = match text.strip_suffix('w') {
        Some(weeks) if weeks.bytes().all(|byte| byte.is_ascii_digit()) => {
            let days = weeks.parse().ok().and_then(|weeks: u64| weeks.checked_mul(7));
            parse_duration(&format!("{}d", days.ok_or(AGE_FORM)?))
        }
        _ => parse_duration(text),
    };
    duration.map_err(|error| {
        if error == DURATION_FORM {
            AGE_FORM.to_owned()
        } else {
            error
        }
    })
}

/// `node_exporter` passes over files of other names.
pub(super) fn prom_file(path: &str) -> Result<String, &'static str> {
    if Path::new(path).extension().is_some_and(|extension| extension == "prom") {
        Ok(path.to_owned())
    } else {
        Err("expected a name that ends in .prom, as node_exporter reads no other file")
    }
}
