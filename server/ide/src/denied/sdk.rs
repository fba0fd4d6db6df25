//! What SDKs write around a message: the operation, the error's code, the service; and what only STS can read.

use super::message::{Span, Word};

/// What botocore writes before a message.
pub(super) struct Head {
    pub(super) code: Span,
    pub(super) operation: Span,
}

/// `An error occurred (AccessDenied) when calling the GetObject operation:`, as botocore writes it.
pub(super) fn head(words: &[Word<'_>]) -> Option<Head> {
    let starts = (0..words.len()).rev();
    starts.into_iter().find_map(|at| {
        let word = |n: usize| words.get(at + n);
        let is = |n: usize, text: &str| word(n).is_some_and(|it| it.is(text));
        if !(is(0, "error") && is(1, "occurred") && is(3, "when") && is(4, "calling") && is(5, "the")) {
            return None;
        }
        let (code, operation) = (word(2)?, word(6)?);
        Some(Head { code: code.span(code.bare()), operation: operation.span(operation.bare()) })
    })
}

/// `AccessDeniedException:` before the message, or `Error Code: AccessDenied` behind it.
pub(super) fn code(words: &[Word<'_>]) -> Option<Span> {
    let codes: Vec<&str> = catalog::catalog().denial_codes().collect();
    let is_code = |word: &&Word<'_>| {
        let bare = word.bare();
        let name = bare.rsplit('.').next().unwrap_or(bare);
        name.chars().all(|it| it.is_ascii_alphanumeric()) && codes.iter().any(|it| name.contains(it))
    };
    words.iter().find(is_code).map(|it| it.span(it.bare()))
}

/// `(Service: AmazonS3; Status Code: 403; …)`, as the SDKs for Java write it.
pub(super) fn service(words: &[Word<'_>]) -> Option<Span> {
    let at = words.iter().position(|it| it.text.ends_with("(Service:"))?;
    let last = words.iter().skip(at + 1).take(6).find(|it| it.text.ends_with([';', ',']))?;
    let start = words.get(at + 1)?.start;
    Some(start..(last.end() - 1).max(start))
}

/// `Encoded authorization failure message: …`.
pub(super) fn encoded(words: &[Word<'_>]) -> Option<Span> {
    let is = |at: usize, text: &str| words.get(at).is_some_and(|it| it.is(text));
    let at = (0..words.len()).find(|at| {
        is(*at, "encoded") && is(at + 1, "authorization") && is(at + 2, "failure") && is(at + 3, "message")
    })?;
    match words.get(at + 4) {
        Some(word) => Some(word.span(word.text.trim_matches(['"', '\'', ',', ')']))),
        None => words.get(at + 3).map(|it| it.end()..it.end()),
    }
}
