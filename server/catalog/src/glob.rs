//! The wildcards of action patterns: `*` for any run of characters, `?` for one, case left aside.

/// Whether a name matches a pattern.
///
/// Each star is committed to once the part after it has matched, so a name costs at most its own length times the
/// pattern's; a pattern with more fixed characters than the name is refused by [`least_length`] first.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut read) = (0, 0);
    // Where to resume when the part after the last star fails: that part, and one character further in the name.
    let mut retry = None;
    loop {
        match (pattern.get(at), name.get(read)) {
            (Some(b'*'), _) => {
                at += 1;
                retry = Some((at, read));
                if at == pattern.len() {
                    return true;
                }
            }
            (Some(wanted), Some(byte)) if *wanted == b'?' || wanted.eq_ignore_ascii_case(byte) => {
                at += 1;
                read += 1;
            }
            (None, None) => return true,
            (_, None) => return false,
            (_, Some(_)) => {
                let Some((part, from)) = retry else { return false };
                retry = Some((part, from + 1));
                (at, read) = (part, from + 1);
            }
        }
    }
}

/// The length of the shortest name a pattern can match.
pub(crate) fn least_length(pattern: &str) -> usize {
    pattern.bytes().filter(|it| *it != b'*').count()
}

/// Whether the text has a wildcard.
pub(crate) fn has_wildcard(text: &str) -> bool {
    text.bytes().any(|it| matches!(it, b'*' | b'?'))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("Get*", "getObject", true),
            ("Get*", "PutObject", false),
            ("*Object", "GetObject", true),
            ("*Object", "GetObjectAcl", false),
            ("Get*Object*", "GetBucketObjectX", true),
            ("Get?bject", "GetObject", true),
            ("Get?", "Get", false),
            ("*a*b*c", "xaxbxbxc", true),
            ("*a*b*c", "xaxbxbxcx", false),
            ("**", "abc", true),
            ("a**c", "abbbc", true),
            ("?*", "", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} on {name}");
        }
    }
}
