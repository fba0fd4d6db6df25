//! Strong Kleene logic: an answer where some facts are not known.

/// False, unknown or true. `and` is the minimum, `or` the maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Tri {
    /// It does not hold, whatever is not known.
    #[default]
    False,
    /// It depends on what is not known.
    Unknown,
    /// It holds, whatever is not known.
    True,
}

impl Tri {
    /// Both hold.
    pub fn and(self, other: Tri) -> Tri {
        self.min(other)
    }

    /// One of the two holds.
    pub fn or(self, other: Tri) -> Tri {
        self.max(other)
    }

    /// It does not hold.
    #[expect(clippy::should_implement_trait, reason = "reads as `and` and `or` do")]
    pub fn not(self) -> Tri {
        match self {
            Tri::False => Tri::True,
            Tri::Unknown => Tri::Unknown,
            Tri::True => Tri::False,
        }
    }

    /// All hold; true for none. Stops at the first that does not.
    pub fn all(each: impl IntoIterator<Item = Tri>) -> Tri {
        let mut out = Tri::True;
        for it in each {
            out = out.and(it);
            if out == Tri::False {
                break;
            }
        }
        out
    }

    /// Some one holds; false for none. Stops at the first that does.
    pub fn any(each: impl IntoIterator<Item = Tri>) -> Tri {
        let mut out = Tri::False;
        for it in each {
            out = out.or(it);
            if out == Tri::True {
                break;
            }
        }
        out
    }
}

impl From<bool> for Tri {
    fn from(it: bool) -> Tri {
        if it { Tri::True } else { Tri::False }
    }
}
