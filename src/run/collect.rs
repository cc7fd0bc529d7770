//! Asking all sources at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};

use super::login::{LoginResult, explain_pause};
use super::stop::Stop;
use crate::catalog::ObjectKind;
use crate::config::{Source, Timing};
use crate::inventory::{ALARMS, Choice, CopyOnWrite, InventoryBuilder, LOOK, SourceInventory, SourceKind, listing};
use crate::progress::SourceProgress;
use crate::report::plural;
use crate::soap::ObjectContent;
use crate::store::LoginPause;
use crate::task::without_panic;
use crate::vsphere::{
    Completeness, ConnectError, Endpoint, FailureKind, IncompleteReason, Introduction, Listing, LoginError, Session,
    Sink, Timeouts,
};

/// Sources that are asked at the same time. Each may have a page in memory, of some 0.5 MB; those that are slow or dead
/// keep others waiting only if there are as many of them.
const CONCURRENCY: usize = 64;

/// What came of one source.
#[derive(Default)]
pub struct Collected {
    /// Whether it was asked at all.
    pub asked: bool,
    /// What it listed, if anything arrived.
    pub inventory: Option<CopyOnWrite<SourceInventory>>,
    /// Whether that is all.
    pub complete: bool,
    /// Every page arrived, but under other rights than before: it is not believed this once.
    pub doubted: bool,
    /// Why it is not.
    pub error: Option<String>,
    /// What sort of failure kept it from being heard.
    pub failure: Option<FailureKind>,
    /// What the server said to the login.
    pub login: LoginResult,
    /// What went differently.
    pub warnings: Vec<String>,
    /// SOAP calls so far.
    pub soap_calls: u64,
    /// Bytes of the answers so far.
    pub bytes: u64,
    /// From connecting to the last page.
    pub fetch_ms: u64,
    /// What took how much of that time.
    pub phases: Phases,
    /// Kept open for the second look.
    session: Option<Session>,
}

impl Collected {
    /// Whether anything is known from it: VMs, other objects, or that there are none.
    #[must_use]
    pub fn has_delivered(&self) -> bool {
        let has_any = |inventory: &SourceInventory| !inventory.vms.is_empty() || !inventory.objects.is_empty();
        self.inventory
            .as_ref()
            .is_some_and(|inventory| self.complete || has_any(inventory))
    }
}

/// How long each part of asking one source took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Phases {
    /// Connecting, the certificate, and what the server says of itself.
    pub connect: Duration,
    /// Logging in.
    pub login: Duration,
    /// Waiting for the pages of the listing.
    pub fetch: Duration,
    /// Reading them.
    pub parse: Duration,
    /// Looking up what the objects refer to.
    pub resolve: Duration,
}

impl Sink for InventoryBuilder {
    fn add(&mut self, objects: Vec<ObjectContent<'_>>) {
        Self::add(self, objects);
    }

    fn restart(&mut self) {
        Self::restart(self);
    }
}

/// Takes what is asked for after the listing: if that is begun anew, the listing before it is not.
struct Later<'a>(&'a mut InventoryBuilder);

impl Sink for Later<'_> {
    fn add(&mut self, objects: Vec<ObjectContent<'_>>) {
        self.0.add(objects);
    }

    fn restart(&mut self) {}
}

/// The sources to be asked.
#[derive(Clone, Copy)]
pub struct Questions<'a> {
    /// All that are configured.
    pub sources: &'a [Source],
    /// The names of those to ask; none for all.
    pub asked: Option<&'a BTreeSet<String>>,
    /// For each source: set if its login is not to be tried now.
    pub pauses: &'a [Option<LoginPause>],
    /// What is asked for beside VMs.
    pub choice: &'a Choice,
}

impl<'a> Questions<'a> {
    fn asked(self) -> impl Iterator<Item = (usize, &'a Source)> {
        let is_asked = move |source: &Source| self.asked.is_none_or(|asked| asked.contains(&source.name));
        self.sources
            .iter()
            .enumerate()
            .filter(move |(_, source)| is_asked(source))
    }
}

