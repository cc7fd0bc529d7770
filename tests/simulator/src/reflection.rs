//! Servers that repeat what they were sent: proxies' error pages, debug builds, and the curious.

use std::io;

use crate::exchange::Sent;
use crate::reply::{Reply, http, xml};
use crate::soap::{Call, Element, SoapFault, envelope};

/// Where a server repeats the texts of a request, its cookie and its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reflection {
    /// In the `faultstring` of a refused login.
    RefusedLogin,
    /// In the `faultstring` of another fault.
    FaultString,
    /// In the type of a fault; letters and digits only.
    FaultKind,
    /// In the path of an `InvalidProperty`.
    PropertyName,
    /// In the name of the root element; letters and digits only.
    RootElement,
    /// In the name of an entity that is not defined; letters and digits only.
    Entity,
    /// In a tag that is closed by another; letters and digits only.
    Malformed,
    /// In the body of an HTTP 400.
    ErrorPage,
    /// In the body of an HTTP 500 that is no SOAP.
    ServerError,
    /// In the `Location` of a redirect.
    Location,
}

impl Reflection {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::RefusedLogin,
        Self::FaultString,
        Self::FaultKind,
        Self::PropertyName,
        Self::RootElement,
        Self::Entity,
        Self::Malformed,
        Self::ErrorPage,
        Self::ServerError,
        Self::Location,
    ];

    pub(crate) fn reply(self, sent: &Sent<'_>) -> io::Result<Reply> {
        let words = words(sent);
        let name: String = words.chars().filter(char::is_ascii_alphanumeric).collect();
        let fault = |fault: SoapFault| xml(500, envelope(&fault.to_body()));
        let page = |status, body: &str| http(status, &[], body);
        Ok(match self {
            Self::RefusedLogin => fault(SoapFault::new("InvalidLogin", words)),
            Self::FaultString => fault(SoapFault::new("SystemError", words)),
            Self::FaultKind => fault(SoapFault::new(format!("Said{name}"), "")),
            Self::PropertyName => fault(SoapFault::invalid_property(&words)),
            Self::RootElement => xml(200, format!("<Said{name}/>")),
            Self::Entity => xml(200, envelope(&format!("<a>&Said{name};</a>"))),
            Self::Malformed => xml(200, envelope(&format!("<Said{name}></a>"))),
            Self::ErrorPage => page(400, &words)?,
            Self::ServerError => page(500, &words)?,
            Self::Location => {
                let target = format!("https://elsewhere.invalid/{name}?{}", percent(&words));
                http(302, &[("location".to_owned(), target)], &words)?
            }
        })
    }
}

/// The cookie, the texts as they were meant, and the body. A message shows but the beginning, so what is no name of the
/// API comes first.
fn words(sent: &Sent<'_>) -> String {
    let mut texts = Vec::new();
    if let Ok(Call { arguments, .. }) = sent.call {
        collect(arguments, &mut texts);
    }
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphabetic() || c == '.');
    texts.sort_by_key(|text| (is_plain(text), text.len()));
    let all: Vec<_> = sent.cookie.into_iter().chain(texts).chain([sent.body]).collect();
    all.join(" ")
}

fn collect<'a>(element: &'a Element, texts: &mut Vec<&'a str>) {
    texts.extend(Some(element.text.as_str()).filter(|text| !text.is_empty()));
    for child in &element.children {
        collect(child, texts);
    }
}

/// All but letters and digits as `%XX`.
fn percent(text: &str) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii_alphanumeric() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(byte).collect()
}
