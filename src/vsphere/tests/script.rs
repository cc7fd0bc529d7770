//! A server that answers by script.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use crate::soap::Request;
use crate::vsphere::{Exchange, ExchangeError};

pub(super) const FIRST: &str = "RetrievePropertiesEx";
pub(super) const NEXT: &str = "ContinueRetrievePropertiesEx";

/// An expected call and its answer; `None` never answers.
#[derive(Clone)]
pub(super) struct Step {
    pub(super) method: &'static str,
    pub(super) answer: Option<Result<String, ExchangeError>>,
}

impl Step {
    pub(super) fn new(method: &'static str, content: &str) -> Self {
        let answer = format!(
            r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><s:Body>{content}</s:Body></s:Envelope>"#
        );
        Self {
            method,
            answer: Some(Ok(answer)),
        }
    }

    fn response(method: &'static str, content: &str) -> Self {
        Self::new(
            method,
            &format!(r#"<{method}Response xmlns="urn:vim25">{content}</{method}Response>"#),
        )
    }

    pub(super) fn service() -> Self {
        let content = r#"<returnval><rootFolder type="Folder">root</rootFolder><propertyCollector type="PropertyCollector">pc</propertyCollector><viewManager type="ViewManager">vm</viewManager><about><apiType>HostAgent</apiType></about><sessionManager type="SessionManager">sm</sessionManager></returnval>"#;
        Self::response("RetrieveServiceContent", content)
    }

    pub(super) fn login(key: &str) -> Self {
        Self::response("Login", &format!("<returnval><key>{key}</key></returnval>"))
    }

    pub(super) fn view() -> Self {
        Self::response(
            "CreateContainerView",
            r#"<returnval type="ContainerView">view</returnval>"#,
        )
    }

    pub(super) fn done(method: &'static str) -> Self {
        Self::response(method, "")
    }

    pub(super) fn page(method: &'static str, token: Option<&str>, vms: &[&str]) -> Self {
        let token = token.map(|token| format!("<token>{token}</token>")).unwrap_or_default();
        let vms: Vec<_> = vms.iter().map(|vm| object(vm, "")).collect();
        Self::response(method, &format!("<returnval>{token}{}</returnval>", vms.concat()))
    }

    /// A page with one VM that has something missing.
    pub(super) fn missing(method: &'static str, fault: &str) -> Self {
        let missing =
            format!(r#"<missingSet><path>name</path><fault><fault xsi:type="{fault}"/></fault></missingSet>"#);
        Self::response(method, &format!("<returnval>{}</returnval>", object("cut", &missing)))
    }

    /// The answer to the question whether the session lives.
    pub(super) fn alive(key: &str) -> Self {
        let session = format!(
            r#"<returnval><objects><obj type="SessionManager">sm</obj><propSet><name>currentSession</name><val xsi:type="UserSession"><key>{key}</key></val></propSet></objects></returnval>"#
        );
        Self::response(FIRST, &session)
    }

    pub(super) fn fault(method: &'static str, kind: &str) -> Self {
        let detail =
            format!(r#"<{kind}Fault xmlns="urn:vim25" xsi:type="{kind}"><name>config.new</name></{kind}Fault>"#);
        Self::new(
            method,
            &format!("<s:Fault><faultstring>no</faultstring><detail>{detail}</detail></s:Fault>"),
        )
    }

    pub(super) fn error(method: &'static str, error: ExchangeError) -> Self {
        Self {
            method,
            answer: Some(Err(error)),
        }
    }

    pub(super) fn broken(method: &'static str) -> Self {
        Self::error(method, ExchangeError::Broken { reason: "reset".into() })
    }

    pub(super) fn hanging(method: &'static str) -> Self {
        Self { method, answer: None }
    }
}

fn object(vm: &str, rest: &str) -> String {
    format!(r#"<objects><obj type="VirtualMachine">{vm}</obj>{rest}</objects>"#)
}

/// The script, and what was called; clones share both.
#[derive(Clone, Default)]
pub(super) struct Script(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    steps: VecDeque<Step>,
    calls: Vec<&'static str>,
    bodies: Vec<String>,
    forgotten: usize,
}

impl Script {
    pub(super) fn new(steps: Vec<Step>) -> Self {
        Self(Arc::new(Mutex::new(State {
            steps: steps.into(),
            ..State::default()
        })))
    }

    pub(super) fn calls(&self) -> Vec<&'static str> {
        self.0.lock().expect("not poisoned").calls.clone()
    }

    pub(super) fn body(&self, index: usize) -> String {
        self.0.lock().expect("not poisoned").bodies[index].clone()
    }

    pub(super) fn forgotten(&self) -> usize {
        self.0.lock().expect("not poisoned").forgotten
    }

    fn next(&self, request: &Request) -> Option<Result<String, ExchangeError>> {
        let mut state = self.0.lock().expect("not poisoned");
        state.calls.push(request.method);
        state.bodies.push(String::from_utf8_lossy(&request.body).into_owned());
        // The end of a session is not part of every script.
        if ["DestroyView", "Logout"].contains(&request.method) {
            return Step::done(request.method).answer;
        }
        let step = state.steps.pop_front().expect("the script is at its end");
        assert_eq!(step.method, request.method, "after {:?}", state.calls);
        step.answer
    }
}

impl Exchange for Script {
    async fn call(&self, request: Request) -> Result<Vec<u8>, ExchangeError> {
        match self.next(&request) {
            Some(answer) => answer.map(String::into_bytes),
            None => std::future::pending().await,
        }
    }

    fn forget_session(&self) {
        self.0.lock().expect("not poisoned").forgotten += 1;
    }
}
