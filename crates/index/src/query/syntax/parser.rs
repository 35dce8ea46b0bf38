//! Tokens → tree, by recursive descent.
//!
//! One function a rule of the grammar in `docs/query.md`:
//!
//! ```text
//! query  = { either }                      all of them; loosest
//! either = both { OR both }
//! both   = unary { AND unary }
//! unary  = [ "+" | "-" | NOT ] operand     tightest
//! operand = name ":" operand | group | phrase | word
//! ```

use jiff::civil::Date;

use super::clauses::{
    as_it_stands, bare, boosted, group, in_field, is_choice, is_node_meaningful, meaningful, must,
};
use super::lexer::{Kind, Token};
use super::names::{Name, Operator};
use super::regions::RegionNames;
use super::word::{self, is_meaningful};
use super::{
    Clause, Field, FindRegions, MAX_CLAUSES, Node, Occur, Problem, ProblemKind, RegionField,
};
use crate::query::dates;

/// Reads the tokens of a query.
pub(super) fn tree(
    chars: &[char],
    mut tokens: Vec<Token>,
    today: Date,
    regions: FindRegions<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Node> {
    demote_dangling(chars, &mut tokens, problems);
    let mut parser = Parser {
        chars,
        tokens: &tokens,
        at: 0,
        n_clauses: 0,
        today,
        regions,
        problems,
    };
    let clauses = parser.query();
    debug_assert_eq!(parser.at, tokens.len(), "the root ends with the query");
    group(clauses)
}

/// Turns the operators that have nothing to join into words.
fn demote_dangling(chars: &[char], tokens: &mut [Token], problems: &mut Vec<Problem>) {
    // Whether an operand follows depends on what is to the right, so NOT goes first, from the right.
    for at in (0..tokens.len()).rev() {
        let joins = tokens
            .get(at + 1)
            .is_some_and(|next| next.kind.begins_operand() || is_not(&next.kind));
        match tokens[at].kind {
            Kind::Operator(_) | Kind::ChineseOperator(_) if !joins => {
                demote(chars, &mut tokens[at], problems);
            }
            _ => {}
        }
    }
    for at in 0..tokens.len() {
        let before = at.checked_sub(1).map(|at| &tokens[at].kind);
        let joins = match tokens[at].kind {
            Kind::Operator(Operator::Not) => true,
            // 非 begins too many words to be trusted where a query begins.
            Kind::ChineseOperator(Operator::Not) => {
                before.is_some_and(|kind| kind.ends_operand() || is_binary(kind))
            }
            Kind::Operator(_) | Kind::ChineseOperator(_) => before.is_some_and(Kind::ends_operand),
            _ => continue,
        };
        if !joins {
            demote(chars, &mut tokens[at], problems);
        }
    }
    // NOT NOT: the inner one decides.
    for at in 1..tokens.len() {
        if is_not(&tokens[at].kind) && is_not(&tokens[at - 1].kind) {
            problems.push(Problem {
                position: tokens[at - 1].start,
                message: ProblemKind::DanglingOperator(slice(chars, &tokens[at - 1])),
            });
        }
    }
}

fn demote(chars: &[char], token: &mut Token, problems: &mut Vec<Problem>) {
    if matches!(token.kind, Kind::Operator(_)) {
        problems.push(Problem {
            position: token.start,
            message: ProblemKind::DanglingOperator(slice(chars, token)),
        });
    }
    token.kind = Kind::Word;
}

fn slice(chars: &[char], token: &Token) -> String {
    chars[token.start..token.end].iter().collect()
}

fn is_not(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Operator(Operator::Not) | Kind::ChineseOperator(Operator::Not)
    )
}

fn is_binary(kind: &Kind) -> bool {
    matches!(kind, Kind::Operator(_) | Kind::ChineseOperator(_)) && !is_not(kind)
}

struct Parser<'a> {
    chars: &'a [char],
    tokens: &'a [Token],
    /// The next token.
    at: usize,
    n_clauses: usize,
    today: Date,
    regions: FindRegions<'a>,
    problems: &'a mut Vec<Problem>,
}