/// Lists every source that is asked, a bounded number at a time, each in a task of its own: where there are processors
/// enough, the pages of several are read side by side. One that is slow or dead costs its own deadline and nothing to the
/// others. The sessions stay open until [`log_out`].
pub async fn collect(
    questions: Questions<'_>,
    timing: &Timing,
    progress: &crate::progress::Progress,
    stop: &Stop,
) -> Vec<Collected> {
    let mut collected: Vec<Collected> = questions.sources.iter().map(|_| Collected::default()).collect();
    let mut tasks = JoinSet::new();
    let permits = Arc::new(Semaphore::new(CONCURRENCY));
    let choice = Arc::new(questions.choice.clone());
    for (index, source) in questions.asked() {
        let bar = progress.source(index);
        if let Some(pause) = &questions.pauses[index] {
            collected[index] = paused(source, pause, &bar);
            continue;
        }
        let (permits, endpoint) = (Arc::clone(&permits), Endpoint::from(source));
        let (choice, timing, stop) = (Arc::clone(&choice), *timing, stop.clone());
        tasks.spawn(async move {
            let permit = permits.acquire().await;
            let fetched = fetch_source(&endpoint, &choice, &timing, &bar, &stop).await;
            drop(permit);
            (index, fetched)
        });
    }
    while let Some(ended) = tasks.join_next().await {
        // Only the end of everything cancels one of them.
        if let Ok((index, fetched)) = ended.map_err(without_panic) {
            collected[index] = fetched;
        }
    }
    collected
}

/// Nothing is sent to a source whose login is known to be refused.
fn paused(source: &Source, pause: &LoginPause, bar: &SourceProgress) -> Collected {
    let error = explain_pause(pause);
    tracing::info!(source = &*source.name, "{error}");
    bar.failed(&error);
    Collected {
        asked: true,
        error: Some(error),
        failure: Some(FailureKind::Login),
        ..Collected::default()
    }
}

async fn fetch_source(
    endpoint: &Endpoint,
    choice: &Choice,
    timing: &Timing,
    bar: &SourceProgress,
    stop: &Stop,
) -> Collected {
    let begun = Instant::now();
    let deadline = (begun + timing.source_deadline).min(stop.deadline().into());
    bar.connecting();
    let mut collected = match open(endpoint, timing, deadline, stop).await {
        Ok((session, phases)) => Box::pin(fetch_listing(session, phases, choice, deadline, bar, stop)).await,
        Err(collected) => *collected,
    };
    collected.asked = true;
    collected.fetch_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    tell_end(endpoint, &collected, bar);
    collected
}

fn tell_end(endpoint: &Endpoint, collected: &Collected, bar: &SourceProgress) {
    let vms = collected.inventory.as_ref().map_or(0, |inventory| inventory.vms.len());
    let (source, fetch_ms) = (&*endpoint.name, collected.fetch_ms);
    match &collected.error {
        None => {
            tracing::info!(source, vms, fetch_ms, "listed");
            bar.done(&plural(vms, "VM"));
        }
        // The report says it too: this is for those who follow the run.
        Some(error) => {
            tracing::info!(source, vms, fetch_ms, "{error}");
            // Its line begins with the name; the cause has to fit behind it.
            let place = format!(" on {source} ({}): ", endpoint.address());
            bar.failed(error.split_once(&place).map_or(error, |(_, cause)| cause));
        }
    }
}

async fn open_timed(endpoint: &Endpoint, timeouts: &Timeouts) -> Result<(Session, Phases), ConnectError> {
    let begun = Instant::now();
    let introduction = Introduction::of(endpoint, timeouts).await?;
    let (connect, begun) = (begun.elapsed(), Instant::now());
    let session = introduction.log_in().await?;
    let phases = Phases {
        connect,
        login: begun.elapsed(),
        ..Phases::default()
    };
    Ok((session, phases))
}

