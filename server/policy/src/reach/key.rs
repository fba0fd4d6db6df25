//! Whether facts about a condition key can hold together.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>

use catalog::ValueType;

use super::condition;
use super::glob::Glob;
use super::literal::{Literal, Quantifier, Values};
use super::sample::sample;
use super::theory::{Example, Outcome, Single, Value, World, likely, sides};
use super::union::{Found, Fuel, Union, find};

/// What is known about a key.
#[derive(Debug, Clone, Copy)]
struct Facts<'a> {
    likely: &'a [Union],
    of: Option<ValueType>,
    multi_valued: Option<bool>,
    always_present: bool,
}

/// Whether `facts`, all about the key `name`, can hold together.
pub(super) fn solve(
    name: &str,
    facts: &[&Literal],
    world: World,
    forms: &[Union],
    fuel: &mut Fuel,
) -> Outcome {
    let key = world.catalog.condition_key(name);
    let known = Facts {
        likely: forms,
        of: key.map(|it| it.value_type()),
        multi_valued: key.map(|it| it.multi_valued()),
        always_present: world.is_always_there(name),
    };
    let can_be_absent = !known.always_present && facts.iter().all(|it| it.absent);
    let mut gave_up = false;
    let as_list = facts.iter().any(|it| it.quantifier != Quantifier::One);
    for multi_valued in [false, true] {
        if known.multi_valued.unwrap_or(multi_valued && as_list) != multi_valued {
            continue;
        }
        match if multi_valued { several(facts, known, fuel) } else { single(facts, known, fuel) } {
            Outcome::Never => {}
            Outcome::GaveUp => gave_up = true,
            found if can_be_absent && found.is_empty_text() => break,
            found => return found,
        }
    }
    if can_be_absent {
        return Outcome::Example(Example { value: Value::Absent, unclear: false });
    }
    if gave_up { Outcome::GaveUp } else { Outcome::Never }
}

/// A key with one value.
fn single(facts: &[&Literal], known: Facts<'_>, fuel: &mut Fuel) -> Outcome {
    match element_of(facts, known, fuel) {
        Outcome::Never if facts.iter().any(|it| it.empty.is_some()) => empty_text(facts, known, fuel),
        it => it,
    }
}

/// An empty text counts as no value for some operators.
fn empty_text(facts: &[&Literal], known: Facts<'_>, fuel: &mut Fuel) -> Outcome {
    if known.of.is_some_and(|it| it != ValueType::String) {
        return Outcome::Never;
    }
    let empty = Union::new(vec![Glob::exactly("")]);
    for fact in facts {
        let holds = match (&fact.empty, &*fact.values) {
            (Some(it), _) => *it,
            (None, Values::Text(union)) => {
                let (inside, outside): (&[&Union], &[&Union]) =
                    if fact.inside { (&[&empty, union], &[]) } else { (&[&empty], &[union]) };
                !matches!(find(inside, outside, fuel), Found::Nothing)
            }
            (None, Values::Bool { no, .. }) => *no == fact.inside,
            (None, Values::Opaque(_)) => true,
            (None, Values::Any) => fact.absent,
            (None, Values::Arn(_) | Values::Number(_) | Values::Date(_) | Values::Address { .. }) => fact.odd,
        };
        if !holds {
            return Outcome::Never;
        }
    }
    Outcome::found(Single::Text(String::new()), facts.iter().any(|it| it.is_opaque()))
}

/// A key with several values.
fn several(facts: &[&Literal], known: Facts<'_>, fuel: &mut Fuel) -> Outcome {
    let (plain, lists): (Vec<&Literal>, Vec<&Literal>) =
        facts.iter().partition(|it| it.quantifier == Quantifier::One && *it.values != Values::Any);
    // Without a set operator AWS does not say how a list compares; the same test says the same.
    let contradicts = |it: &&Literal| plain.iter().any(|other| **other == it.negated());
    let unclear = !plain.is_empty();
    let (every, some): (Vec<&Literal>, Vec<&Literal>) =
        lists.iter().partition(|it| it.quantifier != Quantifier::Any);
    let mut gave_up = false;
    if !plain.iter().any(contradicts) {
        match elements(&every, &some, known, fuel) {
            Some(Outcome::Example(it)) => return Outcome::Example(Example { unclear, ..it }),
            Some(Outcome::GaveUp) => gave_up = true,
            Some(Outcome::Never) | None => {}
        }
    }
    // A list without values.
    if facts.iter().any(|it| it.empty.unwrap_or(it.absent) != it.absent)
        && facts.iter().all(|it| it.empty.unwrap_or(it.absent))
    {
        return Outcome::Example(Example { value: Value::Many(Vec::new()), unclear: false });
    }
    if gave_up { Outcome::GaveUp } else { Outcome::Never }
}

/// One element for each fact that wants one, all of them as `every` has it.
fn elements(every: &[&Literal], some: &[&Literal], known: Facts<'_>, fuel: &mut Fuel) -> Option<Outcome> {
    let mut values = Vec::new();
    let wanted: Vec<Option<&Literal>> =
        if some.is_empty() { vec![None] } else { some.iter().copied().map(Some).collect() };
    for wanted in wanted {
        let facts: Vec<&Literal> = every.iter().copied().chain(wanted).collect();
        match element_of(&facts, known, fuel) {
            Outcome::Example(Example { value: Value::One(it), .. }) => values.push(it),
            Outcome::Example(_) => return None,
            other => return Some(other),
        }
    }
    Some(Outcome::Example(Example { value: Value::Many(values), unclear: false }))
}

