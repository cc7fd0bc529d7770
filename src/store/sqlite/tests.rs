use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rusqlite::Connection;
use serde_json::{Map, Value, json};
use sha2::Digest;

use super::*;
use crate::plan::record::VmFields;
use crate::store::contract::{Laboratory, keeps_the_contract};

/// A store and its file's directory, or its memory.
struct Bench {
    store: SqliteStore,
    directory: Option<tempfile::TempDir>,
}

impl Bench {
    fn in_memory() -> Self {
        Self {
            store: SqliteStore::in_memory().unwrap(),
            directory: None,
        }
    }

    fn in_a_file() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::at(&directory.path().join("state/vmsync.db"));
        Self {
            store,
            directory: Some(directory),
        }
    }

    /// The connection itself, past the store.
    async fn sql<T: Send + 'static>(&self, work: impl FnOnce(&Connection) -> T + Send + 'static) -> T {
        self.store
            .write("test", move |connection| Ok(work(connection)))
            .await
            .unwrap()
    }
}

#[async_trait]
impl Laboratory for Bench {
    fn store(&self) -> &dyn Store {
        &self.store
    }

    async fn put(&self, document: Map<String, Value>) -> DocumentId {
        let columns = layout::VM_COLUMNS.map(|name| layout::to_sql(document.get(name).unwrap_or(&Value::Null)));
        let text = Value::Object(document).to_string();
        let sql = format!(
            "INSERT INTO vms ({}, document) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            layout::VM_COLUMNS.join(",")
        );
        let values = columns
            .into_iter()
            .chain([rusqlite::types::Value::Text(text)])
            .collect::<Vec<_>>();
        self.sql(move |connection| {
            connection.execute(&sql, rusqlite::params_from_iter(values)).unwrap();
            DocumentId(connection.last_insert_rowid().to_string())
        })
        .await
    }

    async fn edit(&self, id: &DocumentId, field: &str, value: Value) {
        let set = if layout::VM_COLUMNS.contains(&field) {
            format!("{field} = ?1 ->> '$'")
        } else {
            format!("document = json_set(document, '$.{field}', json(?1))")
        };
        let (sql, id) = (format!("UPDATE vms SET {set} WHERE id = ?2"), id.0.clone());
        self.sql(move |connection| connection.execute(&sql, (value.to_string(), id)).unwrap())
            .await;
    }

    async fn put_object(&self, kind: ObjectKind, id: &str, name: &str) {
        let sql = format!("INSERT INTO {} (id, name) VALUES (?1, ?2)", layout::object_table(kind));
        let (id, name) = (id.to_owned(), name.to_owned());
        self.sql(move |connection| connection.execute(&sql, (id, name)).unwrap())
            .await;
    }

    async fn get(&self, id: &DocumentId) -> Map<String, Value> {
        let layout = layout::Layout::of(Table::Vms);
        let key = layout.key(id).unwrap();
        self.sql(move |connection| row::load_stored(connection, &layout, &key).unwrap().unwrap())
            .await
    }

    async fn put_source(&self, source: &StoredSource) {
        let (name, text) = (source.name.clone(), serde_json::to_string(source).unwrap());
        let sql = "INSERT INTO vmsync_sources (name, source) VALUES (?1, ?2)";
        self.sql(move |connection| connection.execute(sql, (name, text)).unwrap())
            .await;
    }

    async fn set_format(&self, number: i64) {
        self.sql(move |connection| connection.pragma_update(None, "user_version", number).unwrap())
            .await;
    }

    async fn snapshot(&self) -> String {
        match &self.directory {
            Some(directory) => files(directory.path()),
            None => self.store.database.read(|connection| Ok(dump(connection))).unwrap(),
        }
    }
}

/// Names and contents of all files.
fn files(directory: &Path) -> String {
    let mut texts: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| file(&entry.unwrap().path()))
        .collect();
    texts.sort();
    texts.concat()
}

/// Of `-shm` the name only: locks and marks of readers stand in it.
fn file(path: &Path) -> String {
    if path.is_dir() {
        return files(path);
    }
    let is_shared_memory = path.to_string_lossy().ends_with("-shm");
    let content = if is_shared_memory {
        Vec::new()
    } else {
        fs::read(path).unwrap()
    };
    format!("{} {:?}\n", path.display(), sha2::Sha256::digest(content))
}

fn dump(connection: &Connection) -> String {
    let tables = ["vms", "vmsync_lease", "vmsync_sources", "vmsync_passes"];
    let count = |table| connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0));
    format!(
        "{:?} {}",
        tables.map(|table| count(table).unwrap()),
        connection.total_changes()
    )
}

#[tokio::test]
async fn in_memory_it_keeps_the_contract() {
    keeps_the_contract(async |_: &str| Box::new(Bench::in_memory()) as Box<dyn Laboratory>).await;
}

