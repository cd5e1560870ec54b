//! The database, brought up to date with the files: before every read, and before every change.
//!
//! What is compared are stamps (size, times, inode), as git compares them with its index; a file that was touched
//! too close to its last check is compared by content.

use std::collections::HashMap;
use std::path::Path;
use std::thread;

use crate::manifest::ManifestError;
use crate::manifest::{Differing, Document};
use crate::model::artifact_file::{ArtifactFile, FileStamp, FoundFile, Seen};
use crate::model::collection::Collection;
use crate::model::finding::{Finding, Severity};
use crate::model::layout::MANIFEST;
use crate::model::path::RelativePath;
use crate::store::cache::contents::{Contents, KnownFile, LayoutCheck, Rows, State, Update};
use crate::store::cache::database::Database;
use crate::store::cache::error::CacheError;
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::git::id::ObjectName;
use crate::store::git::objects::Hasher;
use crate::store::scan::{Glance, Look, Lookers, Scan};

use super::error::{AppError, Refusal};
use super::headers::{of_content, read_files, read_head};
use super::notice::Notice;
use super::workspace::Workspace;

/// The largest manifest that is read, in bytes.
pub const MANIFEST_LIMIT: u64 = 32 << 20;

/// What to do when the manifest of the work tree is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invalid {
    /// Answer from HEAD's manifest and tell so.
    AnswerFromHead,
    /// Fail.
    Refuse,
}

/// The database, up to date.
pub struct Refreshed {
    /// The database.
    pub database: Database,
    /// What should be told.
    pub notices: Vec<Notice>,
    /// Things in the layout that can't be artifacts, with what was seen there otherwise.
    pub layout: Layout,
    /// How many files were read because they were new or changed.
    pub files_read: usize,
}

/// What was seen in the layout.
#[derive(Debug)]
pub enum Layout {
    /// Nothing: it was not looked at.
    Unseen,
    /// As much as shows that nothing changed.
    Glanced(Look),
    /// All of it.
    Scanned(Scan),
}

impl Layout {
    /// Artifacts' files, and things in the layout that can't be artifacts.
    pub fn scan(self) -> Scan {
        match self {
            Self::Unseen => Scan::default(),
            Self::Glanced(look) => look.scan(),
            Self::Scanned(scan) => scan,
        }
    }
}

/// The manifest as far as a refresh must know it.
pub(super) struct Manifest {
    blob: String,
    stamp: Option<FileStamp>,
    rows: ManifestRows,
    notices: Vec<Notice>,
}

/// A manifest that was read already.
pub(super) struct ReadManifest<'a> {
    /// Its text.
    pub(super) document: &'a Document,
    /// Its name as a blob.
    pub(super) name: ObjectName,
    /// When it was read.
    pub(super) seen: Option<Seen>,
}

/// The manifest's rows, as far as the database does not have them.
enum ManifestRows {
    /// It has all of them.
    Known,
    /// It has all but these.
    Differing(Differing),
    /// All of them.
    All(Collection),
}

impl Workspace {
    /// Brings the database up to date and opens it. Damaged, absent or unwritable: it is made anew, in memory if
    /// need be.
    pub fn refreshed(&self, invalid: Invalid) -> Result<Refreshed, AppError> {
        self.refreshed_beside(|_| Ok(()), invalid)
            .map(|(refreshed, _)| refreshed)
    }

    /// The same, with a question that is asked of the database while the files are looked at. There is no answer when
    /// the database was not up to date.
    pub(super) fn refreshed_beside<T>(
        &self,
        question: impl FnOnce(&Database) -> Result<T, AppError>,
        invalid: Invalid,
    ) -> Result<(Refreshed, Option<Result<T, AppError>>), AppError> {
        let path = self.database_path();
        if let Ok(Some(database)) = Database::open(&path) {
            match self.refresh(database, question, invalid) {
                Err(AppError::Cache(error)) | Ok((_, Some(Err(AppError::Cache(error)))))
                    if error.is_damage() => {}
                other => return other,
            }
        }
        self.rebuilt(invalid).map(|refreshed| (refreshed, None))
    }

