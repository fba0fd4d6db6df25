//! The known name that a wrong one most likely means.

/// The candidate with the fewest slips from `name`, without regard to case; `None` when none is close.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.trim().to_ascii_lowercase();
    let most = match name.len() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    let scored = candidates.into_iter().map(|it| (distance(&name, &it.to_ascii_lowercase()), it));
    scored.filter(|(slips, _)| *slips <= most).min_by_key(|(slips, _)| *slips).map(|(_, it)| it)
}

/// Whether two names differ by a slip of the keyboard: in one place, by at most two characters.
pub fn is_slip(a: &str, b: &str) -> bool {
    let (a, b) = (a.to_ascii_lowercase().into_bytes(), b.to_ascii_lowercase().into_bytes());
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(start..).unwrap_or_default(), b.get(start..).unwrap_or_default());
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    a.len() - end <= 2 && b.len() - end <= 2
}

/// The number of insertions, removals, replacements and swaps of neighbours between two texts. Names of policies
/// are short; a text too long to be one is as far away as can be.
fn distance(a: &str, b: &str) -> usize {
    const LONGEST: usize = 64;
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() > LONGEST || b.len() > LONGEST {
        return usize::MAX;
    }
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, x) in a.iter().enumerate() {
        let mut line = Vec::with_capacity(b.len() + 1);
        line.push(row + 1);
        for (column, y) in b.iter().enumerate() {
            let at = |line: &[usize], idx: usize| line.get(idx).copied().unwrap_or(usize::MAX - 2);
            let mut best = at(&last, column) + usize::from(x != y);
            best = best.min(at(&last, column + 1) + 1).min(at(&line, column) + 1);
            let swapped =
                row > 0 && column > 0 && a.get(row - 1) == Some(y) && b.get(column - 1) == Some(x) && x != y;
            if swapped {
                best = best.min(at(&before, column - 1) + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut last, line);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let effects = ["Allow", "Deny"];
        for (name, expected) in [
            ("allow", Some("Allow")),
            ("Denys", Some("Deny")),
            ("Alow", Some("Allow")),
            ("Permit", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, effects), expected, "{name}");
        }
        assert_eq!(nearest("Resuorce", ["Resource", "NotResource"]), Some("Resource"));
        assert!(is_slip("CreateFlowDefiniton", "CreateFlowDefinition") && is_slip("GetObject", "getobject"));
        assert!(!is_slip("DescribeListings", "SearchListings"));
    }
}
