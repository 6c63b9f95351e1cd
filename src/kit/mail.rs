//! Mail: sent through SMTP, or printed when no server is configured.

use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor, message::Mailbox};

/// Sends mail.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    smtp: Option<AsyncSmtpTransport<Tokio1Executor>>,
}

impl Mailer {
    /// # Errors
    /// When the sender or the server's address cannot be read.
    pub fn new(from: &str, smtp_url: Option<&str>) -> anyhow::Result<Self> {
        let smtp = match smtp_url {
            Some(url) => Some(AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.build()),
            None => None,
        };
        Ok(Self { from: from.parse()?, smtp })
    }

    /// Sends in the background: nobody waits for a mail server, and nobody learns from the answer's
    /// time whether an address is known.
    pub fn send(&self, to: &str, subject: &str, text: String) {
        let Ok(to) = to.parse::<Mailbox>() else { return };
        let Some(smtp) = self.smtp.clone() else {
            println!("\n--- mail to {to}: {subject}\n{text}\n---\n");
            return;
        };
        let message = Message::builder().from(self.from.clone()).to(to).subject(subject).body(text);
        tokio::spawn(async move {
            let sent = match message {
                Ok(message) => smtp.send(message).await.map(drop).map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = sent {
                tracing::error!(error, "a mail could not be sent");
            }
        });
    }
}
