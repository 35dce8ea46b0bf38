//! Which rule gave each field, from which text: what `parse --explain` shows.

use serde::Serialize;

/// How an article was read from a page.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(crate) struct Trace {
    /// The fields, in the order in which they were found.
    pub(crate) fields: Vec<FieldTrace>,
    /// The choice of the body.
    pub(crate) body: Option<BodyTrace>,
    /// Lines within the body's element that were left out, with the rule.
    pub(crate) dropped: Vec<DroppedLine>,
}

/// Where a field's value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FieldTrace {
    /// The field's name in [`Article`](crate::Article).
    pub(crate) field: &'static str,
    /// The rule that gave the value.
    pub(crate) rule: &'static str,
    /// The text the rule read it from.
    pub(crate) evidence: String,
}

/// The element chosen as the body, and the next best one apart from it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct BodyTrace {
    /// The element's place: tags, ids and classes from the root.
    pub(crate) element: String,
    /// Its score: characters of prose, with deductions for links, depth and position.
    pub(crate) score: f32,
    /// The next best element.
    pub(crate) rival: Option<String>,
    /// The score of that.
    pub(crate) rival_score: Option<f32>,
}

/// A line that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DroppedLine {
    /// Why.
    pub(crate) rule: &'static str,
    /// The line.
    pub(crate) text: String,
}

impl Trace {
    /// Notes a field's origin.
    pub(super) fn field(
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
