//! How long orphans have been gone.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::plan::record::{LOCAL_TIME, VmRecord};

/// Orphans by age. Each counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct OrphanAges {
    /// For less than a day.
    pub day: usize,
    /// For less than 7 days, but a day.
    pub week: usize,
    /// For less than 30 days, but 7.
    pub month: usize,
    /// For 30 days or more.
    pub older: usize,
    /// Nobody knows: `orphan_since` is absent or in another form.
    pub unknown: usize,
}

impl OrphanAges {
    /// Of these documents, whose times are those of `timezone`.
    #[must_use]
    pub fn of(records: &[VmRecord], now: Timestamp, timezone: &TimeZone) -> Self {
        let mut ages = Self::default();
        for VmRecord { fields, .. } in records.iter().filter(|record| record.fields.orphan) {
            let since = fields.orphan_since.as_deref().and_then(|text| instant(text, timezone));
            *ages.bucket(since.map(|since| now.duration_since(since))) += 1;
        }
        ages
    }

    fn bucket(&mut self, age: Option<SignedDuration>) -> &mut usize {
        let days = |days: i64| SignedDuration::from_hours(24 * days);
        match age {
            None => &mut self.unknown,
            Some(age) if age < days(1) => &mut self.day,
            Some(age) if age < days(7) => &mut self.week,
            Some(age) if age < days(30) => &mut self.month,
            Some(_) => &mut self.older,
        }
    }
}

fn instant(text: &str, timezone: &TimeZone) -> Option<Timestamp> {
    let local = DateTime::strptime(LOCAL_TIME, text.trim()).ok()?;
    local.to_zoned(timezone.clone()).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plan::record::DocumentId;

    fn orphan(since: Option<&str>) -> VmRecord {
        let stored = json!({"name": "x", "orphan": true, "orphan_since": since});
        let stored = stored.as_object().cloned().expect("an object");
        VmRecord::from_stored(DocumentId("1".to_owned()), stored).expect("readable")
    }

    #[test]
    fn ages_go_by_local_time_and_change_at_whole_days() {
        let zone = TimeZone::get("Europe/Berlin").expect("bundled");
        let now: Timestamp = "2024-07-31T10:00:00Z".parse().expect("a time");
        for (since, expected) in [
            ("31-07-2024: 12:00:00", [1, 0, 0, 0, 0]),
            ("30-07-2024: 12:00:01", [1, 0, 0, 0, 0]),
            ("30-07-2024: 12:00:00", [0, 1, 0, 0, 0]),
            ("24-07-2024: 12:00:01", [0, 1, 0, 0, 0]),
            ("24-07-2024: 12:00:00", [0, 0, 1, 0, 0]),
            ("01-07-2024: 12:00:01", [0, 0, 1, 0, 0]),
            ("01-07-2024: 12:00:00", [0, 0, 0, 1, 0]),
            ("2024-07-31", [0, 0, 0, 0, 1]),
        ] {
            let ages = OrphanAges::of(&[orphan(Some(since))], now, &zone);
            let counts = [ages.day, ages.week, ages.month, ages.older, ages.unknown];
            assert_eq!(counts, expected, "{since}");
        }
        assert_eq!(OrphanAges::of(&[orphan(None)], now, &zone).unknown, 1);
    }
}
