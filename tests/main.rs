#![expect(
    clippy::disallowed_methods,
    reason = "tests set up their own files and environment"
)]
//! The program from outside: real files, real git, the real binary.

mod architecture;
mod collections;
mod commands;
mod common;
mod concurrency;
mod dialects;
mod disk;
mod hostile;
mod json_documents;
mod kills;
mod preservation;
mod reading;
mod refusals;
mod repositories;
mod traces;
