//! `list`: what there is, from the store alone, the same from both stores.

use crate::site::{Entry, Site, dead_port, home, simulate, sources};
use crate::support::{Output, VmsyncCommand};
use serde_json::{Value, json};
use simulator::{Config, Simulator, VmSpec};

fn host() -> Simulator {
    simulate(Config::esxi("esx1"), |inventory| {
        inventory.add_vm(&VmSpec::new("web-1"));
        inventory.add_vm(&VmSpec::new("Web 2").powered_off());
        inventory.add_vm(&VmSpec::new("=cmd").hardware(8, 16_384));
    })
}

fn small(host: &Simulator) -> VmsyncCommand {
    home(&sources(&[&Entry::esxi("one", host)]))
}

fn names(output: &Output) -> Vec<String> {
    let list = output.assert_code(0).json();
    let rows = list["rows"].as_array().expect("rows").iter();
    rows.map(|row| row["name"].as_str().expect("a name").to_owned())
        .collect()
}

/// With one host that has three VMs, one of which is gone after the second pass.
fn after_two_passes(vmsync: &VmsyncCommand, host: &Simulator) {
    let gone = host.inventory(|inventory| inventory.add_vm(&VmSpec::new("gone")));
    vmsync.run(&["sync", "all", "-q"]).assert_code(0);
    host.inventory(|inventory| inventory.remove(&gone));
    vmsync.run(&["sync", "all", "-q"]).assert_code(0);
}

#[test]
fn both_stores_answer_alike() {
    let (host, other) = (host(), host());
    let (sqlite, site) = (small(&host), Site::new(&[&Entry::esxi("one", &other)]));
    after_two_passes(&sqlite, &host);
    after_two_passes(&site.vmsync, &other);
    for (filter, expected) in [
        ("name != none", &["=cmd", "Web 2", "web-1"][..]),
        ("name ~ web*", &["Web 2", "web-1"]),
        ("name = \"Web 2\"", &["Web 2"]),
        ("power_state = off or num_cpu > 4", &["=cmd", "Web 2"]),
        ("not memory_mb >= 16GB", &["Web 2", "web-1"]),
        ("source = one and addr = none", &["=cmd", "Web 2", "web-1"]),
        ("orphan", &["gone"]),
        ("orphan_since > -1d and not name = x", &["gone"]),
        ("cluster != none", &[]),
    ] {
        for vmsync in [&sqlite, &site.vmsync] {
            let output = vmsync.run(&["list", "vms", "--where", filter, "--format", "json"]);
            assert_eq!(names(&output), expected, "{filter}: {output}");
            output.assert_stderr("as of ").assert_stderr(" ago");
        }
    }
    for vmsync in [&sqlite, &site.vmsync] {
        let sorted = vmsync.run(&[
            "list", "vms", "--gone", "--sort", "-name", "--limit", "2", "--format", "json",
        ]);
        assert_eq!(names(&sorted), ["web-1", "gone"]);
        let count = vmsync.run(&["list", "vms", "--gone", "--count", "-q"]);
        assert_eq!((count.stdout.as_str(), count.stderr.as_str()), ("4\n", ""));
        let csv = vmsync.run(&[
            "list",
            "vms",
            "--columns",
            "name,memory_mb,source,template",
            "--format",
            "csv",
        ]);
        let text =
            "name,memory_mb,source,template\n'=cmd,16384,one,false\nWeb 2,4096,one,false\nweb-1,4096,one,false\n";
        assert_eq!(csv.assert_code(0).stdout, text);
        let table = vmsync.run(&["list", "vms", "--columns", "name,memory_mb,host"]);
        table
            .assert_code(0)
            .assert_stdout("=cmd      16 GiB  ")
            .assert_stdout("name   memory_mb  ");
        let sources = vmsync
            .run(&["list", "sources", "--format", "ndjson"])
            .assert_code(0)
            .json();
        assert_eq!(
            (&sources["name"], &sources["kind"], &sources["last_error"]),
            (&json!("one"), &json!("esxi"), &Value::Null)
        );
    }
}

#[test]
fn a_list_asks_no_source_and_writes_nothing() {
    let host = host();
    let vmsync = small(&host);
    vmsync.run(&["sync", "all", "-q"]).assert_code(0);
    let before = std::fs::read(vmsync.sqlite()).expect("the store");
    drop(host);
    assert_eq!(names(&vmsync.run(&["list", "vms", "--format", "json"])).len(), 3);
    assert_eq!(std::fs::read(vmsync.sqlite()).expect("the store"), before);
    let empty = vmsync.run(&["list", "vms", "--where", "name = nobody"]);
    assert_eq!(empty.assert_code(0).stdout, "");
    empty.assert_stderr("no vms match\nno VM is called nobody\nas of ");
    let empty = vmsync
        .run(&["list", "vms", "--where", "name = nobody", "--format", "json"])
        .assert_code(0)
        .json();
    assert_eq!(
        empty,
        json!({"schema": "vmsync.list/1", "kind": "vms", "rows": [], "count": 0})
    );
}

