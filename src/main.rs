//! The `vmsync` command: parse, run, exit code.

use std::num::NonZero;
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::thread::available_parallelism;

use anyhow::Context;
use mimalloc::MiMalloc;
use rustix::thread::disable_transparent_huge_pages;
use vmsync::exit::Condition;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Threads that read the pages of sources, as far as there are processors; two at least, as pages arrive while one is read.
const THREADS: RangeInclusive<usize> = 2..=4;

fn main() -> ExitCode {
    // Where the system gives huge pages to everybody they would lie in memory whole for the sake of a few texts in each.
    let _ = disable_transparent_huge_pages(true);
    match run() {
        Ok(code) => code.into(),
        Err(error) => {
            vmsync::logging::tell(&format!("{error:#}"));
            Condition::Internal.code().into()
        }
    }
}

/// A panic has told of itself on stderr; here it becomes the exit code of an internal error.
fn run() -> anyhow::Result<vmsync::exit::ExitCode> {
    let processors = available_parallelism().map_or(1, NonZero::get);
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder
        .worker_threads(processors.clamp(*THREADS.start(), *THREADS.end()))
        .enable_all()
        .build()
        .context("failed to start the runtime")?;
    let arguments = std::env::args_os().collect();
    let code = runtime.block_on(async { tokio::spawn(vmsync::commands::run_with(arguments)).await });
    // Nothing that is left has an effect any more, and the process ends with it. Shutting the runtime down would drop the
    // tasks of the database driver in any order, to which it answers with a panic now and then.
    std::mem::forget(runtime);
    code.context("internal error; please report it with what is printed above")
}
