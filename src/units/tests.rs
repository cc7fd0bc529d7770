//! What the units say. That systemd understands it is seen in `tests/integration/units.rs`.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use super::*;

fn rights(mode: u32, uid: u32, gid: u32) -> Rights {
    Rights { mode, uid, gid }
}

fn facts() -> UnitFacts {
    UnitFacts {
        program: "/usr/bin/vmsync".into(),
        config: "/etc/vmsync/sync.yaml".into(),
        user: Account::find("vmsync:x:990:991::/var/lib/vmsync:/usr/sbin/nologin"),
        config_rights: rights(0o640, 0, 991),
        needed: Vec::new(),
        interval: Duration::from_mins(2),
        deadline: Duration::from_mins(10),
        store: None,
        metrics_file: None,
        secrets: Vec::new(),
    }
}

fn secret(id: &str, place: Place) -> UnitFacts {
    let id = id.to_owned();
    UnitFacts {
        secrets: vec![SecretFact { id, place }],
        ..facts()
    }
}

fn rendered(facts: &UnitFacts) -> Units {
    render(facts).expect("systemd can start it")
}

/// The values of a key that is not commented out.
fn values<'unit>(unit: &'unit str, key: &str) -> Vec<&'unit str> {
    let value = |line: &'unit str| line.strip_prefix(key)?.strip_prefix('=');
    unit.lines().filter_map(value).collect()
}

/// The one `LoadCredential=`, or the one that is commented out.
fn credential(id: &str, place: Place) -> (String, Vec<String>) {
    let units = rendered(&secret(id, place));
    let line = units.service.lines().find(|line| line.contains("LoadCredential="));
    (line.unwrap_or_default().to_owned(), units.warnings)
}

#[test]
fn the_times_are_those_of_the_configuration() {
    let units = rendered(&facts());
    assert_eq!(values(&units.timer, "OnActiveSec"), ["0"]);
    assert_eq!(values(&units.timer, "OnUnitActiveSec"), ["120"]);
    assert_eq!(values(&units.timer, "AccuracySec"), ["1s"]);
    assert_eq!(values(&units.timer, "RandomizedDelaySec"), ["6"]);
    assert_eq!(values(&units.service, "TimeoutStartSec"), ["660"]);
    assert_eq!(values(&units.service, "SuccessExitStatus"), ["75"]);
    assert!(units.warnings.is_empty(), "{:?}", units.warnings);
    let odd = rendered(&UnitFacts {
        interval: Duration::from_millis(90_500),
        deadline: Duration::from_millis(1_001),
        ..facts()
    });
    assert_eq!(values(&odd.timer, "OnUnitActiveSec"), ["90500ms"]);
    assert_eq!(values(&odd.service, "TimeoutStartSec"), ["62"]);
    let rare = rendered(&UnitFacts {
        interval: Duration::from_hours(24),
        ..facts()
    });
    assert_eq!(values(&rare.timer, "RandomizedDelaySec"), ["60"]);
}

#[test]
fn the_folder_of_the_metrics_may_be_written() {
    let with = |file: &str| {
        rendered(&UnitFacts {
            metrics_file: Some(file.into()),
            ..facts()
        })
    };
    assert!(values(&rendered(&facts()).service, "ReadWritePaths").is_empty());
    let units = with("/var/lib/prometheus/node-exporter/vmsync.prom");
    let folder = "-/var/lib/prometheus/node-exporter";
    assert_eq!(values(&units.service, "ReadWritePaths"), [folder]);
    assert!(units.warnings.is_empty(), "{:?}", units.warnings);
    let hidden = with("/home/me/vmsync.prom");
    assert!(hidden.warnings[0].starts_with("the metrics file /home/me/vmsync.prom is hidden from the service"));
}

