//! Passes that are ended in the middle: by a signal, by a panic, and on the command line.

use super::marks;
use super::rows::{FORMATS, LOUDNESS, ROWS};
use super::world::World;
use crate::support::{Output, wait_for};
use simulator::{Effect, Fault};
use std::time::Duration;

#[track_caller]
fn shows_nothing(output: &Output) {
    for text in [&output.stdout, &output.stderr] {
        assert_eq!(marks::find(text.as_bytes()), None, "{output}");
    }
}

#[test]
fn a_signal_brings_no_secret_to_light() {
    let world = World::start();
    for source in &world.sources {
        source.simulator.script(Fault::on("RetrievePropertiesEx", Effect::Hang));
    }
    for (turn, signal) in ["TERM", "INT"].into_iter().enumerate() {
        world.sources[0].simulator.clear_calls();
        let pass = world.homes[turn]
            .vmsync
            .spawn(&[ROWS[0], LOUDNESS[0], FORMATS[turn]].concat());
        wait_for("the pass lists", Duration::from_secs(10), || {
            (world.sources[0].simulator.call_count("RetrievePropertiesEx") > 0).then_some(())
        });
        pass.signal(signal);
        let output = pass.wait();
        shows_nothing(output.assert_code([143, 130][turn]));
    }
    world.search_stores("a signal");
    world.assert_nothing_found();
}

#[test]
fn a_panic_brings_no_secret_to_light() {
    let mut world = World::start();
    for (turn, place) in ["pass.before", "documents.after", "session.before", "post.before"]
        .into_iter()
        .enumerate()
    {
        world.stir();
        let variables = [
            ("VMSYNC_FAILPOINT", &*format!("{place}:1")),
            ("VMSYNC_FAILPOINT_PANIC", "1"),
            ("RUST_BACKTRACE", "full"),
        ];
        let pass = world.homes[turn]
            .vmsync
            .spawn_with(&[ROWS[0], LOUDNESS[0]].concat(), &variables);
        let output = pass.wait();
        output.assert_stderr("failpoint").assert_stderr("stack backtrace");
        shows_nothing(output.assert_code(1));
        // The lease of a pass that panicked runs out by itself; nobody waits for that here.
        world.forget_lease();
    }
    world.search_stores("a panic");
    world.assert_nothing_found();
}

/// There is no option for a secret; one that is given all the same is not repeated with its value.
#[test]
fn an_option_for_a_secret_is_refused_without_it() {
    let world = World::start();
    let secret = marks::password(60);
    for option in ["--password", "--url", "--token"] {
        let joined = format!("{option}={secret}");
        for row in ROWS {
            let output = world.homes[0].vmsync.run(&[row, &[joined.as_str(), "-vvv"]].concat());
            shows_nothing(output.assert_code(2));
        }
    }
}
