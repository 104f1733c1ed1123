//! The options by which a host is reached, the same in every tool that reaches one.

use std::path::PathBuf;

use clap::Args;
use shiplane_core::deploy::{Given, Place, Waves, Way};
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;

use crate::context::Context;

/// How to reach the host. `SSH_HOST`, `SSH_USERNAME`, `SSH_PRIVATE_KEY`, `SSH_PORT` and `DEPLOY_PATH` are read, too.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Host")]
pub struct HostArgs {
    /// Environment of the config; the only one by default
    #[arg(long, value_name = "NAME", env = "SHIPLANE_ENVIRONMENT")]
    pub environment: Option<String>,
    /// user@host:port, a part of it, or `local` for this machine; several with commas between
    #[arg(long, value_name = "HOST", env = "SHIPLANE_SSH_HOST")]
    pub ssh_host: Option<String>,
    /// User on the host, unless the host says it
    #[arg(long, value_name = "NAME", env = "SHIPLANE_SSH_USERNAME")]
    pub ssh_username: Option<String>,
    /// Port, unless the host says it; 22 by default
    #[arg(long, value_name = "PORT", env = "SHIPLANE_SSH_PORT")]
    pub ssh_port: Option<u16>,
    /// Private key, as text; only read from a variable, never from the command line
    #[arg(long, value_name = "KEY", env = "SHIPLANE_SSH_PRIVATE_KEY", hide_env_values = true)]
    pub ssh_private_key: Option<Secret>,
    /// Passphrase of the key; only read from a variable, never from the command line
    #[arg(long, value_name = "TEXT", env = "SHIPLANE_SSH_PASSPHRASE", hide_env_values = true)]
    pub ssh_passphrase: Option<Secret>,
    /// User certificate of the key, as text; the file's own -cert.pub by default
    #[arg(long, value_name = "TEXT", env = "SHIPLANE_SSH_CERTIFICATE")]
    pub ssh_certificate: Option<String>,
    /// File with the private key; ~/.ssh/id_* and the agent by default
    #[arg(long, value_name = "FILE", env = "SHIPLANE_SSH_KEY_FILE")]
    pub ssh_key_file: Option<PathBuf>,
    /// Lines of known_hosts; read besides ~/.ssh/known_hosts
    #[arg(long, value_name = "LINES", env = "SHIPLANE_KNOWN_HOSTS")]
    pub known_hosts: Option<String>,
    /// SHA256 fingerprint of the host's key, one or more; others are refused
    #[arg(long, value_name = "SHA256:…", env = "SHIPLANE_HOST_FINGERPRINT", value_delimiter = ',')]
    pub host_fingerprint: Vec<String>,
    /// Accept the key of a host that is not known yet
    #[arg(long, env = "SHIPLANE_TRUST_FIRST_USE")]
    pub trust_first_use: bool,
    /// Host to go through, as user@host:port; it takes the same keys, and its own key must be known, too
    #[arg(long, value_name = "HOST", env = "SHIPLANE_JUMP_HOST")]
    pub jump_host: Option<String>,
    /// Directory on the host; for `strategy: git` a clone of the repository
    #[arg(long, value_name = "DIR", env = "SHIPLANE_DEPLOY_PATH")]
    pub deploy_path: Option<String>,
    /// Where lock and journal are kept on the host; .shiplane in the directory by default
    #[arg(long, value_name = "DIR", env = "SHIPLANE_STATE_DIR")]
    pub state_dir: Option<String>,
}

impl HostArgs {
    /// What the flags say of the place.
    pub fn given(&self) -> Given {
        Given {
            environment: self.environment.clone(),
            host: self.ssh_host.clone(),
            path: self.deploy_path.clone(),
            state_dir: self.state_dir.clone(),
            ..Given::default()
        }
    }

    /// The way to a host of the place.
    pub fn way(&self, host: &str, place: &Place, context: &Context) -> Way {
        self.way_through(host, place.jump.as_ref(), context)
    }

    /// The way to a host, through another where one is named.
    pub fn way_through(&self, host: &str, jump: Option<&String>, context: &Context) -> Way {
        Way {
            host: host.to_owned(),
            jump: self.jump_host.clone().or_else(|| jump.cloned()),
            username: self.ssh_username.clone(),
            port: self.ssh_port,
            key: self.ssh_private_key.clone(),
            passphrase: self.ssh_passphrase.clone(),
            certificate: self.ssh_certificate.clone(),
            key_file: self.ssh_key_file.clone(),
            known_hosts: self.known_hosts.clone(),
            fingerprints: self.host_fingerprint.clone(),
            first_use: self.trust_first_use,
            home: context.home.clone(),
            agent: context.ssh_agent.clone(),
        }
    }
}

/// How several hosts are switched, for commands that switch them.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Several hosts")]
pub struct WavesArgs {
    /// How many hosts to switch at the same time, after the first; 1 by default
    #[arg(long, value_name = "N", env = "SHIPLANE_MAX_PARALLEL")]
    pub max_parallel: Option<u32>,
    /// Stop at the first host that fails; with `false` the others are tried all the same, and all go back
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        default_missing_value = "true",
        env = "SHIPLANE_FAIL_FAST"
    )]
    pub fail_fast: Option<bool>,
}

impl WavesArgs {
    /// Flags win over the config.
    pub fn over(&self, config: Waves) -> Result<Waves, Fault> {
        let given = Waves::new(self.max_parallel, self.fail_fast)?;
        Ok(Waves {
            max_parallel: if self.max_parallel.is_some() { given.max_parallel } else { config.max_parallel },
            fail_fast: self.fail_fast.unwrap_or(config.fail_fast),
        })
    }
}
