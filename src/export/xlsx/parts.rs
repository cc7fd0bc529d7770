//! The parts of a workbook but for the cells.

use std::fmt::Write as _;

use super::cell::{escape_into, letters};
use crate::catalog::FieldType;
use crate::export::Table;

pub(super) const RELATIONS_PATH: &str = "_rels/.rels";
pub(super) const CONTENT_TYPES_PATH: &str = "[Content_Types].xml";
pub(super) const WORKBOOK_PATH: &str = "xl/workbook.xml";
pub(super) const WORKBOOK_RELATIONS_PATH: &str = "xl/_rels/workbook.xml.rels";
pub(super) const STYLES_PATH: &str = "xl/styles.xml";
pub(super) const SHARED_PATH: &str = "xl/sharedStrings.xml";

/// Attribute of a cell in bold, one of `cellXfs` in [`STYLES`].
pub(super) const STYLE_HEADING: &str = " s=\"1\"";
/// Attribute of a cell with a time.
pub(super) const STYLE_TIME: &str = " s=\"2\"";

macro_rules! declaration {
    () => {
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    };
}
macro_rules! main {
    () => {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    };
}
macro_rules! office {
    () => {
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    };
}
macro_rules! package {
    () => {
        "http://schemas.openxmlformats.org/package/2006"
    };
}
macro_rules! sheet_type {
    () => {
        "application/vnd.openxmlformats-officedocument.spreadsheetml"
    };
}

pub(super) const RELATIONS: &str = concat!(
    declaration!(),
    "<Relationships xmlns=\"",
    package!(),
    "/relationships\"><Relationship Id=\"rId1\" Type=\"",
    office!(),
    "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
);

/// Normal, bold, and a time.
pub(super) const STYLES: &str = concat!(
    declaration!(),
    "<styleSheet xmlns=\"",
    main!(),
    "\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/></numFmts>",
    "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font>",
    "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font></fonts>",
    "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>",
    "<fill><patternFill patternType=\"gray125\"/></fill></fills>",
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>",
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>",
    "<cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>",
    "<xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/>",
    "<xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs>",
    "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"
);

/// What the workbook has to know of a sheet.
pub(super) struct Sheet {
    /// On its tab.
    pub(super) name: String,
    pub(super) columns: usize,
    /// With the heading.
    pub(super) rows: u32,
}

impl Sheet {
    /// Whether the table of this name is on it.
    pub(super) fn is_of(&self, table: &str) -> bool {
        self.name == table || self.name.strip_prefix(table).is_some_and(|rest| rest.starts_with(" ("))
    }

    fn area(&self) -> (String, u32) {
        (letters(self.columns.saturating_sub(1)), self.rows)
    }
}

/// `vms (2)`, if there is one already.
pub(super) fn name_of_next(table: &str, sheets: usize) -> String {
    format!("{table} ({})", sheets + 1)
}

pub(super) fn sheet_path(number: usize) -> String {
    format!("xl/worksheets/sheet{number}.xml")
}

/// Up to the first row: the heading stays when one scrolls.
pub(super) fn sheet_head(table: &Table, is_first: bool) -> String {
    let mut xml = format!(
        concat!(
            declaration!(),
            "<worksheet xmlns=\"",
            main!(),
            "\"><sheetViews><sheetView{} workbookViewId=\"0\">",
            "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>",
            "<selection pane=\"bottomLeft\"/></sheetView></sheetViews>",
            "<sheetFormatPr defaultRowHeight=\"15\"/><cols>"
        ),
        if is_first { " tabSelected=\"1\"" } else { "" }
    );
    for (index, column) in table.columns.iter().enumerate() {
        let (number, width) = (index + 1, width(column.kind).max(column.name.len() + 4));
        let _ = write!(
            xml,
            "<col min=\"{number}\" max=\"{number}\" width=\"{width}\" customWidth=\"1\"/>"
        );
    }
    xml.push_str("</cols><sheetData>");
    xml
}

/// After the last row: each column has a filter.
pub(super) fn sheet_end(sheet: &Sheet) -> String {
    let (column, row) = sheet.area();
    format!("</sheetData><autoFilter ref=\"A1:{column}{row}\"/></worksheet>")
}

/// In characters: what such a value usually takes, as its rows are not known yet.
const fn width(kind: FieldType) -> usize {
    match kind {
        FieldType::Switch => 8,
        FieldType::Number(_) => 12,
        FieldType::Time | FieldType::LocalTime => 20,
        FieldType::Text => 24,
        FieldType::Texts => 32,
        FieldType::Records | FieldType::TextMap => 40,
    }
}

/// The list of sheets, and the hidden names by which Excel knows the areas of their filters.
pub(super) fn workbook(sheets: &[Sheet]) -> String {
    let mut xml = concat!(
        declaration!(),
        "<workbook xmlns=\"",
        main!(),
        "\" xmlns:r=\"",
        office!(),
        "\"><bookViews><workbookView/></bookViews><sheets>"
    )
    .to_owned();
    for (sheet, number) in sheets.iter().zip(1_usize..) {
        xml.push_str("<sheet name=\"");
        escape_into(&sheet.name, &mut xml);
        let _ = write!(xml, "\" sheetId=\"{number}\" r:id=\"rId{number}\"/>");
    }
    xml.push_str("</sheets><definedNames>");
    for (index, sheet) in sheets.iter().enumerate() {
        let (column, row) = sheet.area();
        let _ = write!(
            xml,
            "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{index}\" hidden=\"1\">'"
        );
        escape_into(&sheet.name, &mut xml);
        let _ = write!(xml, "'!$A$1:${column}${row}</definedName>");
    }
    xml.push_str("</definedNames></workbook>");
    xml
}

/// The sheets, then styles and texts.
pub(super) fn workbook_relations(sheets: usize) -> String {
    let mut xml = concat!(
        declaration!(),
        "<Relationships xmlns=\"",
        package!(),
        "/relationships\">"
    )
    .to_owned();
    for number in 1..=sheets {
        relation(&mut xml, number, "worksheet", &format!("worksheets/sheet{number}.xml"));
    }
    relation(&mut xml, sheets + 1, "styles", "styles.xml");
    relation(&mut xml, sheets + 2, "sharedStrings", "sharedStrings.xml");
    xml.push_str("</Relationships>");
    xml
}

fn relation(xml: &mut String, number: usize, kind: &str, target: &str) {
    let _ = write!(
        xml,
        concat!("<Relationship Id=\"rId{}\" Type=\"", office!(), "/{}\" Target=\"{}\"/>"),
        number, kind, target
    );
}

/// What each part is.
pub(super) fn content_types(sheets: usize) -> String {
    let mut xml = concat!(
        declaration!(),
        "<Types xmlns=\"",
        package!(),
        "/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>",
        "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    )
    .to_owned();
    content_type(&mut xml, WORKBOOK_PATH, "sheet.main");
    for number in 1..=sheets {
        content_type(&mut xml, &sheet_path(number), "worksheet");
    }
    content_type(&mut xml, STYLES_PATH, "styles");
    content_type(&mut xml, SHARED_PATH, "sharedStrings");
    xml.push_str("</Types>");
    xml
}

fn content_type(xml: &mut String, path: &str, kind: &str) {
    let _ = write!(
        xml,
        concat!(
            "<Override PartName=\"/{}\" ContentType=\"",
            sheet_type!(),
            ".{}+xml\"/>"
        ),
        path, kind
    );
}
