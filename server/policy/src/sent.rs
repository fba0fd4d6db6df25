//! Which condition keys a request carries, as far as the catalogue is sure of it.

use crate::condition::Quantifier;
use crate::model::{Block, Condition, Item, Statement, Test};
use catalog::{Action, Catalog, ConditionKey, ValueType};

/// Services whose actions have more keys than AWS lists for them.
const INCOMPLETE: [&str; 1] = ["aws-marketplace"];

/// Services whose keys mirror parameters that a request may leave out.
const OPTIONAL_INPUT: [&str; 3] = ["bedrock", "bedrock-agentcore", "sagemaker"];

/// Services whose lists of keys are taken for complete. AWS's own managed policies agree with them, but for tags on
/// Describe actions of EC2, which take none; with the lists of other services they do not.
const COMPLETE: [&str; 9] =
    ["bedrock", "bedrock-agentcore", "bedrock-mantle", "ec2", "iam", "kms", "s3", "sagemaker", "sts"];

/// Whether what AWS's list leaves out is certainly not sent.
pub fn is_list_complete(key: ConditionKey) -> bool {
    key.service().is_some_and(|it| COMPLETE.contains(&it.prefix()))
}

/// Whether requests that could carry the key may also do without it.
pub fn is_optional_input(key: ConditionKey) -> bool {
    key.service().is_some_and(|it| OPTIONAL_INPUT.contains(&it.prefix())) && !key.always_present()
}

/// Whether a test can hold only when the request carries the key.
pub fn needs_key(catalog: Catalog, block: &Block, test: &Test) -> bool {
    let operator = &block.operator;
    if operator.if_exists || operator.unknown_prefix.is_some() {
        return false;
    }
    let Some(known) = catalog.operator(&operator.base) else { return false };
    if known.value_type() == ValueType::Null {
        let wants = |it: &Item| matches!(it, Item::Text(it) | Item::Literal(it, _) if it.value.eq_ignore_ascii_case("false"));
        return !test.values.items.is_empty() && test.values.items.iter().all(wants);
    }
    match operator.quantifier {
        // Holds for a key that is not there.
        Some(Quantifier::ForAllValues) => false,
        Some(Quantifier::ForAnyValue) => true,
        None => !known.negated(),
    }
}

/// Whether requests for `action` never carry `key`. Only said of a key that AWS lists for other actions of the same
/// service.
pub fn is_never_sent(action: Action, key: ConditionKey) -> bool {
    key.service() == Some(action.service()) && !action.lists_key(key) && is_sent_by_some(key)
}

/// Whether AWS lists a key of a service for actions of it, so that those it is not listed for do without it.
pub(crate) fn is_sent_by_some(key: ConditionKey) -> bool {
    let Some(service) = key.service().filter(|_| !key.is_global() && key.deprecated_by().is_none()) else {
        return false;
    };
    !INCOMPLETE.contains(&service.prefix()) && service.actions().any(|it| it.lists_key(key))
}

/// Whether the statement's condition fails for every request for `action`.
pub fn is_out_of_reach(catalog: Catalog, stmt: &Statement, action: Action) -> bool {
    let tests = stmt.condition.iter().flat_map(Condition::tests);
    tests.filter(|(block, test)| needs_key(catalog, block, test)).any(|(_, test)| {
        let key = catalog.condition_key(&test.key.value);
        key.is_some_and(|it| is_never_sent(action, it.deprecated_by().unwrap_or(it)))
    })
}
