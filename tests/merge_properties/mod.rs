//! Random pairs of scripts of edits: where both can be done in either order and give the same, the merge gives that;
//! where not, it says so and loses nothing.

mod answer;
mod collection;
mod oracle;
mod script;
mod text;
mod world;

use std::collections::BTreeMap;

use collection::world as random_world;
use oracle::{Expected, expected, orders_hold, values_are_there};
use script::script;
use skillmeat::app::merge_manifest::{MergeReport, MergeRequest, Way, merge_manifests};
use skillmeat::model::contents::NoContents;
use skillmeat::model::markers::Markers;
use skillmeat::model::side::Sides;
use text::{Style, manifest, said};
use world::Op;

use crate::common::choices::Choices;

/// How many pairs are merged in an ordinary run; `MERGE_PAIRS` asks for more.
const PAIRS: usize = 5_000;

/// How often each rule must have been exercised in an ordinary run.
const HITS: usize = 50;

fn merged(texts: &Sides<String>) -> MergeReport {
    merge_manifests(&MergeRequest {
        versions: texts.map(String::as_bytes),
        markers: Markers::default(),
        resolutions: Vec::new(),
        contents: &NoContents,
    })
}

#[test]
fn what_can_both_hold_holds_and_what_cannot_is_told() {
    let given = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|value| value.parse().ok())
    };
    let pairs = given("MERGE_PAIRS").unwrap_or(PAIRS);
    let seeds = match given("MERGE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..pairs,
    };
    let whole = seeds.len() >= PAIRS;
    let mut hits: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for seed in seeds {
        if let Err(reason) = pair(seed as u64, &mut hits) {
            wrong.push(format!("## seed {seed}: {reason}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong, the first ones\n{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n\n")
    );
    println!("{hits:#?}");
    let rare: Vec<_> = oracle::RULES
        .iter()
        .filter(|rule| whole && hits.get(*rule).copied().unwrap_or_default() < HITS)
        .collect();
    assert!(
        rare.is_empty(),
        "exercised too rarely: {rare:?} of {hits:#?}"
    );
}

fn pair(seed: u64, hits: &mut BTreeMap<&'static str, usize>) -> Result<(), String> {
    let mut choices = Choices::new(seed);
    let style = Style::random(&mut choices);
    let base = random_world(&mut choices, style.skillmeat);
    let base = base.with(&[]).map_err(|_| "no base")?;
    let mut ours = script(&mut choices, &base, &[], 'o');
    let mut theirs = script(&mut choices, &base, &ours, 't');
    for script in [&mut ours, &mut theirs] {
        script.retain(|op| style.comments || !matches!(op, Op::Comment(..)));
    }
    let expected = expected(&base, &ours, &theirs);
    oracle::count(&base, &ours, &theirs, &expected, hits);
    let texts = Sides {
        base: manifest(&base, style),
        ours: manifest(&expected.worlds.ours, style),
        theirs: manifest(&expected.worlds.theirs, style),
    };
    let report = merged(&texts);
    let found = String::from_utf8(report.bytes.clone()).map_err(|error| error.to_string())?;
    let explain = |what: &str| {
        let conflicts: Vec<String> = report.conflicts.iter().map(ToString::to_string).collect();
        format!(
            "{what}\nours {ours:#?}\ntheirs {theirs:#?}\n--- base\n{}\n--- found ({:?})\n{found}\n--- conflicts\n{}",
            texts.base,
            report.way,
            conflicts.join("\n")
        )
    };
    if matches!(report.way, Way::Lines { .. }) {
        return Err(explain("it was merged by lines"));
    }
    check(&expected, style, &report, &found).map_err(|what| explain(&what))?;
    if report.count() > 0 {
        values_are_there(&expected, &ours, &theirs, &found).map_err(|what| explain(&what))?;
        if report.bytes == texts.ours.as_bytes() {
            return Err(explain("a conflict that is ours"));
        }
    }
    let mirrored = merged(&Sides {
        ours: texts.theirs.clone(),
        theirs: texts.ours.clone(),
        base: texts.base.clone(),
    });
    if (mirrored.count() == 0) != (report.count() == 0) {
        return Err(explain("the other direction has another outcome"));
    }
    if report.count() == 0 && said(&String::from_utf8_lossy(&mirrored.bytes)) != said(&found) {
        return Err(explain("the other direction gives other tables"));
    }
    Ok(())
}

fn check(
    expected: &Expected,
    style: Style,
    report: &MergeReport,
    found: &str,
) -> Result<(), String> {
    match &expected.agreed {
        Some(agreed) if report.count() == 0 => {
            let (wanted, found_said) = (said(&manifest(agreed, style)), said(found));
            if wanted != found_said {
                let missing: Vec<_> = wanted
                    .iter()
                    .filter(|(key, row)| found_said.get(*key) != Some(row))
                    .collect();
                let surplus: Vec<_> = found_said
                    .iter()
                    .filter(|(key, row)| wanted.get(*key) != Some(row))
                    .collect();
                return Err(format!(
                    "other tables\nwanted {missing:#?}\nfound {surplus:#?}"
                ));
            }
            orders_hold(expected, agreed, style, found)
        }
        Some(_) => Err("a conflict where both can hold".to_owned()),
        None if report.count() == 0 => Err("a conflict was swallowed".to_owned()),
        None => Ok(()),
    }
}
