//! The platforms that there are packages for, and what each kind of package calls them.

/// A platform.
pub(super) struct Target {
    /// What rustc calls it.
    pub(super) triple: &'static str,
    /// What npm calls it: the system and the processor.
    pub(super) npm: [&'static str; 2],
    /// What VS Code calls it. A static binary serves two.
    pub(super) vscode: &'static [&'static str],
    /// What PyPI calls it.
    pub(super) wheel: &'static str,
}

pub(super) const TARGETS: [Target; 7] = [
    Target {
        triple: "x86_64-unknown-linux-musl",
        npm: ["linux", "x64"],
        vscode: &["linux-x64", "alpine-x64"],
        wheel: "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
    },
    Target {
        triple: "aarch64-unknown-linux-musl",
        npm: ["linux", "arm64"],
        vscode: &["linux-arm64", "alpine-arm64"],
        wheel: "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
    },
    // Linked statically too: what stands in where musl's standard library cannot be had.
    Target {
        triple: "x86_64-unknown-linux-gnu",
        npm: ["linux", "x64"],
        vscode: &["linux-x64", "alpine-x64"],
        wheel: "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
    },
    Target {
        triple: "x86_64-apple-darwin",
        npm: ["darwin", "x64"],
        vscode: &["darwin-x64"],
        wheel: "macosx_10_12_x86_64",
    },
    Target {
        triple: "aarch64-apple-darwin",
        npm: ["darwin", "arm64"],
        vscode: &["darwin-arm64"],
        wheel: "macosx_11_0_arm64",
    },
    Target {
        triple: "x86_64-pc-windows-msvc",
        npm: ["win32", "x64"],
        vscode: &["win32-x64"],
        wheel: "win_amd64",
    },
    Target {
        triple: "aarch64-pc-windows-msvc",
        npm: ["win32", "arm64"],
        vscode: &["win32-arm64"],
        wheel: "win_arm64",
    },
];

impl Target {
    /// The platform with this triple.
    pub(super) fn named(triple: &str) -> Result<&'static Target, String> {
        let known: Vec<&str> = TARGETS.iter().map(|it| it.triple).collect();
        TARGETS
            .iter()
            .find(|it| it.triple == triple)
            .ok_or_else(|| format!("no packages are made for `{triple}`; there are {}", known.join(", ")))
    }

    /// The platforms that npm has a package for, each once.
    pub(super) fn npm_packages() -> Vec<String> {
        let mut names: Vec<String> = TARGETS.iter().map(Target::npm_package).collect();
        names.sort();
        names.dedup();
        names
    }

    pub(super) fn npm_package(&self) -> String {
        format!("@accesslens/{}", self.npm.join("-"))
    }

    pub(super) fn is_windows(&self) -> bool {
        self.triple.contains("windows")
    }

    /// What the program is called there.
    pub(super) fn program(&self) -> &'static str {
        if self.is_windows() { "accesslens.exe" } else { "accesslens" }
    }
}
