//! The git-native home for a team's AI-agent artifacts.
pub mod cli;
pub mod model;
pub mod store;
