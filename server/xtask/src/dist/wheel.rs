//! The package for PyPI: a wheel with the program as a script, and no Python.

use super::archive::{Entry, sha256};
use super::target::Target;
use super::{About, licences};
use crate::tools::root;

type Done<T> = Result<T, Box<dyn std::error::Error>>;

/// What the wheel is called, and what is in it.
pub(super) fn wheel(about: &About, target: &Target, program: &[u8]) -> Done<(String, Vec<Entry>)> {
    let stem = format!("accesslens-{}", about.version);
    let info = format!("{stem}.dist-info");
    let mut entries =
        vec![Entry::program(format!("{stem}.data/scripts/{}", target.program()), program.to_vec())];
    for licence in licences(&format!("{info}/licenses"))? {
        entries.push(licence);
    }
    let readme = std::fs::read_to_string(root().join("packaging/README.md"))?;
    let files: String = entries
        .iter()
        .filter_map(|it| it.path.strip_prefix(&format!("{info}/licenses/")))
        .map(|it| format!("License-File: {it}\n"))
        .collect();
    let About { version, description, licence } = about;
    let metadata = format!(
        "Metadata-Version: 2.4\nName: accesslens\nVersion: {version}\nSummary: {description}\n\
         License-Expression: {licence}\n{files}Keywords: aws,iam,policy,security,lint\n\
         Classifier: Environment :: Console\nClassifier: Topic :: Security\n\
         Requires-Python: >=3.8\nDescription-Content-Type: text/markdown\n\n{readme}"
    );
    entries.push(Entry::new(format!("{info}/METADATA"), metadata));
    let tags: String =
        target.wheel.split('.').map(|platform| format!("Tag: py3-none-{platform}\n")).collect();
    let wheel = format!("Wheel-Version: 1.0\nGenerator: accesslens xtask\nRoot-Is-Purelib: false\n{tags}");
    entries.push(Entry::new(format!("{info}/WHEEL"), wheel));
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let line =
        |it: &Entry| format!("{},sha256={},{}\n", it.path, base64_url(&sha256(&it.bytes)), it.bytes.len());
    let record: String = entries.iter().map(line).collect();
    let own = format!("{info}/RECORD");
    entries.push(Entry::new(own.clone(), format!("{record}{own},,\n")));
    Ok((format!("{stem}-py3-none-{}.whl", target.wheel), entries))
}

/// Base64 as URLs have it, without padding, which is how a wheel writes its digests.
fn base64_url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |all, it| all << 8 | u32::from(*it)) << (8 * (3 - chunk.len()));
        for n in 0..=chunk.len() {
            let letter = usize::try_from(group >> (18 - 6 * n) & 63).unwrap_or_default();
            out.push(LETTERS.get(letter).copied().map_or('A', char::from));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::base64_url;

    #[test]
    fn digests_are_written_as_wheels_have_them() {
        for (text, expected) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg")] {
            assert_eq!(base64_url(text.as_bytes()), expected);
        }
        assert_eq!(base64_url(&[0xfb, 0xff]), "-_8");
    }
}
