//! The table of shared texts.

use std::collections::HashMap;
use std::io::{self, Write};

use super::cell::text_into;

/// As many as take about 30 MB, which holds all texts of 20,000 VMs.
const TEXTS: usize = 300_000;
/// See [`TEXTS`].
const BYTES: usize = 12 << 20;

/// Texts by their number.
#[derive(Default)]
pub(super) struct Shared {
    numbers: HashMap<Box<str>, u32>,
    bytes: usize,
}

impl Shared {
    /// Number of a text; none if it is not shared and there is no place for more.
    pub(super) fn number(&mut self, text: &str) -> Option<u32> {
        if let Some(number) = self.numbers.get(text) {
            return Some(*number);
        }
        if self.numbers.len() == TEXTS || self.bytes + text.len() > BYTES {
            return None;
        }
        let number = u32::try_from(self.numbers.len()).ok()?;
        self.bytes += text.len();
        self.numbers.insert(text.into(), number);
        Some(number)
    }

    /// The part of the workbook.
    pub(super) fn write(self, to: &mut impl Write) -> io::Result<()> {
        let mut texts: Vec<_> = self.numbers.into_iter().collect();
        texts.sort_unstable_by_key(|(_, number)| *number);
        let count = texts.len();
        write!(
            to,
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" uniqueCount=\"{count}\">"
        )?;
        let mut xml = String::new();
        for (text, _) in texts {
            xml.clear();
            xml.push_str("<si>");
            text_into(&text, &mut xml);
            xml.push_str("</si>");
            to.write_all(xml.as_bytes())?;
        }
        to.write_all(b"</sst>")
    }
}
