use std::io;
use std::sync::Mutex;
use std::time::Instant;

use indicatif::TermLike;
use unicode_width::UnicodeWidthChar;

use super::*;

const WIDTH: u16 = 80;

/// A terminal that keeps what it shows, as far as indicatif steers it. A line that is full goes on in the next one.
#[derive(Debug, Clone, Default)]
struct Terminal(Arc<Mutex<Picture>>);

#[derive(Debug, Default)]
struct Picture {
    lines: Vec<Vec<char>>,
    row: usize,
    column: usize,
}

impl Picture {
    fn line(&mut self) -> &mut Vec<char> {
        let row = self.row;
        self.lines.resize(self.lines.len().max(row + 1), vec![]);
        &mut self.lines[row]
    }

    fn put(&mut self, c: char) {
        if self.column == usize::from(WIDTH) {
            (self.row, self.column) = (self.row + 1, 0);
        }
        let column = self.column;
        let line = self.line();
        line.resize(line.len().max(column + 1), ' ');
        line[column] = c;
        self.column += 1;
    }

    fn write(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\r' => self.column = 0,
                '\n' => (self.row, self.column) = (self.row + 1, 0),
                c => {
                    self.put(c);
                    // The other half of a wide one.
                    (1..c.width().unwrap_or(0)).for_each(|_| self.put('\0'));
                }
            }
        }
    }
}

impl Terminal {
    #[expect(clippy::unnecessary_wraps, reason = "as the trait wants it")]
    fn act(&self, act: impl FnOnce(&mut Picture)) -> io::Result<()> {
        act(&mut self.0.lock().expect("no panic in a test"));
        Ok(())
    }

    fn lines(&self) -> Vec<String> {
        let picture = self.0.lock().expect("no panic in a test");
        let lines = picture.lines.iter().map(|line| {
            line.iter()
                .filter(|c| **c != '\0')
                .collect::<String>()
                .trim()
                .to_owned()
        });
        lines.filter(|line| !line.is_empty()).collect()
    }

    /// What is shown once `is_there` holds, or after a second.
    fn await_lines(&self, is_there: impl Fn(&[String]) -> bool) -> Vec<String> {
        let patience = Instant::now();
        while !is_there(&self.lines()) && patience.elapsed() < Duration::from_secs(1) {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.lines()
    }

    fn screen(&self) -> Screen {
        Screen::on(ProgressDrawTarget::term_like(Box::new(self.clone())))
    }
}

impl TermLike for Terminal {
    fn width(&self) -> u16 {
        WIDTH
    }