#[test]
fn each_place_of_a_secret_has_its_line() {
    let (line, warnings) = credential("redis.password", Place::File("/etc/vmsync/redis pw 100%".into()));
    assert_eq!(line, "LoadCredential=redis.password:/etc/vmsync/redis pw 100%%");
    assert!(warnings.is_empty());
    let usual = "LoadCredential=source.a b%%c.password:/etc/vmsync/credentials/source.a b%%c.password";
    let id = "source.a b%c.password";
    assert_eq!(credential(id, Place::Credential), (usual.to_owned(), Vec::new()));
    assert_eq!(credential(id, Place::Inline), (format!("#{usual}"), Vec::new()));
    let (line, warnings) = credential(id, Place::Missing);
    assert_eq!(line, usual);
    let expected = "source.a b%c.password is nowhere yet: put it into /etc/vmsync/credentials/source.a b%c.password \
                    (0600, root) before starting, or where the configuration says and make the units again";
    assert_eq!(warnings, [expected]);
    let (line, warnings) = credential(id, Place::Variable("PASSWORD".into()));
    assert_eq!(line, format!("#{usual}"));
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].starts_with("source.a b%c.password: the service does not have the variable PASSWORD;"));
}

#[test]
fn what_systemd_would_ignore_is_a_remark() {
    let long = "x".repeat(256);
    for id in [
        "source.esx1:8443.password",
        "source.büro.password",
        "source.a\\b.password",
        &*long,
        "",
    ] {
        for place in [
            Place::Credential,
            Place::Missing,
            Place::Inline,
            Place::File("/etc/pw".into()),
            Place::Variable("X".into()),
        ] {
            let (line, warnings) = credential(id, place);
            assert_eq!((line.as_str(), warnings.len()), ("", 1), "{id}");
            assert!(warnings[0].contains("give the source a `name`"), "{warnings:?}");
        }
    }
    for path in ["/etc/pw ", "/etc/pw\\", "/etc/p\nw"] {
        let (line, warnings) = credential("redis.url", Place::File(path.into()));
        assert_eq!(line, "#LoadCredential=redis.url:/etc/vmsync/credentials/redis.url");
        assert!(warnings[0].contains("cannot be written in a unit"), "{warnings:?}");
    }
}

#[test]
fn a_path_is_written_so_that_systemd_reads_it_again() {
    let config = OsString::from_vec(b"/etc/a \"b\" $c %d \\ \n \xff.yaml".to_vec());
    let units = rendered(&UnitFacts {
        program: "/opt/vm sync/100%/$x".into(),
        config: config.into(),
        ..facts()
    });
    let expected = r#""/opt/vm sync/100%%/$x" sync all --config "/etc/a \"b\" $$c %%d \\ \x0a \xff.yaml""#;
    assert_eq!(values(&units.service, "ExecStart"), [expected]);
    // Nor does it begin a line of its own where it is only told.
    assert!(units.service.contains("\\n"), "{}", units.service);
    for program in ["/opt/it's/vmsync", "/opt/\"/vmsync", "/opt/\\/vmsync", "/opt/\n/vmsync"] {
        let program = program.into();
        let error = render(&UnitFacts { program, ..facts() }).expect_err("systemd starts no such program");
        assert!(
            error.to_string().contains("\nhint: copy vmsync to /usr/local/bin"),
            "{error}"
        );
    }
}

#[test]
fn the_store_is_where_the_service_may_write() {
    let at = |path: &str| {
        rendered(&UnitFacts {
            store: Some(path.into()),
            ..facts()
        })
    };
    assert_eq!(values(&rendered(&facts()).service, "StateDirectory"), ["vmsync"]);
    let usual = at("/var/lib/vmsync/vmsync.db");
    assert_eq!(values(&usual.service, "StateDirectory"), ["vmsync"]);
    assert_eq!(
        values(&at("/var/lib/portal/vms/x.db").service, "StateDirectory"),
        ["portal/vms"]
    );
    assert!(usual.warnings.is_empty(), "{:?}", usual.warnings);
    for (path, folder) in [
        ("/srv/vmsync/x.db", "/srv/vmsync"),
        ("/srv/my vms 5%/x.db", "\"/srv/my vms 5%%\""),
        ("/var/lib/x.db", "/var/lib"),
        ("/var/lib/my vms/x.db", "\"/var/lib/my vms\""),
    ] {
        let units = at(path);
        assert_eq!(values(&units.service, "ReadWritePaths"), [folder]);
        assert!(values(&units.service, "StateDirectory").is_empty());
        assert!(
            units.warnings[0].contains("has to exist and to belong to the user vmsync"),
            "{:?}",
            units.warnings
        );
    }
    for path in ["/var/lib/private/vmsync/x.db", "/var/lib/private/x.db"] {
        let private = at(path);
        assert_eq!(values(&private.service, "StateDirectory"), ["vmsync"]);
        let expected = format!(
            "the embedded store {path} is hidden from the service, as all of /var/lib/private is; move it, say to \
             /var/lib/vmsync"
        );
        assert_eq!(private.warnings, [expected]);
    }
    let odd = at("/srv/it's/x.db");
    assert!(values(&odd.service, "ReadWritePaths").is_empty());
    assert!(
        odd.warnings[0].contains("give store.sqlite another"),
        "{:?}",
        odd.warnings
    );
}

