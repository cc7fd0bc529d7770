//! Files that are replaced as a whole: whoever reads one finds the old content or the new one, never a part.

use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

mod draft;

pub use draft::{Draft, Standing};

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Those who could read what stood there; of a new file, those whom the process lets.
    AsBefore,
    /// Everybody, whatever the process lets: others are to read it (0644).
    All,
}

/// Finds out whether the file could be replaced, without touching it.
///
/// # Errors
/// Its folder is absent or takes no file, or something else than a file stands there, which would be lost.
pub fn check(path: &Path) -> io::Result<()> {
    check_kind(path)?;
    let draft = draft_path(path);
    create(&draft)?;
    fs::remove_file(&draft)
}

/// Replaces a file by one with this content.
///
/// The content is on the disk before the name points to it; what stood there before stands until then.
///
/// # Errors
/// The folder is absent or takes no more, or something else than a file stands there; nothing is left behind then.
pub fn replace(path: &Path, content: &[u8], readers: Readers) -> io::Result<()> {
    replace_by(path, readers, |to| to.write_all(content))
}

/// The same of content that need not be in memory as a whole.
///
/// # Errors
/// Those of [`replace`].
pub fn replace_by(
    path: &Path,
    readers: Readers,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    check_kind(path)?;
    let draft = draft_path(path);
    let file = create(&draft)?;
    let replaced = fill(&file, content, path, readers).and_then(|()| fs::rename(&draft, path));
    if replaced.is_err() {
        let _ = fs::remove_file(&draft);
    }
    replaced
}

/// Writes a file that is not there yet, and that only this user may read.
///
/// # Errors
/// Something of that name is there, or the folder takes no file; a file that could not be filled is removed.
pub fn create_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let filled = file.write_all(content).and_then(|()| file.sync_all());
    if filled.is_err() {
        let _ = fs::remove_file(path);
    }
    filled
}

fn check_kind(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => Err(io::Error::new(ErrorKind::AlreadyExists, "it is no regular file")),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// One of the same name was left by a process that was killed; its number is ours now.
fn create(draft: &Path) -> io::Result<File> {
    let _ = fs::remove_file(draft);
    OpenOptions::new().write(true).create_new(true).open(draft)
}

fn fill(
    file: &File,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    path: &Path,
    readers: Readers,
) -> io::Result<()> {
    match (readers, fs::metadata(path)) {
        (Readers::AsBefore, Ok(before)) => {
            keep_group(file, &before)?;
            file.set_permissions(before.permissions())?;
        }
        (Readers::AsBefore, Err(_)) => {}
        (Readers::All, _) => file.set_permissions(Permissions::from_mode(0o644))?,
    }
    let mut to = BufWriter::new(file);
    content(&mut to)?;
    to.flush()?;
    file.sync_all()
}

/// Whoever is not root can give a file to groups of their own only; it is replaced all the same.
fn keep_group(file: &File, before: &Metadata) -> io::Result<()> {
    match fchown(file, None, Some(before.gid())) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
        given => given,
    }
}

/// A hidden name in the same folder, which collectors that look for a suffix pass over.
fn draft_path(path: &Path) -> PathBuf {
    path.with_file_name(format!("{}{}", draft_prefix(path), std::process::id()))
}

/// What the names of all drafts of a file begin with; the number of a process follows.
fn draft_prefix(path: &Path) -> String {
    format!(".{}.vmsync-", path.file_name().unwrap_or_default().to_string_lossy())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{chown, symlink};

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("the folder");
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_with_its_permissions_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.json");
        fs::write(draft_path(&path), "left by a killed one").expect("written");
        check(&path).expect("it can be made");
        replace(&path, b"first, which is longer", Readers::AsBefore).expect("made");
        fs::set_permissions(&path, Permissions::from_mode(0o604)).expect("set");
        check(&path).expect("it can be replaced");
        replace(&path, b"second", Readers::AsBefore).expect("replaced");
        assert_eq!(fs::read_to_string(&path).expect("read"), "second");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o604);
        replace(&path, b"third", Readers::All).expect("replaced");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o644);
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    /// Only root can give a file to any group, so only root sees it here.
    #[test]
    fn a_group_that_could_read_it_still_can() {
        const DAEMON: u32 = 1;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.json");
        fs::write(&path, "first").expect("written");
        fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("set");
        if chown(&path, None, Some(DAEMON)).is_err() {
            return;
        }
        replace(&path, b"second", Readers::AsBefore).expect("replaced");
        let after = fs::metadata(&path).expect("there");
        assert_eq!((after.gid(), after.mode() & 0o777), (DAEMON, 0o640));
    }

    #[test]
    fn a_private_file_is_made_once_and_never_over_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sync.yaml");
        create_private(&path, b"first").expect("made");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        let link = folder.path().join("link");
        symlink(folder.path().join("nowhere"), &link).expect("made");
        for taken in [&path, &link] {
            let error = create_private(taken, b"second").expect_err("something is there");
            assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        }
        assert_eq!(fs::read_to_string(&path).expect("read"), "first");
        assert_eq!(names(folder.path()), ["link", "sync.yaml"]);
    }

    #[test]
    fn what_cannot_be_replaced_stays_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let occupied = folder.path().join("occupied");
        fs::create_dir_all(occupied.join("something")).expect("made");
        replace(&occupied, b"x", Readers::All).expect_err("a folder stands there");
        check(&occupied).expect_err("a folder stands there");
        let link = folder.path().join("link");
        symlink("/dev/null", &link).expect("made");
        check(&link).expect_err("a link stands there");
        replace(&link, b"x", Readers::All).expect_err("a link stands there");
        assert_eq!(names(folder.path()), ["link", "occupied"]);
        check(Path::new("/dev/null")).expect_err("a device stands there");
        let absent = folder.path().join("absent").join("report.json");
        for refused in [check(&absent), replace(&absent, b"x", Readers::AsBefore)] {
            assert_eq!(refused.expect_err("no folder").kind(), ErrorKind::NotFound);
        }
    }
}
