//! What almost every rule needs.

pub(super) use crate::element;
pub(super) use crate::finding::{Findings, Fix, Severity, Tag};
pub(super) use crate::fix;
pub(super) use crate::nearest::{is_slip, nearest};
pub(super) use crate::rule;
pub(super) use crate::rule::{Mark, PolicyCx, RuleCx};
pub(super) use crate::sentence::{a_kind, is_filled_in, list, short, when};
pub(super) use policy::PolicyKind;
pub(super) use policy::action::ActionName;
pub(super) use policy::model::{
    Block, Condition, Effect, Element, Form, Item, Json, Policy, PrincipalValue, Statement, Test, Text,
    Values,
};
pub(super) use policy::pattern;
pub(super) use syntax::{TextEdit, TextRange};
