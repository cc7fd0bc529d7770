//! `esxi_hosts:` and `vcenters:`.

use std::collections::BTreeMap;

use super::super::problem::Flaw;
use super::super::section::Section;
use super::super::{Exclude, Guard, Place, Secret, Source, SourceSection, Tls};
use super::{Context, Reported, tls};

/// The sections on top that hold for all sources.
struct ForAll<'tree> {
    tls: Tls,
    exclude: Exclude,
    guard: Section<'tree>,
}

/// All sources that are right; what is wrong with the others is noted.
pub(super) fn sources(context: &mut Context<'_>, root: &Section<'_>) -> Vec<Source> {
    let for_all = ForAll {
        tls: tls::tls(context, &root.section("tls")),
        exclude: exclude(&root.section("exclude")),
        guard: root.section("guard"),
    };
    let lists = [
        ("esxi_hosts", SourceSection::EsxiHosts),
        ("vcenters", SourceSection::Vcenters),
    ];
    let sections: Vec<_> = lists
        .into_iter()
        .flat_map(|(name, kind)| root.items(name).into_iter().map(move |item| (kind, item)))
        .collect();
    if sections.is_empty() && !lists.iter().any(|(name, _)| root.is_misused_list(name)) {
        let flaw = Flaw::new("there is no source").accepting("at least one host under esxi_hosts or vcenters");
        context.findings.problem(Place::START, "", flaw);
    }
    refuse_same_names(context, &sections);
    let sources: Vec<Source> = sections
        .iter()
        .filter_map(|(kind, section)| source(context, *kind, section, &for_all))
        .collect();
    warn_of_unverified(context, &sources);
    sources
}

fn source(
    context: &mut Context<'_>,
    kind: SourceSection,
    section: &Section<'_>,
    for_all: &ForAll<'_>,
) -> Option<Source> {
    let own_tls = section.section("tls");
    let tls = if own_tls.is_empty() {
        for_all.tls.clone()
    } else {
        tls::tls(context, &own_tls)
    };
    let exclude = both(&for_all.exclude, exclude(&section.section("exclude")));
    let guard = guard(&section.section("guard").over(&for_all.guard));
    let name = name(section);
    if let Some(name) = &name {
        context.derive(section, "name", name);
    }
    let password = password(context, section, name.as_deref());
    let (host, username, port) = (section.text("host"), section.text("username"), section.number("port"));
    Some(Source {
        section: kind,
        name: name?,
        host: host?,
        port: port?,
        username: username?,
        password: password.ok()?,
        tls,
        exclude,
        guard,
    })
}

/// `name`, else `host`, with the port if it is not the usual one.
fn name(section: &Section<'_>) -> Option<String> {
    if section.has("name") {
        return section.text("name");
    }
    match (section.text("host")?, section.number::<u16>("port")?) {
        (host, 443) => Some(host),
        (host, port) => Some(format!("{host}:{port}")),
    }
}

fn password(context: &mut Context<'_>, section: &Section<'_>, name: Option<&str>) -> Result<Secret, Reported> {
    // Without a name there is a problem already; an id that no credential has keeps the others coming.
    let credential = format!("source.{}.password", name.unwrap_or("/"));
    if let Some(password) = context.secret(section, "password", &credential)? {
        return Ok(password);
    }
    let flaw = Flaw::new("missing").accepting("one of password, password_file, password_env");
    Ok(context.missing_secret(section, ("password", "password"), &credential, flaw))
}

fn refuse_same_names(context: &mut Context<'_>, sections: &[(SourceSection, Section<'_>)]) {
    let mut first_of = BTreeMap::new();
    for (_, section) in sections {
        let Some(name) = name(section) else { continue };
        let first = first_of.entry(name.clone()).or_insert(&section.path);
        if **first != section.path {
            let key = if section.has("name") { "name" } else { "host" };
            let flaw = Flaw::new(format!("the source {first} is called '{name}' too"));
            context.problem(section, key, flaw.accepting("a name that no other source has"));
        }
    }
}

fn warn_of_unverified(context: &mut Context<'_>, sources: &[Source]) {
    let unverified = sources.iter().filter(|source| source.tls == Tls::Unverified);
    let names: Vec<&str> = unverified.map(|source| source.name.as_str()).collect();
    if !names.is_empty() {
        let text = format!(
            "the certificates of these sources are not verified: {}; `vmsync check --print-pins` prints what pins them",
            names.join(", ")
        );
        context.findings.warn_of_connections(text);
    }
}

fn exclude(section: &Section<'_>) -> Exclude {
    Exclude {
        names: section.texts("name"),
        folders: section.texts("folder"),
        templates: section.switch("templates").unwrap_or_default(),
    }
}

fn both(for_all: &Exclude, own: Exclude) -> Exclude {
    Exclude {
        names: [for_all.names.clone(), own.names].concat(),
        folders: [for_all.folders.clone(), own.folders].concat(),
        templates: for_all.templates || own.templates,
    }
}

fn guard(section: &Section<'_>) -> Guard {
    let number = |name| section.number(name).unwrap_or_default();
    Guard {
        min: number("min"),
        orphan_percent: number("orphan_percent"),
        replaced_percent: number("replaced_percent"),
        rename_percent: number("rename_percent"),
        missing_for: section.duration("missing_for").unwrap_or_default(),
    }
}
