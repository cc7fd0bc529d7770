//! The codec over hand-made answers of the real shape and of vcsim's shape.

mod answers;
mod bounds;
mod cuts;
mod faults;
mod pages;
mod properties;
mod requests;

use super::*;

/// What the pages of these tests are asked for.
pub(super) const SPECS: &[PropertySpec] = &[
    PropertySpec::of("VirtualMachine", &["name", "config.uuid", "network", "runtime.host"]),
    PropertySpec::of("DistributedVirtualPortgroup", &["name", "config.defaultPortConfig"]),
    PropertySpec::of("Folder", &["name", "parent", "effectiveRole", "triggeredAlarmState"]),
];

/// An envelope as ESXi and vCenter write it, around the body's content.
pub(super) fn real(content: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/"
 xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsd="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<soapenv:Body>
{content}
</soapenv:Body>
</soapenv:Envelope>"#
    )
}

/// A page as a real server sends it.
pub(super) fn real_page(token: Option<&str>, objects: &str) -> String {
    let token = token.map(|token| format!("<token>{token}</token>")).unwrap_or_default();
    real(&format!(
        r#"<RetrievePropertiesExResponse xmlns="urn:vim25"><returnval>{token}{objects}</returnval></RetrievePropertiesExResponse>"#
    ))
}

/// A VM as a real server describes it.
pub(super) const REAL_VM: &str = r#"<objects><obj type="VirtualMachine">vm-42</obj>
<propSet><name>name</name><val xsi:type="xsd:string">db &lt;1&gt; &amp; &#228;</val></propSet>
<propSet><name>config.uuid</name><val xsi:type="xsd:string"></val></propSet>
<propSet><name>network</name><val xsi:type="ArrayOfManagedObjectReference"><ManagedObjectReference type="Network" xsi:type="ManagedObjectReference">network-7</ManagedObjectReference><ManagedObjectReference type="Network" xsi:type="ManagedObjectReference">network-8</ManagedObjectReference></val></propSet>
<missingSet><path>runtime.host</path><fault><fault xsi:type="NoPermission"><object type="VirtualMachine">vm-42</object><privilegeId>System.Read</privilegeId></fault><localizedMessage>no</localizedMessage></fault></missingSet>
</objects>"#;

/// The same VM as vcsim describes it.
pub(super) const VCSIM_VM: &str = r#"<objects><obj type="VirtualMachine">vm-42</obj><propSet><name>name</name><val xmlns:XMLSchema-instance="http://www.w3.org/2001/XMLSchema-instance" XMLSchema-instance:type="xsd:string">db &lt;1&gt; &amp; ä</val></propSet><propSet><name>config.uuid</name><val xmlns:_XMLSchema-instance="http://www.w3.org/2001/XMLSchema-instance" _XMLSchema-instance:type="xsd:string"/></propSet><propSet><name>network</name><val xmlns:XMLSchema-instance="http://www.w3.org/2001/XMLSchema-instance" XMLSchema-instance:type="ArrayOfManagedObjectReference"><ManagedObjectReference type="Network">network-7</ManagedObjectReference><ManagedObjectReference type="Network">network-8</ManagedObjectReference></val></propSet><missingSet><path>runtime.host</path><fault><fault xmlns:XMLSchema-instance="http://www.w3.org/2001/XMLSchema-instance" XMLSchema-instance:type="NoPermission"></fault></fault></missingSet></objects>"#;

/// An answer that lives as long as what is read from it.
fn kept(answer: &str) -> &'static [u8] {
    answer.to_owned().leak().as_bytes()
}

/// Reads a page that has to be one.
pub(super) fn page(answer: &str) -> Page<'static> {
    read_page(kept(answer), "RetrievePropertiesEx", SPECS, &Limits::default())
        .expect("decodes")
        .expect("no fault")
}

/// Reads a value that has to be one.
pub(super) fn value(method: &str, answer: &str) -> Option<Value<'static>> {
    read_returnval(kept(answer), method, &Limits::default())
        .expect("decodes")
        .expect("no fault")
}
