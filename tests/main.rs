//! The program from outside: real files, real git, the real binary.

#![expect(
    clippy::disallowed_methods,
    reason = "tests set up their own files and environment"
)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that is skipped says why"
)]
#![expect(
    clippy::too_many_lines,
    reason = "some tests go through one state after the other"
)]

mod adopt;
mod architecture;
mod collections;
mod commands;
mod common;
mod composites;
mod concurrency;
mod continuous_integration;
mod deployments;
mod deployments_hostile;
mod deployments_kills;
mod dialects;
mod diff;
mod disk;
mod exchange;
mod exchange_export;
mod history_index;
mod hook_surroundings;
mod hooks;
mod hostile;
mod json_documents;
mod kills;
mod lint;
mod merge_cases;
mod merge_commands;
mod merge_corpus;
mod merge_documentation;
mod merge_properties;
mod neighbours;
mod past;
mod preservation;
mod reading;
mod refusals;
mod repositories;
mod sharing_convergence;
mod sharing_corners;
mod sharing_driver;
mod sharing_first;
mod sharing_kills;
mod sharing_merges;
mod sharing_operations;
mod sharing_renames;
mod sharing_resolve;
mod sharing_sync;
mod sources;
mod sources_lock;
mod sources_update;
mod time;
mod traces;
mod undo;
