//! The walk over the pages, and what is done when it is disturbed.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use super::caller::{CallError, CallFailure};
use super::exchange::{Exchange, ExchangeError};
use super::gathering::{Gathering, Mark};
use super::listing::{IncompleteReason, ListWarning, Listing, OnProgress, Sink, says_expired};
use super::prefetch::Prefetch;
use super::question::Question;
use super::session::Session;
use crate::soap::{Fault, FaultKind, ManagedObjectReference, ObjectContent, Page, PropertySpec, peek_token, read_page};

const FIRST: &str = "RetrievePropertiesEx";
const FURTHER: &str = "ContinueRetrievePropertiesEx";

/// Paths that a server may refuse before it is given up: it names one at a time.
const MOST_UNKNOWN: usize = 8;

/// What ended a walk before its end.
pub(super) enum Stop {
    /// The session is gone.
    Expired,
    /// An object vanished, or the connection broke: from the start, once.
    Disturbed(CallError),
    /// The server does not know this path.
    UnknownProperty(String, CallError),
    /// Nothing helps.
    GiveUp(IncompleteReason),
}

/// What has been tried already.
#[derive(Default)]
struct Remedies {
    logged_in: bool,
    restarted: bool,
    dropped: Vec<&'static str>,
}

impl<E: Exchange> Session<E> {
    /// Lists the objects of all specs' kinds into the sink: one view, one query, as many pages as it takes. Kinds that are
    /// managed entities come from everywhere below the root folder, the root folder included; other kinds, such as
    /// `SessionManager`, are the server's only object of that kind.
    ///
    /// Never fails: what goes wrong is in [`Listing::completeness`]. An expired session is renewed once, a disturbed walk
    /// is begun anew once, a path that the server does not know is left out. May be dropped at any time, see
    /// [`Session::interrupted_listing`]; may be called again.
    pub async fn list(&mut self, specs: &[PropertySpec], sink: &mut dyn Sink, progress: &OnProgress<'_>) -> Listing {
        self.answer(&Question { specs, objects: &[] }, sink, progress).await
    }

    /// The same of these objects, which are no managed entities, and no others.
    pub async fn list_objects(
        &mut self,
        specs: &[PropertySpec],
        objects: &[ManagedObjectReference],
        sink: &mut dyn Sink,
    ) -> Listing {
        self.answer(&Question { specs, objects }, sink, &|_| ()).await
    }

    async fn answer(&mut self, question: &Question<'_>, sink: &mut dyn Sink, progress: &OnProgress<'_>) -> Listing {
        self.destroy_view().await;
        self.gathering = Some(Gathering::begin(question.specs, Mark::of(&self.caller)));
        let ended = self.walk_with_remedies(question, sink, progress).await;
        self.destroy_view().await;
        let now = Mark::of(&self.caller);
        let gathering = self.gathering.take();
        let gathering = gathering.unwrap_or_else(|| Gathering::begin(question.specs, now));
        gathering.finish(now, ended.err())
    }

    pub(super) fn gathering(&mut self) -> &mut Gathering {
        let now = Mark::of(&self.caller);
        self.gathering.get_or_insert_with(|| Gathering::begin(&[], now))
    }

    async fn walk_with_remedies(
        &mut self,
        question: &Question<'_>,
        sink: &mut dyn Sink,
        progress: &OnProgress<'_>,
    ) -> Result<(), IncompleteReason> {
        let mut remedies = Remedies::default();
        while let Err(stop) = self.walk(question, &remedies.dropped, sink, progress).await {
            self.remedy(stop, &mut remedies, question.specs).await?;
            self.gathering().restart();
            sink.restart();
        }
        Ok(())
    }

    async fn remedy(
        &mut self,
        stop: Stop,
        remedies: &mut Remedies,
        specs: &[PropertySpec],
    ) -> Result<(), IncompleteReason> {
        match stop {
            Stop::GiveUp(reason) => return Err(reason),
            Stop::Expired if remedies.logged_in => return Err(IncompleteReason::SessionExpired),
            Stop::Expired => {
                remedies.logged_in = true;
                self.log_in_again().await?;
                self.gathering().warn(ListWarning::LoggedInAgain);
            }
            Stop::Disturbed(cause) if remedies.restarted => return Err(IncompleteReason::Call(cause)),
            Stop::Disturbed(cause) => {
                remedies.restarted = true;
                self.destroy_view().await;
                self.gathering().warn(ListWarning::Restarted { cause });
            }
            Stop::UnknownProperty(name, cause) => {
                let path = find_path(specs, &name, &remedies.dropped).ok_or(IncompleteReason::Call(cause))?;
                remedies.dropped.push(path);
                let kinds = specs
                    .iter()
                    .filter(|spec| spec.paths.contains(&path))
                    .map(|spec| spec.kind)
                    .collect();
                self.gathering().lacks(path, kinds);
            }
        }
        Ok(())
    }