    /// Makes the database anew from the files.
    pub fn rebuilt(&self, invalid: Invalid) -> Result<Refreshed, AppError> {
        let checked = files::clock();
        let (files, manifest) = self.beside(
            |folder, hasher| {
                let look = Look::at(folder)?;
                let digest = look.glance().digest;
                let scan = look.scan();
                let read = read_files(folder, hasher, &scan.files)?;
                Ok::<_, StoreError>((digest, scan, read))
            },
            || self.read_manifest(None, invalid),
        );
        let ((digest, scan, read), manifest) = (files?, manifest?);
        let ManifestRows::All(collection) = manifest.rows else {
            return Err(AppError::NotACollection {
                path: self.folder().to_owned(),
            });
        };
        let state = State {
            manifest_blob: manifest.blob,
            manifest_stamp: manifest.stamp,
            manifest_checked: checked,
            head: self.head_name(),
            layout: Some(LayoutCheck { digest, checked }),
        };
        let contents = Contents {
            state,
            collection: &collection,
            files: &read,
            checked,
        };
        let (database, unwritable) = self.create(&contents)?;
        let mut notices = manifest.notices;
        notices.extend(unwritable);
        Ok(Refreshed {
            database,
            notices,
            layout: Layout::Scanned(scan),
            files_read: read.len(),
        })
    }

