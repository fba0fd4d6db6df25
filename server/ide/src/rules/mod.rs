//! The rules, one in a file.

pub mod admin_access;
pub mod any_value_as_limit;
pub mod conflicting_elements;
pub mod date_window;
pub mod deny_all;
pub mod deprecated_key;
pub mod documentation_range;
pub mod duplicate_condition_key;
pub mod duplicate_key;
pub mod duplicate_sid;
pub mod empty_element;
pub mod inert_variable;
pub mod invalid_arn;
pub mod invalid_date;
pub mod invalid_effect;
pub mod invalid_service_principal;
pub mod invalid_sid;
pub mod invalid_value;
pub mod invalid_version;
pub mod key_not_sent;
pub mod literal_wildcard;
pub mod malformed_action;
pub mod malformed_arn_pattern;
pub mod malformed_id;
pub mod mismatched_operator;
pub mod missing_action;
pub mod missing_effect;
pub mod missing_principal;
pub mod missing_resource;
pub mod missing_set_operator;
pub mod missing_statement;
pub mod missing_version;
pub mod old_version;
pub mod pass_role_star;
pub mod placeholder;
pub mod policy_size;
pub mod prelude;
pub mod presence_test;
pub mod privilege_escalation;
pub mod redundant_value;
pub mod retired_model;
pub mod service_linked_role_star;
pub mod short_id;
pub mod string_like_arn;
pub mod syntax_error;
pub mod tag_not_sent;
pub mod unknown_action;
pub mod unknown_condition_key;
pub mod unknown_element;
pub mod unknown_operator;
pub mod unknown_service;
pub mod unsupported_principal;
pub mod unsupported_resource;
pub mod vacuous_for_all;
pub mod wrong_type;

use crate::rule::Rule;

/// All rules by name.
pub static ALL: &[&Rule] = &[
    &admin_access::RULE,
    &any_value_as_limit::RULE,
    &conflicting_elements::RULE,
    &date_window::RULE,
    &deny_all::RULE,
    &deprecated_key::RULE,
    &documentation_range::RULE,
    &duplicate_condition_key::RULE,
    &duplicate_key::RULE,
    &duplicate_sid::RULE,
    &empty_element::RULE,
    &inert_variable::RULE,
    &invalid_arn::RULE,
    &invalid_date::RULE,
    &invalid_effect::RULE,
    &invalid_service_principal::RULE,
    &invalid_sid::RULE,
    &invalid_value::RULE,
    &invalid_version::RULE,
    &key_not_sent::RULE,
    &literal_wildcard::RULE,
    &malformed_action::RULE,
    &malformed_arn_pattern::RULE,
    &malformed_id::RULE,
    &mismatched_operator::RULE,
    &missing_action::RULE,
    &missing_effect::RULE,
    &missing_principal::RULE,
    &missing_resource::RULE,
    &missing_set_operator::RULE,
    &missing_statement::RULE,
    &missing_version::RULE,
    &old_version::RULE,
    &pass_role_star::RULE,
    &placeholder::RULE,
    &policy_size::RULE,
    &presence_test::RULE,
    &privilege_escalation::RULE,
    &redundant_value::RULE,
    &retired_model::RULE,
    &service_linked_role_star::RULE,
    &short_id::RULE,
    &string_like_arn::RULE,
    &syntax_error::RULE,
    &tag_not_sent::RULE,
    &unknown_action::RULE,
    &unknown_condition_key::RULE,
    &unknown_element::RULE,
    &unknown_operator::RULE,
    &unknown_service::RULE,
    &unsupported_principal::RULE,
    &unsupported_resource::RULE,
    &vacuous_for_all::RULE,
    &wrong_type::RULE,
];

/// The rule with this name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|it| it.name == name)
}
