//! One ESXi host or vCenter, from its name to its clock. Each step needs the one before it.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::certificate;
use super::model::{Findings, SourceFindings, Subject};
use super::network::{connect, list, resolve};
use crate::config::{Source, Timing};
use crate::exit::Condition;
use crate::inventory::{InventoryBuilder, SURVEY, SourceInventory, SourceKind};
use crate::run::Stop;
use crate::soap::AboutInfo;
use crate::vsphere::{
    Completeness, ConnectError, Endpoint, FailureKind, Introduction, Listing, Session, Timeouts, shake_hands,
};

/// How far the clocks may be apart.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
/// For what is under way when the check is stopped.
const LAST_WAIT: Duration = Duration::from_secs(1);
/// The oldest API that has every property vmsync asks for.
const OLDEST_API: (u64, u64) = (5, 5);

/// Roles that every server has, by `effectiveRole`, and whether they let a user read.
/// <https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.AuthorizationManager.html>
const ROLES: [(i32, &str, bool); 5] = [
    (-1, "Administrator", true),
    (-2, "Read-only", true),
    (-3, "View", false),
    (-4, "Anonymous", false),
    (-5, "No access", false),
];

/// A source after its check.
pub(super) struct Checked {
    /// What was found.
    pub(super) found: SourceFindings,
    /// Whether the server may have seen a login.
    pub(super) login_sent: bool,
}

impl Checked {
    /// A source that `--source` leaves out.
    pub(super) fn not_asked(name: &str) -> Self {
        Self {
            found: SourceFindings::not_asked(name),
            login_sent: false,
        }
    }
}

/// Asks it everything within its deadline, with one login, and always logs out.
pub(super) async fn check_source(source: &Source, timing: &Timing, stop: &Stop) -> Checked {
    let deadline = (Instant::now() + timing.source_deadline).min(stop.deadline().into());
    let mut asking = Asking {
        source,
        endpoint: Endpoint::from(source),
        timeouts: Timeouts {
            connect: timing.connect,
            call: timing.call,
            deadline: Some(deadline),
        },
        findings: Findings::new(Subject::Source(source.name.clone())),
        shut: None,
        login_sent: false,
        let_in: false,
        session: None,
    };
    let cut_off = tokio::select! {
        ended = timeout_at(deadline, asking.examine()) => ended.is_err().then_some(TOO_SLOW),
        () = stop.stopped_for(LAST_WAIT) => Some(STOPPED),
    };
    if let Some((detail, hint)) = cut_off {
        asking.fail("time", detail, hint);
        asking.shut = asking.shut.or((!asking.let_in).then_some(FailureKind::Unreachable));
    }
    if let Some(session) = asking.session.take() {
        session.logout().await;
    }
    Checked {
        found: SourceFindings {
            findings: asking.findings,
            asked: true,
            shut: asking.shut,
        },
        login_sent: asking.login_sent,
    }
}

const TOO_SLOW: (&str, &str) = (
    "the time for one source was over before everything was asked",
    "see whether the host is overloaded, or raise sync.source_deadline",
);
const STOPPED: (&str, &str) = ("the check was stopped", "run it again");

struct Asking<'a> {
    source: &'a Source,
    endpoint: Endpoint,
    timeouts: Timeouts,
    findings: Findings,
    /// Why nobody got in.
    shut: Option<FailureKind>,
    /// The server may have seen the login.
    login_sent: bool,
    /// It was accepted.
    let_in: bool,
    session: Option<Session>,
}

