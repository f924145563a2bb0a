//! From text to tree, with a stack of its own in place of recursion.
//!
//! Tolerated beyond the grammar, because clients send it: no or several spaces after `not`, spaces
//! at the ends and inside parentheses and brackets, and `attr[…].sub op value`, which is read as
//! `attr[… and sub op value]`.

use super::ast::{AttributePath, Filter, Node, NodeId, Operator};
use super::scan::Scanner;
use crate::error::Span;
use crate::limits::{SCIM_MAX_FILTER_DEPTH, SCIM_MAX_FILTER_TERMS};
use crate::scim::error::{Error, ErrorKind, Expected, Language};

impl Filter {
    /// Parses a filter.
    ///
    /// ```
    /// use vestibule::error::{Explain, Place, Span};
    /// use vestibule::scim::Filter;
    ///
    /// assert!(Filter::parse(r#"userName eq "bjensen" and not (title pr)"#).is_ok());
    /// let error = Filter::parse("title pr and").unwrap_err();
    /// assert_eq!(error.to_string(), "expected an attribute name, found the end");
    /// assert_eq!(error.at(), Some(Place::Bytes(Span::new(12, 12))));
    /// ```
    ///
    /// # Errors
    ///
    /// `scim-filter-syntax` with the bytes; `scim-filter-too-long`, `scim-filter-too-deep` and
    /// `scim-filter-too-many-terms` at the limits of [`crate::limits`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut scanner = Scanner::new(text, Language::Filter)?;
        parse_expression(&mut scanner, Stop::End)
    }
}

/// Where an expression ends.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Stop {
    /// At the end of the text.
    End,
    /// Before the bracket that closes a value path, which has been opened.
    Bracket,
}

/// Parses an expression up to its stop.
pub(crate) fn parse_expression(scanner: &mut Scanner<'_>, stop: Stop) -> Result<Filter, Error> {
    let mut parser = Parser::new(stop);
    loop {
        parser.operand(scanner)?;
        if let Some(root) = parser.after_operand(scanner)? {
            return Ok(Filter {
                nodes: parser.nodes,
                root,
            });
        }
    }
}

/// Parses ` op value` after the name of a simple list: one comparison of its `value`.
pub(crate) fn parse_own_value(scanner: &mut Scanner<'_>, name: Span) -> Result<Filter, Error> {
    let mut parser = Parser::new(Stop::End);
    let path = AttributePath {
        text: "value".to_owned(),
        span: name,
    };
    parser.comparison(scanner, path)?;
    Ok(Filter {
        nodes: parser.nodes,
        root: NodeId(0),
    })
}

/// What waits for its right operand or for its end.
enum Pending {
    And,
    Or,
    /// An open parenthesis.
    Group(Negation),
    /// An open bracket.
    Elements(AttributePath),
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Negation {
    Negated,
    Plain,
}

struct Parser {
    stop: Stop,
    nodes: Vec<Node>,
    operands: Vec<NodeId>,
    pending: Vec<Pending>,
    depth: usize,
    terms: usize,
}

impl Parser {
    const fn new(stop: Stop) -> Self {
        Self {
            stop,
            nodes: Vec::new(),
            operands: Vec::new(),
            pending: Vec::new(),
            depth: 0,
            terms: 0,
        }
    }

