//! Files that are accepted, and what they come to.

use std::path::PathBuf;
use std::time::Duration;

use super::{World, notes, with_source};
use crate::config::{Config, Exclude, Guard, MongoAddress, NoteLevel, RedisAddress, SourceSection, StoreConfig, Tls};

/// The file of the service that vmsync replaces, as its documentation gives it.
const SEED: &str = r"esxi_hosts:
  - host: 192.168.198.17       # IP address of the ESXi host
    port: 443                  # HTTPS port for ESXi (default: 443)
    username: <USER>           # ESXi login username
    password: <PASSWORD>       # ESXi login password

mongodb:
  host: localhost              # MongoDB host (can be IP or hostname)
  port: 27017                  # MongoDB port
  username: <USER>             # MongoDB username
  password: <PASSWORD>         # MongoDB password
  db: esxi                     # Name of the MongoDB database
  collection: vms              # Collection where VM documents are stored

api_server:
  host: 0.0.0.0                # IP to bind the API server (0.0.0.0 for all interfaces)
  port: 4000                   # Port to expose the FastAPI service

sync:
  interval: 120                # Sync interval in seconds (how often VMs are re-synced)
  timeout: 30                  # Request timeout duration (in seconds)

endpoints:
  vm-group-service-rename-vm: http://vm-group-service/vms/group/rename-vms  # Endpoint for VM group renaming
  auth-service-rename-vm: http://auth-service/rename/vm                    # Endpoint for session renaming

redis:
  host: localhost              # Redis server hostname
  port: 6379                   # Redis server port
";

fn accepted(yaml: &str) -> Config {
    World::new().with_yaml(yaml).config()
}

fn beside_source(yaml: &str) -> Config {
    accepted(&with_source(yaml))
}

#[test]
fn the_file_of_the_service_being_replaced_is_accepted_unchanged() {
    let config = accepted(SEED);
    let [source] = &config.sources[..] else {
        panic!("one source")
    };
    assert_eq!((source.section, source.port), (SourceSection::EsxiHosts, 443));
    assert_eq!(
        (source.host.as_str(), source.name.as_str()),
        ("192.168.198.17", "192.168.198.17")
    );
    assert_eq!(
        (source.username.as_str(), source.password.expose()),
        ("<USER>", "<PASSWORD>")
    );
    assert_eq!(source.tls, Tls::SystemRoots);
    let StoreConfig::Mongo(mongo) = &config.store else {
        panic!("mongodb")
    };
    assert_eq!((mongo.database.as_str(), mongo.collection.as_str()), ("esxi", "vms"));
    assert_eq!(mongo.inventory_prefix, "vmsync_");
    let MongoAddress::Parts {
        host,
        port,
        login: Some((username, password)),
    } = &mongo.address
    else {
        panic!("parts")
    };
    assert_eq!((host.as_str(), *port), ("localhost", 27017));
    assert_eq!((username.as_str(), password.expose()), ("<USER>", "<PASSWORD>"));
    let vm_group = config.endpoints.vm_group.unwrap();
    assert_eq!(vm_group.as_str(), "http://vm-group-service/vms/group/rename-vms");
    assert_eq!(config.endpoints.auth.unwrap().as_str(), "http://auth-service/rename/vm");
    let redis = config.redis.unwrap();
    assert_eq!(redis.key_pattern, "[0-9A-Za-z]".repeat(30));
    assert_eq!(redis.address.redacted(), "redis://localhost:6379/0");
}

#[test]
fn what_is_not_used_any_more_is_noted_quietly() {
    let config = accepted(&format!("{SEED}  session_time: 3600\n"));
    assert!(config.notes.iter().all(|note| note.level == NoteLevel::Info));
    assert_eq!(
        notes(&config),
        [
            "sync.yaml:16:3: api_server: not used: vmsync is a command and serves no API",
            "sync.yaml:30:17: redis.session_time: not used: sessions keep the time to live that they have",
        ]
    );
}

