//! An `Allow` from some addresses gets a `Deny` from all others: an `Allow` alone stops no other policy.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html>

use policy::PolicyKind;
use syntax::TextEdit;

use super::{Cx, Offers};
use crate::fix;
use crate::fix::condition::{add_test, rename_operator};

const ADDRESS: &str = "aws:SourceIp";

pub(super) fn find(cx: &Cx<'_>, offers: &mut Offers) {
    if !cx.is_allow() || cx.policy.kind != PolicyKind::Identity || !cx.in_list() {
        return;
    }
    // What else the condition asks does not belong into the `Deny`.
    let Some(condition) = cx.stmt.condition.as_ref().filter(|it| it.wrong.is_empty()) else { return };
    let [block] = condition.blocks.as_slice() else { return };
    let [test] = block.tests.as_slice() else { return };
    let asks = block.name.value.eq_ignore_ascii_case("IpAddress") && test.is(ADDRESS);
    if !asks || !(cx.is_on_label() || cx.is_on("Condition")) {
        return;
    }
    let (Some(effect), Some(renamed)) = (&cx.stmt.effect, rename_operator(condition, 0, "NotIpAddress"))
    else {
        return;
    };
    let bool_test = add_test(&cx.text, cx.stmt, "Bool", "aws:ViaAWSService", "\"false\"");
    let null_test = add_test(&cx.text, cx.stmt, "Null", "aws:SourceVpc", "\"true\"");
    let (Some(by_service), Some(by_endpoint)) = (bool_test, null_test) else { return };
    let mut changes = vec![fix::replace_text(effect, "Deny"), renamed, by_service];
    changes.extend(cx.new_sid("Only"));
    let mut offer = |title: &str, changes: &[TextEdit]| {
        offers.changes(title, vec![fix::copy_behind(&cx.text, cx.stmt, changes)]);
    };
    offer("Deny the same from other addresses and through VPC endpoints", &changes);
    changes.push(by_endpoint);
    offer("Deny the same from other addresses, but not through VPC endpoints", &changes);
}
