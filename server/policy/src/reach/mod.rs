//! Access as a set of requests: what an edit widens, what is never granted, what is dead.
//!
//! A question is answered for all requests at once. [`Answer::Pass`] is a proof; [`Answer::Fail`] is a request that
//! the evaluator, which shares no matching code with this module, has confirmed; everything else is
//! [`Answer::Unknown`] with a reason. A statement is a box: facts about action, resource, principal and each
//! condition key that a request has to meet. A policy grants its `Allow` boxes minus its `Deny` boxes, and every
//! question here is whether something is left of a box after others are taken off.
//!
//! The things that facts are about are taken for independent of each other, but for policy variables: a proof holds
//! whatever a request combines, and an example may be a request that no service sends.

mod actions;
mod answer;
mod compare;
mod condition;
mod document;
mod element;
mod engine;
mod glob;
mod interval;
mod kept;
mod key;
mod literal;
mod public;
mod question;
mod redundant;
mod sample;
mod sent;
mod solve;
mod text;
mod theory;
mod token;
mod unify;
mod union;
mod variables;
mod witness;

pub use answer::{Answer, Opinions, Reason, Side, StatementRef, Witness, opinions};
pub use compare::{Cover, Pattern, exclude_each_other};
pub use document::{Document, Statement};
pub use engine::{Limits, Requests};
pub use kept::DeadStatements;
pub use public::public;
pub use question::{Access, Change, Equality, changes, equal, grants, wider};
pub use redundant::{Dead, covered_by, dead};