#[test]
fn defaults_hold_where_nothing_is_written() {
    let config = beside_source("");
    let timing = config.timing;
    let seconds = [
        timing.interval,
        timing.call,
        timing.connect,
        timing.source_deadline,
        timing.deadline,
    ];
    assert_eq!(seconds.map(|span| span.as_secs()), [120, 30, 10, 120, 600]);
    assert_eq!(config.sources[0].guard, Guard::default());
    assert_eq!(config.sources[0].exclude, Exclude::default());
    assert_eq!(config.timezone.iana_name(), Some("Asia/Tokyo"));
    let state_dir = PathBuf::from("/home/operator/.local/state/vmsync");
    assert!(matches!(&config.store, StoreConfig::Sqlite { path } if *path == state_dir.join("vmsync.db")));
    assert_eq!(config.state_dir, Some(state_dir));
    assert!(config.redis.is_none() && config.endpoints.vm_group.is_none() && config.notes.is_empty());
}

#[test]
fn times_are_seconds_or_have_a_unit() {
    let cases = [
        ("40", 40_000),
        ("0", 0),
        ("1.5", 1500),
        ("500ms", 500),
        ("40s", 40_000),
        ("10m", 600_000),
        ("\"24h\"", 86_400_000),
        ("7d", 604_800_000),
        ("7 d", 604_800_000),
    ];
    for (written, milliseconds) in cases {
        let config = beside_source(&format!("guard: {{missing_for: {written}}}"));
        assert_eq!(
            config.sources[0].guard.missing_for,
            Duration::from_millis(milliseconds),
            "{written}"
        );
    }
}

#[test]
fn a_short_deadline_shortens_what_depends_on_it() {
    let timing = beside_source("sync: {deadline: 100, timeout: 4}").timing;
    assert_eq!((timing.source_deadline.as_secs(), timing.connect.as_secs()), (50, 4));
    assert_eq!(
        beside_source("sync: {source_deadline: 5m}")
            .timing
            .source_deadline
            .as_secs(),
        300
    );
}

#[test]
fn a_source_is_called_by_its_name_or_its_address() {
    let yaml = "vcenters:
  - {host: a, username: u, password: p}
  - {host: a, port: 8443, username: u, password: p}
  - {host: 'fe80::1', name: Berlin, port: 8443, username: u, password: p}
esxi_hosts:
  - {host: b, username: u, password: p}
";
    let names: Vec<String> = accepted(yaml).sources.into_iter().map(|source| source.name).collect();
    assert_eq!(names, ["b", "a", "a:8443", "Berlin"]);
}

#[test]
fn exclude_adds_up_and_guard_goes_from_the_source_to_the_top() {
    let yaml = "esxi_hosts:
  - {host: a, username: u, password: p, exclude: {name: [own], folder: /x}, guard: {min: 7}}
  - {host: b, username: u, password: p, exclude: {templates: false}}
exclude: {name: [top], templates: true}
guard: {min: 6, orphan_percent: 0, missing_for: 1h}
";
    let sources = accepted(yaml).sources;
    let own = Exclude {
        names: vec!["top".into(), "own".into()],
        folders: vec!["/x".into()],
        templates: true,
    };
    assert_eq!(sources[0].exclude, own);
    assert_eq!(
        sources[1].exclude,
        Exclude {
            names: vec!["top".into()],
            folders: vec![],
            templates: true
        }
    );
    let top = Guard {
        min: 6,
        orphan_percent: 0,
        missing_for: Duration::from_hours(1),
        ..Guard::default()
    };
    assert_eq!((sources[0].guard, sources[1].guard), (Guard { min: 7, ..top }, top));
}

