//! What policies name: accounts, Regions, resources, tags, principals. Completion offers it again, so that a name
//! is typed once in a workspace.

use std::collections::{BTreeMap, BTreeSet};

use policy::arn::Arn;
use policy::model::{PrincipalValue, Statement};
use policy::pattern;

/// More of a kind is not kept: nobody chooses from more.
const MOST_OF_A_KIND: usize = 500;

/// Names that occur in policies, without their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    accounts: BTreeMap<Box<str>, usize>,
    regions: BTreeMap<Box<str>, usize>,
    arns: BTreeSet<Box<str>>,
    /// By type.
    principals: BTreeMap<Box<str>, BTreeSet<Box<str>>>,
    /// Condition keys by their names in lower case.
    keys: BTreeMap<Box<str>, Key>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Key {
    /// As it was written first.
    name: Box<str>,
    values: BTreeSet<Box<str>>,
}

impl Seen {
    /// Adds what a statement names.
    pub fn add(&mut self, statement: &Statement) {
        for text in statement.resource.iter().flat_map(|it| it.values.texts()) {
            self.add_arn(&text.value);
        }
        let entries = match statement.principal.as_ref().map(|it| &it.value) {
            Some(PrincipalValue::Typed(entries)) => entries.as_slice(),
            _ => &[],
        };
        for entry in entries {
            for text in entry.values.texts() {
                self.add_principal(&entry.name.value, &text.value);
            }
        }
        let tests = statement.condition.iter().flat_map(|it| it.tests());
        for (_, test) in tests {
            for text in test.values.texts() {
                self.add_value(&test.key.value, &text.value);
            }
        }
    }

    fn add_arn(&mut self, text: &str) {
        let Some(arn) = Arn::parse(text) else { return };
        self.add_fields(arn);
        let is_begun = arn.resource.is_empty() || arn.resource.ends_with(['/', ':', '.']);
        if !is_begun && !pattern::is_everything(arn.resource) && self.arns.len() < MOST_OF_A_KIND {
            self.arns.insert(text.into());
        }
    }

    fn add_fields(&mut self, arn: Arn<'_>) {
        if is_account(arn.account) {
            count(&mut self.accounts, arn.account);
        }
        if catalog::catalog().partition_of(arn.region).is_some() {
            count(&mut self.regions, arn.region);
        }
    }

    fn add_principal(&mut self, of: &str, text: &str) {
        match Arn::parse(text) {
            Some(arn) => self.add_fields(arn),
            None if is_account(text) => count(&mut self.accounts, text),
            None => {}
        }
        let of = self.principals.entry(of.into()).or_default();
        if text != "*" && of.len() < MOST_OF_A_KIND {
            of.insert(text.into());
        }
    }

    fn add_value(&mut self, key: &str, text: &str) {
        match Arn::parse(text) {
            Some(arn) => self.add_fields(arn),
            None if is_account(text) => count(&mut self.accounts, text),
            None if catalog::catalog().partition_of(text).is_some() => count(&mut self.regions, text),
            None => {}
        }
        if self.keys.len() >= MOST_OF_A_KIND {
            return;
        }
        let lower = key.to_ascii_lowercase();
        let known = self
            .keys
            .entry(lower.into())
            .or_insert_with(|| Key { name: key.into(), values: BTreeSet::new() });
        if known.values.len() < MOST_OF_A_KIND {
            known.values.insert(text.into());
        }
    }

    /// Adds all that another has.
    pub fn merge(&mut self, other: &Seen) {
        for (mine, theirs) in [(&mut self.accounts, &other.accounts), (&mut self.regions, &other.regions)] {
            for (name, n) in theirs {
                *mine.entry(name.clone()).or_default() += n;
            }
        }
        self.arns.extend(other.arns.iter().cloned());
        for (of, texts) in &other.principals {
            self.principals.entry(of.clone()).or_default().extend(texts.iter().cloned());
        }
        for (lower, key) in &other.keys {
            let mine = self
                .keys
                .entry(lower.clone())
                .or_insert_with(|| Key { name: key.name.clone(), values: BTreeSet::new() });
            mine.values.extend(key.values.iter().cloned());
        }
    }

