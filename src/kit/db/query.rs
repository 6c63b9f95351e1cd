//! Lists: the filters, the order and the window of one `select`, assembled from fixed pieces.

use serde::de::DeserializeOwned;

use super::{Sql, Value};
use crate::{
    args,
    kit::{
        Error, Page, Query, Result, Window,
        cx::Cx,
        tally::{self, Tally},
    },
};

/// A column that a list may be ordered by: never null, with `id` as the tie-breaker.
pub trait SortColumn: Copy {
    /// The column's name.
    fn column(self) -> &'static str;
}

/// A list of one tenant table.
pub struct List {
    table: &'static str,
    /// Conditions under which its total is kept; the empty one is the whole list.
    kept: &'static [&'static str],
    conditions: Vec<&'static str>,
    args: Vec<Value>,
}

impl List {
    /// All rows of `table` of the caller's merchant and mode.
    pub fn of(table: &'static str) -> Self {
        Self { table, kept: &[], conditions: Vec::new(), args: Vec::new() }
    }

    /// The same for a table of which totals are kept (see [`tally`]).
    pub fn tallied(table: &'static str, kept: &'static [&'static str]) -> Self {
        Self { kept, ..Self::of(table) }
    }

    /// Narrows the list. `?` stands for the next of `args`.
    pub fn and(mut self, condition: &'static str, args: Vec<Value>) -> Self {
        debug_assert_eq!(condition.matches('?').count(), args.len(), "one argument per mark");
        self.conditions.push(condition);
        self.args.extend(args);
        self
    }

    /// Narrows the list if there is something to compare with.
    pub fn and_if<T>(self, condition: &'static str, value: Option<&T>) -> Self
    where
        for<'a> Value: From<&'a T>,
    {
        match value {
            Some(value) => self.and(condition, vec![Value::from(value)]),
            None => self,
        }
    }

    /// The condition shared by page and count, numbered from `$3`.
    fn filter(&self) -> String {
        let mut text = String::from("merchant_id = $1 and live = $2");
        let mut next = 3;
        for condition in &self.conditions {
            text.push_str(" and ");
            for part in condition.split_inclusive('?') {
                match part.strip_suffix('?') {
                    Some(part) => {
                        text.push_str(&format!("{part}${next}"));
                        next += 1;
                    }
                    None => text.push_str(part),
                }
            }
        }
        text
    }

    /// The kept total of what matches, if it is one.
    fn tally(&self) -> Option<Tally> {
        let condition = match self.conditions.as_slice() {
            [] => "",
            [condition] if self.args.is_empty() => condition,
            _ => return None,
        };
        self.kept.contains(&condition).then_some(Tally { list: self.table, condition })
    }

    /// How many rows match.
    pub async fn count(&self, cx: &Cx) -> Result<i64> {
        if let Some(tally) = self.tally() {
            return tally::total(cx, tally).await;
        }
        cx.one(Sql::Built(format!("select count(*) from {} where {}", self.table, self.filter())), self.args.clone()).await
    }

    /// The newest rows, at most so many.
    pub async fn newest<T: DeserializeOwned>(self, cx: &Cx, limit: usize) -> Result<Vec<T>> {
        let (filter, limit_at) = (self.filter(), self.args.len() + 3);
        let sql = format!("select * from {} where {filter} order by id desc limit ${limit_at}", self.table);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        cx.all(Sql::Built(sql), self.args.into_iter().chain(args![limit]).collect()).await
    }

    /// The asked-for part of the list, with its total if that is asked for.
    ///
    /// # Errors
    /// 400 when a cursor names an object that is not in this table.
    pub async fn page<T, S>(self, cx: &Cx, query: &Query<S>) -> Result<Page<T>>
    where
        T: DeserializeOwned,
        S: SortColumn,
    {
        let total = if query.total || query.position { self.count(cx).await? } else { 0 };
        let column = query.sort.column();
        let backwards = matches!(query.window, Window::Before(_));
        let descending = query.descending != backwards;
        let (direction, beyond) = if descending { ("desc", "<") } else { ("asc", ">") };
        let order = if column == "id" { format!("id {direction}") } else { format!("{column} {direction}, id {direction}") };
        let mut args = self.args.clone();
        let filter = self.filter();
        let mut cursor = String::new();
        let mut offset = 0;
        match &query.window {
            Window::Offset(skip) => offset = *skip,
            Window::After(id) | Window::Before(id) => {
                self.check_cursor(cx, id, backwards).await?;
                args.push(Value::from(id));
                let at = args.len() + 2;
                let table = self.table;
                let key = format!("select {column} from {table} where merchant_id = $1 and live = $2 and id = ${at}");
                cursor = if column == "id" {
                    format!(" and id {beyond} ${at}")
                } else {
                    format!(" and ({column}, id) {beyond} (({key}), ${at})")
                };
            }
        }
        args.extend(args![query.limit + 1, offset]);
        let (limit_at, offset_at) = (args.len() + 1, args.len() + 2);
        let sql =
            format!("select * from {} where {filter}{cursor} order by {order} limit ${limit_at} offset ${offset_at}", self.table);
        let mut items: Vec<T> = cx.all(Sql::Built(sql), args).await?;
        let more = i64::try_from(items.len()).unwrap_or(0) > query.limit;
        if more {
            items.pop();
        }
        if backwards {
            items.reverse();
        }
        if query.position && !cursor.is_empty() {
            let mut args = self.args.clone();
            if let Window::After(id) | Window::Before(id) = &query.window {
                args.push(Value::from(id));
            }
            let beyond: i64 =
                cx.one(Sql::Built(format!("select count(*) from {} where {filter}{cursor}", self.table)), args).await?;
            let shown = i64::try_from(items.len()).unwrap_or(0);
            offset = if backwards { beyond - shown } else { total - beyond };
        }
        let (has_previous, has_more) = match query.window {
            Window::Offset(skip) => (skip > 0, more),
            Window::After(_) => (true, more),
            Window::Before(_) => (more, true),
        };
        Ok(Page { items, total, has_more, has_previous, limit: query.limit, offset })
    }

    async fn check_cursor(&self, cx: &Cx, id: &str, backwards: bool) -> Result<()> {
        let sql = format!("select id from {} where merchant_id = $1 and live = $2 and id = $3", self.table);
        let known: Option<String> = cx.opt(Sql::Built(sql), args![id]).await?;
        let param = if backwards { "ending_before" } else { "starting_after" };
        known.map(drop).ok_or_else(|| Error::invalid(param, "names no object of this list"))
    }
}
