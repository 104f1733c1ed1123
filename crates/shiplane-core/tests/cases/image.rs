//! Images: which are pulled and which are sent, what a host lacks, and the archive that is made for it.

use std::collections::BTreeMap;

use shiplane_core::deploy::image::pack::{Piece, Read, layers, pack, saved};
use shiplane_core::deploy::image::tar::{self, Entry, Trouble};
use shiplane_core::deploy::image::{
    Held, Local, Origin, Stock, Store, incoming, origin, picked, platform, resolved, shared,
};
use shiplane_core::exit::Exit;

fn digest(letter: char) -> String {
    format!("sha256:{}", letter.to_string().repeat(64))
}

fn stock(images: &[&[char]]) -> Stock {
    let held = |layers: &&[char]| Held {
        id: digest('0'),
        layers: layers.iter().map(|letter| digest(*letter)).collect(),
    };
    Stock {
        os: "linux".to_owned(),
        architecture: "amd64".to_owned(),
        images: images.iter().map(held).collect(),
        ..Stock::default()
    }
}

/// An archive as `docker save` writes one, by the headers that we write ourselves.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, text) in files {
        let size = text.len() as u64;
        bytes.extend([tar::header(name, size), text.to_vec(), tar::padding(size)].concat());
    }
    bytes.extend(tar::end());
    bytes
}

fn index(bytes: &[u8]) -> Result<Vec<Entry>, Trouble<()>> {
    tar::index(|at, size| {
        let from = usize::try_from(at).unwrap().min(bytes.len());
        let to = usize::try_from(at.saturating_add(size)).unwrap().min(bytes.len());
        Ok(bytes[from..to].to_vec())
    })
}

fn write_out(source: &[u8], pieces: &[Piece]) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => out.extend(bytes),
            Piece::Range { start, size } => {
                let start = usize::try_from(*start).unwrap();
                out.extend(&source[start..start + usize::try_from(*size).unwrap()]);
            }
        }
    }
    out
}

