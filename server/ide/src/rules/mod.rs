//! The rules, one in a file.

pub mod missing_effect;
pub mod prelude;
pub mod syntax_error;

use crate::rule::Rule;

/// All rules by name.
pub static ALL: &[&Rule] = &[&missing_effect::RULE, &syntax_error::RULE];

/// The rule with this name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|it| it.name == name)
}
