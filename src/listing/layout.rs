//! Cells in columns, as wide as they need to be and as the line allows.

use std::borrow::Cow;

use crate::report::{cut, width};

/// Between two columns.
const GAP: usize = 2;
/// A column that is cut keeps so many, if only others can be cut instead.
const NARROW: usize = 8;
/// And so many in the end.
const NARROWEST: usize = 6;
/// Names that are no longer than this are cut last of all.
const NAME: usize = 24;

/// One column of a table.
pub struct Column {
    pub name: &'static str,
    /// Numbers: they stand at the right, and are never cut.
    pub is_number: bool,
    /// What tells one row from another: it is cut after all others.
    pub is_name: bool,
}

/// The cells of all rows, row by row in one text: a list may have a million of them.
#[derive(Default)]
pub struct Cells {
    text: String,
    /// Where each ends, and how wide it is.
    ends: Vec<(usize, usize)>,
}

impl Cells {
    /// One more, as it is written.
    pub fn push(&mut self, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        self.ends.push((self.text.len(), width(&self.text[start..])));
    }

    /// Those of one row of so many, each with its width.
    pub fn row(&self, at: usize, count: usize) -> impl Iterator<Item = (&str, usize)> {
        let first = at * count;
        let mut start = first.checked_sub(1).map_or(0, |before| self.ends[before].0);
        self.ends[first..first + count].iter().map(move |(end, width)| {
            let cell = &self.text[start..*end];
            start = *end;
            (cell, *width)
        })
    }
}

/// What columns of texts have room for, at most.
#[derive(Clone, Copy)]
struct Caps {
    names: usize,
    others: usize,
    /// Whether the headings of the others are whole.
    has_headings: bool,
}

/// What a column would take.
struct Need {
    /// Its broken heading.
    heading: usize,
    /// All of it.
    whole: usize,
}

/// Widths of the columns that fit the line; none if there are too many of them. First headings are broken, as that
/// loses nothing, then texts are cut, names last.
pub fn widths(columns: &[Column], cells: &Cells, line: usize) -> Option<Vec<usize>> {
    let room = line.checked_sub(GAP * columns.len().saturating_sub(1))?;
    let mut needs: Vec<Need> = columns.iter().map(need).collect();
    for row in cells.ends.chunks(columns.len().max(1)) {
        for (need, (_, width)) in needs.iter_mut().zip(row) {
            need.whole = need.whole.max(*width);
        }
    }
    let capped = |caps: Caps| -> Vec<usize> {
        let cut = |(column, need): (&Column, &Need)| capped(column, need, caps);
        columns.iter().zip(&needs).map(cut).collect()
    };
    let widest = needs.iter().map(|need| need.whole).max().unwrap_or(0);
    let widths = in_order(widest)
        .map(capped)
        .find(|widths| widths.iter().sum::<usize>() <= room)?;
    Some(with_whole_headings(columns, widths, room))
}

/// Without cells.
fn need(column: &Column) -> Need {
    let heading = parts(column.name).map(str::len).max().unwrap_or(0);
    Need {
        heading,
        whole: heading,
    }
}

fn capped(column: &Column, need: &Need, caps: Caps) -> usize {
    let cap = match (column.is_number, column.is_name, caps.has_headings) {
        (true, ..) => usize::MAX,
        (_, true, _) => caps.names,
        (_, _, true) => caps.others.max(need.heading),
        _ => caps.others,
    };
    cap.min(need.whole)
}

/// The caps to try, one after the other.
fn in_order(widest: usize) -> impl Iterator<Item = Caps> {
    let caps = |names: usize, others: usize, has_headings: bool| Caps {
        names,
        others,
        has_headings,
    };
    let others = (NARROW..=widest.max(NARROW)).rev();
    let others = others.map(move |others| caps(usize::MAX, others, true));
    let long_names = (NAME..widest).rev().map(move |names| caps(names, NARROW, true));
    let headings = (NARROWEST..=NARROW).rev().map(move |others| caps(NAME, others, false));
    let names = (NARROWEST..NAME).rev().map(move |names| caps(names, NARROWEST, false));
    others.chain(long_names).chain(headings).chain(names)
}

/// What is left of the line goes to the headings, so that none is broken without need.
fn with_whole_headings(columns: &[Column], mut widths: Vec<usize>, room: usize) -> Vec<usize> {
    let mut left = room - widths.iter().sum::<usize>();
    for (column, width) in columns.iter().zip(&mut widths) {
        let more = column.name.len().saturating_sub(*width);
        if more <= left {
            *width += more;
            left -= more;
        }
    }
    widths
}

/// `total_`, `memory_`, `bytes`: where a heading may be broken.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split_inclusive('_')
}

/// The lines of the headings, the last ones at the bottom.
pub fn heading(columns: &[Column], widths: &[usize]) -> Vec<String> {
    let broken: Vec<Vec<String>> = columns
        .iter()
        .zip(widths)
        .map(|(column, width)| broken(column.name, *width))
        .collect();
    let height = broken.iter().map(Vec::len).max().unwrap_or(0);
    let of_line = |at: usize| {
        let cells = broken.iter().map(|lines| {
            let cell = at.checked_sub(height - lines.len()).map_or("", |at| lines[at].as_str());
            (cell, cell.len())
        });
        let mut text = String::new();
        write_line(&mut text, cells, columns, widths);
        text
    };
    (0..height).map(of_line).collect()
}

fn broken(name: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for part in parts(name) {
        match lines.last_mut() {
            Some(line) if line.is_empty() || line.len() + part.len() <= width => line.push_str(part),
            _ => lines.push(part.to_owned()),
        }
    }
    lines
}

/// Adds one line of as many cells as there are columns, cut and filled.
pub fn write_line<'c>(
    text: &mut String,
    cells: impl Iterator<Item = (&'c str, usize)>,
    columns: &[Column],
    widths: &[usize],
) {
    let start = text.len();
    let mut gap = 0;
    for ((column, room), (cell, wide)) in columns.iter().zip(widths).zip(cells) {
        let (cell, wide) = if wide > *room {
            let cell = cut(cell, *room);
            let wide = width(&cell);
            (Cow::Owned(cell), wide)
        } else {
            (Cow::Borrowed(cell), wide)
        };
        let blanks = room.saturating_sub(wide);
        let (before, after) = if column.is_number {
            (gap + blanks, 0)
        } else {
            (gap, blanks)
        };
        fill(text, before);
        text.push_str(&cell);
        fill(text, after);
        gap = GAP;
    }
    text.truncate(start + text[start..].trim_end().len());
}

fn fill(text: &mut String, mut blanks: usize) {
    const BLANKS: &str = "                                ";
    while blanks > 0 {
        let part = &BLANKS[..blanks.min(BLANKS.len())];
        text.push_str(part);
        blanks -= part.len();
    }
}

/// The line beneath the header.
pub fn rule(widths: &[usize]) -> String {
    "─".repeat(widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1))
}
