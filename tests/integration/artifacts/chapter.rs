//! Chapters of README.md as sections of a manual page: what operators read is written once.

use clap_mangen::roff::{Inline, Roff, bold, roman};
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

/// Appends the chapter of this heading, up to the next heading of any level.
pub(super) fn push_chapter(roff: &mut Roff, readme: &str, title: &str) {
    let mut events = Parser::new(readme);
    assert!(find_chapter(&mut events, title), "README.md has no chapter {title}");
    roff.control("SH", [title.to_uppercase().as_str()]);
    let mut page = Page {
        roff,
        line: Vec::new(),
        is_strong: false,
        number: None,
    };
    for event in events.take_while(|event| !matches!(event, Event::Start(Tag::Heading { .. }))) {
        page.push(event);
    }
}

/// Goes to the end of the heading.
fn find_chapter(events: &mut Parser<'_>, title: &str) -> bool {
    let mut text = None;
    for event in events {
        match event {
            Event::Start(Tag::Heading {
                level: HeadingLevel::H2,
                ..
            }) => text = Some(String::new()),
            Event::Text(part) => text.iter_mut().for_each(|text| text.push_str(&part)),
            Event::End(TagEnd::Heading(_)) if text.take().is_some_and(|text| text == title) => return true,
            _ => {}
        }
    }
    false
}

/// What has been read of the paragraph at hand.
struct Page<'a> {
    roff: &'a mut Roff,
    line: Vec<Inline>,
    is_strong: bool,
    /// Of the next item, in a list that is numbered.
    number: Option<u64>,
}

impl Page<'_> {
    fn push(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::List(first)) => self.number = first,
            Event::Start(Tag::Item) => {
                let mark = self.number.map_or("•".to_owned(), |number| format!("{number}."));
                self.roff.control("IP", [mark.as_str(), "4"]);
                self.number = self.number.map(|number| number + 1);
            }
            Event::End(TagEnd::Item | TagEnd::Paragraph) => self.end_line(),
            Event::End(TagEnd::List(_)) => drop(self.roff.control("PP", [])),
            Event::Start(Tag::CodeBlock(_)) => {
                self.end_line();
                self.roff.control("PP", []).control("EX", []);
            }
            Event::End(TagEnd::CodeBlock) => {
                self.end_line();
                self.roff.control("EE", []).control("PP", []);
            }
            Event::Start(Tag::Strong | Tag::Emphasis) => self.is_strong = true,
            Event::End(TagEnd::Strong | TagEnd::Emphasis) => self.is_strong = false,
            Event::Code(text) => self.line.push(bold(text.as_ref())),
            Event::Text(text) if self.is_strong => self.line.push(bold(text.as_ref())),
            Event::Text(text) => self.line.push(roman(text.as_ref())),
            Event::SoftBreak => self.line.push(roman(" ")),
            // Of a link, its text; README's chapters for operators have nothing else.
            Event::Start(Tag::Paragraph | Tag::Link { .. }) | Event::End(TagEnd::Link) => {}
            other => panic!("README.md: {other:?} has no form in a manual page"),
        }
    }

    fn end_line(&mut self) {
        if !self.line.is_empty() {
            self.roff.text(std::mem::take(&mut self.line));
            if self.number.is_none() {
                self.roff.control("PP", []);
            }
        }
    }
}