impl Asking<'_> {
    fn fail(&mut self, item: &'static str, detail: impl Into<String>, hint: impl Into<String>) {
        self.findings.fail(Condition::SourceFailed, item, detail, hint);
    }

    /// What keeps everybody out.
    fn shut(&mut self, kind: FailureKind, item: &'static str, detail: impl Into<String>, hint: impl Into<String>) {
        self.fail(item, detail, hint);
        self.shut = Some(kind);
        if item != "login" {
            self.findings.skip("login", "not tried: it comes after what failed");
        }
    }

    /// Up to the first step that fails.
    async fn examine(&mut self) -> Option<()> {
        let addresses = self.find_address().await?;
        let stream = self.connect(&addresses).await?;
        self.shake_hands(stream).await?;
        let introduction = self.introduce().await?;
        self.judge_server(introduction.about());
        self.log_in(introduction).await?;
        self.survey().await;
        self.compare_clocks().await
    }

    async fn find_address(&mut self) -> Option<Vec<SocketAddr>> {
        let Endpoint { host, port, .. } = self.endpoint.clone();
        match resolve(&host, port, self.timeouts.connect).await {
            Ok(addresses) => {
                let is_literal = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
                let detail = if is_literal {
                    host
                } else {
                    format!("{host} is {}", list(&addresses))
                };
                self.findings.ok("address", detail);
                Some(addresses)
            }
            Err(reason) => {
                let hint = format!("check `host`, and whether this machine's DNS knows it (getent hosts {host})");
                let detail = format!("{host} cannot be resolved: {reason}");
                self.shut(FailureKind::Unreachable, "address", detail, hint);
                None
            }
        }
    }

    async fn connect(&mut self, addresses: &[SocketAddr]) -> Option<TcpStream> {
        match connect(addresses, self.timeouts.connect).await {
            Ok((stream, address)) => {
                self.findings.ok("connection", format!("to {address}"));
                Some(stream)
            }
            Err(reason) => {
                let hint = "check `port`, and whether the server is up and a firewall lets this machine reach it";
                let detail = format!("no connection to {reason}");
                self.shut(FailureKind::Unreachable, "connection", detail, hint);
                None
            }
        }
    }

    async fn shake_hands(&mut self, stream: TcpStream) -> Option<()> {
        let Endpoint { host, tls, .. } = &self.endpoint;
        match shake_hands(host, tls, stream, self.timeouts.connect).await {
            Ok(shown) => {
                certificate::judge(&mut self.findings, &self.source.tls, &shown, Timestamp::now());
                Some(())
            }
            Err(failure) => {
                let hint = failure.hint();
                let hint = hint.unwrap_or_else(|| "see whether something else listens on this port".to_owned());
                self.shut(failure.kind(), "certificate", failure.to_string(), hint);
                None
            }
        }
    }

    async fn introduce(&mut self) -> Option<Introduction> {
        match Introduction::of(&self.endpoint, &self.timeouts).await {
            Ok(introduction) => Some(introduction),
            Err(error) => {
                self.refused(
                    "server",
                    &error,
                    "is this an ESXi host or a vCenter, and `port` that of its web services?",
                );
                None
            }
        }
    }

    fn refused(&mut self, item: &'static str, error: &ConnectError, otherwise: &str) {
        let hint = error.failure.hint().unwrap_or_else(|| otherwise.to_owned());
        self.shut(error.kind(), item, error.failure.to_string(), hint);
    }

    fn judge_server(&mut self, about: &AboutInfo) {
        let detail = format!("{}, API {}", about.full_name, about.api_version);
        let found = if about.is_vcenter() {
            SourceKind::Vcenter
        } else {
            SourceKind::Esxi
        };
        match (self.source.kind(), found) {
            (SourceKind::Esxi, SourceKind::Vcenter) => self.findings.warn(
                "server",
                format!("{detail}: a vCenter, configured as an ESXi host; a pass treats it as a vCenter"),
                "move its entry from esxi_hosts to vcenters",
            ),
            (SourceKind::Vcenter, SourceKind::Esxi) => self.findings.warn(
                "server",
                format!("{detail}: an ESXi host, configured as a vCenter; a pass treats it as an ESXi host"),
                "move its entry from vcenters to esxi_hosts",
            ),
            _ if is_old_api(&about.api_version) => self.findings.warn(
                "server",
                format!("{detail}: older than 5.5, which vmsync is made for"),
                "upgrade it; until then some properties of its VMs may be unknown",
            ),
            _ => self.findings.ok("server", detail),
        }
    }

    async fn log_in(&mut self, introduction: Introduction) -> Option<()> {
        // Whoever cuts this off does not know how far it came.
        self.login_sent = true;
        match introduction.log_in().await {
            Ok(mut session) => {
                session.log_in_only_once();
                self.session = Some(session);
                self.let_in = true;
                self.findings.ok("login", format!("as {}", self.source.username));
                Some(())
            }
            Err(error) => {
                self.login_sent = error.may_have_sent_login();
                self.refused("login", &error, "see the log of the server");
                None
            }
        }
    }

    async fn survey(&mut self) {
        let Some(session) = &mut self.session else { return };
        let mut builder = InventoryBuilder::new(session.about(), SURVEY);
        let listing = session.list(SURVEY, &mut builder, &|_| ()).await;
        match &listing.completeness {
            Completeness::Complete => self.judge_rights(&builder.finish(true)),
            Completeness::Incomplete { .. } => {
                let (detail, hint) = why_incomplete(&listing);
                self.fail("rights", detail, hint);
            }
        }
    }

    fn judge_rights(&mut self, inventory: &SourceInventory) {
        let vms = inventory.vms.len();
        let hidden = inventory.vms.iter().filter(|vm| vm.uuid.is_unread()).count();
        let roles = &inventory.root_roles;
        let hint = "give the user the role Read-only on the root of the inventory, propagating to children";
        if roles.is_empty() {
            self.fail("rights", "the root folder may not be read", hint);
        } else if !roles.iter().any(|role| may_read(*role)) {
            let detail = format!("{} on the root folder: it lets nobody read", role_names(roles));
            self.fail("rights", detail, hint);
        } else if hidden > 0 {
            let detail = format!("{hidden} of {vms} VMs may be seen, but their UUIDs may not be read");
            self.fail("rights", detail, hint);
        } else {
            self.findings
                .ok("rights", format!("{} on the root folder", role_names(roles)));
        }
        if vms == 0 {
            let hint = "if the server has VMs, the user's role does not propagate from the root to them";
            self.findings.warn("VMs", "none is seen", hint);
        } else {
            let plural = if vms == 1 { "" } else { "s" };
            self.findings.ok("VMs", format!("{vms} VM{plural} seen"));
        }
    }

    async fn compare_clocks(&mut self) -> Option<()> {
        let before = Timestamp::now();
        let time = self.session.as_ref()?.server_time().await;
        let took = Timestamp::now().duration_since(before);
        match time {
            Ok(time) => match time.parse::<Timestamp>() {
                Ok(server) => self.judge_skew(server.duration_since(before + took / 2)),
                // Not in its own words: they may be anything that it was sent.
                Err(_) => self.findings.warn(
                    "clock",
                    "what it says is no time",
                    "see whether a proxy stands in between",
                ),
            },
            Err(error) => {
                let hint = error.hint().unwrap_or_else(|| "see the log of the server".to_owned());
                self.findings.warn(
                    "clock",
                    format!("it does not say what time it is: {}", error.failure),
                    hint,
                );
            }
        }
        Some(())
    }

    fn judge_skew(&mut self, ahead: SignedDuration) {
        let seconds = ahead.abs().as_secs();
        if ahead.abs() <= SKEW {
            self.findings
                .ok("clock", format!("{seconds} s apart from this machine's"));
            return;
        }
        let direction = if ahead.is_positive() { "ahead of" } else { "behind" };
        self.findings.warn(
            "clock",
            format!("{} {direction} this machine's", span(seconds)),
            "set the clock of the one that is wrong, and let NTP keep it: certificates and orphan times go by it",
        );
    }
}

