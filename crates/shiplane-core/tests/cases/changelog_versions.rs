//! Version files: only the version's bytes change, and what is not clear is an error.

use semver::Version;
use shiplane_core::changelog::edit::FileChange;
use shiplane_core::changelog::versions::{self, Document, Problem, Source};

fn document(path: &str, text: &str) -> Document {
    Document { path: path.to_owned(), text: text.to_owned() }
}

fn source(path: &str, text: &str, companions: Vec<Document>) -> Source {
    let (path, field) =
        path.split_once('#').map_or((path, None), |(path, field)| (path, Some(field.to_owned())));
    Source { file: document(path, text), field, companions }
}

fn new() -> Version {
    Version::new(1, 3, 0)
}

/// The file afterwards, and what it says then.
fn raised(path: &str, text: &str) -> String {
    let source = source(path, text, Vec::new());
    let changes = versions::changes(&source, &new()).unwrap_or_else(|problem| panic!("{path}: {problem:?}"));
    let after = changes[0].after();
    let again = Source { file: document(&source.file.path, &after), ..source };
    assert_eq!(versions::read(&again).unwrap(), new());
    assert!(
        versions::changes(&again, &new()).unwrap().iter().all(FileChange::is_empty),
        "{path}: a second time"
    );
    after
}

fn after(changes: &[FileChange], path: &str) -> String {
    let mut shown = String::new();
    for change in changes.iter().filter(|change| change.path == path && !change.is_empty()) {
        assert!(shown.is_empty(), "{path} changed in two steps");
        shown = change.after();
    }
    shown
}

#[test]
fn only_the_versions_bytes_change() {
    let cases = [
        (
            "Cargo.toml",
            "[package]\nname = \"a\"\nversion = \"1.2.0\" # here\n\n[dependencies]\nb = \"1.2.0\"\n",
        ),
        ("Cargo.toml", "\u{feff}[package]\r\nversion='1.2.0'\r\nname='a'\r\n"),
        ("Cargo.toml", "package.name = \"a\"\npackage.version = \"1.2.0\""),
        ("Cargo.toml", "package = { name = \"a\", version = \"1.2.0\" }"),
        (
            "Cargo.toml",
            "[workspace.package]\nversion = \"1.2.0\"\n[package]\nname = \"a\"\nversion.workspace = true\n",
        ),
        ("package.json", "{\n  \"dependencies\": { \"version\": \"1.0.0\" },\n\t\"version\" :\"1.2.0\"\n}\n"),
        (
            "package.json",
            "\u{feff}{\"a\":[1,{\"version\":\"9\"},\"\\\"\"],\"v\\u0065rsion\":\"1.2.0\",\"z\":-1.5e3}",
        ),
        ("pyproject.toml", "[project]\nname = \"a\"\nversion = \"1.2.0\"\n[tool.x]\nversion = \"7\"\n"),
        ("pyproject.toml", "[tool.poetry]\nversion = \"1.2.0\"\n"),
        ("version.json", "{\"version\":\"1.2.0\"}"),
        ("build.json#/app/version", "{\"version\":\"7\",\"app\":{\"version\":\"1.2.0\"}}"),
        ("VERSION", "1.2.0"),
        ("VERSION", "v1.2.0\r\n"),
        ("app/VERSION.txt", "# the version\n\n  1.2.0  \n"),
        (
            "Chart.yaml",
            "apiVersion: v2\nversion: 1.2.0 # chart\nappVersion: \"1.2.0\"\ndependencies:\n  - version: 9.9.9\n",
        ),
        ("Chart.yaml", "version: '1.2.0'\n"),
        ("Chart.yaml", "\"version\": 1.2.0\r\n'appVersion': 'v1.2.0'\r\n"),
        ("build.json#/list/1/version", "{\"list\":[\"x\",{\"version\":\"1.2.0\"}]}"),
        ("app.py#~^VERSION = '(.+)'", "OLD = '1.2.1'\r\nVERSION = '1.2.0'\r\n"),
        (
            "pom.xml#~<artifactId>shop</artifactId>\\s*<version>([^<]+)<",
            "<artifactId>shop</artifactId>\n  <version>1.2.0</version>\n<x><version>7</version></x>",
        ),
        ("a.gradle#~(?m)^version '(.+)'$", "version '1.2.0'\n"),
        ("VERSION#~(\\d+\\.\\d+\\.\\d+)", "the version is 1.2.0!"),
        ("Chart.yaml#appVersion", "version: 0.4.0\nappVersion: 1.2.0\n"),
    ];
    for (path, text) in cases {
        assert_eq!(
            raised(path, text),
            text.replace("1.2.0", "1.3.0").replace("b = \"1.3.0\"", "b = \"1.2.0\""),
            "{path}"
        );
    }
}

