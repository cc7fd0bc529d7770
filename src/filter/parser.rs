//! From tokens to an expression.

use std::ops::Range;

use super::advice::FOREIGN_WORDS;
use super::error::{FilterError, Mistake};
use super::lexer::{Flaw, Token, TokenKind, tokens};
use super::literal::{self, Written};
use super::operator::Operator;
use super::{Context, Expr, MAX_DEPTH, MAX_LENGTH, Test};
use crate::catalog::{Field, FieldType};

/// Reads an expression.
///
/// # Errors
/// It is none, names what the kind does not have, or compares what cannot be compared; the error points at the place.
pub fn parse(text: &str, context: &Context<'_>) -> Result<Expr, FilterError> {
    let fail = |(mistake, place): Flaw| FilterError::new(text, place, context.kind, mistake);
    if text.len() > MAX_LENGTH {
        return Err(fail((Mistake::TooLong, 0..0)));
    }
    let tokens = tokens(text).map_err(fail)?;
    let mut parser = Parser {
        tokens: &tokens,
        end: text.len(),
        at: 0,
        context,
    };
    parser.whole().map_err(fail)
}

struct Parser<'a> {
    tokens: &'a [Token],
    /// Where the text ends.
    end: usize,
    at: usize,
    context: &'a Context<'a>,
}