/// One value that is not empty. Values are text, and a number, a moment, an address or an ARN besides when they can
/// be read as one.
fn element_of(facts: &[&Literal], known: Facts<'_>, fuel: &mut Fuel) -> Outcome {
    let opaque: Vec<&&Literal> = facts.iter().filter(|it| it.is_opaque()).collect();
    let contradicts = |it: &&&Literal| opaque.iter().any(|other| ***other == it.negated());
    if facts.iter().any(|it| *it.values == Values::Any && !it.inside) || opaque.iter().any(contradicts) {
        return Outcome::Never;
    }
    let mut gave_up = false;
    let types = [ValueType::Arn, ValueType::Numeric, ValueType::Date, ValueType::IpAddress];
    let used: Vec<ValueType> = types.into_iter().filter(|of| facts.iter().any(|it| it.is_of(*of))).collect();
    // Each type either reads the value or does not.
    for reads in 0..1u32 << used.len() {
        let odd = |of: ValueType| used.iter().position(|it| *it == of).is_some_and(|n| reads >> n & 1 == 1);
        if used.iter().any(|of| odd(*of) && known.of == Some(*of)) {
            continue;
        }
        if facts.iter().any(|it| used.iter().any(|of| it.is_of(*of) && odd(*of) && !it.odd)) {
            continue;
        }
        match typed(facts, known, &odd, fuel) {
            Outcome::Never => {}
            Outcome::GaveUp => gave_up = true,
            found @ Outcome::Example(_) => return found,
        }
    }
    if gave_up { Outcome::GaveUp } else { Outcome::Never }
}

fn typed(facts: &[&Literal], known: Facts<'_>, odd: &dyn Fn(ValueType) -> bool, fuel: &mut Fuel) -> Outcome {
    let mut point = None;
    for of in [ValueType::Numeric, ValueType::Date, ValueType::IpAddress, ValueType::Bool] {
        let own: Vec<&Literal> = facts.iter().copied().filter(|it| it.is_of(of) && !odd(of)).collect();
        if own.is_empty() {
            continue;
        }
        match sample(of, &own) {
            Some(text) => point = point.or(Some(text)),
            None => return Outcome::Never,
        }
    }
    // A value of a number's key is a number, also where nothing is asked of it but to be there.
    if facts.iter().all(|it| matches!(&*it.values, Values::Any | Values::Opaque(_))) {
        point = known.of.and_then(|it| sample(it, &[]));
    }
    let text: Vec<&Literal> = facts
        .iter()
        .copied()
        .filter(|it| {
            matches!(&*it.values, Values::Text(_)) || it.is_of(ValueType::Arn) && !odd(ValueType::Arn)
        })
        .collect();
    let (mut inside, mut outside) = sides(&text);
    let (arns, booleans, empty) = (condition::arns(), booleans(), Union::new(vec![Glob::exactly("")]));
    if facts.iter().any(|it| it.is_of(ValueType::Arn)) {
        if odd(ValueType::Arn) { outside.push(&arns) } else { inside.push(&arns) }
    }
    if known.of == Some(ValueType::Bool) {
        inside.push(&booleans);
    }
    if facts.iter().any(|it| it.empty.is_some()) {
        outside.push(&empty);
    }
    if !known.likely.is_empty() && point.is_none() {
        outside.push(&empty);
        if let Found::Text(sample) = likely(&mut inside, &outside, known.likely, fuel) {
            return Outcome::found(Single::Sample(sample), false);
        }
        outside.pop();
    }
    match find(&inside, &outside, fuel) {
        Found::Nothing => Outcome::Never,
        Found::GaveUp => Outcome::GaveUp,
        Found::Text(sample) => Outcome::found(point.map_or(Single::Sample(sample), Single::Text), false),
    }
}

impl Outcome {
    /// Whether the example is a text without letters: requests rather do without the key.
    fn is_empty_text(&self) -> bool {
        let Outcome::Example(Example { value: Value::One(it), .. }) = self else { return false };
        match it {
            Single::Text(it) => it.is_empty(),
            Single::Sample(it) => it.word.is_empty(),
        }
    }
}

fn booleans() -> Union {
    Union::new(vec![Glob::exactly("true"), Glob::exactly("false")])
}

impl Literal {
    fn is_opaque(&self) -> bool {
        matches!(&*self.values, Values::Opaque(_))
    }

    fn is_of(&self, of: ValueType) -> bool {
        match &*self.values {
            Values::Text(_) => of == ValueType::String,
            Values::Arn(_) => of == ValueType::Arn,
            Values::Number(_) => of == ValueType::Numeric,
            Values::Date(_) => of == ValueType::Date,
            Values::Address { .. } => of == ValueType::IpAddress,
            Values::Bool { .. } => of == ValueType::Bool,
            Values::Any | Values::Opaque(_) => false,
        }
    }
}
