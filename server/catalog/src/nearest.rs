//! The name someone most likely meant. Silence is better than a guess: everything here has a cut-off.

use crate::action::Action;
use crate::key::ConditionKey;
use crate::service::Service;
use crate::{Catalog, catalog};

/// Longest name worth comparing; the longest one of AWS has fewer than 100 characters.
const LONGEST: usize = 160;

/// The action a name most likely means; see [`Service::nearest_action`].
pub(crate) fn action(service: Service, name: &str) -> Option<Action> {
    if name.len() > LONGEST {
        return None;
    }
    if let Some(operation) = catalog().operation(service.prefix(), name) {
        return operation.actions().next();
    }
    let full_name = format!("{}:{name}", service.prefix());
    if let Some(gone) = catalog().tombstone(&full_name) {
        return gone.successors().next();
    }
    if catalog().is_unconfirmed(&full_name) {
        return None;
    }
    // A verb the service has is not a slip of the keyboard, and another verb is another permission.
    let verb = words(name).next().unwrap_or_default();
    let verb_of = |it: Action| words(it.name()).next().unwrap_or_default();
    let verb_exists = service.actions().any(|it| verb_of(it).eq_ignore_ascii_case(verb));
    let candidates = || {
        let actions = service.actions();
        let allowed = actions.filter(move |it| !verb_exists || verb_of(*it).eq_ignore_ascii_case(verb));
        allowed.map(|it| (it, it.name()))
    };
    let starts_alike = || candidates().filter(|(it, _)| likeness(verb_of(*it), verb).is_some());
    by_distance(name, candidates())
        .or_else(|| by_words(name, starts_alike()))
        .or_else(|| other_verb(service, name))
}

/// The action that has another verb of the same meaning: `GetEndpoint` for `DescribeEndpoint`.
fn other_verb(service: Service, name: &str) -> Option<Action> {
    const FAMILIES: [&[&str]; 4] = [
        &["Describe", "Get", "List", "Read", "Show"],
        &["Delete", "Remove"],
        &["Add", "Create", "Make", "New"],
        &["Change", "Edit", "Modify", "Update"],
    ];
    let verb = words(name).next()?;
    let rest = name.get(verb.len()..).filter(|it| !it.is_empty())?;
    let family = FAMILIES.iter().find(|it| it.iter().any(|one| one.eq_ignore_ascii_case(verb)))?;
    family.iter().find_map(|other| service.action(&format!("{other}{rest}")))
}

/// The condition key a name most likely means.
pub(crate) fn condition_key(catalog: Catalog, name: &str) -> Option<ConditionKey> {
    let (vendor, rest) = name.split_once(':').unwrap_or(("", name));
    let stem = rest.split('/').next().unwrap_or(rest);
    // A tag key is the author's own, so only what stands before it can be misspelt.
    let stem_of = |it: ConditionKey| {
        let name = it.name();
        let rest = name.split_once(':').map_or(name, |(_, rest)| rest);
        if it.is_template() { rest.split('/').next().unwrap_or(rest) } else { rest }
    };
    let vendor_of = |it: ConditionKey| it.name().split(':').next().unwrap_or_default();
    let same_vendor = || {
        let keys = catalog.condition_keys().filter(|it| vendor_of(*it).eq_ignore_ascii_case(vendor));
        keys.map(|it| (it, stem_of(it)))
    };
    let near = by_distance(stem, same_vendor()).or_else(|| by_words(stem, same_vendor()));
    if near.is_some() {
        return near;
    }
    // The right key under a wrong, missing, doubled or misspelt vendor.
    let exact = |it: &ConditionKey| stem_of(*it).eq_ignore_ascii_case(stem);
    let global = || catalog.global_keys().find(exact);
    let vendors = || catalog.condition_keys().filter(exact).map(|it| (it, vendor_of(it)));
    catalog.condition_key(rest).or_else(global).or_else(|| by_distance(vendor, vendors()))
}

/// The candidate with the fewest slips (insertion, removal, replacement, swap of neighbours), if they are few for
/// the length of the name. A tie goes to the one that starts and ends more alike; `None` when that is a tie too.
pub(crate) fn by_distance<'a, T>(name: &str, candidates: impl Iterator<Item = (T, &'a str)>) -> Option<T> {
    let cut_off = match name.len() {
        0..=2 => return None,
        3..=5 => 1,
        6..=9 => 2,
        10..=19 => 3,
        20..=LONGEST => 4,
        _ => return None,
    };
    let mut best: Option<((usize, usize), bool, T)> = None;
    for (item, candidate) in candidates {
        let limit = best.as_ref().map_or(cut_off, |((distance, _), ..)| *distance);
        let Some(distance) = distance(name, candidate, limit) else { continue };
        let alike =
            common(name.bytes(), candidate.bytes()) + common(name.bytes().rev(), candidate.bytes().rev());
        let score = (distance, usize::MAX - alike);
        match &mut best {
            Some((lowest, ..)) if *lowest < score => {}
            Some((lowest, tied, _)) if *lowest == score => *tied = true,
            _ => best = Some((score, false, item)),
        }
    }
    best.filter(|(_, tied, _)| !tied).map(|(.., item)| item)
}

