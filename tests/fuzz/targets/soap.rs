//! Answers of a server: whatever the bytes, they are a value, a fault or an error, within the caps.

use vmsync::soap::{
    DecodeError, Limits, Page, PropertySpec, ServiceContent, Value, peek_token, read_page, read_returnval,
};

/// What the pages are the answer to.
pub const METHOD: &str = "RetrievePropertiesEx";

/// Low enough for a short input to reach them.
pub const LIMITS: Limits = Limits {
    bytes: 64 << 10,
    depth: 32,
    elements: 2_000,
    objects: 20,
    text_bytes: 4 << 10,
};

pub const SPECS: &[PropertySpec] = &[
    PropertySpec::of("VirtualMachine", &["name", "config.uuid", "network", "runtime.host"]),
    PropertySpec::of("Folder", &["name", "parent", "effectiveRole"]),
];

/// Reads the bytes in every way, and checks what must hold of any answer.
///
/// # Panics
/// A property does not hold.
pub fn check(bytes: &[u8]) {
    let page = read_page(bytes, METHOD, SPECS, &LIMITS);
    let value = read_returnval(bytes, METHOD, &LIMITS);
    match (&page, &value) {
        (Ok(Ok(page)), Ok(Ok(value))) => check_answer(bytes, page, value.as_ref()),
        (Ok(Err(fault)), Ok(Err(same))) => {
            assert_eq!(fault, same, "one answer, two faults");
            assert_printable(&fault.to_string());
        }
        (page, value) => {
            // A page knows what its elements have to be; a value takes what comes.
            let is_fault = |decoded: bool| assert!(!decoded, "a fault to one reader only");
            is_fault(matches!(page, Ok(Err(_))));
            is_fault(matches!(value, Ok(Err(_))));
            page.as_ref()
                .err()
                .into_iter()
                .chain(value.as_ref().err())
                .for_each(check_error);
        }
    }
    check_cut(bytes);
}

fn check_answer(bytes: &[u8], page: &Page, value: Option<&Value>) {
    assert!(page.objects.len() <= LIMITS.objects);
    let values = page.objects.iter().flat_map(|object| &object.properties);
    values.for_each(|(_, value)| check_value(value, 0));
    if let Some(value) = value {
        check_value(value, 0);
        let _ = ServiceContent::from_value(value);
    }
    if let (Some(peeked), Some(token)) = (peek_token(bytes), &page.token) {
        assert_eq!(&peeked, token, "the page that is fetched ahead is not the next one");
    }
}

fn check_value(value: &Value, depth: usize) {
    assert!(depth < LIMITS.depth && value.count() <= LIMITS.elements);
    match value {
        Value::Text(text) => assert!(text.len() <= LIMITS.text_bytes),
        Value::Reference(reference) => assert!(reference.value.len() <= LIMITS.text_bytes),
        Value::Array(items) => items.iter().for_each(|item| check_value(item, depth + 1)),
        Value::Struct { fields, .. } => fields.iter().for_each(|(_, field)| check_value(field, depth + 1)),
    }
}

/// An answer that was cut is an error, or what was cut off says nothing.
fn check_cut(bytes: &[u8]) {
    let end = bytes
        .iter()
        .fold(bytes.len(), |sum, byte| sum.wrapping_mul(31) ^ usize::from(*byte))
        % bytes.len().max(1);
    let cut = &bytes[..end];
    if let Ok(answer) = read_page(cut, METHOD, SPECS, &LIMITS) {
        let whole = read_page(bytes, METHOD, SPECS, &LIMITS);
        // What follows the envelope may be wrong, too.
        assert!(
            whole.as_ref().map_or(true, |whole| *whole == answer),
            "cut at {end} of {}",
            bytes.len()
        );
    }
    let _ = peek_token(cut);
}

fn check_error(error: &DecodeError) {
    assert_printable(&error.to_string());
}

/// A server's words reach a terminal.
fn assert_printable(text: &str) {
    assert!(!text.chars().any(char::is_control), "{text:?}");
    assert!(text.len() < 4_000, "{} bytes", text.len());
}
