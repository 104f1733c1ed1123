//! `.env`: one key set, every other byte as it was.

use proptest::prelude::*;
use shiplane_core::deploy::env_file::{changed, replaced, with_key};

fn set(text: &str) -> String {
    String::from_utf8(with_key(text.as_bytes(), "ROLLOUT", "0")).unwrap()
}

#[test]
fn the_key_is_replaced_where_it_stands_and_else_added() {
    assert_eq!(set(""), "ROLLOUT=0\n");
    assert_eq!(set("A=1"), "A=1\nROLLOUT=0\n");
    assert_eq!(set("A=1\n"), "A=1\nROLLOUT=0\n");
    assert_eq!(set("ROLLOUT=50\nA=1"), "ROLLOUT=0\nA=1");
    assert_eq!(set("ROLLOUT=50"), "ROLLOUT=0");
    assert_eq!(set(" export  ROLLOUT = 5\r\nA=1\r\n"), " export  ROLLOUT =0\r\nA=1\r\n");
    assert_eq!(set("ROLLOUT=1\nROLLOUT=2\n"), "ROLLOUT=0\nROLLOUT=0\n");
    assert_eq!(
        set("#ROLLOUT=1\nMY_ROLLOUT=2\nROLLOUTS=3\n"),
        "#ROLLOUT=1\nMY_ROLLOUT=2\nROLLOUTS=3\nROLLOUT=0\n"
    );
    assert_eq!(replaced(b"A=1\n", "ROLLOUT", "0"), None);
}

#[test]
fn changes_are_told_by_name_alone() {
    let keys = changed("A=1\nB=2\nGONE=x\n# C=1\n", "B=3\nA=1\r\nexport NEW=y\n# C=2\n");
    assert_eq!(keys, ["B", "GONE", "NEW"]);
}

proptest! {
    #[test]
    fn every_other_byte_stays(lines in proptest::collection::vec("[A-QS-Z#= x]{0,9}", 0..6), at in 0_usize..6) {
        let mut all: Vec<String> = lines;
        let at = at.min(all.len());
        all.insert(at, "ROLLOUT=77".to_owned());
        let text = all.join("\n");
        let new = String::from_utf8(with_key(text.as_bytes(), "ROLLOUT", "0")).unwrap();
        prop_assert_eq!(new, text.replace("ROLLOUT=77", "ROLLOUT=0"));
    }
}
