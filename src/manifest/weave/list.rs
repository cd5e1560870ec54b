//! Lists of strings, made to hold merged entries: those that stay keep their bytes and comments, those that come bring
//! theirs.

use crate::manifest::arrange::{Comments, Wanted};
use crate::manifest::bracketed::{Bracketed, Entry as Piece, comment_lines};
use crate::manifest::decode;
use crate::manifest::write::{lines, words};
use crate::model::datum::quoted;
use crate::model::merged::Entry;
use crate::model::side::{Side, Sides};

/// How a list that has no form yet is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fresh<'t> {
    /// An entry a line; the list stands in a line with that indentation.
    Lines(&'t str),
    /// On one line.
    Words,
}

/// The lists in three versions as they are written.
pub(super) struct Lists<'t> {
    /// The values; nothing where there is none.
    pub(super) raws: Sides<Option<&'t str>>,
    /// The newline of our document.
    pub(super) newline: &'static str,
}

impl Lists<'_> {
    /// The list with these entries, in the form of one version.
    pub(super) fn with(&self, entries: &[Entry], form: Side, fresh: Fresh<'_>) -> String {
        let written = |text: String| super::comments::converted(&text, self.newline);
        let texts = || {
            entries
                .iter()
                .map(|entry| entry.text.clone())
                .collect::<Vec<_>>()
        };
        let anew = || match fresh {
            Fresh::Lines(indent) => written(lines(&texts(), indent)),
            Fresh::Words => words(&texts()),
        };
        let raw = self.raws.of(form).filter(|raw| raw.starts_with('['));
        let parsed = raw.and_then(|raw| {
            let converted = super::comments::converted(raw, self.newline);
            Some((
                Bracketed::parse(&converted, self.newline)?,
                decode::list(raw)?,
            ))
        });
        let Some((mut list, old)) = parsed else {
            return anew();
        };
        if old.is_empty() && !list.has_comments() && !list.is_many_lines() && !entries.is_empty() {
            return anew();
        }
        let sources = self.raws.map(|raw| {
            raw.and_then(|raw| {
                let converted = super::comments::converted(raw, self.newline);
                Bracketed::parse(&converted, self.newline)
            })
        });
        let wanted: Vec<Wanted> = entries
            .iter()
            .map(|entry| wanted(entry, form, &old, &sources))
            .collect();
        list.arrange(&wanted, Comments::Drop);
        list.render(match fresh {
            Fresh::Lines(indent) => indent,
            Fresh::Words => "",
        })
    }
}

fn wanted(
    entry: &Entry,
    form: Side,
    old: &[Option<String>],
    sources: &Sides<Option<Bracketed>>,
) -> Wanted {
    if let Some(place) = *entry.places.of(form) {
        return if old.get(place) == Some(&Some(entry.text.clone())) {
            Wanted::Old(place)
        } else {
            Wanted::Changed(place, quoted(&entry.text))
        };
    }
    let source = [Side::Ours, Side::Theirs, Side::Base]
        .into_iter()
        .find_map(|side| {
            let place = (*entry.places.of(side))?;
            sources.of(side).as_ref()?.entries().nth(place).cloned()
        });
    match source {
        Some(piece) => brought(&piece, &entry.text),
        None => Wanted::New(quoted(&entry.text)),
    }
}

fn brought(piece: &Piece, text: &str) -> Wanted {
    let says_same = decode::text(&piece.body).is_some_and(|own| own == text);
    let above = comment_lines(&piece.lead).unwrap_or_default();
    Wanted::Brought {
        body: if says_same {
            piece.body.clone()
        } else {
            quoted(text)
        },
        above: above
            .lines()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect(),
        behind: piece.trail.trim().to_owned(),
    }
}
