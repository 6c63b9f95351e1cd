//! Secrets: random tokens, their hashes, and encryption of what must be readable again.
//!
//! All algorithms are libraries' (`sha2`, `aes-gcm`, `rand`); here is only how they are put
//! together.

use std::path::Path;

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::RngExt as _;
use sha2::{Digest as _, Sha256};
use uuid::{ContextV7, Timestamp, Uuid};

use super::{Id, Time};

/// Alphabet of tokens: survives copying, double-clicking and every URL.
const ALPHANUMERIC: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Orders ids made within one millisecond.
static SEQUENCE: std::sync::LazyLock<std::sync::Mutex<ContextV7>> =
    std::sync::LazyLock::new(|| std::sync::Mutex::new(ContextV7::new()));

/// A new id that sorts by `now`, and within a millisecond by order of creation.
pub fn new_id<T: ?Sized>(now: Time) -> Id<T> {
    let millis = u64::try_from(now.0).unwrap_or(0);
    let nanos = u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000;
    let uuid = match SEQUENCE.lock() {
        Ok(sequence) => Uuid::new_v7(Timestamp::from_unix(&*sequence, millis / 1000, nanos)),
        Err(poisoned) => Uuid::new_v7(Timestamp::from_unix(&*poisoned.into_inner(), millis / 1000, nanos)),
    };
    Id::from_uuid(uuid)
}

/// `prefix` and `length` random letters and digits (5.95 bits each).
pub fn token(prefix: &str, length: usize) -> String {
    let mut rng = rand::rng();
    let letters = (0..length).map(|_| char::from(ALPHANUMERIC[rng.random_range(0..ALPHANUMERIC.len())]));
    prefix.chars().chain(letters).collect()
}

/// SHA-256 of a token, in hex: enough for tokens with 128 bits of chance or more, and an exact
/// look-up stays possible. Passwords get argon2 instead.
pub fn hash_token(token: &str) -> String {
    hash_bytes(token.as_bytes())
}

/// SHA-256 in hex.
pub fn hash_bytes(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Encrypts with the server's secret, which lives outside the database.
#[derive(Clone)]
pub struct Cipher(Aes256Gcm);

impl Cipher {
    /// From `MERX_SECRET_KEY`, else from a file that is made at the first start, readable by its
    /// owner only.
    ///
    /// # Errors
    /// When the key is not 32 bytes of unpadded URL-safe base64, or the file cannot be used.
    pub fn load(key: Option<&str>, file: &Path) -> anyhow::Result<Self> {
        let text = match key {
            Some(key) => key.to_owned(),
            None => read_or_create(file).with_context(|| format!("the secret key file {}", file.display()))?,
        };
        let bytes =
            URL_SAFE_NO_PAD.decode(text.trim().trim_end_matches('=')).context("MERX_SECRET_KEY must be URL-safe base64")?;
        let cipher = Aes256Gcm::new_from_slice(&bytes).ok().context("MERX_SECRET_KEY must be 32 bytes")?;
        Ok(Self(cipher))
    }

    /// Encrypts `text`; `about` (for example the row's id) must be the same when decrypting.
    pub fn seal(&self, text: &str, about: &str) -> Option<Vec<u8>> {
        self.seal_bytes(text.as_bytes(), about)
    }

    /// The same for bytes.
    pub fn seal_bytes(&self, plain: &[u8], about: &str) -> Option<Vec<u8>> {
        let nonce: [u8; 12] = rand::rng().random();
        let payload = Payload { msg: plain, aad: about.as_bytes() };
        let sealed = self.0.encrypt(&nonce.into(), payload).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// What [`Cipher::seal`] encrypted, or `None` if it was changed or belongs elsewhere.
    pub fn open(&self, sealed: &[u8], about: &str) -> Option<String> {
        String::from_utf8(self.open_bytes(sealed, about)?).ok()
    }

    /// What [`Cipher::seal_bytes`] encrypted.
    pub fn open_bytes(&self, sealed: &[u8], about: &str) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(12)?;
        let nonce: [u8; 12] = nonce.try_into().ok()?;
        self.0.decrypt(&nonce.into(), Payload { msg: sealed, aad: about.as_bytes() }).ok()
    }
}

fn read_or_create(file: &Path) -> anyhow::Result<String> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(mut created) => {
            let key: [u8; 32] = rand::rng().random();
            let text = URL_SAFE_NO_PAD.encode(key);
            created.write_all(text.as_bytes())?;
            created.sync_all()?;
            Ok(text)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(std::fs::read_to_string(file)?),
        Err(error) => Err(error.into()),
    }
}
