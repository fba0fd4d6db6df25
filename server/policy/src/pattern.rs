//! IAM's wildcards: `*` stands for any run of characters, `?` for exactly one.

/// Whether `text` matches `pattern`, in time linear in their product at worst and without allocation.
pub fn matches(pattern: &str, text: &str) -> bool {
    matches_by(pattern.as_bytes(), text.as_bytes(), |a, b| a == b)
}

/// The same without regard to the case of ASCII letters, as IAM compares actions.
pub fn matches_ignore_case(pattern: &str, text: &str) -> bool {
    matches_by(pattern.as_bytes(), text.as_bytes(), |a, b| a.eq_ignore_ascii_case(b))
}

/// Whether `pattern` has a wildcard.
pub fn has_wildcard(pattern: &str) -> bool {
    pattern.contains(['*', '?'])
}

/// Whether `pattern` is one star or several: anything matches it.
pub fn is_everything(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.bytes().all(|it| it == b'*')
}

fn matches_by(pattern: &[u8], text: &[u8], same: impl Fn(&u8, &u8) -> bool) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to resume: behind the last star, with the star taking one character more.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match (pattern.get(p), text.get(t)) {
            (Some(b'*'), _) => {
                p += 1;
                star = Some((p, t));
            }
            (Some(b'?'), Some(_)) => {
                p += 1;
                t += 1;
                // One character, not one byte.
                while text.get(t).is_some_and(|it| it & 0xc0 == 0x80) {
                    t += 1;
                }
            }
            (Some(a), Some(b)) if same(a, b) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((after_star, taken)) => {
                    p = after_star;
                    t = taken + 1;
                    star = Some((after_star, taken + 1));
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|it| *it == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_as_documented() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abcd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "aéc", true),
            ("*a*a*a*b", &"a".repeat(200), false),
            ("pics/*/test/*", "pics/1/2/3/test/4/object.jpg", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
        assert!(matches_ignore_case("s3:get*", "S3:GetObject"));
        assert!(!matches("s3:get*", "s3:GetObject"));
    }
}
