//! The words of a question, and where they stand in it.

use std::ops::Range;

use super::refusal::Reason;

/// Longer ones are no questions. In bytes.
pub(super) const LONGEST: usize = 500;

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// As written, without its quotes.
    pub text: String,
    /// In lower case, as the vocabulary has it.
    pub lower: String,
    /// Where it stands in the question, in bytes, quotes and all.
    pub span: Range<usize>,
    /// A quoted one is a name, whatever it says.
    pub is_quoted: bool,
}

/// Splits at spaces; comparison signs and commas are words of their own, a comma inside a number is not.
pub(super) fn split(question: &str) -> Result<Vec<Word>, Reason> {
    if question.len() > LONGEST {
        return Err(Reason::TooLong);
    }
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(first) = question[at..].chars().next() {
        let end = at + length(&question[at..], first)?;
        let may_be_part = words.last().is_some_and(|word: &Word| word.lower == "with");
        words.extend(word(question, at..end, may_be_part)?);
        at = end;
    }
    Ok(words)
}

/// How many bytes belong to the word, sign, or space that the text begins with.
fn length(text: &str, first: char) -> Result<usize, Reason> {
    if first.is_whitespace() || first.is_control() {
        return Ok(first.len_utf8());
    }
    if let Some(closing) = closing_quote(first) {
        let inside = &text[first.len_utf8()..];
        let end = inside.find(closing).ok_or(Reason::OpenQuote)?;
        return Ok(first.len_utf8() + end + closing.len_utf8());
    }
    if is_sign(first) {
        return Ok(text.find(|c| !is_sign(c)).unwrap_or(text.len()));
    }
    if first == ',' || first == ';' {
        return Ok(1);
    }
    // A mark that could only end a word, such as a stray closing quote, is one of its own.
    let end = text.find(ends_word(text)).unwrap_or(text.len());
    Ok(end.max(first.len_utf8()))
}

/// Quotes that begin a word; an apostrophe inside of one is a letter.
const fn closing_quote(c: char) -> Option<char> {
    match c {
        '"' | '\'' | '`' => Some(c),
        '“' => Some('”'),
        '‘' => Some('’'),
        _ => None,
    }
}

const fn is_sign(c: char) -> bool {
    matches!(c, '<' | '>' | '=' | '!' | '≤' | '≥' | '≠')
}

fn ends_word(text: &str) -> impl FnMut(char) -> bool {
    let has_digit_after = |at: usize| text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
    let mut at = 0;
    let mut is_after_digit = false;
    move |c| {
        let here = at;
        at += c.len_utf8();
        let is_thousands = c == ',' && is_after_digit && has_digit_after(here);
        is_after_digit = c.is_ascii_digit();
        let is_mark = matches!(c, ',' | ';' | '"' | '“' | '”');
        c.is_whitespace() || c.is_control() || is_sign(c) || is_mark && !is_thousands
    }
}

/// None for spaces, and for marks that only end a sentence.
fn word(question: &str, span: Range<usize>, may_be_part: bool) -> Result<Option<Word>, Reason> {
    let raw = &question[span.clone()];
    let mut inside = raw.chars();
    let Some(closing) = inside.next().and_then(closing_quote) else {
        return Ok(plain(raw, span, may_be_part));
    };
    match inside.as_str().trim_end_matches(closing).trim() {
        "" => Err(Reason::EmptyName(span)),
        text => Ok(Some(of(text, span, true))),
    }
}

/// Behind "starting with" a number with a dot is the start of an address, elsewhere only one with several.
fn plain(raw: &str, span: Range<usize>, may_be_part: bool) -> Option<Word> {
    let is_of_address = raw.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_start_of_address =
        is_of_address && raw.ends_with('.') && raw.len() > 1 && (may_be_part || raw[..raw.len() - 1].contains('.'));
    let text = if is_start_of_address {
        raw
    } else {
        without_end(raw.trim_start_matches(['(', '[', '¿']))
    };
    let is_end_of_sentence = text.chars().all(|c| c == '!');
    if raw.chars().all(|c| c.is_whitespace() || c.is_control()) || text.is_empty() || is_end_of_sentence {
        return None;
    }
    let start = span.start + raw.find(text).unwrap_or(0);
    Some(of(text, start..start + text.len(), false))
}

/// A bracket that is opened inside of the word belongs to it: `web-1(clone)`.
fn without_end(text: &str) -> &str {
    let (round, square) = (text.contains('('), text.contains('['));
    text.trim_end_matches(|c| match c {
        ')' => !round,
        ']' => !square,
        c => matches!(c, '?' | '.' | ':' | '…'),
    })
}

fn of(text: &str, span: Range<usize>, is_quoted: bool) -> Word {
    Word {
        text: text.to_owned(),
        lower: text.to_lowercase().replace('’', "'"),
        span,
        is_quoted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(question: &str) -> Vec<String> {
        split(question).unwrap().into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn a_word_ends_at_a_space_a_sign_or_a_comma_and_a_name_keeps_what_names_are_made_of() {
        assert_eq!(
            texts("VMs on esx-1.example.org, db_2; ds:a/b"),
            ["VMs", "on", "esx-1.example.org", ",", "db_2", ";", "ds:a/b"]
        );
        assert_eq!(texts("cpus>=4 memory<8gb"), ["cpus", ">=", "4", "memory", "<", "8gb"]);
        assert_eq!(
            texts("more than 10,000 vms, please!"),
            ["more", "than", "10,000", "vms", ",", "please"]
        );
        assert_eq!(texts("which hosts are down?"), ["which", "hosts", "are", "down"]);
        assert_eq!(
            texts("what's on datastore ds1..."),
            ["what's", "on", "datastore", "ds1"]
        );
    }

    #[test]
    fn a_quoted_name_is_one_word_and_knows_its_place() {
        let words = split("on network “VM Network” or 'dmz 2'").unwrap();
        let quoted: Vec<_> = words.iter().filter(|word| word.is_quoted).collect();
        assert_eq!(
            quoted.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(),
            ["VM Network", "dmz 2"]
        );
        assert_eq!(&"on network “VM Network” or 'dmz 2'"[quoted[1].span.clone()], "'dmz 2'");
        assert_eq!(split("named \"\" "), Err(Reason::EmptyName(6..8)));
        assert_eq!(
            texts("web-1(clone), (web[1]) (off) or [on]?"),
            ["web-1(clone)", ",", "web[1]", "off", "or", "on"]
        );
        assert_eq!(split("vms named \"web"), Err(Reason::OpenQuote));
        assert_eq!(split(&"vm ".repeat(400)), Err(Reason::TooLong));
    }
}
