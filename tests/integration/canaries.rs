//! No secret leaves vmsync but to the server that it is for: marked ones stand wherever a secret can stand, everything
//! goes wrong that can, and the marks are looked for in all that comes out.
//!
//! What is not looked at: the environment of a process whose secrets were put there by its user, and memory.

mod broken;
mod ends;
mod failures;
mod marks;
mod rows;
mod world;

use failures::Failure;
use std::collections::BTreeSet;
use world::{HOMES, SOURCES, World, secret_of, session_mark};

/// Homes whose addresses of MongoDB and Redis stand in the configuration, where a failure can change them.
const OPEN: [usize; 6] = [0, 1, 2, 3, 4, 5];

#[test]
fn no_secret_is_shown_or_stored_whatever_fails_at_the_sources() {
    let mut world = World::start();
    each_secret_is_used(&mut world);
    go_through(&mut world, &failures::at_the_sources());
}

#[test]
fn no_secret_is_shown_or_stored_whatever_fails_at_the_services() {
    let mut world = World::start();
    go_through(&mut world, &failures::at_the_services());
}

fn go_through(world: &mut World, failures: &[Failure]) {
    for (turn, failure) in failures.iter().enumerate() {
        world.heal();
        world.stir();
        let guard = failure.strike(world);
        let lines = rows::lines_of(turn, 2);
        let world = &*world;
        let home = |number: usize| OPEN[(turn + number) % OPEN.len()];
        // Two at a time, as many of them wait for an answer that does not come.
        let occasions: Vec<_> = lines.iter().enumerate().collect();
        for pair in occasions.chunks(2) {
            std::thread::scope(|scope| {
                for (number, line) in pair {
                    scope.spawn(|| {
                        let output = world.run(home(*number), line, &failure.name);
                        let is_expected = *number > 0 || failure.codes.contains(&output.code);
                        assert!(is_expected, "{}: {output}", failure.name);
                    });
                }
            });
        }
        drop(guard);
        world.search_stores(&failure.name);
    }
    world.assert_nothing_found();
}

/// So that the marks are not looked for in vain: each has come to the server that it is for.
fn each_secret_is_used(world: &mut World) {
    for home in 0..HOMES {
        let line = [rows::ROWS[0], &["-vvv"], rows::LOGS[2]].concat();
        if home == HOMES - 1 {
            // Its embedded store knows nothing of the renames that the others have seen.
            world.run(home, &line, "all is well").assert_code(0);
            world.add_sessions();
        }
        world.stir();
        world.endpoints.forget();
        let before = redis_logins(world);
        world.run(home, &line, "all is well").assert_code(0);
        assert!(
            world.is_renamed(),
            "home {home} does not reach the sessions: {}",
            world.session()
        );
        assert!(redis_logins(world) > before, "home {home} does not log in to Redis");
        assert!(
            world.search_journal("all is well") > 20,
            "home {home} tells the journal nothing"
        );
        let told: BTreeSet<_> = world
            .endpoints
            .requests()
            .into_iter()
            .map(|request| request.path)
            .collect();
        let (pings, told): (BTreeSet<_>, BTreeSet<_>) = told.into_iter().partition(|path| path.starts_with("/ping/"));
        assert_eq!(pings.len(), 2, "home {home} does not ping the watchdog: {pings:?}");
        assert!(
            world.metrics(home).contains("vmsync_last_run_exit_code 0\n"),
            "home {home} writes no metrics"
        );
        assert_eq!(
            told,
            world.paths().into_iter().collect(),
            "home {home} does not tell the services"
        );
    }
    let strangers = world.strangers();
    assert!(
        strangers.is_empty(),
        "these have not logged in to MongoDB: {strangers:?}\n{}",
        world.mongod.log()
    );
    for number in 0..SOURCES.len() {
        for mark in [
            marks::xml(&marks::password(number)),
            session_mark(number),
            format!("session[{}", session_mark(number)),
        ] {
            assert!(world.was_sent(&mark), "no source was sent {mark}");
        }
    }
    world.search_stores("all is well");
    // From here on MongoDB is what the sessions follow.
    world.run(0, rows::ROWS[0], "all is well").assert_code(0);
    world.add_sessions();
}

/// Logins that Redis has accepted.
fn redis_logins(world: &World) -> u64 {
    let info: String = redis::cmd("INFO")
        .arg("commandstats")
        .query(&mut world.redis.connection())
        .expect("it answers");
    let auth = info.lines().find_map(|line| line.strip_prefix("cmdstat_auth:calls="));
    let calls = auth.and_then(|rest| rest.split(',').next()?.parse().ok());
    calls.unwrap_or(0)
}

#[test]
fn all_secrets_differ() {
    let services = (0..HOMES).flat_map(|home| ["mongodb", "redis"].map(|name| secret_of(name, home)));
    let sources = (0..SOURCES.len()).flat_map(|number| [marks::password(number), session_mark(number)]);
    let all: BTreeSet<String> = services.chain(sources).collect();
    assert_eq!(all.len(), 2 * HOMES + 2 * SOURCES.len());
}
