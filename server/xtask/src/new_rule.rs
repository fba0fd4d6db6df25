//! `cargo xtask new-rule NAME`: a rule's file and its first fixtures, with blanks to fill.

use std::path::{Path, PathBuf};

use crate::{Outcome, say};

const RULE: &str = r#"//! See [`RULE`].
use super::prelude::*;

rule! {
    /// FILL IN: what is found, one sentence.
    ///
    /// ## Why it matters
    /// FILL IN: what AWS does with it.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>
    name: "NAME", since: "VERSION",
    severity: Warning, group: Effect,
    check: Statement(check)
}

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    acc.report(&RULE, stmt.label_range(), "FILL IN: the fact, one sentence");
}
"#;

const FIXTURE: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "s3:ListAllMyBuckets",
      "Resource": "*"
    }
  ]
}
"#;

pub(crate) fn run(args: &[String]) -> Outcome {
    let [name] = args else { return Err("usage: cargo xtask new-rule NAME".into()) };
    let is_part =
        |it: &str| !it.is_empty() && it.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let is_name = name.split('-').all(is_part) && name.starts_with(|c: char| c.is_ascii_lowercase());
    if !is_name {
        return Err(format!("`{name}` is no name for a rule; name the fault, as in `unknown-action`").into());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let module = format!("{}.rs", name.replace('-', "_"));
    let fixtures = Path::new("tests/fixtures/rules").join(name);
    let text = RULE.replace("NAME", name).replace("VERSION", env!("CARGO_PKG_VERSION"));
    let files: [(PathBuf, &str); 3] = [
        (Path::new("server/ide/src/rules").join(module), &text),
        (fixtures.join("found.jsonc"), FIXTURE),
        (fixtures.join("clean.jsonc"), FIXTURE),
    ];
    if let Some((path, _)) = files.iter().find(|(path, _)| root.join(path).exists()) {
        return Err(format!("{} is there already", path.display()).into());
    }
    for (path, text) in &files {
        let file = root.join(path);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&file, text)?;
        say(&path.display().to_string());
    }
    say(&format!(
        "\nFill in the blanks, then\n  cargo test --test it codegen        # writes lists, docs, settings; passes the third time\n  \
         UPDATE_EXPECT=1 cargo test --test fixtures rules/{name}\n  git diff                            # read what you claim"
    ));
    Ok(())
}
