//! HTTP answers.

use std::io;

use bytes::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, SET_COOKIE};
use hyper::{Response, StatusCode};

use crate::body::AnswerBody;
use crate::soap::envelope;
use crate::versions;

const HUGE_HEAD: &str = "<RetrievePropertiesExResponse xmlns=\"urn:vim25\"><returnval><token>";

pub(crate) type Reply = Response<AnswerBody>;

/// The value is quoted, as by real servers.
pub(crate) fn with_cookie(mut reply: Reply, cookie: Option<String>) -> Reply {
    let cookie = cookie.map(|cookie| format!("vmware_soap_session=\"{cookie}\"; Path=/; HttpOnly; Secure; "));
    if let Some(value) = cookie.and_then(|cookie| cookie.trim_end().parse().ok()) {
        reply.headers_mut().insert(SET_COOKIE, value);
    }
    reply
}

/// What is not the SDK: the list of versions, and nothing else.
pub(crate) fn plain(path: &str, api_version: &str) -> Reply {
    if path == "/sdk/vimServiceVersions.xml" {
        return xml(200, versions::document(api_version));
    }
    let mut reply = xml(404, "<html><body>404 Not Found</body></html>".to_owned());
    let html = HeaderValue::from_static("text/html");
    reply.headers_mut().insert(CONTENT_TYPE, html);
    reply
}

/// An answer that goes on and on.
pub(crate) fn huge(bytes: u64) -> Reply {
    let head = envelope(HUGE_HEAD);
    let head = head.split("</soapenv").next().unwrap_or_default();
    let head = head.trim_end().to_owned();
    let mut reply = xml(200, String::new());
    *reply.body_mut() = AnswerBody::huge(head.into(), bytes);
    reply
}

/// Any answer.
pub(crate) fn http(status: u16, headers: &[(String, String)], body: &str) -> io::Result<Reply> {
    let mut builder = Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    let body = AnswerBody::Whole(Bytes::copy_from_slice(body.as_bytes()));
    builder.body(body).map_err(io::Error::other)
}

/// An answer like those of the SDK.
pub(crate) fn xml(status: u16, body: String) -> Reply {
    let mut reply = Response::new(AnswerBody::Whole(body.into()));
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let xml = HeaderValue::from_static("text/xml; charset=utf-8");
    reply.headers_mut().insert(CONTENT_TYPE, xml);
    let cache = HeaderValue::from_static("no-cache");
    reply.headers_mut().insert(CACHE_CONTROL, cache);
    reply
}