    /// Reads up to and with the next comparison, opening what opens before it.
    fn operand(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Error> {
        loop {
            scanner.skip_spaces();
            if scanner.peek() == Some('(') {
                self.open_group(scanner, Negation::Plain)?;
                continue;
            }
            if scanner.peek_word().eq_ignore_ascii_case("not") {
                scanner.word();
                scanner.skip_spaces();
                if scanner.peek() != Some('(') {
                    return Err(scanner.refusal_here(Expected::OpenParenthesis));
                }
                self.open_group(scanner, Negation::Negated)?;
                continue;
            }
            let path = scanner.attribute_path()?;
            if scanner.peek() != Some('[') {
                return self.comparison(scanner, path);
            }
            if self.is_inside_brackets() {
                return Err(scanner.refusal_here(Expected::Operator));
            }
            scanner.eat('[');
            self.pending.push(Pending::Elements(path));
        }
    }

    fn is_inside_brackets(&self) -> bool {
        let is_elements = |pending: &Pending| matches!(pending, Pending::Elements(_));
        // A short list: at most `SCIM_MAX_FILTER_DEPTH` groups with two connectives each.
        self.stop == Stop::Bracket || self.pending.iter().any(is_elements)
    }

    fn open_group(&mut self, scanner: &mut Scanner<'_>, negation: Negation) -> Result<(), Error> {
        let start = scanner.at();
        scanner.eat('(');
        self.depth = self.depth.saturating_add(1);
        if self.depth > SCIM_MAX_FILTER_DEPTH {
            let kind = ErrorKind::FilterTooDeep {
                language: scanner.language(),
                limit: SCIM_MAX_FILTER_DEPTH,
            };
            return Err(Error::in_text(kind, Span::new(start, scanner.at())));
        }
        self.pending.push(Pending::Group(negation));
        Ok(())
    }

    /// Reads `pr`, or an operator and a value.
    fn comparison(&mut self, scanner: &mut Scanner<'_>, path: AttributePath) -> Result<(), Error> {
        self.terms = self.terms.saturating_add(1);
        if self.terms > SCIM_MAX_FILTER_TERMS {
            let kind = ErrorKind::FilterTooManyTerms {
                language: scanner.language(),
                limit: SCIM_MAX_FILTER_TERMS,
            };
            return Err(Error::in_text(kind, path.span));
        }
        if scanner.skip_spaces() == 0 {
            return Err(scanner.refusal_here(Expected::Operator));
        }
        let start = scanner.at();
        let Some((word, operator_span)) = scanner.word() else {
            return Err(scanner.refusal_here(Expected::Operator));
        };
        if word.eq_ignore_ascii_case("pr") {
            self.push(Node::Present { path });
            return Ok(());
        }
        let Some(operator) = Operator::named(word) else {
            return Err(scanner.refusal_from(start, Expected::Operator));
        };
        if scanner.skip_spaces() == 0 && scanner.peek().is_some() {
            return Err(scanner.refusal_here(Expected::Space));
        }
        let (value, value_span) = scanner.literal()?;
        self.push(Node::Compare {
            path,
            operator,
            value,
            value_span,
            operator_span,
        });
        Ok(())
    }

    /// Reads closing marks up to a connective, or up to the end: then the root.
    fn after_operand(&mut self, scanner: &mut Scanner<'_>) -> Result<Option<NodeId>, Error> {
        let mut closed = false;
        loop {
            let spaces = scanner.skip_spaces();
            match scanner.peek() {
                None | Some(']') if self.is_complete(scanner) => return Ok(self.operands.pop()),
                Some(')') => self.close_group(scanner)?,
                Some(']') => self.close_elements(scanner)?,
                _ if spaces > 0 || closed => return self.connective(scanner).map(|()| None),
                _ => return Err(scanner.refusal_here(self.expected_end())),
            }
            closed = true;
        }
    }

    /// Whether the expression ends here; joins what waits for a right operand.
    fn is_complete(&mut self, scanner: &Scanner<'_>) -> bool {
        let at_stop = match self.stop {
            Stop::End => scanner.peek().is_none(),
            Stop::Bracket => scanner.peek() == Some(']'),
        };
        if at_stop {
            self.join(Precedence::Or);
        }
        at_stop && self.pending.is_empty()
    }

    fn expected_end(&self) -> Expected {
        let open = self
            .pending
            .iter()
            .rev()
            .find(|pending| matches!(pending, Pending::Group(_) | Pending::Elements(_)));
        match open {
            Some(Pending::Group(_)) => Expected::CloseParenthesis,
            Some(_) => Expected::CloseBracket,
            None if self.stop == Stop::Bracket => Expected::CloseBracket,
            None => Expected::Connective,
        }
    }

    fn connective(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Error> {
        let word = scanner.peek_word();
        let (pending, precedence) = if word.eq_ignore_ascii_case("and") {
            (Pending::And, Precedence::And)
        } else if word.eq_ignore_ascii_case("or") {
            (Pending::Or, Precedence::Or)
        } else {
            return Err(scanner.refusal_here(self.expected_end()));
        };
        scanner.word();
        if !matches!(scanner.peek(), None | Some(' ' | '(')) {
            return Err(scanner.refusal_here(Expected::Space));
        }
        self.join(precedence);
        self.pending.push(pending);
        Ok(())
    }

    fn close_group(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Error> {
        self.join(Precedence::Or);
        let Some(Pending::Group(negation)) = self.pending.last() else {
            return Err(scanner.refusal_here(self.expected_end()));
        };
        let negation = *negation;
        self.pending.pop();
        scanner.eat(')');
        self.depth = self.depth.saturating_sub(1);
        if negation == Negation::Negated
            && let Some(inner) = self.operands.pop()
        {
            self.push(Node::Not { inner });
        }
        Ok(())
    }

    fn close_elements(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Error> {
        self.join(Precedence::Or);
        if !matches!(self.pending.last(), Some(Pending::Elements(_))) {
            return Err(scanner.refusal_here(self.expected_end()));
        }
        scanner.eat(']');
        if scanner.eat('.') {
            let sub = scanner.sub_attribute()?;
            self.comparison(scanner, sub)?;
            self.join_two(|left, right| Node::And { left, right });
        }
        if let Some(Pending::Elements(path)) = self.pending.pop()
            && let Some(filter) = self.operands.pop()
        {
            self.push(Node::Elements { path, filter });
        }
        Ok(())
    }

    /// Joins the operands of waiting connectives that bind at least as tightly.
    fn join(&mut self, precedence: Precedence) {
        loop {
            match self.pending.last() {
                Some(Pending::And) => self.join_two(|left, right| Node::And { left, right }),
                Some(Pending::Or) if precedence == Precedence::Or => {
                    self.join_two(|left, right| Node::Or { left, right });
                }
                _ => return,
            }
            self.pending.pop();
        }
    }

    fn join_two(&mut self, node: impl FnOnce(NodeId, NodeId) -> Node) {
        if let Some(right) = self.operands.pop()
            && let Some(left) = self.operands.pop()
        {
            self.push(node(left, right));
        }
    }

    fn push(&mut self, node: Node) {
        self.operands.push(NodeId(self.nodes.len()));
        self.nodes.push(node);
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Precedence {
    And,
    Or,
}
