//! Denied requests: what a message of AWS or an event of CloudTrail tells, and what it does not.
//!
//! [`read()`] is total: any text comes to a list of requests, mostly an empty one. What a text does not tell is
//! never guessed; [`Denied::missing`] says it in words. [`verdict()`] holds the request against policies and names the
//! statement that decides, or the nearest one and what fails in it.

mod decoded;
mod document;
mod event;
mod grant;
mod identity;
mod message;
mod model_id;
mod operation;
mod parameters;
mod policies;
mod reason;
mod resources;
mod say;
mod sdk;
pub mod show;
mod verdict;

pub use document::read;
pub use grant::{Grant, GrantStatement};
pub use policies::Policies;
pub use say::lines;
pub use verdict::{Answer, Verdict, verdict};

use policy::PolicyKind;
use syntax::TextRange;

/// A request that was denied, or of which an event tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// The message or the event.
    pub range: TextRange,
    /// What told it.
    pub form: Form,
    /// How it ended.
    pub result: Ending,
    /// The API operation, as its service calls it: `Converse`.
    pub operation: Option<Fact>,
    /// The service, as the event or the SDK names it: `bedrock.amazonaws.com`.
    pub service: Option<Fact>,
    /// Who asked, as the text names it: an ARN, a service, `anonymous`.
    pub principal: Option<Fact>,
    /// The role behind a session, with its path.
    pub role: Option<String>,
    /// The account of the principal.
    pub account: Option<String>,
    /// The account that owns resources whose ARN does not say, as of a bucket.
    pub owner: Option<String>,
    /// Where the request was sent.
    pub region: Option<String>,
    /// What IAM checked, as far as known: all of it must be allowed.
    pub checks: Vec<Check>,
    /// Condition keys of every check, by name, with the values the request had.
    pub keys: Vec<(String, Known)>,
    /// Why, in the words of AWS.
    pub reason: Option<Reason>,
    /// What else is to be known: what the error means where no policy is at fault.
    pub notes: Vec<String>,
    /// What the text does not tell.
    pub missing: Vec<Missing>,
}

/// What is known of requests beside the text that tells of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The Region, where an event does not say.
    pub region: Option<String>,
    /// The account of the resources, where an event does not say.
    pub account: Option<String>,
}

/// What tells of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The message of an error.
    Message,
    /// An event of CloudTrail.
    Event,
    /// The answer of `sts:DecodeAuthorizationMessage`.
    Decoded,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It was denied; the error's code, where it is told.
    Denied(Option<String>),
    /// The event has no error, as of a request that was allowed.
    Passed,
    /// It failed for another reason, with this code.
    Failed(String),
}

/// Something the text says, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it says.
    pub text: String,
    /// Where; `None` in a text inside a text.
    pub range: Option<TextRange>,
}

/// An action and what it is checked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The action with its prefix, as the catalogue spells it.
    pub action: Fact,
    /// The resources; each must be allowed, unless [`Check::alternatives`]. Empty: not known.
    pub resources: Vec<Resource>,
    /// Whether AWS checks one of the resources without saying which.
    pub alternatives: bool,
}

/// A resource of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its ARN, `*` for an action that has no resource, or what the text calls it.
    pub arn: String,
    /// Where the text names it.
    pub range: Option<TextRange>,
    /// Condition keys of this check alone.
    pub keys: Vec<(String, String)>,
}

/// What is known of a condition key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// The request had this value.
    Value(String),
    /// The request had these values.
    Values(Vec<String>),
    /// The request did not have the key.
    Absent,
}

/// Why a request was denied, in the words of AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Whether a statement denies it; `None` where AWS leaves that open.
    pub explicit: Option<bool>,
    /// The kind of policy.
    pub kind: Option<PolicyKind>,
    /// The policy through which that one came to be: `transitively through a …`.
    pub through: Option<PolicyKind>,
    /// The ARN of the policy.
    pub policy: Option<String>,
    /// Where the text says so.
    pub range: Option<TextRange>,
}

/// Something the text does not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What.
    pub part: Part,
    /// Why it is missing, or how to get it: a clause without full stop.
    pub why: String,
}

/// Parts of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Who asked.
    Principal,
    /// What for.
    Action,
    /// On what.
    Resource,
    /// Where it was sent.
    Region,
    /// Whose resources.
    Account,
    /// Which kind of policy denied it.
    Layer,
    /// All of it: the text is encoded.
    Everything,
}

impl Part {
    /// The name in sentences and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Part::Principal => "principal",
            Part::Action => "action",
            Part::Resource => "resource",
            Part::Region => "Region",
            Part::Account => "account",
            Part::Layer => "kind of policy",
            Part::Everything => "request",
        }
    }
}

impl Denied {
    fn new(form: Form, range: TextRange) -> Denied {
        Denied {
            range,
            form,
            result: Ending::Denied(None),
            operation: None,
            service: None,
            principal: None,
            role: None,
            account: None,
            owner: None,
            region: None,
            checks: Vec::new(),
            keys: Vec::new(),
            reason: None,
            notes: Vec::new(),
            missing: Vec::new(),
        }
    }

    fn lacks(&mut self, part: Part, why: impl Into<String>) {
        if !self.missing.iter().any(|it| it.part == part) {
            self.missing.push(Missing { part, why: why.into() });
        }
    }

    fn set_key(&mut self, name: &str, known: Known) {
        match self.keys.iter_mut().find(|(it, _)| it.eq_ignore_ascii_case(name)) {
            Some(slot) => slot.1 = known,
            None => self.keys.push((name.to_owned(), known)),
        }
    }
}

impl Fact {
    fn of(text: impl Into<String>, range: Option<TextRange>) -> Fact {
        Fact { text: text.into(), range }
    }
}
