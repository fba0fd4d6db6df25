//! Fixtures of scenarios: policies and scenario files in one text, `tests/fixtures/scenario/**/*.txt`.
//!
//! The format is that of the others. What is wrong with a scenario stands below its lines as `error[scenario]`, and its
//! sections ask what its requests come to (`//= test`), or for `completion` and `hover` at the cursor.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::GlobBuilder;
use ide::scenario::{self, Around, Case, Files, PolicyFile, Results, Scenario, show};
use ide::{Config, Seen, decision};
use policy::find::LANDMARKS;
use syntax::SourceFile;

use crate::runner::check::{Layout, analyse};
use crate::runner::features;
use crate::runner::format::{self, File, Fixture, Mark, Section};
use crate::runner::sections::Asked;

/// The fixtures by path.
pub(crate) fn paths() -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut folders = vec![super::folder().join("scenario")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "txt") {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

/// Runs a fixture.
pub(crate) fn run(path: &Path, bless: bool) -> Result<(), String> {
    let was = std::fs::read_to_string(path).map_err(|it| it.to_string())?;
    let fixture = format::parse(&was)?;
    let plain = printed(&fixture, Layout::Plain)?;
    for layout in [Layout::CarriageReturns, Layout::ByteOrderMark] {
        let other = printed(&fixture, layout)?;
        if other != plain {
            return Err(format!("{layout:?} changes\n{plain}\nto\n{other}"));
        }
    }
    super::settle(path, &was, &plain, bless)
}

fn printed(fixture: &Fixture, layout: Layout) -> Result<String, String> {
    let files = TextFiles::of(fixture, layout);
    let mut out = Vec::new();
    for file in &fixture.files {
        let is_scenario = scenario::is_scenario(&file.options.name);
        if !is_scenario && !file.sections.is_empty() {
            return Err(format!("{}: sections stand below scenarios", file.options.name));
        }
        let run = is_scenario.then(|| Run::of(file, &files, layout));
        let marks = run.iter().flat_map(|it| it.marks(file)).collect();
        let answers: Result<Vec<String>, String> =
            file.sections.iter().zip(run.iter().cycle()).map(|(it, run)| run.answer(it, file)).collect();
        out.push((file, marks, answers?));
    }
    Ok(format::print(&out))
}

/// The policy files of a fixture.
struct TextFiles(Vec<Arc<PolicyFile>>);

impl TextFiles {
    fn of(fixture: &Fixture, layout: Layout) -> TextFiles {
        let policies = fixture.files.iter().filter(|it| !scenario::is_scenario(&it.options.name));
        let read = |it: &File| {
            let path = it.options.name.clone();
            let analysis = Arc::new(analyse(&layout.of(&it.text), &it.options));
            Arc::new(PolicyFile { location: format!("/{path}"), path, analysis })
        };
        let mut all: Vec<Arc<PolicyFile>> = policies.map(read).collect();
        all.sort_by(|a, b| a.path.cmp(&b.path));
        TextFiles(all)
    }
}

impl Files for TextFiles {
    fn find(&self, path: &str) -> Result<Vec<Arc<PolicyFile>>, String> {
        let path = path.strip_prefix("./").unwrap_or(path);
        let glob = GlobBuilder::new(path).literal_separator(true).build().map_err(|it| it.to_string())?;
        let glob = glob.compile_matcher();
        let found: Vec<_> = self.0.iter().filter(|it| glob.is_match(&it.path)).cloned().collect();
        if found.is_empty() { Err(format!("There is no file `{path}`")) } else { Ok(found) }
    }
}

/// A scenario that was run.
struct Run<'a> {
    text: String,
    source: SourceFile,
    scenario: Scenario,
    results: Results,
    files: &'a TextFiles,
    layout: Layout,
    config: Arc<Config>,
}

impl Run<'_> {
    fn of<'a>(file: &File, files: &'a TextFiles, layout: Layout) -> Run<'a> {
        let text = layout.of(&file.text);
        let source = SourceFile::new(&text, LANDMARKS);
        let scenario = Scenario::read(&source);
        let results = scenario::run(&scenario, files);
        let config = Arc::new(Config { now: file.options.now, ..Config::default() });
        Run { text, source, scenario, results, files, layout, config }
    }

    /// What is wrong with the file, at its place in the plain text.
    fn marks(&self, file: &File) -> Vec<Mark> {
        let back = |at| self.layout.back(&self.text, at).min(file.text.len() as u32);
        let mark = |it: &scenario::Problem| Mark {
            range: syntax::TextRange::new(back(it.range.start), back(it.range.end)),
            related: false,
            note: format!("{}[scenario] {}", it.severity.name(), it.message),
        };
        self.results.problems.iter().map(mark).collect()
    }

    fn answer(&self, section: &Section, file: &File) -> Result<String, String> {
        let cursor = file.cursor.map(|it| self.layout.forth(&file.text, it));
        let at = || cursor.ok_or_else(|| "this section needs a cursor `$0` in the file".to_owned());
        let analysis = analyse(&self.text, &file.options);
        let asked = Asked {
            analysis: &analysis,
            text: &self.text,
            argument: &section.argument,
            layout: self.layout,
            cursor,
        };
        let answer = match &*section.kind {
            "test" => self.results(),
            "completion" => {
                let paths: Vec<String> = self.files.0.iter().map(|it| it.path.clone()).collect();
                let mut elsewhere = Seen::default();
                self.files.0.iter().for_each(|it| elsewhere.merge(it.analysis.seen()));
                let around = Around {
                    files: &paths,
                    results: Some(&self.results),
                    elsewhere: &elsewhere,
                    config: &self.config,
                };
                features::items(&scenario::complete(&self.source, at()?, &around), &asked)?
            }
            "hover" => {
                let found =
                    scenario::hover(&self.source, at()?, &self.scenario, Some(&self.results), &self.config);
                found.map_or_else(
                    || "nothing\n".to_owned(),
                    |it| format!("{}\n{}\n", asked.place(it.range), it.markdown.trim_end()),
                )
            }
            other => {
                return Err(format!("there is no section `{other}`; there are completion, hover and test"));
            }
        };
        Ok(Layout::plain(&answer))
    }

    /// What each request comes to; of several in one, each.
    fn results(&self) -> String {
        let mut out = String::new();
        for (idx, spec) in self.scenario.requests.iter().enumerate() {
            let title =
                show::title(&self.results, idx, spec).unwrap_or_else(|| "nothing is asked".to_owned());
            let name = spec.name.as_ref().map(|it| format!("{}: ", it.value)).unwrap_or_default();
            out.push_str(&format!("{name}{title}\n"));
            let cases: Vec<&Case> = self.results.of_request(idx).collect();
            for it in cases.iter().filter(|_| cases.len() > 1) {
                let answer = match &it.reasons {
                    Some(reasons) => reasons.line.clone(),
                    None => decision::words(it.narrowed.outcomes),
                };
                out.push_str(&format!("  {} {} on {}: {answer}\n", it.principal, it.action, it.resource));
            }
        }
        out
    }
}
