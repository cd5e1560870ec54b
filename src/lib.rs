//! The git-native home for a team's AI-agent artifacts.

pub mod app;
pub mod cli;
pub mod frontmatter;
pub mod manifest;
pub mod model;
pub mod store;
