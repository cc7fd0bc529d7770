//! The Debian package: built by cargo-deb from the program of this build, and installed into an empty root.

use crate::support::find_binary;
use crate::units::assert_verified;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What a command prints.
#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{stderr}", output.status);
    String::from_utf8(output.stdout).expect("text")
}

/// Where cargo-deb looks for the program, which is not built once more.
fn build(folder: &Path) -> String {
    let release = folder.join("release");
    fs::create_dir(&release).expect("a folder");
    fs::copy(env!("CARGO_BIN_EXE_vmsync"), release.join("vmsync")).expect("a copy");
    let package = folder.join("vmsync.deb");
    run(Command::new(find_binary("VMSYNC_TEST_CARGO_DEB", "cargo-deb"))
        .args(["--no-build", "--fast", "--locked", "--offline", "--output"])
        .arg(&package)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_TARGET_DIR", folder));
    package.to_str().expect("a plain path").to_owned()
}

/// Installs, removes and purges the package, and lists the root after each. Root is played if need be.
const STORY: &str = r#"
set -e
root=$1 package=$2
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/triggers"
: >"$root/var/lib/dpkg/status"
package_manager() { dpkg --root="$root" --log=/dev/null --force-script-chrootless --force-depends --force-not-root "$@" >&2; }
list() { echo "== $1"; (cd "$root" && find . -path ./var -prune -o -printf '%M %U:%G %P\n'; find ./var/lib/vmsync -printf '%M %U:%G %p\n'); }
package_manager --install "$package"
list installed
cp -a "$root" "$root-installed"
package_manager --remove vmsync
list removed
package_manager --purge vmsync
list purged
"#;

fn install(folder: &TempDir) -> String {
    let package = build(folder.path());
    let is_root = fs::metadata("/proc/self").is_ok_and(|process| std::os::unix::fs::MetadataExt::uid(&process) == 0);
    let mut command = Command::new(if is_root { "sh" } else { "fakeroot" });
    if !is_root {
        command.args(["--", "sh"]);
    }
    run(command
        .args(["-c", STORY, "sh"])
        .arg(folder.path().join("root"))
        .arg(package))
}

fn part<'a>(story: &'a str, name: &str) -> Vec<&'a str> {
    let (_, rest) = story.split_once(&format!("== {name}\n")).expect("a part");
    rest.lines().take_while(|line| !line.starts_with("== ")).collect()
}

/// The number of vmsync in a table of users or groups.
fn number(root: &Path, table: &str) -> String {
    let text = fs::read_to_string(root.join(table)).expect("a table");
    let line = text.lines().find_map(|line| line.strip_prefix("vmsync:x:"));
    let number = line.and_then(|line| line.split(':').next());
    number.unwrap_or_else(|| panic!("no vmsync in {text}")).to_owned()
}

#[test]
fn it_installs_into_an_empty_root_and_goes_without_a_trace_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let story = install(&folder);
    let root = folder.path().join("root-installed");
    let (user, group) = (number(&root, "etc/passwd"), number(&root, "etc/group"));
    let installed = part(&story, "installed");
    for line in [
        "-rwxr-xr-x 0:0 usr/bin/vmsync",
        "-rw-r--r-- 0:0 usr/lib/systemd/system/vmsync.service",
        "-rw-r--r-- 0:0 usr/lib/systemd/system/vmsync.timer",
        "-rw-r--r-- 0:0 usr/lib/sysusers.d/vmsync.conf",
        "-rw-r--r-- 0:0 usr/lib/tmpfiles.d/vmsync.conf",
        "-rw-r--r-- 0:0 usr/share/bash-completion/completions/vmsync",
        "-rw-r--r-- 0:0 usr/share/zsh/vendor-completions/_vmsync",
        "-rw-r--r-- 0:0 usr/share/fish/vendor_completions.d/vmsync.fish",
        "-rw-r--r-- 0:0 usr/share/doc/vmsync/copyright",
        "-rw-r--r-- 0:0 usr/share/doc/vmsync/changelog.gz",
        &format!("drwxr-x--- 0:{group} etc/vmsync"),
        &format!("-rw-r----- 0:{group} etc/vmsync/sync.yaml"),
        "drwx------ 0:0 etc/vmsync/credentials",
        // Where cron and the service meet.
        &format!("drwx------ {user}:{group} ./var/lib/vmsync"),
        "-rwxr-xr-x 0:0 usr/share/doc/vmsync/examples/ci/smoke.sh",
    ] {
        assert!(installed.contains(&line), "{line}\n{story}");
    }
    assert!(!story.contains("etc/systemd"), "nothing is enabled\n{story}");
    assert_conffile(&root);
    assert_pages(&root);
    assert_runs(&root);
    let removed = part(&story, "removed");
    assert!(
        removed.iter().any(|line| line.ends_with(" etc/vmsync/sync.yaml")),
        "{story}"
    );
    assert!(!removed.iter().any(|line| line.contains(" usr/")), "{story}");
    let purged = part(&story, "purged");
    assert!(!purged.iter().any(|line| line.ends_with("sync.yaml")), "{story}");
    // Secrets and documents are not the package's.
    assert!(purged.iter().any(|line| line.ends_with(" ./var/lib/vmsync")), "{story}");
    assert!(
        purged.iter().any(|line| line.ends_with(" etc/vmsync/credentials")),
        "{story}"
    );
}

fn assert_conffile(root: &Path) {
    let list = fs::read_to_string(root.join("var/lib/dpkg/info/vmsync.conffiles")).expect("the list");
    assert_eq!(list.trim(), "/etc/vmsync/sync.yaml");
}

fn assert_pages(root: &Path) {
    let pages = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("man")).expect("the pages");
    for page in pages.map(|page| page.expect("a page").path()) {
        let name = page.file_name().expect("a name").to_string_lossy();
        let packed = root.join(format!("usr/share/man/man1/{name}.gz"));
        let text = run(Command::new("gzip").arg("-dc").arg(&packed));
        assert!(text == fs::read_to_string(&page).expect("a page"), "{name}");
    }
}

fn assert_runs(root: &Path) {
    let program = root.join("usr/bin/vmsync");
    let version = run(Command::new(&program).arg("--version"));
    assert!(
        version.starts_with(concat!("vmsync ", env!("CARGO_PKG_VERSION"))),
        "{version}"
    );
    let units = tempfile::tempdir().expect("a folder");
    for name in ["vmsync.service", "vmsync.timer"] {
        let text = fs::read_to_string(root.join("usr/lib/systemd/system").join(name)).expect("a unit");
        let text = text.replace("/usr/bin/vmsync", program.to_str().expect("a plain path"));
        fs::write(units.path().join(name), text).expect("written");
    }
    assert_verified(units.path());
    // The configuration that is shipped is one.
    let config = root.join("etc/vmsync/sync.yaml");
    if fs::File::open(&config).is_ok() {
        let made = run(Command::new(&program)
            .arg("units")
            .arg("--config")
            .arg(config)
            .env_clear());
        assert!(
            made.contains("LoadCredential=source.esx1.example.org.password:"),
            "{made}"
        );
    }
}
