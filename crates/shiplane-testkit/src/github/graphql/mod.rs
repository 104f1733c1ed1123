//! `POST /graphql`: a query is read, checked against the schema, and resolved against the world.

mod cost;
mod data;
mod document;
mod execute;
mod resolve;
mod schema;
mod validate;

use serde_json::{Map, Value, json};

use self::document::Document;
use self::execute::Execution;
use super::world::World;

/// The answer to one request's body, errors included: GitHub says 200 to nearly all of them.
pub(super) fn answer(world: &mut World, body: &str) -> Value {
    let Ok(Value::Object(request)) = serde_json::from_str(body) else {
        return json!({ "message": "Problems parsing JSON", "documentation_url": "https://docs.github.com/graphql" });
    };
    let Some(query) = request.get("query").and_then(Value::as_str) else {
        return json!({ "errors": [{ "message": "A query attribute must be specified and must be a string." }] });
    };
    let variables = request.get("variables").and_then(Value::as_object).cloned().unwrap_or_default();
    match run(world, query, variables) {
        Ok(answer) => answer,
        Err(errors) => json!({ "errors": errors }),
    }
}

fn run(world: &mut World, query: &str, given: Map<String, Value>) -> Result<Value, Vec<Value>> {
    let document = Document::parse(query).map_err(|error| vec![error])?;
    validate::check(&document, &world.lacking)?;
    let variables = document.variables(given)?;
    let price = cost::of(&document, &variables);
    if document.root == "Mutation" {
        resolve::change(world, &document, &variables);
    }
    let mut execution = Execution::new(&document, variables);
    let root =
        if document.root == "Mutation" { resolve::mutation(world) } else { resolve::query(world, price) };
    let data = execution.run(&root);
    let mut answer = json!({ "data": data });
    if !execution.errors.is_empty() {
        answer["errors"] = execution.errors.into();
    }
    Ok(answer)
}
