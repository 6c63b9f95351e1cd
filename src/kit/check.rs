//! Rules about the shape of input, run by forms and doors alike.

use garde::Validate;

use super::{Error, FieldError, Result};

/// The value, if all its `garde` rules hold; otherwise every broken rule with its field.
pub fn checked<T: Validate<Context = ()>>(value: T) -> Result<T> {
    match value.validate() {
        Ok(()) => Ok(value),
        Err(report) => Err(Error::from_fields(
            report
                .into_inner()
                .into_iter()
                .map(|(path, error)| FieldError { path: path.to_string(), message: error.to_string() })
                .collect(),
        )),
    }
}