/// `70 s`, `12 min`, `3 h`.
fn span(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3_600),
    }
}

/// Roles that somebody defined may read, as far as one can tell without looking into them: the VMs will show.
fn may_read(role: i32) -> bool {
    ROLES
        .iter()
        .find(|(number, ..)| *number == role)
        .is_none_or(|(_, _, reads)| *reads)
}

fn role_names(roles: &[i32]) -> String {
    let name = |role: &i32| match ROLES.iter().find(|(number, ..)| number == role) {
        Some((_, name, _)) => format!("role {name}"),
        None => format!("role number {role}"),
    };
    roles.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn why_incomplete(listing: &Listing) -> (String, String) {
    let Completeness::Incomplete { reasons } = &listing.completeness else {
        return Default::default();
    };
    let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    let text = format!("its VMs cannot be listed: {}", reasons.join("; "));
    match text.split_once("\nhint: ") {
        Some((detail, hint)) => (detail.to_owned(), hint.to_owned()),
        None => (text, "see the log of the server, and run it again".to_owned()),
    }
}

fn is_old_api(version: &str) -> bool {
    let mut numbers = version.split('.').map(str::parse::<u64>);
    matches!((numbers.next(), numbers.next()), (Some(Ok(major)), Some(Ok(minor))) if (major, minor) < OLDEST_API)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apis_before_5_5_are_old() {
        let judged = ["4.1", "5.1", "5.5", "6.0", "8.0.3.0", ""].map(is_old_api);
        assert_eq!(judged, [true, true, false, false, false, false]);
    }

    #[test]
    fn roles_are_called_by_name_and_those_of_others_may_read() {
        assert_eq!(role_names(&[-2, 1_101]), "role Read-only, role number 1101");
        let judged = [-1, -2, -3, -4, -5, 1_101].map(may_read);
        assert_eq!(judged, [true, true, false, false, false, true]);
    }

    #[test]
    fn spans_are_told_in_one_unit() {
        assert_eq!([61, 600, 86_400].map(span), ["61 s", "10 min", "24 h"]);
    }
}
