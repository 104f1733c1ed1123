//! What is asked over the network, from the config's words.

use std::net::IpAddr;
use std::time::Duration;

use shiplane_core::config::{Probe as Configured, Sent};
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;
use shiplane_core::smoke::Protocol;

use super::Around;
use crate::ask::Ask;
use crate::dial::{Dial, Listen};
use crate::each::Addresses;
use crate::get::Get;
use crate::tls::Trust;

/// All that a ClickHouse says that is well (ClickHouse manual, HTTP interface).
const CLICKHOUSE_OK: &str = r"^Ok\.\s*$";

/// The port of its HTTP interface.
const CLICKHOUSE_PORT: u16 = 8123;

/// What is asked, unless it is the host itself.
pub(super) fn ask(
    (name, written): (&str, &Configured),
    around: &Around,
    timeout: Duration,
) -> Result<Option<Ask>, Fault> {
    if let Some(address) = &written.http {
        return get((name, address, written), around, timeout).map(|get| Some(Ask::Http(Box::new(get))));
    }
    if let Some(place) = &written.clickhouse {
        let address = clickhouse(place)?;
        return get((name, &address, written), around, timeout).map(|get| Some(Ask::Http(Box::new(get))));
    }
    let places = [
        (Protocol::Tcp, &written.tcp),
        (Protocol::Tls, &written.tls),
        (Protocol::Dns, &written.dns),
        (Protocol::Redis, &written.redis),
        (Protocol::Postgres, &written.postgres),
    ];
    let asked =
        places.into_iter().find_map(|(protocol, place)| place.as_ref().map(|place| (protocol, place)));
    asked.map(|(protocol, place)| dial((name, protocol, place), written, around)).transpose()
}

/// The expressions that the answer must match, that of the kind among them.
pub(super) fn patterns(written: &Configured) -> Vec<String> {
    let own = written.clickhouse.iter().map(|_| CLICKHOUSE_OK.to_owned());
    own.chain(written.matches.0.iter().map(ToString::to_string)).collect()
}

/// The addresses that a name must have, each one an address.
pub(super) fn addresses(name: &str, wanted: &[String]) -> Result<Vec<String>, Fault> {
    let one = |text: &String| {
        text.parse::<IpAddr>().map(|address| address.to_string()).map_err(|_| {
            Fault::usage("address-invalid", format!("probe {name}: `{text}` is not an IP address"))
                .help("write it as 203.0.113.10 or 2001:db8::1")
        })
    };
    wanted.iter().map(one).collect()
}

fn get(
    (name, address, written): (&str, &str, &Configured),
    around: &Around,
    timeout: Duration,
) -> Result<Get, Fault> {
    let mut get = Get::to(address)?.timeout(timeout).follow(written.follow.unwrap_or(0));
    get.trust = trust(written);
    get.addresses = which(written);
    if get.follow == 0 && !get.is_secure() {
        let keys = [
            ("certificate-days", written.certificate_days.is_some()),
            ("insecure", written.insecure.is_some()),
        ];
        if let Some((key, _)) = keys.into_iter().find(|(_, is_set)| *is_set) {
            let fact =
                format!("probe {name}: `{key}` means nothing, as {} has no certificate", get.address());
            return Err(Fault::usage("key-misplaced", fact).help("write the address with https://"));
        }
    }
    if let Some(method) = &written.method {
        get = get.method(method)?;
    }
    if let Some(body) = &written.send_body {
        get = get.body(body.clone());
    }
    for (header, sent) in &written.send {
        get = get.header(header, &value(name, sent, around)?)?;
    }
    Ok(get)
}

fn dial(
    (name, protocol, place): (&str, Protocol, &str),
    written: &Configured,
    around: &Around,
) -> Result<Ask, Fault> {
    let mut dial = Dial::to(protocol, place)?;
    dial.trust = trust(written);
    dial.addresses = which(written);
    if !written.body.0.is_empty() || !written.matches.0.is_empty() {
        dial.listen = Listen::Greeting;
    }
    if let Some(wrong) = written.send.keys().find(|key| !["username", "password"].contains(&key.as_str())) {
        let fact = format!("probe {name}: a Redis is sent a `username` and a `password`, and no `{wrong}`");
        return Err(Fault::usage("key-misplaced", fact)
            .help("write it as `send: { password: { env: REDIS_PASSWORD } }`"));
    }
    let sent = |key: &str| written.send.get(key).map(|sent| value(name, sent, around)).transpose();
    match (sent("username")?, sent("password")?) {
        (user, Some(password)) => dial = dial.login(user, password),
        (None, None) => {}
        (Some(_), None) => {
            let fact = format!("probe {name} sends a `username` and no `password`");
            return Err(Fault::usage("probe-incomplete", fact)
                .help("add `password: { env: REDIS_PASSWORD }` to `send`"));
        }
    }
    Ok(Ask::Dial(dial))
}

fn trust(written: &Configured) -> Trust {
    if written.insecure == Some(true) { Trust::Any } else { Trust::Checked }
}

fn which(written: &Configured) -> Addresses {
    if written.each_address == Some(true) { Addresses::Each } else { Addresses::First }
}

fn value(name: &str, sent: &Sent, around: &Around) -> Result<Secret, Fault> {
    match sent {
        Sent::Plain(value) => Ok(Secret::new(value.clone())),
        Sent::Variable(variable) => around.secrets.get(&variable.env).cloned().ok_or_else(|| {
            let fact = format!("probe {name} sends the variable {}, and it is not set", variable.env);
            Fault::usage("variable-missing", fact).help("pass it as `env:` of the step")
        }),
    }
}

/// `host:port`, or an address whose path is `/ping` unless it says another.
fn clickhouse(place: &str) -> Result<String, Fault> {
    if !place.contains("://") {
        let place = Dial::place(place, CLICKHOUSE_PORT)?;
        return Ok(format!("http://{place}/ping"));
    }
    let (_, rest) = place.split_once("://").unwrap_or_default();
    Ok(match rest.split_once('/') {
        None => format!("{place}/ping"),
        Some((_, "")) => format!("{place}ping"),
        Some(_) => place.to_owned(),
    })
}
