//! Everything that touches the disk: files, git, and the database that is made of them.
//!
//! This room knows no rule of the manifest and no use-case; it reads and writes what it is told, completely or not
//! at all, and names the path in every error.

pub mod cache;
mod crew;
mod database_address;
pub mod deploying;
pub mod error;
pub mod files;
pub mod git;
pub mod legacy;
pub mod listing;
pub mod lock;
pub mod project;
pub mod scan;
