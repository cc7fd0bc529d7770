//! One JSON list, rewritten with the layout it has.

use serde_json::value::RawValue;

/// What happens to one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Keep,
    /// By this JSON.
    Replace(String),
    Remove,
}

impl Change {
    pub const fn remove_if(removed: bool) -> Self {
        if removed { Self::Remove } else { Self::Keep }
    }
}

/// A list in a session, or the place of one that is not there.
#[derive(Debug)]
pub(super) struct List<'a> {
    start: Option<usize>,
    text: &'a str,
    members: Vec<&'a str>,
}

impl<'a> List<'a> {
    pub const fn absent() -> Self {
        Self {
            start: None,
            text: "",
            members: Vec::new(),
        }
    }

    /// `null` is a list without members; anything else but a list is none.
    pub fn parse(start: usize, text: &'a str) -> Option<Self> {
        let members: Option<Vec<&RawValue>> = serde_json::from_str(text).ok()?;
        let members = members.unwrap_or_default().into_iter().map(RawValue::get).collect();
        Some(Self {
            start: Some(start),
            text,
            members,
        })
    }

    /// As JSON, one by one.
    pub fn members(&self) -> impl Iterator<Item = &'a str> {
        self.members.iter().copied()
    }

    /// Its first byte in the session and the one behind its last; none if it is absent.
    pub fn span(&self) -> Option<(usize, usize)> {
        self.start.map(|start| (start, start + self.text.len()))
    }

    /// Members that stay keep their bytes and what stands before them.
    pub fn rewrite(&self, changes: &[Change], added: &[String]) -> String {
        let mut written = String::from("[");
        let mut is_first = true;
        for (index, change) in changes.iter().enumerate() {
            let member = match change {
                Change::Keep => self.members[index],
                Change::Replace(json) => json,
                Change::Remove => continue,
            };
            written.push_str(self.gap(if is_first { 0 } else { index }));
            written.push_str(member);
            is_first = false;
        }
        for json in added {
            written.push_str(if is_first { self.gap(0) } else { self.separator() });
            written.push_str(json);
            is_first = false;
        }
        written.push_str(if is_first { "" } else { self.tail() });
        written.push(']');
        written
    }

    /// What stands between the member before and this one: for the first one white space, else a comma and white space.
    fn gap(&self, index: usize) -> &'a str {
        let Some(member) = self.members.get(index) else {
            return "";
        };
        let end = self.offset(member);
        let start = match index.checked_sub(1) {
            Some(before) => self.offset(self.members[before]) + self.members[before].len(),
            None => 1,
        };
        &self.text[start..end]
    }

    /// As between the first two members; Python's default if there are none.
    fn separator(&self) -> &'a str {
        if self.members.len() > 1 { self.gap(1) } else { ", " }
    }

    /// White space before the closing bracket.
    fn tail(&self) -> &'a str {
        let last = self.members.last().map(|last| self.offset(last) + last.len());
        last.map_or("", |end| &self.text[end..self.text.len() - 1])
    }

    fn offset(&self, member: &str) -> usize {
        member.as_ptr().addr() - self.text.as_ptr().addr()
    }
}

/// A JSON string.
pub(super) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