#[test]
fn an_empty_list_says_what_there_is_not() {
    let host = host();
    let vmsync = small(&host);
    after_two_passes(&vmsync, &host);
    let hosts = vmsync.run(&["list", "hosts", "--format", "json"]);
    let is_on = format!("host = {}", names(&hosts)[0]);
    for (filter, expected) in [
        (
            "host = esx9 and name ~ web*",
            "no vms match\nno host is called esx9\nas of ",
        ),
        (
            "datacenter = Nowhere or cluster = \"no one's\"",
            "no vms match\nno datacenter is called Nowhere\nno cluster is called \"no one's\"\nas of ",
        ),
        // What exists, or is only gone, is not said to be unknown; nor what must not be.
        (&format!("{is_on} and num_cpu > 1000"), "no vms match\nas of "),
        ("name = gone", "no vms match\nas of "),
        ("name != x and num_cpu > 1000", "no vms match\nas of "),
    ] {
        for format in ["table", "csv", "json"] {
            let output = vmsync.run(&["list", "vms", "--where", filter, "--format", format]);
            assert!(output.assert_code(0).stderr.starts_with(expected), "{filter}: {output}");
            assert!(!output.stdout.contains("match"), "{output}");
        }
        let quiet = vmsync.run(&["list", "vms", "--where", filter, "-q"]);
        assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    }
    vmsync
        .run(&["list", "clusters"])
        .assert_code(0)
        .assert_stderr("no clusters\nas of ");
}

#[test]
fn what_is_gone_is_shown_with_when_it_went() {
    let host = host();
    let vmsync = small(&host);
    after_two_passes(&vmsync, &host);
    let columns = |args: &[&str]| {
        let output = vmsync.run(&[&["list", "vms", "--format", "csv", "-q"], args].concat());
        let header = output.assert_code(0).stdout.lines().next().unwrap_or_default();
        header.split(',').map(str::to_owned).collect::<Vec<_>>()
    };
    let usual = columns(&[]);
    assert_eq!(
        columns(&["--gone"]),
        [&usual[..], &["orphan_since".to_owned()]].concat()
    );
    assert_eq!(columns(&["--gone", "--columns", "name"]), ["name"]);
    assert_eq!(
        columns(&["--columns", "+uuid,guest_os"]),
        [&usual[..], &["uuid".to_owned(), "guest_os".to_owned()]].concat()
    );
    vmsync
        .run(&["list", "hosts", "--gone", "--format", "csv"])
        .assert_code(0)
        .assert_stdout(",gone_since\n");
}

#[test]
fn without_data_it_says_how_to_get_some() {
    let host = host();
    let vmsync = small(&host);
    for kind in ["vms", "hosts", "sources"] {
        for format in ["table", "json"] {
            let output = vmsync.run(&["list", kind, "--format", format]);
            output
                .assert_code(69)
                .assert_stderr("has no data yet")
                .assert_stderr("hint: run `vmsync sync all`");
            assert_eq!(output.stdout, "", "{output}");
        }
    }
    assert!(!vmsync.sqlite().exists());
}

#[test]
fn what_is_wrong_is_shown_where_it_is() {
    let host = host();
    let vmsync = small(&host);
    for (args, parts) in [
        (
            &["--where", "memroy_mb > 4GB"][..],
            &["no field 'memroy_mb'", "  ^^^^^^^^^", "did you mean memory_mb?"][..],
        ),
        (
            &["--where", "memory_mb > 4 parsecs"],
            &["not counted in 'parsecs'", "units are B, KB, MB"],
        ),
        (
            &["--columns", "name,cpus"],
            &["--columns: vms have no field 'cpus'", "hint: "],
        ),
        (
            &["--sort", "-memory"],
            &["--sort: vms have no field 'memory'", "did you mean memory_mb?"],
        ),
        (
            &["--where", "power_state = poweredOn"],
            &[
                "power_state is never 'poweredOn'",
                "                ^^^^^^^^^",
                "did you mean on? it is one of on, off, suspended, unknown, or none",
            ],
        ),
        (
            &["--where", "name", "=", "web"],
            &["unexpected argument '='", "hint: ", "--where 'name = web'"],
        ),
        (&["--format", "xml"], &["invalid value 'xml'"]),
    ] {
        let output = vmsync.run(&[&["list", "vms"], args].concat());
        output.assert_code(2);
        for part in parts {
            output.assert_stderr(part);
        }
        assert_eq!(output.stdout, "", "{output}");
    }
    let help = VmsyncCommand::new().run(&["list", "hosts", "--columns", "help"]);
    help.assert_code(0)
        .assert_stdout("* memory_bytes")
        .assert_stdout("shown unless --columns");
    let help = VmsyncCommand::new().run(&["list", "hosts", "--help"]);
    help.assert_code(0)
        .assert_stdout("Fields:")
        .assert_stdout("serial_number");
}

