//! Random manifests and random edits, reproducible by a seed.

use super::*;
use crate::model::collection::{Collection, Dialect};
use crate::model::name::ArtifactId;
use crate::model::rating::Composite;

/// A source of choices (splitmix64).
pub(super) struct Choices(u64);

impl Choices {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    pub(super) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

const NAMES: [&str; 10] = [
    "Auth",
    "auth",
    "Data Layer",
    "Caf\u{e9}",
    "a\"b",
    "back\\slash",
    "it's",
    "line\nbreak",
    "#hash",
    "[[groups]]",
];
const IDS: [&str; 9] = [
    "skill:jwt",
    "agent:jwt",
    "command:a:review",
    "skill:with space",
    "bare",
    "gadget:x",
    "skill:it's",
    "agent:ü",
    "hook:\"q\"",
];
const ARTIFACTS: [&str; 8] = [
    "skill:jwt",
    "agent:jwt",
    "command:a:review",
    "skill:with space",
    "gadget:x",
    "skill:it's",
    "agent:ü",
    "hook:\"q\"",
];
const SLUGS: [&str; 6] = ["backend", "ui", "c", "Odd Slug", "data-layer", "x1"];
const TEXTS: [&str; 9] = [
    "",
    "plain",
    "#10B981",
    "it's",
    "two\nlines",
    "tab\tand \"quotes\"",
    "back\\slash",
    "é ü 🛟",
    "# not a comment",
];
const PEOPLE: [&str; 3] = ["mia@example.com", "jo@example.com", "o'neil"];

/// How a manifest is laid out.
pub(super) struct Text {
    choices: Choices,
    skillmeat: bool,
}

/// A random manifest of about that many sections.
pub(super) fn manifest(seed: u64, size: usize) -> String {
    let mut choices = Choices::new(seed);
    let skillmeat = choices.one_in(2);
    let mut text = Text { choices, skillmeat };
    let body = text.body(size);
    let body = if text.choices.one_in(3) {
        body.replace('\n', "\r\n")
    } else {
        body
    };
    let body = if text.choices.one_in(5) {
        body.trim_end().to_owned()
    } else {
        body
    };
    if text.choices.one_in(5) {
        format!("\u{feff}{body}")
    } else {
        body
    }
}

impl Text {
    fn body(&mut self, size: usize) -> String {
        let mut root = String::new();
        let mut sections: Vec<String> = Vec::new();
        if self.choices.one_in(4) {
            root.push_str("# A collection.\n\n");
        }
        let header = self.header(&mut root);
        for table in [
            "tag_definitions",
            "groups",
            "artifacts",
            "ratings",
            "composites",
        ] {
            let count = self.choices.below(size + 1);
            let rows = self.rows(table, count);
            match self.choices.below(4) {
                0 => root.push_str(&self.inline_array(table, &rows)),
                1 if rows.is_empty() => writeln!(root, "{table} = []").unwrap(),
                _ => sections.extend(rows.iter().map(|row| self.section(table, row))),
            }
        }
        for number in 0..self.choices.below(3) {
            let at = self.choices.below(sections.len() + 1);
            sections.insert(at, self.unknown(number));
        }
        let at = if self.choices.one_in(4) {
            self.choices.below(sections.len() + 1)
        } else {
            0
        };
        sections.insert(at, header);
        let mut text = root;
        for section in sections.into_iter().filter(|section| !section.is_empty()) {
            text.push_str(
                ["\n", "\n", "", "\n\n", "\n# set apart\n\n", "# directly\n"]
                    [self.choices.below(6)],
            );
            text.push_str(&section);
        }
        if self.choices.one_in(4) {
            text.push_str("\n# The end.\n");
        }
        text
    }

    fn header(&mut self, root: &mut String) -> String {
        let name = self.string("team");
        let form = self.choices.below(if self.skillmeat { 3 } else { 6 });
        match (self.skillmeat, form) {
            (true, 0) => writeln!(root, "collection = {{ name = {name} }}").unwrap(),
            (true, _) => return format!("[collection]\nname = {name} # c\ncreated = \"2026\"\n"),
            (false, 0) => writeln!(root, "tool.skillmeat.name = {name}").unwrap(),
            (false, 1) => writeln!(root, "tool = {{ skillmeat = {{ name = {name} }} }}").unwrap(),
            (false, 2) => return format!("[tool]\nskillmeat.name = {name}\n"),
            (false, 3) => {}
            (false, _) => return format!("[tool.skillmeat]\nname = {name}\nversion = '1'\n"),
        }
        String::new()
    }