/// Two layers, `a` below `b`, as Docker 25 and later write them.
fn two_layers() -> (Vec<u8>, Vec<Read>) {
    let (id, a, b) = (digest('c'), digest('a'), digest('b'));
    let config = format!(r#"{{"os":"linux","rootfs":{{"type":"layers","diff_ids":["{a}","{b}"]}}}}"#);
    let blob = |digest: &str| format!("blobs/{}", digest.replace(':', "/"));
    let manifest = format!(
        r#"[{{"Config":"{}","RepoTags":null,"Layers":["{}","{}"],"LayerSources":{{}}}}]"#,
        blob(&id),
        blob(&a),
        blob(&b)
    );
    let bytes = archive(&[
        (&blob(&a), b"the lower layer"),
        (&blob(&b), &[7; 1000]),
        (&blob(&id), config.as_bytes()),
        ("index.json", b"{}"),
        ("manifest.json", manifest.as_bytes()),
    ]);
    let entries = index(&bytes).unwrap();
    let image = saved(manifest.as_bytes(), &entries).unwrap().remove(0);
    let layers = layers(config.as_bytes()).unwrap();
    (bytes, vec![Read { saved: image, layers }])
}

#[test]
fn a_digest_is_pulled_and_a_name_is_sent() {
    let with = format!("registry.example:5000/team/shop:1.2@{}", digest('a'));
    assert_eq!(origin(&with).unwrap(), Origin::Registry);
    assert_eq!(origin("shop:ci").unwrap(), Origin::Client);
    assert_eq!(origin(&digest('a')).unwrap(), Origin::Client, "the id of an image here");
}

#[test]
fn what_is_no_name_is_asked_wrongly() {
    let short = "shop@sha256:abc";
    let upper = format!("shop@sha256:{}", "A".repeat(64));
    let long = "a".repeat(513);
    for text in
        ["", "-rf", "--all", "shop ci", "shop\nci", "shop@md5:abc", short, &upper, &long, "$(id)", "./x"]
    {
        let fault = origin(text).unwrap_err();
        assert_eq!((fault.exit, fault.code), (Exit::Usage, "image-invalid"), "{text:?}");
    }
}

#[test]
fn flags_win_over_the_config() {
    let configured =
        BTreeMap::from([("web".to_owned(), "shop:1".to_owned()), ("db".to_owned(), "pg".to_owned())]);
    let flags = ["web=shop:2, worker=shop:3\n".to_owned(), " ".to_owned()];
    let images = picked(&configured, &flags).unwrap();
    let shown: Vec<String> = images.iter().map(|(service, image)| format!("{service}={image}")).collect();
    assert_eq!(shown, ["db=pg", "web=shop:2", "worker=shop:3"]);
    for wrong in ["web", "=shop", "web=", "we b=shop", "a/b=shop"] {
        assert_eq!(picked(&configured, &[wrong.to_owned()]).unwrap_err().code, "image-invalid", "{wrong}");
    }
}

#[test]
fn what_was_sent_stands_in_the_plan_by_its_id() {
    let pulled = format!("shop@{}", digest('a'));
    let images =
        BTreeMap::from([("web".to_owned(), "shop:ci".to_owned()), ("db".to_owned(), pulled.clone())]);
    let ids = BTreeMap::from([("shop:ci".to_owned(), digest('b'))]);
    let settled = BTreeMap::from([("web".to_owned(), digest('b')), ("db".to_owned(), pulled)]);
    assert_eq!(resolved(&images, &ids), settled);
    assert_eq!(incoming(&digest('b')), format!("shiplane/incoming:{}", "b".repeat(64)));
}

#[test]
fn a_layer_counts_only_above_the_same_layers() {
    let mine: Vec<String> = ['a', 'b', 'c'].map(digest).to_vec();
    let cases: [(&[&[char]], usize); 6] = [
        (&[], 0),
        (&[&['a', 'b', 'c']], 3),
        (&[&['a'], &['a', 'b', 'x']], 2),
        (&[&['b', 'c']], 0),
        (&[&['a', 'c']], 1),
        (&[&['a', 'b', 'c', 'd']], 3),
    ];
    for (images, count) in cases {
        assert_eq!(shared(&mine, &stock(images)), count, "{images:?}");
    }
    let content = Stock { store: Store::Content, ..stock(&[&['a', 'b', 'c']]) };
    assert_eq!(shared(&mine, &content), 0, "containerd's store wants all of them");
}

#[test]
fn an_image_of_another_machine_is_refused() {
    let local = |os: &str, architecture: &str| Local {
        reference: "shop:ci".to_owned(),
        id: digest('a'),
        os: os.to_owned(),
        architecture: architecture.to_owned(),
    };
    assert_eq!(platform(&local("linux", "amd64"), &stock(&[])), None);
    let finding = platform(&local("linux", "arm64"), &stock(&[])).unwrap();
    assert_eq!(finding.code, "image-platform");
    assert_eq!(finding.fact, "shop:ci is for linux/arm64, and the host is linux/amd64");
}

#[test]
fn the_archive_has_what_the_host_lacks_and_names_the_rest() {
    let (bytes, images) = two_layers();
    type Case<'a> = (&'a [&'a [char]], &'a [&'a str], (usize, usize));
    let cases: [Case<'_>; 3] = [
        (&[], &["a.tar", "b.tar", "c.json", "manifest.json"], (2, 0)),
        (&[&['a', 'x']], &["b.tar", "c.json", "manifest.json"], (1, 1)),
        (&[&['a', 'b', 'x']], &["c.json", "manifest.json"], (0, 2)),
    ];
    for (held, files, counts) in cases {
        let pack = pack(&images, &stock(held)).unwrap();
        let out = write_out(&bytes, &pack.pieces);
        assert_eq!(pack.size(), out.len() as u64);
        assert_eq!((pack.sent, pack.kept), counts);
        let entries = index(&out).unwrap();
        let short = |name: &str| match name.split_once('.') {
            Some((hex, end)) if hex.len() == 64 => format!("{}.{end}", &hex[..1]),
            Some(_) | None => name.to_owned(),
        };
        assert_eq!(entries.iter().map(|entry| short(&entry.name)).collect::<Vec<_>>(), files);
        let manifest = entries.last().unwrap();
        let from = usize::try_from(manifest.start).unwrap();
        let text = std::str::from_utf8(&out[from..from + usize::try_from(manifest.size).unwrap()]).unwrap();
        for named in ['a', 'b'].map(|letter| format!("{}.tar", letter.to_string().repeat(64))) {
            assert!(text.contains(&named), "{text}");
        }
        assert!(text.contains(&format!("[\"{}\"]", incoming(&digest('c')))), "{text}");
    }
}

#[test]
fn layers_of_an_older_docker_that_stand_twice_are_followed() {
    let id = digest('c');
    let hex = "c".repeat(64);
    let manifest =
        format!(r#"[{{"Config":"{hex}.json","RepoTags":[],"Layers":["one/layer.tar","two/layer.tar"]}}]"#);
    let file = |name: &str, link: Option<&str>, start| Entry {
        name: name.to_owned(),
        link: link.map(str::to_owned),
        start,
        size: 10,
    };
    let mut entries = vec![
        file("one/layer.tar", None, 512),
        file("two/layer.tar", Some("../one/layer.tar"), 0),
        file(&format!("{hex}.json"), None, 2048),
    ];
    let image = saved(manifest.as_bytes(), &entries).unwrap().remove(0);
    assert_eq!(image.id, id);
    assert_eq!(image.files[1], entries[0]);
    let same = Read { saved: image, layers: vec![digest('a'), digest('a')] };
    assert_eq!(pack(&[same], &stock(&[])).unwrap().sent, 1, "a layer travels once");
    entries[0].link = Some("../two/layer.tar".to_owned());
    assert!(saved(manifest.as_bytes(), &entries).unwrap_err().contains("circle"));
    entries.remove(0);
    assert!(saved(manifest.as_bytes(), &entries).unwrap_err().contains("not in the archive"));
}

#[test]
fn hostile_archives_are_refused() {
    let good = archive(&[("a", b"text")]);
    assert_eq!(index(&good).unwrap().len(), 1);
    for cut in [0, 100, 512, 600, 1024] {
        assert!(matches!(index(&good[..cut]), Err(Trouble::Damaged(_))), "{cut}");
    }
    let mut flipped = good.clone();
    flipped[0] ^= 1;
    assert!(matches!(index(&flipped), Err(Trouble::Damaged("it is no tar archive"))));
    let huge = tar::header("a", u64::MAX - 1000);
    assert!(matches!(index(&huge), Err(Trouble::Damaged(_))));
    for manifest in ["", "{}", "[{}]", r#"[{"Config":"../../etc/passwd","Layers":[]}]"#] {
        assert!(saved(manifest.as_bytes(), &[]).is_err(), "{manifest}");
    }
}

#[test]
fn long_names_and_large_sizes_are_read() {
    let name = format!("blobs/{}", "x".repeat(200));
    let record = format!(" path={name}\n");
    let record = format!("{}{record}", record.len() + 3);
    let size = record.len() as u64;
    let mut pax = tar::header("pax", size);
    pax[156] = b'x';
    let sum: u64 = pax
        .iter()
        .enumerate()
        .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) })
        .sum();
    pax[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let bytes = [pax, record.into_bytes(), tar::padding(size), archive(&[("short", b"text"), ("next", b"")])]
        .concat();
    let entries = index(&bytes).unwrap();
    assert_eq!(entries.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), [name.as_str(), "next"]);

    // Larger than eleven octal digits can say, so the binary form is written; its bytes are not there to be read.
    let large = tar::header("large", 20_000_000_000);
    assert!(matches!(index(&large), Err(Trouble::Damaged("it is cut off"))));
}
