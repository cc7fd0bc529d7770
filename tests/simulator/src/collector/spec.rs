//! `PropertyFilterSpec` as it stands in a request.

use crate::inventory::Inventory;
use crate::schema::{Path, schema};
use crate::soap::{Element, SoapFault};
use crate::value::MoRef;

/// One `PropertyFilterSpec`.
#[derive(Debug)]
pub(crate) struct FilterSpec {
    pub(crate) prop_sets: Vec<PropSet>,
    pub(crate) object_sets: Vec<ObjectSet>,
}

/// Which properties of a type.
#[derive(Debug)]
pub(crate) struct PropSet {
    pub(crate) kind: String,
    all: bool,
    paths: Vec<String>,
}

/// Where to start from.
#[derive(Debug)]
pub(crate) struct ObjectSet {
    pub(crate) start: MoRef,
    pub(crate) skip: bool,
    pub(crate) selections: Vec<Selection>,
}

/// Where to go on to.
#[derive(Debug)]
pub(crate) enum Selection {
    /// Along a property.
    Traversal(Traversal),
    /// As the traversal of that name does.
    Named(String),
}

/// A `TraversalSpec`.
#[derive(Debug)]
pub(crate) struct Traversal {
    pub(crate) name: Option<String>,
    pub(crate) kind: String,
    pub(crate) path: String,
    pub(crate) skip: bool,
    pub(crate) selections: Vec<Selection>,
}

impl FilterSpec {
    pub(crate) fn parse(spec: &Element) -> Result<Self, SoapFault> {
        let object_sets: Result<_, _> = spec.all("objectSet").map(ObjectSet::parse).collect();
        let prop_sets = spec.all("propSet").map(PropSet::parse);
        Ok(Self {
            prop_sets: prop_sets.collect::<Result<_, _>>()?,
            object_sets: object_sets?,
        })
    }

    /// The paths asked of objects of a type; `None` if none of its property sets is about them.
    pub(crate) fn paths(&self, kind: &str) -> Option<Vec<Path>> {
        let of_kind = |set: &&PropSet| schema().is_a(kind, &set.kind);
        let sets: Vec<_> = self.prop_sets.iter().filter(of_kind).collect();
        if sets.is_empty() {
            return None;
        }
        let mut paths: Vec<Path> = Vec::new();
        for path in sets.iter().flat_map(|set| set.resolved(kind)) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        Some(paths)
    }
}

impl PropSet {
    fn parse(set: &Element) -> Result<Self, SoapFault> {
        let kind = set.text_of("type").unwrap_or_default().trim();
        if schema().type_named(kind).is_none() {
            return Err(SoapFault::invalid_argument("specSet.propSet.type"));
        }
        Ok(Self {
            kind: kind.to_owned(),
            all: set.flag("all"),
            paths: set.all("pathSet").map(|path| path.text.clone()).collect(),
        })
    }

    /// Fails on a path that the server's version does not know.
    pub(crate) fn check(&self, inventory: &Inventory) -> Result<(), SoapFault> {
        let known =
            |path: &&String| schema().path(&self.kind, path).is_some() && inventory.knows_path(&self.kind, path);
        let unknown = self.paths.iter().find(|path| !known(path));
        unknown.map_or(Ok(()), |path| Err(SoapFault::invalid_property(path)))
    }

    fn resolved(&self, kind: &str) -> Vec<Path> {
        if self.all {
            let fields = schema().fields(kind).into_iter();
            return fields.filter_map(|field| schema().path(kind, field.name)).collect();
        }
        let paths = self.paths.iter();
        paths.filter_map(|path| schema().path(kind, path)).collect()
    }
}

impl ObjectSet {
    fn parse(set: &Element) -> Result<Self, SoapFault> {
        let start = set.child("obj").and_then(Element::reference);
        Ok(Self {
            start: start.ok_or_else(|| SoapFault::invalid_argument("specSet.objectSet.obj"))?,
            skip: set.flag("skip"),
            selections: set.all("selectSet").map(Selection::parse).collect(),
        })
    }
}

impl Selection {
    fn parse(selection: &Element) -> Self {
        let name = selection.text_of("name").map(str::to_owned);
        let traversal = selection.xsi_type.as_deref() == Some("TraversalSpec");
        let Some(path) = selection.text_of("path").filter(|_| traversal) else {
            return Self::Named(name.unwrap_or_default());
        };
        Self::Traversal(Traversal {
            name,
            kind: selection.text_of("type").unwrap_or_default().to_owned(),
            path: path.to_owned(),
            skip: selection.flag("skip"),
            selections: selection.all("selectSet").map(Self::parse).collect(),
        })
    }
}
