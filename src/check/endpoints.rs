//! The services that are told of renames, and the watchdog that is pinged. They are connected to, with TLS if it is
//! `https`, and sent nothing: whatever answers a request might also act on it.

use std::time::Duration;

use tokio::time::timeout;
use url::Url;

use super::model::{Findings, Subject};
use super::network::{connect, resolve};
use crate::config::{Config, SecretUrl};
use crate::exit::Condition;
use crate::http::{origin, secure};
use crate::run::Stop;

/// As a delivery has it.
const LIMIT: Duration = Duration::from_secs(10);

/// Connects to those that are configured.
pub(super) async fn check_endpoints(config: &Config, stop: &Stop) -> Findings {
    let endpoints = &config.endpoints;
    let mut findings = Findings::new(Subject::Endpoints);
    let services = [
        ("vm-group-service-rename-vm", &endpoints.vm_group),
        ("auth-service-rename-vm", &endpoints.auth),
    ];
    let reach = async |url: &Option<Url>| match url {
        Some(url) => Some(reach_unless_stopped(url, stop).await),
        None => None,
    };
    let watchdog = async {
        let url = config.ping.as_ref().map(SecretUrl::expose)?;
        Some((url, reach_unless_stopped(url, stop).await))
    };
    let (group, auth, watchdog) = tokio::join!(reach(services[0].1), reach(services[1].1), watchdog);
    for ((item, url), reached) in services.into_iter().zip([group, auth]) {
        match (url, reached) {
            (Some(url), Some(reached)) => judge(&mut findings, item, url, reached),
            _ => findings.skip(item, "not configured: this service is told of no rename"),
        }
    }
    if let Some((url, reached)) = watchdog {
        judge_watchdog(&mut findings, url, reached);
    }
    findings
}

async fn reach_unless_stopped(url: &Url, stop: &Stop) -> Result<(), String> {
    tokio::select! {
        reached = reach(url) => reached,
        _ = stop.stopped() => Err("the check was stopped".to_owned()),
    }
}

async fn reach(url: &Url) -> Result<(), String> {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(80);
    let addresses = resolve(host, port, LIMIT)
        .await
        .map_err(|reason| format!("{host} cannot be resolved: {reason}"))?;
    let (stream, _) = connect(&addresses, LIMIT)
        .await
        .map_err(|reason| format!("no connection to {reason}"))?;
    if url.scheme() != "https" {
        return Ok(());
    }
    let secured = timeout(LIMIT, secure(url, stream)).await;
    secured.unwrap_or_else(|_| Err(format!("no TLS handshake within {} s", LIMIT.as_secs())))
}

/// No pass fails of it.
fn judge_watchdog(findings: &mut Findings, url: &Url, reached: Result<(), String>) {
    match reached {
        Ok(()) => findings.ok("ping.url", format!("{} connects; no request was sent", origin(url))),
        Err(reason) => findings.warn(
            "ping.url",
            format!("{}: {reason}", origin(url)),
            "check ping.url and whether the watchdog runs; passes go on without it",
        ),
    }
}

fn judge(findings: &mut Findings, item: &'static str, url: &Url, reached: Result<(), String>) {
    match reached {
        Ok(()) => findings.ok(item, format!("{} connects; no request was sent", origin(url))),
        Err(reason) => findings.fail(
            Condition::NotificationsPending,
            item,
            format!("{}: {reason}", origin(url)),
            format!("check endpoints.{item} and whether the service runs; renames wait until it does"),
        ),
    }
}
