//! The main job on embedded parts: a simulated ESXi host, the embedded store, two passes and what they report.
//!
//! `cargo run --release --example demo`

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;
use simulator::{Config, Simulator, VmSpec};

const PASSWORD: &str = "only-for-the-demo";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let directory = make_directory()?;
    let host = Simulator::start(Config::esxi("esx1").credentials("root", PASSWORD)).await?;
    let vms = furnish(&host);
    let config = write_config(&directory, &host)?;

    println!(
        "A simulated ESXi host listens on {} with {} VMs.\n",
        host.addr(),
        vms.len()
    );
    vmsync(&config, &["sync", "all"]).await;

    let db = host.inventory(|inventory| {
        inventory.rename(&vms[0], "www");
        inventory.power(&vms[1], "poweredOff");
        inventory.remove(&vms[2])
    });
    println!("\nOn the host, `web` is now called `www`, `mail` was powered off, and `db` was removed.\n");
    vmsync(&config, &["diff"]).await;
    println!("\nThat was a look only. The pass itself:\n");
    vmsync(&config, &["sync", "all"]).await;

    host.inventory(|inventory| inventory.put_back(db));
    println!("\n`db` is back.\n");
    vmsync(&config, &["sync", "all"]).await;

    println!("\nNothing has changed since.\n");
    vmsync(&config, &["sync", "all"]).await;
    println!("\nWhat vmsync remembers:\n");
    vmsync(&config, &["status"]).await;
    say_where(&directory);
    Ok(())
}

/// A fresh directory that is kept, so that one can look into it.
fn make_directory() -> anyhow::Result<PathBuf> {
    let directory = std::env::temp_dir().join(format!("vmsync-demo-{}", std::process::id()));
    let made = fs::DirBuilder::new().mode(0o700).create(&directory);
    made.with_context(|| format!("failed to create {}", directory.display()))?;
    Ok(directory)
}

/// Five VMs, some with a guest that reports.
fn furnish(host: &Simulator) -> Vec<String> {
    host.inventory(|inventory| {
        let specs = [
            VmSpec::new("web")
                .guest("web.example.com", "192.0.2.10")
                .hardware(2, 4096),
            VmSpec::new("mail")
                .guest("mail.example.com", "192.0.2.25")
                .hardware(4, 8192),
            VmSpec::new("db")
                .guest("db.example.com", "192.0.2.32")
                .hardware(8, 32768),
            VmSpec::new("build").hardware(16, 65536),
            VmSpec::new("golden-image").powered_off().template(),
        ];
        specs.iter().map(|spec| inventory.add_vm(spec)).collect()
    })
}

/// The part of the configuration that the demo needs; examples/sync.yaml has all of it.
#[derive(Serialize)]
struct SyncFile {
    esxi_hosts: Vec<EsxiHost>,
    store: Store,
}

#[derive(Serialize)]
struct EsxiHost {
    name: &'static str,
    host: &'static str,
    port: u16,
    username: &'static str,
    password_file: PathBuf,
    tls: Tls,
}

#[derive(Serialize)]
struct Tls {
    fingerprint_sha256: String,
}

#[derive(Serialize)]
struct Store {
    sqlite: PathBuf,
}

/// The certificate is pinned, the password lies in a file of its own, the store in the same directory.
fn write_config(directory: &Path, host: &Simulator) -> anyhow::Result<PathBuf> {
    let secret = directory.join("esx1.password");
    write_private(&secret, PASSWORD)?;
    let esx1 = EsxiHost {
        name: "esx1",
        host: "127.0.0.1",
        port: host.port(),
        username: "root",
        password_file: secret,
        tls: Tls {
            fingerprint_sha256: host.fingerprint_sha256().to_owned(),
        },
    };
    let file = SyncFile {
        esxi_hosts: vec![esx1],
        store: Store {
            sqlite: directory.join("vmsync.db"),
        },
    };
    let config = directory.join("sync.yaml");
    write_private(&config, &serde_yaml::to_string(&file)?)?;
    Ok(config)
}

fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    let file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let mut file = file.with_context(|| format!("failed to create {}", path.display()))?;
    file.write_all(text.as_bytes())
        .with_context(|| format!("failed to write {}", path.display()))
}

/// Runs the command as a shell would, in this process.
async fn vmsync(config: &Path, words: &[&str]) {
    println!("$ vmsync {}", words.join(" "));
    let mut arguments: Vec<OsString> = vec!["vmsync".into()];
    arguments.extend(words.iter().map(OsString::from));
    arguments.extend(["--format".into(), "table".into(), "--config".into(), config.into()]);
    let code = vmsync::commands::run_with(arguments).await;
    println!("(exit code {})", code.get());
}

fn say_where(directory: &Path) {
    let store = directory.join("vmsync.db");
    println!("\nThe data lies in {}; look into it with", store.display());
    println!(
        "  sqlite3 {} 'SELECT name, power_state, orphan, esxi_host_addr FROM vms'",
        store.display()
    );
    println!("and the configuration in {}.", directory.join("sync.yaml").display());
}