#[test]
fn a_store_out_of_reach_is_69() {
    let host = host();
    let mut config = sources(&[&Entry::esxi("one", &host)]);
    config["mongodb"] = json!({"host": "127.0.0.1", "port": dead_port()});
    let output = home(&config).run(&["list", "vms"]);
    output
        .assert_code(69)
        .assert_stderr("failed to reach the store")
        .assert_stderr("hint: ");
    assert_eq!(output.stdout, "");
}

/// Nothing is not zero: what no pass has listed is not said to be none.
#[test]
fn what_was_never_listed_is_not_zero_and_its_age_is_its_own() {
    let host = host();
    let mut config = sources(&[&Entry::esxi("one", &host)]);
    let vmsync = home(&config);
    vmsync.run(&["sync", "hosts", "-q"]).assert_code(0);
    for args in [
        &["list", "vms"][..],
        &["list", "vms", "--count"],
        &["query", "how many vms"],
    ] {
        let output = vmsync.run(args);
        output
            .assert_code(69)
            .assert_stderr("failed to list vms: no pass has listed all vms\n")
            .assert_stderr("hint: run `vmsync sync all`, which lists all of them");
        assert_eq!(output.stdout, "", "{output}");
    }
    vmsync
        .run(&["list", "hosts", "--count"])
        .assert_code(0)
        .assert_stderr("as of ");
    let status = vmsync.run(&["status", "--format", "json"]).assert_code(0).json();
    assert_eq!(status["sources"][0]["last_complete"], Value::Null);
    vmsync
        .run(&["export", "x.csv", "vms"])
        .assert_code(69)
        .assert_stderr("failed to export: no pass has listed all vms\n");
    vmsync
        .run(&["export", "all.json"])
        .assert_code(0)
        .assert_stderr("vms have no rows: no pass has listed all vms\n")
        .assert_stderr("as of ");
    vmsync.run(&["sync", "vms", "web-1", "-q"]).assert_code(0);
    let some = vmsync.run(&["list", "vms", "--count"]);
    assert_eq!(some.assert_code(0).stdout, "1\n");
    some.assert_stderr("no pass has listed all vms; older: one (never)");
    config["inventory"] = json!({"types": ["hosts"]});
    vmsync.write("sync.yaml", config.to_string());
    vmsync.run(&["sync", "all", "-q"]).assert_code(0);
    vmsync
        .run(&["list", "vms", "--count"])
        .assert_code(0)
        .assert_stderr("as of ");
    vmsync
        .run(&["list", "datastores"])
        .assert_code(69)
        .assert_stderr("no pass has listed all datastores\n")
        .assert_stderr("hint: add datastores to inventory.types");
}

/// The credentials that a service gets are not there at a shell.
#[test]
fn what_only_reads_the_store_needs_no_password_of_a_source() {
    let host = host();
    let mut config = sources(&[&Entry::esxi("one", &host)]);
    let vmsync = home(&config);
    vmsync.run(&["sync", "all", "-q"]).assert_code(0);
    let source = config["esxi_hosts"][0].as_object_mut().expect("a source");
    source.remove("password");
    source.insert("password_file".to_owned(), json!("gone"));
    vmsync.write("sync.yaml", config.to_string());
    let file = vmsync.sqlite().with_file_name("vms.csv");
    let file = file.to_str().expect("a path");
    for args in [
        &["list", "vms"][..],
        &["query", "how many vms"],
        &["stats"],
        &["export", file, "vms"],
        &["status"],
        &["prune", "--gone-before", "30d"],
    ] {
        vmsync.run(args).assert_code(0);
    }
    for args in [&["sync", "all"][..], &["diff"], &["check"]] {
        vmsync.run(args).assert_code(78).assert_stderr("password_file");
    }
}
