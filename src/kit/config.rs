//! Settings of the server process; every flag is also an environment variable.

use std::{net::SocketAddr, path::PathBuf};

/// Settings that all subcommands share.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Database: a SQLite file, or postgres://user:password@host/name
    #[arg(long, env = "DATABASE_URL", default_value = "merx.db", global = true, hide_env_values = true)]
    pub database_url: String,

    /// 32 random bytes in URL-safe base64 that encrypt stored secrets; made in --secret-key-file if absent
    #[arg(long, env = "MERX_SECRET_KEY", global = true, hide_env_values = true)]
    pub secret_key: Option<String>,

    /// File of the secret key, used when --secret-key is not given; created with mode 0600
    #[arg(long, env = "MERX_SECRET_KEY_FILE", default_value = "merx.key", global = true)]
    pub secret_key_file: PathBuf,

    /// Freeze test mode at this time, for example 2026-06-15T12:00:00Z
    #[arg(long, env = "MERX_CLOCK", global = true, value_parser = parse_time)]
    pub clock: Option<super::Time>,

    /// SMTP server for mail, for example smtps://user:password@mail.example.com; without it mails are printed
    #[arg(long, env = "MERX_SMTP_URL", global = true, hide_env_values = true)]
    pub smtp_url: Option<String>,

    /// Sender of mail
    #[arg(long, env = "MERX_MAIL_FROM", default_value = "Merx <billing@localhost>", global = true)]
    pub mail_from: String,

    /// Address under which browsers reach this server; links in mails start with it [default: http://LISTEN]
    #[arg(long, env = "MERX_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,

    /// Address and port to listen on
    #[arg(long, env = "MERX_LISTEN", default_value = "127.0.0.1:3000", global = true)]
    pub listen: SocketAddr,

    /// Addresses of proxies whose X-Forwarded-For is believed
    #[arg(long, env = "MERX_TRUSTED_PROXIES", value_delimiter = ',', global = true)]
    pub trusted_proxies: Vec<std::net::IpAddr>,

    /// Let webhooks go to this machine, private networks and plain http; only where all who may make webhooks are trusted
    #[arg(long, env = "MERX_ALLOW_PRIVATE_WEBHOOKS", global = true)]
    pub allow_private_webhooks: bool,
}

impl Config {
    /// The address of the site, without a slash at its end.
    pub fn site(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }

    /// Whether browsers reach the site through TLS.
    pub fn secure(&self) -> bool {
        self.site().starts_with("https://")
    }
}

fn parse_time(text: &str) -> Result<super::Time, String> {
    super::Time::parse(text).ok_or_else(|| "must be an RFC 3339 time such as 2026-06-15T12:00:00Z".to_owned())
}
