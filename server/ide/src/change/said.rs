//! What an edit changes, in the words of a line.

use catalog::catalog;
use policy::access::{self, Access, ActionSet};
use policy::model::{Effect, Element, Policy, PrincipalValue, Statement};
use policy::pattern;
use policy::reach::{self, Answer, Change, Document, Limits, Witness};

use crate::explain;

/// How much is spent on asking whether actions are granted elsewhere too.
const LIMITS: Limits = Limits::steps(50_000);
/// How many names a list has before it is left out.
const MOST_NAMED: usize = 2;

/// The policies that are compared.
pub(super) struct Sides<'a> {
    pub(super) before: Option<&'a Policy>,
    pub(super) after: &'a Policy,
    pub(super) was: &'a Document,
    pub(super) now: &'a Document,
}

/// The changes, each as words; `None` where there is nothing to say.
#[derive(Debug, Clone)]
pub(super) struct Said {
    gained: Option<Part>,
    lost: Option<Part>,
    denied: Option<Part>,
    freed: Option<Part>,
}

/// Actions that change in one way.
#[derive(Debug, Clone)]
struct Part {
    /// Those that there are, where there are requests that AWS sends.
    set: ActionSet,
    /// Names that no action has.
    unknown: Vec<String>,
    /// How many of them the other policy grants, or denies, too, in other cases.
    n_other: usize,
    /// Whether they are granted, or denied, in some cases only.
    is_partial: bool,
    /// On what, as short as can be and in full.
    on: Option<[String; 2]>,
    /// To whom.
    to: Option<String>,
}

impl Said {
    pub(super) fn of(
        gained: &[Change],
        lost: &[Change],
        denied: &[Change],
        freed: &[Change],
        sides: &Sides<'_>,
    ) -> Said {
        let (before, after) = (sides.before, Some(sides.after));
        let granted = |changes, to, from, other: &Document| {
            let other = |it: &Change| is_granted(it, other);
            part(changes, Effect::Allow, to, from, &other, None)
        };
        let denied_by = |changes, to, from: Option<&Policy>, told: &[Change]| {
            let in_other = from.map(|it| covered(it, Effect::Deny));
            let other = |it: &Change| in_other.as_ref().is_some_and(|set| set.meets(&set_of(&[it])));
            part(changes, Effect::Deny, to, from, &other, Some(told))
        };
        let mut out = Said {
            gained: granted(gained, after, before, sides.was),
            lost: granted(lost, before, after, sides.now),
            // What follows from a Deny here has been said.
            denied: denied_by(denied, after, before, lost),
            freed: denied_by(freed, before, after, gained),
        };
        // Two that read the same are told apart by all of their ARNs.
        if let (Some(Part { on: Some(a), .. }), Some(Part { on: Some(b), .. })) =
            (&mut out.gained, &mut out.lost)
            && a[0] == b[0]
            && a[1] != b[1]
        {
            a.swap(0, 1);
            b.swap(0, 1);
        }
        out
    }

    /// The pieces of a line.
    pub(super) fn parts(&self) -> Vec<String> {
        let gained = self.gained.as_ref().map(|it| {
            let some = if it.is_partial { " in some cases" } else { "" };
            format!(
                "+{}{}",
                it.words(),
                it.other("allowed in part before").unwrap_or_else(|| some.to_owned())
            )
        });
        let lost = self.lost.as_ref();
        let lost = lost
            .map(|it| format!("−{}{}", it.words(), it.other("still allowed in part").unwrap_or_default()));
        let denied = self.denied.as_ref().map(|it| {
            let cases = match (it.n_other, it.is_partial) {
                (0, false) => "",
                (0, true) => " in some cases",
                _ => " in more cases",
            };
            format!("denies {}{cases}", it.words())
        });
        let freed = self.freed.as_ref().map(|it| match it.n_other {
            0 => format!("no longer denies {}", it.words()),
            _ => format!("denies {} in fewer cases", it.names()),
        });
        [gained, lost, denied, freed].into_iter().flatten().collect()
    }
}

impl Part {
    fn words(&self) -> String {
        let on = self.on.as_ref().map(|[it, _]| format!(" on {it}")).unwrap_or_default();
        let to = self.to.as_ref().map(|it| format!(" to {it}")).unwrap_or_default();
        format!("{}{on}{to}", self.names())
    }

