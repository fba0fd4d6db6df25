//! Why a statement does not apply, or on what it hangs.

use policy::arn::Arn;
use policy::eval::{Part, Reason, Request, StatementTrace, Tri};
use policy::model::{self, Item, PrincipalValue};
use syntax::TextRange;

use super::value;
use crate::explain;
use crate::sentence::short;

/// Why a statement does not apply: the first of its elements that fails, else the first that is open. `None` when it
/// applies.
pub fn because(trace: &StatementTrace, request: &Request) -> Option<String> {
    let open = || [trace.principal, Some(trace.action), trace.resource, trace.condition()];
    let open = || open().into_iter().flatten().find(|it| it.verdict == Tri::Unknown);
    let part = trace.failing().or_else(open)?;
    Some(part_because(&part, trace, request))
}

/// What a part makes of a request, in words.
fn part_because(part: &Part, trace: &StatementTrace, request: &Request) -> String {
    let model = trace.statement.model();
    let written = part.range.and_then(|it| text_at(model, it)).unwrap_or_default();
    let pattern = short(written);
    let asked = Arn::parse(request.resource());
    let field = |of: fn(&Arn<'_>) -> String, name: &str| {
        let own = Arn::parse(written).map(|it| of(&it)).unwrap_or_default();
        let asked = asked.as_ref().map(of).unwrap_or_default();
        match asked.is_empty() {
            true => format!("`{pattern}` is for {name} `{own}`, and the resource has none"),
            false => format!("`{pattern}` is for {name} `{own}`, the resource is in `{asked}`"),
        }
    };
    match part.reason {
        Some(Reason::ActionNoMatch) => format!("no pattern covers the action `{}`", request.asked_action()),
        Some(Reason::ActionExcluded) => format!("`NotAction` leaves out `{pattern}`"),
        Some(Reason::ResourcePartition) if asked.is_some() => {
            field(|it| it.partition.to_owned(), "partition")
        }
        Some(Reason::ResourceRegion) => field(|it| it.region.to_owned(), "Region"),
        Some(Reason::ResourceAccount) => field(|it| it.account.to_owned(), "account"),
        Some(Reason::ResourceService | Reason::ResourcePartition) => {
            format!("`{pattern}` is a resource of another service than `{}`", short(request.resource()))
        }
        Some(Reason::ResourceType) => {
            format!("`{pattern}` is another type of resource than `{}`", name_of(request))
        }
        Some(Reason::ResourceId) => format!("`{pattern}` does not match `{}`", short(request.resource())),
        Some(Reason::ResourceExcluded) => format!("`NotResource` leaves out `{pattern}`"),
        Some(Reason::ResourceActionTakesNone) => {
            format!("`{}` takes no resource, so only `*` covers it", request.asked_action())
        }
        Some(Reason::ResourceVariable | Reason::ConditionVariable) => {
            format!("a variable in `{pattern}` has no value, so it matches nothing")
        }
        Some(Reason::ResourceInvalid) => {
            format!("`{pattern}` is no ARN that this policy takes, so it matches nothing")
        }
        Some(Reason::PrincipalNotListed) => format!("`{}` is not named", short(&request.who.text)),
        Some(Reason::PrincipalSession) => "it names one session, and the request is for another".to_owned(),
        Some(Reason::PrincipalAccountOnly) => "it names the account only".to_owned(),
        Some(Reason::NotPrincipalListed) => format!("`NotPrincipal` leaves out `{pattern}`"),
        Some(Reason::NotPrincipalBoundary) => {
            "a `Deny` with `NotPrincipal` hits everyone with a permissions boundary".to_owned()
        }
        Some(_) | None => condition(part, trace).unwrap_or_else(|| "it does not apply".to_owned()),
    }
}

/// The test that a part is from, in words.
fn condition(part: &Part, trace: &StatementTrace) -> Option<String> {
    let at = trace.tests.iter().position(|it| it.part == *part)?;
    let test = trace.tests.get(at)?;
    let (block, written) = trace.statement.model().condition.as_ref()?.tests().nth(at)?;
    let wants = explain::test(block, written);
    Some(match part.reason? {
        Reason::ConditionMissing => format!("it wants that {wants}; the request has no {}", test.key),
        Reason::ConditionMissingTrue => {
            format!("the request has no {}, so `{}` is true", test.key, block.name.value)
        }
        Reason::ConditionVacuous => {
            format!("the request has no {}, and `ForAllValues` is true of none", test.key)
        }
        Reason::ConditionList => {
            format!("{} has several values, which want `ForAllValues` or `ForAnyValue`", test.key)
        }
        Reason::ConditionTypePolicy => {
            format!("a value of {} is not what `{}` compares", test.key, block.name.value)
        }
        Reason::ConditionTypeRequest => {
            format!(
                "{} is {}, which is not what `{}` compares",
                test.key,
                value(&test.given),
                block.name.value
            )
        }
        Reason::ConditionOperator => format!("there is no operator `{}`", block.name.value),
        Reason::Unknown => format!("it wants that {wants}, and {} is {}", test.key, value(&test.given)),
        _ => format!("it wants that {wants}; {} is {}", test.key, value(&test.given)),
    })
}

/// The name of the resource with its type.
fn name_of(request: &Request) -> String {
    let resource = Arn::parse(request.resource()).map_or(request.resource(), |it| it.resource);
    short(resource)
}

/// The value of a statement that stands at a range.
fn text_at(statement: &model::Statement, range: TextRange) -> Option<&str> {
    let mut lists = Vec::new();
    lists.extend(statement.action.as_ref().map(|it| &it.values));
    lists.extend(statement.resource.as_ref().map(|it| &it.values));
    lists.extend(statement.condition.iter().flat_map(|it| it.tests()).map(|(_, it)| &it.values));
    match statement.principal.as_ref().map(|it| &it.value) {
        Some(PrincipalValue::Text(text)) if text.range == range => return Some(&text.value),
        Some(PrincipalValue::Typed(types)) => lists.extend(types.iter().map(|it| &it.values)),
        _ => {}
    }
    lists.iter().flat_map(|it| &it.items).find_map(|it| match it {
        Item::Text(text) | Item::Literal(text, _) if text.range == range => Some(&*text.value),
        _ => None,
    })
}
