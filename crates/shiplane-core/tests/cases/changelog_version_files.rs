//! Version files of odd forms: what stands in `⟦…⟧` changes from 1.2.0 to 1.3.0, and no other byte does.

use semver::Version;
use shiplane_core::changelog::edit::FileChange;
use shiplane_core::changelog::versions::{self, Document, Problem, Source};
use shiplane_core::raw;

fn before(text: &str) -> String {
    text.replace(['⟦', '⟧'], "")
}

fn after(text: &str) -> String {
    let mut parts = text.split('⟦');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |shown, part| format!("{shown}1.3.0{}", part.split_once('⟧').unwrap().1))
}

fn source(path: &str, text: &str, beside: &[(&str, &str)]) -> Source {
    let (path, field) =
        path.split_once('#').map_or((path, None), |(path, field)| (path, Some(field.to_owned())));
    let document = |path: &str, text: &str| Document { path: path.to_owned(), text: before(text) };
    let companions = beside.iter().map(|(path, text)| document(path, text)).collect();
    Source { file: document(path, text), field, companions }
}

/// Every file afterwards, by its path; edits of one file in one step.
fn raised(source: &Source) -> Result<Vec<FileChange>, Problem> {
    let mut merged: Vec<FileChange> = Vec::new();
    for change in versions::changes(source, &Version::new(1, 3, 0))? {
        match merged.iter_mut().find(|known| known.path == change.path) {
            Some(known) => known.add(change.edits),
            None => merged.push(change),
        }
    }
    Ok(merged)
}

fn hold(path: &str, text: &str, beside: &[(&str, &str)]) {
    let source = source(path, text, beside);
    let changes = raised(&source).unwrap_or_else(|problem| panic!("{path} {text:?}: {problem:?}"));
    let found = |document: &Document| {
        let change = changes.iter().find(|change| change.path == document.path);
        change.map_or(document.text.clone(), FileChange::after)
    };
    assert_eq!(found(&source.file), after(text), "{path}");
    for ((path, text), document) in beside.iter().zip(&source.companions) {
        assert_eq!(found(document), after(text), "{path}");
    }
    let written = |document: &Document| Document { path: document.path.clone(), text: found(document) };
    let companions = source.companions.iter().map(written).collect();
    let again = Source { file: written(&source.file), companions, field: source.field };
    assert!(raised(&again).unwrap().iter().all(FileChange::is_empty), "{path} {text:?}: a second time");
}

#[test]
fn cargo_manifests() {
    for text in [
        "# c 1.2.0\n[package]\nname = \"a\" # x\nversion    =   \"⟦1.2.0⟧\"   # 1.2.0\nedition=\"2021\"\n\n[dependencies]\nb = \"1.2.0\"\na2 = { version = \"1.2.0\" }\n",
        "[package]\r\nname = \"a\"\r\nversion = \"⟦1.2.0⟧\"\r\n",
        "\u{feff}[package]\nname=\"a\"\nversion=\"⟦1.2.0⟧\"",
        "package.name=\"a\"\npackage.version = '⟦1.2.0⟧'\n",
        "package = { name = \"a\", version = \"⟦1.2.0⟧\", description = \"version = \\\"1.2.0\\\"\" }\n",
        "[package]\nname = \"a\"\ndescription = \"\"\"\n[package]\nversion = \"1.2.0\"\n\"\"\"\nversion = \"⟦1.2.0⟧\"\n[package.metadata]\nversion = \"1.2.0\"\n",
        "[package]\nname = \"a\"\nversion = \"\"\"⟦1.2.0⟧\"\"\"\n",
        "[package]\nname = 'a'\nversion = '''\n⟦1.2.0⟧'''\n",
        "[\"package\"]\n\"name\" = \"a\"\n\"version\" = \"⟦1.2.0⟧\"\n",
        "[package]\nname = \"a\" # \u{10ffe9}\nversion = \"⟦1.2.0⟧\"\n",
        "[workspace.package]\nversion = \"⟦1.2.0⟧\"\n\n[workspace.dependencies]\nb = \"1.2.0\"\n",
        "cargo-features = []\n[[bin]]\nname = \"version\"\n[package]\nversion = \"⟦1.2.0⟧\"\nname = \"a\"\n[profile.dev]\n",
    ] {
        hold("Cargo.toml", text, &[]);
    }
    assert_eq!(raw::encode("\u{10ffe9}"), [0xe9]);
}