    /// One walk over all pages, the next one being fetched while one is read.
    async fn walk(
        &mut self,
        question: &Question<'_>,
        dropped: &[&'static str],
        sink: &mut dyn Sink,
        progress: &OnProgress<'_>,
    ) -> Result<(), Stop> {
        let caller = Arc::clone(&self.caller);
        let first = self.first_request(question, dropped).await?;
        let mut answer = caller
            .send_read(first)
            .await
            .map_err(|error| stopped(FIRST, error.into()))?;
        let mut method = FIRST;
        let mut tokens = HashSet::new();
        loop {
            let next = match peek_token(&answer).filter(|token| !tokens.contains(token)) {
                Some(token) => Some(self.prefetch(&token).await),
                None => None,
            };
            let begun = Instant::now();
            let page = self.read(&answer, method, question.specs)?;
            let (token, found) = (page.token, page.objects.len());
            let kept = self.keep(page.objects, answer.len(), sink);
            self.gathering().parsed(begun.elapsed());
            if let Err(reason) = kept {
                drop(next);
                self.cancel(token.as_deref()).await;
                return Err(Stop::GiveUp(reason));
            }
            progress(self.gathering().progress());
            let Some(token) = token else {
                return self.check_end(found).await;
            };
            if tokens.contains(&token) {
                return Err(Stop::GiveUp(IncompleteReason::TokenRepeated));
            }
            let next = match next {
                Some(next) => next,
                None => self.prefetch(&token).await,
            };
            let sent = next.finish().await.ok_or(Stop::GiveUp(IncompleteReason::Interrupted))?;
            answer = sent.map_err(|error| stopped(FURTHER, error.into()))?;
            method = FURTHER;
            tokens.insert(token);
        }
    }

    async fn prefetch(&self, token: &str) -> Prefetch<Result<Vec<u8>, ExchangeError>> {
        let (caller, request) = (Arc::clone(&self.caller), self.further_request(token));
        Prefetch::start(async move { caller.send(request).await }).await
    }

    /// An answer without objects may be the end, or an expired session: only the session's own proof tells.
    async fn check_end(&self, found: usize) -> Result<(), Stop> {
        if found > 0 {
            return Ok(());
        }
        match self.is_alive().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Stop::Expired),
            Err(error) => Err(Stop::GiveUp(IncompleteReason::Call(error))),
        }
    }

    fn read<'p>(&self, answer: &'p [u8], method: &'static str, specs: &[PropertySpec]) -> Result<Page<'p>, Stop> {
        let page = read_page(answer, method, specs, &self.caller.limits)
            .map_err(|error| self.stopped(method, error.into()))?;
        let page = page.map_err(|fault| self.stopped(method, CallFailure::Fault(fault)))?;
        if page.objects.iter().any(says_expired) {
            Err(Stop::Expired)
        } else {
            Ok(page)
        }
    }

    fn stopped(&self, method: &'static str, failure: CallFailure) -> Stop {
        stopped(method, self.caller.discretion.censor(method, failure))
    }

    fn keep(
        &mut self,
        mut objects: Vec<ObjectContent<'_>>,
        bytes: usize,
        sink: &mut dyn Sink,
    ) -> Result<(), IncompleteReason> {
        let bounds = self.bounds;
        self.gathering().admit(&mut objects, bytes, &bounds)?;
        sink.add(objects);
        Ok(())
    }
}

/// What a failed call means for the walk.
pub(super) fn stopped(method: &'static str, failure: CallFailure) -> Stop {
    let error = |failure| CallError { method, failure };
    match failure {
        CallFailure::Fault(Fault {
            kind: FaultKind::NotAuthenticated,
            ..
        }) => Stop::Expired,
        CallFailure::Fault(Fault {
            kind: FaultKind::NoPermission,
            ..
        }) if method == FURTHER => Stop::GiveUp(IncompleteReason::PagesRefused),
        CallFailure::Fault(Fault {
            kind: FaultKind::InvalidProperty { ref name },
            ..
        }) => Stop::UnknownProperty(name.clone(), error(failure)),
        // A page that was lost cannot be asked for again: its token is used up.
        CallFailure::Fault(Fault {
            kind: FaultKind::ManagedObjectNotFound,
            ..
        })
        | CallFailure::Exchange(ExchangeError::Broken { .. }) => Stop::Disturbed(error(failure)),
        failure => Stop::GiveUp(IncompleteReason::Call(error(failure))),
    }
}

/// The spec's path that a server means: it names the whole path, or its last part only.
fn find_path(specs: &[PropertySpec], name: &str, dropped: &[&'static str]) -> Option<&'static str> {
    let paths = || {
        specs
            .iter()
            .flat_map(|spec| spec.paths.iter().copied())
            .filter(|path| !dropped.contains(path))
    };
    let last_part = |path: &&str| path.rsplit('.').next() == Some(name);
    let path = paths().find(|path| *path == name).or_else(|| paths().find(last_part))?;
    (dropped.len() < MOST_UNKNOWN).then_some(path)
}
