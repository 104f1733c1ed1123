//! The HTTP around the fake: tokens, faults, the log, headers.

use std::net::TcpListener;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State as Extract;
use axum::http::{HeaderMap, Method, Response, Uri, header};
use http_body::Frame;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::fault::{Fault, withhold};
use super::{DOCS, Request, State, World, graphql, lock, rest};
use crate::clock::http_date;

/// What goes back, before it is bytes.
pub(super) struct Answer {
    pub(super) code: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Value,
}

impl Answer {
    pub(super) fn ok(body: Value) -> Self {
        Self { code: 200, headers: Vec::new(), body }
    }

    /// A status other than 200 with GitHub's usual body.
    pub(super) fn error(code: u16, message: &str) -> Self {
        let body = json!({ "message": message, "documentation_url": DOCS, "status": code.to_string() });
        Self { code, headers: Vec::new(), body }
    }
}

/// Serves until the other end of `stopped` goes away.
pub(super) fn serve(listener: TcpListener, state: Arc<Mutex<State>>, stopped: oneshot::Receiver<()>) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("start a runtime");
    runtime.block_on(async {
        listener.set_nonblocking(true).expect("make the listener non-blocking");
        let listener = tokio::net::TcpListener::from_std(listener).expect("hand the listener over");
        let app = Router::new().fallback(handle).with_state(state);
        // Dropping the server is enough: open connections must not keep a test waiting.
        tokio::select! {
            result = axum::serve(listener, app) => result.expect("serve the fake GitHub"),
            _ = stopped => {}
        }
    });
}

async fn handle(
    Extract(state): Extract<Arc<Mutex<State>>>,
    method: Method,
    uri: Uri,
    (headers, body): (HeaderMap, Bytes),
) -> Response<Body> {
    let request = Request {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let fault = note(&mut lock(&state), &request);
    match fault {
        Some(Fault::Status { code, headers, body }) => {
            build(code, headers.iter().map(|(name, value)| (name.as_str(), value.as_str())), Body::from(body))
        }
        Some(Fault::Hangup) => build(200, [], Body::new(Broken::at_once())),
        Some(Fault::Meanwhile(change)) => {
            let mut state = lock(&state);
            change(&mut state.world);
            state.world.settle();
            respond(&mut state, &request, (&headers, None))
        }
        Some(Fault::Late(by)) => {
            tokio::time::sleep(by).await;
            respond(&mut lock(&state), &request, (&headers, None))
        }
        fault => respond(&mut lock(&state), &request, (&headers, fault)),
    }
}

/// Writes the request into the log, and takes the fault that is meant for it.
fn note(state: &mut State, request: &Request) -> Option<Fault> {
    state.requests.push(request.clone().redacted(&state.world.tokens));
    state.faults.take(plain_path(&request.path))
}

/// The path without what GitHub Enterprise Server puts before it.
fn plain_path(path: &str) -> &str {
    match path {
        "/api/graphql" => "/graphql",
        path => path.strip_prefix("/api/v3").unwrap_or(path),
    }
}

fn respond(
    state: &mut State,
    request: &Request,
    (headers, fault): (&HeaderMap, Option<Fault>),
) -> Response<Body> {
    let mut answer = answer(&mut state.world, request, headers);
    if let Some(Fault::Partial { path, kind, message }) = &fault {
        withhold(&mut answer.body, (path, kind, message));
    }
    let text = if answer.code == 204 { String::new() } else { answer.body.to_string() };
    let body = match fault {
        Some(Fault::Truncated) => Body::new(Broken::halfway(&text)),
        _ => Body::from(text.clone()),
    };
    let rate = rate_headers(&state.world);
    let size = ("content-length".to_owned(), text.len().to_string());
    let date = ("date".to_owned(), http_date(state.world.clock));
    let all = answer.headers.iter().chain(&rate).chain([&size, &date]);
    build(answer.code, all.map(|(name, value)| (name.as_str(), value.as_str())), body)
}

fn answer(world: &mut World, request: &Request, headers: &HeaderMap) -> Answer {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = given.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| is_token_scheme(scheme));
    let Some((_, token)) = token else {
        return Answer::error(401, "Requires authentication");
    };
    if !world.tokens.iter().any(|known| known == token.trim()) {
        return Answer::error(401, "Bad credentials");
    }
    world.rate.remaining = world.rate.remaining.saturating_sub(1);
    match (request.method.as_str(), plain_path(&request.path)) {
        ("POST", "/graphql") => Answer::ok(graphql::answer(world, &request.body)),
        (_, path) => rest::answer(world, request, path),
    }
}

fn is_token_scheme(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token")
}

fn rate_headers(world: &World) -> [(String, String); 4] {
    let rate = &world.rate;
    [
        ("x-ratelimit-limit", rate.limit),
        ("x-ratelimit-remaining", rate.remaining),
        ("x-ratelimit-reset", rate.reset),
        ("x-ratelimit-used", rate.limit.saturating_sub(rate.remaining)),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_string()))
}

fn build<'h>(code: u16, headers: impl IntoIterator<Item = (&'h str, &'h str)>, body: Body) -> Response<Body> {
    let mut response = Response::builder().status(code);
    let mut typed = false;
    for (name, value) in headers {
        typed |= name.eq_ignore_ascii_case("content-type");
        response = response.header(name, value);
    }
    if !typed {
        response = response.header("content-type", "application/json; charset=utf-8");
    }
    response.body(body).expect("a fault's headers are valid header names and values")
}

/// A body that ends in an error: after nothing, before hyper has sent the head, or after a part of it.
struct Broken {
    part: Option<Bytes>,
    flushed: bool,
}

impl Broken {
    fn at_once() -> Self {
        Self { part: None, flushed: true }
    }

    fn halfway(text: &str) -> Self {
        let part = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
        Self { part: Some(part), flushed: false }
    }
}

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        if let Some(part) = self.part.take() {
            return Poll::Ready(Some(Ok(Frame::data(part))));
        }
        // One turn of waiting lets the part go out before the connection breaks.
        if !std::mem::replace(&mut self.flushed, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err("broken off by the test")))
    }
}
