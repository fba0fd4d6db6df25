//! Cuts a byte stream into message bodies, whatever the bytes are.
//!
//! A frame is a block of `Name: value` lines, an empty line, and as many bytes as `Content-Length` says.
//! Anything else is a [`Fault`], reported once, after which reading resumes at the next `Content-Length` line.
//! This module does no IO and does not know what a body means.

use std::ops::Range;

/// A header line that is longer than this is taken for garbage.
const MAX_LINE: usize = 4096;
/// The longest `Content-Length` line that is found in the middle of garbage.
const MAX_MARK: usize = 64;
const MARK: &[u8] = b"content-length:";
/// Room offered to each read, and the least capacity worth giving back.
const CHUNK: usize = 64 * 1024;

/// What the stream holds next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame<'a> {
    /// The bytes of one body.
    Body(&'a [u8]),
    /// Bytes that are no frame. They have been or will be skipped.
    Fault(Fault),
}

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A line where a header should be is none.
    Garbage,
    /// The headers end without a `Content-Length`.
    NoLength,
    /// `Content-Length` is no number.
    BadLength,
    /// `Content-Length` is beyond the limit.
    TooLong,
    /// A new header starts inside a body, so its `Content-Length` was too large.
    /// JSON cannot hold such a line: a line break inside a string is always escaped.
    CutShort,
}

/// The state of reading one stream.
#[derive(Debug)]
pub(super) struct Decoder {
    max_body: usize,
    buf: Vec<u8>,
    /// Everything in `buf` before this has been handed out or skipped.
    start: usize,
    /// Where the body handed out last began.
    body: usize,
    state: State,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Head(Head),
    /// `searched` bytes of the body are known to hold no header.
    Body {
        length: usize,
        searched: usize,
    },
    /// Skipping to the next `Content-Length` line.
    Lost,
}

#[derive(Debug, Clone, Copy, Default)]
struct Head {
    any: bool,
    length: Option<Result<usize, Fault>>,
}

impl Decoder {
    /// A decoder that refuses bodies of more than `max_body` bytes.
    pub(super) fn new(max_body: usize) -> Self {
        Self { max_body, buf: Vec::new(), start: 0, body: 0, state: State::Head(Head::default()) }
    }

    /// The buffer to append what was read to, with room for more.
    pub(super) fn input(&mut self) -> &mut Vec<u8> {
        self.buf.drain(..self.start.min(self.buf.len()));
        self.start = 0;
        if self.buf.is_empty() && self.buf.capacity() > 16 * CHUNK {
            self.buf = Vec::new();
        }
        self.buf.reserve(CHUNK);
        &mut self.buf
    }

