//! Parts of one statement, compared as the questions read them: whether a text of a list covers another, and whether two
//! tests exclude each other.

use catalog::{Catalog, ValueType};

use super::condition;
use super::element::{self, Reading};
use super::glob::Glob;
use super::literal::Values;
use super::text::{self, Manner};
use super::theory::{self, Outcome, World};
use super::union::Fuel;
use crate::kind::PolicyKind;
use crate::model::{Block, Test};

/// What a text of a list stands for.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Where a star at the end of an ARN's field stops at the colon.
    field: Glob,
    /// Where it runs past the colon; `None` where that is the same.
    past: Option<Glob>,
}

/// Whether everything that one pattern stands for is something that another stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// It was not shown.
    Open,
    /// It is, if a star at the end of an ARN's field runs past the colon, or if it does not; AWS's pages disagree.
    Unclear,
    /// It is.
    Certain,
}

impl Pattern {
    /// A text of an `Action` element.
    pub fn action(text: &str) -> Pattern {
        Pattern::of(text::glob(text, Manner { wildcards: true, variables: false, folded: true }))
    }

    /// A text of a `Resource` element of a policy of this kind; `None` when it stands for nothing. `variables`: whether
    /// the policy has them.
    pub fn resource(text: &str, kind: PolicyKind, variables: bool) -> Option<Pattern> {
        let read = |reading| element::pattern(text, kind, variables, reading);
        let (field, past) = (read(Reading::Field)?, read(Reading::PastColon)?);
        Some(Pattern { past: Some(past).filter(|it| *it != field), field })
    }

    /// A value of a test that compares texts or ARNs, by the operator's name without prefix and suffix; `None` for other
    /// operators, and for what is no ARN.
    pub fn value(text: &str, operator: &str, variables: bool, catalog: Catalog) -> Option<Pattern> {
        let known = catalog.operator(operator)?;
        let base = operator.to_ascii_lowercase();
        match known.value_type() {
            ValueType::String => {
                let (wildcards, folded) = (base.ends_with("like"), base.ends_with("ignorecase"));
                Some(Pattern::of(text::glob(text, Manner { wildcards, variables, folded })))
            }
            ValueType::Arn => condition::arn(text, variables).map(Pattern::of),
            ValueType::Binary
            | ValueType::Numeric
            | ValueType::Date
            | ValueType::IpAddress
            | ValueType::Bool
            | ValueType::Null => None,
        }
    }

    fn of(glob: Glob) -> Pattern {
        Pattern { field: glob, past: None }
    }

    fn past(&self) -> &Glob {
        self.past.as_ref().unwrap_or(&self.field)
    }

    /// Whether it covers all that `other` stands for.
    pub fn covers(&self, other: &Pattern) -> Cover {
        let in_fields = self.field.includes(&other.field);
        let is_same = self.past.is_none() && other.past.is_none();
        match (in_fields, if is_same { in_fields } else { self.past().includes(other.past()) }) {
            (true, true) => Cover::Certain,
            (false, false) => Cover::Open,
            (true, false) | (false, true) => Cover::Unclear,
        }
    }
}

/// What it may cost to find out whether two tests exclude each other.
const STEPS: u64 = 50_000;

/// Whether no request meets both of two tests of one statement, though each can be met. `false` when that was not shown.
pub fn exclude_each_other(
    one: (&Block, &Test),
    other: (&Block, &Test),
    variables: bool,
    catalog: Catalog,
) -> bool {
    let read =
        |(block, test): (&Block, &Test)| condition::literal(block, test, variables, catalog, &String::new);
    let (one, other) = (read(one), read(other));
    let is_read = |it: &super::literal::Literal| !matches!(&*it.values, Values::Opaque(_));
    if one.subject != other.subject || !is_read(&one) || !is_read(&other) {
        return false;
    }
    // Fewer keys are sure to be there in a request that nobody signed.
    let world = World { catalog, is_signed: false };
    let is_never = |facts: &[&super::literal::Literal]| {
        let outcome = theory::solve(&one.subject, facts, world, &[], &mut Fuel::new(STEPS));
        matches!(outcome, Outcome::Never)
    };
    is_never(&[&one, &other]) && !is_never(&[&one]) && !is_never(&[&other])
}
