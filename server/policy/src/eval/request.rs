//! What is asked: who does what to which resource, in which context.

use crate::arn::Arn;

/// The value of a condition key in a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Given {
    /// The request does not have the key.
    Absent,
    /// One value.
    One(Box<str>),
    /// Several values, even when it is one: the key is multivalued.
    Many(Vec<Box<str>>),
    /// The request has the key; its value is not known.
    SomeValue,
    /// Whether the request has the key is not known.
    Unknown,
}

impl Given {
    /// Whether something about it is not known.
    pub fn is_open(&self) -> bool {
        matches!(self, Given::SomeValue | Given::Unknown)
    }
}

/// The condition keys of a request. IAM compares their names without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// By name in lower case.
    keys: Vec<(Box<str>, Given)>,
    /// What a key is that is not listed.
    unlisted: Given,
}

impl Context {
    /// Keys of which all others are absent.
    pub fn closed(keys: impl IntoIterator<Item = (String, Given)>) -> Context {
        Context::of(keys, Given::Absent)
    }

    /// Keys of which nothing is known about the others.
    pub fn open(keys: impl IntoIterator<Item = (String, Given)>) -> Context {
        Context::of(keys, Given::Unknown)
    }

    fn of(keys: impl IntoIterator<Item = (String, Given)>, unlisted: Given) -> Context {
        let mut out = Context { keys: Vec::new(), unlisted };
        for (name, given) in keys {
            out.set(&name, given);
        }
        out
    }

    /// Sets a key, in place of what it was.
    pub fn set(&mut self, name: &str, given: Given) {
        let name = name.to_lowercase().into_boxed_str();
        match self.keys.binary_search_by(|(it, _)| it.cmp(&name)) {
            Ok(at) => {
                if let Some(slot) = self.keys.get_mut(at) {
                    slot.1 = given;
                }
            }
            Err(at) => self.keys.insert(at, (name, given)),
        }
    }

    /// The value of a key whose name is in lower case.
    pub fn get(&self, lower_name: &str) -> &Given {
        let found = self.keys.binary_search_by(|(it, _)| (**it).cmp(lower_name)).ok();
        found.and_then(|at| self.keys.get(at)).map_or(&self.unlisted, |(_, given)| given)
    }

    /// Whether keys that are not listed are unknown rather than absent.
    pub fn is_open(&self) -> bool {
        self.unlisted == Given::Unknown
    }

    /// The keys that are listed, in lower case, by name.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &Given)> {
        self.keys.iter().map(|(name, given)| (&**name, given))
    }
}

/// What a principal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WhoKind {
    /// The root user of an account.
    Root,
    /// An IAM user.
    User,
    /// Some session of the role with this ARN; which one is not said.
    Role,
    /// A session of a role.
    Session,
    /// A session of `GetFederationToken`.
    FederatedUser,
    /// An AWS service.
    Service,
    /// An unsigned request.
    Anonymous,
    /// What calls STS with a web or SAML identity: a provider's ARN or name.
    Other,
}

/// The principal of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// Its ARN or name.
    pub text: Box<str>,
    /// What it is.
    pub kind: WhoKind,
    /// The account it belongs to.
    pub account: Option<Box<str>>,
    /// The role's name, or the federated user's.
    pub name: Option<Box<str>>,
}

impl Who {
    /// Reads a principal: an ARN, a service's name, `anonymous`, or what a provider is called. Total.
    pub fn parse(text: &str) -> Who {
        let mut who = Who { text: text.into(), kind: WhoKind::Other, account: None, name: None };
        if text == "anonymous" {
            who.kind = WhoKind::Anonymous;
            return who;
        }
        let Some(arn) = Arn::parse(text) else {
            if text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn") {
                who.kind = WhoKind::Service;
            }
            return who;
        };
        who.account = Some(arn.account).filter(|it| !it.is_empty()).map(Box::from);
        let (kind, rest) = arn.resource.split_once('/').unwrap_or((arn.resource, ""));
        (who.kind, who.name) = match (arn.service, kind) {
            ("iam", "root") => (WhoKind::Root, None),
            ("iam", "user") => (WhoKind::User, None),
            ("iam", "role") => (WhoKind::Role, rest.rsplit('/').next().map(Box::from)),
            ("sts", "assumed-role") => (WhoKind::Session, rest.split('/').next().map(Box::from)),
            ("sts", "federated-user") => (WhoKind::FederatedUser, Some(rest.into())),
            // A provider belongs to an account; who comes by it does not.
            _ => {
                who.account = None;
                (WhoKind::Other, None)
            }
        };
        who
    }

    /// Whether identity policies can be attached to it.
    pub fn has_identity(&self) -> bool {
        matches!(self.kind, WhoKind::User | WhoKind::Role | WhoKind::Session | WhoKind::FederatedUser)
    }

    /// Whether it is a service-linked role, which no SCP and no RCP restricts.
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
    pub fn is_service_linked(&self) -> bool {
        self.kind == WhoKind::Role && self.text.contains(":role/aws-service-role/")
            || self.kind == WhoKind::Session
                && self.name.as_deref().is_some_and(|it| it.starts_with("AWSServiceRoleFor"))
    }
}

/// Who owns the resource of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// This account.
    Account(Box<str>),
    /// The principal's account, or AWS, as it is with foundation models.
    Same,
    /// Not known: a bucket's ARN does not say.
    Unknown,
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who asks.
    pub who: Who,
    /// The action in lower case.
    pub(super) action: Box<str>,
    /// The action as it was asked for.
    asked_action: Box<str>,
    /// The resource's ARN, or `*` for an action without resource types.
    pub(super) resource: Box<str>,
    /// Where the fields of the resource start, so that they are found once.
    pub(super) starts: Vec<usize>,
    /// Who owns the resource.
    pub owner: Owner,
    /// Its condition keys.
    pub context: Context,
}

impl Request {
    /// A request. `action` is `prefix:Name` in any case.
    pub fn new(principal: &str, action: &str, resource: &str, owner: Owner, context: Context) -> Request {
        let colons = resource.bytes().enumerate().filter(|(_, it)| *it == b':');
        Request {
            who: Who::parse(principal),
            action: action.to_ascii_lowercase().into(),
            asked_action: action.into(),
            resource: resource.into(),
            starts: std::iter::once(0).chain(colons.map(|(at, _)| at + 1)).collect(),
            owner,
            context,
        }
    }

    /// The action in lower case.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The action as it was asked for.
    pub fn asked_action(&self) -> &str {
        &self.asked_action
    }

    /// The resource.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The service's prefix in lower case.
    pub fn service(&self) -> &str {
        self.action.split_once(':').map_or("", |(prefix, _)| prefix)
    }

    /// The text between the `from`th colon and the next one.
    pub(super) fn segment(&self, from: usize) -> Option<&str> {
        let start = *self.starts.get(from)?;
        let end = self.starts.get(from + 1).map_or(self.resource.len(), |it| it - 1);
        self.resource.get(start..end)
    }

    /// The text after the `from`th colon.
    pub(super) fn tail(&self, from: usize) -> Option<&str> {
        self.resource.get(*self.starts.get(from)?..)
    }
}