#[test]
fn cargo_lock_files_of_every_version() {
    let manifest = "[package]\nname = \"a\"\nversion = \"⟦1.2.0⟧\"\n";
    let own = "[[package]]\nname = \"a\"\nversion = \"⟦1.2.0⟧\"\ndependencies = [\n \"b\",\n]\n";
    let other = "\n[[package]]\nname = \"b\"\nversion = \"1.2.0\"\nsource = \"registry+https://example.org\"\nchecksum = \"1.2.0\"\n";
    for lock in [
        format!("# @generated\nversion = 4\n\n{own}{other}"),
        format!("# @generated\r\nversion = 3\r\n\r\n{}", format!("{own}{other}").replace('\n', "\r\n")),
        format!(
            "{own}{other}\n[metadata]\n\"checksum b 1.2.0 (registry+https://example.org)\" = \"1.2.0\"\n"
        ),
        "[root]\nname = \"a\"\nversion = \"⟦1.2.0⟧\"\n".to_owned(),
        format!(
            "version = 4\n\n{own}\n[[package]]\nname = \"a\"\nversion = \"1.2.0\"\nsource = \"git+https://example.org#1\"\n"
        ),
        "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"⟦1.1.0⟧\"\n".to_owned(),
    ] {
        hold("Cargo.toml", manifest, &[("Cargo.lock", &lock)]);
    }
}

#[test]
fn package_manifests_and_their_lock_files() {
    for text in [
        "{\n\t\"name\": \"a\",\n\t\"version\": \"⟦1.2.0⟧\",\n\t\"x\": {\"version\": \"1.2.0\"}\n}\n",
        "\u{feff}{\r\n    \"engines\": {\"version\": \"1.2.0\", \"node\": \"1.2.0\"},\r\n    \"version\": \"⟦1.2.0⟧\"\r\n}",
        "{\"na\\\"me\":\"\\u00e9\\ud83d\\ude00\\\\\",\"version\":\"⟦1.2.0⟧\",\"a\":\"\\/\",\"\\u0076ersion2\":\"1.2.0\"}",
        "{\"x\":[{\"version\":\"1.2.0\"},[],{}],\"\\u0076ersion\" : \"⟦1.2.0⟧\"}",
        "{\"author\":\"\u{10ffe9}\",\"version\":\"⟦1.2.0⟧\"}",
        "\n\n{\"version\":\n\"⟦1.2.0⟧\"\n,\"a\":null,\"b\":-1e9,\"c\":true}\n\n",
    ] {
        hold("package.json", text, &[]);
    }
    let manifest = "{\"name\":\"a\",\"version\":\"⟦1.2.0⟧\"}";
    for (name, lock) in [
        (
            "package-lock.json",
            "{\n  \"name\": \"a\",\n  \"version\": \"⟦1.2.0⟧\",\n  \"lockfileVersion\": 1,\n  \"dependencies\": {\n    \"b\": {\n      \"version\": \"1.2.0\"\n    }\n  }\n}\n",
        ),
        (
            "package-lock.json",
            "{\n\t\"version\": \"⟦1.2.0⟧\",\n\t\"lockfileVersion\": 2,\n\t\"packages\": {\n\t\t\"\": {\"version\": \"⟦1.2.0⟧\"},\n\t\t\"node_modules/a\": {\"version\": \"1.2.0\"}\n\t},\n\t\"dependencies\": {\"b\": {\"version\": \"1.2.0\"}}\n}",
        ),
        (
            "npm-shrinkwrap.json",
            "{\"name\":\"a\",\"version\":\"⟦1.1.0⟧\",\"lockfileVersion\":3,\"packages\":{\"\":{\"version\":\"⟦1.1.0⟧\"}}}",
        ),
        (
            "package-lock.json",
            "{\"name\":\"a\",\"lockfileVersion\":3,\"packages\":{\"\":{\"name\":\"a\"},\"node_modules/b\":{\"version\":\"1.2.0\"}}}",
        ),
    ] {
        hold("package.json", manifest, &[(name, lock)]);
    }
}

