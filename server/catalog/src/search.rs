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
        let ranks = Ranks::new(&needles);
        let services = (0..blob::rows(Section::Services)).map(Service);
        let mut found: Vec<(u8, Reverse<u32>, usize, Action)> = Vec::new();
        for service in services.filter(|it| it.prefix().starts_with(&prefix)) {
            for action in service.actions() {
                if let Some(rank) = ranks.of(blob::cell(Section::Actions, action.0, 0)) {
                    found.push((rank, Reverse(action.weight()), action.name().len(), action));
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

/// A name in which a needle does not occur.
const NOWHERE: u8 = u8::MAX;

/// How well all needles sit in each name of an action, by the id of its text: 0 is the whole name, 1 its start, 2 the
/// start of a word, 3 the middle of one; the worst of several needles counts. Many actions share a name, and the names
/// stand together, so that a scan for the rarest letter of a needle passes over nearly all of them at once.
struct Ranks(Vec<u8>);

impl Ranks {
    fn new(needles: &[String]) -> Ranks {
        let last = blob::cell(Section::Meta, 1, 0);
        let n_names = last as usize + 1;
        let mut worst = vec![0; n_names];
        for needle in needles {
            let mut ranks = vec![NOWHERE; n_names];
            rank_names(needle.as_bytes(), last, &mut ranks);
            for (worst, rank) in worst.iter_mut().zip(ranks) {
                *worst = (*worst).max(rank);
            }
        }
        Ranks(worst)
    }

    fn of(&self, name: u32) -> Option<u8> {
        self.0.get(name as usize).copied().filter(|it| *it != NOWHERE)
    }
}

/// Notes the best rank of one lower-case needle in each name it occurs in.
fn rank_names(needle: &[u8], last: u32, ranks: &mut [u8]) {
    let Some((offset, rare)) = needle.iter().copied().enumerate().min_by_key(|(_, it)| frequency(*it)) else {
        return;
    };
    let (names, end) = blob::texts_to(last);
    let (names, mut name) = (names.as_bytes(), 0);
    let (mut name_start, mut name_end) = (0, end(0));
    for hit in memchr::memchr2_iter(rare, rare.to_ascii_uppercase(), names) {
        let Some(at) = hit.checked_sub(offset) else { continue };
        let here = names.get(at..at + needle.len());
        if !here.is_some_and(|it| it.eq_ignore_ascii_case(needle)) {
            continue;
        }
        while name_end <= at {
            name += 1;
            (name_start, name_end) = (name_end, end(name));
        }
        if at + needle.len() > name_end {
            continue;
        }
        let is_capital = names.get(at).is_some_and(u8::is_ascii_uppercase);
        let rank = match at == name_start {
            true if needle.len() == name_end - name_start => 0,
            true => 1,
            false if is_capital => 2,
            false => 3,
        };
        if let Some(best) = ranks.get_mut(name as usize) {
            *best = rank.min(*best);
        }
    }
}

/// How common a lower-case letter is in names of actions, by its place among the letters from the rarest on.
fn frequency(letter: u8) -> usize {
    const RAREST_FIRST: &[u8] = b"zqxjwkhyvfbmgupdlcnorsaite";
    RAREST_FIRST.iter().position(|it| *it == letter).unwrap_or(0)
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

    /// The scan over all names at once finds what a look at each name finds.
    #[test]
    fn one_scan_finds_what_each_name_has() {
        for needle in ["model", "tag", "invoke", "x", "endpoint", "getobject", "zz", "2", "eget"] {
            let has = |it: &crate::Action| it.name().to_ascii_lowercase().contains(needle);
            let mut expected: Vec<_> = catalog().actions().filter(has).collect();
            let mut found = catalog().search(needle, usize::MAX);
            expected.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, expected, "{needle}");
        }
        assert_eq!(catalog().search("", usize::MAX).len(), catalog().action_count());
        assert_eq!(catalog().search("é", 5).len(), 0);
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
