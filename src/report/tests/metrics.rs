//! The metrics of every kind of report, held against the text format.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::samples::{all, busy, early, failures, hostile, quiet, source};
use crate::inventory::SourceKind;
use crate::report::{Carried, NOT_ASKED, Report, SourceReport, VmCounts, render_metrics};

const SUCCESS: &str = "vmsync_last_success_timestamp_seconds";
const COMPLETE: &str = "vmsync_source_last_complete_timestamp_seconds";

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn names(report: &Report) -> Vec<&str> {
    report.sources.iter().map(|source| source.name.as_str()).collect()
}

/// As a pass over all sources writes it over `before`.
fn written(report: &Report, before: &str) -> String {
    let carried = Carried::read(before, names(report), report.started).after(report, true);
    render_metrics(report, &carried)
}

fn value<'a>(text: &'a str, series: &str) -> Option<&'a str> {
    let of_series = |line: &'a str| line.strip_prefix(series)?.strip_prefix(' ');
    text.lines().find_map(of_series)
}

/// `name` and `name{label="value",…}`, of which only the values may hold anything.
fn name_of(series: &str) -> &str {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let (name, labels) = series.split_once('{').unwrap_or((series, ""));
    assert!(is_word(name), "{series}");
    let mut rest = labels;
    while let Some((label, behind)) = rest.split_once("=\"") {
        assert!(is_word(label), "{series}");
        let mut is_escaped = false;
        let end = behind.find(|c: char| {
            let ends = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            ends
        });
        let (value, behind) = behind.split_at(end.unwrap_or_else(|| panic!("{series}")));
        let unescaped = value.replace("\\\\", "").replace("\\\"", "").replace("\\n", "");
        assert!(!unescaped.contains(['"', '\\', '\n']), "{series}");
        rest = behind[1..].strip_prefix(',').unwrap_or(&behind[1..]);
    }
    assert_eq!(rest, if labels.is_empty() { "" } else { "}" }, "{series}");
    name
}

#[test]
fn every_report_makes_a_file_in_the_text_format() {
    for report in all() {
        let text = written(&report, "");
        assert!(text.ends_with('\n'));
        let mut series = BTreeSet::new();
        let mut families = BTreeSet::new();
        let mut current = "";
        for line in text.split_terminator('\n') {
            if let Some(help) = line.strip_prefix("# HELP ") {
                current = help.split(' ').next().expect("a name");
                assert!(families.insert(current), "{current} comes twice");
                assert!(help.ends_with('.') && !help.contains('\\'), "{help}");
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                assert_eq!(kind, format!("{current} gauge"));
            } else {
                let (sample, value) = line.rsplit_once(' ').expect("a value");
                assert_eq!(name_of(sample), current);
                assert!(series.insert(sample), "{sample} comes twice");
                let number: f64 = value.parse().unwrap_or_else(|_| panic!("{line}"));
                assert!(number.is_finite() && number >= 0.0, "{line}");
            }
        }
        assert!(families.iter().all(|name| name.starts_with("vmsync_")));
    }
}

#[test]
fn a_success_outlives_failures_to_the_millisecond() {
    let first = written(&quiet(), "");
    let finished = value(&first, SUCCESS).expect("a success").to_owned();
    assert_eq!(
        Some(finished.as_str()),
        value(&first, "vmsync_last_run_timestamp_seconds")
    );
    assert_eq!(value(&first, "vmsync_last_run_duration_seconds"), Some("3.250"));
    let mut text = first;
    for minute in 1..20 {
        let mut failure = failures();
        failure.started += SignedDuration::from_mins(minute);
        failure.finished += SignedDuration::from_mins(minute);
        text = written(&failure, &text);
        assert_eq!(value(&text, SUCCESS), Some(finished.as_str()));
    }
    assert_eq!(value(&text, "vmsync_last_run_exit_code"), Some("6"));
    assert_eq!(
        value(&text, "vmsync_last_run_condition{condition=\"source_failed\"}"),
        Some("1")
    );
    assert_eq!(
        value(&text, "vmsync_last_run_condition{condition=\"withheld\"}"),
        Some("0")
    );
}

#[test]
fn only_a_pass_over_all_sources_that_went_well_is_a_success() {
    let before = format!("{SUCCESS} 1700000000.500\n");
    let carried = || Carried::read(&before, ["esx1"], time("2024-07-01T12:34:00Z"));
    let kept = Some(time("2023-11-14T22:13:20.5Z"));
    assert_eq!(carried().last_success, kept);
    assert_eq!(carried().after(&quiet(), false).last_success, kept);
    assert_eq!(carried().after(&failures(), true).last_success, kept);
    assert_eq!(carried().after(&quiet(), true).last_success, Some(quiet().finished));
}

