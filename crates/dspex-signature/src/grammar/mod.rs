//! DSPy's notation for signatures: one parser for run time and for the macros.
//!
//! A text has two sides around exactly one `->`. Each side reads as the parameters of a Python
//! function, because that is how DSPy reads it:
//!
//! ```text
//! signature  = side "->" side
//! side       = [ field { "," field } [ "," ] ]
//! field      = NAME [ ":" type ] [ "=" literal ]
//! type       = term { "|" term }
//! term       = "None"
//!            | "str" | "int" | "float" | "bool" | "Any" | NAME of the caller's table
//!            | "list" "[" type "]"                     also List, and typing. before each
//!            | "dict" "[" type "," type "]"            also Dict
//!            | "Optional" "[" type "]"
//!            | "Union" "[" type { "," type } "]"       of one type and None
//!            | "Literal" "[" constant { "," constant } "]"
//!            | "(" type ")"
//! constant   = STRING | INTEGER | "True" | "False" | "None"
//! ```
//!
//! Strings have Python's prefixes, quotes and escapes. White space, new lines and comments may
//! stand between tokens. The arrow is found before anything else: one inside a string parts the
//! sides too, and is written `'-\x3e'` there.
//!
//! Reading takes three steps, each in its file: `lexer` (text to tokens), `parser` (tokens to
//! `syntax`), `resolve` (names to types). Each notes its faults and goes on with the next field,
//! so that one reading finds them all. Places are ranges of bytes in the given text.
//!
//! What this grammar does not have is of two kinds. What DSPy refuses is a fault of the kind
//! [`Refused`](crate::FaultKind::Refused); what DSPy takes and dspex cannot say yet is
//! [`Unsupported`](crate::FaultKind::Unsupported). The line between them was drawn by running
//! DSPy 3.4.1.

mod lexer;
mod parser;
mod recall;
mod resolve;
mod syntax;
mod table;
mod text_literal;
mod words;

#[cfg(test)]
mod tests;

use std::ops::Range;

pub use table::TypeTable;
pub(crate) use text_literal::quote;

use crate::{FaultKind, Field, Side, SignatureError, SignatureFault, Type};

/// What a signature's text says.
pub(crate) struct ParsedFields {
    pub(crate) inputs: Vec<Field>,
    pub(crate) outputs: Vec<Field>,
    /// The names beside `*` and `/`, which are no fields.
    pub(crate) passed_over: Vec<String>,
}

/// Reads a signature into its inputs and outputs.
pub(crate) fn parse_fields(
    source: &str,
    types: &TypeTable,
) -> Result<ParsedFields, SignatureError> {
    let (mut faults, mut passed_over) = (Vec::new(), Vec::new());
    let (before, after) = split(source, &mut faults);
    let inputs = parse_side(source, before, Side::Input, types, &mut passed_over, &mut faults);
    let outputs = parse_side(source, after, Side::Output, types, &mut passed_over, &mut faults);
    for (output, span) in &outputs {
        if inputs.iter().any(|(input, _)| input.name == output.name) {
            let message = format!("field `{}` is both an input and an output", output.name);
            let fault = SignatureFault::new(message).at(span.clone());
            faults.push(fault.hint("give one of them another name"));
        }
    }
    if faults.is_empty() {
        let all: Vec<_> = inputs.iter().chain(&outputs).collect();
        faults.extend(recall::fault(&all));
    }
    if !faults.is_empty() {
        return Err(SignatureError::of_text(faults, source));
    }
    let fields = |side: Vec<(Field, _)>| side.into_iter().map(|(field, _)| field).collect();
    Ok(ParsedFields { inputs: fields(inputs), outputs: fields(outputs), passed_over })
}

/// Reads a type that stands alone.
pub(crate) fn parse_type(source: &str, types: &TypeTable) -> Result<Type, SignatureError> {
    let tokens = lexer::tokens(source, 0..source.len());
    let mut faults = Vec::new();
    let ty = match parser::whole_type(source, &tokens) {
        Ok(syntax) => resolve::whole_type(&syntax, source, types, &mut faults),
        Err(fault) => {
            faults.push(fault);
            None
        }
    };
    ty.ok_or_else(|| SignatureError::of_text(faults, source))
}

/// The fields of one side with the places of their names. A name that comes again keeps its
/// first place and its last type, as in a Python dict.
fn parse_side(
    source: &str,
    range: Range<usize>,
    side: Side,
    types: &TypeTable,
    passed_over: &mut Vec<String>,
    faults: &mut Vec<SignatureFault>,
) -> Vec<(Field, Range<usize>)> {
    let tokens = lexer::tokens(source, range);
    let n_faults = faults.len();
    let syntaxes = parser::fields(source, &tokens, faults);
    let is_cut = faults[n_faults..].iter().any(|fault| fault.kind == FaultKind::Unsupported);
    let mut fields: Vec<(Field, Range<usize>)> = Vec::with_capacity(syntaxes.len());
    for (position, syntax) in syntaxes.iter().enumerate() {
        if syntax.is_passed_over {
            if syntax.name != "*" {
                passed_over.push(syntax.name.clone().into_owned());
            }
            continue;
        }
        let n_faults = faults.len();
        let field = resolve::field(syntax, side, source, types, faults);
        let is_replaced = syntaxes[position + 1..].iter().any(|later| later.name == syntax.name);
        if is_replaced || is_cut {
            // DSPy never looks at some faults of a type that a later one replaces; and where
            // reading was cut short, a later one may follow.
            for fault in &mut faults[n_faults..] {
                fault.kind = FaultKind::Unsupported;
            }
        }
        let Some(field) = field else { continue };
        match fields.iter_mut().find(|(known, _)| known.name == field.name) {
            Some((known, _)) => *known = field,
            None => fields.push((field, syntax.name_span.clone())),
        }
    }
    fields
}

/// The two sides. Without exactly one arrow that is a fault, and the sides are what was probably
/// meant.
fn split(source: &str, faults: &mut Vec<SignatureFault>) -> (Range<usize>, Range<usize>) {
    let mut arrows = source.match_indices("->").map(|(position, _)| position..position + 2);
    let arrow = match (arrows.next(), arrows.next()) {
        (Some(arrow), None) => arrow,
        (Some(first), Some(second)) => {
            let fault = SignatureFault::new("signature has more than one `->`").at(second.clone());
            faults.push(fault.hint(match is_in_string(source, second.start) {
                true => "inside a string write `-\\x3e`",
                false => "all outputs stand after one `->`, parted by commas",
            }));
            return (0..first.start, first.end..second.start);
        }
        (None, _) => {
            let lookalike = ["=>", "→", "- >", "–>", "—>", "⇒", "➔", "-&gt;"]
                .into_iter()
                .find_map(|word| source.find(word).map(|start| start..start + word.len()));
            let fault = SignatureFault::new("signature has no `->` between inputs and outputs");
            let Some(lookalike) = lookalike else {
                faults.push(
                    fault
                        .at(source.len()..source.len())
                        .hint("write `inputs -> outputs`, such as `question -> answer`"),
                );
                return (0..source.len(), source.len()..source.len());
            };
            let found = &source[lookalike.clone()];
            faults.push(fault.at(lookalike.clone()).hint(format!("write `->` for `{found}`")));
            lookalike
        }
    };
    (0..arrow.start, arrow.end..source.len())
}

/// Whether an odd number of quotes stands before a place, which is enough for a hint.
fn is_in_string(source: &str, position: usize) -> bool {
    source[..position].matches(['\'', '"']).count() % 2 == 1
}
