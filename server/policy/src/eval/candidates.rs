//! Values that stand for all others: for a key, one for each way in which the policies of a stack can tell its values
//! apart.

use std::net::IpAddr;

use catalog::catalog;
use ipnet::IpNet;

use super::condition::{Base, Test, Value};
use super::decide::Stack;
use super::number;
use super::request::{Given, Request};
use super::template::Template;
use super::tri::Tri;

/// A value that no policy names.
pub const SOME_OTHER: &str = "other-value";

/// Values beyond this many are not put into sets: the subsets of four are sixteen.
const MOST_IN_SETS: usize = 4;

/// What a key that is not known can be, for the policies of `stack`. `None` when no few values stand for all.
pub(super) fn of(stack: &Stack, request: &Request, key: &str) -> Option<Vec<Given>> {
    let statements = || stack.documents().flat_map(|(_, it)| it.statements());
    let tests: Vec<&Test> = statements().flat_map(|it| &it.tests).filter(|it| *it.key == *key).collect();
    let mut texts = Texts { request, of: Vec::new(), wild: Vec::new(), ignores_case: false };
    for test in &tests {
        texts.add(test)?;
    }
    let as_variable = statements().any(|it| it.has_variable(key));
    if as_variable {
        texts.add_as_variable(key, stack)?;
    }
    let fresh = texts.fresh(&tests, key);
    texts.of.extend(fresh);
    let values = texts.distinct()?;
    let known = catalog().condition_key(key);
    let mut out = Vec::new();
    // A set operator says nothing about a key that is known to have one value; of others both are possible.
    if known.map_or_else(|| tests.iter().any(|it| it.quantifier.is_some()), |it| it.multi_valued()) {
        if values.len() > MOST_IN_SETS {
            return None;
        }
        out.extend(subsets(&values));
    }
    if known.is_none_or(|it| !it.multi_valued()) {
        out.extend(values.into_iter().map(|it| Given::One(it.into())));
    }
    let always = known.is_some_and(|it| it.always_present());
    if *request.context.get(key) == Given::Unknown && !always {
        out.push(Given::Absent);
    }
    Some(out)
}

struct Texts<'a> {
    request: &'a Request,
    of: Vec<String>,
    /// Patterns with wildcards; two that overlap have more kinds of values than these examples.
    wild: Vec<Wild<'a>>,
    /// Whether a test takes texts that differ in case for one.
    ignores_case: bool,
}

#[derive(PartialEq)]
enum Wild<'a> {
    Text(&'a Template),
    Arn(&'a [Template; 6]),
}

impl Wild<'_> {
    /// Whether a value can match both and yet one of them alone.
    fn overlaps(&self, other: &Wild<'_>) -> bool {
        match (self, other) {
            _ if self == other => false,
            (Wild::Text(own), Wild::Text(other)) => !own.is_disjoint(other),
            _ => true,
        }
    }
}

impl<'a> Texts<'a> {
    fn add(&mut self, test: &'a Test) -> Option<()> {
        for value in &test.values {
            match value {
                Value::Text(it) => self.template(it, test.base)?,
                Value::Arn(fields) => self.arn(fields)?,
                Value::Number(it) => self.number(it)?,
                Value::Moment(nanos) => self.moment(*nanos)?,
                Value::Net(net) => self.network(*net),
                Value::Bool(_) | Value::Wrong => {}
                Value::Open => return None,
            }
            if matches!(test.base, Base::Bool) {
                self.of.extend(["true".to_owned(), "false".to_owned()]);
            }
        }
        Some(())
    }

    fn template(&mut self, it: &'a Template, base: Base) -> Option<()> {
        let text = it.example("x", &self.request.context)?;
        if base == Base::TextIgnoreCase {
            self.of.push(text.to_uppercase());
            self.ignores_case = true;
        }
        if !it.is_literal() {
            // Two, as one of them may be a value that another test names.
            self.of.push(it.example("7", &self.request.context)?);
            self.wild.push(Wild::Text(it));
        }
        self.of.push(text);
        Some(())
    }

    fn arn(&mut self, fields: &'a [Template; 6]) -> Option<()> {
        let examples: Option<Vec<String>> =
            fields.iter().map(|it| it.example("x", &self.request.context)).collect();
        self.of.push(examples?.join(":"));
        if !fields.iter().all(Template::is_literal) {
            self.wild.push(Wild::Arn(fields));
        }
        Some(())
    }

    /// The number, and one on each side. Numbers that are not whole may lie closer.
    fn number(&mut self, text: &str) -> Option<()> {
        let it: i64 = text.parse().ok()?;
        let around = [it.checked_sub(1)?, it, it.checked_add(1)?];
        self.of.extend(around.map(|it| it.to_string()));
        Some(())
    }

