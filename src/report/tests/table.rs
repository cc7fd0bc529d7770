use unicode_width::UnicodeWidthStr;

use super::{look, samples};
use crate::report::{Look, Paint, Report, Styles, render_json, render_table};

fn table(report: &Report, width: usize) -> String {
    render_table(report, &look(width))
}

#[test]
fn a_quiet_pass() {
    insta::assert_snapshot!(table(&samples::quiet(), 80), @r#"
    vmsync sync all  2024-07-01 12:34:00 UTC  took 3.2 s  converged

    Source               Kind     State      VMs  Calls  Received   Time
    ─────────────────────────────────────────────────────────────────────
    esx1                 ESXi     complete    12      7   48.2 kB  0.4 s
    vc.example.com:8443  vCenter  complete  1485      7   48.2 kB  0.4 s

    VMs            1497 unchanged

    sessions       1200 scanned, 0 changed
    notifications  none
    "#);
}

#[test]
fn objects_follow_the_vms_and_are_bounded() {
    let text = table(&samples::objects(), 100);
    let counts = "hosts          23 added, 7 unchanged\n\
                  clusters       1 updated, 7 unchanged\n\
                  datastores     1 returned, 2 withheld, 7 unchanged\n\
                  networks       1 gone, 7 unchanged\n\
                  switches       1 failed, 7 unchanged\n\
                  alarms         7 unchanged\n";
    assert!(
        text.contains(&format!("VMs            12 unchanged\n{counts}")),
        "{text}"
    );
    let hosts = "\n\nhosts added: 23\n  esx00  (vc1)\n";
    assert!(
        text.contains(hosts) && text.contains("  esx19  (vc1)\n  and 3 more, which --format json names\n"),
        "{text}"
    );
    assert!(
        text.contains("\n\nclusters updated: 1\n  prod  (vc1)\n      ha_enabled: true → false\n"),
        "{text}"
    );
    let held = "\n\ndatastores gone, withheld: 2\n  6 of 8 datastores of vc1 would be gone at once; if that is right, run \
                once with --allow vc1:gone=6\n  lun-1  (vc1)\n";
    assert!(text.contains(held), "{text}");
    assert!(text.contains("\n\nalarms added, not done: 1\n"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_pass_over_hosts_alone_says_nothing_of_vms() {
    let text = table(&samples::hosts(), 80);
    assert!(text.contains("1 difference\n"), "{text}");
    assert!(
        text.ends_with("\nhosts          1 gone, 3 unchanged\n\nhosts gone: 1\n  esx1  (vc1)\n"),
        "{text}"
    );
    assert!(!text.contains("sessions") && !text.contains("\nVMs"), "{text}");
}

#[test]
fn a_busy_pass() {
    insta::assert_snapshot!(table(&samples::busy(), 80), @r#"
    vmsync sync all  2024-07-01 12:34:00 UTC  took 3.2 s  exit code 5

    Source  Kind  State     VMs  Calls  Received   Time
    ────────────────────────────────────────────────────
    esx1    ESXi  complete   12      7   48.2 kB  0.4 s

    VMs            2 added, 1 orphaned, 1 reactivated, 1 moved, 2 renamed, 1
                   updated, 1 missing, 1 duplicate, 1 unidentified, 2 adopted, 1
                   excluded, 3 unchanged

    added: 2
      web-1  (esx1)
      web-2  (esx1)

    orphaned: 1
      old-db  (esx1)

    reactivated: 1
      back → back-2  (esx1)

    moved: 1
      mover  (esx1)
          esxi_host_addr: 10.0.0.1 → 10.0.0.2
          sources: esx0 → esx1

    renamed: 2
      b → a  (esx1)
      a → b  (esx1)

    updated: 1
      app  (esx1)
          power_state: on → off
          template: - → false

    missing: 1
      away  (esx1)

    duplicate: 1
      also on esx2; the facts are those of esx1
      twin  (esx1)  4216f3a0-7d0c-4f3e-9a55-0e6f3b1c2d4e

    unidentified: 1
      its configuration has not arrived
      unborn  (esx1)  4216f3a0-7d0c-4f3e-9a55-0e6f3b1c2d4e

    sessions       20 scanned, 3 changed, 1 gone, 2 skipped, 1 ambiguous
    notifications  4 sent, 1 pending, 1 rejected
    unowned        4 VMs of esx-old.example.com, no longer configured;
                   --retire-source esx-old.example.com would orphan them

    warning        the certificate of esx1 expires in 6 days
    warning        2 sessions hold the name twin, which two live VMs bore; nobody
                   can know which one is meant, so they are left as they are

    exit code 5: the stores converged, notifications are pending
    "#);
}

#[test]
fn a_dry_run() {
    insta::assert_snapshot!(table(&samples::dry_run(), 200), @r#"
    vmsync sync all --dry-run  2024-07-01 12:34:00 UTC  took 3.2 s  11 differences

    Source  Kind  State     VMs  Calls  Received   Time
    ────────────────────────────────────────────────────
    esx1    ESXi  complete   12      7   48.2 kB  0.4 s

    VMs, planned   2 added, 1 orphaned, 1 reactivated, 1 moved, 2 renamed, 1 updated, 1 missing, 1 duplicate, 1 unidentified, 3 unchanged

    added: 2
      web-1  (esx1)
      web-2  (esx1)

    orphaned: 1
      old-db  (esx1)

    reactivated: 1
      back → back-2  (esx1)

    moved: 1
      mover  (esx1)
          esxi_host_addr: 10.0.0.1 → 10.0.0.2
          sources: esx0 → esx1

    renamed: 2
      b → a  (esx1)
      a → b  (esx1)

    updated: 1
      app  (esx1)
          power_state: on → off
          template: - → false

    missing: 1
      away  (esx1)

    duplicate: 1
      also on esx2; the facts are those of esx1
      twin  (esx1)  4216f3a0-7d0c-4f3e-9a55-0e6f3b1c2d4e

    unidentified: 1
      its configuration has not arrived
      unborn  (esx1)  4216f3a0-7d0c-4f3e-9a55-0e6f3b1c2d4e

    sessions       20 scanned, 3 changed
    notifications  skipped (no endpoints configured)
    "#);
}

#[test]
fn a_diff_without_differences() {
    insta::assert_snapshot!(table(&samples::diff_empty(), 80), @r#"
    vmsync diff  2024-07-01 12:34:00 UTC  took 3.2 s  no differences

    Source  Kind  State     VMs  Calls  Received   Time
    ────────────────────────────────────────────────────
    esx1    ESXi  complete   12      7   48.2 kB  0.4 s

    VMs, planned   12 unchanged

    sessions       skipped (no redis configured)
    notifications  skipped (no endpoints configured)
    "#);
}

#[test]
fn withheld_changes_with_the_flag_that_allows_them() {
    insta::assert_snapshot!(table(&samples::withheld(), 80), @r#"
    vmsync sync all  2024-07-01 12:34:00 UTC  took 3.2 s  exit code 4

    Source  Kind  State     VMs  Calls  Received   Time
    ────────────────────────────────────────────────────
    esx1    ESXi  complete   28      7   48.2 kB  0.4 s

    VMs            3 withheld, 28 unchanged

    orphaned, withheld: 2
      12 of 40 live VMs of esx1 would become orphans, more than 5 and more than 20
      %; --allow esx1:orphan=12 lets them
      web-1  (esx1)
      web-2  (esx1)

    renamed, withheld: 1
      the name only: 20 VMs of esx1 would be renamed; --allow esx1:rename=20 lets
      them
      x → y  (esx1)
          num_cpu: 2 → 4

    sessions       20 scanned, 0 changed
    notifications  skipped (no endpoints configured)

    exit code 4: the guard withheld changes
    "#);
}

#[test]
fn failures_at_80_columns() {
    insta::assert_snapshot!(table(&samples::failures(), 80), @r#"
    vmsync sync vms  2024-07-01 12:34:00 UTC  took 3.2 s  exit code 6

    Source                         Kind     State       VMs  Calls  Received   Time
    ────────────────────────────────────────────────────────────────────────────────
    esx1                           ESXi     complete     12      7   48.2 kB  0.4 s
    vc-with-a-very-long-name.dat…  vCenter  failed        0      1       0 B  0.4 s
        failed to log in to vc-with-a-very-long-name.datacenter-7.example.com as
        svc-sync: the password was refused
        hint: put the right one into sources[1].password_file; the next attempt is
        made after 2024-07-01 12:49:00
    vc2                            vCenter  incomplete    0      1       0 B  0.4 s
        the listing ended after page 1: connection reset

    VMs            1 updated, 3 failed

    added, failed: 1
      the store refused it: document too large
      new  (esx1)

    orphaned, outcome unknown: 1
      the store went away and did not say
      gone  (esx1)

    updated: 1
      done  (esx1)

    updated, not done: 1
      later  (esx1)

    updated, contended: 1
      it was changed by another writer
      app  (esx1)

    sessions       not reached
    notifications  skipped (no endpoints configured)

    error          failed to reach the store at mongo:27017: connection closed
                   hint: run again

    exit code 6: a store failed in mid-pass, or the lease was lost
      also 3: a source failed or was incomplete, or a record was contended
    "#);
}

#[test]
fn failures_at_200_columns() {
    insta::assert_snapshot!(table(&samples::failures(), 200), @r#"
    vmsync sync vms  2024-07-01 12:34:00 UTC  took 3.2 s  exit code 6

    Source                                                  Kind     State       VMs  Calls  Received   Time
    ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    esx1                                                    ESXi     complete     12      7   48.2 kB  0.4 s
    vc-with-a-very-long-name.datacenter-7.example.com:8443  vCenter  failed        0      1       0 B  0.4 s
        failed to log in to vc-with-a-very-long-name.datacenter-7.example.com as svc-sync: the password was refused
        hint: put the right one into sources[1].password_file; the next attempt is made after 2024-07-01 12:49:00
    vc2                                                     vCenter  incomplete    0      1       0 B  0.4 s
        the listing ended after page 1: connection reset

    VMs            1 updated, 3 failed

    added, failed: 1
      the store refused it: document too large
      new  (esx1)

    orphaned, outcome unknown: 1
      the store went away and did not say
      gone  (esx1)

    updated: 1
      done  (esx1)

    updated, not done: 1
      later  (esx1)

    updated, contended: 1
      it was changed by another writer
      app  (esx1)

    sessions       not reached
    notifications  skipped (no endpoints configured)

    error          failed to reach the store at mongo:27017: connection closed
                   hint: run again

    exit code 6: a store failed in mid-pass, or the lease was lost
      also 3: a source failed or was incomplete, or a record was contended
    "#);
}

#[test]
fn names_that_would_steer_the_terminal() {
    insta::assert_snapshot!(table(&samples::hostile(), 80), @r#"
    vmsync sync all  2024-07-01 12:34:00 UTC  took 3.2 s  converged

    Source                              Kind  State     VMs  Calls  Received   Time
    ────────────────────────────────────────────────────────────────────────────────
    evil\u{1b}[2J\u{9b}1m\nexit code…   ESXi  complete    1      7   48.2 kB  0.4 s
        evil\u{1b}[2J\u{9b}1m
        exit code 0\u{202e}gnp.exe\u{7f}

    VMs            2 added, 1 failed

    added: 2
      " 仮想マシン-東京-データセンター-第一号機-本番環境-ウェブサーバー-冗長構成 "
      (esx1)
      longlonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglong
      (esx1)

    updated, failed: 1
      evil\u{1b}[2J\u{9b}1m
      exit code 0\u{202e}gnp.exe\u{7f}
      evil\u{1b}[2J\u{9b}1m\nexit code 0\u{202e}gnp.exe\u{7f}  (esx1)
          evil\u{1b}[2J\u{9b}1m\nexit code 0\u{202e}gnp.exe\u{7f}:
          evil\u{1b}[2J\u{9b}1m\nexit code 0\u{202e}gnp.exe\u{7f} →
          ["evil\u001b[2J\u{9b}1m\nexit code 0\u{202e}gnp.exe\u{7f}"]

    sessions       not reached
    notifications  not reached
    unowned        1 VM of evil\u{1b}[2J\u{9b}1m\nexit code 0\u{202e}gnp.exe\u{7f},
                   no longer configured; --retire-source evil\u{1b}[2J\u{9b}1m\nexit
                   code 0\u{202e}gnp.exe\u{7f} would orphan them

    warning        evil\u{1b}[2J\u{9b}1m
                   exit code 0\u{202e}gnp.exe\u{7f}
    error          evil\u{1b}[2J\u{9b}1m
                   exit code 0\u{202e}gnp.exe\u{7f}
    "#);
}

#[test]
fn a_run_that_was_stopped_at_once() {
    insta::assert_snapshot!(table(&samples::early(), 80), @r#"
    vmsync sync all  2024-07-01 12:34:00 UTC  took 3.2 s  exit code 130

    VMs            none

    sessions       not reached
    notifications  not reached

    exit code 130: stopped by SIGINT
    "#);
}

#[test]
fn no_line_is_wider_than_the_terminal_but_a_word_that_stands_alone() {
    for report in samples::all() {
        for width in [80, 100, 200] {
            let text = table(&report, width);
            let fits = |line: &str| line.width() <= width || !line.trim().contains(' ');
            assert!(text.lines().all(fits), "{width}:\n{text}");
        }
    }
}

#[test]
fn the_line_that_pins_a_certificate_can_be_copied() {
    let digits = ["AB"; 32].join(":");
    let line = format!("    tls: {{fingerprint_sha256: \"{digits}\"}}");
    let mut report = samples::failures();
    report.sources[0].error = Some(format!(
        "not trusted; its fingerprint is {digits}\nhint: pin it:\n{line}"
    ));
    report.error.clone_from(&report.sources[0].error);
    for width in [40, 80, 200] {
        let text = table(&report, width);
        assert_eq!(text.matches(&line).count(), 2, "{text}");
        assert_eq!(text.matches(&digits).count(), 4, "{text}");
    }
}

#[test]
fn a_tiny_terminal_is_no_panic() {
    for report in samples::all() {
        assert!(!table(&report, 0).is_empty());
    }
}

#[test]
fn nothing_reaches_a_terminal_but_text_and_line_breaks() {
    for text in samples::all()
        .iter()
        .flat_map(|report| [table(report, 80), render_json(report)])
    {
        assert!(
            !text.contains(|c: char| c != '\n' && (c.is_control() || c == '\u{202e}')),
            "{text:?}"
        );
    }
}

#[test]
fn json_is_one_line_that_keeps_every_character() {
    let json = render_json(&samples::hostile());
    assert_eq!((json.lines().count(), json.ends_with('\n')), (1, true));
    let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(value["sources"][0]["name"], samples::hostile().sources[0].name);
}

#[test]
fn colour_only_adds() {
    for report in samples::all() {
        let coloured = render_table(
            &report,
            &Look {
                styles: Styles::COLOUR,
                ..look(80)
            },
        );
        assert_ne!(Styles::COLOUR.heading, Paint::NONE);
        let stripped = ["[1m", "[31m", "[32m", "[0m"]
            .iter()
            .fold(coloured, |text, code| text.replace(&format!("\u{1b}{code}"), ""));
        assert_eq!(stripped, table(&report, 80));
    }
}
