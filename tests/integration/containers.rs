//! examples/kubernetes and examples/Containerfile. No image is built here: they are read, and held against the program.

use crate::support::VmsyncCommand;
use serde_yaml::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use vmsync::cli::Cli;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(project(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The documents of the example by their kind.
fn document(kind: &str) -> Value {
    let text = read("examples/kubernetes/vmsync.yaml");
    let documents = text
        .split("\n---\n")
        .map(|text| serde_yaml::from_str::<Value>(text).expect("YAML"));
    let mut found = documents.filter(|document| document["kind"] == kind);
    found.next().unwrap_or_else(|| panic!("there is a {kind}"))
}

fn words(value: &Value) -> Vec<&str> {
    let items = value.as_sequence().expect("a list");
    items.iter().map(|item| item.as_str().expect("text")).collect()
}

fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    let mut items = list.as_sequence().expect("a list").iter();
    items
        .find(|item| item["name"] == name)
        .unwrap_or_else(|| panic!("{name} is there"))
}

#[test]
fn the_cron_job_runs_one_confined_pass_at_a_time() {
    let job = &document("CronJob")["spec"];
    assert_eq!(job["concurrencyPolicy"], "Forbid");
    // Kubernetes looks for work every 10 s: with less than that, a start may be missed.
    assert!(
        job["startingDeadlineSeconds"]
            .as_u64()
            .is_some_and(|seconds| (10..120).contains(&seconds))
    );
    let run = &job["jobTemplate"]["spec"];
    assert_eq!(run["backoffLimit"], 0);
    let pod = &run["template"]["spec"];
    assert_eq!(
        (&pod["restartPolicy"], &pod["automountServiceAccountToken"]),
        (&"Never".into(), &false.into())
    );
    assert_eq!(pod["enableServiceLinks"], false);
    let user = &pod["securityContext"];
    assert_eq!(
        (&user["runAsNonRoot"], &user["seccompProfile"]["type"]),
        (&true.into(), &"RuntimeDefault".into())
    );
    let container = &pod["containers"][0];
    let confined = &container["securityContext"];
    assert_eq!(confined["allowPrivilegeEscalation"], false);
    assert_eq!(confined["readOnlyRootFilesystem"], true);
    assert_eq!(words(&confined["capabilities"]["drop"]), ["ALL"]);
    assert!(container["resources"]["limits"]["memory"].is_string());
    let line = [&["vmsync"], &*words(&container["args"])].concat();
    let cli = <Cli as clap::Parser>::try_parse_from(line).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(cli.command.words(), "sync all");
    // It runs as the user of the image, and its secrets are that user's.
    assert!(read("examples/Containerfile").contains(&format!(
        "\nUSER {0}:{0}\n",
        user["runAsUser"].as_u64().expect("a number")
    )));
    assert_eq!(user["runAsUser"], user["fsGroup"]);
    assert_eq!(
        named(&pod["volumes"], "secrets")["secret"]["defaultMode"],
        Value::from("0440")
    );
}

/// The embedded configuration finds each of its secrets in the Secret, and uses all of them.
#[test]
fn its_configuration_and_its_secret_fit_together() {
    let config = document("ConfigMap");
    let vmsync = VmsyncCommand::with_config(config["data"]["sync.yaml"].as_str().expect("text"));
    let credentials = vmsync.home().join("credentials");
    let vmsync = vmsync.env("CREDENTIALS_DIRECTORY", credentials.to_string_lossy());
    let secret = document("Secret");
    let mut ids = BTreeSet::new();
    for (id, text) in secret["stringData"].as_mapping().expect("secrets") {
        let id = id.as_str().expect("text");
        vmsync.write(&format!("credentials/{id}"), text.as_str().expect("text"));
        ids.insert(id.to_owned());
    }
    let output = vmsync.run(&["units", "-q"]);
    let lines = output.assert_code(0).stdout.lines();
    let wanted = lines.filter_map(|line| line.strip_prefix("LoadCredential=")?.split(':').next());
    assert_eq!(wanted.map(str::to_owned).collect::<BTreeSet<_>>(), ids);
    let deadline = output
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("TimeoutStartSec="));
    let deadline: u64 = deadline.and_then(|seconds| seconds.parse().ok()).expect("seconds");
    let active = &document("CronJob")["spec"]["jobTemplate"]["spec"]["activeDeadlineSeconds"];
    assert!(
        active.as_u64().is_some_and(|seconds| seconds >= deadline),
        "{active:?} {deadline}"
    );
    // Nothing is embedded: the documents go to MongoDB.
    assert!(!output.stdout.contains("The embedded store"));
}

/// A pass reads its configuration and no other place: what is missing is the network.
#[test]
fn a_pass_in_the_pod_gets_as_far_as_the_network() {
    let yaml = document("ConfigMap")["data"]["sync.yaml"]
        .as_str()
        .expect("text")
        .to_owned();
    let vmsync =
        VmsyncCommand::with_config(&yaml.replace("esx1.example.org", "127.0.0.1")).limit(Duration::from_mins(1));
    let credentials = vmsync.home().join("credentials");
    let vmsync = vmsync.env("CREDENTIALS_DIRECTORY", credentials.to_string_lossy());
    vmsync.write("credentials/source.esx1.password", "x");
    vmsync.write(
        "credentials/mongodb.uri",
        "mongodb://vmsync:x@127.0.0.1:1/admin?serverSelectionTimeoutMS=100",
    );
    vmsync.write("credentials/redis.password", "x");
    vmsync.run(&["sync", "all", "--format", "json"]).assert_code(69);
}

#[test]
fn the_image_is_built_from_what_is_there_and_holds_little() {
    let text = read("examples/Containerfile");
    let (build, image) = text.split_once("\nFROM scratch\n").expect("two stages");
    let version = env!("CARGO_PKG_RUST_VERSION");
    assert!(
        build.contains(&format!("\nFROM docker.io/library/rust:{version}-alpine AS build\n")),
        "{build}"
    );
    assert!(build.contains("\nRUN cargo build --release --locked --bin vmsync\n"));
    for line in build.lines().filter_map(|line| line.strip_prefix("COPY ")) {
        let words: Vec<_> = line.split(' ').collect();
        for source in &words[..words.len() - 1] {
            assert!(project(source).exists(), "{source}");
        }
    }
    for path in ["/etc/ssl/certs/ca-certificates.crt", "/usr/share/zoneinfo"] {
        assert!(image.contains(&format!("COPY --from=build {path} {path}\n")), "{path}");
    }
    let program = "/usr/bin/vmsync";
    assert!(image.contains(&format!("COPY --from=build /src/target/release/vmsync {program}\n")));
    assert!(image.ends_with(&format!("\nENTRYPOINT [\"{program}\"]\n")), "{image}");
}
