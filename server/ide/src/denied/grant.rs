//! The smallest statements that would have allowed a denied request.

use policy::PolicyKind;
use policy::eval::{Decision, Layer, Who};

use super::verdict::{Answer, is_known};
use super::{Denied, Ending, Known};
use crate::fix::escape;

/// Statements to add to a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The kind of policy that lacks them; `None` where it is not known.
    pub layer: Option<Layer>,
    /// The statements.
    pub statements: Vec<GrantStatement>,
}

/// An `Allow`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantStatement {
    /// The actions.
    pub actions: Vec<String>,
    /// The resources.
    pub resources: Vec<String>,
    /// The key and the value of a `StringEquals`.
    pub condition: Option<(String, String)>,
}

/// The smallest grant for what is not allowed for want of an `Allow`. `without_policies`: nothing was decided, and the
/// text has to tell. `None` when a `Deny` stands against it, or too little is known.
pub(super) fn smallest(denied: &Denied, answers: &[Answer], without_policies: bool) -> Option<Grant> {
    let by_deny = denied.reason.as_ref().is_some_and(|it| it.explicit == Some(true));
    let is_explicit = |it: &Answer| it.outcomes.decided() == Some(Decision::ExplicitlyDenied);
    if by_deny || answers.iter().any(is_explicit) || !matches!(denied.result, Ending::Denied(_)) {
        return None;
    }
    if !is_for_identities(denied) {
        return None;
    }
    let lacking: Vec<&Answer> =
        answers.iter().filter(|it| it.outcomes.decided() == Some(Decision::ImplicitlyDenied)).collect();
    let is_wanted = |action: &str, resource: &str| {
        without_policies
            || lacking.iter().any(|it| it.action == action && it.resource.as_deref() == Some(resource))
    };
    let mut statements: Vec<GrantStatement> = Vec::new();
    for check in denied.checks.iter().filter(|it| !it.alternatives) {
        for resource in check.resources.iter().filter(|it| is_known(&it.arn)) {
            if is_wanted(&check.action.text, &resource.arn) {
                let profile = resource.keys.iter().find(|(key, _)| key == "bedrock:InferenceProfileArn");
                let condition = profile.cloned().or_else(|| passed_to(denied, &check.action.text));
                add(&mut statements, &check.action.text, &resource.arn, condition);
            }
        }
    }
    let statements = join_actions(statements);
    let layer = lacking.iter().find_map(|it| it.stopped_by);
    if matches!(layer, Some(Layer::Resource | Layer::VpcEndpoint)) {
        return None;
    }
    (!statements.is_empty()).then_some(Grant { layer, statements })
}

/// Whether statements without `Principal` can grant it: the policy of a resource or an endpoint takes more, and
/// services and callers without identity have no other.
fn is_for_identities(denied: &Denied) -> bool {
    use PolicyKind::{Rcp, Resource, Trust, VpcEndpoint};
    let kind = denied.reason.as_ref().and_then(|it| it.kind);
    let is_unsigned = denied.checks.iter().any(|it| it.action.text.starts_with("sts:AssumeRoleWith"));
    let has_identity = denied.principal.as_ref().is_none_or(|it| Who::parse(&it.text).has_identity());
    has_identity && !is_unsigned && !matches!(kind, Some(Resource | Rcp | Trust | VpcEndpoint))
}

/// `iam:PassRole` is granted for the service that the role is passed to.
fn passed_to(denied: &Denied, action: &str) -> Option<(String, String)> {
    if action != "iam:PassRole" {
        return None;
    }
    match denied.keys.iter().find(|(key, _)| key == "iam:PassedToService")? {
        (key, Known::Value(service)) => Some((key.clone(), service.clone())),
        (_, Known::Values(_) | Known::Absent) => None,
    }
}

fn add(out: &mut Vec<GrantStatement>, action: &str, resource: &str, condition: Option<(String, String)>) {
    let same = out.iter_mut().find(|it| it.actions == [action] && it.condition == condition);
    match same {
        Some(it) if it.resources.iter().any(|it| it == resource) => {}
        Some(it) => it.resources.push(resource.to_owned()),
        None => out.push(GrantStatement {
            actions: vec![action.to_owned()],
            resources: vec![resource.to_owned()],
            condition,
        }),
    }
}

/// Joins statements that differ in their action only.
fn join_actions(statements: Vec<GrantStatement>) -> Vec<GrantStatement> {
    let mut out: Vec<GrantStatement> = Vec::new();
    for it in statements {
        let same =
            out.iter_mut().find(|same| same.resources == it.resources && same.condition == it.condition);
        match same {
            Some(same) => same.actions.extend(it.actions),
            None => out.push(it),
        }
    }
    out
}

impl GrantStatement {
    /// The statement as JSON, laid out with steps of two blanks.
    pub fn json(&self) -> String {
        let list = |all: &[String]| {
            let quoted: Vec<String> = all.iter().map(|it| format!("\"{}\"", escape(it))).collect();
            match quoted.as_slice() {
                [only] => only.clone(),
                several => format!("[\n    {}\n  ]", several.join(",\n    ")),
            }
        };
        let mut out = format!(
            "{{\n  \"Effect\": \"Allow\",\n  \"Action\": {},\n  \"Resource\": {}",
            list(&self.actions),
            list(&self.resources)
        );
        if let Some((key, value)) = &self.condition {
            out.push_str(&format!(
                ",\n  \"Condition\": {{\n    \"StringEquals\": {{\n      \"{}\": \"{}\"\n    }}\n  }}",
                escape(key),
                escape(value)
            ));
        }
        out.push_str("\n}");
        out
    }
}
