//! Random policies and requests.

use policy::PolicyKind;
use policy::eval::{Given, Owner};
use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::asked::{Asked, Policies};
use super::families::{FAMILIES, Family, KEYS, NO_OPERATORS, given};
use super::vocabulary::{
    ACTION_PATTERNS, ACTIONS, AWS_ENTRIES, OTHER_ENTRIES, PRINCIPALS, RESOURCE_PATTERNS, RESOURCES,
};

/// How much of a case is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Openness {
    /// All of it is known.
    Closed,
    /// Keys and the owner may be unknown.
    Request,
    /// Parts of policies may be filled in by a template, too.
    Both,
}

type Json = BoxedStrategy<Value>;

/// Policies of every layer, and a request.
pub(crate) fn case(open: Openness) -> BoxedStrategy<(Policies, Asked)> {
    (policies(open), asked(open)).boxed()
}

/// One identity policy of one statement that allows, and a request: each of its parts alone decides.
pub(crate) fn small_case(open: Openness) -> BoxedStrategy<(Policies, Asked)> {
    let part = prop_oneof![
        9 => condition(open, 1..3).prop_map(|it| json!({"Action": "*", "Resource": "*", "Condition": it})),
        2 => resources(open).prop_map(|(name, it)| json!({"Action": "*", name: it})),
        1 => actions(open).prop_map(|(name, it)| json!({name: it, "Resource": "*"})),
    ];
    let kinds = [PolicyKind::Identity, PolicyKind::Session, PolicyKind::Scp, PolicyKind::VpcEndpoint];
    (part, versions(), select(kinds.to_vec()), asked(open))
        .prop_map(|(mut statement, version, kind, asked)| {
            statement["Effect"] = json!("Allow");
            (alone(kind, policy(version, json!([statement]))), asked)
        })
        .boxed()
}

/// An `Allow` and a `Deny` that test one key, which is not known.
pub(crate) fn opposed() -> BoxedStrategy<(Policies, Asked)> {
    let by_operator = FAMILIES.iter().flat_map(|it| it.operators.iter().map(|_| *it)).collect::<Vec<_>>();
    let pair = select(by_operator).prop_flat_map(|own| {
        let plain: Vec<&str> = own.wanted.iter().copied().filter(|it| !it.contains("${")).collect();
        let values = vec(select(plain), 1..3).prop_map(|it| json!(it)).boxed();
        (select(own.keys), operator(own), values.clone(), operator(own), values)
    });
    let unknown = prop_oneof![Just(Given::SomeValue), Just(Given::Unknown)];
    (pair, asked(Openness::Closed), unknown)
        .prop_map(|((key, allow, allowed, deny, denied), mut asked, unknown)| {
            let statement = |effect: &str, operator: String, values: Value| {
                let condition = json!({operator: {key: values}});
                json!({"Effect": effect, "Action": "*", "Resource": "*", "Condition": condition})
            };
            let statements = json!([statement("Allow", allow, allowed), statement("Deny", deny, denied)]);
            asked.keys.retain(|(name, _)| name != key);
            asked.keys.push((key.to_owned(), unknown));
            (alone(PolicyKind::Identity, policy(Some("2012-10-17"), statements)), asked)
        })
        .boxed()
}

/// A stack in which everything hangs on this policy.
fn alone(kind: PolicyKind, policy: Value) -> Policies {
    let all = json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    let out = Policies { identity: vec![all], ..Policies::default() };
    match kind {
        PolicyKind::Session => Policies { session: Some(vec![policy]), ..out },
        PolicyKind::Scp => Policies { scps: vec![vec![policy]], ..out },
        PolicyKind::VpcEndpoint => Policies { vpc_endpoint: Some(vec![policy]), ..out },
        _ => Policies { identity: vec![policy], ..out },
    }
}

fn policies(open: Openness) -> impl Strategy<Value = Policies> {
    let of = |kind| document(kind, open);
    let levels = |kind, share| share_of(share, vec(vec(of(kind), 1..3), 1..3));
    (
        vec(of(PolicyKind::Identity), 0..3),
        share_of(4, vec(of(PolicyKind::Boundary), 1..3)),
        share_of(4, vec(of(PolicyKind::Session), 1..3)),
        share_of(5, (any::<bool>(), of(PolicyKind::Resource))),
        levels(PolicyKind::Scp, 3),
        levels(PolicyKind::Rcp, 2),
        share_of(3, vec(of(PolicyKind::VpcEndpoint), 1..3)),
    )
        .prop_map(|(identity, boundary, session, resource, scps, rcps, vpc_endpoint)| Policies {
            identity,
            boundary,
            session,
            is_trust: resource.as_ref().is_some_and(|it| it.0),
            resource: resource.map(|it| it.1),
            scps: scps.unwrap_or_default(),
            rcps: rcps.unwrap_or_default(),
            vpc_endpoint,
        })
}

