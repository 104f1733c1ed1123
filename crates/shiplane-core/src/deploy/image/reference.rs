//! Names of images: what is pulled by its digest, and what is sent because only its name is known.

use std::collections::BTreeMap;

use crate::fault::Fault;

/// Hexadecimal digits of a SHA-256.
const DIGEST: usize = 64;

/// Longer than any name that Docker takes.
const LONGEST: usize = 512;

/// Where an image comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The host pulls it: `registry.example/shop@sha256:…` means the same for ever.
    Registry,
    /// The client's own Docker has it: `shop:ci`.
    Client,
}

/// Where the image of that name comes from.
pub fn origin(reference: &str) -> Result<Origin, Fault> {
    let wrong = |why: &str| {
        let fact = format!("`{reference}` is no name of an image: {why}");
        Err(Fault::usage("image-invalid", fact).help(
            "write `registry.example/shop@sha256:<64 digits>`, or the name of an image on this machine",
        ))
    };
    if reference.is_empty() || reference.len() > LONGEST {
        return wrong("it is empty or too long");
    }
    if reference.starts_with(|c: char| !c.is_ascii_alphanumeric()) {
        return wrong("it begins with something else than a letter or a digit");
    }
    if reference.chars().any(|c| !(c.is_ascii_alphanumeric() || "._-/:@+".contains(c))) {
        return wrong("it has characters that no name has");
    }
    match reference.split_once('@') {
        None => Ok(Origin::Client),
        Some((_, digest)) if digest.strip_prefix("sha256:").is_some_and(is_digest) => Ok(Origin::Registry),
        Some(_) => wrong("behind the @ stands no `sha256:` with 64 digits"),
    }
}

fn is_digest(text: &str) -> bool {
    text.len() == DIGEST && text.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
}

/// The name under which a host keeps what was sent until the release has a name for it. `id` is `sha256:…`.
pub fn incoming(id: &str) -> String {
    format!("shiplane/incoming:{}", id.trim_start_matches("sha256:"))
}

/// Flags of the form `SERVICE=REF` over what the config says; every name is looked at.
pub fn picked(
    configured: &BTreeMap<String, String>,
    flags: &[String],
) -> Result<BTreeMap<String, String>, Fault> {
    let mut images = configured.clone();
    let flags = flags.iter().flat_map(|flag| flag.split([',', '\n'])).map(str::trim);
    for flag in flags.filter(|flag| !flag.is_empty()) {
        let Some((service, reference)) = flag.split_once('=') else {
            let fact = format!("`{flag}` does not say which service gets the image");
            return Err(Fault::usage("image-invalid", fact).help("write SERVICE=IMAGE, such as web=shop:ci"));
        };
        images.insert(service.trim().to_owned(), reference.trim().to_owned());
    }
    for (service, reference) in &images {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if service.is_empty() || !service.chars().all(plain) {
            let fact = format!("`{service}` is no name of a Compose service");
            return Err(Fault::usage("image-invalid", fact).help("write SERVICE=IMAGE, such as web=shop:ci"));
        }
        origin(reference)?;
    }
    Ok(images)
}

/// The images as the host finds them: what was sent stands there under its id.
pub fn resolved(
    images: &BTreeMap<String, String>,
    ids: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let settled = |(service, reference): (&String, &String)| {
        (service.clone(), ids.get(reference).unwrap_or(reference).clone())
    };
    images.iter().map(settled).collect()
}
