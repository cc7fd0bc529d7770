//! Terminals that no person sits at.

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::fs::File;
use std::io;

/// The two ends of a terminal that is so wide: the one that a person would look at, and the one that a program writes
/// to.
pub fn open_terminal(columns: u16) -> io::Result<(File, File)> {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&screen)?;
    unlockpt(&screen)?;
    let size = Winsize {
        ws_row: 24,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&screen, size)?;
    let name = ptsname(&screen, Vec::new())?;
    let name = name.to_str().map_err(io::Error::other)?;
    let terminal = File::options().read(true).write(true).open(name)?;
    Ok((screen.into(), terminal))
}
