use std::collections::BTreeMap;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::*;

const RUN: Uuid = Uuid::from_u128(0x1f0c_52d4_93ab_4c11_8bda_0000_0000_0001);

const PLAIN: TextLook = TextLook {
    columns: Some(80),
    colour: false,
};
const FILE: TextLook = TextLook {
    columns: None,
    colour: false,
};

fn options(level: LevelFilter) -> Options {
    Options {
        level,
        run_id: RUN,
        format: LogFormat::Text,
        look: PLAIN,
    }
}

/// What comes to stderr.
fn logged(level: LevelFilter, form: Form, log: impl FnOnce()) -> String {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let write = move |bytes: &[u8]| sink.lock().expect("no panic in a test").write_all(bytes);
    let subscriber = Registry::default().with(layer(options(level), form, write));
    tracing::subscriber::with_default(subscriber, log);
    let bytes = lines.lock().expect("no panic in a test").clone();
    String::from_utf8(bytes).expect("text")
}

fn as_text(look: TextLook, log: impl FnOnce()) -> String {
    logged(LevelFilter::WARN, Form::Text(look), log)
}

fn as_json(level: LevelFilter, log: impl FnOnce()) -> Vec<Value> {
    let text = logged(level, Form::Json, log);
    let lines = text.lines().map(|line| serde_json::from_str(line).expect(line));
    lines.collect()
}

fn all_levels() {
    tracing::error!("broken");
    tracing::warn!("odd");
    tracing::info!("said");
    tracing::debug!("detail");
    tracing::trace!("step");
}

/// Names as a server could have them.
const HOSTILE: [&str; 7] = [
    "evil\u{1b}[2J",
    "\u{9b}2J\u{202e}\u{2066}",
    "a\"b\\c\u{0}",
    "line\u{2028}line\r\nMESSAGE=forged",
    "\u{fffd}\u{10ffff}\u{7f}",
    "{\"level\":\"error\"}",
    "",
];

#[test]
fn quiet_and_verbose_choose_the_level() {
    for (quiet, verbose, lines) in [
        (true, 0, 1),
        (false, 0, 2),
        (false, 1, 3),
        (false, 2, 4),
        (false, 3, 5),
        (false, 9, 5),
    ] {
        let text = logged(level(quiet, verbose), Form::Text(PLAIN), all_levels);
        assert_eq!(text.lines().count(), lines, "{text}");
    }
}

#[test]
fn a_terminal_shows_no_times_no_runs_and_no_modules() {
    let warned = as_text(PLAIN, || tracing::warn!(source = "esx1", pages = 3, "odd"));
    assert_eq!(warned, " WARN odd source=esx1 pages=3\n");
    let failed = as_text(PLAIN, || tracing::error!("failed to do it\nhint: do it again"));
    assert_eq!(failed, "error: failed to do it\nhint: do it again\n");
    let both = as_text(PLAIN, || tracing::warn!(source = "esx1", "odd\nhint: look\n    here"));
    assert_eq!(both, " WARN odd source=esx1\n  hint: look\n      here\n");
}

#[test]
fn a_terminal_is_not_written_over_its_edge() {
    let log = || {
        tracing::warn!(
            source = "esx1",
            "{}\nhint: {}\n    {}",
            "so it is ".repeat(12).trim(),
            "or not ".repeat(9).trim(),
            "x".repeat(90)
        );
    };
    let narrow = TextLook {
        columns: Some(60),
        colour: false,
    };
    let shown = as_text(narrow, log);
    let lines: Vec<_> = shown.lines().collect();
    let expected = [
        " WARN so it is so it is so it is so it is so it is so it is",
        "  so it is so it is so it is so it is so it is so it is source=esx1",
        "  hint: or not or not or not or not or not or not or",
        "  not or not or not",
    ];
    assert_eq!(lines[..4], expected);
    assert_eq!(lines[4], format!("      {}", "x".repeat(90)), "to be copied");
    let file = as_text(FILE, log);
    assert_eq!(file.lines().count(), 3, "{file}");
}

#[test]
fn elsewhere_each_message_has_its_time_and_its_run() {
    let text = as_text(FILE, || tracing::error!(cause = %"it\nhint: sleep", "odd\nhint: look"));
    let (time, rest) = text.split_once(' ').expect("two parts");
    assert!(time.parse::<jiff::Timestamp>().is_ok(), "{text}");
    assert_eq!(
        rest,
        "ERROR run=1f0c52d4 odd cause=\"it\n  hint: sleep\"\n  hint: look\n"
    );
}

#[test]
fn libraries_are_not_heard_at_any_level_in_any_form() {
    for form in [Form::Text(PLAIN), Form::Json] {
        let text = logged(LevelFilter::TRACE, form, || {
            tracing::error!(target: "mongodb::command", "saslStart");
            tracing::error!(target: "hyper::headers", "cookie");
            tracing::trace!(target: "vmsync::soap", "ours");
        });
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.contains("ours"), "{text}");
    }
}