fn common(left: impl Iterator<Item = u8>, right: impl Iterator<Item = u8>) -> usize {
    left.zip(right).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
}

/// Damerau-Levenshtein distance (no part edited twice), case left aside; `None` above the limit.
fn distance(left: &str, right: &str, limit: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > limit || right.len() > LONGEST {
        return None;
    }
    let right: Vec<u8> = right.bytes().map(|it| it.to_ascii_lowercase()).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut previous = None;
    for (row, byte) in left.bytes().map(|it| it.to_ascii_lowercase()).enumerate() {
        let mut this = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, column) + usize::from(byte != *other);
            let mut cost = replaced.min(at(&last, column + 1) + 1).min(at(&this, column) + 1);
            let swapped = column.checked_sub(1).and_then(|it| right.get(it).zip(Some(it)));
            if let Some((earlier, from)) = swapped
                && *earlier == byte
                && previous == Some(*other)
            {
                cost = cost.min(at(&before, from) + 1);
            }
            this.push(cost);
        }
        if this.iter().min().is_some_and(|it| *it > limit) {
            return None;
        }
        previous = Some(byte);
        before = std::mem::replace(&mut last, this);
    }
    last.last().copied().filter(|it| *it <= limit)
}

/// The one candidate made of the same words: with up to two words more, in another order, or with one word less.
/// `None` when two are as good, as with `ListModels` where a service lists three kinds of models.
pub(crate) fn by_words<'a, T>(name: &str, candidates: impl Iterator<Item = (T, &'a str)>) -> Option<T> {
    let wanted: Vec<&str> = words(name).collect();
    if name.len() < 4 || name.len() > LONGEST {
        return None;
    }
    let mut best: Option<(usize, bool, T)> = None;
    for (item, candidate) in candidates {
        let Some(score) = word_score(&wanted, &words(candidate).collect::<Vec<_>>()) else { continue };
        match &mut best {
            Some((lowest, _, _)) if *lowest < score => {}
            Some((lowest, tied, _)) if *lowest == score => *tied = true,
            _ => best = Some((score, false, item)),
        }
    }
    best.filter(|(_, tied, _)| !tied).map(|(.., item)| item)
}

fn word_score(wanted: &[&str], offered: &[&str]) -> Option<usize> {
    if let Some(unlike) = part(wanted, offered) {
        let more = offered.len() - wanted.len();
        return (more <= 2).then_some(2 * more + unlike);
    }
    // Every word of the author's is there for a reason, so leaving one out costs most.
    if let Some(unlike) = part(offered, wanted) {
        return (offered.len() >= 2 && wanted.len() - offered.len() == 1).then_some(8 + unlike);
    }
    let has = |word: &&str| offered.iter().any(|it| likeness(word, it) == Some(0));
    (wanted.len() == offered.len() && wanted.len() > 1 && wanted.iter().all(has)).then_some(1)
}

/// Whether all words of one name come in the other, in order; how unlike they are in all.
fn part(part: &[&str], whole: &[&str]) -> Option<usize> {
    let mut rest = whole.iter();
    part.iter().map(|word| rest.find_map(|it| likeness(word, it))).sum()
}

/// 0 for words equal but for case and a plural, 1 when one is short for the other, as `Auth` for `Authorization`.
fn likeness(left: &str, right: &str) -> Option<usize> {
    let (short, long) = if left.len() < right.len() { (left, right) } else { (right, left) };
    let (start, rest) = long.split_at_checked(short.len())?;
    if short.is_empty() || !start.eq_ignore_ascii_case(short) {
        return None;
    }
    match rest {
        "" | "s" | "S" => Some(0),
        _ if short.len() >= 2 => Some(1),
        _ => None,
    }
}

