//! Whether an operator and a value fit an attribute's type: RFC 7644 §3.4.2.2 Table 3.

use super::ast::{AttributePath, Literal, Operator};
use super::compare::{Instant, Numeric, Operand};
use super::resolve::{Check, Meaning, Step, Target};
use crate::error::{Shown, Span};
use crate::scim::dialect::TextBoolean;
use crate::scim::error::{Error, ErrorKind, JsonType};
use crate::scim::fingerprint::Fingerprint;
use crate::scim::schema::{Attribute, DataType};

/// One comparison, on its way to a step.
pub(super) struct Comparison<'a> {
    pub(super) text_boolean: TextBoolean,
    pub(super) path: &'a AttributePath,
    pub(super) operator: Operator,
    pub(super) operator_span: Span,
    pub(super) value: &'a Literal,
    pub(super) value_span: Span,
}

impl Comparison<'_> {
    pub(super) fn step(&self, found: Meaning<'_>) -> Result<Step, Error> {
        let (attribute, target) = self.compared(found)?;
        let operator = self.operator;
        let operand = self.operand(attribute)?;
        Ok(Step::Test {
            fingerprint: fingerprint(&target, operator, &operand),
            target,
            check: Check::Compare { operator, operand },
        })
    }

    /// What is compared: of a complex attribute its `value`, as RFC 7644 §3.4.2.2 compares `emails`
    /// with a string.
    fn compared<'a>(&self, found: Meaning<'a>) -> Result<(&'a Attribute, Target), Error> {
        if found.leaf.data_type() != DataType::Complex {
            return Ok((found.leaf, found.target));
        }
        match found.leaf.sub_attribute("value") {
            Some(value) if value.is_readable() => Ok((value, with_value(found.target))),
            _ => Err(self.operator_error(DataType::Complex)),
        }
    }

    fn operand(&self, attribute: &Attribute) -> Result<Operand, Error> {
        use DataType as T;
        use Operator as O;
        let data_type = attribute.data_type();
        let fits = match self.operator {
            O::Eq | O::Ne => data_type != T::Complex,
            O::Co | O::Sw | O::Ew => matches!(data_type, T::String | T::Reference | T::DateTime),
            O::Gt | O::Ge | O::Lt | O::Le => {
                !matches!(data_type, T::Boolean | T::Binary | T::Complex)
            }
        };
        if !fits {
            return Err(self.operator_error(data_type));
        }
        let is_part = matches!(self.operator, O::Co | O::Sw | O::Ew);
        let operand = match (data_type, self.value) {
            (T::String, Literal::String(text)) if !attribute.is_case_exact() => {
                let key = attribute.comparison_key(text).into_owned();
                Some(match attribute.is_user_name() {
                    true => Operand::UserName(key),
                    false => Operand::Folded(key),
                })
            }
            (T::DateTime, Literal::String(text)) if !is_part => {
                Instant::parse(text).map(Operand::Instant)
            }
            (T::Boolean, Literal::String(_)) if self.text_boolean == TextBoolean::Refuse => None,
            (T::Boolean, Literal::String(text)) => boolean(text).map(Operand::Boolean),
            (T::Boolean, Literal::Boolean(value)) => Some(Operand::Boolean(*value)),
            (T::Integer | T::Decimal, Literal::Number(number)) => {
                Numeric::of(number).map(Operand::Number)
            }
            (T::String | T::Reference | T::Binary | T::DateTime, Literal::String(text)) => {
                Some(Operand::Exact(text.clone()))
            }
            _ => None,
        };
        operand.ok_or_else(|| self.operand_error(data_type))
    }

    fn operator_error(&self, data_type: DataType) -> Error {
        let kind = ErrorKind::OperatorType {
            operator: self.operator,
            attribute: Shown::new(&self.path.text),
            data_type,
        };
        Error::in_text(kind, self.operator_span)
    }

    fn operand_error(&self, data_type: DataType) -> Error {
        let kind = ErrorKind::OperandType {
            attribute: Shown::new(&self.path.text),
            data_type,
            found: match self.value {
                Literal::Boolean(_) => JsonType::Boolean,
                Literal::Null => JsonType::Null,
                Literal::Number(_) => JsonType::Number,
                Literal::String(_) => JsonType::String,
            },
        };
        Error::in_text(kind, self.value_span)
    }
}

/// What passing resources have in common, when the comparison asks for one text at the top.
fn fingerprint(target: &Target, operator: Operator, operand: &Operand) -> Option<Fingerprint> {
    match (target, operator, operand) {
        (
            Target::Resource {
                extension: None,
                attribute,
                sub: None,
            },
            Operator::Eq,
            Operand::Exact(text) | Operand::Folded(text) | Operand::UserName(text),
        ) => Fingerprint::of(attribute, text),
        _ => None,
    }
}

/// A boolean as some clients write it.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn with_value(target: Target) -> Target {
    let value = Some("value".to_owned());
    match target {
        Target::Element { .. } => Target::Element { sub: value },
        Target::Resource {
            extension,
            attribute,
            ..
        } => Target::Resource {
            extension,
            attribute,
            sub: value,
        },
    }
}
