//! Conditions as clauses with what an absent key means.

use catalog::{Catalog, ValueType};
use policy::model::{self, Block, Item, Test};
use policy::sent;

use super::{Absent, Condition};
use crate::explain;

/// From how many values on a clause counts them.
const COUNTED: usize = 4;

/// The tests of a condition.
pub(super) fn conditions(condition: &model::Condition, catalog: Catalog) -> Vec<Condition> {
    condition.tests().map(|(block, test)| clause(block, test, catalog)).collect()
}

fn clause(block: &Block, test: &Test, catalog: Catalog) -> Condition {
    let absent = absent(block, test, catalog);
    let items = &test.values.items;
    let values = if items.len() < COUNTED { Vec::new() } else { items.iter().map(value).collect() };
    Condition { text: explain::test(block, test), values, absent }
}

fn value(item: &Item) -> String {
    match item {
        Item::Text(text) | Item::Literal(text, _) => text.value.to_string(),
        Item::Dynamic(_) => "what the template fills in".to_owned(),
        Item::Wrong(..) => "something invalid".to_owned(),
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
fn absent(block: &Block, test: &Test, catalog: Catalog) -> Absent {
    let operator = &block.operator;
    let Some(known) = catalog.operator(&operator.base).filter(|_| operator.unknown_prefix.is_none()) else {
        return Absent::Unknown;
    };
    if known.value_type() == ValueType::Null {
        return Absent::Tested;
    }
    if catalog.condition_key(&test.key.value).is_some_and(|it| it.always_present()) {
        return Absent::Never;
    }
    if sent::needs_key(catalog, block, test) { Absent::Fails } else { Absent::Holds }
}