    fn unknown(&mut self, number: usize) -> String {
        let kinds = [
            "[unknown{n}]\nx = [[1], { y = 2 }] # z\n",
            "[[other{n}]]\nname = \"\"\"\n[[groups]]\n\"\"\"\n",
            "[u{n}.\"a.b\"]\n",
        ];
        kinds[self.choices.below(3)].replace("{n}", &number.to_string())
    }

    /// The fields of rows with distinct keys.
    fn rows(&mut self, table: &str, count: usize) -> Vec<Vec<(String, String)>> {
        let keys: Vec<Vec<(&str, String)>> = match table {
            "tag_definitions" => SLUGS
                .iter()
                .map(|slug| vec![("slug", self.string(slug))])
                .collect(),
            "groups" | "composites" => NAMES
                .iter()
                .map(|name| vec![("name", self.string(name))])
                .collect(),
            "artifacts" => ARTIFACTS
                .iter()
                .map(|id| {
                    let (kind, name) = id.split_once(':').unwrap();
                    vec![("name", self.string(name)), ("type", self.string(kind))]
                })
                .collect(),
            _ => ARTIFACTS
                .iter()
                .map(|id| {
                    vec![
                        ("artifact", self.string(id)),
                        ("by", self.string(PEOPLE[id.len() % 3])),
                    ]
                })
                .collect(),
        };
        let mut keys = keys;
        let mut rows = Vec::new();
        for _ in 0..count.min(keys.len()) {
            let key = keys.remove(self.choices.below(keys.len()));
            let mut row: Vec<(String, String)> = key
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
            row.extend(self.fields(table));
            if self.choices.one_in(4) {
                let last = row.len() - 1;
                row.swap(0, last);
            }
            if self.choices.one_in(12) {
                row.remove(0);
            }
            rows.push(row);
        }
        rows
    }

    fn fields(&mut self, table: &str) -> Vec<(String, String)> {
        let names: &[&str] = match table {
            "tag_definitions" => &["name", "color", "description"],
            "groups" => &[
                "description",
                "color",
                "icon",
                "position",
                "tags",
                "members",
            ],
            "artifacts" => &[
                "path",
                "source",
                "origin",
                "description",
                "aliases",
                "tags",
                "position",
            ],
            "ratings" => &["rating", "note"],
            _ => &["members"],
        };
        let mut fields = Vec::new();
        for name in names {
            if self.choices.one_in(3) {
                continue;
            }
            let value = match *name {
                _ if self.choices.one_in(15) => "1979-05-27".to_owned(),
                "position" | "rating" => self.choices.below(7).to_string(),
                "tags" | "aliases" | "members" => self.list(),
                _ => {
                    let text = self.choices.pick(&TEXTS);
                    self.string(text)
                }
            };
            fields.push(((*name).to_owned(), value));
        }
        if self.choices.one_in(5) {
            fields.push(("\"x y\"".to_owned(), "{ deep = [1, 2] }".to_owned()));
        }
        if table == "artifacts" && self.choices.one_in(6) {
            fields.push(("metadata.author".to_owned(), "\"mia\"".to_owned()));
        }
        fields
    }

    fn string(&mut self, text: &str) -> String {
        let basic = crate::model::datum::quoted(text);
        let literal = !text.contains(['\'', '\n', '\t']);
        match self.choices.below(6) {
            0 if literal => format!("'{text}'"),
            1 if literal => format!("'''{text}'''"),
            2 => format!("\"\"\"\\\n  {}\"\"\"", &basic[1..basic.len() - 1]),
            _ => basic,
        }
    }