impl Parser<'_> {
    fn whole(&mut self) -> Result<Expr, Flaw> {
        if self.tokens.is_empty() {
            return Err((Mistake::Empty, 0..self.end));
        }
        let expression = self.any(0)?;
        match self.peek() {
            None => Ok(expression),
            Some(token) if token.kind == TokenKind::Close => Err((Mistake::Unopened, token.span.clone())),
            Some(_) => Err(self.unexpected("`and`, `or` or the end")),
        }
    }

    fn any(&mut self, depth: usize) -> Result<Expr, Flaw> {
        let first = self.all(depth)?;
        let parts = self.rest("or", first, |parser| parser.all(depth))?;
        Ok(Expr::any(parts).expect("there is a first"))
    }

    fn all(&mut self, depth: usize) -> Result<Expr, Flaw> {
        let first = self.one(depth)?;
        let parts = self.rest("and", first, |parser| parser.one(depth))?;
        Ok(Expr::all(parts).expect("there is a first"))
    }

    fn rest(
        &mut self,
        word: &str,
        first: Expr,
        mut next: impl FnMut(&mut Self) -> Result<Expr, Flaw>,
    ) -> Result<Vec<Expr>, Flaw> {
        let mut parts = vec![first];
        while self.take_word(word) {
            parts.push(next(self)?);
        }
        Ok(parts)
    }

    fn one(&mut self, depth: usize) -> Result<Expr, Flaw> {
        let start = self.place();
        if depth > MAX_DEPTH {
            return Err((Mistake::TooDeep, start));
        }
        if self.take_word("not") {
            return Ok(self.one(depth + 1)?.not());
        }
        if !self.take(&TokenKind::Open) {
            return self.condition();
        }
        let inside = self.any(depth + 1)?;
        if self.take(&TokenKind::Close) {
            return Ok(inside);
        }
        match self.peek() {
            None => Err((Mistake::Unclosed, start)),
            Some(_) => Err(self.unexpected("`and`, `or` or `)`")),
        }
    }

    fn condition(&mut self) -> Result<Expr, Flaw> {
        let place = self.place();
        let field = self.field()?;
        let operator = match self.peek() {
            Some(Token {
                kind: TokenKind::Operator(operator),
                span,
            }) => (*operator, span.clone()),
            Some(Token {
                kind: TokenKind::Word(word),
                span,
            }) if FOREIGN_WORDS.iter().any(|foreign| word.eq_ignore_ascii_case(foreign)) => {
                let found = word.clone();
                return Err((Mistake::ForeignWord { field, found }, span.clone()));
            }
            Some(token) if !ends_condition(&token.kind) => {
                return Err(self.unexpected(format!("one of {} after {}", Operator::fitting(field.kind), field.name)));
            }
            _ if field.kind == FieldType::Switch => return Ok(Expr::is(field, Test::Switch(true))),
            _ => return Err((Mistake::NoOperator { field }, place)),
        };
        self.at += 1;
        self.comparison(field, operator)
    }

    fn comparison(&mut self, field: &'static Field, (operator, place): (Operator, Range<usize>)) -> Result<Expr, Flaw> {
        if !operator.fits(field.kind) {
            return Err((Mistake::Unfit { field, operator }, place));
        }
        let (value, place) = self.value(field, operator)?;
        literal::expression(field, operator, &value, self.context).map_err(|mistake| (mistake, place))
    }

    fn field(&mut self) -> Result<&'static Field, Flaw> {
        let Some(Token {
            kind: TokenKind::Word(name),
            span,
        }) = self.peek()
        else {
            return Err(self.unexpected("a field, `not` or `(`"));
        };
        if is_keyword(name) {
            return Err(self.unexpected("a field, `not` or `(`"));
        }
        let field = self.context.kind.field(name);
        let field = field.ok_or_else(|| (Mistake::UnknownField { name: name.clone() }, span.clone()))?;
        self.at += 1;
        Ok(field)
    }

    /// A number and its unit may stand apart.
    fn value(&mut self, field: &'static Field, operator: Operator) -> Result<(Written, Range<usize>), Flaw> {
        let Some(token) = self.peek() else {
            return Err((Mistake::NoValue { field, operator }, self.place()));
        };
        let (written, mut span) = match &token.kind {
            TokenKind::Word(word) if !is_keyword(word) => (Written::bare(word), token.span.clone()),
            TokenKind::Quoted(text) => (Written::quoted(text), token.span.clone()),
            _ => return Err(self.unexpected(format!("a value after {} {operator}", field.name))),
        };
        self.at += 1;
        let Some((unit, place)) = self.unit(field, &written) else {
            return Ok((written, span));
        };
        span.end = place.end;
        let whole = Written::bare(&format!("{}{unit}", written.text));
        self.at += 1;
        Ok((whole, span))
    }

    fn unit(&self, field: &Field, number: &Written) -> Option<(&str, Range<usize>)> {
        let is_number = matches!(field.kind, FieldType::Number(_)) && literal::is_number(&number.text);
        match self.peek() {
            Some(Token {
                kind: TokenKind::Word(unit),
                span,
            }) if is_number && !is_connective(unit) => Some((unit, span.clone())),
            _ => None,
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, kind: &TokenKind) -> bool {
        let taken = self.peek().is_some_and(|token| token.kind == *kind);
        self.at += usize::from(taken);
        taken
    }

    fn take_word(&mut self, word: &str) -> bool {
        let taken = self.peek().is_some_and(|token| is_word(&token.kind, word));
        self.at += usize::from(taken);
        taken
    }

    /// Of the next token, or the end.
    fn place(&self) -> Range<usize> {
        self.peek().map_or(self.end..self.end, |token| token.span.clone())
    }

    fn unexpected(&self, expected: impl Into<String>) -> Flaw {
        let found = self.peek().map(|token| token.kind.clone());
        let expected = expected.into();
        (Mistake::Unexpected { found, expected }, self.place())
    }
}

fn is_word(kind: &TokenKind, word: &str) -> bool {
    matches!(kind, TokenKind::Word(found) if found.eq_ignore_ascii_case(word))
}

fn ends_condition(kind: &TokenKind) -> bool {
    *kind == TokenKind::Close || matches!(kind, TokenKind::Word(word) if is_connective(word))
}

fn is_connective(word: &str) -> bool {
    ["and", "or"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Words that a value cannot be without quotes, but for `none` and `null`.
pub(super) fn is_keyword(word: &str) -> bool {
    is_connective(word) || word.eq_ignore_ascii_case("not")
}
