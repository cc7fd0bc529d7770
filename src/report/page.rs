//! A page of text for people: its width, its time zone, its styles.

use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use unicode_width::UnicodeWidthStr;

use super::text::{columns, escape, wrap};

/// How a page looks.
#[derive(Debug, Clone)]
pub struct Look {
    /// Columns; less than 40 is taken as 40.
    pub width: usize,
    /// Zone of the times shown.
    pub timezone: TimeZone,
    /// Emphasis.
    pub styles: Styles,
}

impl Look {
    /// As wide as the terminal on stdout, else 80 columns; times in the given zone.
    #[must_use]
    pub fn of_stdout(timezone: TimeZone, colour: bool) -> Self {
        let size = terminal_size::terminal_size_of(std::io::stdout());
        let width = size.map_or(80, |(terminal_size::Width(width), _)| usize::from(width));
        Self {
            width,
            timezone,
            styles: if colour { Styles::COLOUR } else { Styles::PLAIN },
        }
    }

    pub(crate) fn time(&self, time: Timestamp) -> String {
        time.to_zoned(self.timezone.clone())
            .strftime("%Y-%m-%d %H:%M:%S %Z")
            .to_string()
    }
}

/// An emphasis: what is written before the text; nothing means that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint(&'static str);

impl Paint {
    /// No emphasis.
    pub const NONE: Self = Self("");

    pub(crate) fn on(self, text: &str) -> String {
        if self.0.is_empty() {
            text.to_owned()
        } else {
            format!("{}{text}\u{1b}[0m", self.0)
        }
    }
}

/// The emphases of a report. They only add: without them nothing is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Styles {
    /// Headings.
    pub heading: Paint,
    /// What went well.
    pub good: Paint,
    /// What needs a look.
    pub bad: Paint,
}

impl Styles {
    /// No emphasis.
    pub const PLAIN: Self = Self {
        heading: Paint(""),
        good: Paint(""),
        bad: Paint(""),
    };
    /// The terminal's own bold, green and red.
    pub const COLOUR: Self = Self {
        heading: Paint("\u{1b}[1m"),
        good: Paint("\u{1b}[32m"),
        bad: Paint("\u{1b}[31m"),
    };
}

/// No lines but one beneath the header.
const LIGHT: TableStyle = NOTHING.header_separator(LineStyle::none().fill('─').junction('─'));

/// Lines of text that fit the width.
pub(super) struct Page<'a> {
    pub(super) look: &'a Look,
    text: String,
}

/// Columns of a label and the space behind it.
const LABEL: usize = 15;

impl<'a> Page<'a> {
    pub(super) const fn new(look: &'a Look) -> Self {
        Self {
            look,
            text: String::new(),
        }
    }

    pub(super) fn width(&self) -> usize {
        self.look.width.max(40)
    }

    /// A line that is known to fit.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// An empty line, unless the page begins or ends with one.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Text of any origin and length. Its own line breaks are kept.
    pub(super) fn paragraph(&mut self, indent: usize, text: &str, paint: Paint) {
        for line in self.broken(indent, text) {
            self.line(&format!("{:indent$}{}", "", paint.on(&line)));
        }
    }

    /// The same behind a label.
    pub(super) fn labelled(&mut self, label: &str, text: &str, paint: Paint) {
        self.beside(&format!("{label:LABEL$}"), text, paint);
    }

    /// The same beside a lead of plain text, which stands on the first line only.
    pub(super) fn beside(&mut self, lead: &str, text: &str, paint: Paint) {
        let indent = lead.width();
        for (index, line) in self.broken(indent, text).into_iter().enumerate() {
            let lead = if index == 0 { lead } else { "" };
            self.line(&format!("{lead:indent$}{}", paint.on(&line)));
        }
    }

    fn broken(&self, indent: usize, text: &str) -> Vec<String> {
        let width = self.width() - indent;
        text.lines().flat_map(|line| wrap(&escape(line), width)).collect()
    }

    /// A table of one line for the header, one beneath it, and one for each row; a row's remark stands beneath it. The
    /// first column is of names: they are cut if the rest does not fit otherwise.
    pub(super) fn table<'r>(&mut self, table: &mut Table, remarks: impl Iterator<Item = Option<&'r str>>) {
        table
            .load_style(LIGHT)
            .set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(columns(self.width()));
        for column in table.column_iter_mut() {
            column.set_padding((0, 1));
            if column.index > 0 {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        for row in table.row_iter_mut() {
            row.max_height(1);
        }
        let mut lines = table.lines();
        lines.by_ref().take(2).for_each(|line| self.line(&line));
        for (line, remark) in lines.zip(remarks) {
            self.line(&line);
            self.paragraph(4, remark.unwrap_or_default(), self.look.styles.bad);
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}
