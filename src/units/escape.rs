//! How values are written in a unit; see "Quoting", "Command lines" and "Specifiers" in systemd.service(5) and
//! systemd.unit(5). What cannot be written is `None`: most directives ignore a value that they do not understand.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The first word of `ExecStart=`. Nothing is expanded in it but specifiers.
pub fn program(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    let is_bad = |c: char| matches!(c, '"' | '\'' | '\\') || c.is_control();
    (path.is_absolute() && !text.contains(is_bad)).then(|| quoted(&specifiers(text)))
}

/// Another word of `ExecStart=`. Whatever bytes it has.
pub fn argument(path: &Path) -> String {
    let mut escaped = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' | '\\' => escaped.extend(['\\', c]),
                '$' => escaped.push_str("$$"),
                c if c.is_ascii_control() => push_byte(&mut escaped, c as u8),
                c => escaped.push(c),
            }
        }
        chunk.invalid().iter().for_each(|byte| push_byte(&mut escaped, *byte));
    }
    quoted(&specifiers(&escaped))
}

fn push_byte(text: &mut String, byte: u8) {
    let _ = write!(text, "\\x{byte:02x}");
}

/// The name of a credential: that of a file and of a descriptor, so ASCII without `/` and `:`; see the sources of
/// systemd, `credential_name_valid`. A backslash would be taken for the beginning of an escape.
pub fn credential_id(id: &str) -> Option<String> {
    let fits = |c: char| (' '..='~').contains(&c) && !matches!(c, '/' | ':' | '\\');
    (!id.is_empty() && id.len() <= 255 && id.chars().all(fits)).then(|| specifiers(id))
}

/// The file of a credential: the rest of its line as it is, so that nothing can be escaped.
pub fn credential_file(path: &Path) -> Option<String> {
    let text = plain(path)?;
    (!text.ends_with(char::is_whitespace) && !text.ends_with('\\')).then(|| specifiers(text))
}

/// A path in a list of paths: quotes group, and nothing can be escaped.
pub fn listed_path(path: &Path) -> Option<String> {
    let text = plain(path)?;
    (!text.contains(['"', '\'', '\\'])).then(|| quoted(&specifiers(text)))
}

/// Text in a comment, which ends with its line.
pub fn comment(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            plain.extend(c.escape_default());
        } else {
            plain.push(c);
        }
    }
    plain
}

fn plain(path: &Path) -> Option<&str> {
    let text = path.to_str()?;
    (path.is_absolute() && !text.contains(char::is_control)).then_some(text)
}

fn specifiers(text: &str) -> String {
    text.replace('%', "%%")
}

fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@:,=%".contains(c);
    if text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("\"{text}\"")
    }
}