#[test]
fn certificates_are_judged_by_the_sources_own_tls_or_the_one_on_top() {
    let (digits, colons) = ("0123456789abcdef".repeat(4), ["AB"; 32].join(":"));
    let yaml = format!(
        "tls: {{verify: false}}
esxi_hosts:
  - {{host: a, username: u, password: p, tls: {{fingerprint_sha256: [{digits}, '{colons}'], verify: true}}}}
  - {{host: b, username: u, password: p, tls: {{ca_file: ca.pem}}}}
  - {{host: c, username: u, password: p, tls: {{verify: true}}}}
  - {{host: d, username: u, password: p}}
  - {{host: e, username: u, password: p, tls: {{fingerprint_sha256: {}}}}}
",
        "1".repeat(64)
    );
    let pem = "-----BEGIN CERTIFICATE-----\n";
    let world = World::new().with_yaml(&yaml).with_file("ca.pem", pem, 0o644);
    let config = world.config();
    let Tls::Fingerprints(pins) = &config.sources[0].tls else {
        panic!("pins")
    };
    assert_eq!(
        (pins[0][..8].to_vec(), pins[1]),
        (vec![1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef], [0xab; 32])
    );
    assert_eq!(
        config.sources[1].tls,
        Tls::CaFile {
            path: world.path("ca.pem"),
            pem: pem.into()
        }
    );
    assert_eq!(
        (&config.sources[2].tls, &config.sources[3].tls),
        (&Tls::SystemRoots, &Tls::Unverified)
    );
    assert_eq!(config.sources[4].tls, Tls::Fingerprints(vec![[0x11; 32]]));
    assert_eq!(
        notes(&config),
        ["the certificates of these sources are not verified: d; `vmsync check --print-pins` prints what pins them"]
    );
    assert_eq!(config.notes[0].level, NoteLevel::Warning);
}

#[test]
fn an_alias_stands_for_its_value() {
    let yaml = "esxi_hosts:
  - {host: a, username: u, password: &p secret}
  - {host: b, username: u, password: *p}
";
    assert_eq!(accepted(yaml).sources[1].password.expose(), "secret");
}

#[test]
fn the_store_file_lies_where_it_is_said_or_in_the_state_directory() {
    let path_in = |world: World, yaml: &str| match world.with_yaml(&with_source(yaml)).config().store {
        StoreConfig::Sqlite { path } => path,
        StoreConfig::Mongo(_) => panic!("sqlite"),
    };
    assert_eq!(
        path_in(World::new(), "store: {sqlite: /a/b.db}"),
        PathBuf::from("/a/b.db")
    );
    let world = World::new();
    let beside = world.path("b.db");
    assert_eq!(path_in(world, "store: {sqlite: b.db}"), beside);
    let state = |world| path_in(world, "store:\n");
    assert_eq!(
        state(World::new().with_var("XDG_STATE_HOME", "/s")),
        PathBuf::from("/s/vmsync/vmsync.db")
    );
    assert_eq!(
        state(World {
            is_root: true,
            ..World::new()
        }),
        PathBuf::from("/var/lib/vmsync/vmsync.db")
    );
    let root = World {
        is_root: true,
        ..World::new().with_var("XDG_STATE_HOME", "/s")
    };
    assert_eq!(state(root), PathBuf::from("/s/vmsync/vmsync.db"));
    let relative = World::new().with_var("XDG_STATE_HOME", "s");
    assert_eq!(
        state(relative),
        PathBuf::from("/home/operator/.local/state/vmsync/vmsync.db")
    );
}

#[test]
fn addresses_show_no_password() {
    let mongo = |yaml: &str| match beside_source(&format!("mongodb: {{{yaml}}}")).store {
        StoreConfig::Mongo(mongo) => mongo.redacted(),
        StoreConfig::Sqlite { .. } => panic!("mongodb"),
    };
    assert_eq!(
        mongo("host: h, username: u, password: secret"),
        "mongodb://u@h:27017/esxi"
    );
    assert_eq!(mongo("host: '::1', port: 1"), "mongodb://[::1]:1/esxi");
    assert_eq!(
        mongo("host: h, username: '', password: '', db: x"),
        "mongodb://h:27017/x"
    );
    assert_eq!(
        mongo("uri: 'mongodb://u:s%40@a:1,b/admin?x=y'"),
        "mongodb://u@a:1,b/esxi"
    );
    assert_eq!(mongo("uri: 'mongodb://secret@a'"), "mongodb://a/esxi");
    let redis = |yaml: &str| {
        beside_source(&format!("redis: {{{yaml}}}"))
            .redis
            .unwrap()
            .address
            .redacted()
    };
    assert_eq!(
        redis("host: h, username: u, password: secret, db: 3"),
        "redis://u@h:6379/3"
    );
    assert_eq!(redis("url: 'rediss://:secret@h:1/2'"), "rediss://h:1/2");
    assert_eq!(
        redis("url: 'unix:///run/redis.sock?db=1&pass=secret'"),
        "unix:///run/redis.sock"
    );
}

