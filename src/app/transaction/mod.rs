//! A change: manifest, files, commit and database together, or not at all.
//!
//! The steps, in the order of the files: [`look`] at the repository and refuse what would harm; let the operation
//! plan and turn the plan into bytes ([`prepare`]); [`publish`] them under a journal, or [`other_path`] through
//! `git commit`; [`settle`] the database, whose rows were written meanwhile (`follower`). [`attempt`] drives them, and
//! does them again when others were faster.
//! [`recover`] finishes or takes back what was interrupted.

pub mod attempt;
mod content;
mod follower;
pub mod look;
pub mod other_path;
pub mod outcome;
pub mod prepare;
pub mod publish;
pub mod recover;
pub mod settle;
