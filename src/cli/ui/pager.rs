//! The pager: a shell command of the user's that shows long results page by page.

use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};

use super::error::OutputError;

/// Whether a pager showed the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paged {
    /// It did, or the user left it.
    Shown,
    /// It can't be run; the text is still to be shown.
    NotRun,
}

/// What the shell runs before the pager: less quits when one screen is enough, passes colours on and leaves the
/// text standing, unless the user's own `LESS` says otherwise.
const PRELUDE: &str = "LESS=\"${LESS-FRX}\" LV=\"${LV--c}\"; export LESS LV; ";

/// Shows a text with a pager, a command line for `sh`, and waits until the user leaves it.
pub fn show(pager: &str, text: &[u8]) -> Result<Paged, OutputError> {
    let script = format!("{PRELUDE}{pager}");
    let Ok(mut child) = Command::new("sh")
        .arg("-c")
        .arg(script)
        .stdin(Stdio::piped())
        .spawn()
    else {
        return Ok(Paged::NotRun);
    };
    let written = child
        .stdin
        .take()
        .map_or(Ok(()), |mut input| input.write_all(text));
    let status = child.wait()?;
    match (status.code(), written) {
        // What a shell answers for a command that it can't find or run.
        (Some(126 | 127), _) => Ok(Paged::NotRun),
        (_, Err(error)) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(Paged::Shown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pager_gets_the_text_and_its_settings() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("seen");
        let pager = format!("{{ echo \"$LV\"; cat; }} > '{}'", file.display());
        assert_eq!(show(&pager, b"text\n").expect("shown"), Paged::Shown);
        assert_eq!(std::fs::read_to_string(file).expect("a file"), "-c\ntext\n");
    }

    #[test]
    fn a_pager_that_is_left_early_is_no_error() {
        let text = vec![b'\n'; 1 << 20];
        assert_eq!(show("true", &text).expect("shown"), Paged::Shown);
    }

    #[test]
    fn a_pager_that_is_not_there_is_told() {
        assert_eq!(
            show("/nonexistent/pager 2>/dev/null", b"x").expect("no failure"),
            Paged::NotRun
        );
    }
}
