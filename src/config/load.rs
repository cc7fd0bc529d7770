//! The stages in their order: locate, read, parse, check, resolve.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::locate::{Located, locate};
use super::node::Node;
use super::place::Directories;
use super::problem::{Findings, Flaw};
use super::resolve::{self, Exposure, Resolved};
use super::{Config, ConfigError, Environment, NoteLevel, Place, Request, check, layers, tree};

/// Ten thousand sources are about 1 MiB.
const MAX_BYTES: u64 = 4 << 20;

impl Config {
    /// Finds, reads and resolves the configuration.
    ///
    /// # Errors
    /// No file, a file that cannot be read, or everything that is wrong with what it says.
    pub fn load(request: &Request<'_>, env: &dyn Environment) -> Result<Self, ConfigError> {
        let mut loaded = Loaded::of(request, env)?;
        loaded.findings.insist_on_secrets();
        Ok(loaded.finish()?.0.config)
    }

    /// The same for what asks the store and no source: secrets of the others may be absent, and are empty texts then.
    ///
    /// # Errors
    /// Those of [`Config::load`], but for absent secrets of others than the store.
    pub fn load_for_store(request: &Request<'_>, env: &dyn Environment) -> Result<Self, ConfigError> {
        let mut loaded = Loaded::of(request, env)?;
        loaded.findings.insist_on_secrets_of("mongodb");
        Ok(loaded.finish()?.0.config)
    }

    /// The same for what sends no secret: those that are absent are empty texts.
    ///
    /// # Errors
    /// Those of [`Config::load`], but for absent secrets.
    pub fn load_without_secrets(request: &Request<'_>, env: &dyn Environment) -> Result<Self, ConfigError> {
        Ok(Loaded::of(request, env)?.finish()?.0.config)
    }
}

/// A configuration, right or not, with what it was made of.
pub(super) struct Loaded {
    /// All layers in one tree.
    root: Node,
    directories: Directories,
    pub findings: Findings,
    resolved: Option<Resolved>,
}

impl Loaded {
    pub fn of(request: &Request<'_>, env: &dyn Environment) -> Result<Self, ConfigError> {
        let located = locate(request.file, env)?;
        let file = read(&located, env)?;
        let mut findings = Findings::new(located.path.clone());
        let Some(mut root) = parse(&file.bytes, &mut findings) else {
            return Err(findings.into_error());
        };
        layers::overlay(&mut root, request, env, &mut findings);
        check::check(&root, &mut findings);
        judge_exposure(&file, &mut findings);
        let directories = Directories {
            of_file: file.directory,
            of_process: env.current_dir(),
        };
        let resolved = resolve::resolve(&root, located.path, &directories, env, &mut findings);
        Ok(Self {
            root,
            directories,
            findings,
            resolved,
        })
    }

    /// What was resolved, unless something is wrong.
    pub fn finish(self) -> Result<(Resolved, Node, Directories), ConfigError> {
        match self.resolved {
            Some(mut resolved) if self.findings.is_clean() => {
                resolved.config.notes = self.findings.notes;
                Ok((resolved, self.root, self.directories))
            }
            _ => Err(self.findings.into_error()),
        }
    }
}

/// The content, and what is to be known of the file.
struct ReadFile {
    bytes: Zeroizing<Vec<u8>>,
    mode: u32,
    /// Where its relative paths start.
    directory: PathBuf,
}

fn read(located: &Located, env: &dyn Environment) -> Result<ReadFile, ConfigError> {
    let path = env.current_dir().join(&located.path);
    let unreadable = |source: io::Error| ConfigError::Unreadable {
        path: located.path.clone(),
        asked_by: located.asked_by.clone(),
        source,
    };
    let (bytes, mode) = read_bounded(&path, MAX_BYTES).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ConfigError::TooLarge {
            path: located.path.clone(),
            limit: MAX_BYTES,
        });
    }
    let directory = path.parent().unwrap_or(Path::new("/")).to_owned();
    Ok(ReadFile { bytes, mode, directory })
}

/// Content and mode of a file; one byte more than the limit shows that it is larger.
pub(super) fn read_bounded(path: &Path, limit: u64) -> io::Result<(Zeroizing<Vec<u8>>, u32)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    // With the room allocated at once, no half-read copy is left behind by a vector that grows.
    let room = usize::try_from(metadata.len().min(limit)).unwrap_or(0) + 2;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((bytes, metadata.mode()))
}

const QUOTES: &str = "put a value into quotes if it holds any of : # @ ` & * ! % { [ or begins or ends with a space";

fn parse(bytes: &[u8], findings: &mut Findings) -> Option<Node> {
    let error = match tree::parse(decoded(bytes, findings)?) {
        Ok(root) => return Some(root),
        Err(error) => error,
    };
    findings.problem(error.at, "", Flaw::new(error.what).hinting(QUOTES));
    None
}

fn decoded<'bytes>(bytes: &'bytes [u8], findings: &mut Findings) -> Option<&'bytes str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            findings.problem(
                end_of(&bytes[..error.valid_up_to()]),
                "",
                Flaw::new("not UTF-8 text")
                    .accepting("a text file in UTF-8")
                    .hinting("save it as UTF-8, or name vmsync's own file with --config FILE"),
            );
            None
        }
    }
}

fn end_of(valid: &[u8]) -> Place {
    let last_line = valid.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = valid.split(|byte| *byte == b'\n').count();
    Place::File {
        line,
        column: String::from_utf8_lossy(last_line).chars().count() + 1,
    }
}

fn judge_exposure(file: &ReadFile, findings: &mut Findings) {
    if !findings.inline_secret {
        return;
    }
    match Exposure::of(file.mode) {
        Exposure::None => {}
        Exposure::Readable => {
            let text = format!(
                "{} holds secrets and can be read by every user; chmod o-rwx",
                findings.file().display()
            );
            findings.note(NoteLevel::Warning, text);
        }
        Exposure::Writable => {
            let flaw = Flaw::new("the file holds secrets and can be written by every user");
            let hint = format!(
                "chmod o-rwx {}, and see whether what it says is still yours",
                findings.file().display()
            );
            findings.problem(Place::START, "", flaw.hinting(hint));
        }
    }
}
