//! SOAP over HTTPS to one server.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use reqwest::{Client, Response, Url, redirect, retry};

use super::diagnosis::diagnose;
use super::endpoint::{Endpoint, Timeouts};
use super::exchange::{Exchange, ExchangeError};
use super::tls::{PolicyError, client_config};
use super::verifier::Verdict;
use crate::soap::{Limits, Request};

/// 5.5 is the oldest version whose every path vmsync uses, and accepted by everything newer and by vcsim (measured).
const SOAP_ACTION: HeaderValue = HeaderValue::from_static("\"urn:vim25/5.5\"");
const USER_AGENT: &str = concat!("vmsync/", env!("CARGO_PKG_VERSION"));
const SESSION_COOKIE: &[u8] = b"vmware_soap_session=";

/// Why there is no transport to an endpoint.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The host is neither a DNS name nor an address.
    #[error("{host:?} is neither a host name nor an address")]
    Host {
        /// As configured.
        host: String,
    },
    /// The TLS policy cannot be had.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The HTTP client cannot be had.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[from] reqwest::Error),
}

/// One server, reached directly: no proxy, no redirect, no retry behind the caller's back.
pub struct Transport {
    client: Client,
    url: Url,
    verdict: Verdict,
    cookie: Mutex<Option<HeaderValue>>,
    call_timeout: Duration,
    limit: usize,
}

impl Transport {
    /// Prepares the connection; nothing is sent yet.
    pub fn new(endpoint: &Endpoint, timeouts: &Timeouts, limits: &Limits) -> Result<Self, TransportError> {
        let verdict = Verdict::default();
        let client = Client::builder()
            .tls_backend_preconfigured(client_config(&endpoint.tls, verdict.clone())?)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .user_agent(USER_AGENT)
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.call)
            .build()?;
        let url = sdk_url(&endpoint.host, endpoint.port)?;
        let cookie = Mutex::default();
        Ok(Self {
            client,
            url,
            verdict,
            cookie,
            call_timeout: timeouts.call,
            limit: limits.bytes,
        })
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
        headers.insert("SOAPAction", SOAP_ACTION);
        if let Some(cookie) = &*self.cookie.lock().unwrap_or_else(PoisonError::into_inner) {
            headers.insert(COOKIE, cookie.clone());
        }
        headers
    }

    fn keep_cookie(&self, headers: &HeaderMap) {
        if let Some(cookie) = headers.get_all(SET_COOKIE).iter().find_map(session_cookie) {
            *self.cookie.lock().unwrap_or_else(PoisonError::into_inner) = Some(cookie);
        }
    }

    /// Reads the body up to the cap, whatever length was announced.
    async fn body(&self, mut response: Response) -> Result<Vec<u8>, ExchangeError> {
        let too_large = || ExchangeError::TooLarge { limit: self.limit };
        let announced = response.content_length().unwrap_or(0);
        let announced = usize::try_from(announced)
            .ok()
            .filter(|length| *length <= self.limit)
            .ok_or_else(too_large)?;
        let mut body = Vec::with_capacity(announced);
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failed(&error))? {
            if body.len() + chunk.len() > self.limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn failed(&self, error: &reqwest::Error) -> ExchangeError {
        let rejection = self.verdict.lock().unwrap_or_else(PoisonError::into_inner).take();
        diagnose(error, rejection, self.call_timeout)
    }
}

impl Exchange for Transport {
    async fn call(&self, request: Request) -> Result<Vec<u8>, ExchangeError> {
        *self.verdict.lock().unwrap_or_else(PoisonError::into_inner) = None;
        // The body is overwritten when the last holder lets go of it.
        let body = Bytes::from_owner(request.body);
        let sent = self
            .client
            .post(self.url.clone())
            .headers(self.headers())
            .body(body)
            .send();
        let response = sent.await.map_err(|error| self.failed(&error))?;
        self.keep_cookie(response.headers());
        match response.status().as_u16() {
            // SOAP 1.1, section 6.2: a fault comes with 500.
            200 | 500 => self.body(response).await,
            status => Err(ExchangeError::Status { status }),
        }
    }

    fn cookie(&self) -> Option<String> {
        let cookie = self.cookie.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = cookie.as_ref()?.to_str().ok()?;
        let value = pair.split_once('=').map_or(pair, |(_, value)| value);
        Some(value.trim_matches('"').to_owned())
    }

    fn forget_session(&self) {
        *self.cookie.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// `name=value`, exactly as it was set: real servers quote the value and want the quotes back.
fn session_cookie(header: &HeaderValue) -> Option<HeaderValue> {
    let pair = header.as_bytes().split(|byte| *byte == b';').next()?.trim_ascii();
    let mut cookie = HeaderValue::from_bytes(pair.starts_with(SESSION_COOKIE).then_some(pair)?).ok()?;
    cookie.set_sensitive(true);
    Some(cookie)
}

/// `https://host:port/sdk`. The host must be nothing but a host: a `@` or `/` in it would lead elsewhere.
fn sdk_url(host: &str, port: u16) -> Result<Url, TransportError> {
    let bad = || TransportError::Host { host: host.to_owned() };
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    let authority = if bare.contains(':') {
        format!("[{bare}]")
    } else {
        bare.to_owned()
    };
    if authority.is_empty() || authority.contains(['/', '\\', '?', '#', '@', '%']) {
        return Err(bad());
    }
    let url = Url::parse(&format!("https://{authority}:{port}/sdk")).map_err(|_| bad())?;
    if url.has_host() && url.path() == "/sdk" {
        Ok(url)
    } else {
        Err(bad())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_become_urls() {
        let cases = [
            ("esx1.example.com", 443, "https://esx1.example.com/sdk"),
            ("10.0.0.1", 8989, "https://10.0.0.1:8989/sdk"),
            ("2001:db8::1", 443, "https://[2001:db8::1]/sdk"),
            ("[::1]", 8443, "https://[::1]:8443/sdk"),
        ];
        for (host, port, url) in cases {
            assert_eq!(sdk_url(host, port).expect("a host").as_str(), url);
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for host in [
            "",
            "a/b",
            "user@host",
            "host:80",
            "a b",
            "a?b",
            "a#b",
            "::g",
            "fe80::1%eth0",
            "a\\b",
        ] {
            assert!(matches!(sdk_url(host, 443), Err(TransportError::Host { .. })), "{host}");
        }
    }

    #[test]
    fn the_cookie_is_kept_verbatim() {
        let cookie = |text: &str| {
            session_cookie(&HeaderValue::from_str(text).expect("a header"))
                .map(|cookie| cookie.to_str().expect("text").to_owned())
        };
        let real = r#"vmware_soap_session="f92d81"; Path=/; HttpOnly; Secure;"#;
        assert_eq!(cookie(real).as_deref(), Some(r#"vmware_soap_session="f92d81""#));
        assert_eq!(
            cookie("vmware_soap_session=d235; HttpOnly").as_deref(),
            Some("vmware_soap_session=d235")
        );
        assert_eq!(cookie("other=1; vmware_soap_session=2"), None);
    }
}
