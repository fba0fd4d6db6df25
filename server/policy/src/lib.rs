//! What a policy means: where policies are in a document, what they say, and what that grants.
//!
//! [`find::policies`] finds the policies of a file, [`lower::statement`] turns one statement's tree into a
//! [`model::Statement`]. Both are total. Nothing here knows of editors, files or the clock.

pub mod access;
pub mod action;
pub mod arn;
pub mod condition;
pub mod date;
pub mod eval;
pub mod find;
mod infer;
pub mod kind;
mod known;
pub mod lower;
pub mod model;
pub mod network;
pub mod pattern;
pub mod reach;
pub mod sent;
pub mod statements;

pub use kind::PolicyKind;
