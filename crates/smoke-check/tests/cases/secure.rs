//! TLS: what is trusted, what is not, and what happens where nothing can be trusted.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

use super::server::{Connection, Server, plain};
use super::tool::{codes, findings, run};

fn file(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/tls")).join(name)
}

/// A server that shows a certificate of the test's own CA.
pub(crate) fn showing(certificate: &str, answer: Vec<u8>) -> Server {
    let chain = vec![CertificateDer::from_pem_file(file(certificate)).unwrap()];
    let key = PrivateKeyDer::from_pem_file(file("leaf.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    Server::start(move |connection| {
        let mut tls = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = Stream::new(&mut tls, &mut connection.stream);
        let mut head = [0; 4096];
        if std::io::Read::read(&mut stream, &mut head).is_ok() {
            std::io::Write::write_all(&mut stream, &answer).ok();
            tls.send_close_notify();
            tls.complete_io(&mut connection.stream).ok();
        }
    })
}

/// Its address.
pub(crate) fn https(server: &Server) -> String {
    format!("https://localhost:{}/", server.port())
}

#[test]
fn a_certificate_of_a_trusted_ca_is_good() {
    let server = showing("good.pem", plain(200, "", "ok"));
    let (code, report) = run(&["--url", &https(&server)]).env("SSL_CERT_FILE", file("ca.pem")).json();
    assert_eq!(code, 0, "{report:#}");
}

#[test]
fn a_bad_certificate_says_what_is_bad() {
    let cases = [
        ("expired.pem", "ca.pem", "the certificate has expired"),
        ("other-name.pem", "ca.pem", "the certificate is for another name"),
        ("good.pem", "other-name.pem", "the certificate is not signed by anyone whom this machine trusts"),
    ];
    for (shown, trusted, words) in cases {
        let server = showing(shown, plain(200, "", "ok"));
        let (code, report) = run(&["--url", &https(&server)]).env("SSL_CERT_FILE", file(trusted)).json();
        assert_eq!((code, codes(&report)), (10, vec!["tls"]), "{shown}: {report:#}");
        assert!(findings(&report)[0].contains(words), "{report:#}");
    }
}

#[test]
fn what_speaks_no_tls_is_told_apart() {
    let server = Server::start(|connection| {
        connection.say(&plain(400, "", "plain"));
        connection.hang();
    });
    let (code, report) = run(&["--url", &https(&server)]).env("SSL_CERT_FILE", file("ca.pem")).json();
    assert_eq!((code, codes(&report)), (10, vec!["tls"]));
    assert!(findings(&report)[0].contains("does not speak TLS"), "{report:#}");
}

#[test]
fn a_handshake_that_hangs_ends() {
    let server = Server::start(Connection::hang);
    let (code, report) = run(&["--url", &https(&server)]).env("SSL_CERT_FILE", file("ca.pem")).json();
    assert_eq!((code, codes(&report)), (10, vec!["unreachable"]));
    assert!(findings(&report)[0].contains("within 2 s"), "{report:#}");
}

#[test]
fn without_ca_certificates_https_is_undetermined_and_plain_http_works() {
    let server = Server::saying(plain(200, "", "ok"));
    let nowhere = file("nothing-there.pem");
    let (code, report) = run(&["--url", &https(&server)]).env("SSL_CERT_FILE", &nowhere).json();
    assert_eq!((code, codes(&report)), (1, vec!["no-ca-roots"]));
    assert!(report["findings"][0]["help"].as_str().unwrap().contains("SSL_CERT_FILE"));
    let (code, report) = run(&["--url", &server.url("/")]).env("SSL_CERT_FILE", &nowhere).json();
    assert_eq!(code, 0, "{report:#}");
}

#[test]
fn a_redirect_from_https_to_http_is_not_followed() {
    let plain_server = Server::saying(plain(200, "", "ok"));
    let there = format!("Location: {}\r\n", plain_server.url("/"));
    let server = showing("good.pem", plain(302, &there, ""));
    let (code, report) =
        run(&["--url", &https(&server), "--follow", "3"]).env("SSL_CERT_FILE", file("ca.pem")).json();
    assert_eq!((code, codes(&report)), (10, vec!["bad-answer"]), "{report:#}");
    assert_eq!(plain_server.connections(), 0);
}
