//! The decision: every policy that applies, gate by gate.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use std::sync::Arc;

use super::document::{Document, Side};
use super::principal::Named;
use super::request::{Owner, Request, WhoKind};
use super::tri::Tri;

/// What AWS answers to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// It is allowed.
    Allowed,
    /// Nothing allows it.
    ImplicitlyDenied,
    /// A `Deny` forbids it.
    ExplicitlyDenied,
}

impl Decision {
    /// All of them.
    pub const ALL: [Decision; 3] =
        [Decision::Allowed, Decision::ImplicitlyDenied, Decision::ExplicitlyDenied];

    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            Decision::Allowed => "Allowed",
            Decision::ImplicitlyDenied => "ImplicitlyDenied",
            Decision::ExplicitlyDenied => "ExplicitlyDenied",
        }
    }
}

/// The decisions that what is not known leaves: one when all that matters is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Outcomes(u8);

impl Outcomes {
    /// No decision; the start of a union.
    pub const NONE: Outcomes = Outcomes(0);

    /// This decision and no other.
    pub fn only(decision: Decision) -> Outcomes {
        Outcomes(1 << decision as u8)
    }

    /// Those of both.
    pub fn or(self, other: Outcomes) -> Outcomes {
        Outcomes(self.0 | other.0)
    }

    /// Whether this decision is possible.
    pub fn has(self, decision: Decision) -> bool {
        self.0 & (1 << decision as u8) != 0
    }

    /// The decision, when only one is possible.
    pub fn decided(self) -> Option<Decision> {
        let mut each = self.each();
        let first = each.next()?;
        each.next().is_none().then_some(first)
    }

    /// The decisions that are possible.
    pub fn each(self) -> impl Iterator<Item = Decision> {
        Decision::ALL.into_iter().filter(move |it| self.has(*it))
    }

    /// What follows from whether a `Deny` applies, and whether all gates behind it are passed.
    fn of(deny: Tri, allow: Tri) -> Outcomes {
        let denied = Outcomes::only(Decision::ExplicitlyDenied);
        let rest = match allow {
            Tri::True => Outcomes::only(Decision::Allowed),
            Tri::False => Outcomes::only(Decision::ImplicitlyDenied),
            Tri::Unknown => Outcomes::only(Decision::Allowed).or(Outcomes::only(Decision::ImplicitlyDenied)),
        };
        match deny {
            Tri::True => denied,
            Tri::Unknown => denied.or(rest),
            Tri::False => rest,
        }
    }
}

/// What a policy is to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// A policy of the user, its groups, or the role.
    Identity,
    /// The policy of the resource, a key or a role's trust included.
    Resource,
    /// The permissions boundary.
    Boundary,
    /// A session policy.
    Session,
    /// A service control policy, of the level from the root.
    Scp(usize),
    /// A resource control policy, of the level from the root.
    Rcp(usize),
    /// The policy of the VPC endpoint.
    VpcEndpoint,
}

/// The policies that apply to a request. Which do is told, never guessed: an empty list of levels means that no
/// such policy applies, as for the management account.
#[derive(Debug, Clone, Default)]
pub struct Stack {
    /// Of the user and its groups, or of the role.
    pub identity: Vec<Arc<Document>>,
    /// The permissions boundary; `None` without one.
    pub boundary: Option<Vec<Arc<Document>>>,
    /// The session policies, read as one; `None` when none was passed.
    pub session: Option<Vec<Arc<Document>>>,
    /// The policy of the resource.
    pub resource: Option<Arc<Document>>,
    /// Service control policies by level, from the root down to the account.
    pub scps: Vec<Vec<Arc<Document>>>,
    /// Resource control policies by level, without `RCPFullAWSAccess`.
    pub rcps: Vec<Vec<Arc<Document>>>,
    /// The policy of the VPC endpoint; `None` when the request takes none.
    pub vpc_endpoint: Option<Vec<Arc<Document>>>,
}

/// What each kind of policy comes to, for the gates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grants {
    pub(super) identity: Tri,
    pub(super) boundary: Tri,
    pub(super) session: Tri,
    pub(super) resource: Named,
}

impl Stack {
    /// Decides a request.
    pub fn decide(&self, request: &Request) -> Outcomes {
        if is_always_allowed(request) {
            return Outcomes::only(Decision::Allowed);
        }
        let mut deny = Tri::False;
        let mut gates = Tri::True;
        let denied = Outcomes::only(Decision::ExplicitlyDenied);

        for level in self.scps.iter().filter(|_| scps_apply(request)) {
            let side = together(level, request);
            deny = deny.or(side.deny);
            gates = gates.and(side.allow);
        }
        let boundary = self.boundary(request);
        for level in self.rcps.iter().filter(|_| rcps_apply(request)) {
            deny = deny.or(Tri::any(level.iter().map(|it| it.side_for(request, boundary.is_some()).deny)));
        }
        if let Some(policies) = &self.vpc_endpoint {
            let sides = policies.iter().map(|it| it.side_for(request, boundary.is_some()));
            let side = sides.fold(Side::default(), Side::or);
            deny = deny.or(side.deny);
            gates = gates.and(side.allow);
        }
        if deny == Tri::True {
            return denied;
        }
        let (resource_deny, resource) = self.resource_side(request);
        let identity = match request.who.has_identity() {
            true => together(&self.identity, request),
            false => Side::default(),
        };
        let limit = boundary.map(|it| together(it, request));
        let session = self.session(request);
        let session_side = session.map(|it| together(it, request));
        deny = deny.or(identity.deny);
        for side in [limit, session_side].into_iter().flatten() {
            deny = deny.or(side.deny);
        }
        if deny == Tri::True {
            return denied;
        }
        let grants = Grants {
            identity: identity.allow,
            boundary: limit.map_or(Tri::True, |it| it.allow),
            session: session_side.map_or(without_session(request).into(), |it| it.allow),
            resource,
        };
        let is_same = |same: bool| {
            let deny = if keeps_bucket_policy(request, same) { deny } else { deny.or(resource_deny) };
            Outcomes::of(deny, gates.and(self.granted(request, grants, same)))
        };
        match same_account(request) {
            Some(same) => is_same(same),
            None => is_same(true).or(is_same(false)),
        }
    }

