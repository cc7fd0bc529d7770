//! Files that are refused, with the very words.

use super::{World, with_source};

/// A whole file and the problems of it.
fn refused(yaml: &str, problems: &str) {
    assert_eq!(World::new().with_yaml(yaml).problems(), problems.trim_end(), "\n{yaml}");
}

/// One line after a source in lines 1 and 2, and its only problem without file and line.
fn refused_beside_source(yaml: &str, problem: &str) {
    refused(&with_source(yaml), &format!("sync.yaml:3:{problem}"));
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_file() {
    refused(
        r"esxi_hosts:
  - host: https://esx1
    prot: 443
    port: 70000
    username: 12
    password: 0x10
  - host: esx2
vcenter: []
mongodb:
  port: no
sync:
  timeout: 30 parsecs
  timezone: Europe/Berln
  deadline: 60
  source_deadline: 40s
",
        "\
sync.yaml:2:11: esxi_hosts[0].host: not a host; accepted: a DNS name or an IP address, without scheme and port
sync.yaml:3:5: esxi_hosts[0].prot: unknown key; accepted: host, port, name, username, password, password_file, password_env, tls, exclude, guard; did you mean 'port'?
sync.yaml:4:11: esxi_hosts[0].port: 70000 is out of range; accepted: a number from 1 to 65535
sync.yaml:5:15: esxi_hosts[0].username: a number must stand in quotes; accepted: text, in quotes if it looks like something else
sync.yaml:6:15: esxi_hosts[0].password: a number must stand in quotes; accepted: text, in quotes if it looks like something else
sync.yaml:7:5: esxi_hosts[1].username: missing; accepted: text, in quotes if it looks like something else
sync.yaml:7:5: esxi_hosts[1].password: missing; accepted: one of password, password_file, password_env
sync.yaml:8:1: vcenter: unknown key; accepted: esxi_hosts, vcenters, tls, exclude, guard, inventory, mongodb, store, redis, endpoints, links, sync, metrics, ping, api_server; did you mean 'vcenters'?
sync.yaml:10:3: mongodb.host: missing; accepted: a DNS name or an IP address, or uri instead
sync.yaml:10:9: mongodb.port: text does not fit; accepted: a number from 1 to 65535
sync.yaml:12:12: sync.timeout: not a time; accepted: seconds as a number, or a number with ms, s, m, h or d, from 1s to 1h
sync.yaml:13:13: sync.timezone: unknown time zone; accepted: an IANA name such as Europe/Berlin; did you mean 'Europe/Berlin'?
sync.yaml:15:20: sync.source_deadline: 40s is more than half of sync.deadline (1m); accepted: at most 30s, or a longer sync.deadline
",
    );
}

#[test]
fn a_file_without_sources_is_refused() {
    let problem = "sync.yaml:1:1: there is no source; accepted: at least one host under esxi_hosts or vcenters";
    for yaml in [
        "",
        "# nothing\n",
        "{}",
        "esxi_hosts:\n",
        "esxi_hosts: []\nvcenters: []\n",
        "\u{feff}sync: {}",
    ] {
        refused(yaml, problem);
    }
}

#[test]
fn what_is_not_yaml_is_refused_at_its_place() {
    let cases = [
        ("a: b: c", "5: a ':' stands where no key can be"),
        ("a: 'b", "4: a quotation mark is opened and not closed"),
        ("a: *b", "4: an alias (*) refers to nothing"),
        ("a: @b", "4: a value begins with a character that has a meaning in YAML"),
        (
            "a: \"\\q\"",
            "4: an escape (\\) within quotation marks has no meaning in YAML",
        ),
        ("a: \"b\" c", "8: something follows the closing quotation mark"),
        ("---\nb: 1", "1: a second YAML document begins here"),
        ("? [a]\n: b", "3: a key must be one word"),
        ("- a", "3: the indentation fits no line before"),
    ];
    for (yaml, problem) in cases {
        refused_beside_source(yaml, problem);
    }
}

#[test]
fn a_syntax_error_hints_at_quotes() {
    let error = World::new().with_yaml("a: @b").load().err().unwrap().to_string();
    assert!(
        error.contains("\nhint: put a value into quotes if it holds any of"),
        "{error}"
    );
}

#[test]
fn two_sorts_of_documents_never_share_a_collection() {
    let told = |yaml: &str| World::new().with_yaml(yaml).load().err().map(|error| error.to_string());
    let collision = told("mongodb: {host: a, collection: inv_hosts, inventory_prefix: inv_}").unwrap_or_default();
    let expected = "sync.yaml:1:61: mongodb.inventory_prefix: makes inv_hosts a collection of the inventory, which \
                    mongodb.collection (inv_hosts) takes already; accepted: a prefix other than those that lead to \
                    inv_hosts or inv_hosts_vmsync";
    assert!(collision.contains(expected), "{collision}");
    let by_default = told("mongodb: {host: a, collection: vmsync_alarms}").unwrap_or_default();
    assert!(
        by_default.contains("mongodb.inventory_prefix: makes vmsync_alarms a"),
        "{by_default}"
    );
    let apart = told("mongodb: {host: a, collection: vms, inventory_prefix: vms_}").unwrap_or_default();
    assert!(!apart.contains("inventory_prefix"), "{apart}");
}

#[test]
fn values_of_the_wrong_kind_are_refused() {
    let cases = [
        (
            "mongodb: 1",
            "10: mongodb: a number does not fit; accepted: a section with the keys uri, uri_file, uri_env, host, port, username, password, password_file, password_env, db, collection, inventory_prefix\nsync.yaml:3:10: mongodb.host: missing; accepted: a DNS name or an IP address, or uri instead",
        ),
        (
            "vcenters: {host: a}",
            "11: vcenters: a section does not fit; accepted: a list of sections, each begun by '- '",
        ),
        (
            "sync: {timezone: }",
            "16: sync.timezone: has no value (what follows a '#' is a comment); accepted: an IANA name such as Europe/Berlin",
        ),
        (
            "sync: {timeout: !!int 3}",
            "17: sync.timeout: a value with a YAML tag (!) does not fit; accepted: seconds as a number, or a number with ms, s, m, h or d, from 1s to 1h",
        ),
        (
            "sync: {timeout: 2h}",
            "17: sync.timeout: 2h is out of range; accepted: seconds as a number, or a number with ms, s, m, h or d, from 1s to 1h",
        ),
        (
            "sync: {interval: 0}",
            "18: sync.interval: 0 is out of range; accepted: seconds as a number, or a number with ms, s, m, h or d, from 1s to 365d",
        ),
        (
            "guard: {missing_for: \"24\"}",
            "22: guard.missing_for: not a time; accepted: seconds as a number, or a number with ms, s, m, h or d, from 0s to 365d",
        ),
        (
            "guard: {min: -1}",
            "14: guard.min: -1 is out of range; accepted: a number from 0 to 1000000",
        ),
        (
            "guard: {orphan_percent: 101}",
            "25: guard.orphan_percent: 101 is out of range; accepted: a number from 0 to 100",
        ),
        (
            "exclude: {templates: no}",
            "22: exclude.templates: text does not fit; accepted: true or false",
        ),
        (
            "exclude: {name: [x, 1]}",
            "21: exclude.name[1]: a number must stand in quotes; accepted: a list of patterns with * and ?",
        ),
        (
            "inventory: {types: [hosts, datastore]}",
            "28: inventory.types[1]: 'datastore' is unknown here; accepted: a list of any of hosts, clusters, datastores, networks, switches, alarms; did you mean 'datastores'?",
        ),
        (
            "exclude: {folder: [Lab]}",
            "20: exclude.folder[0]: a pattern that can fit nothing; accepted: a list of patterns with * and ? that begin with '/' or '*'",
        ),
        (
            "endpoints: {auth-service-rename-vm: ftp://x/}",
            "37: endpoints.auth-service-rename-vm: not an http or https URL; accepted: an http:// or https:// URL",
        ),
        (
            "endpoints: {auth-service-rename-vm: \"http://u:p@x/\"}",
            "37: endpoints.auth-service-rename-vm: credentials in a URL are not supported here; accepted: an http:// or https:// URL",
        ),
        (
            "store: {sqlite: ~/a.db}",
            "17: store.sqlite: '~' and NUL have no meaning here; accepted: a path, from the root or from the directory of this file",
        ),
        (
            "mongodb: {host: h, db: a/b}",
            "24: mongodb.db: not a usable name; accepted: a name of at most 63 bytes without any of / \\ . \" $ * < > : | ? and spaces",
        ),
        (
            "redis: {host: h, key_pattern: ''}",
            "31: redis.key_pattern: is empty; accepted: text, in quotes if it looks like something else",
        ),
    ];
    for (yaml, problem) in cases {
        refused_beside_source(yaml, problem);
    }
}

#[test]
fn what_excludes_each_other_is_refused() {
    let cases = [
        (
            "mongodb: {uri: \"mongodb://h\", host: h}",
            "37: mongodb.host: stands together with uri, which holds it; accepted: either uri or host, port",
        ),
        (
            "mongodb: {uri_env: A, uri_file: b}",
            "20: mongodb.uri_env: stands together with uri_file; accepted: exactly one of uri, uri_file, uri_env",
        ),
        (
            "redis: {url: \"redis://h\", db: 1}",
            "31: redis.db: stands together with url, which holds it; accepted: either url or host, port, db",
        ),
        (
            "redis: {host: h, password: a, password_env: B}",
            "45: redis.password_env: stands together with password; accepted: exactly one of password, password_file, password_env",
        ),
        (
            "redis: {host: h, username: u}",
            "8: redis.password: missing, as there is a username; accepted: one of password, password_file, password_env",
        ),
        (
            "mongodb: {host: h, password: p}",
            "10: mongodb.username: missing, as there is a password; accepted: a login name",
        ),
        (
            "tls: {verify: false, ca_file: x}",
            "15: tls.verify: a second way to judge the certificate; accepted: one of fingerprint_sha256, ca_file and verify: false",
        ),
        (
            "sync: {source_deadline: 301}",
            "25: sync.source_deadline: 301s is more than half of sync.deadline (10m); accepted: at most 5m, or a longer sync.deadline",
        ),
        (
            "sync: {timeout: 5, timeout: 6}",
            "20: sync.timeout: stands twice, first at sync.yaml:3:8; accepted: each key once",
        ),
        (
            "store: {sqlite: x.db}\nmongodb: {host: h}",
            "17: store.sqlite: stands together with mongodb, and there can be one store only; accepted: either mongodb or store.sqlite",
        ),
    ];
    for (yaml, problem) in cases {
        refused_beside_source(yaml, problem);
    }
}

#[test]
fn every_part_beside_a_uri_is_refused() {
    let yaml = with_source("mongodb: {uri_file: x, port: 1, username: u, password_env: P}");
    let problems = World::new().with_yaml(&yaml).problems();
    for part in ["port", "username", "password_env"] {
        assert!(
            problems.contains(&format!("mongodb.{part}: stands together with uri_file")),
            "{problems}"
        );
    }
}

#[test]
fn pins_are_sha_256() {
    let accepted = "accepted: SHA-256 fingerprints of 64 hexadecimal digits, one or a list";
    let cases = [
        (
            "A9:99:3E:36:47:06:81:6A:BA:3E:25:71:78:50:C2:6C:9C:D0:D8:9D",
            "a SHA-1 fingerprint; SHA-256 is needed",
        ),
        ("abc", "not a SHA-256 fingerprint"),
        ("[]", "has no value"),
    ];
    for (pin, what) in cases {
        let problem = format!("27: tls.fingerprint_sha256: {what}; {accepted}");
        refused_beside_source(&format!("tls: {{fingerprint_sha256: {pin}}}"), &problem);
    }
}

#[test]
fn source_names_are_unique_over_both_lists() {
    refused(
        "esxi_hosts:\n  - {host: a, username: u, password: p}\nvcenters:\n  - {host: b, name: a, username: u, password: p}\n",
        "sync.yaml:4:21: vcenters[0].name: the source esxi_hosts[0] is called 'a' too; accepted: a name that no other source has",
    );
}

#[test]
fn uris_that_are_none_are_refused() {
    for uri in [
        "http://h",
        "mongodb://",
        "mongodb://u:p/p@h",
        "mongodb://u:p",
        "h:27017",
        "mongodb+srv://h",
    ] {
        let text = World::new()
            .with_yaml(&with_source(&format!("mongodb: {{uri: \"{uri}\"}}")))
            .problems();
        assert!(text.starts_with("sync.yaml:3:16: mongodb.uri: "), "{text}");
        assert!(!text.contains("p/p"), "{text}");
    }
    for url in [
        "http://h",
        "redis://",
        "redis://a,b",
        "redis://:p#q@h",
        "unix://relative",
    ] {
        let text = World::new()
            .with_yaml(&with_source(&format!("redis: {{url: \"{url}\"}}")))
            .problems();
        assert!(
            text.starts_with("sync.yaml:3:14: redis.url: not a URL of Redis"),
            "{text}"
        );
    }
}

#[test]
fn hosts_are_names_or_addresses() {
    let problems = |host: &str| {
        let yaml = format!("esxi_hosts: [{{host: '{host}', username: u, password: p}}]");
        World::new()
            .with_yaml(&yaml)
            .load()
            .err()
            .map(|error| error.to_string())
    };
    for host in [
        "esx-1.example.org",
        "esx_1",
        "10.0.0.1",
        "::1",
        "[fe80::1]",
        "1.example",
    ] {
        assert_eq!(problems(host), None, "{host}");
    }
    for host in [
        "a:443",
        "[10.0.0.1]",
        "a/b",
        "user@a",
        "-a",
        "a b",
        "*.a",
        "::g",
        &"a".repeat(254),
    ] {
        assert!(
            problems(host).is_some_and(|text| text.contains("host: not a host; accepted: a DNS name")),
            "{host}"
        );
    }
}

#[test]
fn names_can_be_part_of_a_file_name() {
    for name in ["a/b", "a\\tb", " a", "", &"x".repeat(129)] {
        let yaml = format!("esxi_hosts: [{{host: a, name: \"{name}\", username: u, password: p}}]");
        let problems = World::new().with_yaml(&yaml).problems();
        assert!(
            problems.starts_with("sync.yaml:1:30: esxi_hosts[0].name: "),
            "{problems}"
        );
    }
}

#[test]
fn links_need_the_portals_records_and_overwrite_nothing_they_are_known_by() {
    refused_beside_source(
        "links: {hosts: {collection: servers}}\n",
        "16: links.hosts: needs MongoDB, where the hardware records are; accepted: links beside mongodb",
    );
    let beside_mongodb = |hosts: &str, problem: &str| {
        let yaml = format!("mongodb: {{host: h}}\nlinks:\n  hosts: {{{hosts}}}\n");
        refused(&with_source(&yaml), &format!("sync.yaml:5:{problem}"));
    };
    beside_mongodb(
        "match: serial",
        "10: links.hosts.collection: missing; accepted: a name of at most 200 bytes without '$' that does not begin with 'system.'",
    );
    for own in ["vms", "vms_vmsync", "vmsync_hosts"] {
        beside_mongodb(
            &format!("collection: {own}"),
            "23: links.hosts.collection: a collection that vmsync keeps itself; accepted: the portal's collection of hardware",
        );
    }
    for set in ["service_tag", "_id"] {
        beside_mongodb(
            &format!("collection: s, set: {set}"),
            "31: links.hosts.set: would overwrite what the records are known by; accepted: the field of the link",
        );
    }
    beside_mongodb(
        "collection: s, match: a.b",
        "33: links.hosts.match: not a usable name; accepted: a field's name without '.' that does not begin with '$'",
    );
}

#[test]
fn each_bad_item_of_a_list_is_told_with_its_place() {
    let accepted = "accepted: a list of any of hosts, clusters, datastores, networks, switches, alarms";
    refused(
        &with_source(
            "inventory:\n  types: [vm, hosts, Datastores]\nexclude:\n  name:\n    - 1\n    - ok\n    - [nested]",
        ),
        &format!(
            "sync.yaml:4:11: inventory.types[0]: 'vm' is unknown here; {accepted}\n\
             sync.yaml:4:22: inventory.types[2]: a word that is unknown here; {accepted}; did you mean 'datastores'?\n\
             sync.yaml:7:7: exclude.name[0]: a number must stand in quotes; accepted: a list of patterns with * and ?\n\
             sync.yaml:9:7: exclude.name[2]: a list does not fit; accepted: a list of patterns with * and ?"
        ),
    );
}
