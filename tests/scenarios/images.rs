//! Strategy `image` on a real server: sent without a registry, pulled by digest, and back with neither.

use anyhow::{Context as _, Result};
use shiplane_testkit::app::AppRelease;
use shiplane_testkit::engine::Engine;
use shiplane_testkit::need::need;
use shiplane_testkit::process::Outcome;
use shiplane_testkit::registry::Registry;

use super::tools;
use super::yard::Yard;

#[test]
fn images_travel_without_a_registry_and_only_new_layers_do() -> Result<()> {
    let test = "images over SSH";
    let (Some(yard), Some(_)) = (Yard::open(test)?, need(test, Engine::available())) else { return Ok(()) };
    let here = Engine::start()?;
    let build = |release: &AppRelease| -> Result<(String, String)> {
        let name = format!("{}:{}", yard.project, release.version());
        here.docker(&["build", "--quiet", "--tag", &name, &yard.context(release)?]).ok()?;
        let id = here.docker(&["image", "inspect", "--format", "{{.Id}}", &name]).ok()?;
        Ok((name, id.stdout.trim().to_owned()))
    };
    let host = here.host();

    let (first, first_id) = build(&AppRelease::good("1.0.0"))?;
    let deployed = yard.deploy("1.0.0", &first, Some(&host))?;
    deployed.expect(0);
    let (layers, _, travelled) = sent(&deployed)?;
    assert_eq!(layers, 3, "{deployed}");
    assert!(travelled > 3_000_000, "{travelled} bytes for 3 MB of noise");
    assert_eq!(yard.answers().as_deref(), Some("1.0.0"));
    assert!(yard.journal()?.contains(&first_id), "the journal has the image's id");
    assert_eq!(
        yard.names(&first)?,
        Vec::<String>::new(),
        "its name on the other machine is nobody's business"
    );
    assert_eq!(yard.names(first_id.trim_start_matches("sha256:"))?, Vec::<String>::new(), "nothing waits");

    let (second, second_id) = build(&AppRelease::good("1.1.0"))?;
    let deployed = yard.deploy("1.1.0", &second, Some(&host))?;
    deployed.expect(0);
    let (layers, bytes, travelled) = sent(&deployed)?;
    assert_eq!(layers, 1, "{deployed}");
    assert!(bytes < 20_000 && travelled < 10_000, "{bytes} bytes, {travelled} on the way");
    assert_eq!(yard.answers().as_deref(), Some("1.1.0"));
    assert!(yard.journal()?.contains(&second_id));

    let again = yard.deploy("1.1.0", &second, Some(&host))?;
    again.expect(0);
    assert!(again.stderr.contains("has every image already"), "{again}");

    let (broken, _) = build(&AppRelease::unhealthy("1.2.0"))?;
    let restored = yard.deploy("1.2.0", &broken, Some(&host))?;
    restored.expect(11);
    assert_eq!(yard.answers().as_deref(), Some("1.1.0"));

    drop(here);
    let refused = yard.deploy("1.3.0", &second, Some(&host))?;
    refused.expect(1);
    assert!(
        refused.stdout.contains("docker-missing-here") || refused.stderr.contains("docker-missing-here"),
        "{refused}"
    );
    let back = yard.tool("rollback", &["to", "1.0.0"], None)?;
    back.expect(0);
    assert_eq!(yard.answers().as_deref(), Some("1.0.0"));
    Ok(())
}

/// How many layers were sent, their bytes, and the bytes on the way.
fn sent(outcome: &Outcome) -> Result<(usize, u64, u64)> {
    let line = outcome.stderr.lines().find(|line| line.contains(" on the way; it had "));
    let line = line.with_context(|| format!("find what was sent: {outcome}"))?;
    let (_, said) = line.split_once(" got ").context("find what the host got")?;
    let mut numbers = said.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok());
    let mut next = || numbers.next().context("read a number");
    let (layers, bytes, travelled): (u64, u64, u64) = (next()?, next()?, next()?);
    Ok((usize::try_from(layers)?, bytes, travelled))
}