    /// Account ids, the most frequent first.
    pub fn accounts(&self) -> Vec<&str> {
        by_count(&self.accounts)
    }

    /// Regions, the most frequent first.
    pub fn regions(&self) -> Vec<&str> {
        by_count(&self.regions)
    }

    /// ARNs and ARN patterns of resources, by text.
    pub fn arns(&self) -> impl Iterator<Item = &str> {
        self.arns.iter().map(|it| &**it)
    }

    /// Principals of a type, by text.
    pub fn principals(&self, of: &str) -> impl Iterator<Item = &str> {
        self.principals.get(of).into_iter().flatten().map(|it| &**it)
    }

    /// Values that a condition key was compared with, by text.
    pub fn values(&self, key: &str) -> impl Iterator<Item = &str> {
        let key = self.keys.get(key.to_ascii_lowercase().as_str());
        key.into_iter().flat_map(|it| &it.values).map(|it| &**it)
    }

    /// Names of tags, from condition keys such as `aws:ResourceTag/team` of any service.
    pub fn tags(&self) -> BTreeSet<&str> {
        let tag = |it: &str| it.to_ascii_lowercase().ends_with("tag");
        let names = self.keys.values().filter_map(|it| it.name.split_once('/'));
        let real = |it: &str| !it.is_empty() && !it.contains("${");
        let mut out: BTreeSet<&str> =
            names.filter(|(key, name)| tag(key) && real(name)).map(|(_, name)| name).collect();
        out.extend(self.values("aws:TagKeys").filter(|it| !pattern::has_wildcard(it) && real(it)));
        out
    }

    /// Values of a tag, under whatever key it was compared.
    pub fn tag_values(&self, tag: &str) -> BTreeSet<&str> {
        let of_tag = self.keys.values().filter(|it| {
            it.name.split_once('/').is_some_and(|(key, name)| {
                key.to_ascii_lowercase().ends_with("tag") && name.eq_ignore_ascii_case(tag)
            })
        });
        of_tag.flat_map(|it| &it.values).map(|it| &**it).collect()
    }
}

/// Whether a text is an account id.
fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}

fn count(counts: &mut BTreeMap<Box<str>, usize>, name: &str) {
    if let Some(n) = counts.get_mut(name) {
        *n += 1;
    } else if counts.len() < MOST_OF_A_KIND {
        counts.insert(name.into(), 1);
    }
}

fn by_count(counts: &BTreeMap<Box<str>, usize>) -> Vec<&str> {
    let mut out: Vec<(&str, usize)> = counts.iter().map(|(name, n)| (&**name, *n)).collect();
    out.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    out.into_iter().map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use crate::{Analysis, Config};

    #[test]
    fn names_are_gathered_by_what_they_are() {
        let text = r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "s3:GetObject",
             "Resource": ["arn:aws:s3:::data/*", "arn:aws:bedrock:eu-west-1:123412341234:agent/A"],
             "Condition": {"StringEquals": {"aws:ResourceTag/team": "ml", "aws:RequestedRegion": "eu-west-1"},
                           "ForAllValues:StringEquals": {"aws:TagKeys": ["cost", "a*"]}}}]}"#;
        let analysis = Analysis::of(text, Default::default(), Config::default().into());
        let seen = analysis.seen();
        assert_eq!(seen.accounts(), ["123412341234", "444455556666"]);
        assert_eq!(seen.regions(), ["eu-west-1"]);
        assert_eq!(seen.arns().count(), 2);
        assert_eq!(seen.principals("AWS").collect::<Vec<_>>(), ["444455556666"]);
        assert_eq!(seen.tags().into_iter().collect::<Vec<_>>(), ["cost", "team"]);
        assert_eq!(seen.tag_values("Team").into_iter().collect::<Vec<_>>(), ["ml"]);
        let mut twice = seen.clone();
        twice.merge(seen);
        assert_eq!(twice.arns().count(), 2);
    }
}
