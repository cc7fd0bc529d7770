//! `config init`, `config validate` and `config show`.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::{Console, tell_notes};
use crate::cli::{ConfigCommand, ShowArgs, ShowFormat};
use crate::config::{ProcessEnvironment, Request, Survey, TEMPLATE, place_to_write};
use crate::exit::{Condition, ExitCode};
use crate::report::{SettingsReport, render_json, render_settings, render_verdict};
use crate::whole_file;

/// Writes a configuration or looks at it; connects to nothing.
pub fn config(console: &Console, request: &Request<'_>, command: ConfigCommand) -> ExitCode {
    match command {
        ConfigCommand::Init => init(console, request.file),
        ConfigCommand::Validate => validate(console, request),
        ConfigCommand::Show(args) => show(console, request, args),
    }
}

fn init(console: &Console, asked: Option<&Path>) -> ExitCode {
    let path = place_to_write(asked, &ProcessEnvironment);
    if let Err(error) = whole_file::create_private(&path, TEMPLATE.as_bytes()) {
        return refuse_init(console, &path, &error);
    }
    let named = asked.map(|_| format!(" --config {}", crate::report::wording::quoted(&path.to_string_lossy())));
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

fn validate(console: &Console, request: &Request<'_>) -> ExitCode {
    match Survey::load_complete(request, &ProcessEnvironment) {
        Ok(survey) => console.print(
            ExitCode::SUCCESS,
            &render_verdict(&survey, &console.look(survey.timezone().clone())),
        ),
        Err(error) => console.refuse(&error.to_string(), Condition::Config),
    }
}

fn show(console: &Console, request: &Request<'_>, args: ShowArgs) -> ExitCode {
    let survey = match Survey::load(request, &ProcessEnvironment) {
        Ok(survey) => survey,
        Err(error) => return console.refuse(&error.to_string(), Condition::Config),
    };
    tell_notes(survey.notes());
    let text = match args.format {
        ShowFormat::Table => render_settings(&survey, &console.look(survey.timezone().clone())),
        ShowFormat::Json => render_json(&SettingsReport::new(&survey)),
    };
    console.print(ExitCode::SUCCESS, &text)
}
