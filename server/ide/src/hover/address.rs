//! IP addresses and ranges of them.

use catalog::catalog;
use policy::network;

use super::code;
use crate::explain::grouped;

/// An address or a range: first and last address, how many, and what standards say of them.
pub(super) fn address(text: &str, key: &str) -> Option<String> {
    let Some(net) = network::parse(text) else {
        let filled = text.contains("${");
        return Some(if filled {
            "`IpAddress` operators do not fill in variables: unless a template does, this is no address.".to_owned()
        } else {
            "No address and no range in CIDR notation: it matches nothing.".to_owned()
        });
    };
    let family = if net.addr().is_ipv4() { "IPv4" } else { "IPv6" };
    let host_bits = net.max_prefix_len() - net.prefix_len();
    let mut out = if host_bits == 0 {
        format!("One {family} address.")
    } else {
        let n = match host_bits {
            bits @ 0..=32 => grouped(1_usize.checked_shl(u32::from(bits)).unwrap_or(usize::MAX)),
            bits => format!("2^{bits}"),
        };
        format!("{} to {}: {n} {family} addresses.", code(net.network()), code(net.broadcast()))
    };
    let trunc = net.trunc();
    if trunc != net {
        out.push_str(&format!(
            " The bits behind the prefix are not zero; IAM reads it as {}.",
            code(trunc)
        ));
    }
    let titles: Vec<String> = catalog()
        .address_ranges()
        .filter_map(|(range, title)| Some((network::parse(range)?, range, title)))
        .filter(|(range, _, _)| range.contains(&net) && (range.prefix_len() > 0 || net.prefix_len() == 0))
        .map(|(_, range, title)| format!("{title} ({})", code(range)))
        .collect();
    if !titles.is_empty() {
        out.push_str(&format!("\n\nReserved: {}", titles.join(", ")).replace("Reserved: every", "That is every"));
    }
    let is_private = titles.iter().any(|it| it.starts_with("private"));
    if is_private && key.eq_ignore_ascii_case("aws:SourceIp") {
        out.push_str(
            "\n\nRequests over the internet do not come from private addresses; those through a VPC endpoint \
             have theirs in `aws:VpcSourceIp`.",
        );
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn ranges_are_spelt_out() {
        for (text, expected) in [
            ("203.0.113.0/24", "`203.0.113.0` to `203.0.113.255`: 256 IPv4 addresses."),
            ("203.0.113.0/24", "documentation (`203.0.113.0/24`)"),
            ("10.1.2.3/16", "IAM reads it as `10.1.0.0/16`"),
            ("10.1.2.3", "One IPv4 address."),
            ("0.0.0.0/0", "4,294,967,296 IPv4 addresses"),
            ("0.0.0.0/0", "every IPv4 address"),
            ("2001:db8::/32", "2^96 IPv6 addresses"),
            ("1.2.3.4/33", "matches nothing"),
            ("${aws:SourceIp}", "do not fill in variables"),
        ] {
            let found = address(text, "aws:SourceIp").unwrap_or_default();
            assert!(found.contains(expected), "{text}: {found}");
        }
        assert!(!address("8.8.8.8/32", "").unwrap_or_default().contains("every"));
    }
}
