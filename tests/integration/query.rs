//! `query`: plain words, answered from the store.

use crate::site::{Entry, home, simulate, sources};
use crate::support::VmsyncCommand;
use simulator::{Config, Simulator, VmSpec};

fn host() -> Simulator {
    simulate(Config::esxi("esx1"), |inventory| {
        inventory.add_vm(&VmSpec::new("web-1"));
        inventory.add_vm(&VmSpec::new("Web 2").powered_off());
        inventory.add_vm(&VmSpec::new("db").hardware(8, 16_384));
    })
}

fn synced(host: &Simulator) -> VmsyncCommand {
    let vmsync = home(&sources(&[&Entry::esxi("one", host)]));
    vmsync.run(&["sync", "all", "-q"]).assert_code(0);
    vmsync
}

#[test]
fn a_question_is_answered_as_the_list_that_it_is_understood_as() {
    let host = host();
    let vmsync = synced(&host);
    let logins = host.login_attempts();
    for (question, list) in [
        (
            "get all powered on VMs",
            &["list", "vms", "--where", "power_state = on"][..],
        ),
        (
            "vms with more than 8 gb memory",
            &["list", "vms", "--where", "memory_mb > 8192"],
        ),
        (
            "vms named \"Web 2\" or db",
            &["list", "vms", "--where", "name = \"Web 2\" or name ~ db"],
        ),
        ("how many vms", &["list", "vms", "--count"]),
        (
            "top 2 vms by memory",
            &["list", "vms", "--sort", "-memory_mb", "--limit", "2"],
        ),
        ("sources", &["list", "sources"]),
    ] {
        for format in ["table", "json", "ndjson", "csv"] {
            let answer = vmsync.run(&["query", question, "--format", format]);
            let expected = vmsync.run(&[list, &["--format", format]].concat());
            assert_eq!(
                answer.assert_code(0).stdout,
                expected.assert_code(0).stdout,
                "{question}"
            );
            answer.assert_stderr("understood as: vmsync list ");
        }
    }
    assert_eq!(host.login_attempts(), logins);
}

#[test]
fn corrections_are_told_and_the_command_can_be_run_in_a_shell() {
    let vmsync = synced(&host());
    let answer = vmsync.run(&["query", "shoe me all powred on vms"]);
    answer
        .assert_code(0)
        .assert_stdout("web-1")
        .assert_stderr("read \"shoe\" as \"show\"\nread \"powred\" as \"powered\"\n")
        .assert_stderr("understood as: vmsync list vms --where 'power_state = on'\n");
    vmsync
        .run(&["query", "-c", "sync.yaml", "vms"])
        .assert_code(0)
        .assert_stderr("understood as: vmsync --config sync.yaml list vms\n");
    let quiet = vmsync.run(&["query", "how", "many", "vms", "named", "Web 2", "-q"]);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("1\n", ""));
    let explained = vmsync.run(&["query", "--explain", "vms named \"it's\""]);
    assert_eq!(
        explained.assert_code(0).stdout,
        "vmsync list vms --where 'name = \"it'\\''s\"'\n"
    );
}

#[test]
fn what_is_not_understood_is_pointed_at_and_lists_nothing() {
    let vmsync = home(&serde_json::json!({"esxi_hosts": "nonsense"}));
    // Neither needs a configuration.
    vmsync.run(&["query", "--explain", "hosts with no vms"]).assert_code(0);
    let unknown = vmsync.run(&["query", "frobnicated vms"]);
    unknown
        .assert_code(2)
        .assert_stderr("failed to understand the question: \"frobnicated\" is not a word that it knows\n")
        .assert_stderr("  frobnicated vms\n")
        .assert_stderr("  ^^^^^^^^^^^\n")
        .assert_stderr("hint: ");
    assert_eq!(unknown.stdout, "");
    let nothing = vmsync.run(&["query", "hello there"]);
    assert_eq!(nothing.assert_code(2).stderr.matches("  vmsync query \"").count(), 3);
    let with_option = vmsync.run(&["query", "vms", "--count"]);
    with_option
        .assert_code(2)
        .assert_stderr("hint: say it in words, as in \"how many vms are running\"; `vmsync list` takes --count\n");
    assert!(!with_option.stderr.contains("tip:"), "{with_option}");
    vmsync.run(&["query", "hosts with no vms"]).assert_code(78);
}

#[test]
fn a_store_without_data_says_how_to_get_some() {
    let host = host();
    let vmsync = home(&sources(&[&Entry::esxi("one", &host)]));
    vmsync
        .run(&["query", "all vms"])
        .assert_code(69)
        .assert_stderr("vmsync sync all");
}
