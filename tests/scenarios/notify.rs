//! Whoever wants to hear of a run hears of it once, from each of the five.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::desk::Desk;
use super::tools::TOOLS;

/// An address that takes messages, with the end that they come out of.
pub(crate) fn listener(status: &'static str) -> Result<(String, Receiver<Value>)> {
    let listener = TcpListener::bind("127.0.0.1:0").context("bind a port")?;
    let address = format!("http://{}/hook/s3cr3t-part", listener.local_addr()?);
    let (said, heard) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut reader = BufReader::new(&stream);
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap_or(0);
                }
                line.clear();
            }
            let mut body = vec![0; length];
            if reader.read_exact(&mut body).is_ok() {
                said.send(serde_json::from_slice(&body).unwrap_or_default()).ok();
            }
            (&stream).write_all(format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n").as_bytes()).ok();
        }
    });
    Ok((address, heard))
}

#[test]
fn each_of_the_five_tells_of_a_run_once() -> Result<()> {
    let desk = Desk::open()?;
    let (address, heard) = listener("204")?;
    for tool in TOOLS {
        let bump = || ["check", "--base", "HEAD", "--title", "feat: more"].map(str::to_owned).to_vec();
        let args = desk.refused(tool).unwrap_or_else(bump);
        let outcome = desk.heard((tool, &args), &address)?;
        let told =
            heard.recv_timeout(Duration::from_secs(10)).with_context(|| format!("{tool}: {outcome}"))?;
        assert_eq!((told["tool"].as_str(), told["schema"].as_u64()), (Some(tool), Some(1)), "{told:#}");
        assert_eq!(told["exit"].as_i64(), outcome.status.code().map(i64::from), "{told:#}");
        assert_eq!(told["command"], args[0].as_str());
        assert_eq!(told["event"], "failure", "{told:#}");
        assert!(heard.try_recv().is_err(), "{tool} told it twice");
        let shown = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(shown.contains("webhook: told of failure"), "{shown}");
        assert!(!shown.contains("s3cr3t-part"), "{shown}");
    }
    Ok(())
}

#[test]
fn a_message_that_does_not_arrive_changes_no_exit_code() -> Result<()> {
    let desk = Desk::open()?;
    let (address, _heard) = listener("404")?;
    for tool in TOOLS {
        let Some(args) = desk.refused(tool) else { continue };
        let outcome = desk.heard((tool, &args), &address)?;
        assert_eq!(outcome.status.code(), Some(10), "{outcome}");
        assert!(outcome.stdout.contains("notify-failed"), "{outcome}");
        assert!(!outcome.to_string().contains("s3cr3t-part"), "{outcome}");
    }
    Ok(())
}