fn document(kind: PolicyKind, open: Openness) -> Json {
    // What limits others mostly lets everything through, or nothing would ever be allowed.
    let all = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"});
    let all = match kind.has_principal() {
        true => all,
        false => json!({"Effect": "Allow", "Action": "*", "Resource": "*"}),
    };
    let limits = !matches!(kind, PolicyKind::Identity | PolicyKind::Resource);
    let with_all = share_of(if limits { 7 } else { 2 }, Just(all));
    let statement = statement(kind, open);
    let statements = (vec(statement.clone(), 0..3), with_all).prop_map(|(mut statements, all)| {
        statements.extend(all);
        Value::Array(statements)
    });
    (versions(), prop_oneof![5 => statements, 1 => statement])
        .prop_map(|(version, it)| policy(version, it))
        .boxed()
}

fn policy(version: Option<&str>, statements: Value) -> Value {
    match version {
        Some(version) => json!({"Version": version, "Statement": statements}),
        None => json!({"Statement": statements}),
    }
}

fn versions() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![8 => Just(Some("2012-10-17")), 1 => Just(Some("2008-10-17")), 1 => Just(None)]
}

fn statement(kind: PolicyKind, open: Openness) -> Json {
    let effect = prop_oneof![6 => Just(json!("Allow")), 3 => Just(json!("Deny"))];
    let parts = (
        templated(effect.boxed(), open),
        actions(open),
        share_of(if kind == PolicyKind::Resource { 7 } else { 10 }, resources(open)),
        principals(kind, open),
        share_of(4, condition(open, 0..3)),
    );
    let whole = parts.prop_map(|(effect, action, resource, principal, condition)| {
        let named = [Some(action), resource, principal].into_iter().flatten();
        let mut out: Map<String, Value> = named.map(|(name, it)| (name.to_owned(), it)).collect();
        out.insert("Effect".to_owned(), effect);
        out.extend(condition.map(|it| ("Condition".to_owned(), it)));
        Value::Object(out)
    });
    templated(whole.boxed(), open)
}

/// An element's name and value.
type Element = (&'static str, Value);

fn actions(open: Openness) -> impl Strategy<Value = Element> {
    (prop_oneof![5 => Just("Action"), 1 => Just("NotAction")], values(texts(ACTION_PATTERNS), open))
}

fn resources(open: Openness) -> impl Strategy<Value = Element> {
    (prop_oneof![5 => Just("Resource"), 1 => Just("NotResource")], values(texts(RESOURCE_PATTERNS), open))
}

fn principals(kind: PolicyKind, open: Openness) -> BoxedStrategy<Option<Element>> {
    if !kind.has_principal() {
        return Just(None).boxed();
    }
    let aws = values(texts(AWS_ENTRIES), open).prop_map(|it| json!({"AWS": it}));
    let other = select(OTHER_ENTRIES).prop_map(|(name, it)| json!({name: it}));
    let both = (values(texts(AWS_ENTRIES), open), select(OTHER_ENTRIES))
        .prop_map(|(aws, (name, it))| json!({"AWS": aws, name: [it]}));
    let element = prop_oneof![3 => Just(json!("*")), 6 => aws, 2 => other, 2 => both].boxed();
    let name = prop_oneof![5 => Just("Principal"), 1 => Just("NotPrincipal")];
    share_of(9, (name, templated(element, open))).boxed()
}

/// One value or a list of them, now and then with something among them that is no text.
fn values(item: Json, open: Openness) -> Json {
    let odd = prop_oneof![
        Just(json!(null)),
        Just(json!(7)),
        Just(json!(true)),
        Just(json!(["*"])),
        Just(json!({}))
    ];
    let item = templated(prop_oneof![40 => item, 1 => odd].boxed(), open);
    prop_oneof![2 => item.clone(), 3 => vec(item, 0..4).prop_map(Value::Array)].boxed()
}

fn texts(of: &'static [&'static str]) -> Json {
    select(of).prop_map(|it| json!(it)).boxed()
}

/// In place of some values, the function of a template.
fn templated(item: Json, open: Openness) -> Json {
    if open != Openness::Both {
        return item;
    }
    let filled = prop_oneof![Just(json!({"Ref": "It"})), Just(json!({"Fn::Sub": "${It}"}))];
    prop_oneof![30 => item, 1 => filled].boxed()
}

fn condition(open: Openness, n_tests: std::ops::Range<usize>) -> Json {
    let merged = vec(test(open), n_tests).prop_map(|tests| {
        let mut out = json!({});
        for (operator, key, values) in tests {
            out[operator][key] = values;
        }
        out
    });
    let odd = prop_oneof![
        Just(json!("x")),
        Just(json!({"StringEquals": "x"})),
        Just(json!({"Bool": []})),
        Just(json!(null))
    ];
    let merged = prop_oneof![60 => merged, 1 => odd].boxed();
    templated(merged, open)
}

