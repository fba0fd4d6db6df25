//! Substring search over action names, as a completion list or a command line wants it.

use std::cmp::Reverse;

use crate::Catalog;
use crate::action::Action;
use crate::blob::{self, List};
use crate::layout::Section;
use crate::service::Service;

impl Catalog {
    /// Actions whose names contain a text, case left aside, best first: the whole name, then its start, then the
    /// start of a word in it, then anywhere; among those what people write most, then shorter names. Blanks separate texts that must all
    /// occur, and `s3:obj` looks into services whose prefix starts with `s3`.
    pub fn search(self, text: &str, limit: usize) -> Vec<Action> {
        let (prefix, names) = text.split_once(':').unwrap_or(("", text));
        let prefix = prefix.trim().to_ascii_lowercase();
        let needles: Vec<String> = names.split_whitespace().map(str::to_ascii_lowercase).collect();
        let services = (0..blob::rows(Section::Services)).map(Service);
        let mut found: Vec<(u8, Reverse<u32>, usize, Action)> = Vec::new();
        for service in services.filter(|it| it.prefix().starts_with(&prefix)) {
            for action in service.actions() {
                let name = action.name();
                if let Some(worst) = rank_all(name, &needles) {
                    found.push((worst, Reverse(action.weight()), name.len(), action));
                }
            }
        }
        found.sort_unstable();
        found.truncate(limit);
        found.into_iter().map(|(.., action)| action).collect()
    }
}

impl Catalog {
    /// Actions for a word that says what somebody wants to do, such as `chat` or `pull image`, with that word; best
    /// first. A word counts from two letters of its start on.
    pub fn search_tasks(self, text: &str) -> Vec<(&'static str, Action)> {
        let text = text.trim();
        if text.len() < 2 {
            return Vec::new();
        }
        let mut found: Vec<(bool, u32, usize, &'static str, Action)> = Vec::new();
        for row in 0..blob::rows(Section::TaskWords) {
            let words = List::cell(Section::TaskWords, row, 0).texts();
            let starts = |it: &&str| it.get(..text.len()).is_some_and(|it| it.eq_ignore_ascii_case(text));
            let Some(word) = words.into_iter().filter(starts).min_by_key(|it| it.len()) else { continue };
            let actions = List::cell(Section::TaskWords, row, 1).map(Action);
            let all =
                actions.enumerate().map(|(at, action)| (word.len() != text.len(), row, at, word, action));
            found.extend(all);
        }
        found.sort_unstable();
        let mut out: Vec<(&'static str, Action)> = Vec::new();
        for (.., word, action) in found {
            if out.iter().all(|(_, it)| *it != action) {
                out.push((word, action));
            }
        }
        out
    }
}

/// The rank of the worst match; `None` when a needle does not occur.
fn rank_all(name: &str, needles: &[String]) -> Option<u8> {
    let mut worst = 0;
    for needle in needles {
        worst = worst.max(rank(name, needle)?);
    }
    Some(worst)
}

/// How well a lower-case needle sits in a name: 0 is the whole name, 3 the middle of a word.
fn rank(name: &str, needle: &str) -> Option<u8> {
    let (name, needle) = (name.as_bytes(), needle.as_bytes());
    let first = *needle.first()?;
    let mut best = None;
    for (at, byte) in name.iter().enumerate() {
        if byte.to_ascii_lowercase() != first {
            continue;
        }
        let here = name.get(at..at + needle.len());
        if !here.is_some_and(|it| it.eq_ignore_ascii_case(needle)) {
            continue;
        }
        match at {
            0 if needle.len() == name.len() => return Some(0),
            0 => return Some(1),
            _ if byte.is_ascii_uppercase() => return Some(2),
            _ => best = Some(3),
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use crate::catalog;

    fn names(text: &str, limit: usize) -> Vec<String> {
        catalog().search(text, limit).into_iter().map(crate::Action::full_name).collect()
    }

    #[test]
    fn best_first() {
        assert_eq!(names("passrole", 1), ["iam:PassRole"]);
        assert_eq!(names("s3:getobj", 1), ["s3:GetObject"]);
        assert_eq!(names("bedrock:model stream", 1), ["bedrock:InvokeModelWithResponseStream"]);
        assert_eq!(names("nosuchthing", 5), [""; 0]);
        assert_eq!(names("object", 5).len(), 5);
    }

    #[test]
    fn tasks_are_found_by_the_start_of_a_word() {
        let found = |text| {
            let all = catalog().search_tasks(text);
            all.first().map(|(word, action)| format!("{word}: {}", action.full_name()))
        };
        assert_eq!(found("cha").as_deref(), Some("chat: bedrock:InvokeModel"));
        assert_eq!(found("pull image").as_deref(), Some("pull image: ecr:GetAuthorizationToken"));
        assert_eq!(found("c"), None);
        assert_eq!(found("zzz"), None);
    }
}