async fn open(
    endpoint: &Endpoint,
    timing: &Timing,
    deadline: Instant,
    stop: &Stop,
) -> Result<(Session, Phases), Box<Collected>> {
    let timeouts = Timeouts {
        connect: timing.connect,
        call: timing.call,
        deadline: Some(deadline),
    };
    let failed = |text: &str| {
        let address = endpoint.address();
        Box::new(Collected {
            error: Some(format!(
                "failed to open a session on {} ({address}): {text}",
                endpoint.name
            )),
            failure: Some(FailureKind::Unreachable),
            ..Collected::default()
        })
    };
    if stop.reason().is_some() {
        return Err(failed(STOPPED));
    }
    let mut opening = std::pin::pin!(timeout_at(deadline, open_timed(endpoint, &timeouts)));
    tokio::select! {
        opened = &mut opening => match opened {
            Ok(opened) => opened.map_err(|error| refused(&error)),
            Err(_) => Err(failed(TOO_SLOW)),
        },
        _ = stop.stopped() => {
            // A login that is under way may yet succeed, and then has to be ended.
            if let Ok(Ok(Ok((session, _)))) = timeout(LAST_WAIT, opening).await {
                session.logout().await;
            }
            Err(failed(STOPPED))
        }
    }
}

fn refused(error: &ConnectError) -> Box<Collected> {
    let login = if error.is_refused_login() {
        LoginResult::Refused
    } else {
        LoginResult::Unknown
    };
    Box::new(Collected {
        failure: Some(error.kind()),
        error: Some(format!("failed to {error}")),
        login,
        ..Collected::default()
    })
}

/// For the answer to a login, once the run is stopped.
const LAST_WAIT: Duration = Duration::from_secs(1);
const STOPPED: &str = "the run was stopped";

const TOO_SLOW: &str =
    "the time for one source was over\nhint: see whether the host is overloaded, or raise sync.source_deadline";

/// Lists, as far as the time allows. What had arrived when it was over is kept: presence is evidence, absence is not.
async fn fetch_listing(
    mut session: Session,
    phases: Phases,
    choice: &Choice,
    deadline: Instant,
    bar: &SourceProgress,
    stop: &Stop,
) -> Collected {
    let report = |progress: crate::vsphere::Progress| {
        bar.listed(usize::try_from(progress.pages).unwrap_or(usize::MAX), progress.objects);
    };
    let specs = listing(SourceKind::of(session.about()), choice);
    let mut builder = InventoryBuilder::new(session.about(), &specs);
    let listing = tokio::select! {
        listing = timeout_at(deadline, session.list(&specs, &mut builder, &report)) => listing.map_err(|_| TOO_SLOW),
        _ = stop.stopped() => Err(STOPPED),
    };
    let (listing, cut) = match listing {
        Ok(listing) => (Some(listing), None),
        Err(cause) => (session.interrupted_listing(), Some(cause)),
    };
    if listing
        .as_ref()
        .is_some_and(|listing| listing.completeness.is_complete())
    {
        name_alarms(&mut session, &mut builder, deadline, stop).await;
    }
    let let_in = Collected {
        login: LoginResult::Accepted,
        phases,
        ..Collected::default()
    };
    let mut collected = match listing {
        Some(listing) => read_listing(&listing, builder, phases),
        None => let_in,
    };
    if let Some(cause) = cut {
        collected.complete = false;
        collected.error = Some(format!("failed to list all of its VMs: {cause}"));
    }
    let stats = session.stats();
    (collected.soap_calls, collected.bytes) = (stats.soap_calls, stats.bytes);
    if collected.complete {
        collected.session = Some(session);
    } else {
        let stats = session.logout().await;
        (collected.soap_calls, collected.bytes) = (stats.soap_calls, stats.bytes);
    }
    collected
}

/// Asks for the names of the alarms that are triggered, which are no part of the listing: without them nothing is
/// missing but these names.
async fn name_alarms(session: &mut Session, builder: &mut InventoryBuilder, deadline: Instant, stop: &Stop) {
    let alarms = builder.unnamed_alarms();
    if alarms.is_empty() {
        return;
    }
    let mut found = Later(builder);
    let named = tokio::select! {
        named = timeout_at(deadline, session.list_objects(ALARMS, &alarms, &mut found)) => named.ok(),
        _ = stop.stopped() => None,
    };
    if let Some(reason) = named.and_then(|named| named.completeness.reason().cloned()) {
        tracing::debug!(
            "the names of {} did not all arrive: {reason}",
            plural(alarms.len(), "alarm")
        );
    }
}