/// Operator, key and values, mostly of one type.
fn test(open: Openness) -> impl Strategy<Value = (String, String, Value)> {
    let numbers = prop_oneof![Just(json!(10)), Just(json!(-1.5)), Just(json!(true)), Just(json!(false))];
    // As often as they have operators.
    let by_operator = FAMILIES.iter().flat_map(|it| it.operators.iter().map(|_| *it)).collect::<Vec<_>>();
    select(by_operator).prop_flat_map(move |own| {
        let item = prop_oneof![9 => select(own.wanted), 1 => select(FAMILIES).prop_flat_map(|it: Family| select(it.wanted))];
        let item = prop_oneof![15 => item.prop_map(|it| json!(it)), 1 => numbers.clone()].boxed();
        let key = prop_oneof![5 => select(own.keys), 1 => select(KEYS)];
        (operator(own), spelled(key), values(item, open))
    })
}

fn operator(family: Family) -> impl Strategy<Value = String> {
    let quantifier = prop_oneof![2 => Just(""), 1 => Just("ForAllValues:"), 1 => Just("ForAnyValue:")];
    let suffix = prop_oneof![2 => Just(""), 1 => Just("IfExists")];
    let known = (quantifier, select(family.operators), suffix);
    let known = known.prop_map(|(quantifier, base, suffix)| match base {
        "Null" => format!("{quantifier}{base}"),
        _ => format!("{quantifier}{base}{suffix}"),
    });
    prop_oneof![60 => spelled(known), 1 => select(NO_OPERATORS).prop_map(str::to_owned)]
}

/// Mostly as it is, and now and then in another case.
fn spelled(name: impl Strategy<Value = impl Into<String>> + 'static) -> impl Strategy<Value = String> {
    (name, 0..20).prop_map(|(name, how)| match (name.into(), how) {
        (name, 0) => name.to_lowercase(),
        (name, 1) => name.to_uppercase(),
        (name, _) => name,
    })
}

fn asked(open: Openness) -> impl Strategy<Value = Asked> {
    let owner = |account: &str| Just(Owner::Account(account.into()));
    let known = prop_oneof![
        6 => owner("111122223333"),
        2 => owner("444455556666"),
        2 => Just(Owner::Same),
    ];
    let owner = or(open != Openness::Closed, known.boxed(), Just(Owner::Unknown).boxed());
    let keys = KEYS
        .iter()
        .map(|key| state(key, open).prop_map(move |it| Some((key.to_string(), it?))))
        .collect::<Vec<_>>();
    let is_open = share_of(if open == Openness::Closed { 0 } else { 2 }, Just(()));
    (select(PRINCIPALS), select(ACTIONS), select(RESOURCES), owner, keys, is_open).prop_map(
        |(principal, action, resource, owner, keys, is_open)| Asked {
            principal: principal.to_owned(),
            action: action.to_owned(),
            resource: resource.to_owned(),
            owner,
            keys: keys.into_iter().flatten().collect(),
            is_open: is_open.is_some(),
        },
    )
}

/// What a request has under a key; `None` when the key is not listed.
fn state(key: &'static str, open: Openness) -> BoxedStrategy<Option<Given>> {
    let text = || {
        prop_oneof![8 => select(given(key)), 1 => select(FAMILIES).prop_flat_map(|it: Family| select(it.given))].prop_map(Box::<str>::from)
    };
    let many = vec(text(), 0..4).prop_map(|it| Some(Given::Many(it)));
    let n_lists = if key == "aws:TagKeys" { 12 } else { 5 };
    let known = prop_oneof![
        3 => Just(None),
        1 => Just(Some(Given::Absent)),
        14 => text().prop_map(|it| Some(Given::One(it))),
        n_lists => many,
    ];
    let unknown = prop_oneof![Just(Some(Given::SomeValue)), Just(Some(Given::Unknown))];
    or(open != Openness::Closed, known.boxed(), unknown.boxed())
}

/// One in ten is `other` instead, when there are others.
fn or<T: std::fmt::Debug + 'static>(
    has_others: bool,
    usual: BoxedStrategy<T>,
    other: BoxedStrategy<T>,
) -> BoxedStrategy<T> {
    if has_others { prop_oneof![9 => usual, 1 => other].boxed() } else { usual }
}

/// In as many of ten cases something, else nothing.
fn share_of<T: std::fmt::Debug + 'static>(
    share: u32,
    of: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Option<T>> {
    (0..10_u32, of).prop_map(move |(n, it)| (n >= 10 - share).then_some(it)).boxed()
}
