//! A preset with a repository's answers in it: values replaced where they stand, and read back to be sure.

use super::answers::Answers;
use super::header::{self, Header};
use super::pins::Pin;
use super::places::Places;
use super::quote::{list, quoted};
use super::{CONFIG, Preset, Writer};
use crate::changelog::edit::{Edit, FileChange};
use crate::config::yaml::{self, Node, Value};
use crate::config::{self, Config};
use crate::fault::Fault;

/// A file as this version writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Path from the repository's root.
    pub path: String,
    /// Its header.
    pub header: Header,
    /// What follows the header.
    pub body: String,
}

impl Rendered {
    /// The whole text.
    pub fn text(&self) -> String {
        self.header.line() + &self.body
    }
}

/// Keys of workflows whose values name branches.
const NAMING: [&str; 8] =
    ["branches", "branches-ignore", "base", "branch", "from", "into", "source", "back-merge"];

/// The command of a preset that knows nothing of the repository.
const ANY_TEST: &str = "make test";

/// The reusable workflow whose tests are of what is deployed, not of the source.
const DEPLOYED: &str = "/flow-preview.yml@";

/// Every file of the preset.
pub fn render(
    preset: &Preset,
    answers: &Answers,
    pin: &Pin,
    writer: &Writer,
) -> Result<Vec<Rendered>, Fault> {
    let each = preset.files.iter().map(|(path, text)| {
        let body = if *path == CONFIG { config_of(preset, text, answers) } else { workflow(text, answers) };
        let body = pin.put(&body.map_err(|why| match why {
            Wrong::Preset(why) => preset.broken(&format!("{path}: {why}")),
            Wrong::Asked(fault) => fault,
        })?);
        let header = Header {
            preset: preset.name.to_owned(),
            version: writer.version.to_owned(),
            template: header::template(text, writer),
            sha256: header::sum(&body, writer),
            answers: answers.clone(),
        };
        Ok(Rendered { path: (*path).to_owned(), header, body })
    });
    each.collect()
}

/// Why a file cannot be made.
enum Wrong {
    Preset(String),
    Asked(Fault),
}

impl Wrong {
    fn no_place(what: &str) -> Self {
        Self::Preset(format!("there is no place for {what}"))
    }
}

fn tree(text: &str) -> Result<Node, Wrong> {
    let root = yaml::read(text).map_err(|error| Wrong::Preset(error.to_string()))?;
    root.ok_or_else(|| Wrong::Preset("the file says nothing".to_owned()))
}

fn apply(text: &str, edits: Vec<Edit>) -> String {
    FileChange::new("", Some(text.to_owned()), edits).after()
}

fn config_of(preset: &Preset, text: &str, answers: &Answers) -> Result<String, Wrong> {
    let root = tree(text)?;
    let places = Places::of(text);
    let put = |edit: Option<Edit>, what: &str| edit.ok_or_else(|| Wrong::no_place(what));
    let mut edits = vec![put(places.set(&root, "project", &quoted(&answers.project)), "the project")?];
    let environment = |name: &str| {
        let node = root.get("environments").and_then(|all| all.get(name));
        node.ok_or_else(|| Wrong::Asked(unknown(preset, name)))
    };
    for (name, hosts) in &answers.hosts {
        edits.push(put(places.set(environment(name)?, "hosts", &list(hosts)), "the hosts")?);
    }
    for (name, path) in &answers.paths {
        edits.push(put(places.set(environment(name)?, "path", &quoted(path)), "the path")?);
    }
    for (name, url) in &answers.urls {
        edits.extend(addresses((&root, environment(name)?), &places, (name, url))?);
    }
    rename(&root, &mut Vec::new(), &mut |node, path| edits.extend(of_config(node, path, &places, answers)));
    let text = apply(text, edits);
    read_back(&text, answers)?;
    Ok(text)
}

fn unknown(preset: &Preset, name: &str) -> Fault {
    let fact = format!("preset `{}` has no environment `{name}`", preset.name);
    Fault::usage("environment-unknown", fact).help("see the preset's `environments:` with --dry-run")
}

/// The environment's `url`, else the addresses of its probes: another server, the same path.
fn addresses(
    (root, environment): (&Node, &Node),
    places: &Places<'_>,
    (name, url): (&str, &str),
) -> Result<Vec<Edit>, Wrong> {
    if let Some(there) = environment.get("url") {
        let edit = places.replace(there, &quoted(url)).ok_or_else(|| Wrong::no_place("the address"))?;
        return Ok(vec![edit]);
    }
    let Some(Value::Sequence(smoke)) = environment.get("smoke").map(|node| &node.value) else {
        return Err(Wrong::Asked(no_address(name)));
    };
    let probe = |name: &Node| root.get("probes")?.get(name.text()?)?.get("http");
    if let Some(shared) = smoke.iter().filter(|it| probe(it).is_some()).find(|it| is_shared(root, it)) {
        return Err(Wrong::Asked(shared_probe(name, shared.text().unwrap_or_default())));
    }
    let edits = smoke.iter().filter_map(probe).map(|node| {
        let (_, rest) = node.text().and_then(|text| text.split_once("://")).unwrap_or_default();
        let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default();
        places.replace(node, &quoted(&format!("{url}{path}"))).ok_or_else(|| Wrong::no_place("the address"))
    });
    let edits = edits.collect::<Result<Vec<_>, _>>()?;
    if edits.is_empty() { Err(Wrong::Asked(no_address(name))) } else { Ok(edits) }
}