#[test]
fn what_is_not_clear_is_an_error_and_no_guess() {
    let several =
        |places: &[&str]| Problem::Several(places.iter().map(|place| (*place).to_owned()).collect());
    let cases = [
        (
            "Cargo.toml",
            "[package]\nversion = \"1.0.0\"\n[workspace.package]\nversion = \"2.0.0\"\n",
            several(&["package.version 1.0.0", "workspace.package.version 2.0.0"]),
        ),
        (
            "package.json",
            "{\"version\":\"1.0.0\",\"version\":\"2.0.0\"}",
            several(&["version 1.0.0", "version 2.0.0"]),
        ),
        (
            "pyproject.toml",
            "[project]\nversion = \"1.0.0\"\n[tool.poetry]\nversion = \"1.0.0\"\n",
            several(&["project.version 1.0.0", "tool.poetry.version 1.0.0"]),
        ),
        ("VERSION", "1.0.0\n1.1.0\n", several(&["1.0.0", "1.1.0"])),
        (
            "Chart.yaml",
            "version: 0.4.0\nappVersion: 1.2.0\n",
            several(&["version 0.4.0", "appVersion 1.2.0"]),
        ),
        ("Cargo.toml", "[workspace]\n", Problem::Missing),
        ("Cargo.toml", "[package]\nversion.workspace = true\n", Problem::Inherited),
        ("package.json", "{\"private\":true}", Problem::Missing),
        ("package.json", "{\"version\":3}", Problem::Missing),
        ("pyproject.toml", "[project]\ndynamic = [\"version\"]\n", Problem::Dynamic),
        ("VERSION", "\n", Problem::Missing),
        ("VERSION", "soon\n", Problem::Invalid("soon".to_owned())),
        ("package.json", "{\"version\":\"1.0\"}", Problem::Invalid("1.0".to_owned())),
        ("Makefile", "VERSION=1.0.0\n", Problem::Format),
    ];
    for (path, text, problem) in cases {
        assert_eq!(versions::read(&source(path, text, Vec::new())), Err(problem), "{path}: {text}");
    }
    for (path, text) in
        [("Cargo.toml", "[package\n"), ("package.json", "{\"version\":\"1.0.0\",}"), ("a.json", "")]
    {
        let found = versions::read(&source(path, text, Vec::new()));
        assert!(matches!(found, Err(Problem::Syntax(_))), "{path}: {found:?}");
    }
    let deep = format!("{{\"a\":{},\"version\":\"1.0.0\"}}", "[".repeat(100_000));
    assert!(versions::read(&source("package.json", &deep, Vec::new())).is_err());
}

#[test]
fn a_cargo_workspace_is_raised_with_its_lock_file_and_its_own_requirements() {
    let root = "[workspace]\nmembers = [\"crates/*\"]\n[workspace.package]\nversion = \"1.2.0\"\n\
                [workspace.dependencies]\ncore = { path = \"crates/core\", version = \"1.2.0\" }\nserde = \"1.2.0\"\n";
    let core = "[package]\nname = \"core\"\nversion.workspace = true\n";
    let app = "[package]\nname = \"app\"\nversion = { workspace = true }\n[dependencies.core]\npath = \"../core\"\n\
               version = \"=1.2.0\"\n[dev-dependencies]\nc = { package = \"core\", path = \"../core\", version = \"1\" }\n\
               [target.'cfg(unix)'.dependencies]\ncore = { path = \"../core\", version = \"1.2\" }\n";
    let other = "[package]\nname = \"other\"\nversion = \"1.2.0\"\n";
    let lock = "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"1.2.0\"\ndependencies = [\n \"core 1.2.0\",\n \
                \"core 1.2.0 (registry+https://example.org)\",\n \"serde\",\n]\n\n[[package]]\nname = \"core\"\n\
                version = \"1.2.0\"\n\n[[package]]\nname = \"core\"\nversion = \"1.2.0\"\nsource = \"registry+https://example.org\"\n\n\
                [[package]]\nname = \"other\"\nversion = \"1.2.0\"\n";
    let companions = vec![
        document("crates/core/Cargo.toml", core),
        document("crates/app/Cargo.toml", app),
        document("crates/other/Cargo.toml", other),
        document("Cargo.lock", lock),
    ];
    let source = source("Cargo.toml", root, companions);
    let mut merged: Vec<FileChange> = Vec::new();
    for change in versions::changes(&source, &new()).unwrap() {
        match merged.iter_mut().find(|known| known.path == change.path) {
            Some(known) => known.add(change.edits),
            None => merged.push(change),
        }
    }
    assert_eq!(after(&merged, "Cargo.toml"), root.replacen("1.2.0", "1.3.0", 2));
    assert_eq!(after(&merged, "crates/core/Cargo.toml"), "");
    assert_eq!(after(&merged, "crates/other/Cargo.toml"), "");
    assert_eq!(after(&merged, "crates/app/Cargo.toml"), app.replace("=1.2.0", "=1.3.0"));
    let expected = lock
        .replacen("\"app\"\nversion = \"1.2.0\"", "\"app\"\nversion = \"1.3.0\"", 1)
        .replacen("\"core 1.2.0\"", "\"core 1.3.0\"", 1)
        .replacen("\"core\"\nversion = \"1.2.0\"\n\n", "\"core\"\nversion = \"1.3.0\"\n\n", 1);
    assert_eq!(after(&merged, "Cargo.lock"), expected);
}

