//! From the journals to the posts that are still to be sent. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::chains::{Draft, draft, link, pending};
use super::order::{Names, Part, Step, group_by_names, order_steps};
use super::post::{Mark, Post, Posts, Service};
use super::standing::{Picture, Rename, refusals};
use crate::plan::journal::Delivery;
use crate::plan::record::{DocumentId, VmRecord};

/// What is to be sent, from the renames in all journals. `records` are all documents, as the posts of a pass are made
/// of all its renames: those that are already delivered stay in the body of their batch and in the order of theirs.
///
/// With a `scope` only what concerns these documents is sent: whole batches, whole chains and cycles of names, and the
/// older ones that they have to wait for.
#[must_use]
pub fn build_posts(records: &[VmRecord], scope: Option<&BTreeSet<DocumentId>>, now: Timestamp) -> Posts {
    let picture = Picture::new(records);
    let planner = Planner { picture: &picture, now };
    let told = |service| {
        planner
            .picture
            .epochs
            .values()
            .map(move |renames| told_to(service, renames))
    };
    let group = told(Service::Group).filter_map(|batch| planner.batch(&batch)).collect();
    let auth = told(Service::Auth)
        .flat_map(|renames| planner.turns(&renames))
        .collect();
    Posts {
        group: link(group, scope),
        auth: link(auth, scope),
    }
}

/// Without those that were recorded when there was no such service.
fn told_to<'a>(service: Service, renames: &[Rename<'a>]) -> Vec<Rename<'a>> {
    renames
        .iter()
        .copied()
        .filter(|rename| *service.delivery(rename.entry) != Delivery::None)
        .collect()
}

#[derive(Serialize)]
struct Batch<'a> {
    vms: Vec<RenamedVm<'a>>,
}

#[derive(Serialize)]
struct RenamedVm<'a> {
    old_name: &'a str,
    new_name: &'a str,
}

#[derive(Serialize)]
struct RenamedName<'a> {
    name: &'a str,
    new_name: &'a str,
}

struct Planner<'a> {
    picture: &'a Picture<'a>,
    now: Timestamp,
}

impl Planner<'_> {
    /// The one post of a pass to the VM group service.
    fn batch(&self, renames: &[Rename<'_>]) -> Option<Draft> {
        let mut draft = draft(Service::Group, renames)?;
        let pending = pending(Service::Group, renames);
        if !draft.chain.held && self.picture.is_due(&pending, Service::Group, self.now) {
            let vms = renames.iter().map(|rename| RenamedVm {
                old_name: rename.old,
                new_name: rename.new,
            });
            let body = to_json(&Batch { vms: vms.collect() });
            draft.chain.posts.push(Post {
                service: Service::Group,
                idempotency_key: key(&format!("group-{}", draft.chain.epoch), &body),
                body,
                marks: pending.iter().map(|rename| mark(rename, 1, 1)).collect(),
                refused: refusals(&pending, Service::Group),
            });
        }
        Some(draft)
    }

    /// The posts of a pass to the auth service, one chain for all renames that are linked by their names.
    fn turns(&self, renames: &[Rename<'_>]) -> Vec<Draft> {
        let names: Vec<Names<'_>> = renames.iter().map(|rename| (rename.old, rename.new)).collect();
        let pick = |group: Vec<usize>| group.into_iter().map(|index| renames[index]).collect::<Vec<_>>();
        group_by_names(&names)
            .into_iter()
            .map(pick)
            .filter_map(|linked| self.turn(&linked))
            .collect()
    }

    fn turn(&self, renames: &[Rename<'_>]) -> Option<Draft> {
        let mut draft = draft(Service::Auth, renames)?;
        let names: Vec<Names<'_>> = renames.iter().map(|rename| (rename.old, rename.new)).collect();
        let already = (0..renames.len())
            .filter(|&index| accepted(&renames[index]) > 0)
            .collect();
        let steps = order_steps(&names, &already);
        let temporary = self.temporary_names(renames, &steps);
        if !draft.chain.held {
            let post = |step: &Step| self.step(&renames[step.index], step.part, temporary.get(&step.index));
            draft.chain.posts = steps.iter().filter_map(post).collect();
        }
        draft.names.extend(temporary.into_values());
        Some(draft)
    }

    /// For each rename that is split.
    fn temporary_names(&self, renames: &[Rename<'_>], steps: &[Step]) -> BTreeMap<usize, String> {
        let mut chosen: BTreeMap<usize, String> = BTreeMap::new();
        let split: BTreeSet<usize> = steps
            .iter()
            .filter(|step| step.part == Part::Aside)
            .map(|step| step.index)
            .collect();
        for index in split {
            let Rename { old, entry, .. } = renames[index];
            let is_taken =
                |name: &String| !self.picture.is_free(name, entry.epoch) || chosen.values().any(|other| other == name);
            let mut number = 1u64;
            let mut name = temporary_name(old, number);
            while is_taken(&name) {
                number += 1;
                name = temporary_name(old, number);
            }
            chosen.insert(index, name);
        }
        chosen
    }

    /// The post of a step, if it is due.
    fn step(&self, rename: &Rename<'_>, part: Part, temporary: Option<&String>) -> Option<Post> {
        let temporary = temporary.map_or("", String::as_str);
        let (name, new_name, suffix, nth, total) = match part {
            Part::Whole => (rename.old, rename.new, "", 1, 1),
            Part::Aside => (rename.old, temporary, "-1", 1, 2),
            Part::Home => (temporary, rename.new, "-2", 2, 2),
        };
        let wanted = rename.is_pending(Service::Auth) && accepted(rename) < nth;
        if !wanted || !self.picture.is_due(&[*rename], Service::Auth, self.now) {
            return None;
        }
        let body = to_json(&RenamedName { name, new_name });
        Some(Post {
            service: Service::Auth,
            idempotency_key: key(&format!("{}{suffix}", rename.entry.id), &body),
            body,
            marks: vec![mark(rename, nth, total)],
            refused: if accepted(rename) + 1 == nth {
                refusals(&[*rename], Service::Auth)
            } else {
                0
            },
        })
    }
}

fn temporary_name(old: &str, number: u64) -> String {
    format!("{old}~vmsync~{number}")
}

const fn accepted(rename: &Rename<'_>) -> u32 {
    match rename.entry.auth {
        Delivery::Pending { accepted, .. } => accepted,
        Delivery::None | Delivery::Done => 0,
    }
}

fn mark(rename: &Rename<'_>, accepted: u32, total: u32) -> Mark {
    Mark {
        entry: rename.reference(),
        accepted,
        total,
    }
}

fn to_json(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("structs of strings are JSON")
}

fn key(what: &str, body: &str) -> String {
    let digest = Sha256::digest(body);
    let hex = digest.iter().take(8).fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string succeeds");
        hex
    });
    format!("vmsync-{what}-{hex}")
}
