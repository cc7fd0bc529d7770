//! Cells in columns, as wide as they need to be and as the line allows.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Between two columns.
const GAP: usize = 2;
/// A column that is cut keeps so many.
const NARROWEST: usize = 6;

/// One column of a table.
pub struct Column {
    pub name: &'static str,
    /// Numbers: they stand at the right, and are never cut.
    pub is_number: bool,
}

/// Widths of the columns that fit the line; none if there are too many of them.
pub fn widths(columns: &[Column], rows: &[Vec<String>], line: usize) -> Option<Vec<usize>> {
    let natural: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(place, column)| {
            let widest = rows.iter().map(|row| row[place].width()).max().unwrap_or(0);
            widest.max(column.name.width())
        })
        .collect();
    let gaps = GAP * columns.len().saturating_sub(1);
    let capped = |cap: usize| -> Vec<usize> {
        let cut = |(column, width): (&Column, &usize)| if column.is_number { *width } else { cap.min(*width) };
        columns.iter().zip(&natural).map(cut).collect()
    };
    let fits = |cap: &usize| capped(*cap).iter().sum::<usize>() + gaps <= line;
    let widest = natural.iter().copied().max().unwrap_or(0).max(NARROWEST);
    (NARROWEST..=widest).rev().find(fits).map(capped)
}

/// One line, cells cut and filled.
pub fn line(cells: &[impl AsRef<str>], columns: &[Column], widths: &[usize]) -> String {
    let mut line = String::new();
    for ((cell, column), width) in cells.iter().zip(columns).zip(widths) {
        let cell = cut(cell.as_ref(), *width);
        let blanks = " ".repeat(width - cell.width());
        if !line.is_empty() {
            line.push_str(&" ".repeat(GAP));
        }
        if column.is_number {
            line.extend([blanks.as_str(), &cell]);
        } else {
            line.extend([cell.as_str(), &blanks]);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// The line beneath the header.
pub fn rule(widths: &[usize]) -> String {
    "─".repeat(widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1))
}

fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= width
    };
    let head: String = text.chars().take_while(fits).collect();
    head + "…"
}
