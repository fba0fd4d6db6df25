//! The decision: every policy that applies, gate by gate.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use std::collections::BTreeSet;

use policy::PolicyKind;
use policy::eval::{Decision, Owner};
use serde_json::Value;

use super::asked::{Asked, Policies, Seen};
use super::logic::{Known, all, any};
use super::principal::{Kind, Named, Who, named};
use super::statement;

/// What a set of policies of one kind comes to.
struct Side {
    deny: Known,
    allow: Known,
}

/// The decisions that are possible.
pub(crate) fn decide(policies: &Policies, asked: &Asked, seen: &Seen) -> BTreeSet<Decision> {
    let who = Who::read(&asked.principal);
    match &asked.owner {
        Owner::Account(owner) => {
            with_owner(who.account.as_ref() == Some(&owner.to_string()), policies, &who, asked, seen)
        }
        Owner::Same => with_owner(who.account.is_some(), policies, &who, asked, seen),
        Owner::Unknown => {
            let either = [true, false].map(|same| same && who.account.is_some());
            either.into_iter().flat_map(|same| with_owner(same, policies, &who, asked, seen)).collect()
        }
    }
}

fn with_owner(same: bool, policies: &Policies, who: &Who, asked: &Asked, seen: &Seen) -> BTreeSet<Decision> {
    // No permission is needed, and no policy takes it away.
    // <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
    if asked.is_action("sts:GetCallerIdentity") && who.kind != Kind::Anonymous {
        return BTreeSet::from([Decision::Allowed]);
    }
    let plain = |kind, list: &[Value]| side(list.iter().map(|it| (it, kind)), asked, seen, &|_| Some(true));
    let mut denies: Vec<Known> = Vec::new();
    let mut gates: Vec<Known> = Vec::new();

    // <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>
    if (who.has_identity() || who.kind == Kind::Root) && !who.is_service_linked() {
        for level in policies.scps.iter().map(|it| plain(PolicyKind::Scp, it)) {
            denies.push(level.deny);
            gates.push(level.allow);
        }
    }
    let boundary = policies.boundary.as_ref().filter(|_| who.has_identity());
    // A statement of an endpoint policy or an RCP that names nobody is for everybody.
    let addressed = |has_boundary| {
        move |it: &Value| named(it, has_boundary, who, asked).map_or(Some(true), Named::at_all)
    };
    // <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html>
    if !who.is_service_linked() && !asked.is_action("kms:RetireGrant") {
        for level in &policies.rcps {
            let each = level.iter().map(|it| (it, PolicyKind::Rcp));
            denies.push(side(each, asked, seen, &addressed(boundary.is_some())).deny);
        }
    }
    // <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>
    if let Some(endpoint) = &policies.vpc_endpoint {
        let each = endpoint.iter().map(|it| (it, PolicyKind::VpcEndpoint));
        let it = side(each, asked, seen, &addressed(boundary.is_some()));
        denies.push(it.deny);
        gates.push(it.allow);
    }

    let identity = match who.has_identity() {
        true => plain(PolicyKind::Identity, &policies.identity),
        false => Side { deny: Some(false), allow: Some(false) },
    };
    let boundary_side = boundary.map(|it| plain(PolicyKind::Boundary, it));
    let session = policies.session.as_ref().filter(|_| who.has_session());
    let session_side = session.map(|it| plain(PolicyKind::Session, it));
    let (mut resource_deny, resource) = resource_side(policies, boundary.is_some(), who, asked, seen);
    if who.kind == Kind::Root && same && is_of_bucket_policy(asked) {
        resource_deny = Some(false);
    }
    denies.extend([identity.deny, resource_deny]);
    denies.extend([&boundary_side, &session_side].into_iter().flatten().map(|it| it.deny));

    // <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
    let without_session = Some(who.kind != Kind::Federated);
    let limits = all([
        boundary_side.map_or(Some(true), |it| it.allow),
        session_side.map_or(without_session, |it| it.allow),
    ]);
    let needs_trust = needs_trust(policies, asked);
    gates.push(granted(same, needs_trust, identity.allow, limits, resource, who, asked));
    outcomes(any(denies), all(gates))
}

