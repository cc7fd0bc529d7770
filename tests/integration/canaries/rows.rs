//! What is run: every command in every form, taken from the command line's own tree.

use crate::support::is_nightly;
use clap::CommandFactory;
use std::collections::BTreeSet;
use vmsync::cli::Cli;

/// A command with arguments that let it do as much as it can. A new subcommand needs a row here.
pub const ROWS: [&[&str]; 31] = [
    &["sync", "all", "--lock-timeout", "10s"],
    &["status"],
    &["sync", "vms", "fixed", "--lock-timeout", "10s"],
    &["diff"],
    &["sync", "all", "--dry-run"],
    &["diff", "--exit-code", "--source", "inline"],
    &["sync", "vms", "fixed", "nobody", "-n"],
    &["check"],
    &["list", "vms", "--gone", "--columns", "all"],
    &["list", "vms", "--live", "--columns", "all"],
    &["list", "hosts"],
    &["list", "clusters"],
    &["list", "datastores"],
    &["list", "networks"],
    &["list", "switches"],
    &["list", "alarms"],
    &["list", "sources", "--gone", "--columns", "all"],
    &["query", "all vms including deleted"],
    &["export", "inventory.json", "--force"],
    &["stats"],
    &["config", "show"],
    &["config", "validate"],
    INIT,
    &["units"],
    &["sync", "hosts"],
    &["sync", "clusters", "-n"],
    &["sync", "datastores", "-n"],
    &["sync", "networks", "-n"],
    &["sync", "switches", "-n"],
    &["sync", "alarms", "-n"],
    &["prune", "--gone-before", "0s", "--apply"],
];

/// Does not read the configuration: it writes one.
pub const INIT: &[&str] = &["config", "init", "--config", "new.yaml"];

/// All but the first.
const OTHERS: usize = ROWS.len() - 1;

pub const LOUDNESS: [&[&str]; 4] = [&["-vvv"], &[], &["-v"], &["-q"]];
/// Forms of the messages.
pub const LOGS: [&[&str]; 3] = [&[], &["--log-format", "json"], &["--log-format", "journald"]];
pub const FORMATS: [&[&str]; 2] = [&["--format", "json"], &["--format", "table"]];

pub type Line = Vec<&'static str>;

/// All of them.
pub fn all_lines() -> Vec<Line> {
    let of_row = |row: &'static [&'static str]| {
        let forms = LOUDNESS
            .iter()
            .flat_map(|loudness| FORMATS.map(|format| (*loudness, format)));
        forms.map(move |(loudness, format)| line(row, loudness, format))
    };
    ROWS.into_iter().flat_map(of_row).collect()
}

/// A row in a form; without the format where the command does not have it.
pub fn line(row: &[&'static str], loudness: &[&'static str], format: &[&'static str]) -> Line {
    let tree = Cli::command();
    let command = row
        .iter()
        .try_fold(&tree, |command, word| command.find_subcommand(word).ok_or(command));
    let (Ok(command) | Err(command)) = command;
    let has_format = command.get_arguments().any(|argument| {
        let values = argument.get_possible_values();
        argument.get_long() == Some("format") && values.iter().any(|value| format.contains(&value.get_name()))
    });
    [row, loudness, if has_format { format } else { &[] }].concat()
}

/// Those for one of many failures: all in a nightly run; else the loudest pass, and `others` more, which over a few
/// failures are all commands, and over some more all forms of them. The form of the messages goes round: each failure
/// has another one, and with three failures a command has all.
pub fn lines_of(turn: usize, others: usize) -> Vec<Line> {
    let lines = if is_nightly() {
        all_lines()
    } else {
        few_lines(turn, others)
    };
    let in_form = |(number, line): (usize, Line)| [&line, LOGS[(turn + number) % LOGS.len()]].concat();
    lines.into_iter().enumerate().map(in_form).collect()
}

fn few_lines(turn: usize, others: usize) -> Vec<Line> {
    let other = |number: usize| {
        let number = turn * others + number;
        let (row, form) = (ROWS[1 + number % OTHERS], number + number / OTHERS);
        line(row, LOUDNESS[form % 4], FORMATS[form / 4 % 2])
    };
    let loudest = line(ROWS[0], LOUDNESS[0], FORMATS[turn % 2]);
    std::iter::once(loudest).chain((0..others).map(other)).collect()
}

#[test]
fn every_subcommand_has_a_row() {
    let mut tree = Cli::command().disable_help_subcommand(true);
    tree.build();
    for words in leaves(&tree, &[]) {
        let has_row = ROWS
            .iter()
            .any(|row| row.starts_with(&words.iter().map(String::as_str).collect::<Vec<_>>()));
        assert!(
            has_row,
            "no canary is sent through `vmsync {}`: add it to ROWS",
            words.join(" ")
        );
    }
}

fn leaves(command: &clap::Command, before: &[String]) -> BTreeSet<Vec<String>> {
    if !command.has_subcommands() {
        return BTreeSet::from([before.to_vec()]);
    }
    let below = |sub: &clap::Command| leaves(sub, &[before, &[sub.get_name().to_owned()]].concat());
    command.get_subcommands().flat_map(below).collect()
}

#[test]
fn the_short_run_has_each_command_in_each_form() {
    let lines: BTreeSet<Line> = (0..15).flat_map(|turn| lines_of(turn, 2)).collect();
    for row in ROWS {
        assert!(lines.iter().any(|line| line.starts_with(row)), "{row:?}");
    }
    for form in [&LOUDNESS[..], &FORMATS[..], &LOGS[..]].concat() {
        assert!(
            lines
                .iter()
                .any(|line| line.windows(form.len().max(1)).any(|part| part == form))
                || form.is_empty()
        );
    }
}