#[tokio::test]
async fn in_a_file_it_keeps_the_contract() {
    keeps_the_contract(async |_: &str| Box::new(Bench::in_a_file()) as Box<dyn Laboratory>).await;
}

fn stamp() -> PassStamp {
    PassStamp {
        epoch: 1,
        run_id: "run".into(),
        local_time: "01-07-2024: 12:34:00".into(),
        time: "2024-07-01T10:34:00Z".into(),
    }
}

fn insert(name: &str) -> DocumentWrite {
    DocumentWrite::insert_vm(&VmFields {
        name: name.into(),
        orphan: true,
        ..VmFields::default()
    })
}

fn reason<T>(result: Result<T, StoreError>) -> String {
    result.err().map(|error| error.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn file_and_directory_are_the_users_alone() {
    let bench = Bench::in_a_file();
    bench.store.prepare().await.unwrap();
    let state = bench.directory.as_ref().unwrap().path().join("state");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&state), mode(&state.join("vmsync.db"))), (0o700, 0o600));
}

#[tokio::test]
async fn a_look_from_another_process_leaves_no_files_behind() {
    let bench = Bench::in_a_file();
    bench.store.apply(&stamp(), Table::Vms, &[insert("web")]).await;
    let path = bench.store.address();
    let directory = bench.directory;
    drop(bench.store);
    let before = files(directory.as_ref().unwrap().path());
    let loaded = SqliteStore::at(Path::new(&path)).load().await.unwrap();
    assert_eq!(loaded.records.len(), 1);
    assert_eq!(files(directory.as_ref().unwrap().path()), before);
    assert!(!before.contains("-wal"));
}

