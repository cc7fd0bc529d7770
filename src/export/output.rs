//! An export that is being written, until it stands in its place.

use std::io;
use std::path::{Path, PathBuf};

use super::target::{Form, Target};
use super::{CsvFile, CsvFolder, JsonFile, NdjsonFile, Remarks, TableWriter, Xlsx};
use crate::whole_file::{Draft, Standing};

/// Tables on their way to the disk. Dropped before it is [finished](Self::finish), nothing is left of it.
pub struct Output {
    writer: Box<dyn TableWriter + Send>,
    draft: Draft,
    path: PathBuf,
    standing: Standing,
}

/// The disk took no more, or the place was taken meanwhile.
#[derive(Debug, thiserror::Error)]
#[error("failed to write {}: {source}\nhint: {}", path.display(), hint(source))]
pub struct WriteError {
    path: PathBuf,
    source: io::Error,
}

impl WriteError {
    /// Whether another place would do: the folder is absent or takes nothing from us, or something stands there. Else
    /// the disk failed.
    #[must_use]
    pub fn is_of_place(&self) -> bool {
        matches!(
            self.source.kind(),
            io::ErrorKind::NotFound
                | io::ErrorKind::NotADirectory
                | io::ErrorKind::PermissionDenied
                | io::ErrorKind::ReadOnlyFilesystem
                | io::ErrorKind::AlreadyExists
        )
    }
}

fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "make the folder first",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "see who may write to the folder",
        io::ErrorKind::AlreadyExists => "something was put there meanwhile: take another name, or give --force",
        _ => "no part of it was left there; see whether the disk is full",
    }
}

impl Output {
    /// Begins it; `several` tables say of which kind they are.
    ///
    /// # Errors
    /// The folder is absent or takes nothing.
    pub fn create(target: &Target, several: bool) -> Result<Self, WriteError> {
        let (draft, writer) = open(target, several).map_err(|source| failure(&target.path, source))?;
        Ok(Self {
            writer,
            draft,
            path: target.path.clone(),
            standing: target.standing,
        })
    }

    /// Writes a step of a table.
    ///
    /// # Errors
    /// The disk takes no more.
    pub fn write(&mut self, step: impl FnOnce(&mut dyn TableWriter) -> io::Result<()>) -> Result<(), WriteError> {
        step(self.writer.as_mut()).map_err(|source| failure(&self.path, source))
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// The disk takes no more, or something stands there and is kept.
    pub fn finish(self) -> Result<Remarks, WriteError> {
        let remarks = self.writer.finish().map_err(|source| failure(&self.path, source))?;
        let placed = self.draft.take_place(self.standing);
        placed.map_err(|source| failure(&self.path, source))?;
        Ok(remarks)
    }
}

fn failure(path: &Path, source: io::Error) -> WriteError {
    WriteError {
        path: path.to_owned(),
        source,
    }
}

fn open(target: &Target, several: bool) -> io::Result<(Draft, Box<dyn TableWriter + Send>)> {
    if target.is_folder {
        let draft = Draft::folder(&target.path)?;
        let writer = Box::new(CsvFolder::new(draft.path()));
        return Ok((draft, writer));
    }
    let (draft, file) = Draft::file(&target.path)?;
    let writer: Box<dyn TableWriter + Send> = match target.form {
        Form::Csv => Box::new(CsvFile::new(file)),
        Form::Json => Box::new(JsonFile::new(file)),
        Form::Ndjson => Box::new(NdjsonFile::new(file, several)),
        Form::Xlsx => Box::new(Xlsx::new(file)),
    };
    Ok((draft, writer))
}

#[cfg(test)]
mod tests;
