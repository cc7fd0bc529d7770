//! `check` for people.

use unicode_width::UnicodeWidthStr;

use super::{look, samples};
use crate::check::{CheckReport, Findings, Subject};
use crate::report::render_check;

#[test]
fn each_line_says_how_an_item_does_and_what_to_do() {
    let text = render_check(&samples::check(), &look(80));
    let expected = "\
configuration
  ok       file           sync.yaml, 1 source

source esx1
  warning  certificate    pinned, expires in 5 days, on 2026-11-26
                          hint: pin the next one in time
  failed   login          the server refuses the user name or password of \"root\"
                          (Cannot complete login due to an incorrect user name
                          or password.)
                          hint: check `username` and the password

endpoints
  skipped  vm-group-service-rename-vm
                          not configured: this service is told of no rename

1 ok, 1 warning, 1 failed, 1 skipped: exit code 77
";
    assert_eq!(text, expected);
}

#[test]
fn a_line_to_be_copied_stands_far_to_the_left() {
    let mut findings = Findings::new(Subject::Store);
    findings.warn("certificate", "not verified", "pin it:\n    tls: {verify: true}");
    let text = render_check(&CheckReport::new(vec![], vec![findings], None), &look(80));
    assert!(text.contains("hint: pin it:\n    tls: {verify: true}\n"), "{text}");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in [60, 80, 120] {
        let text = render_check(&samples::check(), &look(width));
        assert!(text.lines().all(|line| line.width() <= width), "{text}");
    }
}