#[test]
fn an_address_that_is_no_uri_shows_nothing() {
    use crate::config::Secret;
    for uri in [
        "secret",
        "mongodb://u:sec/ret@h",
        "mongodb://u:sec@ret@h",
        "x://secret@h:port",
        "://",
        "mongodb://",
    ] {
        let secret = || Secret::new(uri.to_owned());
        assert_eq!(MongoAddress::Uri(secret()).redacted(), "mongodb.uri", "{uri}");
        assert_eq!(RedisAddress::Url(secret()).redacted(), "redis.url", "{uri}");
    }
}

#[test]
fn a_metrics_file_starts_at_the_directory_of_the_configuration_and_ends_in_prom() {
    let world = World::new().with_yaml(&with_source("metrics: {textfile: out/vmsync.prom}\n"));
    assert_eq!(world.config().metrics_file, Some(world.path("out/vmsync.prom")));
    let absolute = beside_source("metrics: {textfile: /run/vmsync.prom}\n");
    assert_eq!(absolute.metrics_file, Some("/run/vmsync.prom".into()));
    assert_eq!(beside_source("metrics: {}\n").metrics_file, None);
    for name in ["out/vmsync.txt", ".prom", "~/vmsync.prom"] {
        let problem = World::new()
            .with_yaml(&with_source(&format!("metrics: {{textfile: {name}}}\n")))
            .problems();
        assert_eq!(
            problem,
            "sync.yaml:3:21: metrics.textfile: not the name of a metrics file; accepted: a path that ends in .prom, as \
             node_exporter reads no other file"
        );
    }
}

#[test]
fn hosts_are_linked_by_the_fields_that_are_named_or_by_the_usual_ones() {
    let links = |yaml: &str| {
        beside_source(yaml)
            .host_links
            .map(|links| (links.collection, links.matched, links.set))
    };
    let named =
        |collection: &str, matched: &str, set: &str| Some((collection.to_owned(), matched.to_owned(), set.to_owned()));
    assert_eq!(links("mongodb: {host: h}\n"), None);
    assert_eq!(links("mongodb: {host: h}\nlinks:\n"), None);
    assert_eq!(
        links("mongodb: {host: h}\nlinks: {hosts: {collection: servers}}\n"),
        named("servers", "service_tag", "vcenter_host_id")
    );
    assert_eq!(
        links("mongodb: {host: h}\nlinks: {hosts: {collection: s, match: serial, set: host}}\n"),
        named("s", "serial", "host")
    );
}

#[test]
fn the_inventory_is_all_types_and_no_details_unless_it_is_said() {
    use crate::catalog::ObjectKind::{Alarm, Host};
    use crate::inventory::{Choice, Detail};
    let choice = |yaml: &str| World::new().with_yaml(&with_source(yaml)).config().inventory;
    assert_eq!(choice(""), Choice::default());
    assert_eq!(choice("inventory: {}"), Choice::default());
    let some = choice("inventory: {types: [alarms, hosts], details: [guest_net, devices]}");
    assert_eq!(some.kinds, [Host, Alarm].into());
    assert_eq!(some.details, [Detail::Devices, Detail::GuestNet].into());
    assert!(choice("inventory: {types: []}").kinds.is_empty());
    let every = choice(
        "inventory: {types: [hosts, clusters, datastores, networks, switches, alarms], details: [devices, snapshots, guest_net, guest_disk]}",
    );
    assert_eq!(
        (every.kinds, every.details),
        (Choice::default().kinds, Detail::ALL.into())
    );
    let set = World::new()
        .with_yaml(&with_source(""))
        .with_var("VMSYNC_INVENTORY_DETAILS", "devices, snapshots");
    assert_eq!(set.config().inventory.details.len(), 2);
}
