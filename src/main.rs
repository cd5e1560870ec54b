//! The `skillmeat` program: one call into the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    skillmeat::cli::run::run()
}
