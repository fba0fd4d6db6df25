//! The text of an action: a service's prefix, a colon, and a name; either part may have wildcards.

use crate::pattern;

/// `service:name`, borrowed from a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionName<'a> {
    /// The part before the colon.
    pub service: &'a str,
    /// The part behind it.
    pub name: &'a str,
}

impl<'a> ActionName<'a> {
    /// The two parts of `text`; `None` without a colon.
    pub fn parse(text: &'a str) -> Option<ActionName<'a>> {
        let (service, name) = text.split_once(':')?;
        Some(ActionName { service, name })
    }

    /// Whether it names one action rather than a pattern.
    pub fn is_exact(&self) -> bool {
        !pattern::has_wildcard(self.service) && !pattern::has_wildcard(self.name)
    }

    /// Where the name starts in the text it was parsed from.
    pub fn name_offset(&self) -> usize {
        self.service.len() + 1
    }
}

/// Whether the action pattern `text` names every action: `*`, or `*:*`.
pub fn is_every(text: &str) -> bool {
    pattern::is_everything(text)
        || ActionName::parse(text)
            .is_some_and(|it| pattern::is_everything(it.service) && pattern::is_everything(it.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_come_apart() {
        let it = ActionName::parse("s3:GetObject").unwrap();
        assert_eq!((it.service, it.name, it.is_exact(), it.name_offset()), ("s3", "GetObject", true, 3));
        assert!(!ActionName::parse("s3:Get*").unwrap().is_exact());
        assert_eq!(ActionName::parse("GetObject"), None);
        assert!(is_every("*") && is_every("*:*") && !is_every("s3:*") && !is_every(""));
    }
}