#[test]
fn a_digest_is_pulled_and_the_way_back_needs_no_registry() -> Result<()> {
    let test = "images by digest";
    let (Some(yard), Some(_)) = (Yard::open(test)?, need(test, Registry::available())) else { return Ok(()) };
    let mut registry = Registry::start()?;
    let push = |version: &str| -> Result<String> {
        let name = format!("{}/{}:{version}", registry.name(), yard.project);
        let context = yard.context(&AppRelease::good(version))?;
        yard.docker.docker(&["build", "--quiet", "--tag", &name, &context]).ok()?;
        yard.docker.docker(&["push", "--quiet", &name]).ok()?;
        let about = ["image", "inspect", "--format", "{{index .RepoDigests 0}}", &name];
        let digest = yard.docker.docker(&about).ok()?.stdout.trim().to_owned();
        yard.docker.docker(&["image", "rm", "--force", &name, &digest]).ok()?;
        Ok(digest)
    };
    let (first, second, third) = (push("2.0.0")?, push("2.1.0")?, push("2.2.0")?);

    yard.deploy("2.0.0", &first, None)?.expect(0);
    assert_eq!(yard.answers().as_deref(), Some("2.0.0"));
    yard.deploy("2.1.0", &second, None)?.expect(0);
    assert_eq!(yard.answers().as_deref(), Some("2.1.0"));

    let (name, _) = first.split_once('@').context("read a digest")?;
    let wrong = yard.deploy("2.3.0", &format!("{name}@sha256:{}", "0".repeat(64)), None)?;
    wrong.expect(10);
    assert!(wrong.stdout.contains("image-unknown"), "{wrong}");

    registry.stop();
    yard.docker.docker(&["image", "rm", &first, &second]).ok().context("forget where they came from")?;
    let down = yard.deploy("2.2.0", &third, None)?;
    down.expect(10);
    assert!(down.stdout.contains("registry-unreachable"), "{down}");
    assert_eq!(yard.answers().as_deref(), Some("2.1.0"), "the old release was never touched");

    yard.tool("rollback", &["to"], None)?.expect(0);
    assert_eq!(yard.answers().as_deref(), Some("2.0.0"));
    Ok(())
}

#[test]
fn what_cannot_be_had_is_said_before_anything_changes() -> Result<()> {
    let Some(yard) = Yard::open("images that cannot be had")? else { return Ok(()) };
    let tag = yard.deploy("3.0.0", "registry.example/shop:latest", None)?;
    tag.expect(10);
    assert!(tag.stdout.contains("image-unknown") && tag.stdout.contains("@sha256:"), "{tag}");
    assert!(yard.deploy("3.0.0", "shop@sha256:12", None)?.code() == 2);
    assert!(yard.journal().is_err(), "no run has begun");
    Ok(())
}

/// One block of a packed archive, and then nothing more: as when the line breaks.
#[test]
fn an_archive_that_is_cut_off_is_not_loaded() -> Result<()> {
    let Some(yard) = Yard::open("an archive that is cut off")? else { return Ok(()) };
    let id = format!("sha256:{}", "e".repeat(64));
    let claim = serde_json::json!({
        "images": [{ "id": id, "layers": [] }], "bytes": 300_000, "limit": "1m",
    });
    // RFC 8878: magic number, a frame header with a window, a raw block of 65536 bytes that is not the last.
    let frame = [&[0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58][..], &[0x00, 0x00, 0x08], &[0; 65536]].concat();
    let input = [claim.to_string().into_bytes(), b"\n".to_vec(), frame].concat();
    let outcome = tools::tool("ssh-deploy")?.args(["worker", "load"]).stdin(input).run()?;
    outcome.expect(0);
    assert!(outcome.stdout.contains("image-stream-broken"), "{outcome}");
    assert_eq!(yard.names(&"e".repeat(64))?, Vec::<String>::new());
    Ok(())
}
