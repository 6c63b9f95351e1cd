//! Every statement in the source is prepared on the engine under test, so that a column or a word
//! that only one engine knows cannot hide in code that no other test reaches.

use super::{harness::fresh_database, tidy::sources};
use merx::kit::db::Db;

/// The string literals of a source that begin like SQL.
fn statements(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('"') {
        let Some(rest) = text.get(at + 1..) else { continue };
        let begins = ["select ", "insert into ", "update ", "delete from ", "with "].iter().any(|verb| rest.starts_with(verb));
        let Some(end) = rest.find('"') else { continue };
        let sql = &rest[..end];
        let whole = sql.contains(" from ") || sql.contains(" set ") || sql.contains("values");
        // Pieces that code puts together have placeholders of `format!` and run in list tests.
        if begins && whole && !sql.contains('{') && !sql.contains("sqlite_master") {
            found.push(sql.to_owned());
        }
    }
    found
}

#[tokio::test]
async fn every_statement_is_understood() {
    let (url, _folder) = fresh_database().await;
    let db = Db::connect(&url).await.unwrap();
    let mut count = 0;
    let mut refused = Vec::new();
    for (path, text) in sources() {
        if path.contains("src/tests/") {
            continue;
        }
        for sql in statements(&text) {
            count += 1;
            if let Err(error) = db.prepare(&sql).await {
                refused.push(format!("{path}: {error}\n{sql}"));
            }
        }
    }
    assert!(count > 20, "only {count} statements were found; the search is broken");
    assert!(refused.is_empty(), "{}", refused.join("\n\n"));
}
