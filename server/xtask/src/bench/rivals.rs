//! The servers that ours is measured beside.

use std::process::{Command, Stdio};

use crate::{say, tools};

/// VS Code's own server for JSON, under the MIT licence.
const JSON_PACKAGE: &str = "vscode-langservers-extracted";
const JSON_VERSION: &str = "4.10.0";

/// A server and how it is started.
pub(super) struct Server {
    pub(super) name: String,
    pub(super) command: Vec<String>,
    /// What it is, for the page.
    pub(super) what: String,
}

/// `NAME=COMMAND`, with the words of the command between spaces.
pub(super) fn given(option: &str) -> Result<Server, String> {
    let (name, command) =
        option.split_once('=').ok_or_else(|| format!("`{option}` is not of the form NAME=COMMAND"))?;
    let command: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
    match command.first() {
        Some(program) => {
            let what = format!("started by `{program}`");
            Ok(Server { name: name.to_owned(), what, command })
        }
        None => Err(format!("`{option}` has no command")),
    }
}

/// Those that can be had here. A line says which cannot.
pub(super) fn usual() -> Vec<Server> {
    let mut out = Vec::new();
    match json() {
        Ok(it) => out.push(it),
        Err(why) => say(&format!("VS Code's server for JSON is left out: {why}.")),
    }
    // It is in no registry, so it is measured where somebody has installed it.
    let iam = ["aws-iam-language-server", "--stdio"].map(str::to_owned);
    match starts("aws-iam-language-server") {
        true => out.push(Server {
            name: "aws-iam-language-server".to_owned(),
            what: "as it is installed here".to_owned(),
            command: iam.to_vec(),
        }),
        false => say(
            "aws-iam-language-server is left out: npm does not have it, and it is not installed; `--rival iam=COMMAND` measures it.",
        ),
    }
    out
}

fn json() -> Result<Server, String> {
    if !starts("node") {
        return Err("it needs Node".to_owned());
    }
    let folder = tools::folder().join(format!("{JSON_PACKAGE}-{JSON_VERSION}"));
    let program =
        folder.join("node_modules").join(JSON_PACKAGE).join("bin").join("vscode-json-language-server");
    if !program.is_file() {
        say(&format!("Installing {JSON_PACKAGE} {JSON_VERSION} into {}.", folder.display()));
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let status = Command::new(npm)
            .args(["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"])
            .arg(&folder)
            .arg(format!("{JSON_PACKAGE}@{JSON_VERSION}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status();
        if !status.is_ok_and(|it| it.success()) || !program.is_file() {
            return Err(format!("npm cannot install {JSON_PACKAGE} {JSON_VERSION}"));
        }
    }
    Ok(Server {
        name: "VS Code JSON".to_owned(),
        what: format!("`vscode-json-language-server` of {JSON_PACKAGE} {JSON_VERSION}"),
        command: vec!["node".to_owned(), program.display().to_string(), "--stdio".to_owned()],
    })
}

fn starts(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok()
}

#[cfg(test)]
mod tests {
    use super::given;

    #[test]
    fn a_rival_has_a_name_and_a_command() {
        let server = given("json=node server.js --stdio").unwrap();
        assert_eq!((server.name.as_str(), server.command.len()), ("json", 3));
        assert_eq!(given("node").err().as_deref(), Some("`node` is not of the form NAME=COMMAND"));
        assert_eq!(given("json= ").err().as_deref(), Some("`json= ` has no command"));
    }
}
