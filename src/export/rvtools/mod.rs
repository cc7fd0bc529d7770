//! The workbook of RVTools, which tools that assess a migration import: its sheets, its own names of columns and units.
//!
//! A column that vmsync knows nothing for is left out, unless an importer refuses or skips the sheet without it; such a
//! column is there, and empty. The names were compared with a workbook of RVTools 4 (the headings of its 27 sheets are
//! in `vmware_rvtools_exporter/out/compare/report.md` of the public repository Yoobuu/Kylow). Who needs what:
//!
//! - Azure Migrate ("Import servers running in a VMware environment with RVTools XLSX", Prerequisites): the sheets vInfo
//!   and vDisk; of vInfo VM, Powerstate, Disks, CPUs, Memory, Provisioned MiB, In Use MiB, OS according to the
//!   configuration file, VM UUID; of vDisk VM, Capacity MiB.
//! - `rvtools2azmigrate` (`rvtools2azmigrate/convert.py` of the public repository lrivallain/rvtools2azmigrate), which ends
//!   at the first column that is absent: of vInfo VM, Powerstate, CPUs, Memory, both OS according to …, Provisioned MiB,
//!   DNS Name, VM UUID, Firmware.
//! - `RVToolsMerge`, which prepares workbooks for Azure Migrate (docs/rvtools-supported-sheets.md of the public repository
//!   sbroenne/RVToolsMerge): of vInfo those, and Template, SRM Placeholder, Creation date, NICs, Datacenter, Cluster,
//!   Host; of vHost Host, Datacenter, Cluster, CPU Model, Speed, # CPU, Cores per CPU, # Cores, CPU usage %, # Memory,
//!   Memory usage %; of vPartition VM UUID, VM, Disk, Capacity MiB, Consumed MiB; of vMemory VM UUID, VM, Size MiB,
//!   Reservation.
//! - The Migration Assessment of `OpenShift` Virtualization (`pkg/duckdb_parser/templates/ingest_rvtools.go.tmpl` of the
//!   public repository kubev2v/migration-planner): of vInfo VM ID, VM, at least one Network #…; and of each other sheet
//!   every column that it names in a `SELECT`, or it takes nothing of the sheet.
//!
//! `tests::IMPORTERS` has them all.

use std::collections::HashMap;

use serde_json::Value;

use super::{Column, Table};
use crate::catalog::{Field, FieldType, Kind, ObjectKind};
use crate::filter::{Comparison, Expr, Test};
use crate::inventory::Detail;
use crate::selection::{Row, Selection};

mod sheets;
#[cfg(test)]
mod tests;
mod value;

pub use sheets::SHEETS;

/// One sheet of the workbook.
#[derive(Debug)]
pub struct Sheet {
    /// On its tab.
    pub name: &'static str,
    /// What its rows are of.
    kind: Kind,
    /// Which of them, if not all that are present: this field is this text.
    only: Option<(&'static str, &'static str)>,
    /// A row for each member of this list instead of one for each object.
    each: Option<Each>,
    /// One after the other.
    columns: &'static [&'static [Heading]],
}

/// A list that is not stored unless it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Each {
    /// Of the catalog.
    field: &'static str,
    /// Of which details it is.
    detail: Detail,
}

/// One column.
#[derive(Debug)]
struct Heading {
    name: &'static str,
    kind: FieldType,
    is: Is,
}

