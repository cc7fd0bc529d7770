//! What is too large to be written at once: a file or a folder that grows beside its place, and takes it when complete.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::{draft_path, draft_prefix};

/// What becomes of something that stands in the place already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It stays, and the draft goes: also if it came while the draft was written.
    Kept,
    /// It goes.
    Replaced,
}

/// A file or folder under a hidden name beside the place where it is to stand. If it is dropped before, it is gone; only
/// a process that is killed leaves one behind, which nobody takes for the whole, as the name is another, and which goes
/// when the next one for this place is made.
#[derive(Debug)]
pub struct Draft {
    place: PathBuf,
    path: PathBuf,
    /// Keeps it locked: a process that sees it from elsewhere cannot tell by its number whether ours lives.
    _lock: File,
}

impl Draft {
    /// An empty file, with the permissions that the process gives to new files.
    ///
    /// # Errors
    /// Its folder is absent or takes no file.
    pub fn file(place: &Path) -> io::Result<(Self, File)> {
        let create = |path: &Path| OpenOptions::new().read(true).write(true).create_new(true).open(path);
        Self::make(place, create)
    }

    /// An empty folder.
    ///
    /// # Errors
    /// The folder around it is absent or takes no folder.
    pub fn folder(place: &Path) -> io::Result<Self> {
        let (draft, ()) = Self::make(place, |path| fs::create_dir(path))?;
        Ok(draft)
    }