    /// The next frame, or `None` when more input is needed.
    pub(super) fn next_frame(&mut self) -> Option<Frame<'_>> {
        let body = loop {
            let step = match self.state {
                State::Head(head) => self.head(head),
                State::Body { length, searched } => self.body(length, searched),
                State::Lost => self.lost(),
            };
            match step {
                Step::Again => {}
                Step::Wait => return None,
                Step::Fault(fault) => return Some(Frame::Fault(fault)),
                Step::Body(range) => break range,
            }
        };
        Some(Frame::Body(self.buf.get(body).unwrap_or_default()))
    }

    /// Says that the body handed out last made no sense.
    /// Its length may have been wrong, so its bytes are searched for the next header.
    /// Only valid before the next call of [`input`](Self::input).
    pub(super) fn reject(&mut self) {
        self.start = self.body;
        self.state = State::Lost;
    }

    fn rest(&self) -> &[u8] {
        self.buf.get(self.start..).unwrap_or_default()
    }

    fn head(&mut self, mut head: Head) -> Step {
        let rest = self.rest();
        let Some(end) = rest.iter().take(MAX_LINE).position(|it| *it == b'\n') else {
            return if rest.len() < MAX_LINE { Step::Wait } else { self.lose(Fault::Garbage) };
        };
        let line = rest.get(..end).unwrap_or_default().trim_ascii();
        if line.is_empty() {
            self.start += end + 1;
            return if head.any { self.end_of_head(head.length) } else { Step::Again };
        }
        let Some((name, value)) = header(line) else {
            return self.lose(Fault::Garbage);
        };
        if name.eq_ignore_ascii_case(b"content-length") {
            head.length = Some(number(value));
        } else if name.to_ascii_lowercase().ends_with(b"content-length") {
            // Garbage without a line end, and a header right behind it.
            return self.lose(Fault::Garbage);
        }
        head.any = true;
        self.start += end + 1;
        self.state = State::Head(head);
        Step::Again
    }

    fn end_of_head(&mut self, length: Option<Result<usize, Fault>>) -> Step {
        match length {
            None => self.lose(Fault::NoLength),
            Some(Err(fault)) => self.lose(fault),
            Some(Ok(length)) if length > self.max_body => self.lose(Fault::TooLong),
            Some(Ok(length)) => {
                self.state = State::Body { length, searched: 0 };
                Step::Again
            }
        }
    }

    fn body(&mut self, length: usize, searched: usize) -> Step {
        let n_available = self.rest().len();
        if n_available >= length {
            self.body = self.start;
            self.start += length;
            self.state = State::Head(Head::default());
            return Step::Body(self.body..self.start);
        }
        let from = searched.saturating_sub(MAX_MARK);
        match find_mark(self.rest().get(from..).unwrap_or_default()) {
            Some(at) => {
                self.start += from + at;
                self.state = State::Head(Head::default());
                Step::Fault(Fault::CutShort)
            }
            None => {
                self.state = State::Body { length, searched: n_available };
                Step::Wait
            }
        }
    }

    fn lost(&mut self) -> Step {
        let rest = self.rest();
        match find_mark(rest) {
            Some(at) => {
                self.start += at;
                self.state = State::Head(Head::default());
                Step::Again
            }
            None => {
                self.start += rest.len().saturating_sub(MAX_MARK);
                Step::Wait
            }
        }
    }

    fn lose(&mut self, fault: Fault) -> Step {
        self.state = State::Lost;
        Step::Fault(fault)
    }
}

enum Step {
    Again,
    Wait,
    Fault(Fault),
    Body(Range<usize>),
}

fn header(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|it| *it == b':')?;
    let name = line.get(..colon)?.trim_ascii_end();
    let value = line.get(colon + 1..)?.trim_ascii_start();
    let is_name = !name.is_empty() && name.iter().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(it));
    is_name.then_some((name, value))
}

/// A number too large for us to count is still a number, and [`Fault::TooLong`] says what is wrong with it.
fn number(digits: &[u8]) -> Result<usize, Fault> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Fault::BadLength);
    }
    let digits = str::from_utf8(digits).map_err(|_| Fault::BadLength)?;
    digits.parse().map_err(|_| Fault::TooLong)
}

