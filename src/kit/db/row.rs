//! Rows into models, through serde.
//!
//! A struct takes its fields from the columns of the same name; anything else takes the first
//! column. Integers stand for booleans and times, text for enums and ids; text also holds JSON
//! where the model has a list, a map or a struct. The deserializer is not "human readable", which
//! is how [`crate::kit::Time`] knows that it reads a row.

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
    value::SeqDeserializer,
};
use sqlx::{Column as _, Decode, Postgres, Row as _, Sqlite, TypeInfo as _, ValueRef as _, postgres::PgRow, sqlite::SqliteRow};

/// A row of either engine.
pub enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// One column's value.
enum Cell<'r> {
    Null,
    Int(i64),
    Real(f64),
    Text(&'r str),
    Blob(&'r [u8]),
}

/// A row that does not fit its model: a defect, reported with the column's name.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RowError(String);

impl de::Error for RowError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl Row {
    /// Decodes the row.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, RowError> {
        T::deserialize(self)
    }

    fn len(&self) -> usize {
        match self {
            Self::Sqlite(row) => row.columns().len(),
            Self::Postgres(row) => row.columns().len(),
        }
    }

    fn name(&self, index: usize) -> &str {
        match self {
            Self::Sqlite(row) => row.column(index).name(),
            Self::Postgres(row) => row.column(index).name(),
        }
    }

    fn cell(&self, index: usize) -> Result<Cell<'_>, RowError> {
        let cell = match self {
            Self::Sqlite(row) => sqlite_cell(row, index),
            Self::Postgres(row) => postgres_cell(row, index),
        };
        cell.map_err(|error| RowError(format!("column {}: {error}", self.name(index))))
    }
}

fn sqlite_cell(row: &SqliteRow, index: usize) -> Result<Cell<'_>, sqlx::error::BoxDynError> {
    let raw = row.try_get_raw(index)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    let kind = raw.type_info().into_owned();
    Ok(match kind.name() {
        "TEXT" => Cell::Text(<&str as Decode<Sqlite>>::decode(raw)?),
        "BLOB" => Cell::Blob(<&[u8] as Decode<Sqlite>>::decode(raw)?),
        "REAL" => Cell::Real(<f64 as Decode<Sqlite>>::decode(raw)?),
        _ => Cell::Int(<i64 as Decode<Sqlite>>::decode(raw)?),
    })
}

fn postgres_cell(row: &PgRow, index: usize) -> Result<Cell<'_>, sqlx::error::BoxDynError> {
    let raw = row.try_get_raw(index)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    let kind = raw.type_info().into_owned();
    Ok(match kind.name() {
        "INT8" => Cell::Int(<i64 as Decode<Postgres>>::decode(raw)?),
        "INT4" => Cell::Int(<i32 as Decode<Postgres>>::decode(raw)?.into()),
        "BOOL" => Cell::Int(<bool as Decode<Postgres>>::decode(raw)?.into()),
        "FLOAT8" => Cell::Real(<f64 as Decode<Postgres>>::decode(raw)?),
        "BYTEA" => Cell::Blob(<&[u8] as Decode<Postgres>>::decode(raw)?),
        _ => Cell::Text(<&str as Decode<Postgres>>::decode(raw)?),
    })
}

struct Columns<'r> {
    row: &'r Row,
    next: usize,
}

impl<'de> MapAccess<'de> for Columns<'de> {
    type Error = RowError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, RowError> {
        if self.next == self.row.len() {
            return Ok(None);
        }
        seed.deserialize(self.row.name(self.next).into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, RowError> {
        let index = self.next;
        self.next += 1;
        seed.deserialize(self.row.cell(index)?).map_err(|error| RowError(format!("column {}: {error}", self.row.name(index))))
    }
}

impl<'de> SeqAccess<'de> for Columns<'de> {
    type Error = RowError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, RowError> {
        if self.next == self.row.len() {
            return Ok(None);
        }
        let cell = self.row.cell(self.next)?;
        self.next += 1;
        seed.deserialize(cell).map(Some)
    }
}

/// Forwards the scalar methods to the first column.
macro_rules! first_column {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
            self.cell(0)?.$method(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for &'de Row {
    type Error = RowError;

    first_column! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_option deserialize_unit deserialize_seq deserialize_identifier
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, RowError> {
        visitor.visit_unit()
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, RowError> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, RowError> {
        self.cell(0)?.deserialize_enum(name, variants, visitor)
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, RowError> {
        visitor.visit_seq(Columns { row: self, next: 0 })
    }
    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Result<V::Value, RowError> {
        visitor.visit_seq(Columns { row: self, next: 0 })
    }
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        visitor.visit_map(Columns { row: self, next: 0 })
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, RowError> {
        visitor.visit_map(Columns { row: self, next: 0 })
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        visitor.visit_unit()
    }
    fn is_human_readable(&self) -> bool {
        false
    }
}

/// JSON held in a text column.
fn json<'de, V: Visitor<'de>>(
    cell: &Cell<'de>,
    visit: impl FnOnce(&mut serde_json::Deserializer<serde_json::de::StrRead<'de>>) -> serde_json::Result<V::Value>,
) -> Result<V::Value, RowError> {
    match cell {
        Cell::Text(text) => visit(&mut serde_json::Deserializer::from_str(text))
            .map_err(|error| RowError(format!("not the JSON it should hold: {error}"))),
        _ => Err(RowError("not text that holds JSON".into())),
    }
}

impl<'de> Deserializer<'de> for Cell<'de> {
    type Error = RowError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        match self {
            Self::Null => visitor.visit_none(),
            Self::Int(value) => visitor.visit_i64(value),
            Self::Real(value) => visitor.visit_f64(value),
            Self::Text(value) => visitor.visit_borrowed_str(value),
            Self::Blob(value) => visitor.visit_borrowed_bytes(value),
        }
    }
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        match self {
            Self::Int(0) => visitor.visit_bool(false),
            Self::Int(1) => visitor.visit_bool(true),
            other => other.deserialize_any(visitor),
        }
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        match self {
            Self::Null => visitor.visit_none(),
            some => visitor.visit_some(some),
        }
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, RowError> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, RowError> {
        match self {
            Self::Text(text) if text.starts_with(['{', '"']) => {
                json::<V>(&Self::Text(text), |json| json.deserialize_enum(name, variants, visitor))
            }
            Self::Text(text) => visitor.visit_enum(text.into_deserializer()),
            other => other.deserialize_any(visitor),
        }
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        if let Self::Blob(bytes) = self {
            return visitor.visit_seq(SeqDeserializer::new(bytes.iter().copied()));
        }
        json::<V>(&self, |json| json.deserialize_seq(visitor))
    }
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        json::<V>(&self, |json| json.deserialize_map(visitor))
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, RowError> {
        json::<V>(&self, |json| json.deserialize_struct(name, fields, visitor))
    }
    fn is_human_readable(&self) -> bool {
        false
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct tuple tuple_struct identifier ignored_any
    }
}
