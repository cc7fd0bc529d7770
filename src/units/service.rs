//! `vmsync.service`.

use std::path::Path;

use super::draft::Draft;
use super::{STATE_HOME, USER, UnitFacts, account, escape, hidden_by, secrets};

const HEAD: &str = "\
[Unit]
Description=Synchronise VMs of ESXi hosts and vCenters
Documentation=man:vmsync(1)
Wants=network-online.target
After=network-online.target
# A unit of yours that tells someone; %n is the name of this one.
#OnFailure=notify@%n.service

[Service]
Type=oneshot
";

/// What `systemd-analyze security` asks for.
const SANDBOX: &str = "\
CapabilityBoundingSet=
LockPersonality=yes
MemoryDenyWriteExecute=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
PrivateUsers=yes
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RemoveIPC=yes
# AF_UNIX: the system's name resolution, and a Redis or MongoDB on this host.
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
";

/// `program` is escaped already.
pub fn render(facts: &UnitFacts, program: &str) -> Draft {
    let mut draft = Draft::default();
    draft.comment("One pass of vmsync; vmsync.timer starts it.");
    draft.lines("#\n");
    draft.comment(&format!(
        "`vmsync units` makes it from {}; after a change there, make it anew.",
        facts.config.display()
    ));
    draft.comment("Changes of yours belong into a drop-in, which stays: systemctl edit vmsync.service");
    draft.lines("\n");
    draft.lines(HEAD);
    push_command(&mut draft, facts, program);
    draft.lines("\n# Each is read as root, whoever the service runs as.\n");
    secrets::push(&mut draft, &facts.secrets);
    draft.lines("\n");
    push_user(&mut draft, facts);
    draft.lines("\n");
    draft.lines(SANDBOX);
    draft
}

fn push_command(draft: &mut Draft, facts: &UnitFacts, program: &str) {
    remark_if_hidden(draft, "the program", &facts.program, "/usr/local/bin");
    remark_if_hidden(draft, "the configuration", &facts.config, "/etc/vmsync");
    for (what, path) in &facts.needed {
        remark_if_hidden(draft, what, path, "/etc/vmsync or /run");
    }
    let config = escape::argument(&facts.config);
    draft.set("ExecStart", &format!("{program} sync all --config {config}"));
    draft.comment("Another run is at work: no failure.");
    draft.set("SuccessExitStatus", "75");
    draft.comment("sync.deadline and 60 s. RuntimeMaxSec= does nothing for a oneshot.");
    let deadline = facts.deadline.as_millis().div_ceil(1000);
    draft.set("TimeoutStartSec", &(deadline + 60).to_string());
}

fn push_user(draft: &mut Draft, facts: &UnitFacts) {
    draft.comment("A user of the system, who has to be able to read the configuration: root:vmsync 0640.");
    if facts.user.is_none() {
        draft.remark(&format!(
            "there is no user {USER} on this system; before starting: useradd -r -U -d {STATE_HOME}/{USER} -s \
             /usr/sbin/nologin {USER}"
        ));
    }
    if !account::may_read(facts.user, &facts.config_rights) {
        let config = facts.config.display();
        draft.remark(&format!(
            "the user {USER} cannot read {config}; before starting: chown root:{USER} {config} && chmod 0640 {config}"
        ));
    }
    draft.set("User", USER);
    match &facts.store {
        Some(store) => push_store(draft, store),
        None => push_state(draft, USER),
    }
    draft.set("Environment", &format!("XDG_STATE_HOME={STATE_HOME}"));
    draft.set("UMask", "0077");
    if let Some(file) = &facts.metrics_file {
        push_metrics(draft, file);
    }
}

/// Without the folder a pass goes on, and says that it wrote no metrics.
fn push_metrics(draft: &mut Draft, file: &Path) {
    remark_if_hidden(draft, "the metrics file", file, "/var/lib/prometheus/node-exporter");
    let folder = file.parent().unwrap_or(Path::new("/"));
    match escape::listed_path(folder) {
        Some(path) => {
            draft.comment("metrics.textfile. The user has to be let write there: see README.md, Monitoring.");
            draft.set("ReadWritePaths", &format!("-{path}"));
        }
        None => draft.remark(&format!(
            "the path {} cannot be written in a unit; give metrics.textfile another",
            folder.display()
        )),
    }
}

/// Below /var/lib systemd makes the folder, and gives it to the user; elsewhere somebody has to.
fn push_store(draft: &mut Draft, store: &Path) {
    let folder = store.parent().unwrap_or(Path::new("/"));
    draft.comment(&format!("The embedded store is {}.", store.display()));
    if remark_if_hidden(draft, "the embedded store", store, "/var/lib/vmsync") {
        return push_state(draft, USER);
    }
    if let Some(name) = state_directory(folder) {
        return push_state(draft, name);
    }
    let folder_shown = folder.display();
    let Some(path) = escape::listed_path(folder) else {
        return draft.remark(&format!(
            "the path {folder_shown} cannot be written in a unit; give store.sqlite another"
        ));
    };
    draft.remark(&format!(
        "{folder_shown} has to exist and to belong to the user vmsync; below {STATE_HOME} systemd would see to that"
    ));
    draft.set("ReadWritePaths", &path);
}

fn push_state(draft: &mut Draft, name: &str) {
    draft.set("StateDirectory", name);
    draft.set("StateDirectoryMode", "0700");
}

/// What is below /var/lib, if it needs no quotes there.
fn state_directory(folder: &Path) -> Option<&str> {
    let name = folder.strip_prefix(STATE_HOME).ok()?.to_str()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    (!name.is_empty() && name.chars().all(is_plain)).then_some(name)
}

/// `place` is where it would be seen.
fn remark_if_hidden(draft: &mut Draft, what: &str, path: &Path, place: &str) -> bool {
    let hidden = hidden_by(path);
    if let Some(folder) = hidden {
        let path = path.display();
        draft.remark(&format!(
            "{what} {path} is hidden from the service, as all of {folder} is; move it, say to {place}"
        ));
    }
    hidden.is_some()
}
