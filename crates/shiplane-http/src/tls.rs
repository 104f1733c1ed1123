//! TLS for probes: ring, the CA certificates of this machine, no resumption.

use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use shiplane_core::fault::Fault;

/// For an address that never leads to TLS: needs no certificate on this machine, and trusts none.
pub(crate) fn unused() -> Result<ClientConfig, Fault> {
    with_roots(RootCertStore::empty())
}

/// For https: trusts what this machine trusts, or what `SSL_CERT_FILE` names.
pub(crate) fn trusted() -> Result<ClientConfig, Fault> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        let fault = Fault::could_not(
            "no-ca-roots",
            "there are no CA certificates on this machine to check https with",
        );
        return Err(fault.help("install the package ca-certificates, or name a PEM file in SSL_CERT_FILE"));
    }
    with_roots(roots)
}

fn with_roots(roots: RootCertStore) -> Result<ClientConfig, Fault> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Fault::could_not("tls-unavailable", format!("set up TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // Every attempt proves the whole way again.
    config.resumption = Resumption::disabled();
    Ok(config)
}