/// What stands in a column.
#[derive(Debug)]
enum Is {
    /// A field; of a list its first member; nothing instead of "unknown".
    Field(&'static str),
    /// The member of a list.
    Nth(&'static str, usize),
    /// Whole mebibytes of a field in bytes.
    Mib(&'static str),
    /// True or False.
    Switch(&'static str),
    /// Of these fields.
    Of(&'static [&'static str], fn(&[&Value]) -> Value),
    /// A key of the record that the row is for.
    Part(&'static str),
    /// Whole mebibytes of it.
    PartMib(&'static str),
    /// True or False.
    PartSwitch(&'static str),
    /// Of these keys of the record.
    PartOf(&'static [&'static str], fn(&[&Value]) -> Value),
    /// Name of the switch of the record's network.
    PartNetworkSwitch,
    /// Address of the source.
    Server,
    /// The same for all.
    Always(&'static str),
    /// What an importer wants and vmsync does not know.
    Unknown,
}

/// What rows of one kind need to know of others.
#[derive(Debug, Default)]
pub struct World {
    addresses: HashMap<String, String>,
    switches: HashMap<(String, String), String>,
}

impl World {
    /// Of the sources, their names and addresses.
    pub const SOURCE_COLUMNS: [&'static str; 2] = ["name", "host"];
    /// Of the networks their sources, names and switches.
    pub const NETWORK_COLUMNS: [&'static str; 3] = ["source", "name", "switch"];

    /// Takes note of a row of the sources.
    pub fn add_source(&mut self, row: &[Value]) {
        if let [Value::String(name), Value::String(address)] = row {
            self.addresses.insert(name.clone(), address.clone());
        }
    }

    /// Takes note of a row of the networks.
    pub fn add_network(&mut self, row: &[Value]) {
        if let [Value::String(source), Value::String(name), Value::String(switch)] = row {
            self.switches.insert((source.clone(), name.clone()), switch.clone());
        }
    }
}

impl Sheet {
    /// As it is written.
    #[must_use]
    pub fn table(&self) -> Table {
        let column = |heading: &Heading| Column {
            name: heading.name,
            kind: heading.kind,
        };
        Table {
            name: self.name,
            columns: self.headings().map(column).collect(),
        }
    }

    fn headings(&self) -> impl Iterator<Item = &'static Heading> + use<> {
        self.columns.iter().copied().flatten()
    }

    /// What it asks of the store.
    #[must_use]
    pub fn selection(&self) -> Selection {
        let filter = self.only.and_then(|(field, text)| {
            let field = self.kind.field(field)?;
            let test = Test::Text(text.to_owned());
            Some(Expr::Is(Comparison { field, test }))
        });
        Selection {
            filter,
            columns: self.fields(),
            ..super::kinds::columns_of(self.kind, &[])
        }
    }

    /// Each field that a column needs, once.
    fn fields(&self) -> Vec<&'static Field> {
        let mut names = vec!["source"];
        names.extend(self.each.map(|detail| detail.field));
        for heading in self.headings() {
            names.extend_from_slice(heading.is.fields());
        }
        let mut fields: Vec<&'static Field> = Vec::new();
        for field in names.into_iter().filter_map(|name| self.kind.field(name)) {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        fields
    }

    /// Prepares to make rows of what [`selection`](Self::selection) gives.
    #[must_use]
    pub fn maker<'a>(&'a self, world: &'a World) -> Maker<'a> {
        let fields = self.fields();
        Maker {
            sheet: self,
            world,
            places: fields
                .iter()
                .zip(0..)
                .map(|(field, place)| (field.name, place))
                .collect(),
            objects: 0,
            has_detail: false,
        }
    }
}

/// Makes rows of a sheet.
#[derive(Debug)]
pub struct Maker<'a> {
    sheet: &'a Sheet,
    world: &'a World,
    places: HashMap<&'static str, usize>,
    objects: usize,
    has_detail: bool,
}

impl Maker<'_> {
    /// The rows of one object: one, or one for each of its records.
    #[must_use]
    pub fn rows(&mut self, row: &Row) -> Vec<Row> {
        self.objects += 1;
        let make = |record: &Value| {
            self.sheet
                .headings()
                .map(|heading| self.value(&heading.is, row, record))
                .collect()
        };
        let Some(detail) = self.sheet.each else {
            return vec![make(&Value::Null)];
        };
        let records = self
            .places
            .get(detail.field)
            .and_then(|place| row.get(*place)?.as_array());
        let rows = records.into_iter().flatten().map(make).collect();
        self.has_detail |= records.is_some();
        rows
    }

    /// The detail that no object had, though there were objects.
    #[must_use]
    pub fn missing(&self) -> Option<Detail> {
        let each = self.sheet.each.filter(|_| self.objects > 0 && !self.has_detail);
        each.map(|each| each.detail)
    }

    fn value(&self, is: &Is, row: &Row, record: &Value) -> Value {
        let field = |name: &str| {
            self.places
                .get(name)
                .and_then(|place| row.get(*place))
                .unwrap_or(&Value::Null)
        };
        let source = || {
            field("source")
                .get(0)
                .unwrap_or_else(|| field("source"))
                .as_str()
                .unwrap_or_default()
        };
        match is {
            Is::Field(name) => value::plain(field(name)),
            Is::Nth(name, index) => field(name).get(index).cloned().unwrap_or_default(),
            Is::Mib(name) => value::mebibytes(field(name)),
            Is::Switch(name) => value::switch(field(name)),
            Is::Of(names, value) => value(&names.iter().map(|name| field(name)).collect::<Vec<_>>()),
            Is::Part(key) => record.get(key).cloned().unwrap_or_default(),
            Is::PartMib(key) => value::mebibytes(&record[*key]),
            Is::PartSwitch(key) => value::switch(&record[*key]),
            Is::PartOf(keys, value) => value(&keys.iter().map(|key| &record[*key]).collect::<Vec<_>>()),
            Is::PartNetworkSwitch => {
                let network = record["network"].as_str().unwrap_or_default();
                let switch = self.world.switches.get(&(source().to_owned(), network.to_owned()));
                switch.map_or(Value::Null, |switch| switch.as_str().into())
            }
            Is::Server => {
                let address = self.world.addresses.get(source());
                address.map_or_else(|| source().into(), |address| address.as_str().into())
            }
            Is::Always(text) => (*text).into(),
            Is::Unknown => Value::Null,
        }
    }
}

impl Is {
    fn fields(&self) -> &[&'static str] {
        match self {
            Self::Field(name) | Self::Nth(name, _) | Self::Mib(name) | Self::Switch(name) => std::slice::from_ref(name),
            Self::Of(names, _) => names,
            Self::Part(_)
            | Self::PartMib(_)
            | Self::PartSwitch(_)
            | Self::PartOf(..)
            | Self::PartNetworkSwitch
            | Self::Server
            | Self::Always(_)
            | Self::Unknown => &[],
        }
    }
}

/// A kind of the inventory that is no VM.
const fn object(kind: ObjectKind) -> Kind {
    Kind::Object(kind)
}
