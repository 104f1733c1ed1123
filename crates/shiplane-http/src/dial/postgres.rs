//! The first message to a PostgreSQL and its answer, as `pg_isready` sees it:
//! <https://www.postgresql.org/docs/current/protocol-message-formats.html>.

use std::io::{self, ErrorKind};

use shiplane_core::smoke::FailureKind;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::failure::{self, Stop};
use crate::marks::Marks;
use crate::place::Place;

/// Protocol 3.0, and who asks for what. The server logs a refused user, as it does for `pg_isready`.
const STARTUP: &[u8] = b"\0\x03\0\0user\0postgres\0database\0postgres\0application_name\0shiplane\0\0";

/// Ends the conversation, so that the server's log tells of no lost client.
const TERMINATE: &[u8] = b"X\0\0\0\x04";

/// The longest answer that is read; libpq refuses longer ones at this point as well.
const MOST: u32 = 30_000;

/// Says hello. `R` and the kind of login, or `E`, the state and the message.
pub(super) async fn greet(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    marks: &Marks,
    place: &Place,
) -> Result<String, Stop> {
    let stop = |error: io::Error| {
        if error.kind() == ErrorKind::UnexpectedEof {
            let detail = "the connection was cut before PostgreSQL's answer was complete".to_owned();
            return Stop { reason: FailureKind::Reset, detail };
        }
        failure::of_system(&error, marks, place)
    };
    let length = u32::try_from(STARTUP.len() + 4).unwrap_or_default();
    let hello = [&length.to_be_bytes(), STARTUP].concat();
    stream.write_all(&hello).await.map_err(stop)?;
    let kind = stream.read_u8().await.map_err(stop)?;
    if !matches!(kind, b'R' | b'E' | b'v') {
        return Err(no_postgres());
    }
    let length = stream.read_u32().await.map_err(stop)?;
    if !(8..=MOST).contains(&length) {
        return Err(no_postgres());
    }
    let mut body = vec![0; usize::try_from(length - 4).unwrap_or_default()];
    stream.read_exact(&mut body).await.map_err(stop)?;
    marks.answered(None);
    stream.write_all(TERMINATE).await.ok();
    match kind {
        b'E' => refusal(&body),
        _ => Ok(char::from(kind).to_string()),
    }
}

/// Fields, each a letter and a text that ends with a zero byte: `C` is the state, `M` the message.
fn refusal(body: &[u8]) -> Result<String, Stop> {
    let field = |letter: u8| {
        let mut fields = body.split(|byte| *byte == 0);
        fields.find_map(|field| field.strip_prefix(&[letter])).map(String::from_utf8_lossy)
    };
    let state = field(b'C')
        .filter(|state| state.len() == 5 && state.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    match state {
        Some(state) => Ok(format!("E {state} {}", field(b'M').unwrap_or_default())),
        None => Err(no_postgres()),
    }
}

fn no_postgres() -> Stop {
    let detail = "what listens there does not speak PostgreSQL's protocol".to_owned();
    Stop { reason: FailureKind::Protocol, detail }
}
