//! A PING, in the protocol of Redis: <https://redis.io/docs/latest/develop/reference/protocol-spec/>.

use shiplane_core::smoke::FailureKind;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::Login;
use crate::failure::{self, Stop};
use crate::marks::Marks;
use crate::place::Place;

/// The longest line that is read.
const MOST: usize = 1024;

/// Logs in where that is asked for, sends a PING, and hands over the line that answers it.
pub(super) async fn ping(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    login: Option<&Login>,
    (marks, place): (&Marks, &Place),
) -> Result<String, Stop> {
    if let Some(Login { user, password }) = login {
        let mut words = vec!["AUTH"];
        words.extend(user.as_ref().map(|user| user.expose()));
        words.push(password.expose());
        let answer = ask(stream, &words, (marks, place)).await?;
        // A refused login is the answer; a Redis that is still loading says so here already.
        if answer != "+OK" {
            return Ok(answer);
        }
    }
    ask(stream, &["PING"], (marks, place)).await
}

async fn ask(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    words: &[&str],
    (marks, place): (&Marks, &Place),
) -> Result<String, Stop> {
    let mut question = format!("*{}\r\n", words.len());
    for word in words {
        question.push_str(&format!("${}\r\n{word}\r\n", word.len()));
    }
    let stop = |error| failure::of_system(&error, marks, place);
    stream.write_all(question.as_bytes()).await.map_err(stop)?;
    let mut line = Vec::new();
    let mut byte = [0];
    while !line.ends_with(b"\r\n") {
        if stream.read(&mut byte).await.map_err(stop)? == 0 {
            return Err(cut(&line));
        }
        line.extend_from_slice(&byte);
        // Every answer begins with a sign, and the answer to a PING is one line: a status or an error.
        if !line.starts_with(b"+") && !line.starts_with(b"-") {
            return Err(not_redis("what answers a PING is no Redis"));
        }
        if line.len() > MOST {
            return Err(not_redis("what answers a PING is a line without end"));
        }
    }
    marks.answered(None);
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

fn cut(line: &[u8]) -> Stop {
    let detail = format!("the connection was cut after {} bytes of an answer to a PING", line.len());
    Stop { reason: FailureKind::Reset, detail }
}

fn not_redis(detail: &str) -> Stop {
    Stop { reason: FailureKind::Protocol, detail: detail.to_owned() }
}
