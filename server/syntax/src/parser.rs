//! Tokens to a tree, whatever the tokens.
//!
//! Recursive descent with a bounded depth. Recovery keeps statements apart: a missing bracket or quote should
//! cost the statement it is missing in and no other. What happens inside a container depends on nothing outside
//! of it but [`Context`]; that is what lets [`crate::reparse`] parse a container alone and keep the rest.

use std::sync::Arc;

use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::kind::Kind;
use crate::lexer::{Lexed, next_token};
use crate::seq::Seq;
use crate::text::{TextRange, TextSize};
use crate::tree::{Element, Landmarks, Located, Node, Tree};

/// How deeply objects and arrays may nest. What lies deeper is one [`Kind::TooDeep`] token with an error.
pub const MAX_DEPTH: u8 = 128;

/// Parses a whole text. Total: every text has a tree.
pub fn parse(text: &str, landmarks: Landmarks) -> Tree {
    Tree { root: Parser::new(text, landmarks, &|_| None).root(), landmarks }
}

/// All that the parse of a container may know of what is around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Context {
    pub(crate) depth: u8,
    pub(crate) in_object: bool,
    pub(crate) in_array: bool,
}

impl Context {
    /// The context of a container that stands in one of this kind.
    pub(crate) fn inside(self, kind: Kind) -> Context {
        Context {
            depth: self.depth + u8::from(kind.is_container()),
            in_object: self.in_object || kind == Kind::Object,
            in_array: self.in_array || kind == Kind::Array,
        }
    }
}

/// Gives the complete, faultless container that starts at an offset of the parsed text, where it is known.
pub(crate) type Reuse<'a> = &'a dyn Fn(TextSize) -> Option<Arc<Node>>;

/// Why a list ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// At its own closing bracket, or the root at the end of the text.
    Closed,
    /// Before a token that belongs to something around it, or at the end of the text.
    Open,
    /// Just behind the comma with which a window was to end.
    AtComma,
}

/// Where in a list the parser stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    First,
    /// Behind the comma that starts at this offset.
    ElementAfterComma(TextSize),
    CommaOrEnd,
}

/// The children and errors of a list, while it grows.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) kind: Kind,
    pub(crate) expect: Expect,
    /// Where the children start, in the parsed text.
    pub(crate) start: TextSize,
    pub(crate) children: Vec<Element>,
    pub(crate) errors: Vec<Located>,
    landmark: u32,
}

pub(crate) struct Parser<'a> {
    text: &'a str,
    landmarks: Landmarks,
    reuse: Reuse<'a>,
    /// Where the next token to lex starts.
    lexed_to: TextSize,
    /// Tokens lexed and not yet taken: trivia, and at most two others.
    ahead: std::collections::VecDeque<Lexed>,
    /// Where the next token to take starts.
    at: TextSize,
    /// Whether the last token taken, trivia aside, is a string without its closing quote. Behind a comma or bracket it
    /// is not, so a window needs no word of it.
    behind_unclosed: bool,
}

impl List {
    pub(crate) fn new(kind: Kind, expect: Expect, start: TextSize) -> List {
        List { kind, expect, start, children: Vec::new(), errors: Vec::new(), landmark: 0 }
    }

    fn error(&mut self, kind: SyntaxErrorKind, range: TextRange, seen_at: TextSize) {
        // Invariant: no error of a list lies before its start, but for the comma it starts behind.
        let relative = |at: TextSize| at.saturating_sub(self.start);
        let range = TextRange::new(relative(range.start), relative(range.end));
        self.errors.push(Located { seen_at: relative(seen_at), error: SyntaxError { kind, range } });
    }

    fn finish(self) -> Arc<Node> {
        Node::new(self.kind, self.landmark, self.errors, Seq::new(self.children))
    }
}

