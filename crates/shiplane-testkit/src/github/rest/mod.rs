//! The part of REST that the tools use, as one table of paths.

mod actions;
mod checks;
mod deployments;
mod git;
mod issues;
mod page;
mod pulls;
mod releases;
mod repo;
mod settings;
mod shapes;
mod write;

use serde_json::json;

pub(super) use self::issues::address as issue_comment_address;
use self::page::Page;
use super::server::Answer;
use super::{Request, World};

/// The answer to one request that is let in.
pub(super) fn answer(world: &mut World, request: &Request, path: &str) -> Answer {
    let decoded: Vec<String> = path.trim_matches('/').split('/').map(percent_decoded).collect();
    let steps: Vec<&str> = decoded.iter().map(String::as_str).collect();
    let page = Page::of(&world.url, request);
    let granted = world.granted;
    let found = match (request.method.as_str(), steps.as_slice()) {
        ("POST", ["repos", owner, name, "releases", id, "assets"]) => {
            let (id, asset) = (id.parse().unwrap_or_default(), page.parameter("name").unwrap_or_default());
            let found = world.find_mut(owner, name);
            found.and_then(|repo| releases::attach(repo, (id, asset), request.body.as_bytes()))
        }
        ("GET", ["rate_limit"]) => Some(Answer::ok(rate_limit(world))),
        ("GET", ["user"]) => Some(Answer::ok(shapes::account(&world.viewer))),
        ("GET", ["repos", owner, name, rest @ ..]) => world.find(owner, name).and_then(|repo| {
            settings::read(repo, rest, (&page, granted))
                .or_else(|| issues::read(repo, rest, &page))
                .or_else(|| repo::read(repo, rest, &page))
        }),
        ("GET", ["orgs", rest @ ..]) => issues::organization(world, rest, &page),
        (method, ["repos", owner, name, rest @ ..]) => {
            let (viewer, clock) = (world.viewer.clone(), world.clock);
            world.find_mut(owner, name).and_then(|repo| {
                let settings = settings::write(repo, (method, rest), (granted, &request.body));
                settings.or_else(|| write::write(repo, (method, rest), (&viewer, &request.body, clock)))
            })
        }
        _ => None,
    };
    found.unwrap_or_else(|| Answer::error(404, "Not Found"))
}

fn rate_limit(world: &World) -> serde_json::Value {
    let rate = &world.rate;
    let core = json!({
        "limit": rate.limit, "remaining": rate.remaining, "reset": rate.reset,
        "used": rate.limit.saturating_sub(rate.remaining),
    });
    json!({ "resources": { "core": core, "graphql": core, "search": core }, "rate": core })
}

fn percent_decoded(step: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = step.as_bytes();
    while let [first, tail @ ..] = rest {
        let pair = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match (first, pair.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (byte, _) => {
                bytes.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
