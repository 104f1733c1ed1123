//! Manifests: what may travel, what changed, and names as bytes.

use std::collections::BTreeMap;

use proptest::prelude::*;
use shiplane_core::deploy::manifest::{Change, Kept, Manifest, Unfit};
use shiplane_core::deploy::{Digest, Name};

fn name(text: &[u8]) -> Name {
    Name(text.to_vec())
}

fn file(letter: u8) -> Kept {
    Kept::File { size: 1, exec: false, hash: Digest([letter; 32]) }
}

fn manifest(entries: &[(&str, Kept)]) -> Manifest {
    Manifest(entries.iter().map(|(path, kept)| (name(path.as_bytes()), kept.clone())).collect())
}

fn link(target: &str) -> Kept {
    Kept::Link(name(target.as_bytes()))
}

#[test]
fn the_change_has_what_is_new_another_or_gone() {
    let old = manifest(&[("a", file(1)), ("b", file(2)), ("c", Kept::Directory), ("d", file(4))]);
    let new = manifest(&[("a", file(1)), ("b", file(9)), ("c", link("a")), ("e", file(5))]);
    let change = old.to(&new);
    let put: Vec<String> = change.put.keys().map(Name::to_string).collect();
    let gone: Vec<String> = change.gone.iter().map(Name::to_string).collect();
    assert_eq!((put, gone), (vec!["b".to_owned(), "c".to_owned(), "e".to_owned()], vec!["d".to_owned()]));
    assert_eq!((change.size(), change.files()), (2, 2));
    assert_eq!(old.with(&change), new);
    assert_eq!(new.to(&new), Change::default());
}

#[test]
fn links_stay_inside_or_do_not_travel() {
    let inside = ["x", "./x", "d/../x", "..", "../x", "d/x", "../d/x/", "."];
    let outside = ["/etc", "../../x", "../..", "d/../../../x", "../d/../x", "", "//", "x\0y"];
    for target in inside.iter().filter(|target| !target.contains("d/..")) {
        let all = manifest(&[("d", Kept::Directory), ("d/l", link(target))]);
        assert_eq!(all.unfit(), [], "{target}");
    }
    for target in outside.iter().chain(&["d/../x"]) {
        let all = manifest(&[("d", Kept::Directory), ("d/l", link(target))]);
        assert_eq!(all.unfit(), [(&name(b"d/l"), Unfit::LinkEscapes)], "{target}");
    }
    assert_eq!(manifest(&[("l", link(".."))]).unfit().len(), 1);
}

#[test]
fn paths_are_plain_and_lie_in_directories_that_are_named() {
    let long = "x".repeat(256);
    for path in ["/a", "a//b", "../a", "a/..", ".", "", "a/", "a\0b", &long] {
        let all = manifest(&[("a", Kept::Directory), (path, file(1))]);
        assert_eq!(all.unfit(), [(&name(path.as_bytes()), Unfit::Path)], "{path:?}");
    }
    for parent in [file(1), link("b")] {
        let all = manifest(&[("a", parent), ("b", Kept::Directory), ("a/x", file(1))]);
        assert_eq!(all.unfit(), [(&name(b"a/x"), Unfit::Parent)]);
    }
    assert_eq!(manifest(&[("a/x", file(1))]).unfit().len(), 1, "a parent that is not named");
}

#[test]
fn the_bytes_that_are_hashed_tell_everything_apart() {
    let all = [
        manifest(&[]),
        manifest(&[("a", file(1))]),
        manifest(&[("a", file(2))]),
        manifest(&[("a", Kept::File { size: 1, exec: true, hash: Digest([1; 32]) })]),
        manifest(&[("a", Kept::File { size: 2, exec: false, hash: Digest([1; 32]) })]),
        manifest(&[("a", Kept::Directory)]),
        manifest(&[("a", link("b"))]),
        manifest(&[("a", link("")), ("b", Kept::Directory)]),
        manifest(&[("b", file(1))]),
    ];
    for (one, other) in
        all.iter().enumerate().flat_map(|(at, one)| all.iter().skip(at + 1).map(move |it| (one, it)))
    {
        assert_ne!(one.bytes(), other.bytes());
    }
}

proptest! {
    #[test]
    fn any_name_survives_the_way_as_text(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let all = BTreeMap::from([(Name(bytes), Kept::Directory)]);
        let text = serde_json::to_string(&Manifest(all.clone())).unwrap();
        prop_assert_eq!(serde_json::from_str::<Manifest>(&text).unwrap().0, all);
    }

    #[test]
    fn any_text_is_a_name_or_an_error(text in ".*") {
        let quoted = serde_json::to_string(&text).unwrap();
        drop(serde_json::from_str::<Name>(&quoted));
        drop(serde_json::from_str::<Digest>(&quoted));
    }
}
