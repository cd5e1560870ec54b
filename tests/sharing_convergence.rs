//! Three people who change one collection at random, and share it through `sync`: in the end everybody has the same
//! tables, and no edit is lost that was not told of.
//!
//! `SKILLMEAT_CONVERGENCE=1000` tries that many histories; without it a few are tried.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use crate::common::team::Team;

const PEOPLE: [&str; 3] = ["mia", "jo", "ada"];

/// Numbers that look random, the same for each seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).expect("it fits") % sides
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len())]
    }
}

/// A history in the making.
struct History {
    team: Team,
    dice: Dice,
    seed: u64,
    edits: Vec<Edit>,
    /// What groups were renamed to last.
    renames: BTreeMap<String, String>,
    /// All names that rows had, in pairs of an old and a new one.
    names: Vec<(String, String)>,
    /// Who put what into which group and has not shared that yet.
    own: Vec<(String, String, String)>,
    /// Who made or deleted which group and has not shared that yet.
    made: Vec<(String, Made, String)>,
    /// Rows that a conflict was told of.
    told: Vec<String>,
    count: usize,
}

/// Whether a group is there after an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    /// It was made.
    New,
    /// It was deleted.
    Gone,
}

/// What an edit promises to hold in the end.
struct Edit {
    line: String,
    /// The group's name then, or the tag's or artifact's.
    row: String,
    promise: Promise,
}

/// What must be so, unless a conflict told otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Promise {
    /// The group is there.
    Group,
    /// It is not.
    NoGroup,
    /// It has this member.
    Member(String),
    /// It has not.
    NoMember(String),
    /// Its description.
    Description(String),
    /// The tag is there.
    Tag,
    /// The artifact's description.
    Artifact(String),
}

impl Promise {
    /// Whether an edit that makes the other promise takes the place of this one.
    fn yields_to(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Member(one) | Self::NoMember(one), Self::Member(two) | Self::NoMember(two)) => {
                one == two
            }
            (Self::Description(_), Self::Description(_))
            | (Self::Artifact(_), Self::Artifact(_)) => true,
            (Self::Tag | Self::Artifact(_), _) => false,
            (_, Self::NoGroup) => true,
            _ => false,
        }
    }
}

impl History {
    fn new(seed: u64) -> Self {
        let team = Team::new();
        team.join("ada");
        Self {
            team,
            dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            seed,
            edits: Vec::new(),
            renames: BTreeMap::new(),
            names: Vec::new(),
            own: Vec::new(),
            made: Vec::new(),
            told: Vec::new(),
            count: 0,
        }
    }

