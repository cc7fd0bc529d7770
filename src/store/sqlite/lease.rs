//! The lease, by SQLite's own clock, which is that of the machine all runs over one file share.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::failure::Failure;
use crate::store::{Holder, LeaseAnswer};

/// The only row of its table; it stays when the lease is given back, and keeps the epoch rising.
#[derive(Default)]
struct Lease {
    epoch: i64,
    holder: Option<Holder>,
    /// Milliseconds since 1970; none if it was given back.
    until: Option<i64>,
    now: i64,
}

const NOW: &str = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

pub fn acquire(
    connection: &mut Connection,
    holder: &Holder,
    ttl: Duration,
    over: Option<&str>,
) -> Result<LeaseAnswer, Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let lease = read(&transaction)?;
    if let Some(other) = lease.held_against(holder, over) {
        return Ok(LeaseAnswer::Held(other));
    }
    let epoch = if lease.is_of(&holder.run_id) {
        lease.epoch
    } else {
        lease.epoch + 1
    };
    let since = Timestamp::from_millisecond(lease.now).unwrap_or(holder.since);
    let stored = serde_json::to_string(&Holder {
        since,
        ..holder.clone()
    })?;
    transaction.execute(
        "INSERT OR REPLACE INTO vmsync_lease (id, epoch, run_id, holder, until) VALUES (1, ?1, ?2, ?3, ?4)",
        (epoch, &holder.run_id, stored, lease.now.saturating_add(millis(ttl))),
    )?;
    transaction.commit()?;
    Ok(LeaseAnswer::Granted { epoch })
}

/// Not once it has run out, though nobody may have taken it: whoever slept past the end of the lease has to begin anew.
pub fn renew(connection: &Connection, run_id: &str, ttl: Duration) -> Result<bool, Failure> {
    let sql = format!("UPDATE vmsync_lease SET until = {NOW} + ?2 WHERE run_id = ?1 AND until > {NOW}");
    Ok(connection.execute(&sql, (run_id, millis(ttl)))? == 1)
}

pub fn release(connection: &Connection, run_id: &str) -> Result<(), Failure> {
    let sql = "UPDATE vmsync_lease SET until = NULL, holder = NULL, run_id = NULL WHERE run_id = ?1";
    connection.execute(sql, [run_id])?;
    Ok(())
}

/// Who holds it now.
pub fn load(connection: &Connection) -> Result<Option<Holder>, Failure> {
    let lease = read(connection)?;
    Ok(if lease.is_unexpired() { lease.holder } else { None })
}

/// Epoch of the last lease.
pub fn load_epoch(connection: &Connection) -> Result<i64, Failure> {
    read(connection).map(|lease| lease.epoch)
}

/// Whether a lease later than `epoch` was granted. Within a transaction that may write, it stays so to its end.
pub fn is_overtaken(connection: &Connection, epoch: i64) -> Result<bool, Failure> {
    load_epoch(connection).map(|last| last > epoch)
}

impl Lease {
    fn is_unexpired(&self) -> bool {
        self.until.is_some_and(|until| until > self.now)
    }

    fn is_of(&self, run_id: &str) -> bool {
        self.is_unexpired() && self.holder.as_ref().is_some_and(|holder| holder.run_id == run_id)
    }

    /// The holder who keeps this one from having it.
    fn held_against(&self, wanting: &Holder, over: Option<&str>) -> Option<Holder> {
        let is_free = !self.is_unexpired() || self.is_of(&wanting.run_id) || over.is_some_and(|dead| self.is_of(dead));
        self.holder.clone().filter(|_| !is_free)
    }
}

fn read(connection: &Connection) -> Result<Lease, Failure> {
    let sql = format!("SELECT epoch, holder, until, {NOW} FROM vmsync_lease");
    let lease = connection
        .query_row(&sql, [], |row| {
            let holder: Option<String> = row.get(1)?;
            let holder = holder.and_then(|text| serde_json::from_str(&text).ok());
            Ok(Lease {
                epoch: row.get(0)?,
                holder,
                until: row.get(2)?,
                now: row.get(3)?,
            })
        })
        .optional()?;
    match lease {
        Some(lease) => Ok(lease),
        None => Ok(Lease {
            now: connection.query_row(&format!("SELECT {NOW}"), [], |row| row.get(0))?,
            ..Lease::default()
        }),
    }
}

fn millis(ttl: Duration) -> i64 {
    i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(run_id: &str) -> Holder {
        Holder {
            run_id: run_id.to_owned(),
            host: "h".to_owned(),
            pid: 1,
            command: "sync".to_owned(),
            since: Timestamp::UNIX_EPOCH,
            lock: None,
        }
    }

    /// Of the run `a`.
    fn lease(until: Option<i64>, now: i64) -> Lease {
        Lease {
            epoch: 1,
            holder: Some(holder("a")),
            until,
            now,
        }
    }

    #[test]
    fn a_lease_ends_with_its_last_moment() {
        assert!(lease(Some(6), 5).is_unexpired());
        for over in [lease(Some(5), 5), lease(Some(4), 5), lease(None, 5)] {
            assert!(!over.is_unexpired() && !over.is_of("a"));
            assert_eq!(over.held_against(&holder("b"), None), None);
        }
    }

    #[test]
    fn a_lease_is_held_against_all_but_its_own_run_and_who_knows_it_dead() {
        let held = lease(Some(6), 5);
        assert!(held.is_of("a") && !held.is_of("b"));
        assert_eq!(held.held_against(&holder("b"), None), Some(holder("a")));
        assert_eq!(held.held_against(&holder("b"), Some("c")), Some(holder("a")));
        assert_eq!(held.held_against(&holder("b"), Some("a")), None);
        assert_eq!(held.held_against(&holder("a"), None), None);
    }
}