    /// The moment, and a second on each side.
    fn moment(&mut self, nanos: i128) -> Option<()> {
        if nanos % number::NANOS != 0 {
            return None;
        }
        let seconds = i64::try_from(nanos / number::NANOS).ok()?;
        for it in [seconds.checked_sub(1)?, seconds, seconds.checked_add(1)?] {
            let moment = chrono::DateTime::from_timestamp(it, 0)?;
            self.of.push(moment.format("%Y-%m-%dT%H:%M:%SZ").to_string());
        }
        Some(())
    }

    /// The ends of the range and what lies beside them: ranges are disjoint or nested, so every difference between
    /// them has such an address.
    fn network(&mut self, net: IpNet) {
        self.of.extend([net.network(), net.broadcast()].map(|it| it.to_string()));
        self.of
            .extend(before(net.network()).into_iter().chain(after(net.broadcast())).map(|it| it.to_string()));
    }

    /// What the key would have to be as a variable: parts of the resource's name, and values of other keys.
    fn add_as_variable(&mut self, key: &str, stack: &Stack) -> Option<()> {
        let name = self.request.tail(5).unwrap_or(self.request.resource());
        self.of.extend(name.split(['/', ':']).filter(|it| !it.is_empty()).map(str::to_owned));
        for other in stack.keys().iter().filter(|it| ***it != *key) {
            match self.request.context.get(other) {
                Given::One(text) => self.of.push(text.to_string()),
                // Two that are not known are told apart by being equal or not, which one of them cannot say.
                Given::Unknown | Given::SomeValue => return None,
                Given::Absent | Given::Many(_) => {}
            }
        }
        Some(())
    }

    /// A value that the policies do not name.
    fn fresh(&self, tests: &[&Test], key: &str) -> Vec<String> {
        let like = |base: fn(Base) -> bool| tests.iter().any(|it| base(it.base));
        if like(|it| it == Base::Ip) {
            return vec!["192.0.0.8".to_owned(), "100::1".to_owned()];
        }
        if like(|it| it == Base::Bool || matches!(it, Base::Numeric(_) | Base::Date(_))) {
            return if self.of.is_empty() { vec!["1".to_owned()] } else { Vec::new() };
        }
        if like(|it| it == Base::Arn) {
            return vec!["arn:aws:example:::other".to_owned(), "arn:aws-cn:example:x:x:other".to_owned()];
        }
        let known = catalog().condition_key(key);
        let listed = known.into_iter().flat_map(|it| it.values()).map(str::to_owned);
        let others = [SOME_OTHER, "0", "zzz", "~"].map(str::to_owned);
        let mut unused = listed.chain(others).filter(|it| !self.of.contains(it));
        let is_outside = |text: &String| {
            let matches = |it: &Wild<'_>| match it {
                Wild::Text(it) => it.matches(text, &self.request.context) != Tri::False,
                Wild::Arn(_) => false,
            };
            !self.wild.iter().any(matches)
        };
        // Where the patterns take each of them, hardly anything is left to take.
        vec![unused.find(is_outside).unwrap_or_else(|| SOME_OTHER.to_owned())]
    }

    fn distinct(&mut self) -> Option<Vec<String>> {
        let wild = &self.wild;
        let overlap = |(n, it): (usize, &Wild<'_>)| wild.iter().skip(n + 1).any(|other| it.overlaps(other));
        // Which spellings a pattern takes, two examples do not say.
        if (self.ignores_case && !wild.is_empty()) || wild.iter().enumerate().any(overlap) {
            return None;
        }
        let mut out = std::mem::take(&mut self.of);
        out.sort();
        out.dedup();
        Some(out)
    }
}

/// Every set of the values, the empty one left out: the key is absent then.
fn subsets(values: &[String]) -> Vec<Given> {
    let member = |n: usize, set: usize| set >> n & 1 == 1;
    let set = |set: usize| {
        let chosen = values.iter().enumerate().filter(|(n, _)| member(*n, set));
        Given::Many(chosen.map(|(_, it)| Box::from(&**it)).collect())
    };
    (1..1usize << values.len()).map(set).collect()
}

fn before(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(it) => Some(IpAddr::V4(it.to_bits().checked_sub(1)?.into())),
        IpAddr::V6(it) => Some(IpAddr::V6(it.to_bits().checked_sub(1)?.into())),
    }
}

fn after(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(it) => Some(IpAddr::V4(it.to_bits().checked_add(1)?.into())),
        IpAddr::V6(it) => Some(IpAddr::V6(it.to_bits().checked_add(1)?.into())),
    }
}
