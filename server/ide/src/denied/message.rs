//! Messages of errors that deny, in the forms that services, SDKs and logs write them in.
//!
//! A message is read word by word, so that line breaks and indentation of a log do not matter.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>

use std::ops::Range;

use catalog::Denial;

use super::reason::{self, Found};
use super::sdk;

/// A word of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
}

/// A piece of a text.
pub(super) type Span = Range<usize>;

/// What a message says. Places count from the start of the text it was found in.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) range: Span,
    pub(super) principal: Option<Span>,
    pub(super) action: Option<Span>,
    pub(super) resource: Option<Span>,
    pub(super) reason: Option<Found>,
    pub(super) reason_range: Option<Span>,
    /// The API operation, by an SDK.
    pub(super) operation: Option<Span>,
    /// The service, by an SDK.
    pub(super) service: Option<Span>,
    /// The code of the error.
    pub(super) code: Option<Span>,
    /// What only STS can read.
    pub(super) encoded: Option<Span>,
    /// What the message means beside that.
    pub(super) known: Vec<Denial>,
    /// Whether it ends in the middle.
    pub(super) is_cut: bool,
    /// Whether it has the words `Access Denied`.
    pub(super) is_short: bool,
}

impl<'t> Word<'t> {
    /// Without what punctuation puts around it.
    pub(super) fn bare(&self) -> &'t str {
        self.text.trim_matches(['"', '\'', '`', ',', ';', '.', ':', '(', ')', '[', ']', '<', '>'])
    }

    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// The place of a part of it.
    pub(super) fn span(&self, part: &str) -> Span {
        let start = self.start + self.text.find(part).unwrap_or(0);
        start..start + part.len()
    }

    pub(super) fn is(&self, text: &str) -> bool {
        self.bare().eq_ignore_ascii_case(text)
    }
}

/// The words of a text. A byte order mark is none.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut out = Vec::new();
    let mut at = 0;
    for word in text.split(|it: char| it.is_whitespace() || it == '\u{feff}') {
        if !word.is_empty() {
            out.push(Word { text: word, start: at });
        }
        let behind = text.get(at + word.len()..).and_then(|it| it.chars().next());
        at += word.len() + behind.map_or(0, char::len_utf8);
    }
    out
}

/// The messages of a text that say that something was denied.
pub(super) fn find(text: &str) -> Vec<Message> {
    let words = words(text);
    let anchors = (0..words.len()).filter(|it| is_anchor(&words, *it) && !is_preface(&words, *it));
    let anchors: Vec<usize> = anchors.collect();
    if anchors.is_empty() {
        return without_anchor(text, &words).into_iter().collect();
    }
    let mut out: Vec<Message> = Vec::new();
    let mut from = 0;
    for (n, anchor) in anchors.iter().enumerate() {
        let limit = anchors.get(n + 1).map_or(words.len(), |next| start_before(&words, *anchor + 3, *next));
        let Some(own) = words.get(from..limit) else { continue };
        out.push(with_anchor(text, own, anchor - from));
        from = limit;
    }
    out
}

/// `… authorized to perform …`, at its first word.
fn is_anchor(words: &[Word<'_>], at: usize) -> bool {
    let is = |n: usize, text: &str| words.get(at + n).is_some_and(|it| it.is(text));
    is(0, "authorized")
        && is(1, "to")
        && words
            .get(at + 2)
            .is_some_and(|it| it.text.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("perform")))
}

