//! Deciding a request: who may do what to which resource, and which statement says so.
//!
//! [`Document::compile`] takes a policy apart once, [`Stack`] holds the policies that apply to a request, and
//! [`Stack::decide`] answers. All of it is pure and total. What is not known makes an answer open, never a guess:
//! [`Outcomes`] is the set of decisions that the unknown facts leave.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

mod action;
mod ambiguous;
mod candidates;
mod condition;
mod decide;
mod document;
mod explain;
mod facts;
mod narrow;
mod number;
mod principal;
mod reason;
mod request;
mod resource;
mod statement;
mod template;
#[cfg(test)]
mod tests;
mod trace;
mod tri;

pub use candidates::SOME_OTHER;
pub use decide::{Decision, Layer, Outcomes, Stack};
pub use document::Document;
pub use explain::{Explanation, Gate, Site};
pub use narrow::{Assignment, Narrowed};
pub use reason::{Ambiguity, Reason};
pub use request::{Context, Given, Owner, Request, Who, WhoKind};
pub use statement::{Fault, Statement};
pub use trace::{Part, StatementTrace, TestTrace};
pub use tri::Tri;