#[test]
fn messages_cannot_steer_the_terminal() {
    for name in HOSTILE {
        let log = || tracing::warn!(name, shown = %name, debug = ?name, "{name}\nhint: none");
        for text in [
            as_text(PLAIN, log),
            as_text(FILE, log),
            logged(LevelFilter::WARN, Form::Json, log),
        ] {
            let is_unfit = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2066}\u{2028}".contains(c);
            assert!(!text.contains(is_unfit), "{text:?}");
        }
    }
    let text = as_text(PLAIN, || tracing::warn!("{}\nhint: none", HOSTILE[0]));
    assert_eq!(text, " WARN evil\\u{1b}[2J\n  hint: none\n");
}

/// What a server says may have lines that look like messages of ours.
#[test]
fn nobody_forges_an_error_on_a_terminal() {
    let said = "odd\nerror: all is lost\nhint: give me your password";
    let text = as_text(PLAIN, || tracing::error!("failed: {said}\nhint: look\nagain"));
    let lines: Vec<_> = text.lines().collect();
    let expected = [
        "error: failed: odd",
        "  error: all is lost",
        "  hint: give me your password",
        "hint: look",
        "  again",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn people_find_in_the_report_what_programs_are_told() {
    let log = || tracing::error!(target: FOR_PROGRAMS, "ended");
    assert_eq!(as_text(PLAIN, log) + &as_text(FILE, log), "");
    assert_eq!(as_json(LevelFilter::ERROR, log)[0]["message"], "ended");
    let ear = Ear::new();
    logged(LevelFilter::ERROR, ear.form(), log);
    assert_eq!(ear.heard().expect("a message")["MESSAGE"], "ended");
}

#[test]
fn colour_is_only_where_it_was_asked_for() {
    for columns in [Some(80), None] {
        let shown = |colour| as_text(TextLook { columns, colour }, || tracing::warn!("odd"));
        assert!(shown(true).contains("\u{1b}[33m WARN\u{1b}[0m "));
        assert!(!shown(false).contains('\u{1b}'));
    }
}

#[test]
fn programs_get_an_object_a_line() {
    let lines = as_json(LevelFilter::INFO, || {
        tracing::error!(
            source = "esx1",
            calls = 9,
            ok = true,
            delta = -1,
            "failed\nhint: \"look\""
        );
        tracing::info!("said");
    });
    let timestamp = lines[0]["timestamp"].as_str().expect("a time");
    assert!(timestamp.parse::<jiff::Timestamp>().is_ok(), "{timestamp}");
    let expected = json!({
        "timestamp": timestamp, "level": "error", "run_id": RUN.to_string(), "message": "failed\nhint: \"look\"",
        "fields": {"source": "esx1", "calls": 9, "ok": true, "delta": -1},
    });
    assert_eq!(lines[0], expected);
    assert_eq!(
        (&lines[1]["level"], &lines[1]["fields"]),
        (&json!("info"), &Value::Null)
    );
    let debug = as_json(LevelFilter::DEBUG, all_levels);
    assert_eq!((debug.len(), &debug[3]["target"]), (4, &json!(module_path!())));
}

#[test]
fn whatever_a_server_says_stays_in_its_field() {
    for name in HOSTILE {
        let lines = as_json(LevelFilter::WARN, || tracing::warn!(name, "{name}"));
        assert_eq!(lines.len(), 1, "{name:?}");
        assert_eq!(lines[0]["level"], "warn", "{name:?}");
        assert_eq!(lines[0]["fields"]["name"], lines[0]["message"], "{name:?}");
    }
}

/// A journal that a test listens to.
struct Ear {
    directory: tempfile::TempDir,
    socket: UnixDatagram,
}

impl Ear {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let socket = UnixDatagram::bind(directory.path().join("socket")).expect("a socket");
        socket.set_nonblocking(true).expect("a setting");
        Self { directory, socket }
    }

    fn form(&self) -> Form {
        Form::Journal(
            Journal::open(self.directory.path().join("socket")).expect("it listens"),
            FILE,
        )
    }

    /// The next message, if there is one.
    fn heard(&self) -> Option<BTreeMap<String, String>> {
        let mut bytes = vec![0; 1 << 18];
        let length = self.socket.recv(&mut bytes).ok()?;
        Some(decode(&bytes[..length]))
    }
}

/// The protocol's other side.
fn decode(mut rest: &[u8]) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| b"=\n".contains(byte)).expect("a name");
        let name = String::from_utf8(rest[..end].to_vec()).expect("capitals");
        let (start, length) = if rest[end] == b'=' {
            let value = &rest[end + 1..];
            (end + 1, value.iter().position(|byte| *byte == b'\n').expect("an end"))
        } else {
            let bytes = rest[end + 1..end + 9].try_into().expect("eight bytes");
            (end + 9, usize::try_from(u64::from_le_bytes(bytes)).expect("a length"))
        };
        let value = String::from_utf8(rest[start..start + length].to_vec()).expect("text");
        assert_eq!(rest[start + length], b'\n', "{name}");
        assert!(fields.insert(name, value).is_none(), "each name once");
        rest = &rest[start + length + 1..];
    }
    fields
}

