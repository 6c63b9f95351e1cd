//! What travels to the database: three column types and their typed nulls.

use crate::kit::{Currency, Id, Metadata, Time};

/// A bound parameter. PostgreSQL wants to know what a null is a null of.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
}

/// The parameters of a statement, in order: `args![id, name, amount]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        vec![$($crate::kit::db::Value::from(&$value)),*]
    };
}

macro_rules! int_values {
    ($($type:ty),*) => {$(
        impl From<&$type> for Value {
            fn from(value: &$type) -> Self {
                Self::Int(Some(i64::from(*value)))
            }
        }
        impl From<&Option<$type>> for Value {
            fn from(value: &Option<$type>) -> Self {
                Self::Int(value.map(i64::from))
            }
        }
    )*};
}
int_values!(i64, i32, u32, bool);

impl From<&Time> for Value {
    fn from(value: &Time) -> Self {
        Self::Int(Some(value.0))
    }
}
impl From<&Option<Time>> for Value {
    fn from(value: &Option<Time>) -> Self {
        Self::Int(value.map(|time| time.0))
    }
}
impl From<&&str> for Value {
    fn from(value: &&str) -> Self {
        Self::Text(Some((*value).to_owned()))
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}
impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(Some(value.clone()))
    }
}
impl From<&Option<String>> for Value {
    fn from(value: &Option<String>) -> Self {
        Self::Text(value.clone())
    }
}
impl<T: ?Sized> From<&Id<T>> for Value {
    fn from(value: &Id<T>) -> Self {
        Self::Text(Some(value.to_string()))
    }
}
impl<T: ?Sized> From<&Option<Id<T>>> for Value {
    fn from(value: &Option<Id<T>>) -> Self {
        Self::Text(value.map(|id| id.to_string()))
    }
}
impl From<&Currency> for Value {
    fn from(value: &Currency) -> Self {
        Self::Text(Some(value.code().to_owned()))
    }
}
impl From<&Metadata> for Value {
    fn from(value: &Metadata) -> Self {
        Self::json(value)
    }
}
impl From<&Vec<u8>> for Value {
    fn from(value: &Vec<u8>) -> Self {
        Self::Blob(Some(value.clone()))
    }
}
impl From<&Option<Vec<u8>>> for Value {
    fn from(value: &Option<Vec<u8>>) -> Self {
        Self::Blob(value.clone())
    }
}

impl Value {
    /// A list, map or nested struct as JSON text; `None` becomes null.
    pub fn json<T: serde::Serialize + ?Sized>(value: &T) -> Self {
        Self::Text(serde_json::to_string(value).ok().filter(|text| text != "null"))
    }

    /// Its text, if it is one.
    pub fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => text,
            _ => None,
        }
    }

    /// A unit enum by its serde name; `None` becomes null.
    pub fn word<T: serde::Serialize>(value: &T) -> Self {
        match serde_json::to_value(value) {
            Ok(serde_json::Value::String(word)) => Self::Text(Some(word)),
            _ => Self::Text(None),
        }
    }
}

impl From<&Value> for Value {
    fn from(value: &Value) -> Self {
        value.clone()
    }
}
