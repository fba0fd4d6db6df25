//! The kinds of policies.

/// What a policy is attached to, and so what it may say and how AWS reads it.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#access_policy-types>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyKind {
    /// Attached to a user, group or role: what that principal may do.
    Identity,
    /// Attached to a resource: who may use it.
    Resource,
    /// The resource policy of a role: who may assume it.
    Trust,
    /// The most an identity's policies can grant.
    Boundary,
    /// Passed with a session: the most the session can do.
    Session,
    /// Service control policy: the most the principals of an account can do.
    Scp,
    /// Resource control policy: the most that can be done with the resources of an account.
    Rcp,
    /// What can be done through a VPC endpoint.
    VpcEndpoint,
}

impl PolicyKind {
    /// All of them.
    pub const ALL: [PolicyKind; 8] = [
        PolicyKind::Identity,
        PolicyKind::Resource,
        PolicyKind::Trust,
        PolicyKind::Boundary,
        PolicyKind::Session,
        PolicyKind::Scp,
        PolicyKind::Rcp,
        PolicyKind::VpcEndpoint,
    ];

    /// The name in settings, flags, `$schema` and output.
    pub fn name(self) -> &'static str {
        match self {
            PolicyKind::Identity => "identity",
            PolicyKind::Resource => "resource",
            PolicyKind::Trust => "trust",
            PolicyKind::Boundary => "boundary",
            PolicyKind::Session => "session",
            PolicyKind::Scp => "scp",
            PolicyKind::Rcp => "rcp",
            PolicyKind::VpcEndpoint => "vpc-endpoint",
        }
    }

    /// What people call it in a sentence.
    pub fn title(self) -> &'static str {
        match self {
            PolicyKind::Identity => "identity policy",
            PolicyKind::Resource => "resource policy",
            PolicyKind::Trust => "trust policy",
            PolicyKind::Boundary => "permissions boundary",
            PolicyKind::Session => "session policy",
            PolicyKind::Scp => "service control policy",
            PolicyKind::Rcp => "resource control policy",
            PolicyKind::VpcEndpoint => "VPC endpoint policy",
        }
    }

    /// The kind with this [`name`](PolicyKind::name).
    pub fn from_name(name: &str) -> Option<PolicyKind> {
        PolicyKind::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Whether its statements name principals.
    pub fn has_principal(self) -> bool {
        match self {
            PolicyKind::Resource | PolicyKind::Trust | PolicyKind::Rcp | PolicyKind::VpcEndpoint => true,
            PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session | PolicyKind::Scp => false,
        }
    }

    /// Whether its statements name resources. Those of a trust policy mean the role they hang on.
    pub fn has_resource(self) -> bool {
        self != PolicyKind::Trust
    }
}
