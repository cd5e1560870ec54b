//! Words for people: plurals, and the name that was probably meant.

/// A number with its noun: `1 artifact`, `0 artifacts`, `2 entries`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {}", plural_of(noun))
    }
}

fn plural_of(noun: &str) -> String {
    let vowel_before_y = || {
        ["ay", "ey", "oy", "uy"]
            .iter()
            .any(|end| noun.ends_with(end))
    };
    if let Some(stem) = noun.strip_suffix('y').filter(|_| !vowel_before_y()) {
        format!("{stem}ies")
    } else if ["s", "x", "ch", "sh"].iter().any(|end| noun.ends_with(end)) {
        format!("{noun}es")
    } else {
        format!("{noun}s")
    }
}

/// The name that was probably meant: the nearest one, at most a third of its characters away. Letters that differ
/// only by case are equal; of equally near names the first is taken.
pub fn did_you_mean<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let wanted = wanted.to_lowercase();
    let length = wanted.chars().count();
    let mut best: Option<(usize, &str)> = None;
    for name in names {
        let candidate = name.to_lowercase();
        let candidate_length = candidate.chars().count();
        let allowed = (length.max(candidate_length) / 3).max(1);
        let bound = best.map_or(allowed, |(distance, _)| {
            allowed.min(distance.saturating_sub(1))
        });
        if length.abs_diff(candidate_length) > bound {
            continue;
        }
        let distance = strsim::osa_distance(&wanted, &candidate);
        if distance <= bound && best.is_none_or(|(nearest, _)| distance < nearest) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_have_plurals() {
        assert_eq!(plural(1, "artifact"), "1 artifact");
        assert_eq!(plural(0, "artifact"), "0 artifacts");
        assert_eq!(plural(2, "entry"), "2 entries");
        assert_eq!(plural(2, "key"), "2 keys");
        assert_eq!(plural(3, "branch"), "3 branches");
    }

    #[test]
    fn near_names_are_offered_and_far_ones_are_not() {
        let names = ["Authentication", "Backend", "Ops", "backends"];
        let offer = |wanted| did_you_mean(wanted, names.into_iter());
        assert_eq!(offer("authentification").as_deref(), Some("Authentication"));
        assert_eq!(offer("backend").as_deref(), Some("Backend"));
        assert_eq!(offer("Osp").as_deref(), Some("Ops"));
        assert_eq!(offer("frontend"), None);
        assert_eq!(offer(""), None);
    }
}
