//! Peak memory of the client while it sends an image: one of 1 GB beside one of 50 MB, so that flat shows as 1.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, bail};
use shiplane_testkit::app::{AppRelease, sample_app_static};
use shiplane_testkit::engine::Engine;
use shiplane_testkit::sshd::Sshd;

use crate::bench::tools::Tools;
use crate::process::Run;
use crate::say;

const SMALL: u64 = 50_000_000;
const LARGE: u64 = 1_000_000_000;

const DOCKERFILE: &str = "FROM scratch\nCOPY sample-app release.env noise /\nENTRYPOINT [\"/sample-app\"]\n\
                          CMD [\"serve\", \"--bind\", \"0.0.0.0\", \"--port\", \"8080\", \"--config\", \"/release.env\"]\n";

/// Sends both, each to a site of its own, and says what the client took.
pub(super) fn measure(tools: &Tools<'_>, _: u32) -> anyhow::Result<()> {
    let binary = tools.binary("ssh-deploy")?;
    let (sshd, engine) = (Sshd::start()?, Engine::start()?);
    let room = tempfile::tempdir().context("make a room")?;
    let small = peak(&binary, SMALL, (&sshd, &engine, room.path()))?;
    let large = peak(&binary, LARGE, (&sshd, &engine, room.path()))?;
    say::line(&format!(
        "image-memory: {small} kB for {SMALL} bytes, {large} kB for {LARGE} bytes, ratio {:.2}",
        f64::from(large) / f64::from(small)
    ));
    Ok(())
}

/// The most that one deploy had in memory, in kB.
fn peak(binary: &str, bytes: u64, (sshd, engine, room): (&Sshd, &Engine, &Path)) -> anyhow::Result<u32> {
    let name = format!("image-memory-{}-{bytes}", std::process::id());
    let image = image(&name, bytes, (engine, room))?;
    let site = sshd.home().join(&name);
    fs::create_dir(&site).context("make the site")?;
    fs::write(site.join("docker-compose.yml"), "services:\n  web:\n    image: nowhere\n")
        .context("write the Compose file")?;
    let config = format!(
        "version: 1\nenvironments:\n  bench:\n    hosts: [\"{}@127.0.0.1:{}\"]\n    path: {}\n    \
         strategy: image\n    compose: docker-compose.yml\n",
        sshd.user(),
        sshd.port(),
        site.display()
    );
    let file = room.join("shiplane.yml");
    fs::write(&file, config).context("write the config")?;
    let commit = "a".repeat(40);
    let mut deploy = Run::new(binary)
        .args(["deploy", "--commit", &commit, "--image", &format!("web={image}")])
        .args(["--config", &file.display().to_string()])
        .env("HOME", room)
        .env("DOCKER_HOST", engine.host())
        .env("SHIPLANE_KNOWN_HOSTS", sshd.known_hosts())
        .env("SSH_PRIVATE_KEY", sshd.client_key().private_text()?)
        .into_inner();
    deploy.stdout(std::process::Stdio::null());
    let mut child = deploy.spawn().context("start the deploy")?;
    let (status, mut most) = (format!("/proc/{}/status", child.id()), 0);
    let ended = loop {
        most = high_water(&status).unwrap_or_default().max(most);
        if let Some(ended) = child.try_wait().context("wait for the deploy")? {
            break ended;
        }
        sleep(Duration::from_millis(20));
    };
    remove(&name)?;
    if ended.success() { Ok(most) } else { bail!("the deploy of {bytes} bytes ended with {ended}") }
}

/// Nothing in it repeats, so all of it travels.
fn image(name: &str, bytes: u64, (engine, room): (&Engine, &Path)) -> anyhow::Result<String> {
    let dir = room.join(name);
    fs::create_dir(&dir).context("make the context")?;
    fs::write(dir.join("Dockerfile"), DOCKERFILE).context("write the Dockerfile")?;
    fs::copy(sample_app_static()?, dir.join("sample-app")).context("copy the app")?;
    fs::write(dir.join("release.env"), AppRelease::good("1.0.0").env_text()).context("write release.env")?;
    let mut noise = fs::File::open("/dev/urandom").context("open noise")?.take(bytes);
    let mut file = fs::File::create(dir.join("noise")).context("make noise")?;
    std::io::copy(&mut noise, &mut file).context("write noise")?;
    let build = engine.docker(&["build", "--quiet", "--tag", name, &dir.display().to_string()]);
    build.within(Duration::from_secs(300)).ok()?;
    fs::remove_dir_all(&dir).context("remove the context")?;
    Ok(name.to_owned())
}

fn high_water(status: &str) -> Option<u32> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The daemon of the host is everybody's.
fn remove(name: &str) -> anyhow::Result<()> {
    let docker = shiplane_testkit::docker::Docker::available().context("find docker")?;
    docker.remove_project(name, &format!("shiplane/{name}/*"))
}
