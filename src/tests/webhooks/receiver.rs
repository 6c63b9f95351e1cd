//! Somebody who is sent webhooks.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, response::IntoResponse as _};
use http::{HeaderMap, StatusCode, Uri};
use serde_json::Value;
use tokio::sync::Semaphore;

/// One request.
#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The event's id.
    pub fn event(&self) -> String {
        self.json()["id"].as_str().unwrap().to_owned()
    }
}

#[derive(Default)]
struct Book {
    received: Mutex<Vec<Received>>,
    answers: Mutex<HashMap<String, u16>>,
    /// Who asks there waits for a place.
    gates: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// Answers 200 unless told otherwise.
pub struct Receiver {
    origin: String,
    book: Arc<Book>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let book = Arc::new(Book::default());
        let service = Router::new().fallback(receive).with_state(Arc::clone(&book));
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { origin, book }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The port, for other names of this machine.
    pub fn port(&self) -> &str {
        self.origin.rsplit(':').next().unwrap()
    }

    /// From now on a path answers so.
    pub fn answer(&self, path: &str, status: u16) {
        self.book.answers.lock().unwrap().insert(path.to_owned(), status);
    }

    /// Requests to a path hang until places are added to the gate.
    pub fn hold(&self, path: &str) -> Arc<Semaphore> {
        let gate = Arc::new(Semaphore::new(0));
        self.book.gates.lock().unwrap().insert(path.to_owned(), Arc::clone(&gate));
        gate
    }

    /// Everything received so far at a path.
    pub fn at(&self, path: &str) -> Vec<Received> {
        self.book.received.lock().unwrap().iter().filter(|received| received.path == path).cloned().collect()
    }

    /// Waits until so much was received at a path.
    pub async fn wait(&self, path: &str, count: usize) -> Vec<Received> {
        for _ in 0..1000 {
            let found = self.at(path);
            if found.len() >= count {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} of {count} arrived at {path}", self.at(path).len());
    }
}

async fn receive(State(book): State<Arc<Book>>, uri: Uri, headers: HeaderMap, body: Bytes) -> axum::response::Response {
    let path = uri.path().to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    book.received.lock().unwrap().push(Received { path: path.clone(), headers, body });
    let gate = book.gates.lock().unwrap().get(&path).cloned();
    if let Some(gate) = gate {
        gate.acquire().await.unwrap().forget();
    }
    let status = book.answers.lock().unwrap().get(&path).copied().unwrap_or(200);
    let status = StatusCode::from_u16(status).unwrap();
    if status.is_redirection() {
        return (status, [("location", "/elsewhere")]).into_response();
    }
    (status, [("x-receiver", "test")], format!("answered {status}")).into_response()
}