impl<'a> Parser<'a> {
    pub(crate) fn new(text: &'a str, landmarks: Landmarks, reuse: Reuse<'a>) -> Parser<'a> {
        Parser {
            text,
            landmarks,
            reuse,
            lexed_to: 0,
            ahead: Default::default(),
            at: 0,
            behind_unclosed: false,
        }
    }

    /// Parses the whole text.
    pub(crate) fn root(mut self) -> Arc<Node> {
        let mut list = List::new(Kind::Root, Expect::First, 0);
        self.list(&mut list, Context::default(), None);
        list.finish()
    }

    /// Takes the token with which a window starts.
    pub(crate) fn take_first(&mut self, list: &mut List) {
        self.take(list);
    }

    /// Where the next token starts.
    pub(crate) fn position(&self) -> TextSize {
        self.at
    }

    /// Parses a container from its opening bracket.
    fn container(&mut self, kind: Kind, context: Context) -> Arc<Node> {
        let mut list = List::new(kind, Expect::First, self.at);
        self.take(&mut list);
        self.list(&mut list, context, None);
        list.finish()
    }

    /// Parses on in `list` until it ends, or until behind a comma of its own that ends at `stop`.
    pub(crate) fn list(&mut self, list: &mut List, context: Context, stop: Option<TextSize>) -> End {
        loop {
            self.take_trivia(list);
            let Some(next) = self.peek() else {
                return self.end_of_text(list);
            };
            match next.kind {
                Kind::Comma => {
                    let at = self.at;
                    self.take(list);
                    if list.expect != Expect::CommaOrEnd {
                        list.error(SyntaxErrorKind::MissingElement, TextRange::new(at, at + 1), at);
                    }
                    if list.kind == Kind::Root {
                        list.error(SyntaxErrorKind::UnexpectedToken, TextRange::new(at, at + 1), at);
                        continue;
                    }
                    list.expect = Expect::ElementAfterComma(at);
                    if stop == Some(self.at) {
                        return End::AtComma;
                    }
                }
                Kind::RightBrace | Kind::RightBracket => {
                    if let Some(end) = self.closer(list, context, next.kind) {
                        return end;
                    }
                }
                Kind::Colon | Kind::Unknown if list.kind != Kind::Object || next.kind == Kind::Colon => {
                    let error = next.error.unwrap_or(SyntaxErrorKind::UnexpectedToken);
                    list.error(error, self.next_range(), self.at);
                    self.take(list);
                }
                _ if list.kind == Kind::Object => {
                    if matches!(next.kind, Kind::LeftBrace) && context.in_array {
                        // The `}` of this object is missing: the next statement starts here.
                        self.unclosed(list);
                        return End::Open;
                    }
                    self.member_or_stray(list, context);
                }
                _ => {
                    if list.kind == Kind::Array && context.in_object && self.is_key() {
                        // The `]` of this array is missing: the next member starts here.
                        self.unclosed(list);
                        return End::Open;
                    }
                    self.before_element(list);
                    let value = self.value(list, context);
                    list.children.push(value);
                    list.expect = Expect::CommaOrEnd;
                }
            }
        }
    }

    fn end_of_text(&mut self, list: &mut List) -> End {
        if list.kind == Kind::Root {
            return End::Closed;
        }
        self.unclosed(list);
        End::Open
    }

    fn unclosed(&mut self, list: &mut List) {
        let kind = match list.kind {
            Kind::Object => SyntaxErrorKind::UnclosedObject,
            _ => SyntaxErrorKind::UnclosedArray,
        };
        list.error(kind, TextRange::new(list.start, list.start + 1), self.at);
    }

    /// At a closing bracket: `Some` when the list ends with or before it.
    fn closer(&mut self, list: &mut List, context: Context, kind: Kind) -> Option<End> {
        let (own, open_around) = match list.kind {
            Kind::Object => (Kind::RightBrace, context.in_array),
            Kind::Array => (Kind::RightBracket, context.in_object),
            _ => (Kind::Root, false),
        };
        if kind == own {
            if let Expect::ElementAfterComma(comma) = list.expect {
                list.error(SyntaxErrorKind::TrailingComma, TextRange::new(comma, comma + 1), self.at);
            }
            self.take(list);
            return Some(End::Closed);
        }
        if open_around {
            self.unclosed(list);
            return Some(End::Open);
        }
        list.error(SyntaxErrorKind::UnexpectedToken, self.next_range(), self.at);
        self.take(list);
        None
    }

    /// Reports a missing comma, or in the root a second value.
    fn before_element(&mut self, list: &mut List) {
        if list.expect != Expect::CommaOrEnd {
            return;
        }
        if list.kind != Kind::Root && self.beside_unclosed(list) {
            return;
        }
        let kind = match list.kind {
            Kind::Root => SyntaxErrorKind::ExtraValue,
            _ => SyntaxErrorKind::MissingComma,
        };
        let range = match list.kind {
            Kind::Root => TextRange::new(self.at, self.at + self.next_char_width()),
            _ => TextRange::empty(last_end(list)),
        };
        list.error(kind, range, self.at);
    }

    /// Whether the comma that is missing here is part of another fault: the string before, without its quote, holds
    /// all to the end of its line, or a stray quote on this line begins one.
    fn beside_unclosed(&mut self, list: &List) -> bool {
        let starts_one = self.peek().is_some_and(|it| it.error == Some(SyntaxErrorKind::UnclosedString));
        self.behind_unclosed || (starts_one && !self.has_break(last_end(list), self.at))
    }

    /// In an object, at something that is neither comma nor bracket.
    fn member_or_stray(&mut self, list: &mut List, context: Context) {
        let Some(next) = self.peek() else { return };
        if matches!(next.kind, Kind::LeftBrace | Kind::LeftBracket) {
            self.before_element(list);
            list.error(SyntaxErrorKind::MissingKey, TextRange::new(self.at, self.at + 1), self.at);
            let value = self.value(list, context);
            list.children.push(value);
        } else {
            self.before_element(list);
            let member = self.member(context);
            list.children.push(Element::Node(member));
        }
        list.expect = Expect::CommaOrEnd;
    }

    fn member(&mut self, context: Context) -> Arc<Node> {
        let mut member = List::new(Kind::Member, Expect::First, self.at);
        let key_range = self.next_range();
        let key = self.peek();
        let key_error = match key {
            Some(Lexed { error: None, kind, .. }) if kind != Kind::String => {
                Some(SyntaxErrorKind::KeyNotString)
            }
            Some(key) => key.error,
            None => None,
        };
        if let Some(error) = key_error {
            member.error(error, key_range, self.at);
        }
        member.landmark = self.landmark(key_range);
        self.take(&mut member);

        let after_key = self.peek_past_trivia(0);
        let colon = after_key.is_some_and(|it| it.kind == Kind::Colon);
        if colon {
            self.take_trivia(&mut member);
            self.take(&mut member);
        } else {
            // A key that is not even a string yet is one fault, not two.
            if key_error.is_none() {
                member.error(SyntaxErrorKind::MissingColon, key_range, self.at);
            }
            let container =
                after_key.is_some_and(|it| matches!(it.kind, Kind::LeftBrace | Kind::LeftBracket));
            if !container || self.break_before_next() {
                return member.finish();
            }
        }
        if self.value_follows() {
            self.take_trivia(&mut member);
            let value = self.value(&mut member, context);
            member.children.push(value);
        } else {
            member.error(SyntaxErrorKind::MissingValue, key_range, self.at);
        }
        member.finish()
    }

    /// Whether a value comes next, and not the next key or the end of the object.
    fn value_follows(&mut self) -> bool {
        let Some(next) = self.peek_past_trivia(0) else { return false };
        match next.kind {
            Kind::Comma | Kind::RightBrace | Kind::RightBracket | Kind::Colon => false,
            // `"Action": ⏎ "Resource": …`: the value is not written yet.
            Kind::String | Kind::Word => {
                let next_is_key = self.peek_past_trivia(1).is_some_and(|it| it.kind == Kind::Colon);
                !(next_is_key && self.break_before_next())
            }
            _ => true,
        }
    }

    /// One value. Errors of a token go to `parent`.
    fn value(&mut self, parent: &mut List, context: Context) -> Element {
        let Some(next) = self.peek() else {
            return Element::Token { kind: Kind::Unknown, width: 0 };
        };
        let kind = match next.kind {
            Kind::LeftBrace => Kind::Object,
            Kind::LeftBracket => Kind::Array,
            _ => {
                if let Some(error) = next.error {
                    parent.error(error, self.next_range(), self.at);
                }
                return self.take_token();
            }
        };
        // A member stands in an object.
        let around = if parent.kind == Kind::Member { Kind::Object } else { parent.kind };
        let context = context.inside(around);
        if let Some(known) = (self.reuse)(self.at)
            && known.summary().height <= MAX_DEPTH.saturating_sub(context.depth)
        {
            return self.skip_over(known);
        }
        if context.depth >= MAX_DEPTH {
            return self.too_deep(parent);
        }
        Element::Node(self.container(kind, context))
    }

    /// Takes a container that is already parsed.
    fn skip_over(&mut self, node: Arc<Node>) -> Element {
        self.at += node.width();
        self.behind_unclosed = false;
        // Its opening bracket was the last token lexed: nothing looks past a bracket.
        self.ahead.clear();
        self.lexed_to = self.at;
        Element::Node(node)
    }

    /// Takes all up to the matching bracket, or the end of the text, as one token.
    fn too_deep(&mut self, parent: &mut List) -> Element {
        let start = self.at;
        parent.error(SyntaxErrorKind::TooDeep, TextRange::new(start, start + 1), start);
        let mut open = 0usize;
        while let Some(token) = self.peek() {
            match token.kind {
                Kind::LeftBrace | Kind::LeftBracket => open += 1,
                Kind::RightBrace | Kind::RightBracket => open -= 1,
                _ => {}
            }
            let _ = self.take_token();
            if open == 0 {
                break;
            }
        }
        Element::Token { kind: Kind::TooDeep, width: self.at - start }
    }

    /// Whether a key starts here: a string or word with a colon behind it.
    fn is_key(&mut self) -> bool {
        let here = self.peek_past_trivia(0).is_some_and(|it| matches!(it.kind, Kind::String | Kind::Word));
        here && self.peek_past_trivia(1).is_some_and(|it| it.kind == Kind::Colon)
    }

    /// Whether there is a line break between here and the next token that is not trivia.
    fn break_before_next(&mut self) -> bool {
        let mut end = self.at;
        for token in &self.ahead {
            if !token.kind.is_trivia() {
                break;
            }
            end += token.width;
        }
        self.has_break(self.at, end)
    }

    /// How many bytes the next character has.
    fn next_char_width(&self) -> TextSize {
        let next = self.text.get(self.at as usize..).and_then(|it| it.chars().next());
        next.map_or(1, |it| TextSize::try_from(it.len_utf8()).unwrap_or(1))
    }

    fn has_break(&self, start: TextSize, end: TextSize) -> bool {
        let between = self.text.get(start as usize..end as usize).unwrap_or_default();
        between.contains(['\n', '\r'])
    }

    fn landmark(&self, key: TextRange) -> u32 {
        let text = self.text.get(key.start as usize..key.end as usize).unwrap_or_default();
        let name = text.trim_matches('"');
        let idx = self.landmarks.iter().take(32).position(|it| *it == name);
        idx.map_or(0, |it| 1 << it)
    }

    // Tokens.

    fn peek(&mut self) -> Option<Lexed> {
        self.ahead(0)
    }

    /// The token that is not trivia with `n` such tokens before it.
    fn peek_past_trivia(&mut self, mut n: usize) -> Option<Lexed> {
        let mut idx = 0;
        loop {
            let token = self.ahead(idx)?;
            if !token.kind.is_trivia() {
                if n == 0 {
                    return Some(token);
                }
                n -= 1;
            }
            idx += 1;
        }
    }

    fn ahead(&mut self, idx: usize) -> Option<Lexed> {
        while self.ahead.len() <= idx {
            let rest = self.text.get(self.lexed_to as usize..)?;
            let token = next_token(rest, self.lexed_to == 0)?;
            self.lexed_to += token.width;
            self.ahead.push_back(token);
        }
        self.ahead.get(idx).copied()
    }

    fn next_range(&mut self) -> TextRange {
        let width = self.peek().map_or(0, |it| it.width);
        TextRange::new(self.at, self.at + width)
    }

    fn take_token(&mut self) -> Element {
        let Some(token) = self.peek() else {
            return Element::Token { kind: Kind::Unknown, width: 0 };
        };
        self.ahead.pop_front();
        self.at += token.width;
        if !token.kind.is_trivia() {
            self.behind_unclosed = token.error == Some(SyntaxErrorKind::UnclosedString);
        }
        Element::Token { kind: token.kind, width: token.width }
    }

    fn take(&mut self, list: &mut List) {
        let token = self.take_token();
        list.children.push(token);
    }

    fn take_trivia(&mut self, list: &mut List) {
        while let Some(token) = self.peek()
            && token.kind.is_trivia()
        {
            if let Some(error) = token.error {
                list.error(error, TextRange::new(self.at, (self.at + 2).min(self.at + token.width)), self.at);
            }
            self.take(list);
        }
    }
}

/// Where the last child that is not trivia ends.
fn last_end(list: &List) -> TextSize {
    let mut end = list.start + list.children.iter().map(Element::width).sum::<TextSize>();
    for child in list.children.iter().rev() {
        if !child.kind().is_trivia() {
            break;
        }
        end -= child.width();
    }
    end
}
