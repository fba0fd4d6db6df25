//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A string holds a character that IAM does not take in a policy.
    ///
    /// ## Why it matters
    /// IAM takes the characters of Latin-1 only, up to `ÿ`. It refuses a policy with curly quotes, a long dash or letters of
    /// other scripts, which an editor or a copied page brings in easily.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data–2026/*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data-2026/*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html>
    name: "unsupported-character", since: "0.1.0",
    severity: Error, group: Structure,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let is_iam = match cx.kind {
        PolicyKind::Identity | PolicyKind::Trust | PolicyKind::Boundary | PolicyKind::Session => true,
        PolicyKind::Resource | PolicyKind::Scp | PolicyKind::Rcp | PolicyKind::VpcEndpoint => false,
    };
    if !is_iam || fix::slice(cx.text, stmt.range).is_ascii() {
        return;
    }
    let elements = stmt.action.iter().chain(&stmt.resource).flat_map(|it| it.values.texts());
    let principals = element::principals(stmt).map(|(_, _, it)| it);
    let tests =
        element::tests(stmt).flat_map(|(_, _, _, it)| std::iter::once(&it.key).chain(it.values.texts()));
    for text in elements.chain(principals).chain(tests) {
        let Some((at, wrong)) = text.value.char_indices().find(|(_, it)| *it > 'ÿ') else { continue };
        // Written as an escape, it is plain ASCII.
        if fix::slice(cx.text, text.content).is_ascii() {
            continue;
        }
        let range = text.part(at, at + wrong.len_utf8());
        let finding = acc.report(
            &RULE,
            range,
            format!("IAM refuses a policy with `{wrong}` (U+{:04X})", u32::from(wrong)),
        );
        if let Some(plain) = plain(wrong).filter(|_| !text.escaped) {
            let title =
                if plain.is_empty() { "Remove it".to_owned() } else { format!("Change to `{plain}`") };
            finding.fix(Fix::suggested(title, vec![TextEdit::replace(range, plain)]));
        }
    }
}

/// The ASCII character that is meant; nothing for one that cannot be seen.
fn plain(wrong: char) -> Option<&'static str> {
    Some(match wrong {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        '\u{2018}' | '\u{2019}' => "'",
        '\u{ff1a}' => ":",
        '\u{ff0a}' => "*",
        '\u{ff0f}' => "/",
        '\u{3000}' => " ",
        '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}' => "",
        _ => return None,
    })
}