fn read_listing(listing: &Listing, builder: InventoryBuilder, phases: Phases) -> Collected {
    let complete = listing.completeness.is_complete();
    let error = match &listing.completeness {
        Completeness::Complete => None,
        Completeness::Incomplete { reasons } => {
            let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            Some(format!("failed to list all of its VMs: {}", reasons.join("; ")))
        }
    };
    let begun = Instant::now();
    let inventory = (complete || !builder.is_empty()).then(|| builder.finish(complete));
    let phases = Phases {
        fetch: Duration::from_millis(listing.stats.fetch_ms.saturating_sub(listing.stats.parse_ms)),
        parse: Duration::from_millis(listing.stats.parse_ms),
        resolve: begun.elapsed(),
        ..phases
    };
    let mut warnings: Vec<String> = listing.warnings.iter().map(ToString::to_string).collect();
    if inventory
        .as_ref()
        .is_some_and(|inventory| complete && lacks_networks(inventory))
    {
        warnings.push(NO_NETWORKS.to_owned());
    }
    Collected {
        inventory: inventory.map(Into::into),
        complete,
        failure: error.is_some().then(|| listing_failure(&listing.completeness)),
        login: listing_login(&listing.completeness),
        error,
        warnings,
        phases,
        ..Collected::default()
    }
}

/// Every host has one for its own management.
fn lacks_networks(inventory: &SourceInventory) -> bool {
    let is_network = |object: &crate::inventory::Object| object.kind == ObjectKind::Network;
    inventory.listed.contains(&ObjectKind::Network)
        && !inventory.hosts.is_empty()
        && !inventory.objects.iter().any(is_network)
}

const NO_NETWORKS: &str = "it lists hosts, but not a single network: see whether this login may read the networks";

fn listing_failure(completeness: &Completeness) -> FailureKind {
    let refused = |reason: &IncompleteReason| matches!(reason, IncompleteReason::LoginFailed(_));
    match completeness {
        Completeness::Incomplete { reasons } if reasons.iter().any(refused) => FailureKind::Login,
        _ => FailureKind::Unreachable,
    }
}

/// The second login, after the session had expired, may be refused although the first one was not.
fn listing_login(completeness: &Completeness) -> LoginResult {
    let refused =
        |reason: &IncompleteReason| matches!(reason, IncompleteReason::LoginFailed(LoginError::Refused { .. }));
    match completeness {
        Completeness::Incomplete { reasons } if reasons.iter().any(refused) => LoginResult::Refused,
        _ => LoginResult::Accepted,
    }
}

/// The second look: who is there now, on every source whose listing was complete. None where it could not be finished.
pub async fn look_again(collected: &mut [Collected], timing: &Timing, stop: &Stop) -> Vec<Option<SourceInventory>> {
    let deadline = (Instant::now() + timing.source_deadline).min(stop.deadline().into());
    let look = |collected: &mut Collected| {
        let session = collected.session.take();
        // A server that had VMs a moment ago and shows none now has rather answered with nothing.
        let inventory = collected.inventory.as_ref();
        let listed_some = inventory.is_some_and(|inventory| !inventory.vms.is_empty());
        async move {
            let mut session = session?;
            let mut builder = InventoryBuilder::new(session.about(), LOOK);
            let listing = tokio::select! {
                listing = timeout_at(deadline, session.list(LOOK, &mut builder, &|_| ())) => listing.ok(),
                _ = stop.stopped() => None,
            };
            let complete = listing.filter(|listing| listing.completeness.is_complete());
            let inventory = complete.map(|_| builder.finish(true));
            Some((
                session,
                inventory.filter(|inventory| !listed_some || !inventory.vms.is_empty()),
            ))
        }
    };
    let looked = join_all(collected.iter_mut().map(look)).await;
    let mut inventories = Vec::new();
    for (collected, looked) in collected.iter_mut().zip(looked) {
        let (session, inventory) = looked.unzip();
        collected.session = session;
        inventories.push(inventory.flatten());
    }
    inventories
}

/// Ends the sessions that are still open, and adds up what they cost.
pub async fn log_out(collected: &mut [Collected]) {
    let end = |collected: &mut Collected| {
        let session = collected.session.take();
        async move { Some(session?.logout().await) }
    };
    let ended = join_all(collected.iter_mut().map(end)).await;
    for (collected, stats) in collected.iter_mut().zip(ended) {
        if let Some(stats) = stats {
            (collected.soap_calls, collected.bytes) = (stats.soap_calls, stats.bytes);
        }
    }
}
