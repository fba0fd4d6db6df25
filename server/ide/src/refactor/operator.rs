//! An operator that reads wildcards becomes the plain one where no value has a wildcard.

use policy::pattern;

use super::{Cx, Offers};
use crate::element;
use crate::fix::condition::move_test;

/// Operators that read wildcards, with those that do not.
const PLAIN: [(&str, &str); 2] = [("StringLike", "StringEquals"), ("StringNotLike", "StringNotEquals")];

pub(super) fn find(cx: &Cx<'_>, offers: &mut Offers) {
    let Some((block_idx, test_idx, block, test)) = element::tests(cx.stmt)
        .find(|(_, _, block, _)| block.member.touches(cx.at))
        .and_then(|first| element::tests(cx.stmt).find(|it| it.3.member.touches(cx.at)).or(Some(first)))
    else {
        return;
    };
    let is_plain = test.values.all_texts()
        && !test.values.items.is_empty()
        && !test.values.texts().any(|it| pattern::has_wildcard(&it.value) || it.value.contains('$'));
    let Some((like, equals)) = PLAIN.iter().find(|it| block.is(it.0)).filter(|_| is_plain) else { return };
    let Some(at) = block.name.value.to_ascii_lowercase().find(&like.to_ascii_lowercase()) else { return };
    let (Some(head), Some(tail)) = (block.name.value.get(..at), block.name.value.get(at + like.len()..))
    else {
        return;
    };
    let name = format!("{head}{equals}{tail}");
    if let Some(edits) = move_test(&cx.text, cx.stmt, block_idx, test_idx, &name) {
        offers.same(format!("Compare by `{name}`: no value has a wildcard"), edits);
    }
}