    fn height(&self) -> u16 {
        40
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.act(|picture| picture.row = picture.row.saturating_sub(n))
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.act(|picture| picture.row += n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.act(|picture| picture.column += n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.act(|picture| picture.column = picture.column.saturating_sub(n))
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.act(|picture| picture.write(&format!("{text}\n")))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.act(|picture| picture.write(text))
    }

    fn clear_line(&self) -> io::Result<()> {
        self.act(|picture| {
            picture.line().clear();
            picture.column = 0;
        })
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

fn names(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("esx{number}")).collect()
}

fn shows(lines: &[String], text: &str) -> bool {
    lines.iter().any(|line| line.contains(text))
}

#[test]
fn the_first_line_is_there_at_once() {
    let terminal = Terminal::default();
    let _progress = Progress::new(&terminal.screen(), &names(2));
    assert!(shows(&terminal.lines(), "0/2 sources"), "{:?}", terminal.lines());
}

#[test]
fn each_source_has_a_line_above_the_overall_bar() {
    let terminal = Terminal::default();
    let progress = Progress::new(&terminal.screen(), &names(3));
    let sources = [0, 1, 2].map(|index| progress.source(index));
    sources.iter().for_each(SourceProgress::connecting);
    sources[0].connecting();
    sources[0].listed(2, 150);
    sources[1].failed("connection \u{1b}[2Jrefused\nhint: is it up?");
    sources[2].done("12 VMs");
    progress.phase("planning");
    let lines = terminal.await_lines(|lines| shows(lines, "planning"));
    assert_eq!(
        lines[..3],
        [
            "esx1  page 2, 150 objects",
            "esx2  failed: connection \\u{1b}[2Jrefused",
            "esx3  done: 12 VMs"
        ]
    );
    assert!(
        lines[3].contains("2/3 sources") && lines[3].ends_with("planning"),
        "{lines:?}"
    );
}

#[test]
fn nothing_is_left_when_it_ends() {
    let terminal = Terminal::default();
    let progress = Progress::new(&terminal.screen(), &names(2));
    let sources = [0, 1].map(|index| progress.source(index));
    sources.iter().for_each(SourceProgress::connecting);
    sources[0].done("1 VM");
    progress.clear();
    sources[1].listed(2, 100);
    sources[1].done("1 VM");
    progress.source(1).connecting();
    assert_eq!(terminal.lines(), Vec::<String>::new());
}

#[test]
fn a_source_that_ended_and_was_let_go_leaves_nothing() {
    let terminal = Terminal::default();
    let progress = Progress::new(&terminal.screen(), &names(2));
    for index in 0..2 {
        let source = progress.source(index);
        source.connecting();
        source.done("4 VMs");
    }
    terminal.await_lines(|lines| shows(lines, "done: 4 VMs"));
    progress.clear();
    let left: Vec<String> = terminal
        .lines()
        .into_iter()
        .filter(|line| !line.trim().is_empty())
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn many_sources_give_their_lines_back() {
    let terminal = Terminal::default();
    let progress = Progress::new(&terminal.screen(), &names(100));
    for index in 0..50 {
        let source = progress.source(index);
        source.connecting();
        source.done("1 VM");
    }
    let lines = terminal.await_lines(|lines| shows(lines, "50/100 sources"));
    assert!(lines.len() == 1 && shows(&lines, "50/100 sources"), "{lines:?}");
}

#[test]
fn messages_are_written_while_progress_is_off_the_screen() {
    let terminal = Terminal::default();
    let screen = terminal.screen();
    let progress = Progress::new(&screen, &names(1));
    progress.source(0).connecting();
    assert_eq!(screen.suspend(|| terminal.lines()), Vec::<String>::new());
    assert!(shows(&terminal.lines(), "0/1 sources"), "{:?}", terminal.lines());
}

#[test]
fn without_a_terminal_all_of_it_does_nothing() {
    let progress = Progress::new(&Screen::of_stderr(false), &names(1));
    let source = progress.source(0);
    source.connecting();
    source.listed(1, 1);
    source.done("");
    progress.source(7).failed("no such source");
    progress.phase("x");
    progress.clear();
    assert_eq!(Screen::default().suspend(|| 1), 1);
}

#[test]
fn it_is_shown_to_people_who_watch() {
    assert!(is_wanted(false, true, Some("xterm")) && is_wanted(false, true, None));
    assert!(!is_wanted(true, true, Some("xterm")));
    assert!(!is_wanted(false, false, Some("xterm")));
    assert!(!is_wanted(false, true, Some("dumb")));
}

#[test]
fn tasks_may_share_it() {
    fn assert_shared<T: Send + Sync + Clone + 'static>() {}
    assert_shared::<Screen>();
    assert_shared::<Progress>();
    assert_shared::<SourceProgress>();
}

/// A line that is wider than the terminal takes two, of which one would stay there with every redraw.
#[test]
fn names_in_wide_letters_take_one_line() {
    let terminal = Terminal::default();
    let names = ["\u{6771}\u{4eac}-b\u{fc}ro".to_owned(), "lab".to_owned()];
    let progress = Progress::new(&terminal.screen(), &names);
    let sources = [progress.source(0), progress.source(1)];
    sources.iter().for_each(SourceProgress::connecting);
    for page in 1..20 {
        sources[0].listed(page, page);
        std::thread::sleep(Duration::from_millis(20));
    }
    sources[1].failed("failed to list all of its VMs: cut off");
    let shown = terminal.await_lines(|lines| lines.iter().any(|line| line.contains("cut off")));
    assert_eq!(shown[0], format!("{}  page 19, 19 objects", names[0]), "{shown:#?}");
    assert_eq!(
        shown[1], "lab        failed: list all of its VMs: cut off",
        "{shown:#?}"
    );
    assert_eq!(shown.len(), 3, "{shown:#?}");
}
