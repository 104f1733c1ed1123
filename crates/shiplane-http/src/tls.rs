//! TLS for probes: ring, the CA certificates of this machine, no resumption.

use std::sync::{Arc, OnceLock};

use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use shiplane_core::fault::Fault;

/// Which certificates are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Those of a CA that this machine trusts, for this name, at this time.
    #[default]
    Checked,
    /// Any; who asks for that must tell the reader.
    Any,
}

/// The protocols that are offered within TLS.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Within {
    /// HTTP/1.1.
    Http,
    /// Nothing in particular.
    Anything,
}

/// Read once: hundreds of probes need the same.
static ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();

/// How connections are secured.
pub(crate) fn config(trust: Trust, within: Within) -> Result<Arc<ClientConfig>, Fault> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Fault::could_not("tls-unavailable", format!("set up TLS: {error}")))?;
    let mut config = match trust {
        Trust::Checked => builder.with_root_certificates(roots()?).with_no_client_auth(),
        Trust::Any => {
            let verifier = Arc::new(AnyCertificate(provider));
            builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
        }
    };
    config.alpn_protocols = match within {
        Within::Http => vec![b"http/1.1".to_vec()],
        Within::Anything => Vec::new(),
    };
    // Every attempt proves the whole way again.
    config.resumption = Resumption::disabled();
    Ok(Arc::new(config))
}

/// What this machine trusts, or what `SSL_CERT_FILE` names.
fn roots() -> Result<Arc<RootCertStore>, Fault> {
    let roots = ROOTS.get_or_init(|| {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Arc::new(roots)
    });
    if roots.is_empty() {
        let fault = Fault::could_not(
            "no-ca-roots",
            "there are no CA certificates on this machine to check https with",
        );
        return Err(fault.help("install the package ca-certificates, or name a PEM file in SSL_CERT_FILE"));
    }
    Ok(Arc::clone(roots))
}

/// Takes any certificate; that its owner has the key is checked all the same.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
