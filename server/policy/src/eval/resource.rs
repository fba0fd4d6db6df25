//! The patterns of `Resource` and `NotResource`.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

use super::reason::Reason;
use super::request::Request;
use super::statement::Resource;
use super::template::Template;
use super::tri::Tri;
use crate::kind::PolicyKind;
use crate::pattern;

/// A pattern, taken apart once.
#[derive(Debug, Clone)]
pub(super) enum Pattern {
    /// Stars only: every resource, and actions that take none.
    Everything,
    /// The five fields before the resource, and the resource with its variables.
    Arn { head: [Box<str>; 5], tail: Template, crosses: bool },
    /// It matches nothing.
    Nothing,
    /// AWS refuses it: its element matches nothing, in the `Not` form too.
    Refused,
    /// A template fills it in: what it matches is not known.
    Open,
}

/// How many fields of a resource are looked at when a star runs past colons; longer names have no such reading.
const MAX_SEGMENTS: usize = 127;

impl Pattern {
    /// Takes a pattern apart. A short ARN is completed, refused or matches nothing, by the kind of policy: AWS says
    /// what it does with it for identity policies, and that STS refuses it in session policies.
    pub(super) fn parse(text: &str, variables: bool, kind: PolicyKind) -> Pattern {
        if pattern::is_everything(text) {
            return Pattern::Everything;
        }
        if !text.starts_with("arn:") {
            return Pattern::Refused;
        }
        let mut fields: Vec<&str> = text.splitn(6, ':').collect();
        if fields.len() < 6 {
            match kind {
                PolicyKind::Resource | PolicyKind::Trust | PolicyKind::VpcEndpoint if !text.contains('*') => {
                    return Pattern::Nothing;
                }
                PolicyKind::Rcp | PolicyKind::Session => return Pattern::Refused,
                PolicyKind::Scp if !text.ends_with('*') => return Pattern::Refused,
                _ => fields.resize(6, "*"),
            }
        }
        let [arn, partition, service, region, account, rest] = fields.as_slice() else {
            return Pattern::Nothing;
        };
        let head = [*arn, partition, service, region, account];
        if variables && head.iter().any(|it| it.contains("${")) {
            return Pattern::Nothing;
        }
        Pattern::Arn {
            crosses: head.iter().any(|it| it.ends_with('*')),
            head: head.map(Box::from),
            tail: Template::parse(rest, variables, true),
        }
    }

    /// Whether the request's resource matches.
    pub(super) fn matches(&self, request: &Request) -> Tri {
        match self {
            Pattern::Everything => Tri::True,
            Pattern::Nothing | Pattern::Refused => Tri::False,
            Pattern::Open => Tri::Unknown,
            Pattern::Arn { head, tail, crosses } => {
                let direct = by_field(head, tail, request);
                if direct == Tri::True || !crosses {
                    return direct;
                }
                direct.or(past_colons(head, tail, request))
            }
        }
    }

    /// Whether it matches only because a star that ends a field is read past the colon: AWS's pages disagree.
    pub(super) fn only_past_colon(&self, request: &Request) -> bool {
        match self {
            Pattern::Arn { head, tail, crosses: true } => {
                by_field(head, tail, request) == Tri::False && past_colons(head, tail, request) != Tri::False
            }
            _ => false,
        }
    }

    /// Why it does not match, and how far it got: the more, the nearer.
    fn miss(&self, request: &Request) -> (u8, Reason) {
        let (head, tail) = match self {
            _ if request.resource() == "*" => return (0, Reason::ResourceActionTakesNone),
            Pattern::Arn { head, tail, .. } => (head, tail),
            Pattern::Everything | Pattern::Open => return (0, Reason::ResourceId),
            Pattern::Nothing | Pattern::Refused => return (0, Reason::ResourceInvalid),
        };
        let fails =
            |(n, it): (usize, &str)| !request.segment(n).is_some_and(|text| pattern::matches(it, text));
        let matched = (0u8..).zip(head).filter(|(n, it)| !fails((usize::from(*n), it))).count();
        // The right resource in another Region is nearer than another type of resource in the right one.
        let tail_points = request.tail(5).map_or(0, |it| {
            u8::from(tail.is_of_type(it)) + u8::from(tail.matches(it, &request.context) != Tri::False)
        });
        let points = u8::try_from(matched).unwrap_or(0) + tail_points;
        match head.iter().map(AsRef::as_ref).enumerate().position(fails) {
            Some(0 | 1) => (points, Reason::ResourcePartition),
            Some(2) => (points, Reason::ResourceService),
            Some(3) => (points, Reason::ResourceRegion),
            Some(4) => (points, Reason::ResourceAccount),
            _ if tail.resolved(&request.context) == Tri::False => (points, Reason::ResourceVariable),
            _ if request.tail(5).is_some_and(|it| tail.is_of_type(it)) => (points, Reason::ResourceId),
            _ => (points, Reason::ResourceType),
        }
    }

    /// Whether a variable in it has no value.
    pub(super) fn lacks_value(&self, request: &Request) -> bool {
        matches!(self, Pattern::Arn { tail, .. } if tail.resolved(&request.context) == Tri::False)
    }

    /// Whether the type of the resource, before the first `/` or `:` of its name, has a wildcard.
    pub(super) fn has_wildcard_type(&self) -> bool {
        matches!(self, Pattern::Arn { tail, .. } if tail.has_wildcard_type())
    }

    /// The keys that its variables name.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        let tail = match self {
            Pattern::Arn { tail, .. } => Some(tail),
            Pattern::Everything | Pattern::Nothing | Pattern::Refused | Pattern::Open => None,
        };
        tail.into_iter().flat_map(Template::keys)
    }
}

impl Resource {
    /// The pattern that comes nearest to the request's resource without matching, and what fails.
    pub(super) fn nearest(&self, request: &Request) -> Option<(usize, Reason)> {
        let misses = self.patterns.iter().map(|it| it.miss(request)).enumerate();
        // The first of the nearest: `max_by_key` would give the last.
        let nearest = misses.rev().max_by_key(|(_, (points, _))| *points)?;
        Some((nearest.0, nearest.1.1))
    }
}

fn by_field(head: &[Box<str>; 5], tail: &Template, request: &Request) -> Tri {
    let field = |(n, it): (usize, &str)| {
        request.segment(n).is_some_and(|text| it == text || pattern::matches(it, text))
    };
    // From the account backwards: most patterns of a policy share their first fields.
    if !head.iter().map(AsRef::as_ref).enumerate().rev().all(field) {
        return Tri::False;
    }
    request.tail(5).map_or(Tri::False, |it| tail.matches(it, &request.context))
}

/// The reading in which a star that ends a field takes colons too: every set of places where the next field can
/// begin is a bit for each colon.
fn past_colons(head: &[Box<str>; 5], tail: &Template, request: &Request) -> Tri {
    let count = request.starts.len().min(MAX_SEGMENTS);
    let mut places: u128 = 1;
    for field in head {
        let mut next: u128 = 0;
        for at in (0..count).filter(|it| places >> it & 1 == 1) {
            if !request.segment(at).is_some_and(|text| pattern::matches(field, text)) {
                continue;
            }
            if field.ends_with('*') {
                next |= u128::MAX << (at + 1);
                break;
            }
            next |= 1 << (at + 1);
        }
        places = next;
        if places == 0 {
            return Tri::False;
        }
    }
    let at = (0..count).filter(|it| places >> it & 1 == 1).filter_map(|it| request.tail(it));
    Tri::any(at.map(|it| tail.matches(it, &request.context)))
}
