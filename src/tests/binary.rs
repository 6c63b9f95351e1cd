//! The real binary: an empty folder, the command line, stopping and dying.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::harness::fresh_database;

const BINARY: &str = env!("CARGO_BIN_EXE_merx");
/// Longest time that a server may take to say that it listens.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// A folder and a database of its own, as on a new machine.
struct Machine {
    folder: tempfile::TempDir,
    url: String,
}

impl Machine {
    async fn new() -> Self {
        let (url, folder) = fresh_database().await;
        Self { folder, url }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.args(arguments).current_dir(self.folder.path()).env("DATABASE_URL", &self.url);
        command
    }

    /// Runs a command to its end and gives what it printed.
    fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("the binary starts");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "merx {arguments:?}: {error}");
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    fn init(&self) -> String {
        self.run(&["init", "--email", "owner@example.com", "--password", "correct horse battery"]);
        self.run(&["keys", "create", "--mode", "test"])
    }

    fn serve(&self) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("the server starts");
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let began = Instant::now();
        while !line.contains("listening on") {
            line.clear();
            assert!(
                output.read_line(&mut line).expect("a line") > 0 && began.elapsed() < START_TIMEOUT,
                "the server did not start"
            );
        }
        let address = line.trim().trim_end_matches(')').rsplit(' ').next().expect("an address").to_owned();
        Server { child, address }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }
}

/// One request on one connection; nothing if the server goes away meanwhile. `head` is its first line
/// and headers.
fn ask(address: &str, head: &str, body: &str) -> Option<(u16, String)> {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address).ok()?;
    let length = body.len();
    let more = format!("host: merx\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}");
    write!(stream, "{head}\r\n{more}\r\n\r\n{body}").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    // One that was cut off is none.
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let whole = length.is_none_or(|length| length.parse() == Ok(body.len()));
    whole.then(|| (status, body.to_owned()))
}

