//! What a token may not do, in the words of a workflow's `permissions:`.

use shiplane_core::fault::Fault;
use shiplane_github::{Read, Refusal};

/// The answer, or which permission is missing for it.
pub(crate) fn allowed<T>(read: Read<T>, (doing, right): (&str, &str)) -> Result<T, Fault> {
    read.map_err(|refusal| missing(refusal, (doing, right)))
}

/// Which permission is missing.
pub(crate) fn missing(refusal: Refusal, (doing, right): (&str, &str)) -> Fault {
    let (message, named) = match refusal {
        Refusal::Forbidden { message, permission } => (message, permission),
        Refusal::NotFound(message) => (message, None),
    };
    let fact = format!("the token may not {doing}: {message}");
    // A setting of the repository or the organization, not of the job.
    if message.contains("not permitted to create or approve pull requests") {
        return Fault::could_not("pull-requests-disabled", fact).help(
            "allow it in Settings > Actions > General > Workflow permissions, or pass an App's token as SHIPLANE_TOKEN",
        );
    }
    let named = named.map(|named| format!(" (GitHub names `{named}`)")).unwrap_or_default();
    Fault::could_not("permission-missing", fact)
        .help(format!("add `{right}` to the job's `permissions:`{named}; a fork's job cannot have it"))
}
