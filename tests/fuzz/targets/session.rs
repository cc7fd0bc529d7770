//! Sessions: any bytes, under the rules of any documents, are edited or left, and lose nothing.

use std::collections::BTreeSet;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use vmsync::plan::journal::{Delivery, JournalEntry, JournalEvent, SessionStage};
use vmsync::plan::record::{DocumentId, VmFields, VmRecord};
use vmsync::sessions::{SessionRules, edit_session};

/// The names and times that documents and journals are made of: few, so that they meet.
pub const NAMES: [&str; 5] = ["a", "b", "c", "d", "é\"\\"];
pub const TIMES: [&str; 4] = [
    "01-01-2024: 00:00:00",
    "1-1-2024: 00:00:00",
    "31-12-2023: 23:59:59",
    "?",
];

/// Edits a session, twice, and checks what must hold of any edit. What stands before the first zero byte is the session,
/// what stands behind it a program that makes the documents.
///
/// # Panics
/// A property does not hold.
pub fn check(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (session, program) = (&bytes[..end], bytes.get(end + 1..).unwrap_or_default());
    let mut records = build_records(program);
    let rules = SessionRules::build(&records, None);
    let Ok(edit) = edit_session(session, &[], &rules) else {
        return;
    };
    records.reverse();
    let reordered = edit_session(session, &[], &SessionRules::build(&records, None));
    assert_eq!(reordered.as_ref(), Ok(&edit), "the order of documents matters");
    let Some(after) = edit.bytes else {
        assert!(edit.applied.is_empty(), "nothing changed, yet something was applied");
        return;
    };
    assert_ne!(after, session, "a change that changes nothing");
    let twice = edit_session(&after, &edit.applied, &rules).expect("it still is a session");
    assert_eq!(
        twice.bytes.map(String::from_utf8),
        None,
        "{}",
        String::from_utf8_lossy(&after)
    );
    check_conserved(&Parts::of(session), &Parts::of(&after), &records);
}

fn check_conserved(before: &Parts<'_>, after: &Parts<'_>, records: &[VmRecord]) {
    let is_added = |place: &usize| before.lists[*place].is_none() && after.lists[*place].is_some();
    let added = (0..2)
        .filter(is_added)
        .flat_map(|place| [", \"", KEYS[place], "\": "])
        .collect::<String>();
    assert_eq!(before.around(&added), after.around(""), "bytes of others changed");
    let known = known_names(records);
    let (kept, left) = (before.foreign(&known), after.foreign(&known));
    assert_eq!(kept, left, "a member that is none of vmsync's changed");
    let (had, has) = (before.names(), after.names());
    assert_eq!(had.is_empty(), has.is_empty(), "the last name is gone");
    let stranger = has
        .iter()
        .find(|name| !had.contains(*name) && !known.contains(name.as_str()));
    assert_eq!(stranger, None, "a name came from nowhere");
}

const KEYS: [&str; 2] = ["vms", "orphans"];

/// A session as its owner sees it.
struct Parts<'a> {
    text: &'a str,
    /// The values of the two keys that count, which are the last of their name.
    lists: [Option<&'a str>; 2],
    /// Behind the last member.
    end: usize,
}

impl<'a> Parts<'a> {
    fn of(session: &'a [u8]) -> Self {
        let text = std::str::from_utf8(session).expect("a session is text");
        let object = text.strip_prefix('\u{feff}').unwrap_or(text);
        let members = serde_json::from_str::<Members<'_>>(object).expect("an object").0;
        let value = |key: &str| members.iter().rfind(|(name, _)| name.as_deref() == Some(key));
        let end = members.last().map(|(_, value)| place(text, value).end);
        Self {
            text,
            lists: KEYS.map(|key| value(key).map(|(_, value)| *value)),
            end: end.unwrap_or_default(),
        }
    }

    /// Everything but the two lists, with something added behind the last member.
    fn around(&self, added: &str) -> String {
        let mut around = self.text.to_owned();
        around.insert_str(self.end, added);
        let mut places: Vec<_> = self.lists.iter().flatten().map(|list| place(self.text, list)).collect();
        places.sort_by_key(|place| std::cmp::Reverse(place.start));
        for place in places {
            around.replace_range(place, "");
        }
        around
    }

