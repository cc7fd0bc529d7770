use std::io::{self, ErrorKind, Write};
use std::time::Duration;

use jiff::tz::TimeZone;

use super::text::{bytes, cut, duration, long_duration, value, wrap};
use super::*;
use crate::exit::Condition;

mod check_table;
mod counts;
mod metrics;
mod samples;
mod schema;
mod stats;
mod status;
mod table;

fn look(width: usize) -> Look {
    Look {
        width,
        timezone: TimeZone::UTC,
        styles: Styles::PLAIN,
    }
}

#[test]
fn cron_is_silent_on_success_only() {
    let occasion = |writes, watched, format_asked| Occasion {
        writes,
        watched,
        format_asked,
    };
    for (occasion, on_success) in [
        (occasion(true, false, false), false),
        (occasion(true, true, false), true),
        (occasion(true, false, true), true),
        (occasion(true, true, true), true),
        (occasion(false, false, false), true),
        (occasion(false, true, false), true),
        (occasion(false, false, true), true),
        (occasion(false, true, true), true),
    ] {
        assert_eq!(should_print(occasion, ExitCode::SUCCESS), on_success, "{occasion:?}");
        for condition in Condition::ALL {
            assert!(should_print(occasion, condition.code()), "{occasion:?} {condition:?}");
        }
    }
}

struct Broken(ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_is_no_error_a_full_disk_is() {
    let report = |to: &mut dyn Write| to.write_all(b"report");
    assert!(fill_quietly(&mut Broken(ErrorKind::BrokenPipe), report).is_ok());
    let full = fill_quietly(&mut Broken(ErrorKind::StorageFull), report);
    assert_eq!(full.map_err(|error| error.kind()), Err(ErrorKind::StorageFull));
    let mut written = vec![];
    assert!(fill_quietly(&mut written, report).is_ok_and(|()| written == b"report"));
}

#[test]
fn what_is_cut_fits_whatever_its_characters_make_of_each_other() {
    use unicode_width::UnicodeWidthStr as _;

    for text in [
        "⚠\u{fe0f}⚠\u{fe0f} DO NOT DELETE",
        "1\u{fe0f}\u{20e3}2\u{fe0f}\u{20e3}3",
        "日本語の名前",
        "e\u{301}te\u{301}",
    ] {
        for width in 1..text.width() {
            let cut = cut(text, width);
            assert!(cut.width() <= width && cut.ends_with('…'), "{cut:?} in {width}");
        }
    }
}

#[test]
fn numbers_for_people() {
    assert_eq!(
        [0, 59_999, 60_000, 125_400].map(duration),
        ["0.0 s", "59.9 s", "1 min 0 s", "2 min 5 s"]
    );
    let shown = [0, 999, 1_000, 48_213, 1_250_000, 3_000_000_000].map(bytes);
    assert_eq!(shown, ["0 B", "999 B", "1.0 kB", "48.2 kB", "1.2 MB", "3.0 GB"]);
}

#[test]
fn values_show_where_they_end() {
    use serde_json::json;
    for (json, text) in [
        (json!(null), "-"),
        (json!(""), "\"\""),
        (json!(" a"), "\" a\""),
        (json!("a b"), "a b"),
        (json!("a\u{1b}"), "a\\u{1b}"),
        (json!(true), "true"),
        (json!(4096), "4096"),
    ] {
        assert_eq!(value(&json), text);
    }
}

#[test]
fn long_texts_are_broken_between_words() {
    assert_eq!(wrap("aaa bbb ccc", 7), ["aaa bbb", "ccc"]);
    assert_eq!(wrap("aaa  bbb ccc", 8), ["aaa  bbb", "ccc"], "spaces are kept");
    assert_eq!(wrap("aaa  bbb  ", 4), ["aaa", "bbb"], "but not at the ends of lines");
    assert_eq!(wrap("a 仮想 マシン b", 6), ["a 仮想", "マシン", "b"], "by columns");
    assert_eq!(wrap("", 4), [""]);
}

#[test]
fn a_long_word_and_a_line_to_copy_stay_whole() {
    assert_eq!(wrap("is aaaaaaaaaa now", 4), ["is", "aaaaaaaaaa", "now"]);
    assert_eq!(wrap("仮想マシン", 4), ["仮想マシン"]);
    assert_eq!(wrap("    tls: {a: b}", 4), ["    tls: {a: b}"]);
    assert_eq!(wrap("  aa bb", 4), ["aa", "bb"], "less is no such line");
}

#[test]
fn long_times_are_told_in_their_two_largest_units() {
    for (seconds, told) in [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_599, "59 min"),
        (3_600, "1 h"),
        (7_500, "2 h 5 min"),
        (86_399, "23 h 59 min"),
        (86_400, "1 d"),
        (273_600, "3 d 4 h"),
    ] {
        assert_eq!(long_duration(Duration::from_secs(seconds)), told);
    }
}

#[test]
fn lines_of_changes_and_the_rest_make_the_whole_report() {
    let mut report = samples::busy();
    let mut written = Vec::new();
    write_ndjson(&mut report, &mut written).expect("a vector takes all");
    let lines: Vec<serde_json::Value> = str::from_utf8(&written)
        .expect("text")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let (rest, changes) = lines.split_last().expect("the report is always there");
    let mut whole = rest.clone();
    assert_eq!(whole["changes"], serde_json::json!([]));
    whole["changes"] = changes.to_vec().into();
    let expected: serde_json::Value = serde_json::from_str(&render_json(&report)).expect("JSON");
    assert_eq!(whole, expected);
}