    fn list(&mut self) -> String {
        let mut items: Vec<String> = Vec::new();
        for _ in 0..self.choices.below(5) {
            let id = self.choices.pick(&IDS);
            items.push(if self.choices.one_in(20) {
                "7".to_owned()
            } else {
                self.string(id)
            });
        }
        let items: Vec<String> = items
            .into_iter()
            .filter(|item| !item.contains('\n'))
            .collect();
        match self.choices.below(6) {
            0 => format!("[{}]", items.join(",")),
            1 => format!("[ {} ]", items.join(" , ")),
            2 => format!(
                "[\n{}]",
                items
                    .iter()
                    .map(|item| format!("    {item},\n"))
                    .collect::<Vec<_>>()
                    .concat()
            ),
            3 => format!(
                "[ # all\n  {} # last\n]",
                items.join(", # c\n  # above\n  ")
            ),
            4 => format!(
                "[\n\n  # part\n  {}\n\n  # rest\n]",
                items.join(",\n\n  # part\n  ")
            ),
            _ => format!("[{}]", items.join(", ")),
        }
    }

    fn section(&mut self, table: &str, row: &[(String, String)]) -> String {
        let mut text = String::new();
        let indent = self.choices.pick(&["", "", "", "  ", "\t"]);
        let header = self
            .choices
            .pick(&["[[{t}]]", "[[{t}]]", "[[ {t} ]]", "[[\"{t}\"]] # row"]);
        writeln!(text, "{indent}{}", header.replace("{t}", table)).unwrap();
        for (key, value) in row {
            let key = if self.choices.one_in(9) && !key.contains(['.', '"']) {
                format!("\"{key}\"")
            } else {
                key.clone()
            };
            let equals = self.choices.pick(&[" = ", " = ", "=", "  =\t"]);
            let comment = self.choices.pick(&["", "", "", " # why", "   "]);
            writeln!(text, "{indent}{key}{equals}{value}{comment}").unwrap();
            if self.choices.one_in(10) {
                writeln!(text, "{indent}# between").unwrap();
            }
        }
        let metadata = !row.iter().any(|(key, _)| key.starts_with("metadata"));
        if table == "artifacts" && metadata && self.choices.one_in(3) {
            text.push_str("\n[artifacts.metadata]\ntitle = \"T\"\ntags = ['a']\n[artifacts.metadata.extra]\nname = 1\n");
        }
        text
    }