    fn names(&self) -> String {
        let unknown = match self.unknown.as_slice() {
            [] => None,
            [only] => Some(format!("{only} (no known action)")),
            some => Some(format!("{} names that no known action has", some.len())),
        };
        let known = (!self.set.is_empty()).then(|| explain::named(&self.set, catalog()));
        let all: Vec<String> = known.into_iter().chain(unknown).collect();
        explain::join(&all, "and")
    }

    fn other(&self, when: &str) -> Option<String> {
        match self.n_other {
            0 => None,
            n if n >= self.set.len() => Some(format!(" ({when})")),
            n => Some(format!(" ({} of them {when})", explain::grouped(n))),
        }
    }
}

/// The words for changes of one kind. `to` is the policy that grants, or denies, what `from` does not; `is_other` says of
/// a change whether `from` does in other cases. What `told` tells is left out.
fn part(
    changes: &[Change],
    effect: Effect,
    to: Option<&Policy>,
    from: Option<&Policy>,
    is_other: &dyn Fn(&Change) -> bool,
    told: Option<&[Change]>,
) -> Option<Part> {
    let told = told.map(|it| set_of(&shown(it)));
    let mut shown = shown(changes);
    if let Some(told) = &told {
        shown.retain(|it| {
            let mut set = set_of(&[*it]);
            set.subtract(told);
            !set.is_empty()
        });
    }
    let mut set = set_of(&shown);
    told.iter().for_each(|it| set.subtract(it));
    let unknown = shown.iter().filter_map(|it| it.unknown_action.as_deref());
    let unknown: Vec<String> = unknown.map(|it| as_written(it, to)).collect();
    if set.is_empty() && unknown.is_empty() {
        return None;
    }
    let n_other = shown.iter().filter(|it| is_other(it)).map(|it| it.actions.len()).sum();
    let mut indices: Vec<usize> = shown
        .iter()
        .filter_map(|it| witness(it))
        .filter_map(|it| match effect {
            Effect::Allow => Some(it.statement.index),
            Effect::Deny => it.denied_by.map(|it| it.index),
        })
        .collect();
    indices.sort_unstable();
    indices.dedup();
    let statements: Option<Vec<&Statement>> =
        indices.iter().map(|it| Some(&**to?.statements.get(*it)?.statement)).collect();
    let statements = statements.unwrap_or_default();
    let known = known(from, effect, &set);
    Some(Part {
        n_other,
        is_partial: !set.is_empty() && to.is_some_and(|it| is_partial(it, effect, &set)),
        on: on(&statements, &known),
        to: whom(&statements, &known, to),
        set,
        unknown,
    })
}

/// A name that no action has, with the capitals that a policy gives it.
fn as_written(name: &str, policy: Option<&Policy>) -> String {
    let statements = policy.into_iter().flat_map(|it| it.statements.iter());
    let mut texts = statements.filter_map(|it| it.statement.action.as_ref()).flat_map(|it| it.values.texts());
    texts.find(|it| it.value.eq_ignore_ascii_case(name)).map_or(name.to_owned(), |it| it.value.to_string())
}

/// The changes that were shown, without those that only requests show which AWS does not send, unless there are no
/// others.
fn shown(changes: &[Change]) -> Vec<&Change> {
    let all = || changes.iter().filter(|it| witness(it).is_some());
    let typical: Vec<&Change> = all().filter(|it| witness(it).is_some_and(|it| it.is_typical)).collect();
    if typical.is_empty() { all().collect() } else { typical }
}

fn witness(change: &Change) -> Option<&Witness> {
    match &change.answer {
        Answer::Fail(it) => Some(it),
        Answer::Pass(_) | Answer::Unknown(_) => None,
    }
}

fn set_of(changes: &[&Change]) -> ActionSet {
    let mut out = ActionSet::new(catalog());
    changes.iter().flat_map(|it| &it.actions).for_each(|it| out.insert(it.id()));
    out
}

/// Whether a document grants the actions of a change at all: they are alike in all statements of both.
fn is_granted(change: &Change, document: &Document) -> bool {
    let Some(action) = change.actions.first() else { return false };
    let wanted = reach::Access { actions: vec![action.full_name()], resources: Vec::new() };
    !matches!(reach::grants(document, &[wanted], LIMITS, catalog()), Answer::Pass(_))
}

/// The actions of a policy's statements with this effect.
fn covered(policy: &Policy, effect: Effect) -> ActionSet {
    let mut out = ActionSet::new(catalog());
    for at in policy.statements.iter().filter(|it| it.statement.effect() == Some(effect)) {
        if let Some(element) = &at.statement.action {
            out.add(&access::of_element(element, catalog()).set);
        }
    }
    out
}