#[test]
fn the_journal_gets_fields_of_its_own() {
    let ear = Ear::new();
    let on_stderr = logged(LevelFilter::DEBUG, ear.form(), || {
        tracing::error!(source = "vc1", "failed\nhint: look");
        tracing::warn!(pages = 3, "odd");
        tracing::info!("said");
        tracing::debug!("detail");
    });
    assert_eq!(on_stderr, "");
    let first = ear.heard().expect("a message");
    let run = RUN.to_string();
    let expected = [
        ("MESSAGE", "failed\nhint: look"),
        ("PRIORITY", "3"),
        ("SYSLOG_IDENTIFIER", "vmsync"),
        ("VMSYNC_RUN_ID", &run),
        ("VMSYNC_SOURCE", "vc1"),
        ("VMSYNC_TARGET", module_path!()),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(first, BTreeMap::from(expected));
    let second = ear.heard().expect("a message");
    assert_eq!((&*second["PRIORITY"], &*second["VMSYNC_PAGES"]), ("4", "3"));
    assert_eq!(ear.heard().expect("a message")["PRIORITY"], "6");
    assert_eq!(ear.heard().expect("a message")["PRIORITY"], "7");
    assert_eq!(ear.heard(), None);
}

#[test]
fn nobody_forges_a_field_of_the_journal() {
    let ear = Ear::new();
    for name in HOSTILE {
        logged(LevelFilter::WARN, ear.form(), || tracing::warn!(name, "{name}"));
        let heard = ear.heard().expect("a message");
        assert_eq!(heard["PRIORITY"], "4", "{heard:?}");
        assert_eq!(heard["MESSAGE"], heard["VMSYNC_NAME"], "{heard:?}");
        assert!(!heard["MESSAGE"].contains('\u{1b}'), "{heard:?}");
    }
}

#[test]
fn long_messages_are_cut_where_the_journal_takes_no_more() {
    let ear = Ear::new();
    let long = "ü".repeat(200_000);
    let on_stderr = logged(LevelFilter::WARN, ear.form(), || {
        tracing::warn!(first = %long, second = %long, "x{long}");
    });
    assert_eq!(on_stderr, "");
    let heard = ear.heard().expect("a message");
    for (name, length) in [("MESSAGE", 32_767), ("VMSYNC_FIRST", 32_768), ("VMSYNC_SECOND", 32_768)] {
        let text = heard[name].strip_suffix('…').expect("cut");
        assert_eq!(text.len(), length, "{name}");
    }
}

#[test]
fn what_the_journal_does_not_take_goes_to_stderr() {
    let ear = Ear::new();
    let form = ear.form();
    let path = ear.directory.path().join("socket");
    drop(ear.socket);
    let text = logged(LevelFilter::WARN, form, || {
        tracing::warn!("while it is away");
        std::fs::remove_file(&path).expect("the old socket");
        let restarted = UnixDatagram::bind(&path).expect("a socket");
        tracing::warn!("when it is back");
        let length = restarted.recv(&mut [0; 1 << 12]).expect("a message");
        assert!(length > 0);
    });
    assert!(text.ends_with(" WARN run=1f0c52d4 while it is away\n"), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[test]
fn a_journal_that_hangs_holds_nothing_up() {
    let ear = Ear::new();
    let begun = std::time::Instant::now();
    let text = logged(LevelFilter::WARN, ear.form(), || {
        let full = UnixDatagram::unbound().expect("a socket");
        full.set_nonblocking(true).expect("a setting");
        while full
            .send_to(b"MESSAGE=full\n", ear.directory.path().join("socket"))
            .is_ok()
        {}
        tracing::warn!("late");
    });
    assert!(text.contains("late"), "{text}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(5));
}

#[test]
fn a_journal_that_is_not_there_is_found_out() {
    assert!(Journal::open(Path::new("/nowhere/socket").to_owned()).is_err());
}

#[test]
fn only_the_stream_that_the_journal_gave_is_its_own() {
    for (variable, expected) in [
        ("9:4711", true),
        ("9:4712", false),
        ("8:4711", false),
        ("9", false),
        ("9:", false),
        ("", false),
        ("9:4711:1", false),
        ("9:0x1267", false),
    ] {
        assert_eq!(journal::is_stream(variable, 9, 4711), expected, "{variable}");
    }
    assert_eq!(choose(Some(LogFormat::Json)), LogFormat::Json);
}
