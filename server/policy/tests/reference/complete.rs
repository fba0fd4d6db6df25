//! Ways in which what is not known of a case may turn out.

use catalog::catalog;
use policy::eval::{Given, Owner};
use serde_json::{Value, json};

use super::asked::{Asked, Policies, is_template};
use super::families::{KEYS, given};
use super::values;

/// How many ways are tried at most.
const MOST: u64 = 40;

/// The case with everything known, in each way or in some of many.
pub(crate) fn each(policies: &Policies, asked: &Asked) -> impl Iterator<Item = (Policies, Asked)> {
    let open: Vec<(&str, Vec<Given>)> =
        open_keys(policies, asked).map(|(key, it)| (key, states(key, &it))).collect();
    let n_ways = open.iter().try_fold(8_u64, |n, (_, it)| n.checked_mul(it.len() as u64)).unwrap_or(u64::MAX);
    (0..n_ways.min(MOST)).map(move |n| {
        // Beyond what can be tried, a step that is no divisor comes by all digits.
        let mut way = Way(if n_ways > MOST { n.wrapping_mul(0x9e37_79b9_7f4a_7c15) } else { n });
        let mut asked = Asked { is_open: false, owner: way.owner(&asked.owner), ..asked.clone() };
        for (key, values) in &open {
            let value = values[way.choose(values.len())].clone();
            asked.keys.retain(|(it, _)| it != key);
            asked.keys.push((key.to_string(), value));
        }
        // Others play no part.
        asked.keys.retain(|(_, it)| !matches!(it, Given::Unknown | Given::SomeValue));
        (way.policies(policies), asked)
    })
}

/// Whether a request can have this under this key: a key has one value or several, all of its type, and some keys are
/// always there.
pub(crate) fn is_real(key: &str, state: &Given) -> bool {
    let Some(known) = catalog().condition_key(&key.to_lowercase()) else { return true };
    match state {
        Given::Absent => !known.always_present(),
        Given::One(it) => !known.multi_valued() && is_of_type(key, it),
        Given::Many(it) => known.multi_valued() && it.iter().all(|it| is_of_type(key, it)),
        Given::SomeValue | Given::Unknown => true,
    }
}

fn is_of_type(key: &str, text: &str) -> bool {
    match key {
        "aws:SourceIp" => values::holds("::/0", text).is_some(),
        "aws:MultiFactorAuthAge" => values::numbers(text, "0").is_some(),
        "aws:CurrentTime" => values::dates(text, "0").is_some(),
        "aws:SecureTransport" => values::boolean(text).is_some(),
        "aws:SourceArn" | "aws:PrincipalArn" => text.starts_with("arn:") && text.split(':').count() >= 6,
        _ => !text.is_empty(),
    }
}

/// The keys that are not known and that a policy names.
fn open_keys<'a>(
    policies: &Policies,
    asked: &'a Asked,
) -> impl Iterator<Item = (&'static str, Given)> + use<'a> {
    let text: String = policies.each().map(|it| it.to_string().to_lowercase()).collect();
    let ids = text.contains("aida") || text.contains("aroa");
    KEYS.iter().filter_map(move |key| {
        let state = asked.key(key);
        let is_named = text.contains(&key.to_lowercase()) || (*key == "aws:userid" && ids);
        (is_named && matches!(state, Given::Unknown | Given::SomeValue)).then_some((*key, state))
    })
}

fn states(key: &str, state: &Given) -> Vec<Given> {
    let texts = given(key);
    let one = |it: &&str| Given::One(Box::from(*it));
    let mut out: Vec<Given> = texts.iter().filter(|it| !it.is_empty()).map(one).collect();
    let many = |it: &[&str]| Given::Many(it.iter().map(|it| Box::from(*it)).collect());
    out.extend([many(&texts[..1]), many(&texts[1..4])]);
    if *state == Given::Unknown {
        out.extend([Given::Absent, many(&[]), one(&"")]);
    }
    out
}

/// A number whose digits choose.
struct Way(u64);

impl Way {
    fn choose(&mut self, among: usize) -> usize {
        let among = among as u64;
        let digit = self.0 % among;
        // What is used up comes again, so that a case may ask for any number of choices.
        self.0 = (self.0 / among).rotate_left(7) ^ digit;
        usize::try_from(digit).unwrap_or(0)
    }

    fn owner(&mut self, owner: &Owner) -> Owner {
        match owner {
            Owner::Unknown => Owner::Account(["111122223333", "444455556666"][self.choose(2)].into()),
            known => known.clone(),
        }
    }

    fn policies(&mut self, it: &Policies) -> Policies {
        let mut out = it.clone();
        out.each_mut().for_each(|it| self.fill(it, "Statement"));
        out
    }

    /// Puts something in place of each function of a template; `under` is the element it stands in.
    fn fill(&mut self, value: &mut Value, under: &str) {
        if is_template(value) {
            let principal = if under == "Principal" || under == "NotPrincipal" { "AWS" } else { under };
            let effect = ["Allow", "Deny"][self.choose(2)];
            let second = self.choose(2) == 1;
            *value = match principal {
                "Statement" => json!({"Effect": effect, "Principal": "*", "Action": "*", "Resource": "*"}),
                "Effect" => json!(effect),
                "Action" | "NotAction" if second => json!("example:Nothing"),
                "Resource" | "NotResource" if second => json!("arn:aws:example:::nothing"),
                "AWS" if under != "AWS" => json!({"AWS": if second { "*" } else { "999988887777" }}),
                "AWS" if second => json!("999988887777"),
                "Condition" if second => json!({"Null": {"aws:example": "false"}}),
                "Condition" => json!({}),
                _ if second => json!("true"),
                _ => json!("*"),
            };
            return;
        }
        match value {
            Value::Array(items) => items.iter_mut().for_each(|it| self.fill(it, under)),
            Value::Object(members) => members.iter_mut().for_each(|(name, it)| self.fill(it, name)),
            _ => {}
        }
    }
}
