//! The last objects that were taken out of packs, for reading versions of one file one after the other: each is told in
//! a pack by what it has from another one, and without that one at hand all between it and a whole one are made anew.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gix::objs::Kind;
use gix::odb::pack::cache::DecodeEntry;

/// How many bytes are kept.
const KEPT: usize = 8 << 20;

/// The smallest object that is kept, in bytes: others are made fast.
const SMALLEST: usize = 4 << 10;

/// How often an object was looked for and not found.
#[derive(Debug, Clone, Default)]
pub struct Misses(Arc<AtomicUsize>);

impl Misses {
    /// The number, which then begins anew.
    pub fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// An object at its place in a pack.
struct Kept {
    pack: u32,
    offset: u64,
    kind: Kind,
    compressed: usize,
    data: Vec<u8>,
}

/// The last objects, the newest first.
#[derive(Default)]
pub(super) struct PackCache {
    kept: VecDeque<Kept>,
    bytes: usize,
    misses: Misses,
}

impl PackCache {
    /// An empty one, which counts there.
    pub(super) fn counted_by(misses: Misses) -> Self {
        Self {
            misses,
            ..Self::default()
        }
    }
}

impl DecodeEntry for PackCache {
    fn put(&mut self, pack: u32, offset: u64, data: &[u8], kind: Kind, compressed: usize) {
        if data.len() < SMALLEST || data.len() > KEPT {
            return;
        }
        let mut room = Vec::new();
        while self.bytes + data.len() > KEPT {
            let Some(last) = self.kept.pop_back() else {
                break;
            };
            self.bytes -= last.data.len();
            room = last.data;
        }
        room.clear();
        room.extend_from_slice(data);
        self.bytes += room.len();
        self.kept.push_front(Kept {
            pack,
            offset,
            kind,
            compressed,
            data: room,
        });
    }

    fn get(&mut self, pack: u32, offset: u64, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        let mut kept = self.kept.iter();
        let found = kept.find(|kept| kept.offset == offset && kept.pack == pack);
        let Some(found) = found else {
            self.misses.0.fetch_add(1, Ordering::Relaxed);
            return None;
        };
        out.clear();
        out.extend_from_slice(&found.data);
        Some((found.kind, found.compressed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_objects_are_kept_as_long_as_there_is_room() {
        let misses = Misses::default();
        let mut cache = PackCache::counted_by(misses.clone());
        let object = vec![7; KEPT / 3];
        for offset in 0..4 {
            cache.put(1, offset, &object, Kind::Blob, 5);
        }
        cache.put(1, 9, b"small", Kind::Blob, 5);
        let mut out = Vec::new();
        assert_eq!(cache.get(1, 3, &mut out), Some((Kind::Blob, 5)));
        assert_eq!(out, object);
        assert_eq!(misses.take(), 0);
        for (pack, offset) in [(1, 0), (2, 3), (1, 9)] {
            assert_eq!(cache.get(pack, offset, &mut out), None);
        }
        assert_eq!((misses.take(), misses.take()), (3, 0));
    }
}