    /// Every policy with its layer.
    pub fn documents(&self) -> impl Iterator<Item = (Layer, &Arc<Document>)> {
        let mut layers: Vec<(Layer, &[Arc<Document>])> = vec![
            (Layer::Identity, &self.identity),
            (Layer::Boundary, self.boundary.as_deref().unwrap_or_default()),
            (Layer::Session, self.session.as_deref().unwrap_or_default()),
            (Layer::Resource, self.resource.as_slice()),
            (Layer::VpcEndpoint, self.vpc_endpoint.as_deref().unwrap_or_default()),
        ];
        layers.extend(self.scps.iter().enumerate().map(|(n, it)| (Layer::Scp(n), &**it)));
        layers.extend(self.rcps.iter().enumerate().map(|(n, it)| (Layer::Rcp(n), &**it)));
        layers.into_iter().flat_map(|(layer, it)| it.iter().map(move |it| (layer, it)))
    }

    /// The boundary, where the principal can have one.
    pub(super) fn boundary(&self, request: &Request) -> Option<&[Arc<Document>]> {
        self.boundary.as_deref().filter(|_| request.who.has_identity())
    }

    /// The session policies, where the principal can have some.
    pub(super) fn session(&self, request: &Request) -> Option<&[Arc<Document>]> {
        let has_session =
            matches!(request.who.kind, WhoKind::Role | WhoKind::Session | WhoKind::FederatedUser);
        self.session.as_deref().filter(|_| has_session)
    }

    /// What the resource's policy says: whether it denies, and how it grants.
    pub(super) fn resource_side(&self, request: &Request) -> (Tri, Named) {
        let Some(policy) = &self.resource else { return (Tri::False, Named::default()) };
        policy.resource_side(request, self.boundary(request).is_some())
    }

    /// Whether identity and resource policies grant what no `Deny` forbids.
    pub(super) fn granted(&self, request: &Request, it: Grants, same_account: bool) -> Tri {
        let Named { direct, role, account } = it.resource;
        let needs_trust = self.needs_trust(request);
        match request.who.kind {
            WhoKind::Anonymous | WhoKind::Service | WhoKind::Other => direct,
            // Root users cannot assume roles.
            WhoKind::Root if request.action() == "sts:assumerole" => Tri::False,
            WhoKind::Root if same_account && !needs_trust => Tri::True,
            WhoKind::Root => direct.or(account),
            WhoKind::User | WhoKind::Role | WhoKind::Session | WhoKind::FederatedUser => {
                let limits = it.boundary.and(it.session);
                if !same_account {
                    return direct.or(role).or(account).and(it.identity).and(limits);
                }
                let trusted = if needs_trust { account } else { Tri::True };
                direct.or(role.and(limits)).or(it.identity.and(limits).and(trusted))
            }
        }
    }

    /// Whether the resource's policy has to let the account in before identity policies count: keys and roles.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>
    pub(super) fn needs_trust(&self, request: &Request) -> bool {
        match request.service() {
            "kms" => request.resource() != "*" && request.resource().contains(":key/"),
            "sts" => self.resource.is_some(),
            _ => false,
        }
    }
}

/// Whether the principal's account owns the resource; `None` when that is not known.
pub(super) fn same_account(request: &Request) -> Option<bool> {
    let Some(account) = &request.who.account else { return Some(false) };
    match &request.owner {
        Owner::Account(owner) => Some(owner == account),
        Owner::Same => Some(true),
        Owner::Unknown => None,
    }
}

/// Whether no `Deny` of the resource's policy counts: the root user of a bucket's account keeps the bucket's policy.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html>
pub(super) fn keeps_bucket_policy(request: &Request, same_account: bool) -> bool {
    same_account
        && request.who.kind == WhoKind::Root
        && matches!(request.action(), "s3:getbucketpolicy" | "s3:putbucketpolicy" | "s3:deletebucketpolicy")
}

/// Service control policies restrict the users, roles and root of an account, but no service-linked role.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
pub(super) fn scps_apply(request: &Request) -> bool {
    (request.who.has_identity() || request.who.kind == WhoKind::Root) && !request.who.is_service_linked()
}

/// Resource control policies restrict everybody but service-linked roles.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
pub(super) fn rcps_apply(request: &Request) -> bool {
    !request.who.is_service_linked() && request.action() != "kms:retiregrant"
}

/// `sts:GetCallerIdentity` needs no permission, and no `Deny` takes it away.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
pub(super) fn is_always_allowed(request: &Request) -> bool {
    request.action() == "sts:getcalleridentity" && request.who.kind != WhoKind::Anonymous
}

/// What a session without session policies may do of what its user or role may: nothing when it is federated.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
pub(super) fn without_session(request: &Request) -> bool {
    request.who.kind != WhoKind::FederatedUser
}

fn together(policies: &[Arc<Document>], request: &Request) -> Side {
    policies.iter().map(|it| it.side(request)).fold(Side::default(), Side::or)
}
