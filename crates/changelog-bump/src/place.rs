//! Where the repository is seen on the web: as the config says, or else the run.

use shiplane_action::Context;
use shiplane_core::changelog::site::Site;
use shiplane_core::fault::Fault;

/// The address, where one is said.
pub(crate) fn seen(written: Option<String>, context: &Context) -> Result<Option<String>, Fault> {
    if let Some(written) = written.filter(|written| !written.trim().is_empty()) {
        return match Site::named(&written) {
            Some(site) => Ok(Some(site.url().to_owned())),
            None => {
                let fact = format!("`{written}` is no address of a repository");
                Err(Fault::usage("repository-invalid", fact)
                    .help("write `repository` as https://github.com/owner/name"))
            }
        };
    }
    let server = context.server_url.as_deref().unwrap_or("https://github.com");
    let url = context.repository.as_ref().map(|name| format!("{}/{name}", server.trim_end_matches('/')));
    Ok(url.as_deref().and_then(Site::named).map(|site| site.url().to_owned()))
}
