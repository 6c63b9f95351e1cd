//! Search by the beginnings of words, the same on both engines.
//!
//! Each object's searchable texts are folded here (case, accents) and cut into words that stand
//! in `search_terms`; a search is a range per word, answered from the index.

use serde::de::DeserializeOwned;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{
    FOUND_MAX, Named, Result,
    cx::{Cx, Tx},
    db::{Sql, Value, query::List},
    events::Object,
};
use crate::args;

/// Longest word kept.
const TERM_CHARS_MAX: usize = 60;
/// Most words kept of one object, and looked for in one search.
const TERMS_MAX: usize = 40;

/// Lower case, without accents: what sorting and searching compare.
pub fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// The distinct words of a text.
fn terms(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut terms: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(TERM_CHARS_MAX).collect())
        .collect();
    terms.sort();
    terms.dedup();
    terms.truncate(TERMS_MAX);
    terms
}

/// Keeps the searchable words of an object: `before` is what it was found by until now, nothing for
/// a new one. A new object's words are not looked for first, because under `serializable` even
/// looking where nothing is would collide with others who add something there.
pub async fn index<T: Named>(tx: &mut Tx<'_>, id: impl std::fmt::Display, before: &[&str], now: &[&str]) -> Result<()> {
    let (before, now, id) = (terms(&before.join(" ")), terms(&now.join(" ")), id.to_string());
    if before == now {
        return Ok(());
    }
    if !before.is_empty() {
        tx.exec(
            "delete from search_terms where merchant_id = $1 and live = $2 and object_type = $3 and object_id = $4",
            args![T::NAME, id],
        )
        .await?;
    }
    if now.is_empty() {
        return Ok(());
    }
    let rows: Vec<String> = (5..now.len() + 5).map(|at| format!("($1, $2, $3, ${at}, $4)")).collect();
    let sql = format!("insert into search_terms (merchant_id, live, object_type, term, object_id) values {}", rows.join(", "));
    let args = args![T::NAME, id].into_iter().chain(now.iter().map(Value::from)).collect();
    tx.exec(Sql::Built(sql), args).await.map(drop)
}

/// Narrows a list to the objects of which every word of `text` begins some word.
pub fn narrow<T: Named>(mut list: List, text: &str) -> List {
    let words = terms(text);
    if words.is_empty() && !text.trim().is_empty() {
        return list.and("1 = 0", vec![]);
    }
    for word in words {
        let end = format!("{word}\u{10FFFF}");
        list = list.and(
            "id in (select object_id from search_terms where merchant_id = $1 and live = $2 and object_type = ? and term >= ? and term < ?)",
            args![T::NAME, word, end],
        );
    }
    list
}

/// Of a table, what the search over everything shows: rows for which `exact` holds (`?` stands for
/// the next of `args`), then the newest of which every word of `words` begins some word.
pub async fn few<T>(cx: &Cx, table: &'static str, exact: &'static str, args: Vec<Value>, words: &str) -> Result<Vec<T>>
where
    T: Object + DeserializeOwned,
{
    let mut found: Vec<T> = List::of(table).and(exact, args).newest(cx, FOUND_MAX).await?;
    let begun: Vec<T> = narrow::<T>(List::of(table), words).newest(cx, FOUND_MAX).await?;
    for object in begun {
        if !found.iter().any(|known| known.object_id() == object.object_id()) {
            found.push(object);
        }
    }
    found.truncate(FOUND_MAX);
    Ok(found)
}

/// Whether every word of `words` begins some word of `text`: for the few things that are not indexed.
pub fn begins(text: &str, words: &str) -> bool {
    let (known, wanted) = (terms(text), terms(words));
    !wanted.is_empty() && wanted.iter().all(|word| known.iter().any(|term| term.starts_with(word.as_str())))
}