#[tokio::test]
async fn people_find_the_ten_columns_first_and_their_own_stay() {
    let bench = Bench::in_a_file();
    bench.store.apply(&stamp(), Table::Vms, &[insert("web")]).await;
    bench
        .sql(|connection| {
            connection
                .execute_batch("ALTER TABLE vms ADD COLUMN owner TEXT; UPDATE vms SET owner = 'ops'")
                .unwrap();
            connection
                .execute_batch("UPDATE vms SET document = json_set(document, '$.big', json('12345678901234567890123'))")
                .unwrap();
        })
        .await;
    let record = bench.store.load().await.unwrap().records.remove(0);
    let changes = crate::plan::record::diff_fields(
        &record.stored.to_map(),
        &VmFields {
            name: "db".into(),
            ..VmFields::default()
        },
    );
    bench
        .store
        .apply(
            &stamp(),
            Table::Vms,
            &[DocumentWrite::Update {
                id: record.id,
                rev: record.rev,
                changes,
            }],
        )
        .await;
    bench.store.prepare().await.unwrap();
    let (columns, row) = bench
        .sql(|connection| {
            let statement = connection.prepare("SELECT * FROM vms").unwrap();
            let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
            let row: (String, i64, String, String) = connection
                .query_row("SELECT name, orphan, owner, document FROM vms", [], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })
                .unwrap();
            (columns, row)
        })
        .await;
    assert_eq!(columns[..10], layout::VM_COLUMNS);
    assert_eq!(columns[10..], ["document", "id", "owner"]);
    assert_eq!((row.0.as_str(), row.1, row.2.as_str()), ("db", 0, "ops"));
    assert!(row.3.contains(r#""big":12345678901234567890123"#), "{}", row.3);
    let document: Value = serde_json::from_str(&row.3).unwrap();
    assert_eq!((&document["name"], &document["rev"]), (&json!("db"), &json!(2)));
}

/// As a version left it that knew fewer fields, and as people look into it.
#[tokio::test]
async fn fields_of_a_later_version_become_columns() {
    let bench = Bench::in_a_file();
    bench.store.prepare().await.unwrap();
    bench
        .sql(|connection| {
            let older = "DROP TABLE vmsync_networks; DROP TABLE vmsync_hosts;
                CREATE TABLE vmsync_hosts (id TEXT PRIMARY KEY, name TEXT, source_id TEXT, moref TEXT, present INTEGER,
                    rev INTEGER, epoch INTEGER, pass TEXT, note TEXT);
                INSERT INTO vmsync_hosts VALUES ('a/host-1', 'esx1', 'a', 'host-1', 1, 1, 1, 'run', 'of ops')";
            connection.execute_batch(older).unwrap();
        })
        .await;
    let before = bench.store.load_objects(&ObjectKind::ALL).await.unwrap();
    assert_eq!((before.records.len(), before.records[0].present), (1, true));
    // To SQLite, a quoted name that is no column is text.
    assert!(!before.records[0].stored.contains_key("cpu_cores"));
    bench.store.prepare().await.unwrap();
    bench
        .sql(|connection| {
            let columns = layout::existing_columns(connection, "vmsync_hosts").unwrap();
            let names = ObjectKind::Host.fields().map(|field| field.name);
            assert!(
                names
                    .chain(["id", "note", "pass"])
                    .all(|name| columns.iter().any(|column| column == name))
            );
            let sql = "SELECT note FROM vmsync_hosts WHERE cpu_cores IS NULL";
            let note: String = connection.query_row(sql, [], |row| row.get(0)).unwrap();
            assert_eq!(note, "of ops");
            assert!(
                !layout::existing_columns(connection, "vmsync_networks")
                    .unwrap()
                    .is_empty()
            );
        })
        .await;
    let after = bench.store.load_objects(&ObjectKind::ALL).await.unwrap();
    assert_eq!(after.records[0].id, before.records[0].id);
}

#[tokio::test]
async fn a_document_that_somebody_broke_is_left_alone() {
    let bench = Bench::in_memory();
    bench.store.apply(&stamp(), Table::Vms, &[insert("web")]).await;
    let record = bench.store.load().await.unwrap().records.remove(0);
    bench
        .sql(|connection| connection.execute("UPDATE vms SET document = '[]'", []).unwrap())
        .await;
    let loaded = bench.store.load().await.unwrap();
    assert_eq!((loaded.records.len(), &loaded.unreadable[0].id), (0, &record.id));
    assert_eq!(loaded.unreadable[0].reason, "its column document is not a JSON object");
    let write = DocumentWrite::Update {
        id: record.id,
        rev: record.rev,
        changes: crate::plan::record::FieldChanges::new(),
    };
    let outcomes = bench.store.apply(&stamp(), Table::Vms, &[write]).await.outcomes;
    assert_eq!(outcomes, [WriteOutcome::Contended]);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("vmsync.db");
    fs::write(&path, "not a database, but long enough to be taken for one").unwrap();
    let store = SqliteStore::at(&path);
    for text in [reason(store.load().await), reason(store.prepare().await)] {
        assert!(
            text.contains("is not an SQLite database") && text.contains("vmsync.db"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    let store = SqliteStore::at(Path::new("/proc/none/vmsync.db"));
    let text = reason(store.prepare().await);
    assert!(text.contains("/proc/none/vmsync.db"), "{text}");
    let Writes { outcomes, error } = store.apply(&stamp(), Table::Vms, &[insert("web"), insert("db")]).await;
    assert_eq!(error.map(|error| error.to_string()), Some(text));
    assert!(matches!(
        outcomes[..],
        [WriteOutcome::Failed { .. }, WriteOutcome::Failed { .. }]
    ));
    let text = reason(SqliteStore::at(Path::new("/")).load().await);
    assert!(text.contains("cannot be opened"), "{text}");
}

#[tokio::test]
async fn a_new_file_has_large_pages_and_an_old_one_keeps_its_own() {
    for (old, expected) in [(None, 16_384), (Some(4_096), 4_096)] {
        let bench = Bench::in_a_file();
        if let Some(size) = old {
            let file = bench.store.address();
            fs::create_dir_all(Path::new(&file).parent().unwrap()).unwrap();
            let other = Connection::open(file).unwrap();
            other.pragma_update(None, "page_size", size).unwrap();
            other.execute_batch("CREATE TABLE notes (note TEXT)").unwrap();
        }
        bench.store.prepare().await.unwrap();
        let size = bench.sql(|connection| connection.query_row("PRAGMA page_size", [], |row| row.get::<_, i64>(0)));
        assert_eq!(size.await.unwrap(), expected);
    }
}

#[tokio::test]
async fn a_full_disk_fails_the_batch_whole_and_stops() {
    let bench = Bench::in_a_file();
    bench.store.prepare().await.unwrap();
    bench
        .sql(|connection| {
            let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
            connection
                .query_row(&format!("PRAGMA max_page_count = {}", pages + 40), [], |_| Ok(()))
                .unwrap();
        })
        .await;
    let writes: Vec<_> = (0..2_500).map(|number| insert(&format!("vm-{number}"))).collect();
    let Writes { outcomes, error } = bench.store.apply(&stamp(), Table::Vms, &writes).await;
    let text = error.map(|error| error.to_string()).unwrap_or_default();
    assert!(text.contains("the disk is full"), "{text}");
    assert_eq!(outcomes.len(), 2_500);
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, WriteOutcome::Failed { .. }))
    );
    assert_eq!(outcomes[2_400], not_attempted());
    assert!(bench.store.load().await.unwrap().records.is_empty());
}

#[tokio::test]
async fn a_file_that_another_program_keeps_locked_is_out_of_reach() {
    let bench = Bench::in_a_file();
    bench.store.prepare().await.unwrap();
    let other = Connection::open(bench.store.address()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    bench
        .sql(|connection| connection.busy_timeout(Duration::from_millis(1)).unwrap())
        .await;
    let Writes { outcomes, error } = bench.store.apply(&stamp(), Table::Vms, &[insert("web")]).await;
    assert!(matches!(error, Some(StoreError::Unreachable { .. })), "{error:?}");
    assert!(matches!(outcomes[..], [WriteOutcome::Failed { .. }]));
}
