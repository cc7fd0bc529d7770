//! Where the two lists lie in a session's bytes.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::list::List;
use super::{ListEdit, MAX_DEPTH, MAX_SESSION_BYTES, NotASession};

/// Some editors and languages put it before UTF-8; it stays where it is.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A session whose bytes are a JSON object.
#[derive(Debug)]
pub(super) struct Session<'a> {
    text: &'a str,
    pub vms: List<'a>,
    pub orphans: List<'a>,
    /// Behind the last member. An object without members has nothing that could move to a list.
    end: usize,
}

impl<'a> Session<'a> {
    /// With several members of one name the last one counts, as for the parsers of Python, JavaScript and Rust; the
    /// others stay as they are.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, NotASession> {
        check_bounds(bytes)?;
        let text = std::str::from_utf8(bytes).map_err(|_| NotASession::NotAnObject)?;
        let object = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let members = members_of(object).ok_or(NotASession::NotAnObject)?;
        let last = members.last().map(|(_, value)| offset(text, value) + value.len());
        Ok(Self {
            text,
            vms: list(text, &members, "vms")?,
            orphans: list(text, &members, "orphans")?,
            end: last.unwrap_or_default(),
        })
    }

    /// The new bytes; none if nothing changes.
    pub fn replace(&self, vms: &ListEdit, orphans: &ListEdit) -> Option<Vec<u8>> {
        let mut patches = self.patches([("vms", &self.vms, vms), ("orphans", &self.orphans, orphans)]);
        patches.sort_by_key(|(start, ..)| *start);
        let mut written = String::with_capacity(self.text.len() + 256);
        let mut copied = 0;
        for (start, end, text) in &patches {
            written.push_str(&self.text[copied..*start]);
            written.push_str(text);
            copied = *end;
        }
        written.push_str(&self.text[copied..]);
        (!patches.is_empty()).then(|| written.into_bytes())
    }

    fn patches(&self, edits: [(&str, &List<'_>, &ListEdit); 2]) -> Vec<(usize, usize, String)> {
        let patch = |(key, list, edit): (&str, &List<'_>, &ListEdit)| {
            let text = list.rewrite(&edit.changes, &edit.added);
            match list.span() {
                Some((start, end)) => (start, end, text),
                None => (self.end, self.end, format!(r#", "{key}": {text}"#)),
            }
        };
        edits
            .into_iter()
            .filter(|(.., edit)| !edit.is_empty())
            .map(patch)
            .collect()
    }
}

fn list<'a>(text: &str, members: &[Member<'a>], key: &str) -> Result<List<'a>, NotASession> {
    match members.iter().rfind(|(name, _)| name.as_deref() == Some(key)) {
        None => Ok(List::absent()),
        Some((_, value)) => List::parse(offset(text, value), value).ok_or(NotASession::NotAList),
    }
}

fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr() - text.as_ptr().addr()
}

/// Brackets outside of strings are counted, whether or not they match.
fn check_bounds(bytes: &[u8]) -> Result<(), NotASession> {
    if bytes.len() > MAX_SESSION_BYTES {
        return Err(NotASession::TooLong);
    }
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(NotASession::TooDeep);
        }
    }
    Ok(())
}

/// Key and value of a member. A key that is no valid Unicode (half a surrogate pair) is none, and is no key of ours.
pub(super) type Member<'a> = (Option<String>, &'a str);

/// The members of an object, in order, repeated ones too.
pub(super) fn members_of(json: &str) -> Option<Vec<Member<'_>>> {
    serde_json::from_str::<Members<'_>>(json).ok().map(|members| members.0)
}

struct Members<'a>(Vec<Member<'a>>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            members.push((serde_json::from_str(key.get()).ok(), value.get()));
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::Members;

    #[test]
    fn what_is_no_object_is_told_so() {
        let refused = serde_json::from_str::<Members<'_>>("[]").err().expect("no object");
        assert!(refused.to_string().contains("expected an object"), "{refused}");
    }
}
