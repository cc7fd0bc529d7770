//! What README.md says of the program, where a machine can tell: commands, options, exit codes, examples, links.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use vmsync::exit;

use super::{all_below, project, tree};

fn read(name: &str) -> String {
    fs::read_to_string(project().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn assert_contains(part: &str) {
    assert!(read("README.md").contains(part), "README.md is to contain:\n{part}");
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    let mut table = String::from("\n| code | meaning | what to do |\n|---:|---|---|\n");
    for explained in exit::explanations() {
        let (code, meaning) = (explained.code.get(), explained.meaning);
        let _ = writeln!(table, "| {code} | {meaning} | {} |", explained.next_step);
    }
    assert_contains(&(table + "\n"));
}

#[test]
fn the_smallest_configuration_is_the_example() {
    assert_contains(&format!("```yaml\n{}```\n", read("examples/minimal.yaml")));
}

/// The table's rows start like "| `vmsync sync vms ID…` |".
#[test]
fn the_table_of_commands_lists_all_and_no_other() {
    let readme = read("README.md");
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| `vmsync "));
    let is_word = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase());
    let words = |row: &str| row.split(['`', ' ']).take_while(is_word).collect::<Vec<_>>().join("-");
    let listed: BTreeSet<_> = rows.map(|row| format!("vmsync-{}", words(row))).collect();
    let tree = tree();
    let commands = all_below(&tree)
        .into_iter()
        .filter(|command| !command.has_subcommands());
    let known: BTreeSet<_> = commands.filter_map(|command| command.get_display_name()).collect();
    assert_eq!(listed.iter().map(String::as_str).collect::<BTreeSet<_>>(), known);
}

#[test]
fn its_options_exist_and_none_is_left_out() {
    let readme = read("README.md");
    let of_others = |line: &&str| {
        !["cargo ", "mongodump ", "openssl ", "systemctl "]
            .iter()
            .any(|command| line.contains(command))
    };
    let name = |word: &str| {
        let end = word
            .find(|c: char| c != '-' && !c.is_ascii_lowercase())
            .unwrap_or(word.len());
        word[..end].to_owned()
    };
    let words = readme
        .lines()
        .filter(of_others)
        .flat_map(|line| line.split([' ', '`', '(']));
    let named: BTreeSet<_> = words.filter_map(|word| word.strip_prefix("--")).map(name).collect();
    let tree = tree();
    let options = all_below(&tree).into_iter().flat_map(clap::Command::get_arguments);
    let known: BTreeSet<_> = options
        .filter_map(|option| option.get_long())
        .map(str::to_owned)
        .collect();
    let unknown: Vec<_> = named
        .iter()
        .filter(|name| !name.is_empty() && !known.contains(*name))
        .collect();
    assert!(
        unknown.is_empty(),
        "README.md names options that do not exist: {unknown:?}"
    );
    let by_itself = ["help", "version", "quiet", "verbose"];
    let left_out: Vec<_> = known
        .iter()
        .filter(|name| !named.contains(*name) && !by_itself.contains(&name.as_str()))
        .collect();
    assert!(left_out.is_empty(), "README.md does not name {left_out:?}");
}

#[test]
fn links_lead_to_files() {
    for document in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        let text = read(document);
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://") && !target.starts_with('#')) {
            assert!(project().join(target).exists(), "{document}: {target} does not exist");
        }
    }
}

#[test]
fn nothing_is_left_to_be_filled_in() {
    for document in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        assert!(!read(document).contains("@@"), "{document}");
    }
}
