//! Which command runs the tests, by the files at the top of a repository.

use std::fs;
use std::path::Path;

/// Files that are read are small; one that is not is not what it seems.
const LARGEST: u64 = 1024 * 1024;

/// The command, when the files suggest one. What people wrote down as `make test` goes first.
pub(super) fn test(top: &Path) -> Option<&'static str> {
    let text = |name: &str| {
        let path = top.join(name);
        let is_small = fs::metadata(&path).is_ok_and(|about| about.is_file() && about.len() <= LARGEST);
        if is_small { fs::read_to_string(path).ok() } else { None }
    };
    let is_there = |name: &str| top.join(name).is_file();
    if text("Makefile").is_some_and(|text| text.lines().any(|line| line.starts_with("test:"))) {
        return Some("make test");
    }
    if is_there("Cargo.toml") {
        return Some("cargo test --locked").filter(|_| is_there("Cargo.lock")).or(Some("cargo test"));
    }
    if text("package.json").is_some_and(|text| has_test(&text)) {
        let lock = |(name, command): (&str, &'static str)| is_there(name).then_some(command);
        let locks = [("pnpm-lock.yaml", "pnpm test"), ("yarn.lock", "yarn test")];
        return Some(locks.into_iter().find_map(lock).unwrap_or("npm test"));
    }
    if is_there("go.mod") {
        return Some("go test ./...");
    }
    if is_there("requirements.txt") {
        return Some("pip install --requirement requirements.txt pytest && python -m pytest");
    }
    is_there("pyproject.toml").then_some("pip install . pytest && python -m pytest")
}

/// Whether `npm test` would find something; `npm init` writes a script that only fails.
fn has_test(package: &str) -> bool {
    let package: serde_json::Value = serde_json::from_str(package).unwrap_or_default();
    let script = package.pointer("/scripts/test").and_then(serde_json::Value::as_str);
    script.is_some_and(|script| !script.contains("no test specified"))
}
