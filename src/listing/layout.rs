//! Cells in columns, as wide as they need to be and as the line allows.

use unicode_width::UnicodeWidthStr;

use crate::report::cut;

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
pub fn widths(columns: &[Column], rows: &[Vec<String>], line: usize) -> Option<Vec<usize>> {
    let room = line.checked_sub(GAP * columns.len().saturating_sub(1))?;
    let needs: Vec<Need> = columns
        .iter()
        .enumerate()
        .map(|(place, column)| need(column, rows.iter().map(|row| row[place].width())))
        .collect();
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

fn need(column: &Column, cells: impl Iterator<Item = usize>) -> Need {
    let heading = parts(column.name).map(str::len).max().unwrap_or(0);
    let whole = cells.fold(heading, usize::max);
    Need { heading, whole }
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
        let cell = |lines: &Vec<String>| {
            let missing = height - lines.len();
            at.checked_sub(missing).map_or_else(String::new, |at| lines[at].clone())
        };
        let cells: Vec<String> = broken.iter().map(cell).collect();
        line(&cells, columns, widths)
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

/// One line, cells cut and filled.
pub fn line(cells: &[impl AsRef<str>], columns: &[Column], widths: &[usize]) -> String {
    let mut line = String::new();
    for (at, ((cell, column), width)) in cells.iter().zip(columns).zip(widths).enumerate() {
        let cell = cut(cell.as_ref(), *width);
        let blanks = " ".repeat(width.saturating_sub(cell.width()));
        if at > 0 {
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
