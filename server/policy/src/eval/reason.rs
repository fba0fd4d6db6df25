//! Why a part of a statement matches a request or does not.

/// A reason, for people to read as a sentence and for programs by its [`code`](Reason::code).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// No pattern covers the action.
    ActionNoMatch,
    /// `NotAction` names it.
    ActionExcluded,
    /// The resource's partition is another.
    ResourcePartition,
    /// The resource belongs to another service.
    ResourceService,
    /// The resource is in another Region.
    ResourceRegion,
    /// The resource is in another account.
    ResourceAccount,
    /// The resource is of another type.
    ResourceType,
    /// The resource has another name.
    ResourceId,
    /// `NotResource` names it.
    ResourceExcluded,
    /// The action takes no resource, so only `*` covers it.
    ResourceActionTakesNone,
    /// A variable in the pattern has no value.
    ResourceVariable,
    /// The pattern is no ARN, or not one that this kind of policy takes.
    ResourceInvalid,
    /// The requester is not named.
    PrincipalNotListed,
    /// Only the account is named; inside that account this grants nothing by itself.
    PrincipalAccountOnly,
    /// A session is named, and the request is for another, or for any of the role.
    PrincipalSession,
    /// `NotPrincipal` names the requester.
    NotPrincipalListed,
    /// A `Deny` with `NotPrincipal` hits everyone with a permissions boundary.
    NotPrincipalBoundary,
    /// No value of the policy compares with the request's.
    ConditionValue,
    /// The request does not have the key.
    ConditionMissing,
    /// The request does not have the key, and this operator is true then.
    ConditionMissingTrue,
    /// `ForAllValues` is true of no values.
    ConditionVacuous,
    /// The key has a list of values, which wants `ForAllValues` or `ForAnyValue`.
    ConditionList,
    /// The value in the policy is not of the operator's type.
    ConditionTypePolicy,
    /// The value in the request is not of the operator's type.
    ConditionTypeRequest,
    /// A variable in the value has no value.
    ConditionVariable,
    /// There is no such operator.
    ConditionOperator,
    /// What it hangs on is not known.
    Unknown,
}

impl Reason {
    /// The name in JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Reason::ActionNoMatch => "action.no_match",
            Reason::ActionExcluded => "action.excluded",
            Reason::ResourcePartition => "resource.partition",
            Reason::ResourceService => "resource.service",
            Reason::ResourceRegion => "resource.region",
            Reason::ResourceAccount => "resource.account",
            Reason::ResourceType => "resource.type",
            Reason::ResourceId => "resource.id",
            Reason::ResourceExcluded => "resource.excluded",
            Reason::ResourceActionTakesNone => "resource.action_takes_none",
            Reason::ResourceVariable => "resource.variable_without_value",
            Reason::ResourceInvalid => "resource.invalid",
            Reason::PrincipalNotListed => "principal.not_listed",
            Reason::PrincipalAccountOnly => "principal.account_only",
            Reason::PrincipalSession => "principal.session_differs",
            Reason::NotPrincipalListed => "notprincipal.listed",
            Reason::NotPrincipalBoundary => "notprincipal.boundary",
            Reason::ConditionValue => "cond.value",
            Reason::ConditionMissing => "cond.missing",
            Reason::ConditionMissingTrue => "cond.missing_true",
            Reason::ConditionVacuous => "cond.vacuous",
            Reason::ConditionList => "cond.list_needs_set_operator",
            Reason::ConditionTypePolicy => "cond.type_policy",
            Reason::ConditionTypeRequest => "cond.type_request",
            Reason::ConditionVariable => "cond.variable_without_value",
            Reason::ConditionOperator => "cond.operator",
            Reason::Unknown => "unknown",
        }
    }
}

/// Where AWS's documentation is silent or disagrees with itself, and the reading that was taken decided something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ambiguity {
    /// `*:*` is read as every action.
    StarColonStar,
    /// A star at the end of a field of an ARN is read past the colon.
    StarPastColon,
    /// A wildcard in the type of a resource is read as a wildcard.
    WildcardType,
    /// `ForAnyValue:…IfExists` is read as true when the key is absent.
    ForAnyValueIfExists,
    /// A list of values under an operator without set prefix is read as no match.
    PlainList,
    /// `Null` reads an empty value as absent.
    NullEmpty,
    /// A value that is not of the operator's type fails the negated operator too.
    NegatedType,
    /// `NotResource` with a variable without value applies.
    NotResourceVariable,
    /// A short ARN outside of identity policies.
    ShortArn,
    /// A year alone is read as seconds since 1970.
    BareYear,
}

impl Ambiguity {
    /// The name in JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Ambiguity::StarColonStar => "action.star_colon_star",
            Ambiguity::StarPastColon => "resource.star_past_colon",
            Ambiguity::WildcardType => "resource.wildcard_type",
            Ambiguity::ForAnyValueIfExists => "cond.for_any_value_if_exists",
            Ambiguity::PlainList => "cond.plain_list",
            Ambiguity::NullEmpty => "cond.null_empty",
            Ambiguity::NegatedType => "cond.negated_type",
            Ambiguity::NotResourceVariable => "resource.not_resource_variable",
            Ambiguity::ShortArn => "resource.short_arn",
            Ambiguity::BareYear => "cond.bare_year",
        }
    }

    /// What AWS leaves open and how it was read, as a sentence without its end.
    pub fn text(self) -> &'static str {
        match self {
            Ambiguity::StarColonStar => "AWS does not say what `*:*` stands for; read as every action",
            Ambiguity::StarPastColon => {
                "AWS's pages disagree on whether a star at the end of an ARN's field goes past the colon; read as \
                 if it does"
            }
            Ambiguity::WildcardType => {
                "AWS's pages disagree on wildcards in the type of a resource; read as wildcards"
            }
            Ambiguity::ForAnyValueIfExists => {
                "AWS does not say what `ForAnyValue` with `IfExists` is without the key; read as true"
            }
            Ambiguity::PlainList => {
                "AWS does not say how an operator without `ForAllValues` or `ForAnyValue` reads several values; \
                 read as no match"
            }
            Ambiguity::NullEmpty => "AWS does not say whether `Null` counts an empty value; read as absent",
            Ambiguity::NegatedType => {
                "AWS does not say what a negated operator makes of a value of another type; read as no match"
            }
            Ambiguity::NotResourceVariable => {
                "AWS does not say what `NotResource` is with a variable without value; read as if it named nothing"
            }
            Ambiguity::ShortArn => "AWS defines ARNs with fewer than six fields for identity policies only",
            Ambiguity::BareYear => "a year alone is a number too; read as seconds since 1970",
        }
    }
}
