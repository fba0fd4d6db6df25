//! `*` is limited to the types of resource that the actions take.

use policy::access;
use policy::arn::Arn;

use super::{Cx, Offers};
use crate::sentence::list;
use crate::{element, fix};

/// More types of resource are no limit.
const MOST: usize = 8;

pub(super) fn find(cx: &Cx<'_>, offers: &mut Offers) {
    let Some(resource) = cx.stmt.resource.as_ref().filter(|it| element::is_every_resource(it)) else {
        return;
    };
    let Some(action) = cx.stmt.action.as_ref().filter(|it| !it.negated && it.values.all_texts()) else {
        return;
    };
    if !(cx.is_on("Resource") || cx.is_on_label()) || !cx.is_allow() || cx.policy.kind.has_principal() {
        return;
    }
    let actions = access::of_element(action, cx.catalog);
    let mut arns: Vec<String> = Vec::new();
    let mut types: Vec<&str> = Vec::new();
    for action in actions.set.iter(cx.catalog) {
        if action.requires_wildcard_resource() {
            return;
        }
        for (resource_type, format) in
            action.resource_types().filter_map(|it| Some((it, it.arn_formats().next()?)))
        {
            let arn = element::arn_of_format(format);
            if !arns.contains(&arn) {
                arns.push(arn);
                types.push(resource_type.name());
            }
        }
        if arns.len() > MOST {
            return;
        }
    }
    if arns.is_empty() {
        return;
    }
    let what = list(&types);
    let edit = fix::replace_values(&cx.text, &resource.values, &arns);
    offers.changes(format!("Allow on {what} only, in every account and Region"), vec![edit]);
    let seen = cx.analysis.seen();
    let Some(account) = seen.accounts().first().copied() else { return };
    let region = seen.regions().first().copied();
    let own: Vec<String> = arns.iter().map(|it| placed(it, account, region)).collect();
    if own != arns {
        let place = region.map_or_else(|| account.to_owned(), |it| format!("{account} in {it}"));
        let edit = fix::replace_values(&cx.text, &resource.values, &own);
        offers.changes(format!("Allow on {what} of {place} only"), vec![edit]);
    }
}

/// An ARN pattern with an account and a Region where it has stars for them.
fn placed(arn: &str, account: &str, region: Option<&str>) -> String {
    let Some(it) = Arn::parse(arn) else { return arn.to_owned() };
    let account = if it.account == "*" { account } else { it.account };
    let region = region.filter(|_| it.region == "*").unwrap_or(it.region);
    format!("arn:{}:{}:{region}:{account}:{}", it.partition, it.service, it.resource)
}
