//! Conditions as clauses. Each says by itself when it holds, a key that is not in the request included.

use policy::condition::Quantifier;
use policy::model::{Block, Condition, Item, Test, Values};
use policy::{pattern, sent};

use super::{MAX_VALUES, join};

/// Up to how many characters of clauses a line shows them all, if they are not more than [`MAX_CLAUSES`].
const MAX_LENGTH: usize = 150;
const MAX_CLAUSES: usize = 4;
/// How many clauses a line shows of more.
const MAX_SHOWN: usize = 2;
/// Up to how many characters some more values than [`MAX_VALUES`] are still named.
const MAX_VALUES_LENGTH: usize = 110;

/// One test of a condition as a clause: `aws:SourceIp is in 10.0.0.0/8`.
pub fn test(block: &Block, test: &Test) -> String {
    marked_test(block, test, str::to_owned)
}

/// The same with keys and values as `mark` writes them.
pub(crate) fn marked_test(block: &Block, test: &Test, mark: fn(&str) -> String) -> String {
    Clause { block, test, is_given: false }.text(&mark(&test.key.value), mark)
}

/// What a condition asks, in a line's last piece; `None` when it asks nothing.
pub(super) fn conditions(condition: &Condition) -> Option<String> {
    let all = clauses(condition);
    // Where all keys are of one service, its name stands once.
    let services: Vec<&str> =
        all.iter().filter_map(|it| it.test.key.value.split_once(':')).map(|it| it.0).collect();
    let shared =
        services.first().filter(|it| services.len() == all.len() && services.iter().all(|o| o == *it));
    let text = |it: &Clause<'_>, is_first: bool| {
        let key = &*it.test.key.value;
        let bare = shared.and_then(|it| key.get(it.len() + 1..)).filter(|_| !is_first);
        it.text(bare.unwrap_or(key), str::to_owned)
    };
    let texts: Vec<String> = all.iter().enumerate().map(|(n, it)| text(it, n == 0)).collect();
    let length: usize = texts.iter().map(|it| it.chars().count()).sum();
    if texts.len() <= MAX_CLAUSES && length <= MAX_LENGTH || texts.len() <= 1 {
        return (!texts.is_empty()).then(|| format!("if {}", listed(&texts)));
    }
    // What lets requests through that lack a key is not to be overlooked.
    let is_wide = |it: &Clause<'_>| it.allows_absence();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|n| !all.get(*n).is_some_and(is_wide));
    order.truncate(MAX_SHOWN);
    order.sort_unstable();
    let mut shown: Vec<String> =
        order.iter().enumerate().filter_map(|(n, idx)| Some(text(all.get(*idx)?, n == 0))).collect();
    let more = all.len() - shown.len();
    shown.push(format!("{more} more condition{}", if more == 1 { "" } else { "s" }));
    Some(format!("if {}", listed(&shown)))
}

/// `a`, `a, and b`: a clause may hold an `or` itself.
fn listed(clauses: &[String]) -> String {
    match clauses {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{}, and {last}", head.join(", ")),
    }
}

/// The tests of a condition; a `Null` test that only says that another one's key is given is part of that one.
fn clauses(condition: &Condition) -> Vec<Clause<'_>> {
    let is_null = |block: &Block| block.operator.base.eq_ignore_ascii_case("null");
    let is_given = |key: &str| condition.has_null(key, false);
    let all: Vec<(&Block, &Test)> = condition.tests().collect();
    let is_said = |key: &str| {
        all.iter().any(|(block, test)| !is_null(block) && test.key.value.eq_ignore_ascii_case(key))
    };
    let is_part = |block: &Block, test: &Test| {
        is_null(block)
            && test.values.texts().all(|it| it.value.eq_ignore_ascii_case("false"))
            && is_said(&test.key.value)
    };
    all.iter()
        .filter(|(block, test)| !is_part(block, test))
        .map(|(block, test)| Clause { block, test, is_given: is_given(&test.key.value) })
        .collect()
}

/// A test, and whether another one of its condition asks for its key.
struct Clause<'a> {
    block: &'a Block,
    test: &'a Test,
    is_given: bool,
}

