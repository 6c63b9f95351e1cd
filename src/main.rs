//! The command line: reads what is asked and calls the library.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use merx::{
    house::{
        self,
        api_keys::{model::NewApiKey, ops},
    },
    kit::{
        Mode,
        clock::Clock,
        config::Config,
        crypto::Cipher,
        cx::{App, Inner},
        db::Db,
        mail::Mailer,
    },
    seed, server,
};

/// Open, self-hosted billing for merchants in one binary.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the dashboard and the API; brings the database up to date first
    Serve,
    /// Work beside servers on the same database: one more worker for webhooks; a server has one inside
    Worker,
    /// Create the first merchant and its owner
    Init {
        /// E-mail address the owner signs in with
        #[arg(long, env = "MERX_EMAIL")]
        email: String,
        /// The owner's password, at least 10 characters
        #[arg(long, env = "MERX_PASSWORD", hide_env_values = true)]
        password: String,
    },
    /// API keys
    #[command(subcommand)]
    Keys(Keys),
    /// Fill test mode with a sample catalogue; safe to repeat
    Seed,
    /// Bring the database up to date and stop
    Migrate,
    /// Print the OpenAPI document of the API
    Openapi,
    /// Copy the SQLite database to a new file while it is in use
    Backup { file: PathBuf },
    /// Replace the contents of the SQLite database by those of a backup, while it is in use
    Restore { file: PathBuf },
}

#[derive(Subcommand)]
enum Keys {
    /// Create an API key and print it; it is not shown again
    Create {
        /// Which of the merchant's two worlds the key opens
        #[arg(long, env = "MERX_KEY_MODE", default_value = "test", value_parser = parse_mode)]
        mode: Mode,
        /// What the key may do, for example products:read,prices:*; everything if left out
        #[arg(long, env = "MERX_KEY_SCOPES", value_delimiter = ',')]
        scopes: Vec<String>,
        /// Whose API the key speaks
        #[arg(long, env = "MERX_KEY_DIALECT", default_value = "revkeen", value_parser = ["revkeen", "revenuecat"])]
        dialect: String,
        /// Requests a minute, or off; the mode's default if left out
        #[arg(long, env = "MERX_KEY_RATE_LIMIT")]
        rate_limit: Option<String>,
        /// Addresses or networks from which alone the key works, for example 203.0.113.7,10.0.0.0/8
        #[arg(long, env = "MERX_KEY_ALLOWED_IPS", value_delimiter = ',')]
        allowed_ips: Vec<String>,
    },
}

fn parse_mode(text: &str) -> Result<Mode, String> {
    match text {
        "test" => Ok(Mode::Test),
        "live" => Ok(Mode::Live),
        _ => Err("must be test or live".to_owned()),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("MERX_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).json().init();
    match run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("merx: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Openapi => println!("{:#}", server::openapi()),
        Command::Serve => serve(open(cli.config).await?).await?,
        Command::Worker => {
            let app = open(cli.config).await?;
            println!("Merx works for {}", app.config.site());
            server::work(app).await;
        }
        Command::Migrate => println!("The database is at version {}", migrated(cli.config).await?),
        Command::Init { email, password } => {
            let app = open(cli.config).await?;
            house::team::ops::init(&app, &email, &password).await?;
            println!("Created the merchant; sign in as {email}");
            app.db.close().await;
        }
        Command::Keys(Keys::Create { mode, scopes, dialect, rate_limit, allowed_ips }) => {
            let app = open(cli.config).await?;
            let (dialect, rate_limit) = (ops::dialect(&dialect)?, ops::rate_limit(rate_limit.as_deref())?);
            let new = NewApiKey { name: "Command line".to_owned(), dialect, scopes, rate_limit, allowed_ips };
            println!("{}", ops::create_from_cli(&app, mode, new).await?);
            app.db.close().await;
        }
        Command::Seed => {
            let app = open(cli.config).await?;
            println!("{}", seed::fill(&app).await?);
            app.db.close().await;
        }
        Command::Backup { file } => {
            let db = Db::connect(&cli.config.database_url).await?;
            db.backup(&file).await?;
            println!("Wrote {}", file.display());
        }
        Command::Restore { file } => {
            let db = Db::open(&cli.config.database_url).await?;
            db.restore(&file).await?;
            println!("Restored {}", file.display());
        }
    }
    Ok(())
}

async fn open(config: Config) -> anyhow::Result<App> {
    let db = Db::open(&config.database_url).await?;
    let cipher = Cipher::load(config.secret_key.as_deref(), &config.secret_key_file)?;
    let mailer = Mailer::new(&config.mail_from, config.smtp_url.as_deref())?;
    let clock = Clock { frozen: config.clock };
    Ok(App::new(Inner { db, config, clock, cipher, mailer }))
}

async fn migrated(config: Config) -> anyhow::Result<i64> {
    let db = Db::open(&config.database_url).await?;
    db.close().await;
    Ok(merx::kit::db::latest_migration())
}

async fn serve(app: App) -> anyhow::Result<()> {
    let site = app.config.site();
    server::serve(app, |address| {
        println!("Merx serves {site} (listening on {address})");
    })
    .await
}