#[test]
fn a_requirement_that_no_single_version_meets_is_an_error() {
    let root = "[package]\nname = \"a\"\nversion = \"1.2.0\"\n";
    let other = "[package]\nname = \"b\"\n[dependencies]\na = { path = \"..\", version = \">=1.0, <1.3\" }\n";
    let source = source("Cargo.toml", root, vec![document("b/Cargo.toml", other)]);
    assert_eq!(
        versions::changes(&source, &new()),
        Err(Problem::Beside(
            "b/Cargo.toml".to_owned(),
            Box::new(Problem::Requirement(">=1.0, <1.3".to_owned()))
        ))
    );
}

#[test]
fn npm_lock_files_follow_their_package() {
    let lock = "{\n  \"name\": \"a\",\n  \"version\": \"1.2.0\",\n  \"packages\": {\n    \"\": { \"version\": \"1.2.0\" },\n    \
                \"packages/b\": { \"version\": \"1.2.0\" },\n    \"node_modules/x\": { \"version\": \"1.2.0\" }\n  }\n}\n";
    let locks = || vec![document("package-lock.json", lock)];
    let root =
        versions::changes(&source("package.json", "{\"version\":\"1.2.0\"}", locks()), &new()).unwrap();
    assert_eq!(after(&root, "package-lock.json"), lock.replacen("1.2.0", "1.3.0", 2));
    let inner = source("packages/b/package.json", "{\"version\":\"1.2.0\"}", locks());
    let inner = versions::changes(&inner, &new()).unwrap();
    let expected =
        lock.replace("\"packages/b\": { \"version\": \"1.2.0\"", "\"packages/b\": { \"version\": \"1.3.0\"");
    assert_eq!(after(&inner, "package-lock.json"), expected);
}

#[test]
fn a_requirement_keeps_its_operator_and_as_many_numbers_as_it_has() {
    let cases = [
        ("1.2.0", "2.0.0", "2.0.0"),
        ("=1.2.0", "1.2.1", "=1.2.1"),
        ("^1.2.0", "1.3.0", "^1.3.0"),
        ("1.2", "2.0.0", "2.0"),
        ("~1.2", "1.3.0", "~1.3"),
        ("1", "2.0.0", "2"),
        ("1", "1.3.0", "1"),
        ("1.2", "1.3.0", "1.2"),
        ("*", "2.0.0", "*"),
        ("1.2", "2.0.0-rc.1", "2.0.0-rc.1"),
        (">=1.2, <3", "2.0.0", ">=1.2, <3"),
    ];
    for (written, version, wanted) in cases {
        let manifest = |requirement: &str, version: &str| {
            format!(
                "[package]\nname = \"b\"\nversion = \"{version}\" # b\n[target.'cfg(unix)'.dev-dependencies]\n\
                 x = {{ package = \"b\", path = \".\", version = \"{requirement}\" }} # own\nb = \"{requirement}\"\n"
            )
        };
        let text = manifest(written, "1.2.0");
        let changes =
            versions::changes(&source("Cargo.toml", &text, Vec::new()), &Version::parse(version).unwrap())
                .unwrap();
        let mut all = FileChange::new("Cargo.toml", Some(text.clone()), Vec::new());
        changes.into_iter().for_each(|change| all.add(change.edits));
        let expected = manifest(wanted, version)
            .replace(&format!("\nb = \"{wanted}\""), &format!("\nb = \"{written}\""));
        assert_eq!(all.after(), expected, "{written} {version}");
    }
}

