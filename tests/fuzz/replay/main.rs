//! The fuzz targets as ordinary tests: every seed of the corpus, and random inputs of a kind that gets deep. What a
//! fuzzer finds becomes a seed, and is tried here from then on.

#[path = "../targets/mod.rs"]
mod targets;

mod config;
mod session;
mod soap;

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;

/// Every seed of a target.
fn replay(target: &str, check: impl Fn(&[u8])) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz/corpus")
        .join(target);
    let seeds = read_seeds(&directory);
    assert!(seeds.len() >= 3, "{} is all but empty", directory.display());
    for (name, bytes) in seeds {
        eprintln!("{name}");
        check(&bytes);
        // As good as a fuzzer's first steps: every end, every byte turned into another.
        for place in 0..bytes.len() {
            check(&bytes[..place]);
            let mut changed = bytes.clone();
            changed[place] ^= 1 << (place % 8);
            check(&changed);
        }
    }
}

fn read_seeds(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(directory).expect("the corpus");
    let mut seeds: Vec<_> = files
        .map(|file| {
            let path = file.expect("an entry").path();
            (path.display().to_string(), std::fs::read(path).expect("a seed"))
        })
        // What a fuzzer left here, by the thousand, is not committed.
        .filter(|(name, _)| name.rsplit('/').next().is_some_and(|name| name.contains('.')))
        .collect();
    seeds.sort();
    seeds
}

/// One change to an input: a piece replaced by another one.
#[derive(Debug, Clone)]
struct Mutation {
    at: Index,
    length: usize,
    piece: Vec<u8>,
}

fn mutation(pieces: &'static [&'static str]) -> impl Strategy<Value = Mutation> {
    let piece = prop_oneof![
        3 => prop::sample::select(pieces).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..3),
    ];
    (any::<Index>(), 0..6_usize, piece).prop_map(|(at, length, piece)| Mutation { at, length, piece })
}

fn mutate(mut bytes: Vec<u8>, mutations: &[Mutation]) -> Vec<u8> {
    for Mutation { at, length, piece } in mutations {
        let start = at.index(bytes.len() + 1);
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, piece.iter().copied());
    }
    bytes
}
