//! Where an export goes and in which form. Whether something stands there is looked at before anything is asked of the
//! store.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::delimited::file_name;
use crate::catalog::Kind;
use crate::whole_file::Standing;

/// Form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A table in a file, several in a folder.
    Csv,
    /// One document.
    Json,
    /// A line for each row.
    Ndjson,
    /// A workbook.
    Xlsx,
}

impl Form {
    /// By the end of a file's name, whatever its case.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "csv" => Self::Csv,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::Ndjson,
            "xlsx" => Self::Xlsx,
            _ => return None,
        })
    }
}

/// A file or folder to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// As it was given.
    pub path: PathBuf,
    /// What is written.
    pub form: Form,
    /// CSV of several tables.
    pub is_folder: bool,
    /// What becomes of what stands there.
    pub standing: Standing,
}

/// Why an export cannot go where it was meant to.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// Neither the name nor an option says so.
    #[error(
        "failed to export to {}: its name does not say in which form\nhint: end it in .csv, .json, .ndjson or .xlsx, or give --format",
        path.display()
    )]
    NoForm {
        /// As it was given.
        path: PathBuf,
    },
    /// A CSV file holds one table.
    #[error(
        "failed to export to {}: a CSV file holds objects of one kind\nhint: name the kind (`vmsync export hosts.csv hosts`), or let --format csv fill a folder (`vmsync export inventory --format csv`)",
        path.display()
    )]
    OneTable {
        /// As it was given.
        path: PathBuf,
    },
    /// Importers want a workbook.
    #[error(
        "failed to export to {}: the layout of RVTools is a workbook\nhint: end the name in .xlsx, and give no other --format",
        path.display()
    )]
    NoWorkbook {
        /// As it was given.
        path: PathBuf,
    },
    /// It was not said that it may go.
    #[error(
        "failed to export to {}: it exists\nhint: take another name, or give --force to replace it",
        path.display()
    )]
    Exists {
        /// As it was given.
        path: PathBuf,
    },
    /// It is meant for stdout, which takes no whole files.
    #[error(
        "failed to export to -: stdout gets no export\nhint: `vmsync list KIND --format csv` writes there; a file of this name is ./-"
    )]
    Stdout,
    /// The place of something that vmsync itself needs.
    #[error("failed to export to {}: that is {what}, which no export replaces\nhint: take another name", path.display())]
    Needed {
        /// As it was given.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// The folder that it would stand in is not there.
    #[error("failed to export to {}: there is no such folder\nhint: make the folder first", path.display())]
    NoFolder {
        /// As it was given.
        path: PathBuf,
    },
    /// A device, a link, a folder that is no export: it would be lost.
    #[error("failed to export to {}: {what} stands there, which no export replaces\nhint: take another name", path.display())]
    Foreign {
        /// As it was given.
        path: PathBuf,
        /// What it is.
        what: String,
    },
    /// The place cannot be looked at.
    #[error("failed to export to {}: {source}", path.display())]
    Unreadable {
        /// As it was given.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// What is to be exported, as far as the place depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// One table.
    One,
    /// A table for each kind.
    All,
    /// The workbook of RVTools.
    Rvtools,
}

impl Target {
    /// From what was asked for, without a look at the place.
    ///
    /// # Errors
    /// The form is not known, or cannot hold it.
    pub fn new(path: &Path, form: Option<Form>, extent: Extent, standing: Standing) -> Result<Self, TargetError> {
        if path == Path::new("-") {
            return Err(TargetError::Stdout);
        }
        let path = path.to_owned();
        let of_name = Form::of(&path);
        let Some(form) = form.or(of_name) else {
            return Err(TargetError::NoForm { path });
        };
        let is_folder = form == Form::Csv && extent == Extent::All;
        match (extent, form) {
            (Extent::Rvtools, Form::Csv | Form::Json | Form::Ndjson) => Err(TargetError::NoWorkbook { path }),
            _ if is_folder && of_name == Some(Form::Csv) => Err(TargetError::OneTable { path }),
            _ => Ok(Self {
                path,
                form,
                is_folder,
                standing,
            }),
        }
    }

    /// Looks whether the place is free, or holds what may be replaced: never one of the needed files.
    ///
    /// # Errors
    /// It does not.
    pub fn check(&self, needed: &[(PathBuf, &'static str)]) -> Result<(), TargetError> {
        let path = self.path.clone();
        if let Some((_, what)) = needed.iter().find(|(file, _)| is_same(file, &path)) {
            return Err(TargetError::Needed { path, what });
        }
        if !folder_of(&path).is_dir() {
            return Err(TargetError::NoFolder { path });
        }
        let found = match fs::symlink_metadata(&path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(source) => return Err(TargetError::Unreadable { path, source }),
        };
        let foreign = match (self.is_folder, found.is_dir(), found.is_file()) {
            (true, true, _) => stranger(&path).map_err(|source| TargetError::Unreadable {
                path: path.clone(),
                source,
            })?,
            (true, false, _) => Some("something else than a folder".to_owned()),
            (false, true, _) => Some("a folder".to_owned()),
            (false, false, true) => None,
            (false, false, false) => Some("something else than a file".to_owned()),
        };
        match (foreign, self.standing) {
            (Some(what), _) => Err(TargetError::Foreign { path, what }),
            (None, Standing::Kept) => Err(TargetError::Exists { path }),
            (None, Standing::Replaced) => Ok(()),
        }
    }
}

/// The same file by another name, or the same name in the same folder, if nothing stands there yet.
fn is_same(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| fs::metadata(path).map(|found| (found.dev(), found.ino())).ok();
    let place = |path: &Path| Some((fs::canonicalize(folder_of(path)).ok()?, path.file_name()?.to_owned()));
    let is_equal_file = identity(one).is_some_and(|of_one| identity(other) == Some(of_one));
    is_equal_file || place(one).is_some_and(|of_one| place(other) == Some(of_one))
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Something in a folder that an export did not put there.
fn stranger(folder: &Path) -> io::Result<Option<String>> {
    let ours = |name: &str| Kind::ALL.iter().any(|kind| file_name(kind.plural()) == name);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !entry.file_type()?.is_file() || !ours(&name) {
            return Ok(Some(format!("a folder with {name} in it")));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn target(path: &str, form: Option<Form>, extent: Extent) -> Result<(Form, bool), String> {
        let target = Target::new(Path::new(path), form, extent, Standing::Kept);
        target
            .map(|target| (target.form, target.is_folder))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_name_or_an_option_says_the_form() {
        for (path, form, extent, expected) in [
            ("hosts.csv", None, Extent::One, (Form::Csv, false)),
            ("a.b/hosts.JSON", None, Extent::One, (Form::Json, false)),
            ("all.jsonl", None, Extent::All, (Form::Ndjson, false)),
            ("all.xlsx", None, Extent::All, (Form::Xlsx, false)),
            ("hosts.txt", Some(Form::Csv), Extent::One, (Form::Csv, false)),
            ("inventory", Some(Form::Csv), Extent::All, (Form::Csv, true)),
            ("assess.xlsx", None, Extent::Rvtools, (Form::Xlsx, false)),
            ("assess", Some(Form::Xlsx), Extent::Rvtools, (Form::Xlsx, false)),
        ] {
            assert_eq!(target(path, form, extent), Ok(expected), "{path}");
        }
    }

    #[test]
    fn what_cannot_be_is_said_with_what_can() {
        for (path, form, extent, expected) in [
            ("hosts", None, Extent::One, "its name does not say in which form"),
            ("hosts.txt", None, Extent::All, "its name does not say in which form"),
            ("all.csv", None, Extent::All, "a CSV file holds objects of one kind"),
            (
                "all.csv",
                Some(Form::Csv),
                Extent::All,
                "a CSV file holds objects of one kind",
            ),
            ("all.json", None, Extent::Rvtools, "the layout of RVTools is a workbook"),
            (
                "all.xlsx",
                Some(Form::Csv),
                Extent::Rvtools,
                "the layout of RVTools is a workbook",
            ),
        ] {
            let error = target(path, form, extent).expect_err(path);
            assert!(error.contains(expected) && error.contains("\nhint: "), "{error}");
        }
    }

    #[test]
    fn only_an_export_is_replaced_and_only_if_it_may() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("vms.csv"), "x").expect("written");
        symlink(at("vms.csv"), at("link.csv")).expect("made");
        fs::create_dir(at("inventory")).expect("made");
        fs::write(at("inventory").join("vms.csv"), "x").expect("written");
        fs::create_dir(at("home")).expect("made");
        fs::write(at("home").join("thesis.csv"), "x").expect("written");
        let check = |name: &str, is_folder: bool, standing: Standing| {
            let target = Target {
                path: at(name),
                form: Form::Csv,
                is_folder,
                standing,
            };
            target
                .check(&[])
                .map_err(|error| error.to_string().replace(&folder.path().display().to_string(), ""))
        };
        for (name, is_folder) in [("vms.csv", false), ("inventory", true)] {
            let kept = check(name, is_folder, Standing::Kept).expect_err("it exists");
            assert!(kept.contains("it exists\nhint: "), "{kept}");
            assert_eq!(check(name, is_folder, Standing::Replaced), Ok(()));
        }
        assert_eq!(check("new.csv", false, Standing::Kept), Ok(()));
        for (name, is_folder, expected) in [
            ("link.csv", false, "something else than a file stands there"),
            ("home", false, "a folder stands there"),
            ("vms.csv", true, "something else than a folder stands there"),
            ("home", true, "a folder with thesis.csv in it stands there"),
        ] {
            for standing in [Standing::Kept, Standing::Replaced] {
                let error = check(name, is_folder, standing).expect_err(name);
                assert!(error.contains(expected), "{error}");
            }
        }
    }

    #[test]
    fn what_vmsync_needs_is_never_replaced_whatever_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("sync.yaml"), "x").expect("written");
        fs::hard_link(at("sync.yaml"), at("twin.csv")).expect("made");
        fs::create_dir(at("sub")).expect("made");
        let needed = [
            (at("sync.yaml"), "the configuration"),
            (at("db-wal"), "a part of the store"),
        ];
        for name in ["sync.yaml", "sub/../sync.yaml", "twin.csv", "db-wal", "sub/../db-wal"] {
            for standing in [Standing::Kept, Standing::Replaced] {
                let target = Target::new(&at(name), Some(Form::Csv), Extent::One, standing).expect("a form");
                let error = target.check(&needed).expect_err(name).to_string();
                assert!(error.contains("which no export replaces\nhint: "), "{error}");
            }
        }
        let target = Target::new(&at("none/a.csv"), None, Extent::One, Standing::Kept).expect("a form");
        let error = target.check(&needed).expect_err("no folder").to_string();
        assert!(error.contains("no such folder\nhint: make the folder"), "{error}");
        let error = Target::new(Path::new("-"), None, Extent::One, Standing::Kept).expect_err("stdout");
        assert!(error.to_string().contains("`vmsync list KIND --format csv`"), "{error}");
    }
}
