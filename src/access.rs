//! What this user may do to files, found out without doing it.

use std::path::Path;

use rustix::fs::{Access, access};

/// Whether a file that is there may be read and written.
pub(crate) fn may_write(path: &Path) -> bool {
    access(path, Access::READ_OK | Access::WRITE_OK).is_ok()
}

/// The directory that keeps this user from making files beside this path: its own, or the one in which that would be
/// made; none if nothing is in the way.
pub(crate) fn barrier(path: &Path) -> Option<&Path> {
    let is_open =
        |directory: &Path| directory.is_dir() && access(directory, Access::WRITE_OK | Access::EXEC_OK).is_ok();
    let nearest = path.ancestors().skip(1).find(|directory| directory.exists())?;
    (!is_open(nearest)).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_directory_is_in_the_way_of_all_below_it() {
        let home = tempfile::tempdir().expect("a directory");
        let file = home.path().join("file");
        std::fs::write(&file, "").expect("ours");
        assert!(may_write(&file) && !may_write(&home.path().join("gone")));
        assert_eq!(barrier(&file), None);
        assert_eq!(barrier(&home.path().join("to/be/made")), None);
        assert_eq!(barrier(&file.join("to/be/made")), Some(file.as_path()));
    }
}
