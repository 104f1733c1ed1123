//! Lists the files under `presets/`, so that `init` carries each of them and none is listed by hand.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = told("CARGO_MANIFEST_DIR")?.join("presets");
    writeln!(std::io::stdout(), "cargo::rerun-if-changed={}", root.display())?;
    let mut list = String::from("&[\n");
    for letter in ["a", "b", "c", "d", "e"] {
        let mut files = Vec::new();
        walk(&root.join(letter), &mut files)?;
        files.sort();
        writeln!(list, "    &[")?;
        for file in files {
            let name =
                file.strip_prefix(root.join(letter))?.to_str().ok_or("a preset's name is not UTF-8")?;
            writeln!(list, "        ({:?}, include_str!({file:?})),", name.replace('\\', "/"))?;
        }
        writeln!(list, "    ],")?;
    }
    list.push(']');
    fs::write(told("OUT_DIR")?.join("presets.rs"), list)?;
    Ok(())
}

/// Asked when it runs: what was built in another checkout, in the same target directory, is taken for this one.
#[expect(clippy::disallowed_methods, reason = "cargo tells a build script by variables alone where it works")]
fn told(place: &str) -> Result<PathBuf, Box<dyn Error>> {
    Ok(PathBuf::from(env::var(place)?))
}

fn walk(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "yml") {
            files.push(path);
        }
    }
    Ok(())
}
