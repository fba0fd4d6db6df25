//! Reads the policies of a workspace for the names in them, so that completion can offer what another file says.
//! It reads files with the endings of policies only, follows `.gitignore`, leaves the folder by no link, and stops at
//! bounds that a person would not miss.

use std::path::PathBuf;
use std::sync::Arc;

use ide::{Analysis, Config, Seen};
use policy::find::Hint;

use crate::workspace;

/// Larger files are data and not policies somebody writes.
const MOST_BYTES: u64 = 256 * 1024;

/// How much is read in all.
const MOST_BYTES_IN_ALL: u64 = 8 * 1024 * 1024;

/// How many files are looked at.
const MOST_FILES: usize = 2_000;

/// What the policies in the files below some folders name.
pub(crate) fn names(folders: &[PathBuf]) -> Seen {
    let config = Arc::new(Config::default());
    let mut seen = Seen::default();
    let mut left = MOST_BYTES_IN_ALL;
    for path in folders.iter().flat_map(|it| workspace::policy_files(it)).take(MOST_FILES) {
        let Some(size) = std::fs::metadata(&path).ok().map(|it| it.len()) else { continue };
        if size > MOST_BYTES {
            continue;
        }
        let Some(rest) = left.checked_sub(size) else { break };
        left = rest;
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        seen.merge(Analysis::of(&text, Hint::default(), Arc::clone(&config)).seen());
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_read_and_other_files_left() {
        let folder = std::env::temp_dir().join(format!("accesslens-scan-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("deep")).unwrap();
        let policy = |bucket: &str| {
            format!(
                r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "s3:GetObject",
                    "Resource": "arn:aws:s3:::{bucket}/*"}}]}}"#
            )
        };
        std::fs::write(folder.join("deep/a.json"), policy("inside")).unwrap();
        std::fs::write(folder.join("b.txt"), policy("text")).unwrap();
        std::fs::write(folder.join("c.json"), "not JSON").unwrap();
        std::fs::write(folder.join("d.json"), format!("{}{}", policy("large"), " ".repeat(300_000))).unwrap();
        let seen = names(std::slice::from_ref(&folder));
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(seen.arns().collect::<Vec<_>>(), ["arn:aws:s3:::inside/*"]);
    }
}