    fn items(&self, key: usize) -> Vec<&'a str> {
        let items =
            self.lists[key].and_then(|list| serde_json::from_str::<Option<Vec<&RawValue>>>(list).expect("a list"));
        items.unwrap_or_default().into_iter().map(RawValue::get).collect()
    }

    /// The name of each member, none for what is no VM.
    fn named(&self) -> [Vec<(&'a str, Option<String>)>; 2] {
        let orphan = |item: &'a str| (item, read_string(item).or_else(|| orphan_name(item)));
        [
            self.items(0)
                .into_iter()
                .map(|item| (item, read_string(item)))
                .collect(),
            self.items(1).into_iter().map(orphan).collect(),
        ]
    }

    /// Members that no document and no journal knows, in their order.
    fn foreign(&self, known: &BTreeSet<&str>) -> [Vec<&'a str>; 2] {
        let is_foreign = |name: Option<&String>| name.is_none_or(|name| !known.contains(name.as_str()));
        self.named().map(|items| {
            let foreign = items.into_iter().filter(|(_, name)| is_foreign(name.as_ref()));
            foreign.map(|(item, _)| item).collect()
        })
    }

    fn names(&self) -> BTreeSet<String> {
        self.named()
            .into_iter()
            .flatten()
            .filter_map(|(_, name)| name)
            .collect()
    }
}

fn place(text: &str, part: &str) -> std::ops::Range<usize> {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
}

fn read_string(json: &str) -> Option<String> {
    serde_json::from_str(json).ok()
}

fn orphan_name(entry: &str) -> Option<String> {
    let members = serde_json::from_str::<Members<'_>>(entry).ok()?.0;
    let (_, name) = members.iter().rfind(|(key, _)| key.as_deref() == Some("name"))?;
    read_string(name)
}

/// Keys and values of an object in their order, repeated ones too.
struct Members<'a>(Vec<(Option<String>, &'a str)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                    members.push((read_string(key.get()), value.get()));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// Every name that a document or its journal speaks of.
fn known_names(records: &[VmRecord]) -> BTreeSet<&str> {
    let mut known = BTreeSet::new();
    for fields in records.iter().map(|record| &record.fields) {
        known.extend(fields.names.iter().map(String::as_str));
        for entry in &fields.journal {
            known.insert(entry.old_name());
            if let JournalEvent::Rename { new, .. } = &entry.event {
                known.insert(new);
            }
        }
    }
    known
}

/// Eight documents at most, made of what the bytes choose; there are always enough bytes.
fn build_records(program: &[u8]) -> Vec<VmRecord> {
    let mut bytes = program.iter().copied();
    let mut records = Vec::new();
    let mut entries = 0;
    while let Some(byte) = bytes.next().filter(|_| records.len() < 8) {
        let since = pick(&TIMES, bytes.next().unwrap_or(0));
        let name = pick(&NAMES, byte);
        let (orphan, returned) = (byte & 0x20 != 0, byte & 0x40 != 0);
        let journal = (0..byte >> 3 & 3).map(|_| {
            entries += 1;
            build_entry(entries, bytes.next().unwrap_or(0), bytes.next().unwrap_or(0))
        });
        let fields = VmFields {
            names: vec![name.clone()],
            name,
            orphan,
            orphan_since: orphan.then(|| since.clone()),
            last_orphan_since: (orphan || returned).then_some(since),
            journal: journal.collect(),
            ..VmFields::default()
        };
        records.push(VmRecord {
            id: DocumentId(records.len().to_string()),
            rev: Some(1),
            epoch: Some(1),
            stored: fields.to_map().into(),
            fields: Box::new(fields),
        });
    }
    records
}

fn build_entry(number: u32, how: u8, what: u8) -> JournalEntry {
    let epoch = 1 + i64::from(how & 3);
    let old = pick(&NAMES, what);
    let event = if how & 4 == 0 {
        JournalEvent::Rename {
            old,
            new: pick(&NAMES, what >> 4),
        }
    } else {
        JournalEvent::Orphan {
            old,
            since: pick(&TIMES, what >> 4),
        }
    };
    JournalEntry {
        id: format!("{epoch}-{number}"),
        epoch,
        event,
        sessions: [SessionStage::Open, SessionStage::Scanned, SessionStage::Closed][usize::from(how >> 3) % 3],
        ambiguous: how & 0xc0 == 0xc0,
        group: Delivery::None,
        auth: Delivery::None,
    }
}

fn pick(texts: &[&str], choice: u8) -> String {
    texts[usize::from(choice & 7) % texts.len()].to_owned()
}
