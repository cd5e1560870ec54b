//! How artifacts stand to their sources.

use crate::app::outdated::{At, Edited, Standing, State};
use crate::cli::ui::error::OutputError;
use crate::cli::ui::output::Ui;
use crate::cli::ui::table::Table;
use crate::cli::ui::text::{escaped, one_line};
use crate::cli::ui::words::plural;

/// How many digits of a commit are shown.
const SHORT: usize = 8;

/// Shows those that are not current or were edited, what is wrong with them, and how many there are besides.
pub fn standing_list(ui: &mut Ui, standings: &[Standing]) -> Result<(), OutputError> {
    if standings.is_empty() {
        ui.note("No artifact has a source.");
        return Ok(());
    }
    let is_quiet = |one: &&Standing| {
        one.state == State::Current && one.edited == Edited::No && one.newest.is_empty()
    };
    let quiet = standings.iter().filter(is_quiet).count();
    let mut table = Table::new(&["Artifact", "Here", "There", "State", "Edited"]);
    for standing in standings.iter().filter(|one| !is_quiet(one)) {
        table.row([
            escaped(&standing.id.to_string()).into_owned(),
            at(&standing.current),
            at(&standing.available),
            state(standing),
            edited(standing).to_owned(),
        ]);
    }
    if !table.is_empty() {
        ui.table(&table)?;
    }
    let mut told: Vec<&str> = Vec::new();
    for message in standings.iter().map(|standing| standing.message.as_str()) {
        if !message.is_empty() && !told.contains(&message) {
            ui.warning(&one_line(message));
            told.push(message);
        }
    }
    match quiet {
        0 => Ok(()),
        1 if standings.len() == 1 => ui.result("It is what stands at its source."),
        all if all == standings.len() => ui.result(&format!(
            "All {} are what stands at their sources.",
            plural(all, "artifact")
        )),
        some => {
            let others = if some == 1 {
                "is what stands at its source"
            } else {
                "are what stands at their sources"
            };
            ui.result(&format!("{} {others}.", plural(some, "other")))
        }
    }
}

/// A tag, or the beginning of a commit.
fn at(at: &At) -> String {
    let short = at.commit.get(..SHORT).unwrap_or(&at.commit);
    match at.version.as_str() {
        "" => escaped(short).into_owned(),
        version => format!("{} ({})", escaped(version), escaped(short)),
    }
}

fn state(standing: &Standing) -> String {
    let word = match standing.state {
        State::Moved => "tag moved",
        other => other.as_str(),
    };
    if standing.newest.is_empty() {
        word.to_owned()
    } else {
        format!("{word}, {} is there", escaped(&standing.newest))
    }
}

fn edited(standing: &Standing) -> &'static str {
    match standing.edited {
        Edited::Yes => "yes",
        Edited::No => "",
        Edited::Unknown => "unknown",
    }
}