/// Identity and resource policies, with what limits them.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html>
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>
fn granted(
    same: bool,
    needs_trust: bool,
    identity: Known,
    limits: Known,
    it: Named,
    who: &Who,
    asked: &Asked,
) -> Known {
    match who.kind {
        Kind::Service | Kind::Anonymous | Kind::Provider => it.direct,
        // Root users cannot assume roles.
        Kind::Root if asked.is_action("sts:AssumeRole") => Some(false),
        Kind::Root if same && !needs_trust => Some(true),
        Kind::Root => any([it.direct, it.account]),
        Kind::User | Kind::Role | Kind::Session | Kind::Federated if same => {
            let trusted = if needs_trust { it.account } else { Some(true) };
            any([it.direct, all([it.role, limits]), all([identity, limits, trusted])])
        }
        Kind::User | Kind::Role | Kind::Session | Kind::Federated => all([it.at_all(), identity, limits]),
    }
}

/// The policy of a key or a role must let the account in before its identity policies count.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-cross-account-resource-access.html>
fn needs_trust(policies: &Policies, asked: &Asked) -> bool {
    match asked.service().as_str() {
        "kms" => asked.resource.contains(":key/"),
        "sts" => policies.resource.is_some(),
        _ => false,
    }
}

/// The root user of a bucket's account keeps the bucket's policy, whatever it denies.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html>
fn is_of_bucket_policy(asked: &Asked) -> bool {
    ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"].iter().any(|it| asked.is_action(it))
}

/// What the policy of the resource comes to: denied, and how it grants.
fn resource_side(
    policies: &Policies,
    has_boundary: bool,
    who: &Who,
    asked: &Asked,
    seen: &Seen,
) -> (Known, Named) {
    let Some(policy) = &policies.resource else { return (Some(false), Named::NOT) };
    let kind = policies.resource_kind();
    let (mut denies, mut allows) = (Vec::new(), Vec::new());
    for it in statement::each(policy) {
        let matches = statement::matches(policy, it, kind, asked, seen);
        let named = match statement::is_open(it) {
            true => Named { direct: None, role: None, account: None },
            // A statement that names nobody is for nobody.
            false => named(it, has_boundary, who, asked).unwrap_or(Named::NOT),
        };
        let (deny, allow) = statement::effects(it);
        denies.push(all([deny, matches, named.at_all()]));
        let grants = |how| all([allow, matches, how]);
        allows.push(Named {
            direct: grants(named.direct),
            role: grants(named.role),
            account: grants(named.account),
        });
    }
    note(kind, &Side { deny: any(denies.clone()), allow: Named::any(&allows).at_all() }, seen);
    (any(denies), Named::any(&allows))
}

/// What policies come to; `addressed` says whether a statement is for the requester.
fn side<'a>(
    policies: impl Iterator<Item = (&'a Value, PolicyKind)>,
    asked: &Asked,
    seen: &Seen,
    addressed: &dyn Fn(&Value) -> Known,
) -> Side {
    let (mut denies, mut allows) = (Vec::new(), Vec::new());
    let mut kinds = BTreeSet::new();
    for (policy, kind) in policies {
        kinds.insert(kind);
        for it in statement::each(policy) {
            let matches = all([addressed(it), statement::matches(policy, it, kind, asked, seen)]);
            let (deny, allow) = statement::effects(it);
            denies.push(all([deny, matches]));
            allows.push(all([allow, matches]));
        }
    }
    let out = Side { deny: any(denies), allow: any(allows) };
    kinds.iter().for_each(|kind| note(*kind, &out, seen));
    out
}

fn note(kind: PolicyKind, side: &Side, seen: &Seen) {
    seen.note(format!("{} denies {:?}", kind.name(), side.deny));
    seen.note(format!("{} allows {:?}", kind.name(), side.allow));
}

fn outcomes(deny: Known, allow: Known) -> BTreeSet<Decision> {
    let mut out = BTreeSet::new();
    if deny != Some(false) {
        out.insert(Decision::ExplicitlyDenied);
    }
    if deny != Some(true) && allow != Some(false) {
        out.insert(Decision::Allowed);
    }
    if deny != Some(true) && allow != Some(true) {
        out.insert(Decision::ImplicitlyDenied);
    }
    out
}