#[test]
fn python_projects() {
    for (text, lock) in [
        (
            "[build-system]\nrequires = [\"x==1.2.0\"]\n\n[project]\nname = \"A_b.c\"\nversion = \"⟦1.2.0⟧\"  # keep 1.2.0\ndependencies = [\"y==1.2.0\"]\n\n[tool.bumpversion]\ncurrent_version = \"1.2.0\"\n",
            "version = 1\n\n[[package]]\nname = \"a-b-c\"\nversion = \"⟦1.2.0⟧\"\nsource = { editable = \".\" }\n\n[[package]]\nname = \"y\"\nversion = \"1.2.0\"\nsource = { registry = \"x\" }\n",
        ),
        (
            "[tool.poetry]\r\nname = \"a\"\r\nversion = '⟦1.2.0⟧'\r\n[tool.poetry.dependencies]\r\nz = {version = \"1.2.0\"}\r\n",
            "",
        ),
        ("[project]\nname=\"a\"\ndynamic = [\"version\"]\n[tool.poetry]\nversion = \"⟦1.2.0⟧\"\n", ""),
        ("project = { name = \"a\", version = \"⟦1.2.0⟧\" }", ""),
    ] {
        hold("pyproject.toml", text, &[("uv.lock", lock)]);
    }
}

#[test]
fn charts() {
    for text in [
        "apiVersion: v2\nname: a\n# version: 1.2.0\nversion: ⟦1.2.0⟧\nappVersion: \"⟦1.2.0⟧\"\ndependencies:\n- name: x\n  version: 1.2.0\n",
        "version: '⟦1.2.0⟧' # 1.2.0\nappVersion: v⟦1.2.0⟧\n",
        "\u{feff}version: ⟦1.2.0⟧\r\nappVersion: ⟦1.2.0⟧\r\n",
        "---\nversion: ⟦1.2.0⟧\n...\n",
        "version: ⟦1.2.0⟧\n---\nname: x\n",
        "description: |\n  text\n  version: 9.9.9\nversion: ⟦1.2.0⟧\n",
        "description: >-\n  a\n\n  version: 1.2.0\n\nversion: ⟦1.2.0⟧\n",
        "description: \"größe\n  version: 9.9.9 💃🏽\"\nversion: ⟦1.2.0⟧ # ö\n",
        "{version: ⟦1.2.0⟧, name: a}\n",
        "{\n\"version\": ⟦1.2.0⟧,\n\"name\": a}\n",
        "version:\t⟦1.2.0⟧\n",
        "version:\n  ⟦1.2.0⟧\n",
        "version: &v ⟦1.2.0⟧\nappVersion: *v\n",
        "version: !!str ⟦1.2.0⟧\n",
        "version : ⟦1.2.0⟧   \n",
        "name: a\r\ndescription: größe 💃🏽\r\nversion: ⟦1.2.0⟧",
        "maintainers:\n- name: version\n  version: 9.9.9\nannotations:\n  version: 7.7.7\n? [a, b]\n: {version: 1.2.0}\nversion: ⟦1.2.0⟧\nkeywords: [version, \"1.2.0\"]\n",
        // What a chart installs is often numbered in another way.
        "version: ⟦1.2.0⟧\nappVersion: \"4.5\"\n",
        "version: ⟦1.2.0⟧\nappVersion: latest\n",
        "name: \u{10ffe9}\nversion: ⟦1.2.0⟧\n",
    ] {
        hold("Chart.yaml", text, &[]);
    }
    hold("Chart.yaml#version", "version: ⟦1.2.0⟧\nappVersion: 4.5.0\n", &[]);
    hold("Chart.yaml#appVersion", "version: 4.5.0\nappVersion: ⟦1.2.0⟧\n", &[]);
}

