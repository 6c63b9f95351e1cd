//! Requests to addresses of strangers never reach this machine or its network.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::HeaderMap;
use merx::kit::outbound::{
    address::is_public,
    client::{Client, Found, Lookup, Outbound},
};
use serde_json::json;

use super::{delivery, happen, listen, receiver::Receiver, work};
use crate::harness::World;

/// Addresses that not everybody on the internet has.
const SPECIAL: &str = "
    0.0.0.0 0.1.2.3 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 127.255.255.255 169.254.0.1
    169.254.169.254 172.16.0.0 172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.255.255 198.18.0.0
    198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1
    ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.1.2.3 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::10.0.0.1
    64:ff9b:1::1 100::1 2001::1 2001:10::1 2001:db8::1 2002:7f00:1:: 2002:a00:1::1 3fff::1 5f00::1 fc00::1
    fd00:ec2::254 fe80::1 fec0::1 ff02::1 4000::1";

/// Addresses of the internet, many of them neighbours of the others.
const PUBLIC: &str = "
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1
    172.15.255.255 172.32.0.0 192.0.1.1 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 ::ffff:8.8.8.8
    64:ff9b::8.8.8.8 2001:4860:4860::8888 2606:4700::1111 2a00::1";

#[test]
fn only_public_addresses_are_public() {
    for ip in SPECIAL.split_whitespace() {
        assert!(!is_public(ip.parse().unwrap()), "{ip}");
    }
    for ip in PUBLIC.split_whitespace() {
        assert!(is_public(ip.parse().unwrap()), "{ip}");
    }
}

/// A name whose addresses change from look to look.
struct Rebinding {
    looks: AtomicUsize,
    addresses: Vec<Vec<&'static str>>,
}

impl Lookup for Rebinding {
    fn lookup(&self, _: &str) -> Found {
        let look = self.looks.fetch_add(1, Ordering::Relaxed).min(self.addresses.len() - 1);
        let found: Vec<IpAddr> = self.addresses[look].iter().map(|ip| ip.parse().unwrap()).collect();
        Box::pin(async move { Ok(found) })
    }
}

fn client(private: bool, addresses: &[&[&'static str]]) -> (Client, Arc<Rebinding>) {
    let addresses = addresses.iter().map(|look| look.to_vec()).collect();
    let names = Arc::new(Rebinding { looks: AtomicUsize::new(0), addresses });
    (Client::new(private, Arc::clone(&names) as Arc<dyn Lookup>).unwrap(), names)
}

async fn failure(client: &Client, url: &str) -> &'static str {
    let exchange = client.post(url, HeaderMap::new(), "{}".to_owned(), Duration::from_secs(2)).await;
    assert_eq!(exchange.status, None);
    exchange.failure.unwrap().code
}

#[tokio::test]
async fn a_name_is_judged_by_what_it_leads_to_at_that_moment() {
    let receiver = Receiver::start().await;
    let url = format!("http://hooks.example.com:{}/", receiver.port());
    // One bad address among good ones is enough, and so is one that comes only at the second look.
    for addresses in [&["127.0.0.1"][..], &["::1"], &["93.184.216.34", "127.0.0.1"], &["::ffff:127.0.0.1"], &["10.0.0.1"]] {
        let (client, names) = client(false, &[addresses]);
        assert_eq!(failure(&client, &url).await, "address_refused", "{addresses:?}");
        assert_eq!(names.looks.load(Ordering::Relaxed), 1, "what was judged is what is connected to");
    }
    let (nowhere, _) = client(false, &[&[]]);
    assert_eq!(failure(&nowhere, &url).await, "dns");
    for literal in ["http://127.0.0.1", "http://[::1]", "http://localhost", "http://2130706433"] {
        let (client, names) = client(false, &[&["93.184.216.34"]]);
        assert_eq!(failure(&client, &format!("{literal}:{}/", receiver.port())).await, "address_refused", "{literal}");
        assert_eq!(names.looks.load(Ordering::Relaxed), 0);
    }
    assert!(receiver.at("/").is_empty());

    let (trusting, _) = client(true, &[&["127.0.0.1"]]);
    let exchange = trusting.post(&url, HeaderMap::new(), "{}".to_owned(), Duration::from_secs(5)).await;
    assert_eq!(exchange.status.unwrap(), 200);
    assert_eq!(exchange.body, "answered 200 OK");
}

#[tokio::test]
async fn failures_have_names() {
    let receiver = Receiver::start().await;
    let (client, _) = client(true, &[&["127.0.0.1"]]);
    let gate = receiver.hold("/slow");
    let exchange = client.post(&receiver.url("/slow"), HeaderMap::new(), "{}".to_owned(), Duration::from_millis(200)).await;
    assert_eq!(exchange.failure.unwrap().code, "timeout");
    drop(gate);
    let secure = receiver.url("/").replace("http://", "https://");
    assert_eq!(failure(&client, &secure).await, "tls");
    assert_eq!(failure(&client, "http://127.0.0.1:1/").await, "connection");
}

#[tokio::test]
async fn an_endpoint_whose_name_is_turned_inwards_gets_nothing() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let (client, names) = client(false, &[&["127.0.0.1"]]);
    world.app.memory::<Outbound>().install(client);
    let api = world.api().await;
    listen(&api, &format!("http://hooks.example.com:{}/a", receiver.port()), &["order.*"]).await;
    happen(&api, "order.paid").await;
    work(&world, 0).await;
    let failed = delivery(&api).await;
    assert_eq!((&failed["status"], &failed["last_error_code"]), (&json!("failed"), &json!("address_refused")));
    assert_eq!(failed["last_status_code"], json!(null));
    assert_eq!(names.looks.load(Ordering::Relaxed), 1);
    assert!(receiver.at("/a").is_empty());
}
