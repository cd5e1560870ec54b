//! How output is wanted, and what it is written to. All of it is passed in; nothing here looks at the environment.

/// When to use colour, as `--color` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the environment says of colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorVariables {
    /// Nothing: a terminal gets colour.
    #[default]
    Silent,
    /// `NO_COLOR` is set and not empty, or `TERM` is `dumb`: no colour.
    Refused,
    /// `CLICOLOR_FORCE` is set, neither empty nor `0`: colour in pipes too.
    Forced,
}

impl ColorVariables {
    /// Reads the values of `NO_COLOR`, `CLICOLOR_FORCE` and `TERM`; the first that says something decides.
    pub fn of(no_color: Option<&str>, clicolor_force: Option<&str>, term: Option<&str>) -> Self {
        if no_color.is_some_and(|value| !value.is_empty()) {
            Self::Refused
        } else if clicolor_force.is_some_and(|value| !matches!(value, "" | "0")) {
            Self::Forced
        } else if term == Some("dumb") {
            Self::Refused
        } else {
            Self::Silent
        }
    }
}

/// How much is said on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum Verbosity {
    /// Warnings and errors only; reports of changes are left out too.
    Quiet,
    /// Notes as well.
    #[default]
    Normal,
    /// Details as well.
    Verbose,
}

/// Whom results are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Lines and tables.
    #[default]
    People,
    /// One JSON document.
    Json,
}

/// What a stream leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stream {
    /// A terminal.
    Terminal {
        /// Columns; 0 when unknown, and then nothing is cut.
        width: usize,
        /// Lines; 0 when unknown, and then there is no pager.
        height: usize,
    },
    /// A pipe, a file or a device.
    #[default]
    Pipe,
}

/// Whether escape sequences for styles reach a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Styling {
    /// They are written.
    Kept,
    /// They are left out.
    Stripped,
}

/// How output is wanted. The default is plain text for people, into pipes.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `--color`.
    pub color: ColorChoice,
    /// What `NO_COLOR`, `CLICOLOR_FORCE` and `TERM` say.
    pub no_color: ColorVariables,
    /// `-q` and `-v`.
    pub verbosity: Verbosity,
    /// `--json`.
    pub format: Format,
    /// Where results go.
    pub stdout: Stream,
    /// Where talk goes.
    pub stderr: Stream,
    /// The shell command that shows long results; none with `--no-pager`.
    pub pager: Option<String>,
}

impl Settings {
    /// Whether styles reach a stream of these settings.
    pub fn styling(&self, stream: Stream) -> Styling {
        let on_terminal = matches!(stream, Stream::Terminal { .. });
        let kept = match (self.color, self.no_color) {
            (ColorChoice::Always, _) | (ColorChoice::Auto, ColorVariables::Forced) => true,
            (ColorChoice::Never, _) | (ColorChoice::Auto, ColorVariables::Refused) => false,
            (ColorChoice::Auto, ColorVariables::Silent) => on_terminal,
        };
        if kept {
            Styling::Kept
        } else {
            Styling::Stripped
        }
    }

    /// The width to which lines of results are cut: the terminal's, and none in a pipe.
    pub fn cut_width(&self) -> Option<usize> {
        match self.stdout {
            Stream::Terminal { width, .. } if width > 0 => Some(width),
            _ => None,
        }
    }

    /// The pager and the number of lines from which on it is used, if there is a terminal to page on.
    pub fn paging(&self) -> Option<(&str, usize)> {
        let pager = self.pager.as_deref().map(str::trim)?;
        match self.stdout {
            Stream::Terminal { height, .. } if height > 0 && !matches!(pager, "" | "cat") => {
                Some((pager, height))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMINAL: Stream = Stream::Terminal {
        width: 80,
        height: 24,
    };

    #[test]
    fn the_option_wins_over_the_environment_and_that_over_the_stream() {
        let styling = |color, no_color, stream| {
            Settings {
                color,
                no_color,
                ..Settings::default()
            }
            .styling(stream)
        };
        let silent = ColorVariables::Silent;
        assert_eq!(styling(ColorChoice::Auto, silent, TERMINAL), Styling::Kept);
        assert_eq!(
            styling(ColorChoice::Auto, silent, Stream::Pipe),
            Styling::Stripped
        );
        assert_eq!(
            styling(ColorChoice::Auto, ColorVariables::Refused, TERMINAL),
            Styling::Stripped
        );
        assert_eq!(
            styling(ColorChoice::Auto, ColorVariables::Forced, Stream::Pipe),
            Styling::Kept
        );
        assert_eq!(
            styling(ColorChoice::Always, ColorVariables::Refused, Stream::Pipe),
            Styling::Kept
        );
        assert_eq!(
            styling(ColorChoice::Never, ColorVariables::Forced, TERMINAL),
            Styling::Stripped
        );
    }

    #[test]
    fn no_color_wins_over_clicolor_force_and_empty_values_say_nothing() {
        assert_eq!(
            ColorVariables::of(Some("1"), Some("1"), None),
            ColorVariables::Refused
        );
        assert_eq!(
            ColorVariables::of(Some(""), Some("1"), Some("dumb")),
            ColorVariables::Forced
        );
        assert_eq!(
            ColorVariables::of(None, Some("0"), Some("dumb")),
            ColorVariables::Refused
        );
        assert_eq!(
            ColorVariables::of(None, None, Some("xterm")),
            ColorVariables::Silent
        );
    }

    #[test]
    fn paging_needs_a_terminal_and_a_pager() {
        let with = |stdout, pager: &str| Settings {
            stdout,
            pager: Some(pager.into()),
            ..Settings::default()
        };
        assert_eq!(with(TERMINAL, "less").paging(), Some(("less", 24)));
        assert_eq!(with(Stream::Pipe, "less").paging(), None);
        assert_eq!(with(TERMINAL, "cat").paging(), None);
        assert_eq!(with(TERMINAL, " ").paging(), None);
    }
}
