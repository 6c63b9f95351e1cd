//! Which addresses are public.
//!
//! The prefixes are IANA's special-purpose registries; matching is `ipnet`'s. The methods of `std` cover
//! a part of them (`is_global` is unstable) and do not look into the IPv6 addresses that stand for
//! IPv4 ones.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::LazyLock,
};

use ipnet::{Ipv4Net, Ipv6Net};
use reqwest::Url;

/// IPv4 addresses that are no public ones: "this network", private, shared (CGNAT), loopback, link-local
/// (with the clouds' metadata), protocol assignments, documentation, 6to4 relays, private, benchmarks,
/// documentation twice, multicast, reserved with broadcast.
static SPECIAL_V4: LazyLock<Vec<Ipv4Net>> = LazyLock::new(|| {
    parsed(&[
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    ])
});

/// All of IPv6 that is given out; loopback, unspecified, link-local, unique local, multicast and
/// everything unassigned is outside.
static GLOBAL_V6: LazyLock<Vec<Ipv6Net>> = LazyLock::new(|| parsed(&["2000::/3"]));

/// What is special inside of that: protocol assignments with Teredo, documentation, 6to4, documentation.
static SPECIAL_V6: LazyLock<Vec<Ipv6Net>> = LazyLock::new(|| parsed(&["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]));

/// NAT64's well-known prefix: the last 32 bits are an IPv4 address.
static NAT64: LazyLock<Vec<Ipv6Net>> = LazyLock::new(|| parsed(&["64:ff9b::/96"]));

fn parsed<N: std::str::FromStr>(prefixes: &[&str]) -> Vec<N> {
    let nets: Vec<N> = prefixes.iter().filter_map(|prefix| prefix.parse().ok()).collect();
    debug_assert_eq!(nets.len(), prefixes.len(), "every prefix is well formed");
    nets
}

/// Whether anybody on the internet has this address.
pub fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|net| net.contains(&ip))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if NAT64.iter().any(|net| net.contains(&ip)) {
        let [.., a, b, c, d] = ip.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    GLOBAL_V6.iter().any(|net| net.contains(&ip)) && !SPECIAL_V6.iter().any(|net| net.contains(&ip))
}

/// What addresses may be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The server's own machine and network, and plain `http`, whatever else holds.
    pub private: bool,
    /// Nothing but `https`.
    pub secure: bool,
}

/// The address, if it may be called as far as one can see without asking for its name; else why not.
///
/// # Errors
/// For people, to be put behind the name of the field.
pub fn check(text: &str, rules: Rules) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| "must be an address such as https://example.com/webhooks".to_owned())?;
    match url.scheme() {
        "https" => {}
        "http" if rules.private || !rules.secure => {}
        "http" => return Err("must begin with https:// in live mode".to_owned()),
        _ => return Err("must begin with https://".to_owned()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or password".to_owned());
    }
    let refused = || "must be an address that anybody on the internet can reach".to_owned();
    let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    if host.is_empty() || url.port() == Some(0) {
        return Err("must name a host".to_owned());
    }
    let literal: Option<IpAddr> = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
    let local = host == "localhost" || host.ends_with(".localhost");
    if !rules.private && (local || literal.is_some_and(|ip| !is_public(ip))) {
        return Err(refused());
    }
    Ok(url)
}