#[test]
fn the_packages_of_an_npm_workspace_name_each_other_anew() {
    let own = "{\"name\": \"@x/a\", \"version\": \"1.2.0\"}";
    let other = "{\"name\":\"@x/b\",\"version\":\"1.2.0\",\"dependencies\":{\"@x/a\":\"^1.2.0\",\"z\":\"^1.2.0\"},\
                 \"devDependencies\":{\"@x/a\":\"workspace:~1.2.0\"},\"peerDependencies\":{\"@x/a\":\">=1\"},\
                 \"optionalDependencies\":{\"@x/a\":\"workspace:*\"}}";
    let lock = "{\"lockfileVersion\":2,\"version\":\"1.2.0\",\"packages\":{\"\":{\"version\":\"1.2.0\"},\
                \"packages/a\":{\"version\":\"1.2.0\"},\
                \"packages/b\":{\"version\":\"1.2.0\",\"dependencies\":{\"@x/a\":\"1.2.0\"}},\
                \"node_modules/@x/a\":{\"resolved\":\"packages/a\",\"link\":true}},\
                \"dependencies\":{\"@x/a\":{\"version\":\"file:packages/a\"},\
                \"@x/b\":{\"version\":\"file:packages/b\",\"requires\":{\"@x/a\":\"^1.2.0\"}}}}";
    let companions = vec![document("packages/b/package.json", other), document("package-lock.json", lock)];
    let changes = versions::changes(&source("packages/a/package.json", own, companions), &new()).unwrap();
    assert_eq!(
        after(&changes, "packages/b/package.json"),
        other.replace("a\":\"^1.2.0", "a\":\"^1.3.0").replace("~1.2.0", "~1.3.0")
    );
    let expected = lock
        .replace("packages/a\":{\"version\":\"1.2.0", "packages/a\":{\"version\":\"1.3.0")
        .replace("\"@x/a\":\"1.2.0\"", "\"@x/a\":\"1.3.0\"")
        .replace("^1.2.0", "^1.3.0");
    assert_eq!(after(&changes, "package-lock.json"), expected);
}

#[test]
fn the_lock_file_of_uv_follows_its_project_and_nothing_else() {
    let own = "[project]\nname = \"My.Shop\"\nversion = \"1.2.0\"\n";
    let lock = "version = 1\n\n[[package]]\nname = \"my-shop\"\nversion = \"1.2.0\"\nsource = { editable = \".\" }\n\n\
                [[package]]\nname = \"my-shop\"\nversion = \"1.2.0\" # theirs\nsource = { registry = \"x\" }\n\n\
                [[package]]\nname = \"other\"\nversion = \"1.2.0\"\nsource = { virtual = \"o\" }\n";
    let source = source("pyproject.toml", own, vec![document("uv.lock", lock)]);
    let changes = versions::changes(&source, &new()).unwrap();
    assert_eq!(after(&changes, "uv.lock"), lock.replacen("1.2.0", "1.3.0", 1));
}

#[test]
fn both_forms_of_a_cargo_lock_file_are_known() {
    let own = "[package]\nname = \"a\"\nversion = \"1.2.0\"\n";
    for lock in [
        "[root]\nname = \"a\"\nversion = \"1.2.0\"\ndependencies = [\n \"b 1.2.0 (registry+x)\",\n]\n",
        "[[package]]\nname = \"a\"\nversion = \"1.2.0\"\n\n[[package]]\nname = \"c\"\nversion = \"0.1.0\"\ndependencies = [\n \"a 1.2.0\",\n]\n\
         \n[metadata]\n\"checksum a 1.1.0 (registry+x)\" = \"1\"\n",
        "version = 4\r\n\r\n[[package]]\r\nname = \"a\"\r\nversion = \"1.2.0\"\r\n",
    ] {
        let changes =
            versions::changes(&source("Cargo.toml", own, vec![document("Cargo.lock", lock)]), &new())
                .unwrap();
        let expected = lock.replace("1.2.0", "1.3.0").replace("b 1.3.0", "b 1.2.0");
        assert_eq!(after(&changes, "Cargo.lock"), expected);
    }
}

#[test]
fn a_pattern_has_one_pair_of_parentheses() {
    for pattern in ["~(", "~VERSION", "~(a)(b)", "~"] {
        let read = versions::read(&source(&format!("app.py#{pattern}"), "VERSION = '1.0.0'", Vec::new()));
        assert!(matches!(read, Err(Problem::Pattern(_))), "{pattern}: {read:?}");
    }
}