    fn names(&self, person: &str, line: &str, list: &str, key: &str) -> Vec<String> {
        self.team.json(person, line)[list]
            .as_array()
            .expect("a list")
            .iter()
            .map(|row| row[key].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// One person changes something, of which some is known to hold until somebody undoes it.
    fn change(&mut self, person: &str) {
        let groups = self.names(person, "group list", "groups", "name");
        let tags = self.names(person, "tag list", "tags", "slug");
        let artifacts = self.names(person, "list", "artifacts", "id");
        if groups.is_empty() || artifacts.is_empty() || tags.is_empty() {
            return;
        }
        self.count += 1;
        let new = format!("N{}", self.count);
        let group = self.dice.one(&groups).clone();
        let artifact = self.dice.one(&artifacts).clone();
        let tag = self.dice.one(&tags).clone();
        let color = format!("#{:06X}", self.dice.roll(0x0100_0000));
        let place = self.dice.roll(groups.len());
        let kind = self.dice.roll(16);
        let line = match kind {
            0 => format!("group create {new} {artifact}"),
            1..=3 => format!("group add {group} {artifact}"),
            4 => format!("group remove {group} {artifact}"),
            5 => format!("group rename {group} {new}"),
            6 => format!("group delete {group}"),
            7 => format!("group edit {group} --color {color}"),
            8 => format!("group edit {group} --description {new}"),
            9 => format!("group move {group} --to {place}"),
            10 => format!("tag add {tag} {artifact}"),
            11 => format!("tag remove {tag} {artifact}"),
            12 => format!("tag rename {tag} {new}"),
            13 => format!("tag create {new} --color {color}"),
            14 => format!("rate {artifact} {}", 1 + place % 5),
            _ => format!("edit {artifact} --description {new}"),
        };
        let told = self.team.run(person, &format!("{line} --json"));
        if told.code != Some(0) {
            return;
        }
        let made: Value = serde_json::from_str(&told.stdout).expect("JSON");
        if made["commit"].is_null() {
            return;
        }
        if kind == 12 {
            // Who renames a tag saw it: it is not lost.
            let is_it =
                |edit: &Edit| edit.promise == Promise::Tag && edit.row.to_lowercase() == tag;
            self.edits.retain(|edit| !is_it(edit));
        }
        let own = (person.to_owned(), group.clone(), artifact.clone());
        if kind == 4 && self.own.contains(&own) {
            // Who takes out what nobody else saw coming in has changed nothing: others may have put it there, too.
            let member = Promise::Member(artifact);
            self.edits
                .retain(|edit| edit.promise != member || edit.row != group);
            return;
        }
        match kind {
            0 => self.make(person, Made::New, &new),
            1..=3 => self.own.push(own),
            6 => self.make(person, Made::Gone, &group),
            _ => {}
        }
        self.note(kind, line, &group, &artifact, &new);
    }

    /// What an edit promises, in place of what earlier ones did of the same.
    fn note(&mut self, kind: usize, line: String, group: &str, artifact: &str, new: &str) {
        let (group, artifact, new) = (group.to_owned(), artifact.to_owned(), new.to_owned());
        let (row, promise) = match kind {
            0 => (new, Promise::Group),
            1..=3 => (group, Promise::Member(artifact)),
            4 => (group, Promise::NoMember(artifact)),
            5 => {
                for own in self.own.iter_mut().filter(|own| own.1 == group) {
                    own.1.clone_from(&new);
                }
                self.names.push((group.clone(), new.clone()));
                self.renames.insert(group, new.clone());
                (new, Promise::Group)
            }
            6 => (group, Promise::NoGroup),
            8 => (group, Promise::Description(new)),
            13 => (new, Promise::Tag),
            15 => (artifact, Promise::Artifact(new)),
            _ => return,
        };
        let now = self.now(&row);
        let names: Vec<String> = self.edits.iter().map(|edit| self.now(&edit.row)).collect();
        let mut names = names.into_iter();
        self.edits
            .retain(|edit| names.next() != Some(now.clone()) || !edit.promise.yields_to(&promise));
        self.edits.push(Edit { line, row, promise });
    }

    /// Who deletes a group and makes another may be taken to have renamed it: a conflict of the one tells of the other.
    fn make(&mut self, person: &str, made: Made, name: &str) {
        let others = self.made.iter();
        let others = others.filter(|(by, other, _)| by == person && *other != made);
        let pairs: Vec<_> = others
            .map(|(.., other)| (other.clone(), name.to_owned()))
            .collect();
        self.names.extend(pairs);
        self.made.push((person.to_owned(), made, name.to_owned()));
    }

    /// What a group is called by now.
    fn now(&self, name: &str) -> String {
        let mut name = name;
        while let Some(new) = self.renames.get(name) {
            name = new;
        }
        name.to_owned()
    }

    fn holds(&self, edit: &Edit) -> bool {
        let team = &self.team;
        let now = self.now(&edit.row);
        let group = team.group("mia", &now);
        let list = team.json("mia", "group list");
        let groups = list["groups"].as_array().expect("a list");
        // Who deletes a group and makes one like it has renamed it, and the edits of others follow.
        let may_be_it = |one: &&Value| group.is_null() || one["name"] == now.as_str();
        let any = |what: &dyn Fn(&Value) -> bool| groups.iter().filter(may_be_it).any(what);
        let has = |member: &String| {
            any(&|one: &Value| {
                let members = one["members"].as_array();
                members.is_some_and(|members| members.iter().any(|one| one == member))
            })
        };
        match &edit.promise {
            Promise::Group => !group.is_null(),
            // A rename that is not known for one, because the rest changed too, is a deletion and a new group.
            Promise::NoGroup => team.group("mia", &edit.row).is_null(),
            Promise::Member(member) => has(member),
            Promise::NoMember(member) => group.is_null() || !has(member),
            Promise::Description(text) => any(&|one: &Value| one["description"] == text.as_str()),
            Promise::Tag => {
                let tags = team.tables("mia")["tags"].to_string();
                tags.contains(&format!("\"slug\":\"{}\"", edit.row.to_lowercase()))
            }
            Promise::Artifact(text) => {
                team.artifact("mia", &edit.row)["description"] == text.as_str()
            }
        }
    }

    /// Whether a conflict told of the row that an edit touched, by any of its names.
    fn is_told(&self, edit: &Edit) -> bool {
        let now = self.now(&edit.row);
        let names = self.all_names(&edit.row);
        let told = |name: &str| {
            let names = [format!(":{name}\""), format!("\"{name}\"")];
            let is_in = |told: &String| names.iter().any(|name| told.contains(name));
            self.told.iter().any(is_in)
        };
        told(&now) || told(&now.to_lowercase()) || told(&edit.row) || names.into_iter().any(told)
    }

    /// Every name that a row had with anybody.
    fn all_names(&self, name: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            for (old, new) in &self.names {
                let other = match name {
                    name if name == old => new,
                    name if name == new => old,
                    _ => continue,
                };
                if found.insert(other.as_str()) {
                    open.push(other);
                }
            }
        }
        found
    }

    /// One person shares; a conflict is told of and decided by the dice.
    fn sync(&mut self, person: &str) {
        let told = self.team.run(person, "sync --json");
        self.own.retain(|(by, ..)| by != person);
        self.made.retain(|(by, ..)| by != person);
        match told.code {
            Some(0) => {}
            Some(3) => {
                let report: Value = serde_json::from_str(&told.stdout).expect("JSON");
                let conflicts = report["conflicts"].as_array().expect("a list").clone();
                assert!(!conflicts.is_empty(), "seed {}: {told:?}", self.seed);
                self.tell(&conflicts);
                let side = *self.dice.one(&["ours", "theirs"]);
                let resolved = self
                    .team
                    .run(person, &format!("resolve --all --{side} --commit --json"));
                assert_eq!(
                    resolved.code,
                    Some(0),
                    "seed {}: {resolved:?} {} {}",
                    self.seed,
                    self.team.manifest(person),
                    told.stdout
                );
                self.same_count(person);
                self.sync(person);
            }
            _ => panic!("seed {}: {person}: {told:?}", self.seed),
        }
    }

    fn tell(&mut self, conflicts: &[Value]) {
        self.told.extend(conflicts.iter().map(Value::to_string));
    }

    /// What we say of ahead and behind is what git says.
    fn same_count(&self, person: &str) {
        let status = self.team.json(person, "status");
        let counts = self
            .team
            .git(person, "rev-list --left-right --count HEAD...origin/main");
        let ours = format!("{}\t{}\n", status["ahead"], status["behind"]);
        assert_eq!(
            ours,
            counts,
            "seed {}: {}",
            self.seed,
            self.team.git(person, "log --graph --oneline --all")
        );
    }

    fn run(&mut self) -> usize {
        let steps = 12 + self.dice.roll(14);
        for _ in 0..steps {
            let person = *self.dice.one(&PEOPLE);
            if self.dice.roll(4) == 0 {
                self.sync(person);
                self.same_count(person);
            } else {
                self.change(person);
            }
        }
        for _ in 0..2 {
            for person in PEOPLE {
                self.sync(person);
            }
        }
        for person in PEOPLE {
            assert_eq!(
                self.team.run(person, "check").code,
                Some(0),
                "seed {}",
                self.seed
            );
        }
        self.team.agree(&PEOPLE);
        for edit in &self.edits {
            assert!(
                self.is_told(edit) || self.holds(edit),
                "seed {}: {} is lost, and no conflict told of it: {:?}\n{}\n{}",
                self.seed,
                edit.line,
                self.told,
                self.team.manifest("mia"),
                self.team.git("mia", "log --graph --format='%h %an %s' -40")
            );
        }
        self.told.len()
    }
}

#[test]
fn everybody_ends_with_the_same_tables_and_no_edit_is_lost() {
    let wanted = std::env::var("SKILLMEAT_CONVERGENCE").ok();
    let wanted: u64 = wanted.and_then(|number| number.parse().ok()).unwrap_or(10);
    let first: u64 = std::env::var("SKILLMEAT_SEED")
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(1);
    let next = AtomicU64::new(first);
    let counts = Mutex::new(BTreeMap::<&str, usize>::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + wanted {
                        break;
                    }
                    let mut history = History::new(seed);
                    let conflicts = history.run();
                    let mut counts = counts.lock().expect("not poisoned");
                    *counts.entry("changes").or_default() += history.count;
                    *counts.entry("promises").or_default() += history.edits.len();
                    *counts.entry("conflicts").or_default() += conflicts;
                    *counts.entry("histories").or_default() += 1;
                }
            });
        }
    });
    eprintln!("{:?}", counts.lock().expect("not poisoned"));
}
