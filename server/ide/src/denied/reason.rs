//! Why a request was denied, in the words of AWS: `because no … allows`, `with an explicit deny in a …`.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>

use policy::PolicyKind;

use super::message::Word;

/// A reason among words, with the index of the last of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) explicit: Option<bool>,
    pub(super) kind: Option<PolicyKind>,
    pub(super) through: Option<PolicyKind>,
    pub(super) policy: Option<String>,
    pub(super) first: usize,
    pub(super) last: usize,
}

/// How many words the name of a kind of policy has at most.
const MOST_WORDS: usize = 5;

/// The first reason among the words from `start` on.
pub(super) fn find(words: &[Word<'_>], start: usize) -> Option<Found> {
    (start..words.len()).find_map(|at| implicit(words, at).or_else(|| explicit(words, at)))
}

/// `because no identity-based policy allows the s3:GetObject action`.
fn implicit(words: &[Word<'_>], at: usize) -> Option<Found> {
    if !is(words, at, &["because", "no"]) {
        return None;
    }
    let (kind, end) = kind_at(words, at + 2);
    let allows = (end..words.len()).take(MOST_WORDS).find(|it| starts(words, *it, "allow"))?;
    let mut last = allows;
    if is(words, allows + 1, &["the"]) && words.get(allows + 3).is_some_and(|it| it.bare() == "action") {
        last = allows + 3;
    }
    Some(Found { explicit: Some(false), kind, through: None, policy: None, first: at, last })
}

/// `with an explicit deny in a service control policy: arn:…`; older messages end with `deny`.
fn explicit(words: &[Word<'_>], at: usize) -> Option<Found> {
    if !is(words, at, &["with", "an", "explicit", "deny"]) {
        return None;
    }
    let mut found =
        Found { explicit: Some(true), kind: None, through: None, policy: None, first: at, last: at + 3 };
    let Some(in_at) = Some(at + 4).filter(|it| is(words, *it, &["in"])) else { return Some(found) };
    let (kind, end) = kind_at(words, in_at + 2);
    if kind.is_none() {
        return Some(found);
    }
    (found.kind, found.last) = (kind, end - 1);
    if let Some(arn) = words.get(end).map(|it| it.bare()).filter(|it| it.starts_with("arn:")) {
        found.policy = Some(arn.to_owned());
        found.last = end;
    }
    if is(words, found.last + 1, &["transitively", "through"]) {
        let (through, end) = kind_at(words, found.last + 4);
        if through.is_some() {
            (found.through, found.last) = (through, end - 1);
        }
    }
    Some(found)
}

/// The kind of policy that the words from `at` name, and the index behind them.
fn kind_at(words: &[Word<'_>], at: usize) -> (Option<PolicyKind>, usize) {
    for n in (1..=MOST_WORDS).rev() {
        let Some(name) = words.get(at..at + n) else { continue };
        let name = name.iter().map(|it| it.bare()).collect::<Vec<_>>().join(" ");
        let known = catalog::catalog().denial_policies().find(|it| it.text().eq_ignore_ascii_case(&name));
        if let Some(kind) = known.and_then(|it| PolicyKind::from_name(it.policy()?)) {
            return (Some(kind), at + n);
        }
    }
    (None, at)
}

fn is(words: &[Word<'_>], at: usize, expected: &[&str]) -> bool {
    let found = words.get(at..at + expected.len());
    found.is_some_and(|it| it.iter().zip(expected).all(|(word, text)| word.bare().eq_ignore_ascii_case(text)))
}

fn starts(words: &[Word<'_>], at: usize, text: &str) -> bool {
    words.get(at).is_some_and(|it| it.text.get(..text.len()).is_some_and(|it| it.eq_ignore_ascii_case(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::denied::message::words;

    #[test]
    fn every_kind_of_policy_is_understood() {
        for (text, expected) in [
            ("because no identity-based policy allows the a:B action", (Some(false), Some("identity"))),
            ("because no session policy allows the a:B action", (Some(false), Some("session"))),
            ("because no permissions boundary allows the a:B action", (Some(false), Some("boundary"))),
            ("because no service control policy allows the a:B action", (Some(false), Some("scp"))),
            ("because no VPC endpoint policy allows the a:B action", (Some(false), Some("vpc-endpoint"))),
            ("because no resource-based policy allows the a:B action", (Some(false), Some("resource"))),
            ("because no role trust policy allows the a:B action", (Some(false), Some("trust"))),
            ("with an explicit deny in a service control policy", (Some(true), Some("scp"))),
            ("with an explicit deny in a resource control policy", (Some(true), Some("rcp"))),
            ("with an explicit deny in an identity-based policy.", (Some(true), Some("identity"))),
            ("with an explicit deny in a sessions policy", (Some(true), Some("session"))),
            ("with an explicit deny in the role trust policy", (Some(true), Some("trust"))),
            ("with an explicit deny in a permissions boundary", (Some(true), Some("boundary"))),
            ("with an explicit deny", (Some(true), None)),
            ("with an explicit deny in a", (Some(true), None)),
        ] {
            let found = find(&words(text), 0).unwrap();
            assert_eq!((found.explicit, found.kind.map(PolicyKind::name)), expected, "{text}");
        }
        assert_eq!(find(&words("because no"), 0), None);
        assert_eq!(find(&words("it says no policy allows it"), 0), None);
    }

    #[test]
    fn policies_are_named_and_come_through_others() {
        let text =
            "with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-1/p-1, and";
        let found = find(&words(text), 0).unwrap();
        assert_eq!(found.policy.as_deref(), Some("arn:aws:organizations::1:policy/o-1/p-1"));
        let text =
            "with an explicit deny in a VPC endpoint policy transitively through a service control policy";
        let found = find(&words(text), 0).unwrap();
        assert_eq!((found.kind, found.through), (Some(PolicyKind::VpcEndpoint), Some(PolicyKind::Scp)));
    }
}