    fn make<T>(place: &Path, create: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<(Self, T)> {
        sweep(place);
        let path = draft_path(place);
        let made = create(&path)?;
        let lock = File::open(&path).inspect_err(|_| remove(&path))?;
        // Not every file system has locks; without one, nobody there takes a draft for that of a dead process.
        let _ = lock.try_lock();
        let draft = Self {
            place: place.to_owned(),
            path,
            _lock: lock,
        };
        Ok((draft, made))
    }

    /// Where it is now.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts it in its place, in one step. Its content has to be on the disk.
    ///
    /// # Errors
    /// Something stands there and is kept, or the file system fails; the draft is gone then.
    pub fn take_place(self, standing: Standing) -> io::Result<()> {
        match standing {
            Standing::Kept => rename(&self.path, &self.place, RenameFlags::NOREPLACE, || {
                // Without the flag there is no one step; the moment between is short.
                match fs::symlink_metadata(&self.place) {
                    Ok(_) => Err(ErrorKind::AlreadyExists.into()),
                    Err(_) => fs::rename(&self.path, &self.place),
                }
            }),
            // A folder is not renamed over one that is not empty: they change places, and the old one is dropped.
            Standing::Replaced if self.path.is_dir() && self.place.exists() => {
                rename(&self.path, &self.place, RenameFlags::EXCHANGE, || {
                    fs::remove_dir_all(&self.place)?;
                    fs::rename(&self.path, &self.place)
                })
            }
            Standing::Replaced => fs::rename(&self.path, &self.place),
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// Removes what killed processes have left beside this place.
fn sweep(place: &Path) {
    let prefix = draft_prefix(place);
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = fs::read_dir(folder.unwrap_or(Path::new("."))).into_iter().flatten();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(&prefix)?.parse().ok());
        let is_ours = entry.file_type().is_ok_and(|found| found.is_file() || found.is_dir());
        if is_ours && process.is_some_and(has_ended) && is_unlocked(&entry.path()) {
            remove(&entry.path());
        }
    }
}

/// Our own number was that of another process before, or is in another container.
fn has_ended(process: u32) -> bool {
    process == std::process::id() || !Path::new("/proc").join(process.to_string()).exists()
}

fn is_unlocked(draft: &Path) -> bool {
    File::open(draft).is_ok_and(|file| file.try_lock().is_ok())
}

fn remove(draft: &Path) {
    let _ = match fs::symlink_metadata(draft) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(draft),
        Ok(_) => fs::remove_file(draft),
        Err(error) => Err(error),
    };
}

/// Not every file system knows the flags.
fn rename(from: &Path, to: &Path, flags: RenameFlags, without: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, flags) {
        Ok(()) => Ok(()),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => without(),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("the folder");
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn write(place: &Path, content: &str, standing: Standing) -> io::Result<()> {
        let (draft, mut file) = Draft::file(place).expect("made");
        file.write_all(content.as_bytes()).expect("written");
        draft.take_place(standing)
    }

    #[test]
    fn a_file_is_whole_or_not_there_and_keeps_what_stands() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("hosts.csv");
        fs::write(draft_path(&place), "left by a killed one").expect("written");
        let (draft, _) = Draft::file(&place).expect("made");
        assert_eq!(fs::read(draft.path()).expect("there"), b"");
        drop(draft);
        assert_eq!(names(folder.path()), [""; 0]);
        write(&place, "first", Standing::Kept).expect("nothing stands there");
        let refused = write(&place, "second", Standing::Kept).expect_err("it stands there");
        assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&place).expect("read"), "first");
        write(&place, "third", Standing::Replaced).expect("replaced");
        assert_eq!(fs::read_to_string(&place).expect("read"), "third");
        assert_eq!(names(folder.path()), ["hosts.csv"]);
    }

    /// No process has this number: Linux counts up to 2^22.
    const NOBODY: u32 = 4_194_305;

    #[test]
    fn what_a_killed_process_left_goes_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("hosts.csv");
        let of = |process: u32| folder.path().join(format!("{}{process}", draft_prefix(&place)));
        let parent = std::os::unix::process::parent_id();
        fs::write(of(NOBODY), "left").expect("written");
        fs::create_dir(of(NOBODY + 1)).expect("made");
        fs::write(of(NOBODY + 1).join("vms.csv"), "left").expect("written");
        fs::write(of(parent), "it is at work").expect("written");
        fs::write(of(NOBODY + 2), "at work elsewhere").expect("written");
        let elsewhere = File::open(of(NOBODY + 2)).expect("there");
        elsewhere.try_lock().expect("free");
        for other in [
            ".hosts.csv.4194305",
            ".hosts.csv.vmsync-old",
            "hosts.csv.vmsync-4194305",
        ] {
            fs::write(folder.path().join(other), "somebody's").expect("written");
        }
        let (draft, _) = Draft::file(&place).expect("made");
        assert!(!of(NOBODY).exists() && !of(NOBODY + 1).exists());
        assert_eq!(names(folder.path()).len(), 6, "{:?}", names(folder.path()));
        // In another container it could have our number.
        let taken = Draft::file(&place).expect_err("it is being written");
        assert_eq!(taken.kind(), ErrorKind::AlreadyExists);
        draft.take_place(Standing::Kept).expect("it is still there");
        drop(elsewhere);
        drop(Draft::file(&place).expect("made"));
        assert!(!of(NOBODY + 2).exists() && of(parent).exists());
    }

    #[test]
    fn a_folder_is_whole_or_not_there_and_the_old_one_goes_with_all_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("inventory");
        for (content, standing) in [("vms.csv", Standing::Kept), ("hosts.csv", Standing::Replaced)] {
            let draft = Draft::folder(&place).expect("made");
            fs::write(draft.path().join(content), "x").expect("written");
            draft.take_place(standing).expect("placed");
            assert_eq!(names(&place), [content]);
        }
        let draft = Draft::folder(&place).expect("made");
        draft.take_place(Standing::Kept).expect_err("it stands there");
        assert_eq!(names(&place), ["hosts.csv"]);
        assert_eq!(names(folder.path()), ["inventory"]);
        let absent = folder.path().join("absent").join("inventory");
        assert_eq!(
            Draft::folder(&absent).expect_err("no folder").kind(),
            ErrorKind::NotFound
        );
        assert_eq!(Draft::file(&absent).expect_err("no folder").kind(), ErrorKind::NotFound);
    }
}