/// The words of a name in camel case, also with hyphens, underscores and dots: `CreateVPCEndpoint` has three.
pub(crate) fn words(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(['-', '_', '.', ':', '/']);
        let bytes = rest.as_bytes();
        let class = |at: usize| bytes.get(at).copied().unwrap_or(b'-');
        let starts_word = |at: &usize| {
            let (before, this, after) = (class(at - 1), class(*at), class(at + 1));
            let after_lower = this.is_ascii_uppercase() && !before.is_ascii_uppercase();
            let ends_initialism =
                before.is_ascii_uppercase() && this.is_ascii_uppercase() && after.is_ascii_lowercase();
            after_lower || ends_initialism || matches!(this, b'-' | b'_' | b'.' | b':' | b'/')
        };
        let end = (1..rest.len()).find(starts_word).unwrap_or(rest.len());
        let (word, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = tail;
        Some(word).filter(|it| !it.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn camel_case_splits_into_words() {
        for (name, expected) in [
            ("CreateVPCEndpoint", "Create VPC Endpoint"),
            ("GetObject", "Get Object"),
            ("describeDBInstances", "describe DB Instances"),
            ("bedrock-agent_runtime", "bedrock agent runtime"),
            ("ListObjectsV2", "List Objects V2"),
            ("", ""),
        ] {
            assert_eq!(words(name).collect::<Vec<_>>().join(" "), expected);
        }
    }

    #[test]
    fn distances() {
        for (left, right, expected) in [
            ("GetObject", "getobject", Some(0)),
            ("GetObjet", "GetObject", Some(1)),
            ("GteObject", "GetObject", Some(1)),
            ("Object", "GetObject", None),
            ("ab", "ba", Some(1)),
            ("é", "e", Some(2)),
        ] {
            assert_eq!(distance(left, right, 2), expected, "{left} {right}");
        }
    }

    #[test]
    fn slips_words_and_other_names() {
        for (prefix, name, expected) in [
            ("s3", "GetObjet", Some("GetObject")),
            ("sagemaker", "CreateFlowDefiniton", Some("CreateFlowDefinition")),
            ("sagemaker", "CreateTrainingJobs", Some("CreateTrainingJob")),
            ("bedrock", "Converse", Some("InvokeModel")),
            ("bedrock", "ConverseStream", Some("InvokeModelWithResponseStream")),
            ("bedrock", "InvokeModelStream", Some("InvokeModelWithResponseStream")),
            ("bedrock", "ListModels", None),
            ("s3", "PutObjets", Some("PutObject")),
            ("s3", "ListBuckets", Some("ListAllMyBuckets")),
            ("s3", "ntagResource", Some("UntagResource")),
            ("bedrock", "InvokeModelWithStreaming", Some("InvokeModelWithResponseStream")),
            ("sagemaker", "GetEndpoint", Some("DescribeEndpoint")),
            ("sagemaker", "RemoveEndpoint", Some("DeleteEndpoint")),
            ("ecr", "GetAuthToken", Some("GetAuthorizationToken")),
            ("iam", "AssumeRole", None),
            ("s3", "Frobnicate", None),
            ("s3", "", None),
            ("s3", "ö", None),
        ] {
            let near = catalog().service(prefix).and_then(|it| it.nearest_action(name));
            assert_eq!(near.map(Action::name), expected, "{prefix}:{name}");
        }
    }

    #[test]
    fn services_and_keys() {
        let service = |name| catalog().nearest_service(name).map(Service::prefix);
        assert_eq!(service("bedrock-runtime"), Some("bedrock"));
        assert_eq!(service("sagemkaer"), Some("sagemaker"));
        assert_eq!(service("amazon-bedrock"), Some("bedrock"));
        assert_eq!(service("stepfunction"), Some("states"));
        assert_eq!(service("ec3"), None, "ec2, ecr and ecs are as close");
        assert_eq!(service("nonsense-service"), None);
        let key = |name| catalog().nearest_condition_key(name).map(ConditionKey::name);
        assert_eq!(key("aws:SourceIP4"), Some("aws:SourceIp"));
        assert_eq!(key("aws:PrincipalTags/team"), Some("aws:PrincipalTag/${TagKey}"));
        assert_eq!(key("aws:PrincipalOrgId"), Some("aws:PrincipalOrgID"));
        assert_eq!(key("SourceVpce"), Some("aws:SourceVpce"));
        assert_eq!(key("sagemaker:InstanceType"), Some("sagemaker:InstanceTypes"));
        assert_eq!(key("aws:Region"), Some("aws:RequestedRegion"));
        assert_eq!(key("bedrock:GuardrailId"), Some("bedrock:GuardrailIdentifier"));
        assert_eq!(key("sagmaker:InstanceTypes"), Some("sagemaker:InstanceTypes"));
        assert_eq!(key("aws:ec2:InstanceType"), Some("ec2:InstanceType"));
        assert_eq!(key("aws:OrgID"), None, "of the principal, the resource or the source");
        assert_eq!(key("x"), None);
    }
}
