//! Edits of the header, wherever it stands.

use super::edit::{Editor, ROOT, Scope};
use super::error::ManifestError;
use super::header::{depth, find_path};
use super::scan::{Kind, statements};
use super::set::{Setting, Unset, in_inline, in_section, spliced};
use super::{decode, write};
use crate::model::collection::{Dialect, Header};
use crate::model::datum::quoted;
use crate::model::row::{RowKey, Table};
use crate::model::value::{Field, Value};

impl Editor<'_> {
    /// Sets a field of the header.
    pub(super) fn set_header(&mut self, field: Field, value: Value) -> Result<(), ManifestError> {
        let dialect = self.dialect();
        let mut header = Header {
            dialect,
            name: String::new(),
            version: String::new(),
        };
        header.set(field, value);
        let (value, name) = (header.get(field), field.as_str());
        if !write::order(Table::Header).contains(&name)
            || self.header_text(name) == header_text_of(&value)
        {
            return Ok(());
        }
        let setting = Setting {
            name,
            value: &value,
            order: write::order(Table::Header),
            unset: Unset::Empty,
            newline: self.pieces.newline(),
        };
        self.write_header(setting)?;
        if self.header_text(name) == header_text_of(&value) {
            return Ok(());
        }
        Err(self.refusal(
            Some(&RowKey::Header),
            format!("the header's `{name}` can't be edited in this form"),
        ))
    }

    fn header_text(&self, name: &str) -> String {
        let found = super::header::find(self.pieces.parts(), self.dialect(), name);
        let text = found.and_then(|(id, range)| decode::text(&self.pieces.text(id)[range]));
        text.unwrap_or_default().into_owned()
    }

    fn write_header(&mut self, setting: Setting<'_>) -> Result<(), ManifestError> {
        let dialect = self.dialect();
        let found = super::header::find(self.pieces.parts(), dialect, setting.name);
        if let Some((id, range)) = found {
            let value = quoted(&header_text_of(setting.value));
            let text = spliced(self.pieces.text(id), range, &value);
            self.replace(id, text);
            return Ok(());
        }
        if let Some(id) = self.header_section() {
            let text = in_section(self.pieces.text(id), "", setting);
            self.replace(id, text);
            return Ok(());
        }
        if let Some((id, range)) = find_path(self.pieces.parts(), dialect, dialect.path()) {
            let text = self.pieces.text(id);
            let table = in_inline(&text[range.clone()], setting);
            let table = table
                .ok_or_else(|| self.refusal(Some(&RowKey::Header), "the header is no table"))?;
            let text = spliced(text, range, &table);
            self.replace(id, text);
            return Ok(());
        }
        if let Some((id, prefix)) = self.dotted_header() {
            let text = in_section(self.pieces.text(id), &prefix, setting);
            self.replace(id, text);
            return Ok(());
        }
        let value = quoted(&header_text_of(setting.value));
        let text = format!(
            "[{}]\n{} = {value}\n",
            dialect.path().join("."),
            setting.name
        );
        self.insert_header(&text, Kind::Header(dialect));
        Ok(())
    }

    fn replace(&mut self, id: usize, text: String) {
        self.pieces.set(id, text);
        self.touched.insert(id, vec![id]);
        if id == ROOT {
            self.scope = Scope::Whole;
        }
    }

    fn header_section(&self) -> Option<usize> {
        let kind = Kind::Header(self.dialect());
        self.pieces
            .parts()
            .find(|(_, found, _)| *found == kind)
            .map(|(id, ..)| id)
    }

    /// A piece where the header's keys are dotted, with the prefix as it is written there.
    fn dotted_header(&self) -> Option<(usize, String)> {
        let dialect: Dialect = self.dialect();
        self.pieces.parts().find_map(|(id, kind, text)| {
            let rest = dialect.path().get(depth(kind, dialect)?..)?;
            let prefix = statements(text).find_map(|statement| {
                let raw = &text[statement.key];
                let key = decode::key(raw).path();
                let under = key.len() == rest.len() + 1
                    && key.iter().zip(rest).all(|(found, part)| found == part);
                under.then(|| raw.rfind('.').map(|dot| raw[..=dot].to_owned()))?
            })?;
            Some((id, prefix))
        })
    }
}

fn header_text_of(value: &Value) -> String {
    value.clone().into_text()
}
