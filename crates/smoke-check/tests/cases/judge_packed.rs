//! Access logs that were rotated and packed, and packed files that are no logs.

use std::io::Write as _;

use super::tool::{call, codes};

fn log(lines: usize) -> String {
    let line = |number: usize| {
        let (minute, second) = (number / 60 % 60, number % 60);
        format!(
            "192.0.2.7 - - [05/Jan/2026:10:{minute:02}:{second:02} +0000] \"GET / HTTP/1.1\" 200 512 \"-\" \"curl\"\n"
        )
    };
    (0..lines).map(line).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn judged(bytes: &[u8]) -> (i32, serde_json::Value) {
    let args = ["--access-log", "access.log.gz", "--at", "2026-01-05T10:10:00Z", "--since", "10m"];
    call("judge", &args).file("access.log.gz", bytes).json()
}

#[test]
fn gzip_in_several_parts_and_zstd_are_read_as_what_they_hold() {
    let text = log(600);
    let (first, second) = text.as_bytes().split_at(text.len() / 2);
    let parts = [gzip(first), gzip(second)].concat();
    for bytes in [text.clone().into_bytes(), parts, zstd::encode_all(text.as_bytes(), 3).unwrap()] {
        let (code, report) = judged(&bytes);
        assert_eq!((code, report["verdict"].as_str()), (0, Some("ok")), "{report:#}");
        assert_eq!(report["outputs"]["requests"], "540");
    }
}

#[test]
fn a_packed_log_that_is_cut_or_broken_is_no_data() {
    let packed = gzip(log(600).as_bytes());
    let mut broken = packed.clone();
    broken[packed.len() / 2] ^= 0x55;
    for bytes in [&packed[..packed.len() / 2], &broken] {
        let (code, report) = judged(bytes);
        assert_eq!((code, report["verdict"].as_str()), (1, Some("no-data")), "{report:#}");
        assert!(codes(&report).contains(&"source-unreadable"), "{report:#}");
    }
}

#[test]
fn a_bomb_is_put_down() {
    let zeros = vec![b'0'; 1024 * 1024];
    let mut packer = zstd::Encoder::new(Vec::new(), 3).unwrap();
    (0..80).for_each(|_| packer.write_all(&zeros).unwrap());
    let (code, report) = judged(&packer.finish().unwrap());
    assert_eq!((code, report["verdict"].as_str()), (1, Some("no-data")), "{report:#}");
    assert!(report.to_string().contains("more than 200 times its size"), "{report:#}");
}
