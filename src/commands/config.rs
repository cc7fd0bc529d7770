//! `config init`, `config validate` and `config show`.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::{Console, refuse_config, request, tell_notes};
use crate::cli::{Cli, ConfigCommand, ShowArgs, ShowFormat};
use crate::config::{ProcessEnvironment, Survey, TEMPLATE, place_to_write};
use crate::exit::{Condition, ExitCode};
use crate::report::{SettingsReport, render_json, render_settings, render_verdict};
use crate::whole_file;

/// Writes a configuration or looks at it; connects to nothing.
pub fn config(console: &Console, cli: &Cli, command: ConfigCommand) -> ExitCode {
    match command {
        ConfigCommand::Init => init(console, cli),
        ConfigCommand::Validate => validate(console, cli),
        ConfigCommand::Show(args) => show(console, cli, args),
    }
}

fn init(console: &Console, cli: &Cli) -> ExitCode {
    let path = place_to_write(cli.global.config.as_deref(), &ProcessEnvironment);
    if let Err(error) = whole_file::create_private(&path, TEMPLATE.as_bytes()) {
        return refuse_init(console, &path, &error);
    }
    let named = cli
        .global
        .config
        .as_ref()
        .map(|_| format!(" --config {}", crate::report::wording::quoted(&path.to_string_lossy())));
    let text = format!(
        "wrote {}, which nobody but its owner can read\nnext: put your hosts and logins into it, then run\n    vmsync check{}\n",
        path.display(),
        named.unwrap_or_default()
    );
    console.print(ExitCode::SUCCESS, &text)
}

fn refuse_init(console: &Console, path: &Path, error: &io::Error) -> ExitCode {
    let shown = path.display();
    let (what, hint) = match error.kind() {
        ErrorKind::AlreadyExists => (
            "it is there already and stays as it is".to_owned(),
            "name another file with --config FILE, or see what this one says with `vmsync config show`",
        ),
        ErrorKind::NotFound => (error.to_string(), "make its directory first"),
        _ => (error.to_string(), "name another file with --config FILE"),
    };
    console.refuse(
        &format!("failed to write the configuration {shown}: {what}\nhint: {hint}"),
        Condition::Usage,
    )
}

fn validate(console: &Console, cli: &Cli) -> ExitCode {
    match Survey::load_complete(&request(cli, &cli.overrides()), &ProcessEnvironment) {
        Ok(survey) => console.print(
            ExitCode::SUCCESS,
            &render_verdict(&survey, &console.look(survey.timezone().clone())),
        ),
        Err(error) => refuse_config(console, &cli.command, &error),
    }
}

fn show(console: &Console, cli: &Cli, args: ShowArgs) -> ExitCode {
    let survey = match Survey::load(&request(cli, &cli.overrides()), &ProcessEnvironment) {
        Ok(survey) => survey,
        Err(error) => return refuse_config(console, &cli.command, &error),
    };
    tell_notes(survey.notes());
    let text = match args.format {
        ShowFormat::Table => render_settings(&survey, &console.look(survey.timezone().clone())),
        ShowFormat::Json => render_json(&SettingsReport::new(&survey)),
    };
    console.print(ExitCode::SUCCESS, &text)
}
