//! The repository's filters: line ends, encodings and the user's own, between work tree and blob.

use std::io::Read;
use std::path::Path;

use gix::bstr::BStr;
use gix::filter::plumbing::pipeline::convert::ToGitOutcome;
use gix::worktree::stack::state::attributes::Source;

use crate::store::error::StoreError;

use super::index::Index;
use super::repository::Repository;

impl Repository {
    /// The content that git stores for a file of the work tree; nothing where that is the content itself.
    pub fn to_git(
        &self,
        path: &str,
        bytes: &[u8],
        index: &Index,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let mut pipeline = self.pipeline(index)?;
        let mut outcome = pipeline
            .convert_to_git(bytes, Path::new(path), &index.file)
            .map_err(StoreError::git("convert a file for git"))?;
        if matches!(outcome, ToGitOutcome::Unchanged(_)) {
            return Ok(None);
        }
        let mut converted = Vec::with_capacity(bytes.len());
        outcome
            .read_to_end(&mut converted)
            .map_err(StoreError::io("convert", Path::new(path)))?;
        Ok(Some(converted).filter(|converted| converted != bytes))
    }

    /// The content that git would put into the work tree for a blob.
    pub fn to_work_tree(
        &self,
        path: &str,
        blob: &[u8],
        index: &Index,
    ) -> Result<Vec<u8>, StoreError> {
        let mut pipeline = self.pipeline(index)?;
        let options = gix::filter::plumbing::pipeline::convert::to_worktree::Options::default();
        let mut converted = Vec::with_capacity(blob.len());
        pipeline
            .convert_to_worktree(blob, BStr::new(path), options)
            .map_err(StoreError::git("convert a file for the work tree"))?
            .read_to_end(&mut converted)
            .map_err(StoreError::io("convert", Path::new(path)))?;
        Ok(converted)
    }

    fn pipeline(&self, index: &Index) -> Result<gix::filter::Pipeline<'_>, StoreError> {
        let attributes = self
            .git
            .attributes_only(&index.file, Source::WorktreeThenIdMapping)
            .map_err(StoreError::git("read the attributes"))?;
        gix::filter::Pipeline::new(&self.git, attributes.detach())
            .map_err(StoreError::git("set up the filters"))
    }
}
