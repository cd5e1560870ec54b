//! What the rooms cost by themselves, in one process: `cargo bench --bench rooms`.
//!
//! Whole processes beside git are measured by `benches/side-by-side.py`; `docs/performance.md` has its figures.

use std::fmt::Write;

use divan::Bencher;
use skillmeat::frontmatter::read::read;
use skillmeat::manifest::Document;
use skillmeat::model::edit::Edit;
use skillmeat::model::group::Group;
use skillmeat::model::listing::{Filter, SortOrder};
use skillmeat::model::name::Name;
use skillmeat::model::row::{Row, RowKey, Table};
use skillmeat::model::value::{Field, Value};
use skillmeat::store::cache::contents::{Contents, State};
use skillmeat::store::cache::database::Database;

/// Sizes of collections, in artifacts.
const SIZES: [usize; 3] = [500, 5_000, 50_000];

fn main() {
    divan::main();
}

/// A manifest with that many artifacts and a tenth as many groups of ten members.
fn manifest(artifacts: usize) -> Vec<u8> {
    let mut text = String::from("[tool.skillmeat]\nname = \"bench\"\nversion = \"1.0.0\"\n");
    for group in 0..artifacts / 10 {
        let _ = write!(
            text,
            "\n[[groups]]\nname = \"Group {group}\"\nposition = {group}\nmembers = [\n"
        );
        for member in 0..10 {
            let _ = writeln!(
                text,
                "    \"skill:skill-{}\",",
                (group * 10 + member) % artifacts
            );
        }
        text.push_str("]\n");
    }
    for number in 0..artifacts {
        let _ = write!(
            text,
            "\n[[artifacts]]\nname = \"skill-{number}\"\ntype = \"skill\"\nsource = \"example/skills/skill-{number}\"\n\
             version_spec = \"latest\"\nresolved_sha = \"{number:040x}\"\ntags = [\"backend\", \"area-{}\"]\n",
            number % 40
        );
    }
    text.into_bytes()
}

fn scanned(artifacts: usize) -> Document {
    Document::scan(manifest(artifacts)).expect("a manifest")
}

fn database(artifacts: usize) -> Database {
    let collection = scanned(artifacts).collection();
    let state = State {
        manifest_blob: String::new(),
        manifest_stamp: None,
        manifest_checked: 0,
        head: String::new(),
        layout: None,
    };
    let contents = Contents {
        state,
        collection: &collection,
        files: &[],
        checked: 0,
    };
    Database::in_memory(&contents).expect("a database")
}

/// The byte ranges of all sections.
#[divan::bench(args = SIZES)]
fn scan(bencher: Bencher<'_, '_>, artifacts: usize) {
    bencher
        .with_inputs(|| manifest(artifacts))
        .bench_values(|bytes| Document::scan(bytes).expect("a manifest"));
}

/// The scan and the keys of all artifacts.
#[divan::bench(args = SIZES)]
fn keys(bencher: Bencher<'_, '_>, artifacts: usize) {
    bencher
        .with_inputs(|| manifest(artifacts))
        .bench_values(|bytes| {
            Document::scan(bytes)
                .expect("a manifest")
                .keys(Table::Artifacts)
                .len()
        });
}

/// Whether the whole is valid.
#[divan::bench(args = SIZES)]
fn validate(bencher: Bencher<'_, '_>, artifacts: usize) {
    bencher
        .with_inputs(|| scanned(artifacts))
        .bench_refs(|document| document.validate().is_ok());
}

/// One new group.
#[divan::bench(args = SIZES)]
fn insert_group(bencher: Bencher<'_, '_>, artifacts: usize) {
    let edit = Edit::Insert(Row::Group(Group::named(Name::stored("New"))));
    bencher
        .with_inputs(|| scanned(artifacts))
        .bench_refs(|document| {
            document
                .edited(std::slice::from_ref(&edit))
                .expect("edited")
        });
}

/// Another colour for one group.
#[divan::bench(args = SIZES)]
fn set_color(bencher: Bencher<'_, '_>, artifacts: usize) {
    let key = RowKey::Group(Name::stored("Group 7"));
    let edit = Edit::Set {
        key,
        field: Field::Color,
        value: Value::text("#10B981"),
    };
    bencher
        .with_inputs(|| scanned(artifacts))
        .bench_refs(|document| {
            document
                .edited(std::slice::from_ref(&edit))
                .expect("edited")
        });
}

/// A header as most are, and one that strict YAML refuses.
#[divan::bench(args = ["Use when tests fail.", "Use when: tests fail."])]
fn header(bencher: Bencher<'_, '_>, description: &str) {
    let text = format!("---\nname: a\ndescription: {description}\ntags: [one, two]\n---\n# A\n");
    bencher.bench(|| read(text.as_bytes()));
}

/// A database of the manifest's rows, in memory.
#[divan::bench(args = SIZES, sample_count = 20)]
fn build_database(artifacts: usize) -> Database {
    database(artifacts)
}

/// All artifacts with their tags and groups.
#[divan::bench(args = SIZES, sample_count = 20)]
fn list(bencher: Bencher<'_, '_>, artifacts: usize) {
    let database = database(artifacts);
    bencher.bench_local(|| {
        database
            .artifacts(&Filter::default(), SortOrder::Collection)
            .expect("a list")
            .len()
    });
}

/// The best fifty artifacts for two words.
#[divan::bench(args = SIZES, sample_count = 20)]
fn search(bencher: Bencher<'_, '_>, artifacts: usize) {
    let database = database(artifacts);
    bencher.bench_local(|| {
        database
            .search("backend skill-4", &Filter::default(), 50)
            .expect("hits")
            .len()
    });
}
