//! The query tree → what is asked of the index.

use fangzhi_regions::Code;
use jiff::civil::Date;

use crate::analysis::{Analyzer, exact, exact_site};
use crate::patterns::Pattern;
use crate::plan::{Days, PhrasePlan, Plan};
use crate::query::{Clause, Field, Node, Occur, RegionField};
use crate::rank::{Ask, Scope, Text};
use crate::schema::Fields;
use crate::writer::seconds;

/// The most parts an ask may give up; the rest has to match.
const MAX_PARTS: usize = 16;

/// Compiles query trees for one index.
#[derive(Clone, Copy)]
pub(crate) struct Compiler<'a> {
    pub(crate) analyzer: &'a Analyzer,
    pub(crate) fields: &'a Fields,
}

impl Compiler<'_> {
    /// Compiles a query into alternatives, of which an article needs to match one.
    pub(crate) fn compile(&self, node: &Node) -> Vec<Ask> {
        spellings(node)
            .iter()
            .map(|node| self.ask(node, Scope::Article))
            .collect()
    }

    fn ask(&self, node: &Node, scope: Scope) -> Ask {
        let mut ask = Ask::new(scope);
        match node {
            Node::Group { clauses } if !any(clauses) => self.fill(&mut ask, clauses),
            Node::Text { text } => ask.text = Text::new(text, self.analyzer),
            Node::Dates { since, until } => ask.days.push(days(*since, *until)),
            other => ask.parts.push(self.plan(other, scope)),
        }
        ask
    }

    fn fill(&self, ask: &mut Ask, clauses: &[Clause]) {
        let mut texts = Vec::new();
        for Clause { occur, node } in clauses {
            match (occur, node) {
                (Occur::Bare, Node::Text { text }) => texts.push(text.as_str()),
                (Occur::Bare | Occur::Must, Node::Dates { since, until }) => {
                    ask.days.push(days(*since, *until));
                }
                (Occur::Bare | Occur::Should, node) if ask.parts.len() < MAX_PARTS => {
                    ask.parts.push(self.plan(node, ask.scope));
                }
                (Occur::MustNot, node) => ask.nots.push(self.plan(node, ask.scope)),
                (_, node) => ask.musts.push(self.plan(node, ask.scope)),
            }
        }
        if !texts.is_empty() {
            ask.text = Text::new(&texts.join(" "), self.analyzer);
        }
    }

    fn plan(&self, node: &Node, scope: Scope) -> Plan {
        match node {
            Node::Phrase { text, slop } => Plan::Phrase(PhrasePlan {
                scope,
                chars: self.analyzer.chars(text),
                words: Text::all_words(text, self.analyzer),
                slop: *slop,
            }),
            Node::Prefix { text } => Plan::Words {
                scope,
                pattern: Pattern::Prefix(exact(text)),
            },
            Node::Wildcard { pattern } => Plan::Words {
                scope,
                pattern: Pattern::Wildcard(exact(pattern)),
            },
            Node::Fuzzy { text, distance } => Plan::Words {
                scope,
                pattern: Pattern::Fuzzy {
                    text: exact(text),
                    distance: *distance,
                },
            },
            Node::Field { field, node } => match field {
                Field::Title => self.plan(node, Scope::Title),
                Field::Body => self.plan(node, Scope::Body),
                field => self.value(node, *field),
            },
            Node::Region { field, codes } => self.region(*field, codes),
            Node::Dates { since, until } => Plan::Days(days(*since, *until)),
            Node::Boost { node, factor } => Plan::Boost(Box::new(self.plan(node, scope)), *factor),
            Node::AnyOf { alternatives } => Plan::Best(
                alternatives
                    .iter()
                    .map(|node| self.plan(node, scope))
                    .collect(),
            ),
            Node::Group { clauses } if any(clauses) => Plan::Any(
                clauses
                    .iter()
                    .map(|clause| self.plan(&clause.node, scope))
                    .collect(),
            ),
            Node::Text { .. } | Node::Group { .. } => Plan::Ask(Box::new(self.ask(node, scope))),
        }
    }

    /// Compiles what the regions of an article are to be.
    fn region(&self, field: RegionField, codes: &[Code]) -> Plan {
        Plan::Value {
            field: match field {
                RegionField::About => self.fields.region,
                RegionField::PublishedFrom => self.fields.published_from,
            },
            pattern: Pattern::one_of(codes),
        }
    }

    /// Compiles what an exact field is to be.
    fn value(&self, node: &Node, field: Field) -> Plan {
        let index_field = match field {
            Field::Author => self.fields.author,
            Field::Editor => self.fields.editor,
            Field::Channel => self.fields.channel,
            Field::Site => self.fields.site,
            Field::Url => self.fields.url,
            // Title and body are texts; `plan` takes them.
            Field::Source | Field::Title | Field::Body => self.fields.source,
        };
        let pattern = match node {
            Node::Text { text } if field == Field::Url && text.contains("://") => {
                Pattern::Prefix(exact(text))
            }
            Node::Text { text } if field == Field::Site => Pattern::Like(exact_site(text)),
            Node::Text { text } => Pattern::Like(exact(text)),
            Node::Phrase { text, .. } => Pattern::Equal(exact(text)),
            Node::Prefix { text } => Pattern::Prefix(exact(text)),
            Node::Wildcard { pattern } => Pattern::Wildcard(exact(pattern)),
            Node::Fuzzy { text, distance } => Pattern::Fuzzy {
                text: exact(text),
                distance: *distance,
            },
            Node::Field { field, node } => return self.value(node, *field),
            Node::Region { field, codes } => return self.region(*field, codes),
            Node::Dates { since, until } => return Plan::Days(days(*since, *until)),
            Node::Boost { node, .. } => return self.value(node, field),
            Node::AnyOf { alternatives } => {
                return Plan::Best(
                    alternatives
                        .iter()
                        .map(|node| self.value(node, field))
                        .collect(),
                );
            }
            Node::Group { clauses } if any(clauses) => {
                return Plan::Any(
                    clauses
                        .iter()
                        .map(|clause| self.value(&clause.node, field))
                        .collect(),
                );
            }
            Node::Group { clauses } => {
                let mut ask = Ask::new(Scope::Article);
                for clause in clauses {
                    let plan = self.value(&clause.node, field);
                    match clause.occur {
                        Occur::MustNot => ask.nots.push(plan),
                        _ => ask.musts.push(plan),
                    }
                }
                return Plan::Ask(Box::new(ask));
            }
        };
        Plan::Value {
            field: index_field,
            pattern,
        }
    }
}

