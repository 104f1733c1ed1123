//! What a certificate says of itself.

use std::time::{SystemTime, UNIX_EPOCH};

use shiplane_core::smoke::Certificate;
use x509_cert::certificate::{CertificateInner, Raw};
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// Names that are kept; a certificate of a hosting company can have hundreds.
const NAMES: usize = 20;

/// What it says, where it can be read.
pub(crate) fn read(der: &[u8]) -> Option<Certificate> {
    // The lenient profile: many a private CA counts its certificates in ways that RFC 5280 forbids.
    let certificate = CertificateInner::<Raw>::from_der(der).ok()?;
    let inner = certificate.tbs_certificate();
    let not_after = inner.validity().not_after.to_unix_duration().as_secs();
    let seen = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    Some(Certificate {
        names: names(&certificate),
        issuer: inner.issuer().to_string(),
        not_after: i64::try_from(not_after).unwrap_or(i64::MAX),
        seen: i64::try_from(seen).unwrap_or(i64::MAX),
    })
}

fn names(certificate: &CertificateInner<Raw>) -> Vec<String> {
    let Ok(Some((_, SubjectAltName(names)))) =
        certificate.tbs_certificate().get_extension::<SubjectAltName>()
    else {
        return Vec::new();
    };
    let dns = names.into_iter().filter_map(|name| match name {
        GeneralName::DnsName(name) => Some(name.as_str().to_owned()),
        GeneralName::OtherName(_)
        | GeneralName::Rfc822Name(_)
        | GeneralName::DirectoryName(_)
        | GeneralName::EdiPartyName(_)
        | GeneralName::UniformResourceIdentifier(_)
        | GeneralName::IpAddress(_)
        | GeneralName::RegisteredId(_) => None,
    });
    dns.take(NAMES).collect()
}