/// Whether several environments ask the same probe.
fn is_shared(root: &Node, probe: &Node) -> bool {
    let Some(Value::Mapping(all)) = root.get("environments").map(|node| &node.value) else { return false };
    let asks = all.iter().filter(|(_, environment)| match environment.get("smoke").map(|node| &node.value) {
        Some(Value::Sequence(smoke)) => smoke.iter().any(|it| it.text() == probe.text()),
        Some(Value::Scalar { .. } | Value::Mapping(_)) | None => false,
    });
    asks.count() > 1
}

fn shared_probe(name: &str, probe: &str) -> Fault {
    let fact = format!("probe `{probe}` is asked for `{name}` and for others, so it cannot have one address");
    Fault::usage("url-unused", fact)
        .help("leave out --url: `{host}` in its address stands for each host; or write a probe of its own afterwards")
}

fn no_address(name: &str) -> Fault {
    Fault::usage(
        "url-unused",
        format!("environment `{name}` of the preset asks no address, so --url has no place"),
    )
    .help("leave out --url, or write a probe into .github/shiplane.yml afterwards")
}

/// Visits every scalar, keys included, with the keys that lead there; `[]` stands for an item of a list.
fn rename<'a>(node: &'a Node, path: &mut Vec<&'a str>, visit: &mut dyn FnMut(&'a Node, &[&'a str])) {
    match &node.value {
        Value::Scalar { .. } => visit(node, path),
        Value::Sequence(items) => {
            path.push("[]");
            items.iter().for_each(|item| rename(item, path, visit));
            path.pop();
        }
        Value::Mapping(pairs) => {
            for (key, value) in pairs {
                path.push("{}");
                visit(key, path);
                path.pop();
                path.push(key.text().unwrap_or_default());
                rename(value, path, visit);
                path.pop();
            }
        }
    }
}

fn new_name(node: &Node, answers: &Answers) -> Option<String> {
    answers.branches.get(node.text()?).map(|name| quoted(name))
}

fn of_config(node: &Node, path: &[&str], places: &Places<'_>, answers: &Answers) -> Option<Edit> {
    let names = matches!(
        path,
        ["branches", "{}"]
            | ["branches", _, "from"]
            | ["branches", _, "from", "[]"]
            | ["environments", _, "branch"]
    );
    if names { places.replace(node, &new_name(node, answers)?) } else { None }
}

fn workflow(text: &str, answers: &Answers) -> Result<String, Wrong> {
    let root = tree(text)?;
    let places = Places::of(text);
    let mut edits = Vec::new();
    rename(&root, &mut Vec::new(), &mut |node, path| {
        if !is_of_preview(&root, path) {
            edits.extend(of_workflow(node, path, &places, answers));
        }
    });
    let text = apply(text, edits);
    tree(&text)?;
    Ok(text)
}

/// Whether it is the test command of a preview.
fn is_of_preview(root: &Node, path: &[&str]) -> bool {
    let ["jobs", job, "with", "test"] = path else { return false };
    let uses = root.get("jobs").and_then(|jobs| jobs.get(job)?.get("uses")?.text());
    uses.is_some_and(|uses| uses.contains(DEPLOYED))
}

fn of_workflow(node: &Node, path: &[&str], places: &Places<'_>, answers: &Answers) -> Option<Edit> {
    if matches!(path, ["jobs", _, "with", "test"]) {
        return places.replace(node, &quoted(command(node, answers)?));
    }
    let key = match path {
        [.., key, "[]"] | [.., key] => *key,
        [] => return None,
    };
    if NAMING.contains(&key)
        && let Some(name) = new_name(node, answers)
    {
        return places.replace(node, &name);
    }
    // Inside an expression a name stands in quotes of its own, or behind `refs/heads/`.
    let text = node.text().filter(|text| key == "if" || text.contains("${{"))?;
    let renamed = answers.branches.iter().fold(text.to_owned(), |text, (old, new)| {
        let text = text.replace(&format!("'{old}'"), &format!("'{new}'"));
        text.replace(&format!("'refs/heads/{old}'"), &format!("'refs/heads/{new}'"))
    });
    if renamed == text { None } else { places.replace(node, &quoted(&renamed)) }
}

/// What runs the tests in the place of what the preset says.
fn command<'a>(node: &Node, answers: &'a Answers) -> Option<&'a str> {
    let suggested = answers.suggested_test.as_deref().filter(|_| node.text() == Some(ANY_TEST));
    answers.test.as_deref().or(suggested)
}

/// The config says what was answered, whatever stood in the answers.
fn read_back(text: &str, answers: &Answers) -> Result<(), Wrong> {
    let config: Config = config::parse(text).map_err(|error| Wrong::Preset(error.to_string()))?;
    let of = |name: &String| config.environments.get(name);
    let same = config.project.as_deref() == Some(answers.project.as_str())
        && answers.hosts.iter().all(|(name, hosts)| of(name).is_some_and(|it| it.hosts == *hosts))
        && answers.paths.iter().all(|(name, path)| of(name).is_some_and(|it| it.path.as_ref() == Some(path)))
        && answers.branches.values().all(|name| config.branches.contains_key(name));
    if same {
        Ok(())
    } else {
        Err(Wrong::Preset("the answers do not read back as they were given".to_owned()))
    }
}
