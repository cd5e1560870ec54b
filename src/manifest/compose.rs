//! Texts that are made of rows alone, and the rows of a text without its header: what one collection takes in from
//! another.

use super::document::Document;
use super::header::depth;
use super::rows::{inline_array, pairs_of_section};
use super::scan::{Kind, Section, statements};
use super::write;
use crate::model::collection::Dialect;
use crate::model::row::{Row, Table};

/// A text with these rows and no header. Each table's rows stand in the order in which they are given, written as a
/// change writes new ones; the cost is linear in their number. Rows with one key twice make a text that is invalid.
pub fn composed(rows: &[Row], dialect: Dialect) -> Vec<u8> {
    let mut text = String::new();
    for table in Table::OF_ROWS {
        for row in rows.iter().filter(|row| row.key().table() == table) {
            let (own, below) = write::sections(row, dialect);
            for section in std::iter::once(own).chain(below) {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(&section);
            }
        }
    }
    text.into_bytes()
}

impl Document {
    /// Whether a table stands in the text as an inline array, beside which none of its rows can have a section.
    pub fn is_inline(&self, table: Table) -> bool {
        let root = self.sections().first();
        root.is_some_and(|root| inline_array(&self.text()[..root.body_end], table).is_some())
    }

    /// The text without its header, in whatever form that is written, and with other sections before its own; the
    /// tables in these must not be [inline](Self::is_inline) here. Rows, tables that are not ours, and comments stay as
    /// they are. Where the header is part of a larger inline table, all of that goes.
    pub fn behind(&self, sections: &[u8]) -> Vec<u8> {
        let whole = self.text();
        let mut text = String::with_capacity(whole.len() + sections.len());
        for (index, section) in self.sections().iter().enumerate() {
            let next = self.sections().get(index + 1);
            let end = next.map_or(whole.len(), |next| next.start);
            match section.kind {
                Kind::Header(_) | Kind::BelowHeader(_) => {
                    text.push_str(&whole[section.body_end..end]);
                }
                Kind::Root | Kind::Tool => self.push_beside_header(&mut text, section, end),
                _ => text.push_str(&whole[section.start..end]),
            }
            if index == 0 && !sections.is_empty() {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                text.push_str(&String::from_utf8_lossy(sections));
                text.push('\n');
            }
        }
        text.into_bytes()
    }

    /// Adds a section that may hold the header among other statements.
    fn push_beside_header(&self, text: &mut String, section: &Section, end: usize) {
        let part = &self.text()[section.start..end];
        let path = self.dialect().path();
        let Some(rest) = depth(section.kind, self.dialect()).and_then(|depth| path.get(depth..))
        else {
            text.push_str(part);
            return;
        };
        let mut from = 0;
        for (statement, pair) in statements(part).zip(pairs_of_section(part, 0)) {
            let key = pair.key.path();
            if key.iter().zip(rest).all(|(found, wanted)| found == wanted) {
                text.push_str(&part[from..statement.line.start]);
                from = statement.line.end;
            }
        }
        text.push_str(&part[from..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::group::Group;
    use crate::model::name::Name;

    fn without(text: &str) -> String {
        let document = Document::scan(text.as_bytes().to_vec()).expect("scanned");
        String::from_utf8(document.behind(b"")).expect("text")
    }

    #[test]
    fn every_form_of_a_header_goes_and_nothing_else() {
        let rows = "# mine\n[[groups]]\nname = \"a\"\n\n[notes]\nx = 1\n";
        for header in [
            "[tool.skillmeat]\nname = \"x\"\n",
            "tool.skillmeat.name = \"x\"\n",
            "tool = { skillmeat = { name = \"x\" } }\n",
            "[collection]\nname = \"x\"\ncreated = \"2026\"\n[collection.more]\ny = 1\n",
            "collection = { name = \"x\" }\n",
        ] {
            let left = without(&format!("{header}{rows}"));
            assert_eq!(left.trim_start(), rows, "{header}");
        }
        let beside = without("keep = 1\ncollection.name = \"x\"\nartifacts = []\n");
        assert_eq!(beside, "keep = 1\nartifacts = []\n");
        let document = Document::scan(b"keep = 1\n# mine\n[[groups]]\nname = \"b\"\n".to_vec());
        let text = document
            .expect("scanned")
            .behind(b"[[groups]]\nname = \"a\"\n");
        let names: Vec<String> = Document::scan(text)
            .expect("scanned")
            .keys(Table::Groups)
            .iter()
            .map(crate::model::row::RowKey::in_table)
            .collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn composed_rows_are_read_as_they_were() {
        let group = |name: &str| Row::Group(Group::named(Name::stored(name)));
        let rows = vec![group("b"), group("a")];
        for dialect in Dialect::ALL {
            let text = composed(&rows, dialect);
            let document = Document::scan(text).expect("scanned");
            assert_eq!(document.rows(Table::Groups), rows);
        }
        assert!(composed(&[], Dialect::Native).is_empty());
    }
}
