//! The identity providers that trust policies name under `Federated`.

/// An identity provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider<'a> {
    /// SAML, by the provider's ARN.
    Saml,
    /// Web identity, by its host name with a path if there is one: the prefix of its condition keys.
    Web(&'a str),
}

/// GitHub's provider for workflows.
pub const GITHUB: &str = "token.actions.githubusercontent.com";

impl<'a> Provider<'a> {
    /// The provider that a value under `Federated` names: an ARN of IAM, or a host name.
    pub fn parse(text: &'a str) -> Option<Provider<'a>> {
        if let Some(arn) = policy::arn::Arn::parse(text) {
            if arn.service != "iam" {
                return None;
            }
            if arn.resource.starts_with("saml-provider/") {
                return Some(Provider::Saml);
            }
            return arn
                .resource
                .strip_prefix("oidc-provider/")
                .filter(|it| !it.is_empty())
                .map(Provider::Web);
        }
        let is_host = |it: char| it.is_ascii_alphanumeric() || "-._/".contains(it);
        (text.contains('.') && text.chars().all(is_host)).then_some(Provider::Web(text))
    }

    /// The action by which its identities assume a role.
    pub fn action(self) -> &'static str {
        match self {
            Provider::Saml => "sts:AssumeRoleWithSAML",
            Provider::Web(_) => "sts:AssumeRoleWithWebIdentity",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_are_told_apart() {
        for (text, expected) in [
            ("accounts.google.com", Some(Provider::Web("accounts.google.com"))),
            ("arn:aws:iam::111122223333:saml-provider/p", Some(Provider::Saml)),
            ("arn:aws:iam::111122223333:oidc-provider/a.b/c", Some(Provider::Web("a.b/c"))),
            ("arn:aws:iam::111122223333:role/r", None),
            ("my idp", None),
            ("", None),
        ] {
            assert_eq!(Provider::parse(text), expected, "{text}");
        }
    }
}