#[test]
fn what_the_service_cannot_see_is_a_remark() {
    let units = rendered(&UnitFacts {
        program: "/root/.cargo/bin/vmsync".into(),
        config: "/home/me/sync.yaml".into(),
        store: Some("/tmp/vmsync.db".into()),
        needed: vec![
            ("tls.ca_file".to_owned(), "/root/ca.pem".into()),
            ("the socket of Redis".to_owned(), "/run/redis.sock".into()),
        ],
        ..facts()
    });
    let expected = [
        "the program /root/.cargo/bin/vmsync is hidden from the service, as all of /root is; move it, say to \
         /usr/local/bin",
        "the configuration /home/me/sync.yaml is hidden from the service, as all of /home is; move it, say to /etc/vmsync",
        "tls.ca_file /root/ca.pem is hidden from the service, as all of /root is; move it, say to /etc/vmsync or /run",
        "the embedded store /tmp/vmsync.db is hidden from the service, as all of /tmp is; move it, say to /var/lib/vmsync",
    ];
    assert_eq!(units.warnings, expected);
    assert_eq!(values(&units.service, "StateDirectory"), ["vmsync"]);
    assert!(values(&units.service, "ReadWritePaths").is_empty());
    assert_eq!(hidden_by(Path::new("/homes/x")), None);
}

#[test]
fn no_line_of_a_comment_is_longer_than_the_page() {
    let long = "/srv/".to_owned() + &"folder ".repeat(60);
    let units = rendered(&UnitFacts {
        config: long.into(),
        ..secret(
            "source.esx1:8443.password",
            Place::File("/etc/vmsync/esx1.password".into()),
        )
    });
    for line in units.service.lines().filter(|line| line.starts_with("# ")) {
        assert!(line.chars().count() <= 120, "{line}");
    }
}

#[test]
fn the_user_has_to_be_there_and_to_read_the_configuration() {
    let with = |user, config_rights| {
        let units = rendered(&UnitFacts {
            user,
            config_rights,
            ..facts()
        });
        assert_eq!(values(&units.service, "User"), ["vmsync"]);
        assert!(values(&units.service, "DynamicUser").is_empty());
        units.warnings
    };
    let user = facts().user;
    assert!(user.is_some());
    for readable in [rights(0o640, 0, 991), rights(0o100_644, 0, 0), rights(0o400, 990, 0)] {
        assert!(with(user, readable).is_empty(), "{readable:?}");
    }
    let unreadable = "the user vmsync cannot read /etc/vmsync/sync.yaml; before starting: chown root:vmsync \
                      /etc/vmsync/sync.yaml && chmod 0640 /etc/vmsync/sync.yaml";
    for private in [
        rights(0o600, 0, 0),
        rights(0o640, 0, 0),
        rights(0o604, 0, 991),
        rights(0o044, 990, 0),
    ] {
        assert_eq!(with(user, private), [unreadable], "{private:?}");
    }
    let absent = "there is no user vmsync on this system; before starting: useradd -r -U -d /var/lib/vmsync -s \
                  /usr/sbin/nologin vmsync";
    assert_eq!(with(None, rights(0o640, 0, 0)), [absent, unreadable]);
    assert_eq!(with(None, rights(0o644, 0, 0)), [absent]);
}

#[test]
fn the_user_is_found_by_its_whole_name() {
    assert_eq!(
        Account::find("root:x:0:0:root:/root:/bin/sh\nvmsync2:x:1:1::/:/bin/sh\n"),
        None
    );
    assert_eq!(Account::find("vmsync:x:many:1::/:/bin/sh"), None);
    assert_eq!(Account::find("vmsync:x"), None);
    let found = Account::find("root:x:0:0:root:/root:/bin/sh\nvmsync:x:990:991::/:/bin/sh\n");
    assert_eq!(found, facts().user);
}