/// Whether each statement of a policy for these actions has a condition, or a Deny takes some of what they allow.
fn is_partial(policy: &Policy, effect: Effect, set: &ActionSet) -> bool {
    let catalog = catalog();
    let meets =
        |it: &Statement| it.action.as_ref().is_some_and(|it| access::of_element(it, catalog).set.meets(set));
    let of = |effect: Effect| {
        let all = policy.statements.iter().map(|it| it.statement);
        all.filter(move |it| it.effect() == Some(effect))
    };
    let is_always = |it: &Statement| it.key("Condition").is_none();
    let own = !of(effect).filter(|it| meets(it)).any(|it| is_always(it));
    let is_cut = |it: &Statement| {
        let access = Access::of(it, chrono::NaiveDateTime::MIN, catalog);
        access.is_some_and(|it| it.never.is_none()) && meets(it)
    };
    own || effect == Effect::Allow && of(Effect::Deny).any(|it| is_cut(it))
}

/// The statements of the other policy for the same actions.
fn known<'a>(from: Option<&'a Policy>, effect: Effect, set: &ActionSet) -> Vec<&'a Statement> {
    let all = from.into_iter().flat_map(|it| it.statements.iter()).map(|it| &**it.statement);
    let is_own = |it: &&Statement| {
        let covers = it.action.as_ref().map(|it| access::of_element(it, catalog()).set);
        it.effect() == Some(effect) && covers.is_some_and(|it| it.meets(set))
    };
    all.filter(is_own).collect()
}

/// On what statements are; what the others are on as well is left out, if something is left.
fn on(statements: &[&Statement], others: &[&Statement]) -> Option<[String; 2]> {
    let elements: Option<Vec<&Element>> = statements.iter().map(|it| it.resource.as_ref()).collect();
    let elements = elements?;
    let first = *elements.first()?;
    let is_listed = |it: &Element| !it.negated && it.values.all_texts();
    if !elements.iter().all(|it| is_listed(it)) {
        let said = explain::resources(first);
        return elements.iter().all(|it| explain::resources(it) == said).then(|| [said.clone(), said]);
    }
    let mut texts: Vec<&str> = Vec::new();
    for text in elements.iter().flat_map(|it| it.values.texts()) {
        if !texts.contains(&&*text.value) {
            texts.push(&text.value);
        }
    }
    if texts.iter().any(|it| pattern::is_everything(it)) {
        return Some(["any resource", "any resource"].map(str::to_owned));
    }
    let is_known = |text: &str| {
        let mut elements = others.iter().filter_map(|it| it.resource.as_ref()).filter(|it| is_listed(it));
        elements.any(|it| it.values.texts().any(|it| &*it.value == text))
    };
    let new: Vec<&str> = texts.iter().copied().filter(|it| !is_known(it)).collect();
    let texts = if new.is_empty() { texts } else { new };
    let full: Vec<String> = texts.iter().take(MOST_NAMED).map(|it| (*it).to_owned()).collect();
    let short = explain::some_resources(&texts);
    let full = if texts.len() > MOST_NAMED { short.clone() } else { explain::join(&full, "and") };
    Some([short, full])
}

/// To whom statements grant that the others do not grant to.
fn whom(statements: &[&Statement], others: &[&Statement], policy: Option<&Policy>) -> Option<String> {
    if !policy?.kind.has_principal()
        || statements.iter().any(|it| it.principal.as_ref().is_none_or(|it| it.negated))
    {
        return None;
    }
    let known: Vec<String> = others.iter().flat_map(|it| principals(it)).collect();
    let mut new: Vec<String> =
        statements.iter().flat_map(|it| principals(it)).filter(|it| !known.contains(it)).collect();
    new.sort();
    new.dedup();
    match new.as_slice() {
        [] => None,
        some if some.iter().any(|it| it == "*") => Some("anyone".to_owned()),
        some if some.len() > MOST_NAMED => Some(format!("{} principals", some.len())),
        some => Some(explain::join(some, "and")),
    }
}

fn principals(statement: &Statement) -> Vec<String> {
    match statement.principal.as_ref().filter(|it| !it.negated).map(|it| &it.value) {
        Some(PrincipalValue::Text(it)) => vec![it.value.to_string()],
        Some(PrincipalValue::Typed(types)) => {
            types.iter().flat_map(|it| it.values.texts()).map(|it| it.value.to_string()).collect()
        }
        Some(PrincipalValue::Dynamic | PrincipalValue::Wrong(_)) | None => Vec::new(),
    }
}