#[test]
fn a_source_keeps_when_it_was_complete_until_it_is_no_longer_configured() {
    let now = time("2024-07-01T12:34:00Z");
    let before = format!("{COMPLETE}{{source=\"gone\"}} 5.000\n{COMPLETE}{{source=\"vc2\"}} 7.000\n");
    let carried = Carried::read(&before, names(&failures()), now).after(&failures(), true);
    let text = render_metrics(&failures(), &carried);
    assert!(!text.contains("gone"), "{text}");
    let at = |name: &str| value(&text, &format!("{COMPLETE}{{source=\"{name}\"}}"));
    assert_eq!((at("vc2"), at("esx1")), (Some("7.000"), Some("1719837243.250")));
    let never = "vc-with-a-very-long-name.datacenter-7.example.com:8443";
    assert_eq!(at(never), Some("0"));
    // A pass that ended before it heard of any.
    let carried = Carried::read(&text, names(&failures()), now).after(&early(), true);
    let text = render_metrics(&early(), &carried);
    assert_eq!(value(&text, &format!("{COMPLETE}{{source=\"vc2\"}}")), Some("7.000"));
    assert!(!text.contains("vmsync_source_up"), "{text}");
}

#[test]
fn a_name_with_anything_in_it_is_found_again() {
    let name = "a\\b\"c d} 5";
    let report = Report {
        sources: vec![source(name, SourceKind::Esxi, 1)],
        ..quiet()
    };
    let text = written(&report, "");
    let read = Carried::read(&text, [name], report.finished);
    assert_eq!(read.last_complete, [(name.to_owned(), Some(report.finished))]);
    written(&hostile(), &written(&hostile(), ""));
}

#[test]
fn nothing_but_whole_lines_of_its_own_is_believed() {
    let now = time("2024-07-01T12:34:00Z");
    let success = |before: &str| Carried::read(before, [], now).last_success;
    for before in [
        "",
        "garbage",
        "\n\n\0",
        "vmsync_last_success_timestamp_seconds\n",
        "vmsync_last_success_timestamp_seconds NaN\n",
        "vmsync_last_success_timestamp_seconds +Inf\n",
        "vmsync_last_success_timestamp_seconds 1e300\n",
        "vmsync_last_success_timestamp_seconds -5\n",
        "vmsync_last_success_timestamp_seconds 0\n",
        "vmsync_last_success_timestamp_seconds{x=\"y\"} 1700000000\n",
        "vmsync_last_success_timestamp_seconds_other 1700000000\n",
        "# vmsync_last_success_timestamp_seconds 1700000000\n",
        // Cut off: nobody knows how the number goes on.
        "vmsync_last_success_timestamp_seconds 17000000",
    ] {
        assert_eq!(success(before), None, "{before:?}");
    }
    let future = format!("{SUCCESS} 99999999999\n");
    assert_eq!(success(&future), Some(now), "it ages from now on");
}

#[test]
fn what_a_pass_did_not_come_to_know_is_left_out() {
    let mut report = busy();
    report.documents = Some(VmCounts {
        present: 7,
        orphan: 2,
        missing: 1,
    });
    report.sources.push(SourceReport {
        complete: false,
        error: Some(NOT_ASKED.to_owned()),
        ..source("esx2", SourceKind::Esxi, 0)
    });
    let text = written(&report, "");
    for (series, expected) in [
        ("vmsync_source_vms{source=\"esx1\"}", Some("12")),
        ("vmsync_source_fetch_seconds{source=\"esx1\"}", Some("0.412")),
        ("vmsync_source_received_bytes{source=\"esx1\"}", Some("48213")),
        ("vmsync_source_up{source=\"esx2\"}", None),
        ("vmsync_vms{state=\"orphan\"}", Some("2")),
        ("vmsync_unowned_vms", Some("4")),
        ("vmsync_last_run_changes{kind=\"added\"}", Some("2")),
        ("vmsync_last_run_changes{kind=\"renamed\"}", Some("3")),
        ("vmsync_last_run_sessions{result=\"changed\"}", Some("3")),
        ("vmsync_pending_notifications", Some("1")),
        ("vmsync_rejected_notifications", Some("1")),
    ] {
        assert_eq!(value(&text, series), expected, "{series}");
    }
    let text = written(&failures(), "");
    let unreachable = "{source=\"vc-with-a-very-long-name.datacenter-7.example.com:8443\"}";
    assert_eq!(value(&text, &format!("vmsync_source_up{unreachable}")), Some("0"));
    assert_eq!(value(&text, &format!("vmsync_source_vms{unreachable}")), None);
    let text = written(&early(), "");
    for family in [
        "vmsync_vms",
        "vmsync_source",
        "vmsync_pending",
        "vmsync_last_run_sessions",
    ] {
        assert!(!text.contains(family), "{family}: {text}");
    }
}

#[test]
fn a_clock_that_was_set_back_makes_no_negative_time() {
    let mut report = quiet();
    report.finished = report.started - SignedDuration::from_secs(60);
    assert_eq!(
        value(&written(&report, ""), "vmsync_last_run_duration_seconds"),
        Some("0.000")
    );
}

#[test]
fn what_each_source_lists_beside_vms_is_counted_by_kind() {
    let text = written(&busy(), "");
    let of_kind = |kind: &str| {
        value(
            &text,
            &format!("vmsync_source_objects{{source=\"esx1\",kind=\"{kind}\"}}"),
        )
    };
    assert_eq!(of_kind("hosts"), Some("1"), "{text}");
    assert_eq!(of_kind("clusters"), None, "nobody asked for them");
}
