//! What a spot of the JSON means in the policy language.

use policy::PolicyKind;
use policy::find;
use policy::model::Form;
use syntax::ast::{self, Object, Source};
use syntax::{Kind, SourceFile, TextSize};

use super::spot::{self, Hole, Spot};
use super::steps::{Step, key, siblings, steps};
use super::{Place, Slot};
use crate::Analysis;
use crate::tokens::NodeAt;

/// Where the policy of a spot begins.
struct Root {
    /// The number of nodes around it, itself included.
    depth: usize,
    form: Form,
    kind: PolicyKind,
    policy: Option<usize>,
}

pub(super) fn place(analysis: &Analysis, at: TextSize, spot: Spot<'_>) -> Option<Place> {
    let file = analysis.file();
    if spot.hole == Hole::Root {
        return spot::is_alone(file)
            .then(|| finish(spot, Slot::Document, kind_of_new(analysis), None, None, Vec::new()));
    }
    let root = known(analysis, at, &spot).or_else(|| begun(analysis, &spot))?;
    let steps = steps(file, &spot, root.depth);
    let (slot, statement_depth) = slot(root.form, &steps, spot.hole)?;
    let statement = statement_depth.and_then(|n_steps| {
        let start = node_after(&spot, root.depth, n_steps)?.start;
        let policy = analysis.policies().get(root.policy?)?;
        policy.statements.index_of(start)
    });
    // A list of statements may be long, and holds no strings.
    let siblings = if slot == Slot::Statement { Vec::new() } else { siblings(file, &spot) };
    Some(finish(spot, slot, root.kind, root.policy, statement, siblings))
}

fn finish(
    spot: Spot<'_>,
    slot: Slot,
    kind: PolicyKind,
    policy: Option<usize>,
    statement: Option<usize>,
    siblings: Vec<String>,
) -> Place {
    let Spot { range, token, text, prefix, lacks, .. } = spot;
    Place { slot, kind, policy, statement, range, token, text, prefix, siblings, lacks }
}

/// The policy that the analysis knows around a spot.
fn known(analysis: &Analysis, at: TextSize, spot: &Spot<'_>) -> Option<Root> {
    let idx = analysis.policies().partition_point(|it| it.range.start <= at).checked_sub(1)?;
    let policy = analysis.policies().get(idx)?;
    let is_it = |it: &NodeAt<'_>| it.node.kind().is_container() && it.range() == policy.range;
    let depth = spot.nodes.iter().position(is_it)? + 1;
    Some(Root { depth, form: policy.form, kind: policy.kind, policy: Some(idx) })
}

/// An object that is too little to be known for a policy, and where one is expected.
fn begun(analysis: &Analysis, spot: &Spot<'_>) -> Option<Root> {
    let file = analysis.file();
    let source = Source::Text(file.text());
    let in_template = spot.nodes.windows(2).rposition(|it| match it {
        [member, object] => {
            object.node.kind() == Kind::Object
                && key(file, *member).is_some_and(|it| it.ends_with("PolicyDocument"))
        }
        _ => false,
    });
    if let Some(idx) = in_template {
        let key = key(file, *spot.nodes.get(idx)?)?;
        let kind = match &*key {
            "AssumeRolePolicyDocument" => PolicyKind::Trust,
            _ => kind_of_new(analysis),
        };
        return Some(Root { depth: idx + 2, form: Form::Policy, kind, policy: None });
    }
    let outer = spot.nodes.get(1)?;
    let object = ast::object(outer.node, outer.start, source)?;
    let own = spot.nodes.len() == 2 && spot.hole == Hole::Key && !spot.token.is_empty();
    is_begun(&object, own.then_some((spot.token.start, &*spot.text))).then(|| Root {
        depth: 2,
        form: Form::Policy,
        kind: kind_of_new(analysis),
        policy: None,
    })
}

/// Whether an object has keys of a policy only; the one that starts at `own` may be half-typed.
fn is_begun(object: &Object<'_>, own: Option<(TextSize, &str)>) -> bool {
    const KEYS: [&str; 4] = ["Version", "Id", "Statement", "$schema"];
    object.members().all(|it| {
        let name = it.key().value();
        if let Some((start, typed)) = own
            && start == it.range().start
        {
            let typed = typed.to_ascii_lowercase();
            return KEYS.iter().any(|it| it.to_ascii_lowercase().starts_with(&typed));
        }
        let version = || it.value().and_then(|it| it.as_str()).map(|it| it.value().into_owned());
        match &*name {
            "Version" => version().is_none_or(|it| VERSIONS.iter().any(|known| known.starts_with(&it))),
            name => KEYS.contains(&name),
        }
    })
}

