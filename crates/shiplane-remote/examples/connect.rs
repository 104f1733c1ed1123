//! Connects, runs `true`, and ends: what `cargo xtask bench deploy` holds against `ssh host true`.
//!
//! Arguments: `user@host:port`, the file of the private key, the file of known hosts.

use shiplane_core::command::Command;
use shiplane_core::deploy::Way;
use shiplane_remote::Reach;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let (host, key, known) = (args.next(), args.next(), args.next());
    let way = Way {
        host: host.unwrap_or_default(),
        key_file: key.map(Into::into),
        known_hosts: known.map(std::fs::read_to_string).transpose()?,
        ..Way::default()
    };
    let host = Reach::resolve(&way)?.connect().await?;
    let finished = host.run(&Command::new("true"), &[]).await?;
    anyhow::ensure!(finished.status.success(), "`true` ended with {}", finished.status);
    Ok(())
}
