//! Which rule gave each field, from which text: what `parse --explain` shows.

use serde::Serialize;

/// How an article was read from a page.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Trace {
    /// The fields, in the order in which they were found.
    pub fields: Vec<FieldTrace>,
    /// The choice of the body.
    pub body: Option<BodyTrace>,
    /// Lines within the body's element that were left out, with the rule.
    pub dropped: Vec<DroppedLine>,
}

/// Where a field's value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldTrace {
    /// The field's name in [`Article`](crate::Article).
    pub field: &'static str,
    /// The rule that gave the value.
    pub rule: &'static str,
    /// The text the rule read it from.
    pub evidence: String,
}

/// The element chosen as the body, and the next best one apart from it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BodyTrace {
    /// The element's place: tags, ids and classes from the root.
    pub element: String,
    /// Its score: characters of prose, with deductions for links, depth and position.
    pub score: f32,
    /// The next best element.
    pub rival: Option<String>,
    /// The score of that.
    pub rival_score: Option<f32>,
}

/// A line that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DroppedLine {
    /// Why.
    pub rule: &'static str,
    /// The line.
    pub text: String,
}

impl Trace {
    /// Notes a field's origin.
    pub(crate) fn field(
        &mut self,
        field: &'static str,
        rule: &'static str,
        evidence: impl Into<String>,
    ) {
        self.fields.push(FieldTrace {
            field,
            rule,
            evidence: evidence.into(),
        });
    }
}
