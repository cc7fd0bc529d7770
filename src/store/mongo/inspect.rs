//! The server as `check` sees it: version, topology, format, and what this login may do. Nothing is written.

use bson::{Bson, Document, doc};

use super::MongoStore;
use super::failure::{Failure, call};
use super::memory::{FORMAT_FIELD, FORMAT_KEY};
use crate::store::{Rights, StoreError, StoreFacts};

/// The oldest version that the tests of this project know.
const OLDEST: (u64, u64) = (4, 4);
const OLDEST_NAME: &str = "4.4";

/// Actions of a pass on the collection of the VMs, and on its own.
/// <https://www.mongodb.com/docs/manual/reference/privilege-actions/>
const ON_VMS: [&str; 5] = ["find", "insert", "update", "listIndexes", "createIndex"];
const ON_OWN: [&str; 4] = ["find", "insert", "update", "remove"];

impl MongoStore {
    pub(super) async fn read_facts(&self) -> Result<StoreFacts, StoreError> {
        let failed = |action| move |failure: Failure| failure.into_error(&self.address, action);
        let build = self.ask(doc! { "buildInfo": 1 }).await;
        let build = build.map_err(failed("read the version"))?;
        let hello = self.ask(doc! { "hello": 1 }).await.map_err(failed("say hello"))?;
        let status = self.ask(doc! { "connectionStatus": 1, "showPrivileges": true }).await;
        let version = build.get_str("version").unwrap_or("of unknown version");
        let (topology, topology_warning) = topology(&hello);
        Ok(StoreFacts {
            version: format!("MongoDB {version}"),
            needs_version: is_older(version).then_some(OLDEST_NAME),
            topology,
            topology_warning,
            format: self.read_format().await.map_err(failed("read the format number")),
            rights: match status {
                Ok(status) => self.judge_rights(&status),
                Err(failure) => Rights::Untold(failure.reason),
            },
        })
    }

    async fn ask(&self, command: Document) -> Result<Document, Failure> {
        call(self.database.client().database("admin").run_command(command)).await
    }

    async fn read_format(&self) -> Result<Option<i64>, Failure> {
        let found = call(driver::find_first(self.own.find(doc! { "_id": FORMAT_KEY }))).await?;
        let number = |found: Document| found.get(FORMAT_FIELD)?.clone().into_relaxed_extjson().as_i64();
        Ok(found.and_then(number))
    }

    fn judge_rights(&self, status: &Document) -> Rights {
        let Ok(info) = status.get_document("authInfo") else {
            return Rights::Untold("its answer names no privileges".to_owned());
        };
        let users = documents(info, "authenticatedUsers");
        let privileges = documents(info, "authenticatedUserPrivileges");
        let Some(user) = users.first() else {
            return Rights::Sufficient("the server asks for no login".to_owned());
        };
        let (vms, own) = (self.vms.name(), self.own.name());
        let wanted = ON_VMS
            .map(|action| (vms, action))
            .into_iter()
            .chain(ON_OWN.map(|action| (own, action)));
        let lacking: Vec<String> = wanted
            .filter(|(collection, action)| !is_granted(&privileges, self.database.name(), collection, action))
            .map(|(collection, action)| format!("{action} on {collection}"))
            .collect();
        if lacking.is_empty() {
            let name = user.get_str("user").unwrap_or_default();
            Rights::Sufficient(format!("{name} may read and write {vms} and {own}"))
        } else {
            Rights::Lacking(lacking)
        }
    }
}

fn documents<'a>(parent: &'a Document, key: &str) -> Vec<&'a Document> {
    let list = parent.get_array(key).map_or(&[][..], Vec::as_slice);
    list.iter().filter_map(Bson::as_document).collect()
}

/// An empty name stands for all.
/// <https://www.mongodb.com/docs/manual/reference/resource-document/>
fn is_granted(privileges: &[&Document], database: &str, collection: &str, action: &str) -> bool {
    let covers = |resource: &Document| {
        let names = |key, name| {
            resource
                .get_str(key)
                .is_ok_and(|granted| granted.is_empty() || granted == name)
        };
        resource.get_bool("anyResource").unwrap_or(false) || (names("db", database) && names("collection", collection))
    };
    privileges.iter().any(|privilege| {
        let actions = privilege.get_array("actions").map_or(&[][..], Vec::as_slice);
        let is_named = |name: &Bson| matches!(name.as_str(), Some(name) if name == action || name == "anyAction");
        privilege.get_document("resource").is_ok_and(covers) && actions.iter().any(is_named)
    })
}

fn topology(hello: &Document) -> (String, Option<&'static str>) {
    if hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid") {
        let warning = "vmsync is tested with standalone servers and replica sets, not with sharded clusters";
        return ("router of a sharded cluster".to_owned(), Some(warning));
    }
    let Ok(set) = hello.get_str("setName") else {
        return ("standalone".to_owned(), None);
    };
    let members = hello.get_array("hosts").map_or(0, Vec::len);
    let plural = if members == 1 { "" } else { "s" };
    (
        format!("primary of the replica set {set} ({members} member{plural})"),
        None,
    )
}

fn is_older(version: &str) -> bool {
    let mut numbers = version.split('.').map(str::parse::<u64>);
    matches!((numbers.next(), numbers.next()), (Some(Ok(major)), Some(Ok(minor))) if (major, minor) < OLDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_before_4_4_are_too_old() {
        let judged = ["3.6.23", "4.2.24", "4.4.0", "4.4.29", "6.0.5", "8.0.0-rc1", "unknown"].map(is_older);
        assert_eq!(judged, [true, true, false, false, false, false, false]);
    }

    #[test]
    fn a_right_is_granted_by_name_by_empty_name_or_by_any() {
        let privilege = |resource: Document, action: &str| doc! { "resource": resource, "actions": [action] };
        let cases = [
            (privilege(doc! { "db": "esxi", "collection": "vms" }, "find"), true),
            (privilege(doc! { "db": "esxi", "collection": "" }, "find"), true),
            (privilege(doc! { "db": "", "collection": "" }, "find"), true),
            (privilege(doc! { "anyResource": true }, "anyAction"), true),
            (privilege(doc! { "db": "esxi", "collection": "vms" }, "insert"), false),
            (privilege(doc! { "db": "other", "collection": "" }, "find"), false),
            (privilege(doc! { "cluster": true }, "find"), false),
        ];
        for (privilege, expected) in cases {
            assert_eq!(
                is_granted(&[&privilege], "esxi", "vms", "find"),
                expected,
                "{privilege}"
            );
        }
    }

    #[test]
    fn topologies_are_told_apart() {
        let told = |hello: Document| topology(&hello).0;
        assert_eq!(told(doc! {}), "standalone");
        assert_eq!(
            told(doc! { "setName": "rs0", "hosts": ["a", "b", "c"] }),
            "primary of the replica set rs0 (3 members)"
        );
        assert!(topology(&doc! { "msg": "isdbgrid" }).1.is_some());
    }
}
