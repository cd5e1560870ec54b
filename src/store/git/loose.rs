//! Objects in files of their own, as git keeps new ones.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gix::objs::Write as _;

use crate::store::error::StoreError;
use crate::store::files;

use super::id::ObjectName;
use super::objects::Written;
use super::repository::Repository;

/// After this time the process that wrote a temporary object is gone.
const LEFT: Duration = Duration::from_hours(24);

/// Writes blobs of a repository from any thread.
pub struct BlobWriter(gix::odb::loose::Store);

impl BlobWriter {
    /// Writes blobs under their names, which are not looked at, and makes them survive a power cut. One that lies in a
    /// pack is written all the same: to look for it there costs more than that does. `written` is told of each.
    pub fn write_all(
        &self,
        blobs: &[(ObjectName, &[u8])],
        written: impl Fn(),
    ) -> Result<(), StoreError> {
        let mut paths = BTreeSet::new();
        for (name, bytes) in blobs {
            if !self.0.contains(&name.0) {
                self.0
                    .write_buf_with_known_id(gix::objs::Kind::Blob, bytes, name.0)
                    .map_err(StoreError::git("write a blob"))?;
            }
            paths.insert(loose_path(self.0.path(), *name));
            written();
        }
        files::sync_all(&paths)
    }
}

impl Repository {
    /// Writes an object that nobody has yet. Packs are not looked through for it, as gix does it for each object.
    pub(super) fn write_loose(&self, object: &dyn gix::objs::WriteTo) -> io::Result<gix::ObjectId> {
        let mut bytes = Vec::new();
        object.write_to(&mut bytes)?;
        let id = gix::objs::compute_hash(self.git.object_hash(), object.kind(), &bytes)
            .map_err(io::Error::other)?;
        let store = self.blob_writer().0;
        if !store.contains(&id) {
            store
                .write_buf_with_known_id(object.kind(), &bytes, id)
                .map_err(io::Error::other)?;
        }
        Ok(id)
    }

    /// What writes blobs from another thread.
    pub fn blob_writer(&self) -> BlobWriter {
        let objects = self.common_dir().join("objects");
        BlobWriter(gix::odb::loose::Store::at(objects, self.git.object_hash()))
    }

    /// Makes what was written survive a power cut. Of objects the files are synced and not their folders, as git does
    /// it (`core.fsync`): file systems write the name of a new file with its content.
    pub fn sync_written(&self, mut written: Written) -> Result<(), StoreError> {
        let folder = self.common_dir().join("objects");
        let loose = (written.objects.iter()).map(|name| loose_path(&folder, *name));
        let loose: Vec<PathBuf> = loose.filter(|path| path.is_file()).collect();
        written.paths.extend(loose);
        files::sync_all(&written.paths)
    }

    /// Removes temporary objects that killed processes left a day ago or earlier: git removes only those that it named.
    pub fn sweep_objects(&self) {
        let folder = self.common_dir().join("objects");
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let is_temporary = entry.file_name().to_string_lossy().starts_with(".tmp");
            if is_temporary && files::is_older(&entry.path(), LEFT) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Where an object lies, if it has a file of its own.
fn loose_path(objects: &Path, name: ObjectName) -> PathBuf {
    let hexadecimal = name.to_string();
    let (folder, file) = hexadecimal.split_at(2);
    objects.join(folder).join(file)
}
