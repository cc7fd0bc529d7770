//! Scripted trouble: which call it strikes, and what it does.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::inventory::Inventory;
use crate::reflection::Reflection;
use crate::session::Expiry;
use crate::soap::SoapFault;

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum Effect {
    /// HTTP 500 with this fault.
    Soap(SoapFault),
    /// Any HTTP answer, such as a 503 with `Retry-After`.
    Http {
        /// The status code.
        status: u16,
        /// Header names and values.
        headers: Vec<(String, String)>,
        /// The body.
        body: String,
    },
    /// An answer that repeats the request.
    Reflect(Reflection),
    /// No answer, and the connection stays open.
    Hang,
    /// The answer comes late.
    Delay(Duration),
    /// The connection is closed without an answer, before the call has any effect.
    Drop,
    /// The call has its effect, but the connection is closed without an answer.
    DropAfter,
    /// The true answer, a few bytes at a time.
    Drip {
        /// Bytes at a time.
        bytes: usize,
        /// Time between two of them.
        every: Duration,
    },
    /// The first bytes of the true answer, then the connection is closed.
    Truncate {
        /// How many bytes arrive.
        bytes: usize,
    },
    /// HTTP 200 with bytes that are no XML.
    Garbage,
    /// HTTP 200 with a body of this many bytes, which looks like an answer that never ends.
    Huge {
        /// Its length.
        bytes: u64,
    },
    /// HTTP 200 with an answer that holds nothing, though the session is alive.
    Empty,
    /// The session is over from this call on; how it shows depends on the server.
    Expire(Expiry),
    /// The inventory changes right after the call.
    Change(Change),
}

/// A change of the inventory, to be made after a call.
#[derive(Clone)]
pub struct Change(Arc<dyn Fn(&mut Inventory) + Send + Sync>);

impl Change {
    pub(crate) fn apply(&self, inventory: &mut Inventory) {
        (self.0)(inventory);
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Change")
    }
}

/// An effect, and the calls it strikes: by default each call of the method, from the first on.
#[derive(Clone, Debug)]
pub struct Fault {
    method: String,
    containing: Option<String>,
    from: usize,
    times: usize,
    effect: Effect,
}

impl Fault {
    /// Strikes the calls of a method, `Login`; `*` stands for all.
    #[must_use]
    pub fn on(method: &str, effect: Effect) -> Self {
        Self {
            method: method.to_owned(),
            containing: None,
            from: 1,
            times: usize::MAX,
            effect,
        }
    }

    /// Answers the calls of a method with a SOAP fault.
    #[must_use]
    pub fn soap(method: &str, fault: SoapFault) -> Self {
        Self::on(method, Effect::Soap(fault))
    }

    /// Answers the calls of a method with a bare HTTP status.
    #[must_use]
    pub fn http(method: &str, status: u16, body: &str) -> Self {
        let body = body.to_owned();
        let headers = Vec::new();
        Self::on(method, Effect::Http { status, headers, body })
    }

    /// Changes the inventory right after the first call of a method. The change runs under the server's lock: it may
    /// use the handle of another simulator, but not of this one.
    #[must_use]
    pub fn after(method: &str, change: impl Fn(&mut Inventory) + Send + Sync + 'static) -> Self {
        Self::on(method, Effect::Change(Change(Arc::new(change)))).once()
    }

    /// Strikes only requests whose body contains this text.
    #[must_use]
    pub fn containing(mut self, text: &str) -> Self {
        self.containing = Some(text.to_owned());
        self
    }

    /// Strikes the n-th matching call only, counted from 1 at the time it is scripted.
    #[must_use]
    pub fn nth(self, n: usize) -> Self {
        self.from(n).once()
    }

    /// Strikes from the n-th matching call on.
    #[must_use]
    pub fn from(mut self, n: usize) -> Self {
        self.from = n;
        self
    }

    /// Strikes once.
    #[must_use]
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// Strikes that many times, then no more.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    fn matches(&self, method: &str, body: &str) -> bool {
        let named = self.method == "*" || self.method == method;
        let text = self.containing.as_deref();
        named && text.is_none_or(|text| body.contains(text))
    }
}

/// The faults that are scripted, each with the number of calls it has seen.
#[derive(Debug, Default)]
pub(crate) struct Script {
    faults: Vec<(Fault, usize)>,
    strikes: usize,
}

impl Script {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.faults.push((fault, 0));
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Calls that were struck by anything but a delay or a change of the inventory.
    pub(crate) fn strikes(&self) -> usize {
        self.strikes
    }

    /// What strikes this call, in the order of scripting.
    pub(crate) fn strike(&mut self, method: &str, body: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        for (fault, seen) in &mut self.faults {
            if !fault.matches(method, body) {
                continue;
            }
            *seen += 1;
            let last = fault.from.saturating_add(fault.times);
            if (fault.from..last).contains(seen) {
                effects.push(fault.effect.clone());
            }
        }
        let spoils = |effect: &Effect| !matches!(effect, Effect::Change(_) | Effect::Delay(_));
        self.strikes += usize::from(effects.iter().any(spoils));
        effects
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(fault: Fault) -> Vec<bool> {
        let mut script = Script::default();
        script.add(fault);
        let calls = ["Login", "Logout", "Login", "Login"];
        let strike = |method| !script.strike(method, "<a/>").is_empty();
        calls.map(strike).to_vec()
    }

    #[test]
    fn faults_strike_the_calls_they_are_meant_for() {
        let fault = || Fault::on("Login", Effect::Hang);
        assert_eq!(struck(fault()), [true, false, true, true]);
        assert_eq!(struck(fault().nth(2)), [false, false, true, false]);
        assert_eq!(struck(fault().from(2)), [false, false, true, true]);
        assert_eq!(struck(fault().times(2)), [true, false, true, false]);
        assert_eq!(struck(fault().containing("<b/>")), [false; 4]);
        assert_eq!(struck(Fault::on("*", Effect::Hang).once()), [true, false, false, false]);
    }

    #[test]
    fn what_spoils_a_call_is_counted_until_the_script_is_cleared() {
        let mut script = Script::default();
        script.add(Fault::on("Login", Effect::Hang));
        script.add(Fault::on("Login", Effect::Drop));
        script.add(Fault::on("Logout", Effect::Delay(Duration::ZERO)));
        for method in ["Login", "Logout", "Login"] {
            script.strike(method, "<a/>");
        }
        assert_eq!(script.strikes(), 2);
        script.clear();
        assert_eq!(script.strikes(), 0);
    }
}