    /// Does one thing with the collection's folder in a thread of its own while this one does another.
    fn beside<F: Send, H>(
        &self,
        files: impl FnOnce(&Path, Hasher) -> F + Send,
        here: impl FnOnce() -> H,
    ) -> (F, H) {
        let (folder, hasher) = (self.folder(), self.repository.hasher());
        thread::scope(|scope| {
            let files = scope.spawn(move || files(folder, hasher));
            let here = here();
            match files.join() {
                Ok(files) => (files, here),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    fn create(&self, contents: &Contents<'_>) -> Result<(Database, Option<Notice>), CacheError> {
        match Database::create(&self.database_path(), contents) {
            Ok(database) => Ok((database, None)),
            Err(_) => Ok((
                Database::in_memory(contents)?,
                Some(Notice::DatabaseInMemory),
            )),
        }
    }

    fn refresh<T>(
        &self,
        database: Database,
        question: impl FnOnce(&Database) -> Result<T, AppError>,
        invalid: Invalid,
    ) -> Result<(Refreshed, Option<Result<T, AppError>>), AppError> {
        let checked = files::clock();
        let crew = Lookers::new(1);
        let (look, here) = self.beside(
            |folder, _| Look::with(folder, &crew),
            || {
                let state = database.state()?;
                let manifest = self.read_manifest(Some(&state), invalid)?;
                let is_fresh = is_fresh(&state, &manifest);
                let answer = is_fresh.then(|| question(&database));
                crew.help();
                Ok::<_, AppError>((state, manifest, answer))
            },
        );
        let (look, (state, manifest, answer)) = (look?, here?);
        let glance = look.glance();
        if answer.is_some() && is_as_known(state.layout, glance) {
            let refreshed = Refreshed {
                database,
                notices: manifest.notices,
                layout: Layout::Glanced(look),
                files_read: 0,
            };
            return Ok((refreshed, answer));
        }
        let scan = look.scan();
        let difference = self.difference(&scan, database.known_files()?)?;
        let layout = Some(LayoutCheck {
            digest: glance.digest,
            checked,
        });
        let seen = (difference, Layout::Scanned(scan));
        self.take_in(database, manifest, seen, (layout, checked))
            .map(|refreshed| (refreshed, None))
    }

    /// The database with this manifest's rows, whatever became of the files.
    pub(super) fn with_rows(
        &self,
        database: Database,
        manifest: &ReadManifest<'_>,
    ) -> Result<Refreshed, AppError> {
        let state = database.state()?;
        let blob = manifest.name.to_string();
        if state.manifest_blob == blob {
            return Ok(Refreshed {
                database,
                notices: Vec::new(),
                layout: Layout::Unseen,
                files_read: 0,
            });
        }
        let rows = self.rows_of(manifest.document, Some(&state))?;
        let checked = manifest.seen.map_or_else(files::clock, |seen| seen.at);
        let manifest = Manifest {
            blob,
            stamp: manifest.seen.map(|seen| seen.stamp),
            rows,
            notices: Vec::new(),
        };
        let nothing = (Difference::default(), Layout::Unseen);
        self.take_in(database, manifest, nothing, (state.layout, checked))
    }

    /// Writes to the database what differs from what it knows.
    pub(super) fn take_in(
        &self,
        mut database: Database,
        manifest: Manifest,
        (difference, seen): (Difference, Layout),
        (layout, checked): (Option<LayoutCheck>, i64),
    ) -> Result<Refreshed, AppError> {
        let rows = match &manifest.rows {
            ManifestRows::Known => Rows::Unchanged,
            ManifestRows::Differing(rows) => Rows::Touched(rows.clone()),
            ManifestRows::All(collection) => Rows::All(collection),
        };
        let adds_nothing = matches!(rows, Rows::Unchanged) && difference.is_known();
        let update = Update {
            state: State {
                manifest_blob: manifest.blob,
                manifest_stamp: manifest.stamp,
                manifest_checked: checked,
                head: self.head_name(),
                layout,
            },
            rows,
            files: &difference.read,
            removed: &difference.removed,
            rechecked: &difference.rechecked,
            checked,
        };
        match database.update(&update) {
            // Only check times could not be noted: the answer is right all the same.
            Err(error) if adds_nothing && !error.is_damage() => {}
            outcome => outcome?,
        }
        Ok(Refreshed {
            database,
            notices: manifest.notices,
            layout: seen,
            files_read: difference.read.len(),
        })
    }

    /// Reads the manifest, unless `state` proves that it is the one that the database was made from.
    pub(super) fn read_manifest(
        &self,
        state: Option<&State>,
        invalid: Invalid,
    ) -> Result<Manifest, AppError> {
        let path = self.manifest_path();
        let stamp = files::stamp(&path)?;
        if stamp.is_none() && std::fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink())
        {
            return Err(Refusal::ManifestIsLink.into());
        }
        if let Some(blob) = state.and_then(|state| state.name_of(stamp)) {
            return Ok(Manifest {
                blob: blob.to_owned(),
                stamp,
                rows: ManifestRows::Known,
                notices: Vec::new(),
            });
        }
        let read = files::read(&path, MANIFEST_LIMIT)
            .map_err(AppError::from)
            .and_then(|bytes| match bytes {
                Some(bytes) => self.parse(bytes, state),
                None => Err(AppError::NotACollection {
                    path: self.folder().to_owned(),
                }),
            });
        match read {
            Ok((blob, rows)) => Ok(Manifest {
                blob,
                stamp,
                rows,
                notices: Vec::new(),
            }),
            Err(error) if invalid == Invalid::AnswerFromHead => {
                self.committed_instead(error, state)
            }
            Err(error) => Err(error),
        }
    }

    /// The blob's name, and the rows unless the database has those of this very blob.
    fn parse(
        &self,
        bytes: Vec<u8>,
        state: Option<&State>,
    ) -> Result<(String, ManifestRows), AppError> {
        let blob = self.repository.hasher().name_of(&bytes)?;
        let is_known = state.is_some_and(|state| state.manifest_blob == blob);
        let rows = if is_known {
            ManifestRows::Known
        } else {
            self.rows_of(&Document::scan(bytes)?, state)?
        };
        Ok((blob, rows))
    }

    /// The rows that a database in that state does not have.
    fn rows_of(
        &self,
        document: &Document,
        state: Option<&State>,
    ) -> Result<ManifestRows, AppError> {
        let Some(older) = state.and_then(|state| self.older(&state.manifest_blob)) else {
            document.validate()?;
            return Ok(ManifestRows::All(document.collection()));
        };
        document.validate_since(&older)?;
        Ok(match document.rows_since(&older)? {
            Some(rows) => ManifestRows::Differing(rows),
            None => ManifestRows::All(document.collection()),
        })
    }

    /// The manifest that the database was made from, where git has it.
    fn older(&self, blob: &str) -> Option<Document> {
        let bytes = self.repository.blob(blob.parse().ok()?).ok()?;
        Document::scan(bytes).ok()
    }

    /// The committed manifest, when the one in the work tree can't be used. `AppError::NothingValid` when neither can.
    fn committed_instead(
        &self,
        error: AppError,
        state: Option<&State>,
    ) -> Result<Manifest, AppError> {
        let findings = match error {
            AppError::Manifest(ManifestError::Invalid { findings }) => findings,
            other => vec![
                Finding::new(Severity::Error, "unreadable", unreadable(&other)).in_file(MANIFEST),
            ],
        };
        let committed = self.committed_manifest()?;
        let parsed = committed.map(|bytes| self.parse(bytes, state)).transpose();
        match parsed {
            Ok(Some((blob, rows))) => Ok(Manifest {
                blob,
                stamp: None,
                rows,
                notices: vec![Notice::AnswerFromHead(findings)],
            }),
            _ => Err(AppError::NothingValid { findings }),
        }
    }

    /// The bytes of HEAD's manifest.
    pub(super) fn committed_manifest(&self) -> Result<Option<Vec<u8>>, AppError> {
        let manifest: RelativePath = MANIFEST.parse()?;
        let entry = self
            .repository
            .entry_at(self.repository.head()?.commit, &manifest)?;
        Ok(entry
            .map(|entry| self.repository.blob(entry.blob))
            .transpose()?)
    }

    /// How files differ from what is known of them; known ones that were not found are gone.
    pub(super) fn difference(
        &self,
        scan: &Scan,
        mut known: HashMap<RelativePath, KnownFile>,
    ) -> Result<Difference, AppError> {
        let mut difference = Difference::default();
        let mut unread: Vec<FoundFile> = Vec::new();
        for found in &scan.files {
            match known.remove(&found.path) {
                Some(file) if file.id == found.id && is_same(&file, found) => {}
                Some(file) if file.id == found.id => self.compare(&file, found, &mut difference)?,
                _ => unread.push(found.clone()),
            }
        }
        difference.removed = known.into_keys().collect();
        difference.read.extend(read_files(
            self.folder(),
            self.repository.hasher(),
            &unread,
        )?);
        Ok(difference)
    }

    /// Compares by content a file whose stamp proves nothing.
    fn compare(
        &self,
        known: &KnownFile,
        found: &FoundFile,
        difference: &mut Difference,
    ) -> Result<(), AppError> {
        let Some(bytes) = read_head(self.folder(), found)? else {
            return Ok(());
        };
        let blob = self.repository.hasher().name_of(&bytes)?;
        if blob == known.blob {
            difference.rechecked.push((found.path.clone(), found.stamp));
        } else {
            difference.read.push(of_content(found, &bytes, blob));
        }
        Ok(())
    }

    pub(super) fn head_name(&self) -> String {
        let head = self.repository.head().ok().and_then(|head| head.commit);
        head.map(|commit| commit.to_string()).unwrap_or_default()
    }
}

/// Whether the manifest is surely the one that the database was made from, and need not be read next time either.
pub(super) fn is_fresh(state: &State, manifest: &Manifest) -> bool {
    state.name_of(manifest.stamp) == Some(manifest.blob.as_str())
}

/// Whether the files are surely those that the database knows.
fn is_as_known(known: Option<LayoutCheck>, seen: Glance) -> bool {
    known.is_some_and(|known| known.digest == seen.digest && seen.proves_from < known.checked)
}

fn is_same(known: &KnownFile, found: &FoundFile) -> bool {
    known.stamp == found.stamp && !found.stamp.is_racy(known.checked)
}

/// Why a manifest could not even be looked into.
fn unreadable(error: &AppError) -> String {
    match error {
        AppError::NotACollection { .. } => "it is not in the work tree".to_owned(),
        other => other.to_string(),
    }
}

/// How the files differ from what the database knows.
#[derive(Debug, Default)]
pub(super) struct Difference {
    read: Vec<ArtifactFile>,
    removed: Vec<RelativePath>,
    rechecked: Vec<(RelativePath, FileStamp)>,
}

impl Difference {
    /// Whether there is nothing to note.
    pub(super) fn is_none(&self) -> bool {
        self.is_known() && self.rechecked.is_empty()
    }

    /// Whether the database has the content of every file.
    fn is_known(&self) -> bool {
        self.read.is_empty() && self.removed.is_empty()
    }
}
