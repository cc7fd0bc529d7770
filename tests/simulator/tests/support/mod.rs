//! A client with no comfort: it sends what it is told and returns what arrives, whole or not.

#![allow(dead_code, reason = "each test binary uses its own part of the support code")]

use std::io;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use simulator::Simulator;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
    /// Whether as many bytes came as were promised.
    pub complete: bool,
}

/// Speaks to one simulator, over a new connection for each request.
pub struct Client {
    connector: TlsConnector,
    port: u16,
    pub cookie: Option<String>,
    ids: simulator::Places,
}

impl Client {
    pub fn new(simulator: &Simulator) -> Self {
        let certificate = CertificateDer::from_pem_slice(simulator.certificate_pem().as_bytes());
        let mut roots = RootCertStore::empty();
        roots.add(certificate.unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            connector: TlsConnector::from(Arc::new(config)),
            port: simulator.port(),
            cookie: None,
            ids: simulator.inventory(|inventory| inventory.places().clone()),
        }
    }

    /// A client that is logged in.
    pub async fn logged_in(simulator: &Simulator) -> Self {
        let mut client = Self::new(simulator);
        let (user, password) = simulator.credentials();
        let answer = client.login(&user, &password).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        client
    }

    pub async fn connect(&self) -> io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        let name = ServerName::try_from("localhost").unwrap();
        self.connector.connect(name, stream).await
    }

    pub async fn send(&self, request: &str) -> io::Result<Answer> {
        let mut stream = self.connect().await?;
        stream.write_all(request.as_bytes()).await?;
        let mut bytes = Vec::new();
        let mut block = vec![0; 65_536];
        loop {
            match stream.read(&mut block).await {
                Ok(0) => break,
                Ok(number) => bytes.extend_from_slice(&block[..number]),
                Err(_) if !bytes.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        parse(&String::from_utf8_lossy(&bytes))
    }

    pub async fn get(&self, path: &str) -> io::Result<Answer> {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n"))
            .await
    }

    /// POSTs a body to `/sdk`.
    pub async fn post(&self, body: &str) -> io::Result<Answer> {
        let cookie = self.cookie.as_ref();
        let cookie = cookie.map(|cookie| format!("cookie: {cookie}\r\n"));
        self.send(&format!(
            "POST /sdk HTTP/1.1\r\nhost: h\r\nconnection: close\r\nuser-agent: probe/1\r\n\
             soapaction: \"urn:vim25/6.0\"\r\n{}content-length: {}\r\n\r\n{body}",
            cookie.unwrap_or_default(),
            body.len()
        ))
        .await
    }

    /// Calls a method; the prefixes are unusual on purpose.
    pub async fn call(&self, method: &str, this: &str, content: &str) -> io::Result<Answer> {
        let (kind, id) = this.split_once(':').unwrap();
        let schema = "http://www.w3.org/2001/XMLSchema-instance";
        self.post(&format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:i=\"{schema}\">\
             <s:Body><v:{method} xmlns:v=\"urn:vim25\" xmlns=\"urn:vim25\"><_this type=\"{kind}\">{id}</_this>\
             {content}</v:{method}></s:Body></s:Envelope>"
        ))
        .await
    }

    pub async fn login(&mut self, user: &str, password: &str) -> io::Result<Answer> {
        let this = format!("SessionManager:{}", self.ids.session_manager);
        let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
        let (user, password) = (escaped(user), escaped(password));
        let content = format!("<userName>{user}</userName><password>{password}</password>");
        let answer = self.call("Login", &this, &content).await?;
        let cookie = between(&answer.head, "set-cookie: ", ";");
        self.cookie = cookie.map(str::to_owned).or(self.cookie.take());
        Ok(answer)
    }

    pub async fn logout(&self) -> io::Result<Answer> {
        let this = format!("SessionManager:{}", self.ids.session_manager);
        self.call("Logout", &this, "").await
    }

    /// Creates a container view of the whole inventory.
    pub async fn view(&self, kinds: &[&str]) -> String {
        let kinds: Vec<_> = kinds.iter().map(|kind| format!("<type>{kind}</type>")).collect();
        let content = format!(
            "<container type=\"Folder\">{}</container>{}<recursive>true</recursive>",
            self.ids.root,
            kinds.concat()
        );
        let this = format!("ViewManager:{}", self.ids.view_manager);
        let answer = self.call("CreateContainerView", &this, &content).await;
        let answer = answer.unwrap();
        let view = between(&answer.body, "<returnval type=\"ContainerView\">", "</");
        view.unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
    }

    pub async fn collector(&self, method: &str, content: &str) -> io::Result<Answer> {
        let this = format!("PropertyCollector:{}", self.ids.property_collector);
        self.call(method, &this, content).await
    }

    /// The first page of the VMs in a view.
    pub async fn retrieve(&self, view: &str, paths: &[&str], options: &str) -> io::Result<Answer> {
        let content = format!("{}<options>{options}</options>", vm_filter(view, paths));
        self.collector("RetrievePropertiesEx", &content).await
    }

    pub async fn go_on(&self, token: &str) -> io::Result<Answer> {
        let content = format!("<token>{token}</token>");
        self.collector("ContinueRetrievePropertiesEx", &content).await
    }

    /// All pages of the VMs in a view.
    pub async fn all(&self, view: &str, paths: &[&str]) -> Vec<String> {
        let mut pages = vec![self.retrieve(view, paths, "").await.unwrap().body];
        while let Some(token) = between(pages.last().unwrap(), "<token>", "<") {
            let token = token.to_owned();
            pages.push(self.go_on(&token).await.unwrap().body);
        }
        pages
    }
}

/// A filter for the VMs of a view.
pub fn vm_filter(view: &str, paths: &[&str]) -> String {
    let paths: Vec<_> = paths.iter().map(|path| format!("<pathSet>{path}</pathSet>")).collect();
    format!(
        "<specSet><propSet><type>VirtualMachine</type>{}</propSet><objectSet><obj type=\"ContainerView\">{view}</obj>\
         <skip>true</skip><selectSet i:type=\"TraversalSpec\"><type>ContainerView</type><path>view</path>\
         <skip>false</skip></selectSet></objectSet></specSet>",
        paths.concat()
    )
}

/// The text between two marks, at its first occurrence.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

fn parse(text: &str) -> io::Result<Answer> {
    let nothing = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(nothing)?;
    let length = between(head, "content-length: ", "\r\n");
    let length = length.and_then(|length| length.parse().ok());
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Ok(Answer {
        status: status.ok_or_else(nothing)?,
        head: format!("{head}\r\n"),
        body: body.to_owned(),
        complete: length.is_none_or(|length: usize| length == body.len()),
    })
}
