//! Reads a workbook again, for tests: what is on its sheets, as a program that imports it sees them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use quick_xml::XmlVersion;
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use zip::ZipArchive;

/// One sheet.
#[derive(Debug, Default)]
pub struct ReadSheet {
    /// On its tab.
    pub name: String,
    /// Text of each cell, an empty one where there is none. Times are numbers of days.
    pub rows: Vec<Vec<String>>,
    /// `A1:C3`.
    pub filter: String,
    /// Whether the heading stays.
    pub is_frozen: bool,
    /// Type and style of each cell that is there, by its place.
    pub types: BTreeMap<String, (String, String)>,
}

impl ReadSheet {
    /// The cells of a column beneath its heading.
    pub fn column(&self, name: &str) -> Vec<&str> {
        let index = self.rows[0].iter().position(|heading| heading == name);
        let index = index.unwrap_or_else(|| panic!("{} has no column {name}: {:?}", self.name, self.rows[0]));
        self.rows[1..].iter().map(|row| row[index].as_str()).collect()
    }
}

/// All sheets, in their order.
pub fn read(path: &Path) -> Vec<ReadSheet> {
    let mut zip = ZipArchive::new(File::open(path).expect("the workbook")).expect("a container");
    let shared = shared_texts(&part(&mut zip, "xl/sharedStrings.xml"));
    let names = sheet_names(&part(&mut zip, "xl/workbook.xml"));
    let types = part(&mut zip, "[Content_Types].xml");
    names
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            let path = format!("xl/worksheets/sheet{}.xml", index + 1);
            assert!(types.contains(&format!("\"/{path}\"")), "{path} has no content type");
            let mut sheet = read_sheet(&part(&mut zip, &path), &shared);
            sheet.name = name;
            sheet
        })
        .collect()
}

fn part(zip: &mut ZipArchive<File>, name: &str) -> String {
    let mut text = String::new();
    zip.by_name(name).expect(name).read_to_string(&mut text).expect("UTF-8");
    text
}

fn sheet_names(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let mut names = Vec::new();
    loop {
        match reader.read_event().expect("XML") {
            Event::Empty(tag) if tag.local_name().as_ref() == "sheet" => names.push(attribute(&tag, "name")),
            Event::Eof => return names,
            _ => {}
        }
    }
}

fn shared_texts(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let mut texts = Vec::new();
    let mut text = String::new();
    loop {
        match reader.read_event().expect("XML") {
            Event::Start(tag) if tag.local_name().as_ref() == "si" => text.clear(),
            Event::End(tag) if tag.local_name().as_ref() == "si" => texts.push(std::mem::take(&mut text)),
            Event::Eof => return texts,
            other => text.push_str(&content(&other)),
        }
    }
}

fn read_sheet(xml: &str, shared: &[String]) -> ReadSheet {
    let mut reader = Reader::from_str(xml);
    let mut sheet = ReadSheet::default();
    let (mut place, mut kind, mut text) = (String::new(), String::new(), String::new());
    loop {
        match reader.read_event().expect("XML") {
            Event::Empty(tag) if tag.local_name().as_ref() == "pane" => {
                sheet.is_frozen = attribute(&tag, "state") == "frozen" && attribute(&tag, "ySplit") == "1";
            }
            Event::Empty(tag) if tag.local_name().as_ref() == "autoFilter" => sheet.filter = attribute(&tag, "ref"),
            Event::Start(tag) if tag.local_name().as_ref() == "row" => {
                assert_eq!(attribute(&tag, "r"), (sheet.rows.len() + 1).to_string());
                sheet.rows.push(Vec::new());
            }
            Event::Start(tag) if tag.local_name().as_ref() == "c" => {
                (place, kind) = (attribute(&tag, "r"), attribute(&tag, "t"));
                sheet.types.insert(place.clone(), (kind.clone(), attribute(&tag, "s")));
                text.clear();
            }
            Event::End(tag) if tag.local_name().as_ref() == "c" => {
                let value = if kind == "s" {
                    shared[text.parse::<usize>().expect("a number")].clone()
                } else {
                    text.clone()
                };
                put(&mut sheet.rows, &place, value);
            }
            Event::Eof => return pad(sheet),
            other => text.push_str(&content(&other)),
        }
    }
}

fn put(rows: &mut [Vec<String>], place: &str, value: String) {
    let digits = place.find(|c: char| c.is_ascii_digit()).expect("a row");
    let (letters, number) = place.split_at(digits);
    let column = letters
        .bytes()
        .fold(0, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1)
        - 1;
    let row = &mut rows[number.parse::<usize>().expect("a number") - 1];
    row.resize(column, String::new());
    row.push(value);
}

fn pad(mut sheet: ReadSheet) -> ReadSheet {
    let width = sheet.rows.first().map_or(0, Vec::len);
    sheet.rows.iter_mut().for_each(|row| row.resize(width, String::new()));
    sheet
}

fn content(event: &Event<'_>) -> String {
    match event {
        Event::Text(text) => text.xml10_content().into_owned(),
        Event::GeneralRef(entity) => match &**entity {
            "amp" => "&".to_owned(),
            "lt" => "<".to_owned(),
            "gt" => ">".to_owned(),
            other => panic!("entity {other}"),
        },
        _ => String::new(),
    }
}

fn attribute(tag: &quick_xml::events::BytesStart<'_>, name: &str) -> String {
    let found = tag.try_get_attribute(name).expect("attributes");
    found.map_or_else(String::new, |found| {
        found
            .normalized_value(XmlVersion::Implicit1_0)
            .expect("a value")
            .into_owned()
    })
}
