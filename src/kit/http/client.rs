//! Who is on the other end: address and device of a request.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap, header};
use ipnet::IpNet;

use crate::kit::config::Config;

/// Most characters kept of what a browser says about itself.
const DEVICE_CHARS_MAX: usize = 300;

/// The other end of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visitor {
    /// Address, as text; empty if unknown.
    pub ip: String,
    /// What the browser says about itself.
    pub device: String,
}

impl Visitor {
    /// Reads it off a request.
    pub fn of(config: &Config, headers: &HeaderMap, extensions: &Extensions) -> Self {
        let device = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        Self {
            ip: address(config, headers, extensions).map(|ip| ip.to_string()).unwrap_or_default(),
            device: device.chars().take(DEVICE_CHARS_MAX).collect(),
        }
    }

    /// Whether the address is known to be in one of these networks.
    pub fn is_in(&self, networks: &[IpNet]) -> bool {
        self.ip.parse::<IpAddr>().is_ok_and(|ip| networks.iter().any(|network| network.contains(&ip)))
    }

    /// What limits count by: a home or an office owns a whole /64 of IPv6.
    pub fn network(&self) -> String {
        match self.ip.parse::<IpAddr>() {
            Ok(IpAddr::V6(ip)) => ip.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
            _ => self.ip.clone(),
        }
    }
}

/// The connection's address, or what the nearest trusted proxies say: of their list, the last
/// address that is not a trusted proxy itself, because everything before it may be made up.
fn address(config: &Config, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip().to_canonical();
    let trusted = |ip: &IpAddr| config.trusted_proxies.contains(ip);
    if !trusted(&peer) {
        return Some(peer);
    }
    let listed = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<IpAddr> = listed.flat_map(|value| value.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
    Some(hops.into_iter().rev().find(|hop| !trusted(hop)).unwrap_or(peer))
}
