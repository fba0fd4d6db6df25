//! See [`RULE`].
use catalog::Action;
use policy::arn::Arn;

use super::prelude::*;
use crate::hover::arn_format;

rule! {
    /// An action can act on none of the resources of its statement.
    ///
    /// ## Why it matters
    /// A request for an action names a resource of one of its types. If no ARN of the statement can be of such a type, the
    /// statement does nothing for the action: `s3:GetObject` on a bucket, `sagemaker:DescribeModel` on an endpoint.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": "arn:aws:s3:::data" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
    name: "mismatched-resource", since: "0.1.0",
    severity: Warning, group: Effect,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let (Some(action), Some(resource)) = (&stmt.action, &stmt.resource) else { return };
    let Some(effect) = stmt.effect() else { return };
    if stmt.has_errors || resource.negated || !resource.values.all_texts() || resource.values.items.is_empty()
    {
        return;
    }
    let arns: Option<Vec<Arn<'_>>> = resource.values.texts().map(|it| arn_format::clear(&it.value)).collect();
    let Some(arns) = arns else { return };
    let found: Vec<(usize, Action)> = element::exact_actions(cx.catalog, stmt)
        // In a policy that hangs on a resource, ARNs may be shorter; those of buckets are known.
        .filter(|(_, it)| !cx.kind.has_principal() || it.service().prefix() == "s3")
        .filter(|(_, it)| {
            !it.requires_wildcard_resource() && !arns.iter().any(|arn| arn_format::may_act_on(*it, arn))
        })
        .collect();
    let Some((idx, first)) = found.first().copied() else { return };
    let Some(item) = action.values.items.get(idx) else { return };
    let names: Vec<&str> = found.iter().map(|(_, it)| it.name()).collect();
    let verb = if effect == Effect::Allow { "allows" } else { "denies" };
    let types: Vec<&str> = first.resource_types().map(|it| it.name()).collect();
    let is_certain = element::resources_are_certain(found.iter().map(|(_, it)| *it));
    let message = match names.as_slice() {
        [only] if is_certain => format!("`{only}` acts on {}: this statement never {verb} it", list(&types)),
        [only] => format!("AWS lists {} for `{only}`, and no resource here is one", list(&types)),
        names if is_certain => {
            format!("{} act on none of these resources: this statement never {verb} them", list(names))
        }
        names => format!("AWS lists other types of resource for {} than there are here", list(names)),
    };
    let finding = acc.report(&RULE, item.range(), message);
    // Lists that lag behind are wrong more often than policies are.
    if !is_certain {
        finding.severity(Severity::Hint);
    }
    for item in found.iter().skip(1).filter_map(|(idx, _)| action.values.items.get(*idx)) {
        finding.related(item.range(), "This too");
    }
    finding.related(resource.values.range, "The resources");
    if let Some((text, role)) = role_of_session(first, resource) {
        let edit = fix::replace_text(text, &role);
        finding.fix(Fix::suggested(format!("Change to `{}`", short(&role)), vec![edit]));
    } else if let Some(new) = of_bucket(first, resource).or_else(|| of_its_type(first)) {
        let edit = fix::add_item(cx.text, &resource.values, &new);
        finding.fix(Fix::suggested(format!("Add `{}`", short(&new)), vec![edit]));
    }
    let gone: Vec<usize> = found.iter().map(|(idx, _)| *idx).collect();
    let removal = fix::remove_items(&action.values, &gone);
    finding.fixes(removal.map(|it| Fix::suggested(format!("Remove {}", list(&names)), it)));
}

/// The role behind the one session that the statement names: what is assumed is the role.
fn role_of_session(action: Action, resource: &Element) -> Option<(&Text, String)> {
    let [Item::Text(text)] = resource.values.items.as_slice() else { return None };
    let arn = Arn::parse(&text.value).filter(|it| it.service == "sts")?;
    let role = arn.resource.strip_prefix("assumed-role/")?.split('/').next()?;
    let acts_on_role = action.resource_types().any(|it| it.name() == "role");
    acts_on_role.then(|| (text, format!("arn:{}:iam::{}:role/{role}", arn.partition, arn.account)))
}

/// The objects of the one bucket that the statement names, or the bucket of its objects.
fn of_bucket(action: Action, resource: &Element) -> Option<String> {
    if action.service().prefix() != "s3" {
        return None;
    }
    let has_type = |name: &str| action.resource_types().any(|it| it.name() == name);
    let mut arns = resource.values.texts().map(|it| &*it.value).filter(|it| it.starts_with("arn:aws:s3:::"));
    let arn = arns.next()?;
    let new = match arn.split_once('/') {
        None if has_type("object") => format!("{arn}/*"),
        Some((bucket, _)) if has_type("bucket") => bucket.to_owned(),
        None | Some(_) => return None,
    };
    arns.all(|it| it.split('/').next() == arn.split('/').next()).then_some(new)
}

/// All resources of the action's type, when it has one.
fn of_its_type(action: Action) -> Option<String> {
    let mut types = action.resource_types();
    let only = types.next().filter(|_| action.service().prefix() != "s3")?;
    let format = only.arn_formats().next()?;
    types.next().is_none().then(|| element::arn_of_format(format))
}
