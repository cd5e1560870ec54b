//! Options that stand beside any command.

use std::ffi::OsString;

use clap::{Args, ValueEnum};

use super::ui::settings::ColorChoice;

/// Options that may stand before or after any command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct GlobalArguments {
    /// The collection: a name, or a path with a separator in it
    #[arg(
        short = 'c',
        long = "collection",
        global = true,
        value_name = "NAME|PATH"
    )]
    pub collection: Option<String>,
    /// Print one JSON document, for scripts
    #[arg(long, global = true)]
    pub json: bool,
    /// Say nothing but warnings, errors and what was asked for
    #[arg(short = 'q', long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more
    #[arg(short = 'v', long, global = true)]
    pub verbose: bool,
    /// Print what would change, and change nothing
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// When to use colour; may stand anywhere, too
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
    /// Never run a pager
    #[arg(long, global = true)]
    pub no_pager: bool,
}

/// Takes `--color WHEN` out of the arguments, wherever it stands, and puts it first.
///
/// Groups and tags have a `--color` of their own, whose values are never `auto`, `always` or `never`; so the value
/// tells which of the two is meant. What follows `--` or the command `git` is not ours and is left alone.
pub fn with_color_first(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments = arguments.peekable();
    let mut result: Vec<OsString> = arguments.next().into_iter().collect();
    let mut rest = Vec::new();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy().into_owned();
        if text == "--" || text == "git" {
            rest.push(argument);
            rest.extend(arguments);
            break;
        }
        let after = arguments
            .peek()
            .map(|next| next.to_string_lossy().into_owned());
        match (text.strip_prefix("--color="), after) {
            (Some(when), _) if is_choice(when) => result.push(argument),
            (None, Some(when)) if text == "--color" && is_choice(&when) => {
                result.push(format!("--color={when}").into());
                arguments.next();
            }
            _ => rest.push(argument),
        }
    }
    result.extend(rest);
    result
}

fn is_choice(text: &str) -> bool {
    ColorChoice::from_str(text, false).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(line: &str) -> String {
        let words = with_color_first(line.split(' ').map(OsString::from));
        words
            .iter()
            .map(|word| word.to_string_lossy())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn the_value_tells_whose_color_it_is() {
        assert_eq!(ordered("s list --color never"), "s --color=never list");
        assert_eq!(
            ordered("s group create A --color #10B981 --color=always"),
            "s --color=always group create A --color #10B981"
        );
        assert_eq!(
            ordered("s git log --color=always"),
            "s git log --color=always"
        );
    }
}