    fn inline_array(&mut self, table: &str, rows: &[Vec<(String, String)>]) -> String {
        let row = |row: &Vec<(String, String)>| {
            let pairs: Vec<String> = row
                .iter()
                .map(|(key, value)| format!("{key} = {value}"))
                .collect();
            format!("{{ {} }}", pairs.join(", "))
        };
        let rows: Vec<String> = rows.iter().map(row).collect();
        match self.choices.below(3) {
            0 => format!("{table} = [{}] # c\n", rows.join(", ")),
            1 => format!(
                "{table} = [\n{}]\n",
                rows.iter()
                    .map(|row| format!("    {row},\n"))
                    .collect::<Vec<_>>()
                    .concat()
            ),
            _ => format!(
                "{table} = [ # rows\n  # first\n  {}\n]\n",
                rows.join(", # c\n  # next\n  ")
            ),
        }
    }
}

/// A random edit that the collection admits.
pub(super) fn edit(collection: &Collection, choices: &mut Choices) -> Option<Edit> {
    let edit = match choices.below(10) {
        0 | 1 => Edit::Insert(row(collection.header.dialect, choices)),
        2 => Edit::Remove(key(collection, choices)?),
        _ => change_of(collection, choices)?,
    };
    admitted(collection, &edit).then_some(edit)
}

fn admitted(collection: &Collection, edit: &Edit) -> bool {
    match edit {
        Edit::Insert(row) => collection.row(&row.key()).is_none(),
        Edit::Remove(key) => collection.row(key).is_some(),
        Edit::Set {
            key: RowKey::Header,
            ..
        } => true,
        Edit::Set { key, field, value } => collection.row(key).is_some_and(|mut row| {
            row.set(*field, value.clone());
            row.key() == *key || collection.row(&row.key()).is_none()
        }),
    }
}

fn key(collection: &Collection, choices: &mut Choices) -> Option<RowKey> {
    let mut keys: Vec<RowKey> = collection
        .tags
        .iter()
        .map(|row| RowKey::Tag(row.slug.clone()))
        .collect();
    keys.extend(
        collection
            .groups
            .iter()
            .map(|row| RowKey::Group(row.name.clone())),
    );
    keys.extend(
        collection
            .artifacts
            .iter()
            .map(|row| RowKey::Artifact(row.id.clone())),
    );
    keys.extend(
        collection
            .ratings
            .iter()
            .map(|row| RowKey::Rating(row.artifact.clone(), row.by.clone())),
    );
    keys.extend(
        collection
            .composites
            .iter()
            .map(|row| RowKey::Composite(row.name.clone())),
    );
    if keys.is_empty() {
        None
    } else {
        Some(keys.swap_remove(choices.below(keys.len())))
    }
}

fn change_of(collection: &Collection, choices: &mut Choices) -> Option<Edit> {
    if choices.one_in(8) {
        let field = [Field::Name, Field::Version][choices.below(2)];
        return Some(set(
            RowKey::Header,
            field,
            Value::text(choices.pick(&TEXTS)),
        ));
    }
    let fields = [
        Field::Name,
        Field::Slug,
        Field::Type,
        Field::Color,
        Field::Description,
        Field::Icon,
        Field::Position,
        Field::Tags,
        Field::Members,
        Field::Members,
        Field::Aliases,
        Field::TargetPlatforms,
        Field::Path,
        Field::Source,
        Field::Rating,
        Field::By,
        Field::Note,
    ];
    let field = fields[choices.below(fields.len())];
    let key = key(collection, choices)?;
    let value = match field {
        Field::Position if choices.one_in(3) => Value::Absent,
        Field::Position | Field::Rating => {
            Value::Integer(i64::try_from(choices.below(9)).unwrap() - 2)
        }
        Field::Tags | Field::Members | Field::Aliases | Field::TargetPlatforms => {
            let old = collection.row(&key)?.get(field).into_list();
            Value::list(shuffled(old, choices))
        }
        Field::Name => Value::text(choices.pick(&NAMES)),
        Field::Slug => Value::text(choices.pick(&SLUGS)),
        Field::Type => Value::text(choices.pick(&["skill", "agent", "gadget"])),
        _ => Value::text(choices.pick(&TEXTS)),
    };
    Some(set(key, field, value))
}

fn shuffled(mut list: Vec<String>, choices: &mut Choices) -> Vec<String> {
    for _ in 0..choices.below(4) {
        match choices.below(4) {
            0 if !list.is_empty() => drop(list.remove(choices.below(list.len()))),
            1 if !list.is_empty() => {
                let item = list.remove(choices.below(list.len()));
                list.insert(choices.below(list.len() + 1), item);
            }
            _ => list.insert(choices.below(list.len() + 1), choices.pick(&IDS).to_owned()),
        }
    }
    list
}

/// A row that reads as it was given, whatever its dialect adds.
fn row(dialect: Dialect, choices: &mut Choices) -> Row {
    let list = |choices: &mut Choices| shuffled(Vec::new(), choices);
    match choices.below(5) {
        0 => Row::Tag(TagDefinition {
            name: choices.pick(&NAMES).to_owned(),
            slug: Slug::stored(choices.pick(&SLUGS)),
            color: choices.pick(&TEXTS).to_owned(),
            description: choices.pick(&TEXTS).to_owned(),
        }),
        1 => {
            let mut group = new_group(choices.pick(&NAMES));
            group.description = choices.pick(&TEXTS).to_owned();
            group.position = [None, Some(3)][choices.below(2)];
            group.tags = list(choices);
            group.members = list(choices).iter().map(|id| Member::stored(id)).collect();
            Row::Group(group)
        }
        2 => {
            let id: ArtifactId = choices.pick(&ARTIFACTS).parse().unwrap();
            let mut row = Artifact::of(id);
            choices.pick(&TEXTS).clone_into(&mut row.source);
            row.tags = list(choices);
            if dialect == Dialect::SkillMeat {
                "some/where".clone_into(&mut row.path);
                "github".clone_into(&mut row.origin);
                choices
                    .pick(&TEXTS)
                    .clone_into(&mut row.recorded.description);
            }
            Row::Artifact(row)
        }
        3 => Row::Rating(Rating {
            artifact: Member::stored(choices.pick(&ARTIFACTS)),
            by: choices.pick(&PEOPLE).to_owned(),
            rating: 4,
            note: choices.pick(&TEXTS).to_owned(),
        }),
        _ => Row::Composite(Composite {
            name: Name::stored(choices.pick(&NAMES)),
            members: list(choices).iter().map(|id| Member::stored(id)).collect(),
        }),
    }
}
