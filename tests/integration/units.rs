//! `vmsync units`, as systemd understands what it makes, and a pass as the service would make it.

use crate::support::{Output, VmsyncCommand, find_binary};
use simulator::{Config, Simulator, VmSpec};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use vmsync::units::{Account, Rights, UnitFacts, render};

const REMEDY: &str = "VMSYNC_WRITE=1 ./tests/run units";
const FILES: [&str; 2] = ["vmsync.service", "vmsync.timer"];

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What systemd-analyze says, and whether it ended well.
fn analyze(words: &[&str], folder: &Path, files: &[&str]) -> (bool, String) {
    let binary = find_binary("VMSYNC_TEST_SYSTEMD_ANALYZE", "systemd-analyze");
    let output = Command::new(binary)
        .args(words)
        .args(files.iter().map(|name| folder.join(name)))
        .env("SYSTEMD_COLORS", "0")
        .output()
        .expect("systemd-analyze runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// It says "ignoring" of what it does not understand, and ends well all the same.
#[track_caller]
pub fn assert_verified(folder: &Path) {
    let (ok, text) = analyze(&["verify", "--man=no"], folder, &FILES);
    assert!(ok && text.is_empty(), "{text}");
}

#[track_caller]
fn assert_hardened(folder: &Path) {
    let (ok, text) = analyze(&["security", "--offline=yes", "--no-pager"], folder, &FILES[..1]);
    let exposure = text
        .rsplit("vmsync.service: ")
        .next()
        .and_then(|rest| rest.split(' ').next());
    let exposure: Option<f32> = exposure.and_then(|number| number.parse().ok());
    assert!(
        ok && exposure.is_some_and(|exposure| exposure <= 1.2),
        "{exposure:?}\n{text}"
    );
}

/// Writes the units of a home's `sync.yaml` below it.
#[track_caller]
fn write_units(vmsync: &VmsyncCommand) -> (PathBuf, Output) {
    let folder = vmsync.home().join("units");
    fs::create_dir_all(&folder).expect("a folder");
    let output = vmsync.run(&["units", "--dir", "units"]);
    output.assert_code(0);
    (folder, output)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_examples_are_what_it_makes_of_the_example() {
    let vmsync = VmsyncCommand::with_config(&read(&project("examples/sync.yaml")));
    for name in ["esx1.password", "vcenter.password"] {
        vmsync.write(name, "secret\n");
    }
    let (folder, _) = write_units(&vmsync);
    for name in FILES {
        let made = without_notes(&read(&folder.join(name))).replace(env!("CARGO_BIN_EXE_vmsync"), "/usr/bin/vmsync");
        let home = vmsync.home().to_str().expect("a plain path");
        assert_example("examples/systemd", name, &made.replace(home, "/etc/vmsync"));
    }
}

/// A note is a comment of some lines; here it says that a home of a test is hidden from services.
fn without_notes(unit: &str) -> String {
    let mut is_note = false;
    let is_kept = |line: &&str| {
        is_note = line.starts_with("# Note: ") || is_note && line.starts_with("# ");
        !is_note
    };
    unit.split_inclusive('\n').filter(is_kept).collect()
}

/// Nobody knows yet whose secrets they will need.
#[test]
fn the_units_of_the_package_are_those_without_secrets() {
    let made = render(&UnitFacts {
        program: "/usr/bin/vmsync".into(),
        config: "/etc/vmsync/sync.yaml".into(),
        user: Account::find("vmsync:x:990:990::/var/lib/vmsync:/usr/sbin/nologin"),
        config_rights: Rights {
            mode: 0o640,
            uid: 0,
            gid: 990,
        },
        needed: Vec::new(),
        interval: Duration::from_mins(2),
        deadline: Duration::from_mins(10),
        metrics_file: None,
        store: Some("/var/lib/vmsync/vmsync.db".into()),
        secrets: Vec::new(),
    })
    .expect("systemd can start it");
    assert_example("examples/debian", FILES[0], &made.service);
    assert_example("examples/debian", FILES[1], &made.timer);
}

#[track_caller]
fn assert_example(directory: &str, name: &str, made: &str) {
    let path = project(directory).join(name);
    if std::env::var_os("VMSYNC_WRITE").is_some_and(|value| value == "1") {
        fs::write(&path, made).expect("a file of the checkout");
    }
    let same = read(&path) == made;
    assert!(
        same,
        "{} is not what `vmsync units` makes; run: {REMEDY}\n{made}",
        path.display()
    );
}

/// The example's own program is not there, the one of this build is.
#[test]
fn systemd_understands_the_examples_and_finds_them_hardened() {
    for directory in ["examples/systemd", "examples/debian"] {
        let folder = tempfile::tempdir().expect("a folder");
        for name in FILES {
            let text = read(&project(directory).join(name));
            let text = text.replace("/usr/bin/vmsync", env!("CARGO_BIN_EXE_vmsync"));
            fs::write(folder.path().join(name), text).expect("written");
        }
        assert_verified(folder.path());
        assert_hardened(folder.path());
    }
    let timer = read(&project("examples/systemd/vmsync.timer"));
    assert!(
        timer.contains("\nOnActiveSec=0\n") && timer.contains("\nAccuracySec=1s\n"),
        "{timer}"
    );
}

const ODD: &str = "
esxi_hosts:
  - {host: esx1, username: u, password: inline-secret}
  - {host: esx2, username: u, password_env: ESX2}
  - {host: esx3, username: u, password_file: \"my $HOME \\\"100%\\\" \\\\ pw\"}
  - {host: esx4, username: u, password_file: ../elsewhere/pw}
  - {host: esx5, port: 8443, username: u}
  - {host: esx6, name: \"a 50% 'b' $x\", username: u}
store: {sqlite: '/srv/odd \"store\" %n/vms.db'}
sync: {interval: 90500ms, deadline: 5m}
";

#[test]
fn systemd_understands_odd_names_paths_and_secrets() {
    let vmsync = VmsyncCommand::new().env("ESX2", "secret-of-a-variable");
    let config = "odd $HOME %n \"etc\"/sync it.yaml";
    vmsync.write(config, ODD);
    vmsync.write("odd $HOME %n \"etc\"/my $HOME \"100%\" \\ pw", "secret-of-a-file");
    vmsync.write("elsewhere/pw", "secret-of-a-file");
    let folder = vmsync.home().join("units");
    fs::create_dir(&folder).expect("a folder");
    let output = vmsync.run(&["units", "--dir", "units", "--config", config]);
    output
        .assert_code(0)
        .assert_stdout("next: do what the notes in units/vmsync.service say\nthen: systemctl daemon-reload");
    assert_verified(&folder);
    assert_hardened(&folder);
    let service = read(&folder.join("vmsync.service"));
    let home = vmsync.home().display();
    for line in [
        format!(
            "ExecStart={} sync all --config \"{home}/odd $$HOME %%n \\\"etc\\\"/sync it.yaml\"",
            env!("CARGO_BIN_EXE_vmsync")
        ),
        "#LoadCredential=source.esx1.password:/etc/vmsync/credentials/source.esx1.password".to_owned(),
        "#LoadCredential=source.esx2.password:/etc/vmsync/credentials/source.esx2.password".to_owned(),
        format!("LoadCredential=source.esx3.password:{home}/odd $HOME %%n \"etc\"/my $HOME \"100%%\" \\ pw"),
        format!("LoadCredential=source.esx4.password:{home}/elsewhere/pw"),
        "LoadCredential=source.a 50%% 'b' $x.password:/etc/vmsync/credentials/source.a 50%% 'b' $x.password".to_owned(),
        "TimeoutStartSec=360".to_owned(),
    ] {
        assert!(service.lines().any(|found| found == line), "{line}\n{service}");
    }
    assert!(read(&folder.join("vmsync.timer")).contains("\nOnUnitActiveSec=90500ms\n"));
    output.assert_stderr("source.esx5:8443.password: systemd hands over nothing with such an id");
    output.assert_stderr("source.esx2.password: the service does not have the variable ESX2");
    output.assert_stderr("give store.sqlite another");
    output.assert_stderr("source.a 50% 'b' $x.password is nowhere yet: put it into /etc/vmsync/credentials/source.a");
    output.assert_stderr("the user vmsync cannot read ");
    for text in [&service, &output.stderr, &output.stdout] {
        assert!(!text.contains("inline-secret") && !text.contains("secret-of"), "{text}");
    }
}

#[test]
fn they_replace_what_is_there_readable_by_all_or_leave_everything() {
    let vmsync = VmsyncCommand::with_config("esxi_hosts: [{host: esx1, username: u}]\n");
    vmsync.write("units/vmsync.service", "old");
    let (folder, output) = write_units(&vmsync);
    output.assert_stdout("wrote units/vmsync.service\nwrote units/vmsync.timer\n");
    for name in FILES {
        let mode = fs::metadata(folder.join(name)).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o644, "{name}");
    }
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 2);
    let printed = vmsync.run(&["units", "-q"]);
    let expected = format!(
        "# ==== vmsync.service ====\n{}\n# ==== vmsync.timer ====\n{}",
        read(&folder.join(FILES[0])),
        read(&folder.join(FILES[1]))
    );
    assert_eq!(printed.assert_code(0).stdout, expected);
    assert_eq!(printed.stderr, "");

    let nowhere = vmsync.run(&["units", "--dir", "nowhere"]);
    nowhere
        .assert_code(2)
        .assert_stderr("failed to write nowhere/vmsync.service")
        .assert_told("\nhint: ");
    // A unit that is masked is a link to /dev/null.
    fs::remove_file(folder.join(FILES[1])).expect("removed");
    std::os::unix::fs::symlink("/dev/null", folder.join(FILES[1])).expect("a link");
    vmsync.write("units/vmsync.service", "old");
    vmsync
        .run(&["units", "--dir", "units"])
        .assert_code(2)
        .assert_stderr("it is no regular file");
    assert_eq!(read(&folder.join(FILES[0])), "old");
    vmsync.write("sync.yaml", "esxi_hosts: []\n");
    vmsync
        .run(&["units"])
        .assert_code(78)
        .assert_stderr("there is no source");
}

#[test]
fn it_says_what_is_here_and_will_not_be_there() {
    let config = "
esxi_hosts: [{host: esx1, username: u, password_file: absent}, {host: esx2, username: u, password_env: ABSENT}]
mongodb: {uri: \"mongodb://u:hidden-1@%2Ftmp%2Fmongodb-27017.sock/admin\"}
redis: {url: \"unix:///root/redis.sock?pass=hidden-2\"}
";
    let simulator = Simulator::start_in_background(Config::esxi("esx1")).expect("the simulator starts");
    let authority = tempfile::NamedTempFile::new_in("/tmp").expect("a file");
    fs::write(&authority, simulator.certificate_pem()).expect("written");
    let path = authority.path().display();
    let vmsync = VmsyncCommand::with_config(&format!("{config}tls: {{ca_file: {path}}}\n"))
        .env("VMSYNC_SYNC_INTERVAL", "7m")
        .env("VMSYNC_STORE_SQLITE", "/srv/x.db")
        .env("VMSYNC_MONGODB_DB", "");
    let (folder, output) = write_units(&vmsync);
    for text in [
        "the service will not have $VMSYNC_STORE_SQLITE, $VMSYNC_SYNC_INTERVAL; let the configuration say",
        "source.esx1.password is nowhere yet",
        "source.esx2.password is nowhere yet",
        &format!("tls.ca_file {path} is hidden from the service, as all of /tmp is; move it"),
        "the socket of MongoDB /tmp/mongodb-27017.sock is hidden from the service",
        "the socket of Redis /root/redis.sock is hidden from the service",
    ] {
        output.assert_stderr(text);
    }
    assert!(read(&folder.join(FILES[1])).contains("\nOnUnitActiveSec=120\n"));
    for text in [&read(&folder.join(FILES[0])), &output.stderr] {
        assert!(!text.contains("hidden-"), "{text}");
    }
}

/// systemd itself cannot be had in a test: this is the environment that it makes, as far as a process can see it.
#[test]
fn a_pass_as_the_service_makes_it() {
    let config = Config::esxi("esx1").credentials("root", "right");
    let simulator = Simulator::start_in_background(config).expect("the simulator starts");
    simulator.inventory(|inventory| inventory.add_vm(&VmSpec::new("web-1")));
    let vmsync = VmsyncCommand::with_config(&format!(
        "esxi_hosts: [{{name: esx1, host: 127.0.0.1, port: {}, username: root, password_file: absent, tls: {{fingerprint_sha256: \"{}\"}}}}]\n",
        simulator.port(),
        simulator.fingerprint_sha256()
    ));
    let service = read(&write_units(&vmsync).0.join(FILES[0]));
    let command = service
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="))
        .expect("a command");
    let credential = vmsync.write("credentials/source.esx1.password", "right");
    for path in [vmsync.home().join("sync.yaml"), credential] {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).expect("read-only");
    }
    let state = vmsync.home().join("lib");
    fs::create_dir_all(state.join("vmsync")).expect("the state directory");
    let output = Command::new("/bin/sh")
        .args(["-c", &format!("umask 0077; exec {command}")])
        .current_dir("/")
        .env_clear()
        .env("XDG_STATE_HOME", &state)
        .env("CREDENTIALS_DIRECTORY", vmsync.home().join("credentials"))
        .output()
        .expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        (output.status.code(), &*output.stdout, &*stderr),
        (Some(0), &b""[..], "")
    );
    let store = state.join("vmsync/vmsync.db");
    let mode = fs::metadata(&store).expect("the store").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
