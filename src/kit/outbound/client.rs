//! The HTTP client for addresses that strangers chose.
//!
//! Taken from libraries: HTTP is reqwest, TLS is rustls with Mozilla's roots. What is added: names are
//! looked up by a resolver that refuses addresses which are not public, so what was checked is what is
//! connected to; no redirects; no proxy of the environment (which would look names up by itself);
//! answers are read up to a limit.

use std::{
    error::Error as StdError,
    fmt,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::{HeaderMap, StatusCode};
use reqwest::{
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use tokio::time::Instant;

use super::address::{self, Rules};
use crate::kit::{Error, Result, cx::App};

/// Most bytes of an answer that are read.
pub const ANSWER_BYTES_MAX: usize = 16 * 1024;
/// Longest time to connect, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections kept for later, per host.
const IDLE_PER_HOST: usize = 4;

/// Addresses of a name.
pub type Found = Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>>;

/// Looks names up.
pub trait Lookup: Send + Sync + 'static {
    /// The addresses that the name has now.
    fn lookup(&self, name: &str) -> Found;
}

/// As the system does.
struct System;

impl Lookup for System {
    fn lookup(&self, name: &str) -> Found {
        let name = name.to_owned();
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect()) })
    }
}

/// Gives public addresses only.
struct Guard {
    lookup: Arc<dyn Lookup>,
    private: bool,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, private) = (self.lookup.lookup(name.as_str()), self.private);
        Box::pin(async move {
            let found = found.await.map_err(|_| Unreachable::NoAddress)?;
            if found.is_empty() {
                return Err(Unreachable::NoAddress.into());
            }
            // One bad address spoils all: which of them is taken is chance.
            if !private && found.iter().any(|ip| !address::is_public(*ip)) {
                return Err(Unreachable::Refused.into());
            }
            Ok(Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs)
        })
    }
}

/// Why a name leads nowhere.
#[derive(Clone, Copy, Debug)]
enum Unreachable {
    NoAddress,
    Refused,
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAddress => "the host's name has no address",
            Self::Refused => "the host's name leads to an address that is not public",
        })
    }
}

impl StdError for Unreachable {}

/// What came of a request.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// The answer's status, if there was an answer.
    pub status: Option<StatusCode>,
    pub headers: HeaderMap,
    /// At most [`ANSWER_BYTES_MAX`] of the answer, made readable.
    pub body: String,
    pub duration_ms: i64,
    /// Why there is no answer.
    pub failure: Option<Failure>,
}

/// Why a request got no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// For programs: `address_refused`, `dns`, `tls`, `timeout`, `connection`.
    pub code: &'static str,
    /// For people.
    pub text: String,
}

impl Failure {
    fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    fn of(error: &reqwest::Error, timeout: Duration) -> Self {
        let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(error) = cause {
            match error.downcast_ref::<Unreachable>() {
                Some(refused @ Unreachable::Refused) => return Self::new("address_refused", refused.to_string()),
                Some(unknown @ Unreachable::NoAddress) => return Self::new("dns", unknown.to_string()),
                None => {}
            }
            if let Some(error) = secure_failure(error) {
                return Self::new("tls", format!("the secure connection failed: {error}"));
            }
            if error.source().is_none() && !error.is::<reqwest::Error>() && cause_says_more(error) {
                let code = if error.to_string().contains("timed out") { "timeout" } else { "connection" };
                return Self::new(code, format!("the connection failed: {error}"));
            }
            cause = error.source();
        }
        match error.is_timeout() {
            true => Self::new("timeout", format!("no answer within {} seconds", timeout.as_secs())),
            false => Self::new("connection", "the connection failed"),
        }
    }
}

/// What rustls says, itself or from inside of I/O errors.
fn secure_failure<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e rustls::Error> {
    let inside = || secure_failure(error.downcast_ref::<std::io::Error>()?.get_ref()?);
    error.downcast_ref::<rustls::Error>().or_else(inside)
}

/// Whether the innermost error names a cause; that of a time limit does not.
fn cause_says_more(error: &(dyn StdError + 'static)) -> bool {
    error.is::<std::io::Error>()
}

/// Makes requests.
pub struct Client {
    http: reqwest::Client,
    private: bool,
}

impl Client {
    /// A client that looks names up with `lookup`; `private` lets it connect to anything.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(private: bool, lookup: Arc<dyn Lookup>) -> anyhow::Result<Self> {
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Arc::new(Guard { lookup, private }))
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .user_agent(concat!("Merx/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, private })
    }

    /// Sends a body, and reads the answer up to its limit.
    pub async fn post(&self, url: &str, headers: HeaderMap, body: String, timeout: Duration) -> Exchange {
        let began = Instant::now();
        let mut exchange = match address::check(url, Rules { private: self.private, secure: false }) {
            Ok(_) => self.exchange(url, headers, body, timeout).await,
            Err(text) => {
                Exchange { failure: Some(Failure::new("address_refused", format!("the address {text}"))), ..Exchange::default() }
            }
        };
        exchange.duration_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        exchange
    }

    async fn exchange(&self, url: &str, headers: HeaderMap, body: String, timeout: Duration) -> Exchange {
        let sent = self.http.post(url).headers(headers).body(body).timeout(timeout).send().await;
        let mut response = match sent {
            Ok(response) => response,
            Err(error) => return Exchange { failure: Some(Failure::of(&error, timeout)), ..Exchange::default() },
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let mut bytes = Vec::new();
        let mut failure = None;
        while bytes.len() < ANSWER_BYTES_MAX {
            match response.chunk().await {
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk[..chunk.len().min(ANSWER_BYTES_MAX - bytes.len())]),
                Ok(None) => break,
                Err(error) => {
                    failure = Some(Failure::of(&error, timeout));
                    break;
                }
            }
        }
        let body = String::from_utf8_lossy(&bytes).replace('\0', "\u{FFFD}");
        Exchange { status: Some(status), headers, body, duration_ms: 0, failure }
    }
}

/// The process's client, made when it is first needed.
#[derive(Default)]
pub struct Outbound(OnceLock<Arc<Client>>);

impl Outbound {
    /// The client of this process.
    pub fn client(app: &App) -> Result<Arc<Client>> {
        let outbound = app.memory::<Self>();
        if let Some(client) = outbound.0.get() {
            return Ok(Arc::clone(client));
        }
        let made = Client::new(app.config.allow_private_webhooks, Arc::new(System)).map_err(|error| {
            tracing::error!(%error, "the client for requests to others cannot be made");
            Error::internal()
        })?;
        Ok(Arc::clone(outbound.0.get_or_init(|| Arc::new(made))))
    }

    /// Takes this client, unless there is one already.
    pub fn install(&self, client: Client) {
        self.0.set(Arc::new(client)).ok();
    }
}
