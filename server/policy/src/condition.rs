//! Condition operators in their parts.

/// How a condition treats a key with several values.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// `ForAllValues`: every value of the request matches one of the condition; true when there are none.
    ForAllValues,
    /// `ForAnyValue`: some value of the request matches one of the condition; false when there are none.
    ForAnyValue,
}

impl Quantifier {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Quantifier::ForAllValues => "ForAllValues",
            Quantifier::ForAnyValue => "ForAnyValue",
        }
    }
}

/// A condition operator: `[ForAllValues:|ForAnyValue:]base[IfExists]`. IAM ignores the case of all three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// The prefix before the colon.
    pub quantifier: Option<Quantifier>,
    /// A prefix before a colon that is neither.
    pub unknown_prefix: Option<Box<str>>,
    /// The operator without prefix and suffix, as it is written.
    pub base: Box<str>,
    /// Whether it ends with `IfExists`: true when the request does not have the key.
    pub if_exists: bool,
}

impl Operator {
    /// Takes an operator's name apart. Total; whether the base exists is for the catalogue to say.
    pub fn parse(name: &str) -> Operator {
        let (prefix, rest) = match name.split_once(':') {
            Some((prefix, rest)) => (Some(prefix), rest),
            None => (None, name),
        };
        let is = |name: &str| prefix.is_some_and(|it| it.eq_ignore_ascii_case(name));
        let quantifier = if is("ForAllValues") {
            Some(Quantifier::ForAllValues)
        } else if is("ForAnyValue") {
            Some(Quantifier::ForAnyValue)
        } else {
            None
        };
        let unknown_prefix = if quantifier.is_none() { prefix.map(Box::from) } else { None };
        let head = rest.len().checked_sub("IfExists".len()).and_then(|at| rest.split_at_checked(at));
        let (base, if_exists) = match head {
            Some((base, suffix)) if suffix.eq_ignore_ascii_case("IfExists") && !base.is_empty() => {
                (base, true)
            }
            _ => (rest, false),
        };
        Operator { quantifier, unknown_prefix, base: base.into(), if_exists }
    }

    /// The whole name with another base.
    pub fn with_base(&self, base: &str) -> String {
        let prefix = self.quantifier.map(|it| format!("{}:", it.name())).unwrap_or_default();
        format!("{prefix}{base}{}", if self.if_exists { "IfExists" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_come_apart() {
        let it = Operator::parse("forAllvalues:StringLikeIfExists");
        assert_eq!(
            (it.quantifier, &*it.base, it.if_exists),
            (Some(Quantifier::ForAllValues), "StringLike", true)
        );
        assert_eq!(it.with_base("StringEquals"), "ForAllValues:StringEqualsIfExists");
        let it = Operator::parse("ForSome:Bool");
        assert_eq!((it.quantifier, it.unknown_prefix.as_deref(), &*it.base), (None, Some("ForSome"), "Bool"));
        let it = Operator::parse("IfExists");
        assert_eq!((&*it.base, it.if_exists), ("IfExists", false));
    }
}
