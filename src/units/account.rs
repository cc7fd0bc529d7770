//! The user that the service runs as.

/// Its name. A user of the system, not one of systemd's making, so that cron, the service and `sudo -u` meet in one
/// store.
pub const USER: &str = "vmsync";

/// A user of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    uid: u32,
    gid: u32,
}

/// Who may do what with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
}

impl Account {
    /// The line of [`USER`] in `/etc/passwd`; see passwd(5).
    #[must_use]
    pub fn find(passwd: &str) -> Option<Self> {
        let mut fields = passwd
            .lines()
            .map(|line| line.split(':'))
            .find_map(|mut fields| (fields.next() == Some(USER)).then_some(fields))?;
        let _password = fields.next()?;
        Some(Self {
            uid: fields.next()?.parse().ok()?,
            gid: fields.next()?.parse().ok()?,
        })
    }
}

/// Whether the user may read such a file; one that is still to be made has no rights of its own. Of its groups only the
/// first is known.
pub fn may_read(user: Option<Account>, file: &Rights) -> bool {
    let class = match user {
        Some(user) if user.uid == file.uid => 0o400,
        Some(user) if user.gid == file.gid => 0o040,
        _ => 0o004,
    };
    file.mode & class != 0
}
