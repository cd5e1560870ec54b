//! Speed, by hand: `cargo test --release --lib manifest::tests::speed -- --ignored --nocapture`.

use std::fmt::Write as _;
use std::time::Instant;

use super::*;
use crate::model::row::Table;

fn large() -> String {
    let mut text = crate::manifest::starter("large", "1.0.0");
    for number in 0..500 {
        write!(text, "\n[[groups]]\nname = \"Group {number}\"\ndescription = \"The group of that number\"\nposition = {number}\nmembers = [\n").unwrap();
        for member in 0..20 {
            writeln!(
                text,
                "    \"skill:artifact-{}\",",
                (number * 20 + member) % 5000
            )
            .unwrap();
        }
        text.push_str("]\n");
    }
    for number in 0..5000 {
        write!(text, "\n[[artifacts]]\nname = \"artifact-{number}\"\ntype = \"skill\"\nsource = \"team/skills/artifact-{number}\"\nversion_spec = \"latest\"\nresolved_sha = \"0123456789abcdef0123456789abcdef01234567\"\nresolved_version = \"v1.0.{number}\"\nscope = \"user\"\ntags = [\"backend\", \"security\", \"tag-{}\"]\n", number % 50).unwrap();
        if number % 2 == 0 {
            text.push_str("\n[artifacts.metadata]\ndescription = \"What the artifact does and when to use it\"\nauthor = \"mia\"\n");
        }
    }
    text
}

fn timed<T>(what: &str, mut work: impl FnMut() -> T) {
    let mut times: Vec<_> = (0..9)
        .map(|_| {
            let start = Instant::now();
            let result = work();
            let time = start.elapsed();
            drop(result);
            time
        })
        .collect();
    times.sort_unstable();
    println!("{what}: {:?}", times[4]);
}

#[test]
#[ignore = "a measurement"]
fn speed() {
    let text = large();
    println!("{} bytes", text.len());
    let bytes = text.clone().into_bytes();
    timed("copy", || bytes.clone());
    timed("scan", || Document::scan(bytes.clone()).unwrap());
    let document = Document::scan(bytes.clone()).unwrap();
    timed("validate", || document.validate().unwrap());
    timed("scan and keys of artifacts", || {
        Document::scan(bytes.clone())
            .unwrap()
            .keys(Table::Artifacts)
    });
    timed("scan and read", || {
        Document::scan(bytes.clone()).unwrap().read().unwrap()
    });
    timed("scan and one row", || {
        Document::scan(bytes.clone())
            .unwrap()
            .row(&artifact("skill:artifact-4000"))
            .unwrap()
    });
    timed("findings", || document.findings());
    let one = [set(
        group("Group 7"),
        Field::Description,
        Value::text("new"),
    )];
    timed("scan and one edit", || {
        Document::scan(bytes.clone()).unwrap().edited(&one).unwrap()
    });
    let edits: Vec<Edit> = (0..500)
        .map(|number| {
            set(
                artifact(&format!("skill:artifact-{number}")),
                Field::Tags,
                list(&["backend", "new"]),
            )
        })
        .collect();
    timed("500 sets", || {
        Document::scan(bytes.clone())
            .unwrap()
            .edited(&edits)
            .unwrap()
    });
    let edits: Vec<Edit> = (0..500)
        .map(|number| insert_artifact(&format!("agent:new-{number}")))
        .collect();
    timed("500 inserts", || {
        Document::scan(bytes.clone())
            .unwrap()
            .edited(&edits)
            .unwrap()
    });
    let edits: Vec<Edit> = (0..500)
        .map(|number| Edit::Remove(artifact(&format!("skill:artifact-{}", number * 9))))
        .collect();
    timed("500 removals", || {
        Document::scan(bytes.clone())
            .unwrap()
            .edited(&edits)
            .unwrap()
    });
}
