//! Files that are replaced as a whole: whoever reads one finds the old content or the new one, never a part.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Replaces a file by one with this content. Its permissions are `mode`, else those that the process gives new files.
///
/// The content is on the disk before the name points to it; where the file stood before, it stands until then.
///
/// # Errors
/// The folder is absent or takes no more; nothing is left behind then.
pub fn replace(path: &Path, content: &[u8], mode: Option<u32>) -> io::Result<()> {
    let draft = draft_path(path);
    // Left by a process that was killed; its number is ours now.
    let _ = fs::remove_file(&draft);
    let file = OpenOptions::new().write(true).create_new(true).open(&draft)?;
    let replaced = fill(&file, content, mode).and_then(|()| fs::rename(&draft, path));
    if replaced.is_err() {
        let _ = fs::remove_file(&draft);
    }
    replaced
}

fn fill(mut file: &File, content: &[u8], mode: Option<u32>) -> io::Result<()> {
    if let Some(mode) = mode {
        file.set_permissions(Permissions::from_mode(mode))?;
    }
    file.write_all(content)?;
    file.sync_all()
}

/// A hidden name in the same folder, which collectors that look for a suffix pass over.
fn draft_path(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}", std::process::id()))
}

#[cfg(test)]
mod tests {
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
        for content in ["first, which is longer", "second"] {
            replace(&path, content.as_bytes(), Some(0o604)).expect("replaced");
            assert_eq!(fs::read_to_string(&path).expect("read"), content);
            let mode = fs::metadata(&path).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o604);
        }
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn what_cannot_be_replaced_stays_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let occupied = folder.path().join("occupied");
        fs::create_dir_all(occupied.join("something")).expect("made");
        replace(&occupied, b"x", None).expect_err("a folder stands there");
        assert_eq!(names(folder.path()), ["occupied"]);
        let absent = folder.path().join("absent").join("report.json");
        assert_eq!(
            replace(&absent, b"x", None).expect_err("no folder").kind(),
            io::ErrorKind::NotFound
        );
    }
}
