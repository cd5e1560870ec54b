//! Comments: they belong to the key or the header that follows, and merge three-way. Where both sides changed them,
//! both are kept.

use super::record::Form;
use super::text::{LineText, RecordText};
use crate::model::side::Sides;

/// The comment lines of what stands before a key or header.
pub(super) fn comment_lines(lead: &str) -> Vec<&str> {
    lead.lines()
        .map(str::trim)
        .filter(|line| line.starts_with('#'))
        .collect()
}

/// What stands before a key or header, from its first comment on.
pub(super) fn from_first_comment(lead: &str) -> &str {
    let mut at = 0;
    for line in lead.split_inclusive('\n') {
        if line.trim_start().starts_with('#') {
            return &lead[at..];
        }
        at += line.len();
    }
    ""
}

/// Comment lines set apart from a header by a blank line: they stay when the row goes.
pub(super) fn loose(lead: &str) -> &str {
    let attached = lead
        .split_inclusive('\n')
        .rev()
        .take_while(|line| line.trim_start().starts_with('#'))
        .map(str::len)
        .sum::<usize>();
    let before = &lead[..lead.len() - attached];
    if comment_lines(before).is_empty() {
        ""
    } else {
        before
    }
}

/// Merges what stands before a key or header. A version that does not have the key has no opinion.
pub(super) fn merged_lead(leads: &Sides<Option<&str>>, newline: &str) -> String {
    let ours = leads.ours.unwrap_or_default();
    let Some(theirs) = leads.theirs else {
        return ours.to_owned();
    };
    let base = leads.base.unwrap_or_default();
    let lines = Sides {
        base: comment_lines(base),
        ours: comment_lines(ours),
        theirs: comment_lines(theirs),
    };
    if lines.theirs == lines.base || lines.ours == lines.theirs {
        return ours.to_owned();
    }
    let comments = from_first_comment(ours);
    let blank = &ours[..ours.len() - comments.len()];
    if lines.ours == lines.base {
        let theirs = converted(from_first_comment(theirs), newline);
        return format!("{blank}{theirs}");
    }
    let mut text = blank.to_owned();
    for line in comments.split_inclusive('\n') {
        let comment = line.trim();
        let dropped = lines.base.contains(&comment) && !lines.theirs.contains(&comment);
        if !dropped {
            text.push_str(line);
        }
    }
    for line in from_first_comment(theirs).lines() {
        let comment = line.trim();
        let is_new = !lines.base.contains(&comment) && !lines.ours.contains(&comment);
        if is_new && !comment.is_empty() {
            text.push_str(line);
            text.push_str(newline);
        }
    }
    text
}

/// Merges comment lines: ours without those that theirs took out, then those that theirs has newly.
pub(super) fn merged_comments(base: &[String], ours: &[String], theirs: &[String]) -> Vec<String> {
    if ours == theirs || theirs == base {
        return ours.to_vec();
    }
    if ours == base {
        return theirs.to_vec();
    }
    let stays = |line: &&String| !base.contains(line) || theirs.contains(line);
    let is_new = |line: &&String| !base.contains(line) && !ours.contains(line);
    let kept = ours.iter().filter(stays);
    kept.chain(theirs.iter().filter(is_new)).cloned().collect()
}

/// Merges the comments behind a value.
pub(super) fn merged_behind(behind: &Sides<Option<&str>>) -> String {
    let ours = behind.ours.unwrap_or_default();
    let Some(theirs) = behind.theirs else {
        return ours.to_owned();
    };
    let base = behind.base.unwrap_or_default();
    if theirs == base || ours == theirs {
        ours.to_owned()
    } else if ours == base {
        theirs.to_owned()
    } else if ours.is_empty() || theirs.is_empty() {
        format!("{ours}{theirs}")
    } else {
        format!("{ours} {theirs}")
    }
}

/// Gives a text the file's newlines.
pub(super) fn converted(text: &str, newline: &str) -> String {
    let plain = text.replace("\r\n", "\n");
    crate::manifest::set::with_newline(&plain, newline)
}

/// Merges the comments of a record whose text begins with ours.
pub(super) fn merge_comments(record: &mut RecordText, forms: &Sides<Option<Form>>, newline: &str) {
    let text = |form: &Option<Form>| match form {
        Some(Form::Sections(text)) => Some(text.clone()),
        _ => None,
    };
    let (base, theirs) = (text(&forms.base), text(&forms.theirs));
    let Some(theirs) = theirs else { return };
    for number in 0..record.sections.len() {
        if !record.is_in_array(number) {
            merge_section(record, number, base.as_ref(), &theirs, newline);
        }
    }
}

