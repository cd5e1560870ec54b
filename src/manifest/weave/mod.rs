//! A merge's text: documents to the tables that are merged, and merged tables to text in our document's form.
//!
//! What did not change keeps the bytes that it has in our document; what comes from theirs comes with its comments.
//! What is not decided stands between conflict markers, around the smallest entries that differ.

mod apply;
mod array;
mod arrays;
mod comments;
mod document;
mod fields;
mod inline;
mod keyed;
mod list;
mod marked;
mod place;
mod record;
mod remarks;
mod rest;
mod said;
mod sections;
mod sets;
mod sheets;
mod tables;
mod text;

pub use document::Versions;
pub use said::Said;
