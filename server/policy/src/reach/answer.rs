//! What the questions are answered with. Plain types, for whoever shows them.

use super::engine::{Limits, Requests};
use crate::eval::{Context, Given, Owner, Request};

/// One of the policies that a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The one to compare with.
    Old,
    /// The one in question.
    New,
}

/// A statement of one of the policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementRef {
    /// The policy.
    pub side: Side,
    /// Its index there.
    pub index: usize,
}

/// An answer for all requests at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It holds for every request. The statements are those that the proof rests on.
    Pass(Vec<StatementRef>),
    /// It does not hold for this request, which was held against the policies.
    Fail(Box<Witness>),
    /// Neither was shown.
    Unknown(Reason),
}

/// An answer, and a second opinion where it is no proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinions {
    /// For any request.
    pub answer: Answer,
    /// For the requests that AWS sends, as far as the catalogue knows, where that is another answer.
    pub sent: Option<Answer>,
}

/// Asks a question about any request and, where the answer is no proof, about those that AWS sends. An example among
/// these is the better one.
pub fn opinions(limits: Limits, ask: impl Fn(Limits) -> Answer) -> Opinions {
    let answer = ask(Limits { requests: Requests::Any, ..limits });
    if matches!(answer, Answer::Pass(_) | Answer::Unknown(Reason::Unfinished | Reason::LongPattern)) {
        return Opinions { answer, sent: None };
    }
    match ask(Limits { requests: Requests::Sent, ..limits }) {
        sent @ Answer::Pass(_) => Opinions { answer, sent: Some(sent) },
        sent @ Answer::Fail(_) => Opinions { answer: sent, sent: None },
        Answer::Unknown(_) => Opinions { answer, sent: None },
    }
}

/// Why a question stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// An operator or a value that is not read, or something that a template fills in.
    Unread,
    /// It depends on the values of policy variables.
    Variables,
    /// A key with several values is compared without `ForAllValues` or `ForAnyValue`; AWS does not say how.
    SeveralValues,
    /// It depends on whether a star at the end of an ARN's field runs past the colon; AWS's pages disagree.
    StarPastColon,
    /// It takes more steps than are spent on a question.
    TooLong,
    /// The request that was found could not be confirmed.
    Unconfirmed,
    /// A pattern or name is longer than the longest policy that AWS takes.
    LongPattern,
    /// A statement has no effect or no actions yet, or is not JSON.
    Unfinished,
}

impl Reason {
    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Unread => "unread",
            Reason::Variables => "variables",
            Reason::SeveralValues => "several-values",
            Reason::StarPastColon => "star-past-colon",
            Reason::TooLong => "too-long",
            Reason::Unconfirmed => "unconfirmed",
            Reason::LongPattern => "long-pattern",
            Reason::Unfinished => "unfinished",
        }
    }

    /// What it means, to follow "it is not known whether".
    pub fn text(self) -> &'static str {
        match self {
            Reason::Unread => "it depends on a condition, principal or template that cannot be read here",
            Reason::Variables => "it depends on the values of policy variables",
            Reason::SeveralValues => {
                "a key with several values is compared without ForAllValues or ForAnyValue, \
                 and AWS does not say how"
            }
            Reason::StarPastColon => {
                "it depends on whether a star at the end of an ARN field runs past the colon, \
                 and AWS's pages disagree"
            }
            Reason::TooLong => "it takes more steps than are spent on one question",
            Reason::Unconfirmed => "the request that was found could not be confirmed",
            Reason::LongPattern => "a pattern is longer than any policy that AWS takes",
            Reason::Unfinished => "a statement is not finished",
        }
    }
}

/// A request that shows what an answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The action with its prefix.
    pub action: String,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The principal's ARN or name.
    pub principal: String,
    /// The condition keys it carries, by name; all others are absent.
    pub context: Vec<(String, Given)>,
    /// The statement that allows it.
    pub statement: StatementRef,
    /// The `Deny` of the old policy that stopped it there, if one did.
    pub denied_by: Option<StatementRef>,
    /// Whether the action is one of the catalogue, and the resource looks like one that it takes.
    pub is_typical: bool,
}

impl Witness {
    /// As a request that can be decided.
    pub fn request(&self) -> Request {
        let context = Context::closed(self.context.iter().cloned());
        Request::new(&self.principal, &self.action, &self.resource, Owner::Unknown, context)
    }
}