fn merge_section(
    record: &mut RecordText,
    number: usize,
    base: Option<&RecordText>,
    theirs: &RecordText,
    newline: &str,
) {
    let path = record.sections[number].path.clone();
    let same = |text: &RecordText| {
        text.sections
            .iter()
            .find(|section| section.path == path && !section.is_array)
            .cloned()
    };
    let (base_section, their_section) = (base.and_then(same), same(theirs));
    let section = &mut record.sections[number];
    let leads = Sides {
        base: base_section.as_ref().map(|section| section.lead.as_str()),
        ours: Some(section.lead.as_str()),
        theirs: their_section.as_ref().map(|section| section.lead.as_str()),
    };
    section.lead = merged_lead(&leads, newline);
    let heads = Sides {
        base: base_section
            .as_ref()
            .map(|section| behind_head(&section.head).1),
        ours: Some(behind_head(&section.head).1),
        theirs: their_section
            .as_ref()
            .map(|section| behind_head(&section.head).1),
    };
    let behind = merged_behind(&heads);
    if Some(behind.as_str()) != heads.ours {
        section.head = with_behind(&section.head, behind_head(&section.head).0, &behind);
    }
    for line in &mut section.lines {
        merge_line(line, base, theirs, newline);
    }
}

fn merge_line(line: &mut LineText, base: Option<&RecordText>, theirs: &RecordText, newline: &str) {
    let same = |text: &RecordText| {
        let (section, number) = *text.lines_within(&line.path).first()?;
        let found = &text.sections[section].lines[number];
        (found.path == line.path).then(|| found.clone())
    };
    let (base, theirs) = (base.and_then(same), same(theirs));
    let leads = Sides {
        base: base.as_ref().map(|line| line.lead.as_str()),
        ours: Some(line.lead.as_str()),
        theirs: theirs.as_ref().map(|line| line.lead.as_str()),
    };
    let lead = merged_lead(&leads, newline);
    let behind = merged_behind(&Sides {
        base: base.as_ref().map(|line| line.comment().1),
        ours: Some(line.comment().1),
        theirs: theirs.as_ref().map(|line| line.comment().1),
    });
    line.lead = lead;
    let (at, own) = line.comment();
    if behind != own {
        line.text = with_behind(&line.text, at, &behind);
    }
}

/// The comment behind a header, and where it begins.
pub(super) fn behind_head(head: &str) -> (usize, &str) {
    let line = head.trim_end_matches(['\n', '\r']);
    let end = line.rfind(']').map_or(line.len(), |found| found + 1);
    let close = line[..end].trim_end().len();
    match line
        .find('#')
        .filter(|at| line[..*at].trim_end().ends_with(']'))
    {
        Some(at) => (at, &line[at..]),
        None => (close, ""),
    }
}

/// A line with another comment from the byte `at` on.
fn with_behind(line: &str, at: usize, behind: &str) -> String {
    let ending = &line[line.trim_end_matches(['\n', '\r']).len()..];
    let kept = line[..at].trim_end_matches([' ', '\t']);
    let gap = match (&line[kept.len()..at], behind) {
        (_, "") => "",
        ("", _) => " ",
        (gap, _) => gap,
    };
    format!("{kept}{gap}{behind}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(base: &str, ours: &str, theirs: &str) -> String {
        let leads = Sides {
            base: Some(base),
            ours: Some(ours),
            theirs: Some(theirs),
        };
        merged_lead(&leads, "\n")
    }

    #[test]
    fn comments_merge_three_way() {
        assert_eq!(merged("\n# a\n", "\n# a\n", "\n\n# b\n"), "\n# b\n");
        assert_eq!(merged("\n# a\n", "\n# b\n", "\n# a\n"), "\n# b\n");
        assert_eq!(merged("\n# a\n", "\n# b\n", "\n# c\n"), "\n# b\n# c\n");
        assert_eq!(merged("\n", "\n", "# new\n"), "\n# new\n");
        assert_eq!(
            merged("# a\n# b\n", "# a\n# x\n# b\n", "# b\n"),
            "# x\n# b\n"
        );
    }

    #[test]
    fn comments_behind_are_joined() {
        let behind = |base, ours, theirs| {
            merged_behind(&Sides {
                base: Some(base),
                ours: Some(ours),
                theirs: Some(theirs),
            })
        };
        assert_eq!(behind("", "# a", ""), "# a");
        assert_eq!(behind("# a", "# a", ""), "");
        assert_eq!(behind("# a", "# b", "# c"), "# b # c");
        assert_eq!(with_behind("x = 1  # a\n", 7, "# b"), "x = 1  # b\n");
        assert_eq!(with_behind("x = 1\r\n", 5, "# b"), "x = 1 # b\r\n");
        assert_eq!(behind_head("[[a]] # [x]\n"), (6, "# [x]"));
    }
}
