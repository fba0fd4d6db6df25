//! The policies of an earlier version of a file, searched for what has not changed.

use std::collections::HashMap;
use std::sync::Arc;

use syntax::{Node, TextSize};

use crate::model::{Policy, Statement};

/// How many statements may be new before the old ones are searched for elsewhere.
const MISSES_BEFORE_INDEX: usize = 4;

pub(crate) struct Known<'a> {
    policies: &'a [Policy],
    /// The policies by the address of their list. Made when one does not stand where it stood.
    by_list: Option<HashMap<usize, usize>>,
    n_missed: usize,
    /// By the address of the node. Made after a few misses; most edits change one statement.
    by_node: Option<HashMap<usize, &'a Arc<Statement>>>,
}

impl<'a> Known<'a> {
    pub(crate) fn new(policies: &'a [Policy]) -> Known<'a> {
        Known { policies, by_list: None, n_missed: 0, by_node: None }
    }

    /// The policy whose list of statements is, or was before an edit, `node`, which is in the policy number `idx`; with
    /// its list and where that started.
    pub(crate) fn policy(
        &mut self,
        node: &Arc<Node>,
        idx: usize,
    ) -> Option<(&'a Policy, &'a Arc<Node>, TextSize)> {
        let own = self.policies.get(idx);
        let is_own = own.and_then(|it| it.list.as_ref()).is_some_and(|it| Arc::ptr_eq(it, node));
        let found = if is_own || self.policies.len() < 2 { own } else { self.by_list(node).or(own) };
        let before = found?;
        // Where the others stood is not known.
        if !before.wrong_statements.is_empty() || before.has_dynamic_statements {
            return None;
        }
        let start = before.statement_value.unwrap_or(before.range).start;
        Some((before, before.list.as_ref()?, start))
    }

    fn by_list(&mut self, node: &Arc<Node>) -> Option<&'a Policy> {
        let policies = self.policies;
        let by_list = self.by_list.get_or_insert_with(|| {
            let lists = policies.iter().enumerate();
            lists.filter_map(|(idx, it)| Some((address(it.list.as_ref()?), idx))).collect()
        });
        policies.get(*by_list.get(&address(node))?)
    }

    /// What a statement said that is the same still.
    pub(crate) fn statement(&mut self, node: &Arc<Node>) -> Option<Arc<Statement>> {
        if self.policies.is_empty() {
            return None;
        }
        self.n_missed += 1;
        if self.n_missed <= MISSES_BEFORE_INDEX {
            return None;
        }
        let policies = self.policies;
        let by_node = self.by_node.get_or_insert_with(|| {
            let statements = policies.iter().flat_map(|it| &it.statements);
            statements.map(|it| (address(it.node), it.statement)).collect()
        });
        by_node.get(&address(node)).map(|it| Arc::clone(it))
    }
}

/// The old nodes live as long as this is used, so no new one has the address of an old one.
fn address(node: &Arc<Node>) -> usize {
    Arc::as_ptr(node).addr()
}
