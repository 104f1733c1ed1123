//! Flow b: `dev` to `stage` to `main`; a deploy asks for the last CI run of the branch before, and proves its services.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use anyhow::{Context as _, Result};
use shiplane_testkit::app::AppRelease;
use shiplane_testkit::need::need;
use shiplane_testkit::services::Redis;

use super::stage::{Flow, said};

const JOBS: [&str; 5] = [
    "ci / lint and test",
    "ci / Security Checks",
    "ci / Code Quality Checks",
    "ci / Docker File Checks",
    "ci / Config File Validation",
];

/// The services beside the app, and their addresses in the config.
struct Beside {
    _redis: Redis,
}

impl Beside {
    fn of(test: &str, flow: &Flow) -> Result<Option<Self>> {
        if need(test, Redis::available()).is_none() {
            return Ok(None);
        }
        let (redis, clickhouse) = (Redis::start(&[])?, clickhouse()?);
        flow.config(&[
            ("127.0.0.1:6379", &format!("127.0.0.1:{}", redis.port())),
            ("127.0.0.1:8123", &format!("127.0.0.1:{clickhouse}")),
        ])?;
        flow.commit("chore: addresses")?;
        Ok(Some(Self { _redis: redis }))
    }
}

/// What ClickHouse says when it is asked whether it is there.
fn clickhouse() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("bind a port")?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 2048];
            if stream.read(&mut request).is_ok_and(|length| length > 0) {
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nOk.\n")
                    .ok();
            }
        }
    });
    Ok(port)
}

#[test]
fn staging_follows_a_green_dev_and_what_breaks_there_goes_back() -> Result<()> {
    let test = "flow b, staging";
    let Some(flow) = Flow::open(test, "b")? else { return Ok(()) };
    let Some(_beside) = Beside::of(test, &flow)? else { return Ok(()) };
    flow.shop.work.branch("stage")?;
    let dev = flow.shop.work.head()?;
    flow.github.edit(|world| {
        let repo = world.repo("example", "shop");
        repo.branch("dev", &dev);
        repo.run(("CI", "ci.yml"), ("dev", &dev), &JOBS).job("gate / CI Success Check");
    });

    let told = flow.push("staging.yml")?;
    said(&told, &[("source", "pass"), ("deploy", "deployed"), ("smoke", "ok")]);
    assert_eq!(flow.answers()?, "1.0.0");

    let broken = flow.release(&AppRelease::unhealthy("1.1.0"))?;
    let told = flow.push("staging.yml")?;
    said(&told, &[("deploy", "restored")]);
    assert_eq!(told.result("deploy"), Some("failure"), "{told}");
    assert_ne!(flow.shop.tree()?.0, broken.commit);
    assert_eq!(flow.answers()?, "1.0.0");
    Ok(())
}

#[test]
fn a_red_stage_stops_production_before_anything_happens() -> Result<()> {
    let Some(flow) = Flow::open("flow b, production", "b")? else { return Ok(()) };
    let stage = flow.shop.work.head()?;
    flow.github.edit(|world| {
        let repo = world.repo("example", "shop");
        repo.branch("stage", &stage);
        repo.run(("CI", "ci.yml"), ("stage", &stage), &JOBS[1..]).job(JOBS[0]).conclude("failure");
    });

    let told = flow.push("production.yml")?;

    said(&told, &[("source", "blocked")]);
    assert_eq!((told.result("test"), told.result("deploy")), (None, None), "{told}");
    assert_eq!(flow.shop.story()?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_promotion_needs_two_approvals_and_the_right_branch_and_the_audit_tells_what_is_open() -> Result<()> {
    let Some(flow) = Flow::open("flow b, gate", "b")? else { return Ok(()) };
    let main = flow.shop.work.head()?;
    flow.shop.work.branch("stage")?.write("carts", "1")?;
    let stage = flow.commit("feat: carts")?;
    flow.github.edit(|world| {
        let repo = world.repo("example", "shop");
        repo.pull(7).by("ada").from("stage", &stage).into_branch("main", &main).approve("grace");
        repo.commit(&stage).checks_passed(&JOBS);
    });

    let told = flow.pull_request("ci.yml", 7, "main")?;
    for job in ["lint and test", "Security Checks", "Config File Validation"] {
        assert!(told.says(&format!("name:{job}")), "{job} did not run: {told}");
    }
    assert_eq!(told.result("job"), Some("success"), "{told}");
    said(&told, &[("gate", "blocked")]);
    assert_eq!(told.outputs("gate")["codes"], "approvals");

    flow.github.edit(|world| {
        world.repo("example", "shop").pull(7).approve("linus");
    });
    said(&flow.pull_request("ci.yml", 7, "main")?, &[("gate", "pass")]);

    let told = flow.schedule("audit.yml")?;
    assert_eq!(told.result("audit"), Some("failure"), "{told}");
    assert!(told.outputs("audit")["codes"].contains("protection-missing"), "{told}");
    Ok(())
}