impl Clause<'_> {
    /// Whether it holds for requests without its key, and there are such.
    fn allows_absence(&self) -> bool {
        let catalog = catalog::catalog();
        let key = catalog.condition_key(&self.test.key.value);
        let operator = &self.block.operator;
        let is_read = catalog.operator(&operator.base).is_some() && operator.unknown_prefix.is_none();
        is_read
            && !self.is_given
            && !key.is_some_and(|it| it.always_present())
            && !sent::needs_key(catalog, self.block, self.test)
    }

    fn text(&self, key: &str, mark: fn(&str) -> String) -> String {
        let operator = &self.block.operator;
        let base = operator.base.to_ascii_lowercase();
        if base == "null" {
            let has = |value: &str| self.test.values.texts().any(|it| it.value.eq_ignore_ascii_case(value));
            match (has("true"), has("false")) {
                (true, true) => return format!("{key} is given or not"),
                (true, false) => return format!("no {key} is given"),
                (false, true) => return format!("{key} is given"),
                (false, false) => {}
            }
        }
        let Some(relation) = relation(&base, &self.test.values) else {
            return format!("{key} {} {}", self.block.name.value, values(&self.test.values, "or", mark));
        };
        let (is, is_not) =
            (|| relation.holds(&self.test.values, mark), || relation.fails(&self.test.values, mark));
        let is_wide = self.allows_absence();
        match operator.quantifier {
            // "No" holds for none as well.
            Some(Quantifier::ForAllValues) if relation.negated && is_wide => format!("no {key} {}", is()),
            Some(Quantifier::ForAllValues) => {
                let what = if relation.negated {
                    format!("no {key} {}", is())
                } else {
                    format!("every {key} {}", is())
                };
                let given = if is_wide { "or none given" } else { "at least one given" };
                format!("{what} ({given})")
            }
            Some(Quantifier::ForAnyValue) => {
                let what = if relation.negated { is_not() } else { is() };
                format!("at least one {key} {what}{}", if is_wide { " (or none given)" } else { "" })
            }
            None => {
                let what = if relation.negated { is_not() } else { is() };
                format!("{key} {what}{}", if is_wide { " (or not given)" } else { "" })
            }
        }
    }
}

/// How an operator relates a key to values.
struct Relation {
    /// `is`, `is in`
    verb: &'static str,
    /// `is not`, `is not in`
    not: &'static str,
    /// What stands before several values none of which may be: `is`, `is in`, `matches`.
    negated: bool,
    /// Whether capitals count as small letters.
    ignores_case: bool,
}

impl Relation {
    fn holds(&self, list: &Values, mark: fn(&str) -> String) -> String {
        format!("{} {}{}", self.verb, values(list, "or", mark), self.case())
    }

    fn fails(&self, list: &Values, mark: fn(&str) -> String) -> String {
        let what = match list.items.len() {
            0 | 1 => format!("{} {}", self.not, values(list, "or", mark)),
            2 => format!("{} neither {}", self.verb, values(list, "nor", mark)),
            _ => format!("{} none of {}", self.verb, values(list, "and", mark).trim_start_matches("one of ")),
        };
        format!("{what}{}", self.case())
    }

    fn case(&self) -> &'static str {
        if self.ignores_case { " (capitals or not)" } else { "" }
    }
}

fn relation(base: &str, values: &Values) -> Option<Relation> {
    let ignores_case = base.ends_with("ignorecase");
    let of = |verb, not, negated| Some(Relation { verb, not, negated, ignores_case });
    let has_pattern = values.texts().any(|it| pattern::has_wildcard(&it.value));
    match base {
        "stringequals"
        | "stringequalsignorecase"
        | "numericequals"
        | "dateequals"
        | "bool"
        | "binaryequals" => of("is", "is not", false),
        "stringnotequals" | "stringnotequalsignorecase" | "numericnotequals" | "datenotequals" => {
            of("is", "is not", true)
        }
        "stringlike" | "arnlike" | "arnequals" if has_pattern => of("matches", "does not match", false),
        "stringnotlike" | "arnnotlike" | "arnnotequals" if has_pattern => {
            of("matches", "does not match", true)
        }
        "stringlike" | "arnlike" | "arnequals" => of("is", "is not", false),
        "stringnotlike" | "arnnotlike" | "arnnotequals" => of("is", "is not", true),
        "numericlessthan" => of("<", "", false),
        "numericlessthanequals" => of("≤", "", false),
        "numericgreaterthan" => of(">", "", false),
        "numericgreaterthanequals" => of("≥", "", false),
        "datelessthan" => of("is before", "", false),
        "datelessthanequals" => of("is not after", "", false),
        "dategreaterthan" => of("is after", "", false),
        "dategreaterthanequals" => of("is not before", "", false),
        "ipaddress" => of("is in", "is not in", false),
        "notipaddress" => of("is in", "is not in", true),
        _ => None,
    }
}

fn values(values: &Values, word: &str, mark: fn(&str) -> String) -> String {
    let texts: Vec<String> = values
        .items
        .iter()
        .map(|it| match it {
            Item::Text(text) | Item::Literal(text, _) if text.value.is_empty() => "an empty text".to_owned(),
            Item::Text(text) | Item::Literal(text, _) => mark(&text.value),
            Item::Dynamic(_) => "what the template fills in".to_owned(),
            Item::Wrong(..) => "something invalid".to_owned(),
        })
        .collect();
    let length: usize = texts.iter().map(|it| it.chars().count()).sum();
    match texts.len() {
        0 => "nothing".to_owned(),
        n if n > 2 * MAX_VALUES || n > MAX_VALUES && length > MAX_VALUES_LENGTH => {
            format!("one of {n} values")
        }
        _ => join(&texts, word),
    }
}