/// Whether any one of the clauses is enough.
fn any(clauses: &[Clause]) -> bool {
    clauses.iter().all(|clause| clause.occur == Occur::Should)
}

/// The ways to spell a query whose text has more than one, so that each is ranked as if it was typed.
fn spellings(node: &Node) -> Vec<Node> {
    match node {
        Node::AnyOf { alternatives } => alternatives.clone(),
        Node::Group { clauses } => {
            let text = clauses.iter().position(|clause| {
                clause.occur == Occur::Bare
                    && matches!(&clause.node, Node::AnyOf { alternatives }
                        if alternatives.iter().all(|node| matches!(node, Node::Text { .. })))
            });
            let Some(text) = text else {
                return vec![node.clone()];
            };
            let Node::AnyOf { alternatives } = &clauses[text].node else {
                return vec![node.clone()];
            };
            alternatives
                .iter()
                .map(|alternative| {
                    let mut clauses = clauses.clone();
                    clauses[text].node = alternative.clone();
                    Node::Group { clauses }
                })
                .collect()
        }
        node => vec![node.clone()],
    }
}

fn days(since: Option<Date>, until: Option<Date>) -> Days {
    Days {
        from: since.map_or(i64::MIN, |day| seconds(day.into())),
        // The day after the last day jiff knows does not exist, and nothing is published on it.
        to: until
            .and_then(|day| day.tomorrow().ok())
            .map_or(i64::MAX, |day| seconds(day.into())),
    }
}