#[test]
fn plain_files_and_patterns() {
    for (path, text) in [
        ("VERSION", "⟦1.2.0⟧"),
        ("VERSION", "⟦1.2.0⟧\r\n"),
        ("VERSION", "  ⟦1.2.0⟧ \n\n"),
        ("VERSION", "v⟦1.2.0⟧\n"),
        ("VERSION", "\u{feff}⟦1.2.0⟧\n"),
        ("VERSION", "# 9.9.9\n⟦1.2.0⟧\n"),
        ("VERSION", "⟦1.2.0⟧\r"),
        ("version.json", "{\"version\":\"⟦1.2.0⟧\"}"),
        ("version.json#/0/v~1x/a~0b", "[{\"v/x\":{\"a~b\":\"⟦1.2.0⟧\"}}]"),
        (
            "setup.cfg#~^version = (.+)$",
            "[metadata]\nname = a\nversion = ⟦1.2.0⟧\nx = 1.2.0\n[options]\ninstall_requires =\n  y==1.2.0\n",
        ),
        ("setup.cfg#~^version = (.+)$", "[metadata]\r\nversion = ⟦1.2.0⟧\r\n"),
        ("a/__init__.py#~__version__ = \"([^\"]+)\"", "__version__ = \"⟦1.2.0⟧\"\nold = \"1.2.0\"\n"),
        ("a.c#~#define V \"(.+)\"", "// \u{10ffe9}\u{10ffff}\n#define V \"⟦1.2.0⟧\"\n"),
        ("Cargo.toml#~^# docs for (\\S+)$", "[package]\nversion = \"1.2.0\"\n# docs for ⟦1.2.0⟧\n"),
    ] {
        hold(path, text, &[]);
    }
}

#[test]
fn what_is_wrong_is_said_of_the_file_that_has_it() {
    let cases = [
        ("package.json", "{\"name\":\"a\",\"version\":\"1.2.0\"}", "package-lock.json", "{<<<<<<< HEAD"),
        ("Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.2.0\"\n", "Cargo.lock", "<<<<<<< HEAD\n"),
        ("pyproject.toml", "[project]\nname = \"a\"\nversion = \"1.2.0\"\n", "uv.lock", "<<<<<<< HEAD\n"),
        (
            "Cargo.toml",
            "[package]\nname = \"a\"\nversion = \"1.2.0\"\n",
            "b/Cargo.toml",
            "[dependencies]\na = { path = \"..\", version = \">=1.2.0, <1.3.0\" }\n",
        ),
    ];
    for (path, text, beside, broken) in cases {
        let problem = raised(&source(path, text, &[(beside, broken)])).unwrap_err();
        assert!(problem.fault(path).fact.starts_with(beside), "{problem:?}");
    }
}

#[test]
fn what_is_no_version_is_shown_as_it_is_written() {
    for (path, text, shown) in [
        ("VERSION", "VERSION=1.2.0\n", "VERSION=1.2.0"),
        ("VERSION", "vv1.2.0\n", "vv1.2.0"),
        ("VERSION", "v\n", "v"),
        ("Cargo.toml", "[package]\nversion = \"1\\u002e2.0\"\n", "\"1\\u002e2.0\""),
        ("pyproject.toml", "[project]\nversion = \"1.2.0rc1\"\n", "1.2.0rc1"),
        ("Chart.yaml", "version: \"1\\x2e2.0\"\n", "\"1\\x2e2.0\""),
        ("Chart.yaml", "version: 1.2\nappVersion: 1.2.0\n", "1.2"),
        ("Chart.yaml", "version: vNext\n", "vNext"),
        ("package.json", "{\"version\":\"v1.2.0\"}", "v1.2.0"),
    ] {
        assert_eq!(
            versions::read(&source(path, text, &[])),
            Err(Problem::Invalid(shown.to_owned())),
            "{path}"
        );
    }
    let found = versions::read(&source("Chart.yaml", "a: [\nversion: 1.2.0\n", &[]));
    assert!(matches!(found, Err(Problem::Syntax(_))), "{found:?}");
}
