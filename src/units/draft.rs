//! A unit while it is written.

use super::escape;

/// As wide as the other files of this project.
const WIDTH: usize = 120;

/// Lines, and what is wrong with what they say.
#[derive(Default)]
pub struct Draft {
    /// The unit so far.
    pub text: String,
    /// Remarks on what cannot work.
    pub warnings: Vec<String>,
}

impl Draft {
    /// Takes lines as they are.
    pub fn lines(&mut self, lines: &str) {
        self.text.push_str(lines);
    }

    /// `KEY=VALUE`.
    pub fn set(&mut self, key: &str, value: &str) {
        self.text.extend([key, "=", value, "\n"]);
    }

    /// A comment, broken into lines.
    pub fn comment(&mut self, text: &str) {
        let text = escape::comment(text);
        let mut column = 0;
        for word in text.split(' ') {
            let width = word.chars().count() + 1;
            if column == 0 || column + width > WIDTH {
                self.text.push_str(if column == 0 { "#" } else { "\n#" });
                column = 1;
            }
            self.text.extend([" ", word]);
            column += width;
        }
        self.text.push('\n');
    }

    /// A comment on what cannot work, which is a warning too.
    pub fn remark(&mut self, text: &str) {
        self.comment(&format!("Note: {text}"));
        self.warnings.push(escape::comment(text));
    }
}
