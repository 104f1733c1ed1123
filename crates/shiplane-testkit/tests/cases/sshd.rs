//! A real sshd, asked by the real ssh.

use std::io::Read as _;
use std::net::TcpStream;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Result;
use shiplane_testkit::need::need;
use shiplane_testkit::process::{Run, wait_until};
use shiplane_testkit::sshd::{KeyKind, Sshd, SshdOptions};

#[test]
fn a_session_lives_in_the_servers_own_home() -> Result<()> {
    let Some(_) = need("sshd::home", Sshd::available()) else { return Ok(()) };
    let options =
        SshdOptions { env: vec![("SHOP".to_owned(), "two words".to_owned())], ..SshdOptions::default() };
    let sshd = Sshd::start_with(&options)?;
    let home = sshd.home().display().to_string();
    let outcome = sshd.ssh("pwd; echo \"$HOME\"; echo ~; echo \"$SHOP\"; id -un; cat").stdin("input").ok()?;
    assert_eq!(outcome.stdout, format!("{home}\n{home}\n{home}\ntwo words\n{}\ninput", sshd.user()));
    sshd.ssh("exit 7").run()?.expect(7);
    assert!(sshd.log().contains("Accepted publickey"), "{}", sshd.log());
    Ok(())
}

#[test]
fn files_can_be_copied() -> Result<()> {
    let Some(_) = need("sshd::sftp", Sshd::available()) else { return Ok(()) };
    let sshd = Sshd::start()?;
    let known = format!("UserKnownHostsFile={}", sshd.known_hosts_file().display());
    let copy = Run::new("scp").args(["-q", "-F", "none", "-o", &known, "-P", &sshd.port().to_string(), "-i"]);
    let target = format!("{}@127.0.0.1:copied", sshd.user());
    copy.arg(sshd.client_key().path()).arg(sshd.known_hosts_file()).arg(target).ok()?;
    assert_eq!(std::fs::read_to_string(sshd.home().join("copied"))?, sshd.known_hosts());
    Ok(())
}

#[test]
fn strange_keys_are_refused_on_both_sides() -> Result<()> {
    let Some(_) = need("sshd::keys", Sshd::available()) else { return Ok(()) };
    let kinds = vec![KeyKind::Ed25519, KeyKind::Ecdsa, KeyKind::Rsa];
    let sshd = Sshd::start_with(&SshdOptions { host_keys: kinds, ..SshdOptions::default() })?;
    assert_eq!(sshd.known_hosts().lines().count(), 3);
    assert!(sshd.host_keys().iter().all(|key| key.fingerprint().starts_with("SHA256:")));
    let other = Sshd::start()?;
    let port = sshd.port().to_string();
    let with_other_key =
        Run::new("ssh").args(["-F", "none", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"]);
    let with_other_key =
        with_other_key.args(["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]);
    let with_other_key = with_other_key.args(["-p", &port, "-i"]).arg(other.client_key().path());
    let target = format!("{}@127.0.0.1", sshd.user());
    with_other_key.clone().args([target.as_str(), "true"]).run()?.expect(255);
    sshd.authorize(other.client_key().public_line())?;
    with_other_key.args([target.as_str(), "true"]).run()?.expect(0);
    std::fs::write(sshd.known_hosts_file(), other.known_hosts())?;
    let refused = sshd.ssh("true").run()?;
    assert!(refused.expect(255).stderr.contains("Host key verification failed"), "{refused}");
    Ok(())
}

#[test]
fn a_cut_ends_the_connection_and_not_the_work() -> Result<()> {
    let Some(_) = need("sshd::cut", Sshd::available()) else { return Ok(()) };
    let sshd = Sshd::start()?;
    let script = "touch begun; while [ ! -e go ]; do sleep 0.01; done; touch done";
    let mut client = sshd.ssh(script).command().stdin(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let file = |name: &str| sshd.home().join(name).exists().then_some(());
    wait_until("the session", Duration::from_secs(10), || file("begun"))?;
    sshd.cut();
    assert_eq!(client.wait()?.code(), Some(255));
    std::fs::write(sshd.home().join("go"), "")?;
    wait_until("the work to end without its connection", Duration::from_secs(10), || file("done"))?;
    sshd.ssh("true").ok()?;
    Ok(())
}

#[test]
fn a_paused_server_accepts_and_says_nothing() -> Result<()> {
    let Some(_) = need("sshd::pause", Sshd::available()) else { return Ok(()) };
    let sshd = Sshd::start()?;
    sshd.pause();
    let mut stream = TcpStream::connect(("127.0.0.1", sshd.port()))?;
    stream.set_read_timeout(Some(Duration::from_millis(100)))?;
    assert!(stream.read(&mut [0; 1]).is_err());
    sshd.resume();
    sshd.ssh("true").ok()?;
    Ok(())
}

#[test]
fn nothing_is_left_behind() -> Result<()> {
    let Some(_) = need("sshd::drop", Sshd::available()) else { return Ok(()) };
    let sshd = Sshd::start()?;
    let pid = sshd.ssh("setsid sleep 600 >/dev/null 2>&1 </dev/null & echo $!").ok()?.stdout;
    let process = format!("/proc/{}", pid.trim());
    assert!(std::path::Path::new(&process).exists());
    let (home, port) = (sshd.home(), sshd.port());
    drop(sshd);
    assert!(!home.exists());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    let gone = || (!std::path::Path::new(&process).join("exe").exists()).then_some(());
    wait_until("the detached process to be gone", Duration::from_secs(5), gone)?;
    Ok(())
}