/// `You are not authorized to perform this operation. User: …`: what the next sentence says better.
fn is_preface(words: &[Word<'_>], at: usize) -> bool {
    let is = |n: usize, text: &str| words.get(at + n).is_some_and(|it| it.is(text));
    is(3, "this") && is(4, "operation") && is(5, "user")
}

/// Where the message of the anchor `next` starts, not before `least`: at what an SDK writes before it, or at `User:`.
fn start_before(words: &[Word<'_>], least: usize, next: usize) -> usize {
    const HEAD: usize = 12;
    let is = |at: usize, text: &str| words.get(at).is_some_and(|it| it.is(text));
    let user = (least..next).rev().find(|it| is(*it, "user"));
    let user = user.unwrap_or(next.saturating_sub(3).max(least));
    let heads = (user.saturating_sub(HEAD).max(least)..user).rev();
    heads
        .into_iter()
        .find(|at| is(*at, "an") && is(at + 1, "error") && is(at + 2, "occurred"))
        .unwrap_or(user)
}

fn with_anchor(text: &str, words: &[Word<'_>], anchor: usize) -> Message {
    let mut message = empty(text, words);
    message.principal = principal(words, anchor);
    let (action, next) = action(words, anchor + 2);
    message.action = action;
    let mut last = next.saturating_sub(1);
    let mut after = next;
    if let Some((resource, next)) = resource(text, words, next) {
        message.resource = resource;
        after = next;
        last = next.saturating_sub(1);
    }
    if let Some(found) = reason::find(words, after) {
        last = last.max(found.last);
        message.reason_range = span_of(words, found.first, found.last);
        message.reason = Some(found);
    }
    let first = message.range.start;
    let end = words.get(last).map_or(first, |it| it.end());
    let end = message.encoded.as_ref().map_or(end, |it| end.max(it.end));
    cut(text, words, &mut message);
    message.range = first..end;
    message
}

/// A message that says less than who may not do what: by an SDK's head, an encoded tail, or words that are known.
fn without_anchor(text: &str, words: &[Word<'_>]) -> Option<Message> {
    let message = empty(text, words);
    let codes: Vec<&str> = catalog::catalog().denial_codes().collect();
    let has_code = words.iter().any(|it| codes.iter().any(|code| it.text.contains(code)));
    let says_so = message.is_short
        || has_code
        || ["not authorized", "access denied"].iter().any(|it| contains_ignoring_case(text, it));
    (says_so || message.encoded.is_some() || !message.known.is_empty()).then_some(message)
}

/// What a message says apart from its sentence.
fn empty(text: &str, words: &[Word<'_>]) -> Message {
    let start = words.first().map_or(0, |it| it.start);
    let end = words.last().map_or(start, Word::end);
    let own = text.get(start..end).unwrap_or_default();
    let head = sdk::head(words);
    let normal = words.iter().map(|it| it.text).collect::<Vec<_>>().join(" ").replace('\u{2019}', "'");
    let known = catalog::catalog().denial_messages().filter(|it| contains_ignoring_case(&normal, it.text()));
    Message {
        range: start..end,
        principal: None,
        action: None,
        resource: None,
        reason: None,
        reason_range: None,
        operation: head.as_ref().map(|it| it.operation.clone()),
        code: head.map(|it| it.code).or_else(|| sdk::code(words)),
        service: sdk::service(words),
        encoded: sdk::encoded(words),
        known: known.collect(),
        is_cut: ends_cut(own),
        is_short: words.array_windows().any(|[access, denied]| access.is("access") && denied.is("denied")),
    }
}

/// The word before `is not authorized`.
fn principal(words: &[Word<'_>], anchor: usize) -> Option<Span> {
    let mut at = anchor.checked_sub(1)?;
    for skipped in ["not", "is"] {
        if words.get(at).is_some_and(|it| it.is(skipped)) {
            at = at.checked_sub(1)?;
        }
    }
    let word = words.get(at)?;
    let bare = word.bare();
    let bare = bare.find("arn:").and_then(|start| bare.get(start..)).unwrap_or(bare);
    (bare.starts_with("arn:") || bare == "anonymous").then(|| word.span(bare))
}

/// The action behind `perform`, and the index of the word behind it.
fn action(words: &[Word<'_>], perform: usize) -> (Option<Span>, usize) {
    let glued = words.get(perform).and_then(|it| {
        let tail = it.text.get("perform".len()..)?.trim_start_matches(':');
        (!tail.is_empty()).then_some((it, tail))
    });
    let (word, text, next) = match glued {
        Some((word, tail)) => (Some(word), tail, perform + 1),
        None => (words.get(perform + 1), words.get(perform + 1).map_or("", |it| it.text), perform + 2),
    };
    let bare = Word { text, start: 0 }.bare();
    let is_action = |(prefix, name): (&str, &str)| {
        let is_name = |it: &str| {
            !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_'))
        };
        is_name(prefix) && is_name(name)
    };
    match word.filter(|_| bare.split_once(':').is_some_and(is_action)) {
        Some(word) => (Some(word.span(bare)), next),
        None => (None, perform + 1),
    }
}

/// The resource behind `on resource:`, and the index of the word behind it. `on this resource` names none.
fn resource(text: &str, words: &[Word<'_>], at: usize) -> Option<(Option<Span>, usize)> {
    let is = |n: usize, expected: &str| words.get(at + n).is_some_and(|it| it.is(expected));
    if is(0, "on") && is(1, "this") && is(2, "resource") {
        return Some((None, at + 3));
    }
    if !(is(0, "on") && (is(1, "resource") || is(1, "resources"))) {
        return None;
    }
    let word = words.get(at + 2)?;
    if let Some(quote) = word.text.chars().next().filter(|it| matches!(it, '"' | '\'')) {
        let inner = text.get(word.start + 1..)?;
        let len = inner.find(quote).unwrap_or(inner.len());
        let end = word.start + 1 + len;
        let next = words.iter().position(|it| it.start > end).unwrap_or(words.len());
        return Some((Some(word.start + 1..end), next));
    }
    if word.text.starts_with("arn:") || word.is("*") {
        let part = word.text.trim_end_matches(['"', '\'', '`', ',', ';', '.', ')', ']']);
        return Some((Some(word.start..word.start + part.len()), at + 3));
    }
    // A name in words, as in `role Example`: up to the reason or the end of the line.
    let line = text.get(word.start..)?.lines().next()?;
    let mut end = word.start + line.len();
    for stop in [" because ", " with an explicit deny", " (", " status code:"] {
        if let Some(found) = line.find(stop) {
            end = end.min(word.start + found);
        }
    }
    let part = text.get(word.start..end)?.trim_end().trim_end_matches(['"', ',', '.']);
    let end = word.start + part.len();
    let next = words.iter().position(|it| it.start >= end.max(word.start + 1)).unwrap_or(words.len());
    (!part.is_empty()).then_some((Some(word.start..end), next))
}

/// A message that ends in the middle does not tell its last word.
fn cut(text: &str, words: &[Word<'_>], message: &mut Message) {
    let Some(last) = words.last() else { return };
    let ends_at = |span: &Option<Span>| span.as_ref().is_some_and(|it| it.end > last.start);
    let whole = text.get(message.range.clone()).unwrap_or_default();
    if !ends_cut(whole) {
        return;
    }
    message.is_cut = true;
    for span in [&mut message.action, &mut message.resource] {
        if ends_at(span) {
            *span = None;
        }
    }
}

fn ends_cut(text: &str) -> bool {
    let text = text.trim_end().trim_end_matches(['"', '\'']);
    text.ends_with("...") || text.ends_with('\u{2026}')
}

fn span_of(words: &[Word<'_>], first: usize, last: usize) -> Option<Span> {
    Some(words.get(first)?.start..words.get(last)?.end())
}

fn contains_ignoring_case(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    text.windows(part.len().max(1)).any(|it| it.eq_ignore_ascii_case(part))
}
