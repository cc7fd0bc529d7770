use std::time::Duration;

use clap::CommandFactory;

use super::*;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.split(' '))
}

fn parsed(line: &str) -> Cli {
    parse(line).unwrap_or_else(|error| panic!("{line}: {error}"))
}

#[test]
fn the_tree_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn options_of_all_commands_stand_before_or_after_the_command() {
    for line in [
        "vmsync -c f.yaml -vv --color never sync all",
        "vmsync sync all --color never -v -v --config f.yaml",
    ] {
        let global = parsed(line).global;
        assert_eq!(global.config.as_deref(), Some("f.yaml".as_ref()), "{line}");
        assert_eq!(
            (global.verbose, global.quiet, global.color),
            (2, false, Colour::Never),
            "{line}"
        );
    }
}

#[test]
fn sync_takes_sources_limits_and_a_time_to_wait() {
    let cli = parsed(
        "vmsync sync all -n --source a --source b:8443 --retire-source old --allow a:orphan=3 --allow b:8443:rename=7 \
         --lock-timeout 2m --format ndjson --report-file out/report.json",
    );
    let allow = |source: &str, change, limit| Allow {
        source: source.to_owned(),
        change,
        limit,
    };
    let scope = ScopeArgs {
        sources: vec!["a".to_owned(), "b:8443".to_owned()],
        retire_sources: vec!["old".to_owned()],
        allow: vec![
            allow("a", AllowedChange::Orphan, 3),
            allow("b:8443", AllowedChange::Rename, 7),
        ],
    };
    let expected = SyncArgs {
        dry_run: true,
        scope,
        lock_timeout: Some(Duration::from_mins(2)),
        report: ReportArgs {
            format: Some(ReportFormat::Ndjson),
            report_file: Some("out/report.json".into()),
        },
    };
    assert_eq!(
        cli.command,
        Command::Sync(SyncCommand::All(SyncAllArgs {
            sync: expected,
            metrics_file: None,
        }))
    );
}

#[test]
fn metrics_are_for_a_whole_pass_that_writes_and_for_a_file_that_is_read() {
    let Command::Sync(SyncCommand::All(all)) = parsed("vmsync sync all --metrics-file out/vmsync.prom").command else {
        panic!("sync all")
    };
    assert_eq!(all.metrics_file.as_deref(), Some("out/vmsync.prom"));
    for line in [
        "vmsync sync all --metrics-file vmsync.txt",
        "vmsync sync all --metrics-file .prom",
        "vmsync sync all --dry-run --metrics-file vmsync.prom",
        "vmsync sync vms a --metrics-file vmsync.prom",
        "vmsync diff --metrics-file vmsync.prom",
    ] {
        assert_eq!(parse(line).expect_err(line).exit_code(), 2, "{line}");
    }
}

#[test]
fn commands_say_their_words_and_whether_they_write() {
    for (line, words, writes) in [
        ("vmsync sync all", "sync all", true),
        ("vmsync sync all --dry-run", "sync all", false),
        ("vmsync sync vms a b", "sync vms", true),
        ("vmsync sync vms a -n", "sync vms", false),
        ("vmsync diff --exit-code", "diff", false),
        ("vmsync status --format nagios --warn 10m --crit 1h", "status", false),
        ("vmsync check --source a --source b", "check", false),
        ("vmsync check --print-pins", "check", false),
        ("vmsync config init", "config init", true),
        ("vmsync config validate", "config validate", false),
        ("vmsync config show --format json", "config show", false),
    ] {
        let command = parsed(line).command;
        assert_eq!((command.words(), command.writes()), (words, writes), "{line}");
    }
}

#[test]
fn wrong_lines_are_usage_errors() {
    for line in [
        "vmsync",
        "vmsync sync",
        "vmsync sync vms",
        "vmsync nothing",
        "vmsync diff --dry-run",
        "vmsync status --source a",
        "vmsync -q -v status",
        "vmsync sync all --allow esx1",
        "vmsync sync all --allow :orphan=1",
        "vmsync sync all --allow esx1:added=1",
        "vmsync sync all --allow esx1:orphan=-1",
        "vmsync sync all --lock-timeout soon",
        "vmsync sync all --source ",
        "vmsync diff --format yaml",
        "vmsync check esx1",
        "vmsync check --source ",
        "vmsync check --dry-run",
        "vmsync check --print-pins --format json",
        "vmsync diff --format nagios",
        "vmsync status --format ndjson",
        "vmsync status --report-file status.json",
        "vmsync --color sometimes status",
    ] {
        let error = parse(line).expect_err(line);
        assert_eq!(error.exit_code(), 2, "{line}");
    }
}

#[test]
fn help_and_version_are_no_errors() {
    for line in [
        "vmsync --help",
        "vmsync -h",
        "vmsync --version",
        "vmsync sync vms --help",
        "vmsync help diff",
    ] {
        assert_eq!(parse(line).expect_err(line).exit_code(), 0, "{line}");
    }
}

#[test]
fn the_help_of_every_command_shows_an_example() {
    let mut root = Cli::command();
    root.build();
    let mut queue = vec![root];
    while let Some(mut command) = queue.pop() {
        let long = command.render_long_help().to_string();
        let short = command.render_help().to_string();
        assert!(long.contains("Examples:\n  vmsync"), "{long}");
        assert!(short.contains("Examples:\n  vmsync"), "{short}");
        queue.extend(
            command
                .get_subcommands()
                .filter(|sub| sub.get_name() != "help")
                .cloned(),
        );
    }
}

#[test]
fn the_long_help_lists_configuration_files_and_exit_codes() {
    let long = Cli::command().render_long_help().to_string();
    assert!(
        long.contains("$VMSYNC_CONFIG") && long.contains("/etc/vmsync/sync.yaml"),
        "{long}"
    );
    for crate::exit::Explanation { code, meaning, .. } in crate::exit::explanations() {
        assert!(long.contains(&format!("  {:>3}  {meaning}", code.get())), "{long}");
    }
}

#[test]
fn durations_are_seconds_or_have_a_unit() {
    for (text, expected) in [
        ("0", Some(0)),
        ("40", Some(40_000)),
        ("40s", Some(40_000)),
        ("250ms", Some(250)),
        ("10m", Some(600_000)),
        ("24h", Some(86_400_000)),
        ("2d", Some(172_800_000)),
        ("", None),
        ("s", None),
        ("-1", None),
        ("1.5h", None),
        ("10 m", None),
        ("10min", None),
        ("99999999999999999999", None),
        ("9999999999999999999d", None),
    ] {
        assert_eq!(parse_duration(text).ok(), expected.map(Duration::from_millis), "{text}");
    }
}

#[test]
fn an_age_has_a_unit_and_is_not_negative() {
    let parse = |age: &str| Cli::try_parse_from(["vmsync", "prune", "--gone-before", age]);
    let day = 24 * 60 * 60;
    for (text, seconds) in [("0", 0), ("0s", 0), ("90s", 90), ("90d", 90 * day), ("2w", 14 * day)] {
        let Command::Prune(args) = parse(text).expect(text).command else {
            panic!("{text} is another command");
        };
        assert_eq!(args.gone_before, Duration::from_secs(seconds), "{text}");
    }
    for text in ["90", "90x", "w", "", "1.5d", "99999999999999999999w"] {
        let error = parse(text).expect_err(text).to_string();
        assert!(
            error.contains("a number with a unit (s, m, h, d, w), such as 90d"),
            "{error}"
        );
    }
    for text in ["-90", "-5d"] {
        let error = parse(text).expect_err(text).to_string();
        assert!(error.contains("an age is not negative"), "{error}");
    }
}
