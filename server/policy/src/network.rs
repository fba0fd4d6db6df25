//! The addresses and ranges of `IpAddress` operators.

pub use ipnet::IpNet;
use std::net::IpAddr;

/// Ranges that are set aside for examples, by the names that RFC 5737 and RFC 3849 give them.
const DOCUMENTATION: [(&str, &str); 4] = [
    ("192.0.2.0/24", "TEST-NET-1"),
    ("198.51.100.0/24", "TEST-NET-2"),
    ("203.0.113.0/24", "TEST-NET-3"),
    ("2001:db8::/32", "RFC 3849"),
];

/// An address, as the range of this one, or a range.
pub fn parse(text: &str) -> Option<IpNet> {
    text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()
}

/// The documentation range that a range lies in.
pub fn documentation_range(net: &IpNet) -> Option<&'static str> {
    let holds = |range: &str| parse(range).is_some_and(|it| it.contains(net));
    DOCUMENTATION.iter().find(|(range, _)| holds(range)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_lie_in_documentation_or_do_not() {
        for (text, expected) in [
            ("203.0.113.0/24", Some("TEST-NET-3")),
            ("192.0.2.7", Some("TEST-NET-1")),
            ("2001:db8:1::/48", Some("RFC 3849")),
            ("203.0.112.0/23", None),
            ("8.8.8.8", None),
        ] {
            assert_eq!(documentation_range(&parse(text).unwrap()), expected, "{text}");
        }
        assert_eq!(parse("203.0.113.0/33"), None);
    }
}
