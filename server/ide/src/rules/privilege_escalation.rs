//! See [`RULE`].
use super::prelude::*;

rule! {
    /// Actions that a policy allows add up to administrator access.
    ///
    /// ## Why it matters
    /// Who can attach any policy to a role, or write a new version of a policy, can give it all permissions. Who can
    /// also pass the role to a service that runs code, or assume it, has them.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": ["iam:CreateRole", "iam:AttachRolePolicy"], "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["iam:CreateRole", "iam:AttachRolePolicy"],
    ///   "Resource": "arn:aws:iam::111122223333:role/service-role/AmazonSageMaker-*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
    name: "privilege-escalation", since: "0.1.0",
    severity: Error, group: Security,
    check: Marked(mark, check)
}

/// One way to more permissions: all of the actions, allowed on every resource.
struct Way {
    actions: &'static [&'static str],
    outcome: &'static str,
}

/// Those that need no other action stand first; the first that is open is reported, the others add nothing to it.
const WAYS: [Way; 12] = [
    Way { actions: &["iam:AttachUserPolicy"], outcome: "attach any policy to any user" },
    Way { actions: &["iam:AttachGroupPolicy"], outcome: "attach any policy to any group" },
    Way { actions: &["iam:PutUserPolicy"], outcome: "write any policy into any user" },
    Way { actions: &["iam:PutGroupPolicy"], outcome: "write any policy into any group" },
    Way { actions: &["iam:CreatePolicyVersion"], outcome: "rewrite any policy of the account" },
    Way {
        actions: &["iam:AttachRolePolicy", "iam:PassRole"],
        outcome: "attach any policy to a role and pass it on",
    },
    Way {
        actions: &["iam:PutRolePolicy", "iam:PassRole"],
        outcome: "write any policy into a role and pass it on",
    },
    Way { actions: &["iam:CreateRole", "iam:AttachRolePolicy"], outcome: "create a role with any policy" },
    Way { actions: &["iam:CreateRole", "iam:PutRolePolicy"], outcome: "create a role with any policy" },
    Way {
        actions: &["iam:AttachRolePolicy", "sts:AssumeRole"],
        outcome: "attach any policy to a role and assume it",
    },
    Way {
        actions: &["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"],
        outcome: "open any role to itself and assume it",
    },
    Way {
        actions: &["iam:PutRolePolicy", "sts:AssumeRole"],
        outcome: "write any policy into a role and assume it",
    },
];

/// The actions of all ways.
const NAMES: [&str; 11] = [
    "iam:AttachUserPolicy",
    "iam:AttachGroupPolicy",
    "iam:PutUserPolicy",
    "iam:PutGroupPolicy",
    "iam:CreatePolicyVersion",
    "iam:AttachRolePolicy",
    "iam:PutRolePolicy",
    "iam:PassRole",
    "iam:CreateRole",
    "iam:UpdateAssumeRolePolicy",
    "sts:AssumeRole",
];

/// Which of [`NAMES`] it allows on every resource, a bit each.
fn mark(stmt: &Statement) -> u64 {
    let mut bits = 0;
    for (_, name) in allowed(stmt) {
        bits |= 1 << name;
    }
    if bits != 0 && stmt.effect() == Some(Effect::Allow) && is_open(stmt) { bits } else { 0 }
}

/// The patterns of a statement that cover one of [`NAMES`], with its index.
fn allowed(stmt: &Statement) -> impl Iterator<Item = (&Text, usize)> {
    // Full access to everything has a rule of its own.
    let is_ours = |it: &&Text| {
        let service = it.value.get(..4);
        service.is_some_and(|it| it.eq_ignore_ascii_case("iam:") || it.eq_ignore_ascii_case("sts:"))
    };
    let actions = stmt.action.iter().filter(|it| !it.negated).flat_map(|it| it.values.texts());
    actions.filter(is_ours).flat_map(|text| {
        let covered = NAMES.iter().enumerate();
        let covered = covered.filter(|(_, name)| pattern::matches_ignore_case(&text.value, name));
        covered.map(move |(idx, _)| (text, idx))
    })
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    if policy.kind != PolicyKind::Identity {
        return;
    }
    let mut places: [Option<TextRange>; NAMES.len()] = [None; NAMES.len()];
    for at in marks.iter().filter_map(|it| policy.statements.get(it.idx)) {
        for (text, name) in allowed(at.statement) {
            if let Some(slot) = places.get_mut(name).filter(|it| it.is_none()) {
                *slot = Some(text.range + at.start);
            }
        }
    }
    let place = |name: &str| {
        let idx = NAMES.iter().position(|it| *it == name)?;
        places.get(idx).copied().flatten()
    };
    let open = |way: &&Way| way.actions.iter().all(|it| place(it).is_some());
    let Some(way) = WAYS.iter().find(open) else { return };
    let Some(first) = way.actions.first().and_then(|it| place(it)) else { return };
    let message = format!(
        "{} on every resource: whoever has this can {}, and so become administrator",
        list(way.actions),
        way.outcome
    );
    let finding = acc.report(&RULE, first, message);
    for (name, other) in way.actions.iter().skip(1).filter_map(|it| Some((it, place(it)?))) {
        finding.related(other, format!("`{name}` is allowed here"));
    }
    let named = marks.iter().filter_map(|it| policy.statements.get(it.idx)).find_map(|at| {
        let action = at.statement.action.as_ref()?;
        let idx = action.values.items.iter().position(|it| it.range() + at.start == first)?;
        Some((at, action, idx))
    });
    let Some((at, action, idx)) = named.filter(|_| is_attaching(way)) else { return };
    let own = cx.text.slice(at.statement.range + at.start);
    let value = "\"arn:aws:iam::111122223333:policy/NAME\"";
    let limit = fix::condition::add_test(&own, at.statement, "ArnEquals", "iam:PolicyARN", value);
    let Some(limit) = limit.filter(|_| own.get(idx_range(action, idx)).is_some_and(|it| !it.contains('*')))
    else {
        return;
    };
    let in_list = policy.key("Statement").is_some_and(|it| it.json == Json::Array);
    let title = "Limit it to one policy, to fill in";
    if action.values.items.len() == 1 {
        let edit = TextEdit { range: limit.range + at.start, ..limit };
        finding.fix(Fix::suggested(title, vec![edit]));
    } else if in_list && let Some(edits) = fix::split_statement(&own, at.statement, action, &[idx], &[limit])
    {
        finding.fix(Fix::suggested(title, edits.behind(at.start)));
    }
}

/// Whether the first action of a way attaches a policy that is there, which can be limited.
fn is_attaching(way: &Way) -> bool {
    way.actions.first().is_some_and(|it| it.starts_with("iam:Attach"))
}

/// Where an item stands in the statement's text.
fn idx_range(action: &Element, idx: usize) -> std::ops::Range<usize> {
    let range = action.values.items.get(idx).map(Item::range).unwrap_or_default();
    range.start as usize..range.end as usize
}

/// Whether it allows its actions on every resource, and nothing limits which policies or boundaries are set.
fn is_open(stmt: &Statement) -> bool {
    let every = stmt.resource.as_ref().is_some_and(element::is_every_resource);
    let limits =
        ["iam:PermissionsBoundary", "iam:PolicyARN", "iam:ResourceTag/", "aws:ResourceTag/", "aws:CalledVia"];
    let is_limit = |test: &Test| {
        let key = test.key.value.to_ascii_lowercase();
        limits.iter().any(|it| key.starts_with(&it.to_ascii_lowercase()))
    };
    every && !stmt.condition.iter().flat_map(Condition::tests).any(|(_, it)| is_limit(it))
}