/// A running server; killed when dropped.
struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Server {
    /// One request on one connection: (status, body).
    fn call(&self, method: &str, path: &str, key: &str, body: &str) -> (u16, String) {
        ask(&self.address, &format!("{method} {path} HTTP/1.1\r\nx-api-key: {key}"), body).expect("an answer")
    }

    fn products(&self, key: &str) -> i64 {
        let (status, body) = self.call("GET", "/v2/products?limit=1", key, "");
        assert_eq!(status, 200, "{body}");
        serde_json::from_str::<serde_json::Value>(&body).expect("JSON")["pagination"]["total"].as_i64().expect("a total")
    }

    fn create(&self, key: &str, id: &str) {
        let body =
            format!(r#"{{"product_id":"{id}","name":"{id}","kind":"one_time","pricing_model":"one_time","amount_minor":1}}"#);
        let (status, answer) = self.call("POST", "/v2/products", key, &body);
        assert_eq!(status, 201, "{answer}");
    }
}

#[tokio::test]
async fn from_an_empty_folder_to_an_answer_and_a_graceful_stop() {
    let machine = Machine::new().await;
    let key = machine.init();
    assert!(key.starts_with("rk_sandbox_"), "{key}");
    assert!(machine.run(&["seed"]).starts_with("Added"));
    let mut server = machine.serve();
    assert_eq!(server.call("GET", "/healthz", "", "").0, 200);
    assert_eq!(server.call("GET", "/readyz", "", "").0, 200);
    assert!(server.products(&key) > 10);
    assert!(server.call("GET", "/metrics", "", "").1.contains("http_requests_total"));
    let pid = server.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
    assert!(server.child.wait().expect("it ends").success(), "a stop that was asked for is a success");
}

/// The sample data has deliveries that nobody has attempted yet.
#[tokio::test]
async fn a_worker_needs_no_server() {
    let machine = Machine::new().await;
    machine.init();
    machine.run(&["seed"]);
    let db = merx::kit::db::Db::connect(&machine.url).await.expect("the database opens");
    let attempts = async || -> i64 {
        let sql = "select cast(sum(total_deliveries) as bigint) from webhook_endpoints -- any merchant";
        db.one(sql, vec![]).await.expect("a number")
    };
    assert_eq!(attempts().await, 0);
    let mut worker = machine.command(&["worker"]).stdout(Stdio::null()).spawn().expect("the worker starts");
    let began = Instant::now();
    while attempts().await == 0 && began.elapsed() < START_TIMEOUT {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let pid = worker.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
    assert!(worker.wait().expect("it ends").success(), "a stop that was asked for is a success");
    assert!(attempts().await > 0, "it attempted nothing");
}

#[tokio::test]
async fn open_streams_do_not_hold_up_a_stop() {
    use std::io::{Read as _, Write as _};
    let machine = Machine::new().await;
    let key = machine.init();
    let mut server = machine.serve();
    server.create(&key, "watched");
    let (_, product) = server.call("GET", "/v2/products/watched", &key, "");
    let product: serde_json::Value = serde_json::from_str(&product).expect("JSON");
    let mut stream = std::net::TcpStream::connect(&server.address).expect("the server listens");
    stream.set_read_timeout(Some(START_TIMEOUT)).expect("a time limit");
    let form = "email=owner%40example.com&password=correct+horse+battery";
    let path = <merx::house::team::rpc::SignIn as server_fn::ServerFn>::PATH;
    let length = form.len();
    write!(stream, "POST {path} HTTP/1.1\r\nhost: merx\r\nsec-fetch-site: same-origin\r\naccept: text/html\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{form}").expect("the request is sent");
    let head = read_until(&mut stream, "\r\n\r\n");
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a session");
    let cookie = cookie.split(';').next().expect("its name and value").to_owned();
    let mut stream = std::net::TcpStream::connect(&server.address).expect("the server listens");
    stream.set_read_timeout(Some(START_TIMEOUT)).expect("a time limit");
    let id = product["data"]["id"].as_str().expect("an id");
    write!(stream, "GET /live/{id} HTTP/1.1\r\nhost: merx\r\ncookie: {cookie}\r\n\r\n").expect("the request is sent");
    assert!(read_until(&mut stream, "data: ").starts_with("HTTP/1.1 200"));
    let pid = server.child.id().to_string();
    let began = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
    let mut rest = String::new();
    stream.read_to_string(&mut rest).expect("the stream ends as it should");
    assert!(rest.ends_with("0\r\n\r\n"), "the last chunk is empty: {rest}");
    assert!(server.child.wait().expect("it ends").success());
    assert!(began.elapsed() < Duration::from_secs(5), "the stream held the server up for {:?}", began.elapsed());
}

/// What a connection says until these words have come.
fn read_until(stream: &mut std::net::TcpStream, words: &str) -> String {
    use std::io::Read as _;
    let mut text = String::new();
    let mut bytes = [0; 1024];
    while !text.contains(words) {
        let count = stream.read(&mut bytes).expect("more to read");
        assert!(count > 0, "the connection ended after: {text}");
        text.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    text
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9() {
    let machine = Machine::new().await;
    let key = machine.init();
    let mut server = machine.serve();
    for n in 0..20 {
        server.create(&key, &format!("p{n}"));
    }
    server.child.kill().expect("it is killed");
    server.child.wait().expect("it is gone");
    let server = machine.serve();
    assert_eq!(server.products(&key), 20);
    server.create(&key, "after");
}

/// Creates product number `n`, with its own idempotency key.
fn create_once(address: &str, key: &str, n: usize) -> Option<(u16, String)> {
    let body = format!(r#"{{"product_id":"p{n}","name":"P","kind":"one_time","pricing_model":"one_time","amount_minor":1}}"#);
    ask(address, &format!("POST /v2/products HTTP/1.1\r\nx-api-key: {key}\r\nidempotency-key: once-{n}"), &body)
}

#[tokio::test]
async fn writes_with_a_key_that_kill_9_cut_off_are_done_once() {
    const COUNT: usize = 80;
    let machine = Machine::new().await;
    machine.init();
    let key = machine.run(&["keys", "create", "--rate-limit", "off"]);
    let mut server = machine.serve();
    let callers: Vec<_> = (0..8)
        .map(|caller| {
            let (address, key) = (server.address.clone(), key.clone());
            std::thread::spawn(move || {
                let mine = (caller..COUNT).step_by(8);
                mine.map(|n| (n, create_once(&address, &key, n))).collect::<Vec<_>>()
            })
        })
        .collect();
    // In the middle of it, wherever that is on this machine.
    while server.products(&key) < 20 {}
    server.child.kill().expect("it is killed");
    server.child.wait().expect("it is gone");
    let told: Vec<_> = callers.into_iter().flat_map(|caller| caller.join().expect("it ends")).collect();
    let server = machine.serve();
    for (n, before) in told {
        let (status, body) = create_once(&server.address, &key, n).expect("an answer");
        assert_eq!(status, 201, "a second effect would find the id taken: {body}");
        if let Some((201, before)) = before {
            assert_eq!(body, before, "what was acknowledged is said again, to the byte");
        }
    }
    assert_eq!(server.products(&key), i64::try_from(COUNT).expect("few"));
}

#[tokio::test]
async fn backup_and_restore_while_serving() {
    let machine = Machine::new().await;
    if machine.url.starts_with("postgres") {
        let output = machine.command(&["backup", "copy.db"]).output().expect("the binary starts");
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains("pg_dump"));
        return;
    }
    let key = machine.init();
    let server = machine.serve();
    server.create(&key, "kept");
    machine.run(&["backup", &machine.path("copy.db")]);
    server.create(&key, "lost");
    assert_eq!(server.products(&key), 2);
    machine.run(&["restore", &machine.path("copy.db")]);
    assert_eq!(server.products(&key), 1);
    assert_eq!(server.call("GET", "/v2/products/kept", &key, "").0, 200);
    server.create(&key, "next");
    assert_eq!(server.products(&key), 2);
    let again = machine.command(&["backup", &machine.path("copy.db")]).output().expect("the binary starts");
    assert!(!again.status.success(), "an existing file is not overwritten");
    std::fs::write(machine.path("noise.db"), "this is no database").expect("a file");
    let refused = machine.command(&["restore", &machine.path("noise.db")]).output().expect("the binary starts");
    assert!(!refused.status.success());
    assert_eq!(server.products(&key), 2, "a refused restore changes nothing");
    assert!(!Path::new(&machine.path("noise.restoring")).exists(), "nothing is left behind");
}

#[tokio::test]
async fn the_command_line_explains_itself_and_refuses_clearly() {
    let machine = Machine::new().await;
    let help = machine.run(&["serve", "--help"]);
    for word in ["--listen", "MERX_LISTEN", "--database-url", "DATABASE_URL", "--public-url", "--trusted-proxies", "--clock"] {
        assert!(help.contains(word), "{word} is not explained");
    }
    let document: serde_json::Value = serde_json::from_str(&machine.run(&["openapi"])).expect("JSON");
    assert!(document["paths"]["/v2/products"]["post"].is_object());
    let early = machine.command(&["keys", "create"]).output().expect("the binary starts");
    assert!(String::from_utf8_lossy(&early.stderr).contains("merx init"));
    machine.init();
    let twice = machine
        .command(&["init", "--email", "b@example.com", "--password", "correct horse battery"])
        .output()
        .expect("it starts");
    assert!(!twice.status.success());
    let odd = machine.command(&["keys", "create", "--scopes", "everything:now"]).output().expect("the binary starts");
    assert!(String::from_utf8_lossy(&odd.stderr).contains("everything:now"));
}