impl Parser<'_> {
    /// `query = { either }`, up to the end of the group or of the whole.
    fn query(&mut self) -> Vec<Clause> {
        let mut clauses: Vec<Clause> = Vec::new();
        while let Some(token) = self.tokens.get(self.at) {
            if matches!(token.kind, Kind::Close { .. }) {
                break;
            }
            let (start, spaced) = (token.start, token.spaced || token.kind != Kind::Word);
            for clause in self.either() {
                self.join(&mut clauses, clause, start, spaced);
            }
        }
        clauses.retain(|clause| is_node_meaningful(&clause.node));
        clauses
    }

    /// Adds a clause to a list, bare text to bare text before it.
    fn join(&mut self, clauses: &mut Vec<Clause>, clause: Clause, start: usize, spaced: bool) {
        if let Node::Text { text } = &clause.node
            && clause.occur == Occur::Bare
            && let Some(Clause {
                occur: Occur::Bare,
                node: Node::Text { text: before },
            }) = clauses.last_mut()
        {
            if spaced {
                before.push(' ');
            }
            before.push_str(text);
        } else if self.admit(start) {
            clauses.push(clause);
        }
    }

    /// `either = both { OR both }`; more than one clause is a list to go into the outer one.
    fn either(&mut self) -> Vec<Clause> {
        let first = self.both();
        if !self.is_operator(Operator::Or) {
            return first;
        }
        let mut choices: Vec<Node> = group(meaningful(first)).into_iter().collect();
        while self.is_operator(Operator::Or) {
            let start = self.tokens[self.at].start;
            self.at += 1;
            let next = self.both();
            if self.admit(start) {
                choices.extend(group(meaningful(next)));
            }
        }
        let should = |node| Clause {
            occur: Occur::Should,
            node,
        };
        match choices.len() {
            0 | 1 => choices.into_iter().map(bare).collect(),
            _ => vec![bare(Node::Group {
                clauses: choices.into_iter().map(should).collect(),
            })],
        }
    }

    /// `both = unary { AND unary }`
    fn both(&mut self) -> Vec<Clause> {
        let first = self.unary();
        if !self.is_operator(Operator::And) {
            return first;
        }
        let mut clauses = meaningful(must(first));
        while self.is_operator(Operator::And) {
            let start = self.tokens[self.at].start;
            self.at += 1;
            let next = self.unary();
            if self.admit(start) {
                clauses.extend(meaningful(must(next)));
            }
        }
        clauses
    }

    /// `unary = [ "+" | "-" | NOT ] operand`; none where the operand comes to nothing,
    /// several where it is a group without an operator before it.
    fn unary(&mut self) -> Vec<Clause> {
        let mut occur = None;
        while let Some(token) = self.tokens.get(self.at) {
            match token.kind {
                Kind::Plus => occur = Some(Occur::Must),
                Kind::Minus => occur = Some(Occur::MustNot),
                ref kind if is_not(kind) => occur = Some(Occur::MustNot),
                _ => break,
            }
            self.at += 1;
        }
        let Some(node) = self.operand() else {
            return Vec::new();
        };
        match occur {
            Some(_) if !is_node_meaningful(&node) => Vec::new(),
            Some(Occur::MustNot) => vec![Clause {
                occur: Occur::MustNot,
                node: as_it_stands(node),
            }],
            Some(occur) => vec![Clause { occur, node }],
            None => match node {
                // A group among other clauses says no more than its clauses do.
                Node::Group { clauses } if !is_choice(&clauses) => clauses,
                node => vec![bare(node)],
            },
        }
    }

    /// `operand = name ":" operand | group | phrase | word`
    fn operand(&mut self) -> Option<Node> {
        let token = self.tokens.get(self.at)?;
        match token.kind {
            Kind::Name(Name::Field(field)) => self.field(field),
            Kind::Name(Name::Region(field)) => self.region(field),
            Kind::Name(name) => Some(self.date(name)),
            Kind::Open => self.parenthesised(),
            Kind::Phrase {
                inside,
                slop,
                boost,
            } => {
                self.at += 1;
                self.phrase(inside, slop, boost)
            }
            Kind::Word => {
                self.at += 1;
                let word = &self.chars[token.start..token.end];
                Some(word::read(word, token.start, self.problems))
            }
            Kind::Raw => {
                self.at += 1;
                Some(self.text(token))
            }
            // A group that closes at once, or an operator before it: nothing to read.
            Kind::Close { .. } => None,
            Kind::Plus | Kind::Minus | Kind::Operator(_) | Kind::ChineseOperator(_) => {
                self.at += 1;
                None
            }
        }
    }

    /// A group; a missing end is the end of the query.
    fn parenthesised(&mut self) -> Option<Node> {
        let start = self.tokens[self.at].start;
        self.at += 1;
        let clauses = self.query();
        let mut factor = None;
        if let Some(token) = self.tokens.get(self.at)
            && let Kind::Close { boost } = token.kind
        {
            factor = boost;
            self.at += 1;
        }
        let node = group(clauses);
        if node.is_none() {
            self.problem(start, ProblemKind::Empty);
        }
        Some(boosted(node?, factor))
    }

    fn phrase(&mut self, inside: (usize, usize), slop: u32, boost: Option<f32>) -> Option<Node> {
        let (start, end) = inside;
        let text: String = self.chars[start..end].iter().collect();
        let text = text.trim();
        if !is_meaningful(text) {
            self.problem(start - 1, ProblemKind::Empty);
            return None;
        }
        let text = text.to_owned();
        Some(boosted(Node::Phrase { text, slop }, boost))
    }

    /// `name ":" operand`. Of several names in a row the last counts.
    fn field(&mut self, mut field: Field) -> Option<Node> {
        let mut name = &self.tokens[self.at];
        self.at += 1;
        while let Some(token) = self.tokens.get(self.at)
            && let Kind::Name(Name::Field(inner)) = token.kind
        {
            self.without_value(name);
            (name, field) = (token, inner);
            self.at += 1;
        }
        let follows = self.tokens.get(self.at).map(|token| &token.kind);
        if matches!(follows, Some(Kind::Name(_))) {
            // A date: the field has no value, and the date stands for itself.
            self.without_value(name);
            return self.operand();
        }
        let valued = matches!(
            follows,
            Some(Kind::Word | Kind::Raw | Kind::Phrase { .. } | Kind::Open)
        );
        if !valued {
            self.without_value(name);
            return Some(self.text(name));
        }
        let node = self.operand()?;
        if !is_node_meaningful(&node) {
            self.without_value(name);
            return None;
        }
        Some(in_field(field, node))
    }

    /// `region:` and its value, a name or a group of names; text where there is no such region.
    fn region(&mut self, field: RegionField) -> Option<Node> {
        let name = &self.tokens[self.at];
        let value = self.tokens.get(self.at + 1);
        let mut names = RegionNames {
            field,
            position: value.map_or(name.end, |value| value.start),
            find: self.regions,
        };
        if value.is_some_and(|value| value.kind == Kind::Open) {
            self.at += 1;
            let node = self.parenthesised()?;
            return Some(names.of_node(node, self.problems));
        }
        let Some((start, end)) = self.plain_value(name) else {
            return Some(self.text(name));
        };
        names.position = start;
        let value: String = self.chars[start..end].iter().collect();
        let region = names.named(&value, self.problems);
        Some(region.unwrap_or_else(|| Node::Text {
            text: self.chars[name.start..end].iter().collect(),
        }))
    }

    /// Takes a name and its value, a word or a quotation; gives where that is. Without one, that is a problem.
    fn plain_value(&mut self, name: &Token) -> Option<(usize, usize)> {
        self.at += 1;
        let value = self.tokens.get(self.at).and_then(|next| match next.kind {
            Kind::Raw => Some((next.start, next.end)),
            Kind::Phrase { inside, .. } if inside.0 < inside.1 => Some(inside),
            _ => None,
        });
        match value {
            Some(_) => self.at += 1,
            None => self.without_value(name),
        }
        value
    }

    /// A date name and its value; text where it is no date.
    fn date(&mut self, name: Name) -> Node {
        let token = &self.tokens[self.at];
        let Some((start, end)) = self.plain_value(token) else {
            return self.text(token);
        };
        let value: String = self.chars[start..end].iter().collect();
        let Some(days) = dates::parse(&value, self.today) else {
            self.problem(start, ProblemKind::BadDate(value));
            let text = self.chars[token.start..end].iter().collect();
            return Node::Text { text };
        };
        if days.reversed {
            self.problem(start, ProblemKind::ReversedDates);
        }
        // The beginning of 2023 is `since:2023`, its end `until:2023`.
        let (since, until) = match name {
            Name::Since => (days.since, None),
            Name::Until => (None, days.until),
            Name::Date | Name::Field(_) | Name::Region(_) => (days.since, days.until),
        };
        if since.is_none() && until.is_none() {
            self.problem(start, ProblemKind::BadDate(value));
            let text = self.chars[token.start..end].iter().collect();
            return Node::Text { text };
        }
        Node::Dates { since, until }
    }

    fn is_operator(&self, operator: Operator) -> bool {
        self.tokens.get(self.at).is_some_and(|token| {
            matches!(token.kind, Kind::Operator(found) | Kind::ChineseOperator(found) if found == operator)
        })
    }

    fn text(&self, token: &Token) -> Node {
        Node::Text {
            text: slice(self.chars, token),
        }
    }

    fn without_value(&mut self, name: &Token) {
        let text = slice(self.chars, name);
        let text = text.trim_end_matches([':', '：']).to_owned();
        self.problem(name.start, ProblemKind::FieldWithoutValue(text));
    }

    /// Counts a clause; false if there are too many already.
    fn admit(&mut self, position: usize) -> bool {
        self.n_clauses += 1;
        if self.n_clauses == MAX_CLAUSES + 1 {
            self.problem(position, ProblemKind::TooManyClauses);
        }
        self.n_clauses <= MAX_CLAUSES
    }

    fn problem(&mut self, position: usize, message: ProblemKind) {
        self.problems.push(Problem { position, message });
    }
}
