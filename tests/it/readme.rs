//! What the README shows is what happens. `UPDATE_EXPECT=1 cargo test --test it readme` writes the outputs anew.

use std::path::Path;
use std::process::Command;

use crate::ACCESSLENS;
use crate::cli::Folder;

const SHOWN: &str = "```console\n$ cargo run --release -- ";

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn the_outputs_are_real() {
    let file = root().join("README.md");
    let text = std::fs::read_to_string(&file).unwrap().replace("\r\n", "\n");
    let mut parts = text.split(SHOWN);
    let mut real = parts.next().unwrap().to_owned();
    for part in parts {
        let (args, rest) = part.split_once('\n').unwrap();
        let (_, behind) = rest.split_once("```").unwrap();
        let run = Command::new(ACCESSLENS).args(args.split(' ')).current_dir(root()).output().unwrap();
        let out = String::from_utf8(run.stdout).unwrap();
        real.push_str(&format!("{SHOWN}{args}\n{out}```{behind}"));
    }
    assert!(text.contains(SHOWN), "the README shows a command");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, real).unwrap();
    } else {
        assert_eq!(text, real, "UPDATE_EXPECT=1 writes it anew");
    }
}

#[test]
fn what_it_quotes_is_found() {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let rows = text.lines().filter(|it| it.contains("](tests/fixtures/seeds/"));
    for row in rows {
        let (link, message) =
            row.trim_end_matches(" |").split_once(") | ").unwrap_or_else(|| panic!("{row}"));
        let (_, seed) = link.split_once("](").unwrap();
        let seed = seed.trim_end_matches(')');
        let run = Command::new(ACCESSLENS).args(["check", seed]).current_dir(root()).output().unwrap();
        let out = String::from_utf8(run.stdout).unwrap();
        assert!(out.contains(message), "{seed} has no finding `{message}`");
    }
}

#[test]
fn links_lead_somewhere() {
    let pages = std::fs::read_dir(root().join("docs")).unwrap().map(|it| it.unwrap().file_name());
    let pages = pages.map(|it| format!("docs/{}", it.to_str().unwrap())).filter(|it| it.ends_with(".md"));
    let others =
        ["README.md", "CONTRIBUTING.md", "SECURITY.md", "editors/vscode/README.md", "editors/nvim/README.md"];
    for name in pages.chain(others.map(str::to_owned)) {
        let text = std::fs::read_to_string(root().join(&name)).unwrap();
        for link in text.split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap();
            let folder = root().join(&name).parent().unwrap().to_owned();
            let is_here = target.is_empty() || target.contains("://") || folder.join(target).exists();
            assert!(is_here, "{name}: {target} leads nowhere");
        }
    }
}

#[test]
fn the_scenario_it_shows_is_the_one_it_runs() {
    let read = |name: &str| std::fs::read_to_string(root().join(name)).unwrap().replace("\r\n", "\n");
    let readme = read("README.md");
    let (_, section) = readme.split_once("\n## Scenarios\n").unwrap();
    let (_, shown) = section.split_once("```jsonc\n").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    assert_eq!(shown, read("docs/examples/app.access.jsonc"));
}

#[test]
fn the_configuration_page_shows_what_holds() {
    let page = std::fs::read_to_string(root().join("docs/configuration.md")).unwrap().replace("\r\n", "\n");
    let blocks: Vec<&str> =
        page.split("```jsonc\n").skip(1).map(|it| it.split("```").next().unwrap()).collect();
    let [configuration, policy] = blocks.as_slice() else { panic!("it shows a configuration and a policy") };
    let folder = Folder::new("configuration", &[("policy.jsonc", policy)]);
    let done = folder.run(&["check", "policy.jsonc", "--format", "json"]);
    let out: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(out["files"][0]["findings"], serde_json::json!([]), "what it keeps quiet is all there is");
    let loud = policy.replace("accesslens-ignore", "ignore");
    folder.write("policy.jsonc", &loud);
    assert!(folder.run(&["check", "policy.jsonc"]).out.contains("missing-pass-role"));
    folder.write("accesslens.jsonc", configuration);
    let done = folder.run(&["check", "policy.jsonc"]);
    assert_eq!((done.err.as_str(), done.code), ("", 0), "the configuration is sound");
}