/// Where the first whole line end of the form `Content-Length: digits` starts, at any place in a line.
fn find_mark(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let end = from + rest.iter().position(|it| *it == b'\n')?;
        let floor = from.max(end.saturating_sub(MAX_MARK));
        let line = bytes.get(floor..end)?;
        let mark = line.windows(MARK.len()).rposition(|it| it.eq_ignore_ascii_case(MARK));
        if let Some(at) = mark
            && let Some(value) = line.get(at + MARK.len()..)
            && number(value.trim_ascii()).is_ok()
        {
            return Some(floor + at);
        }
        from = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 1000;

    /// Feeds `bytes` in pieces, rejects bodies that do not start with `{`, and tells what came out.
    fn decode(pieces: &[&[u8]]) -> Vec<String> {
        let mut decoder = Decoder::new(MAX);
        let mut out = Vec::new();
        for piece in pieces {
            decoder.input().extend_from_slice(piece);
            while let Some(frame) = decoder.next_frame() {
                match frame {
                    Frame::Body(body) if body.starts_with(b"{") && body.ends_with(b"}") => {
                        out.push(String::from_utf8_lossy(body).into_owned());
                    }
                    Frame::Body(_) => {
                        out.push("reject".to_owned());
                        decoder.reject();
                    }
                    Frame::Fault(fault) => out.push(format!("{fault:?}")),
                }
            }
        }
        out
    }

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    /// Every stream ends with a good frame, which must come out, at whichever bytes the stream is cut.
    #[test]
    fn damage_is_told_once_and_the_next_frame_is_found() {
        let last = frame("{\"last\":1}");
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            ("content-length: 3\r\n\r\n{1}", &["{1}"]),
            ("CONTENT-LENGTH:3\n\n{1}", &["{1}"]),
            ("Content-Length : 3 \r\n\r\n{1}", &["{1}"]),
            ("X-A: 1\r\nContent-Type: a; charset=utf-8\r\nContent-Length: 3\r\nX-B: 2\r\n\r\n{1}", &["{1}"]),
            ("\r\n\n\r\nContent-Length: 3\r\n\r\n{1}\r\n\r\n", &["{1}"]),
            ("Content-Length: 0\r\n\r\n", &["reject"]),
            ("Content-Length: -3\r\n\r\n{1}", &["BadLength"]),
            ("Content-Length: +3\r\n\r\n{1}", &["BadLength"]),
            ("Content-Length: three\r\n\r\n{1}", &["BadLength"]),
            ("Content-Length:\r\n\r\n{1}", &["BadLength"]),
            ("Content-Length: 3.0\r\n\r\n{1}", &["BadLength"]),
            ("Content-Length: 1001\r\n\r\n{1}", &["TooLong"]),
            ("Content-Length: 10000000000\r\n\r\n{1}", &["TooLong"]),
            ("Content-Length: 99999999999999999999999\r\n\r\n{1}", &["TooLong"]),
            ("Content-Type: x\r\n\r\n{1}", &["NoLength"]),
            ("Content-Type: x\r\n\r\n{1}\n", &["NoLength"]),
            ("{\"a\":1}\n", &["Garbage"]),
            ("{\"a\":1}", &["Garbage"]),
            ("hello there\r\n\r\n", &["Garbage"]),
            ("hello", &["Garbage"]),
            ("\u{feff}", &["Garbage"]),
            ("Content-Length: 2\r\n\r\n{123456}", &["reject"]),
            ("Content-Length: 15\r\n\r\n{1}", &["reject"]),
            ("Content-Length: 700\r\n\r\n{1}", &["CutShort"]),
        ];
        for (damage, expected) in cases {
            let stream = format!("{damage}{last}");
            let mut expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
            expected.push("{\"last\":1}".to_owned());
            assert_eq!(settled(decode(&[stream.as_bytes()])), settled(expected.clone()), "whole: {damage:?}");
            for at in 0..stream.len() {
                let (one, two) = stream.as_bytes().split_at(at);
                assert_eq!(
                    settled(decode(&[one, two])),
                    settled(expected.clone()),
                    "cut at {at}: {damage:?}"
                );
            }
            let bytes: Vec<&[u8]> = stream.as_bytes().chunks(1).collect();
            assert_eq!(settled(decode(&bytes)), settled(expected.clone()), "byte by byte: {damage:?}");
        }
    }

    /// Whether a body that is too long is seen before or after its end depends on how the bytes arrive.
    fn settled(out: Vec<String>) -> Vec<String> {
        out.into_iter().map(|it| if it == "CutShort" { "reject".to_owned() } else { it }).collect()
    }

    #[test]
    fn an_endless_line_is_given_up() {
        let line = vec![b'x'; MAX_LINE + 10];
        let good = frame("{}");
        assert_eq!(decode(&[&line, &line, good.as_bytes()]), ["Garbage", "{}"]);
    }

    #[test]
    fn a_body_is_awaited_without_being_allocated() {
        let mut decoder = Decoder::new(usize::MAX);
        decoder.input().extend_from_slice(b"Content-Length: 1000000000000\r\n\r\n{");
        assert_eq!(decoder.next_frame(), None);
        assert!(decoder.input().capacity() <= 4 * CHUNK);
    }

    #[test]
    fn a_header_quoted_in_a_body_is_text() {
        let body = r#"{"text":"Content-Length: 5\r\n\r\n"}"#;
        let stream = frame(body);
        for at in 0..stream.len() {
            let (one, two) = stream.as_bytes().split_at(at);
            assert_eq!(decode(&[one, two]), [body]);
        }
    }

    #[test]
    fn a_message_swallowed_by_the_one_before_is_recovered() {
        let swallowed = frame("{2}");
        let stream = format!("Content-Length: {}\r\n\r\n{{1}}{swallowed}", 3 + swallowed.len() - 5);
        assert_eq!(decode(&[stream.as_bytes()]), ["reject", "{2}"]);
    }
}