const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// The kind of a policy that is written into this file, as far as that is known from outside of it.
fn kind_of_new(analysis: &Analysis) -> PolicyKind {
    let sample = SourceFile::new("{\"Version\": \"2012-10-17\", \"Statement\": []}", find::LANDMARKS);
    let policies = find::policies(&sample, analysis.hint(), &[], &mut |_, _| Default::default());
    policies.first().map_or(PolicyKind::Identity, |it| it.kind)
}

/// The object that `n_steps` steps lead to.
fn node_after<'t>(spot: &Spot<'t>, depth: usize, n_steps: usize) -> Option<NodeAt<'t>> {
    let nodes: Vec<_> = spot.nodes.iter().copied().skip(depth - 1).collect();
    let mut left = n_steps;
    let mut around = Kind::Root;
    for node in nodes {
        left -= usize::from(left > 0 && (around == Kind::Array || node.node.kind() == Kind::Member));
        around = node.node.kind();
        if left == 0 && around == Kind::Object {
            return Some(node);
        }
    }
    None
}

/// What belongs at the end of `steps`, and how many of them lead to the statement around it.
fn slot(form: Form, steps: &[Step], hole: Hole) -> Option<(Slot, Option<usize>)> {
    let names: Vec<&str> = steps
        .iter()
        .map(|it| match it {
            Step::Key(name) => &**name,
            Step::Index => "#",
        })
        .collect();
    let is_key = hole == Hole::Key;
    let (in_statement, n_outer) = match (form, &*names) {
        (Form::Policy, []) => return is_key.then_some((Slot::PolicyKey, None)),
        (Form::Policy, ["Version"]) => return (!is_key).then_some((Slot::Version, None)),
        (Form::Policy, ["Id"]) => return (!is_key).then_some((Slot::Id, None)),
        (Form::Policy, ["Statement"] | ["Statement", "#"]) | (Form::Statements, ["#"]) if !is_key => {
            return Some((Slot::Statement, None));
        }
        (Form::Policy, ["Statement", "#", rest @ ..]) => (rest, 2),
        (Form::Policy, ["Statement", rest @ ..]) | (Form::Statements, ["#", rest @ ..]) => (rest, 1),
        (Form::Statement | Form::Condition, rest) => (rest, 0),
        _ => return None,
    };
    Some((slot_in_statement(in_statement, is_key)?, Some(n_outer)))
}

fn slot_in_statement(names: &[&str], is_key: bool) -> Option<Slot> {
    if is_key {
        return Some(match names {
            [] => Slot::StatementKey,
            ["Principal" | "NotPrincipal"] => Slot::PrincipalType,
            ["Condition"] => Slot::ConditionOperator,
            ["Condition", operator] => Slot::ConditionKey { operator: (*operator).into() },
            _ => return None,
        });
    }
    Some(match names {
        ["Sid"] => Slot::Sid,
        ["Effect"] => Slot::Effect,
        ["Action"] | ["Action", "#"] => Slot::Action { negated: false },
        ["NotAction"] | ["NotAction", "#"] => Slot::Action { negated: true },
        ["Resource"] | ["Resource", "#"] => Slot::Resource { negated: false },
        ["NotResource"] | ["NotResource", "#"] => Slot::Resource { negated: true },
        ["Principal" | "NotPrincipal"] => Slot::Principal,
        ["Principal" | "NotPrincipal", of] | ["Principal" | "NotPrincipal", of, "#"] => {
            Slot::PrincipalValue { of: (*of).into() }
        }
        ["Condition"] => Slot::Condition,
        ["Condition", operator] => Slot::ConditionBlock { operator: (*operator).into() },
        ["Condition", operator, key] | ["Condition", operator, key, "#"] => {
            Slot::ConditionValue { operator: (*operator).into(), key: (*key).into() }
        }
        _ => return None,
    })
}
