//! Manual pages, one for each command. They bear no date: they change when the command line does, not with time.

use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use vmsync::exit;

use super::chapter::push_chapter;
use super::{Files, all_below, project, tree};

pub(super) fn pages() -> Files {
    let tree = tree();
    let all = all_below(&tree);
    let names: Vec<_> = all.iter().map(|command| title(command)).collect();
    let page = |command: &&clap::Command| (format!("{}.1", title(command)), page(command, &names));
    all.iter().map(page).collect()
}

/// `vmsync-sync-all`.
fn title(command: &clap::Command) -> String {
    command.get_display_name().unwrap_or(command.get_name()).to_owned()
}

fn page(command: &clap::Command, names: &[String]) -> Vec<u8> {
    let man = Man::new(command.clone())
        .date("")
        .source(concat!("vmsync ", env!("CARGO_PKG_VERSION")))
        .manual("vmsync");
    let mut text = Vec::new();
    let parts = [
        Man::render_title,
        Man::render_name_section,
        Man::render_synopsis_section,
    ];
    let more = [Man::render_description_section, Man::render_options_section];
    for render in parts.iter().chain(&more) {
        render(&man, &mut text).expect("memory takes all");
    }
    if command.has_subcommands() {
        man.render_subcommands_section(&mut text).expect("memory takes all");
    }
    let mut roff = Roff::new();
    push_examples(&mut roff, command);
    push_fields(&mut roff, command);
    if title(command) == "vmsync" {
        push_chapters(&mut roff);
    }
    push_files(&mut roff);
    push_exit_status(&mut roff);
    push_see_also(&mut roff, &title(command), names);
    roff.to_writer(&mut text).expect("memory takes all");
    text
}

/// The help's own, without their indentation.
fn push_examples(roff: &mut Roff, command: &clap::Command) {
    let help = command
        .get_after_help()
        .expect("every command has examples")
        .to_string();
    let examples = help.strip_prefix("Examples:\n").expect("they begin with their heading");
    roff.control("SH", ["EXAMPLES"]).control("EX", []);
    for line in examples.lines() {
        roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
    }
    roff.control("EE", []);
}

/// Those of a list, from its long help.
fn push_fields(roff: &mut Roff, command: &clap::Command) {
    let help = command
        .get_after_long_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let Some((_, fields)) = help.split_once("\n\nFields:\n") else {
        return;
    };
    roff.control("SH", ["FIELDS"]).control("EX", []);
    for line in fields.lines() {
        roff.text([roman(line)]);
    }
    roff.control("EE", []);
}

/// What belongs to no command.
fn push_chapters(roff: &mut Roff) {
    let readme = std::fs::read_to_string(project().join("README.md")).expect("README.md is there");
    for chapter in ["Coming from the Python Sync-Service", "In a pipeline"] {
        push_chapter(roff, &readme, chapter);
    }
}

fn push_files(roff: &mut Roff) {
    roff.control("SH", ["FILES"]);
    roff.text([roman("The configuration is the first of these:")]);
    let places = [
        ("--config FILE", "as given"),
        ("$VMSYNC_CONFIG, $CONFIG_FILE", "named by the environment"),
        ("./sync.yaml", "in the working directory"),
        ("/etc/vmsync/sync.yaml", "of the system"),
    ];
    for (place, what) in places {
        push_item(roff, place, what);
    }
    roff.control("PP", []);
    roff.text([roman(
        "Over the keys of the file lie environment variables: sync.interval is set by $VMSYNC_SYNC_INTERVAL. \
         \"vmsync config show\" tells of each value where it comes from.",
    )]);
}

fn push_exit_status(roff: &mut Roff) {
    roff.control("SH", ["EXIT STATUS"]);
    roff.text([roman(
        "When several hold, the gravest wins; the JSON report lists all of them.",
    )]);
    for explained in exit::explanations() {
        let text = match explained.next_step {
            "" => explained.meaning.to_owned(),
            next_step => format!("{}. {next_step}", explained.meaning),
        };
        push_item(roff, &explained.code.get().to_string(), &text);
    }
}

fn push_item(roff: &mut Roff, term: &str, text: &str) {
    roff.control("TP", []);
    roff.text([bold(term)]);
    let part = |(index, part)| if index % 2 == 1 { bold(part) } else { roman(part) };
    roff.text(text.split('`').enumerate().map(part).collect::<Vec<_>>());
}

fn push_see_also(roff: &mut Roff, own: &str, names: &[String]) {
    roff.control("SH", ["SEE ALSO"]);
    let others: Vec<_> = names.iter().filter(|name| *name != own).collect();
    for (index, name) in others.iter().enumerate() {
        let end = if index + 1 < others.len() { "," } else { "" };
        roff.text([bold(name.as_str()), roman(format!("(1){end}"))]);
    }
}
