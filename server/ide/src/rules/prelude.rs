//! What almost every rule needs.

pub(super) use crate::finding::{Findings, Fix, Severity, Tag};
pub(super) use crate::fix;
pub(super) use crate::rule;
pub(super) use crate::rule::{PolicyCx, RuleCx};
pub(super) use policy::PolicyKind;
pub(super) use policy::model::{Effect, Element, Form, Item, Json, Policy, Statement, Text, Values};
pub(super) use syntax::{TextEdit, TextRange};
