//! What is no mistake for certain, and probably one: the compiler warns of it.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::validate::{Definition, Kind};

/// How instructions begin, as a rule.
const VERBS: [&str; 30] = [
    "Act",
    "Analyze",
    "Answer",
    "Assess",
    "Choose",
    "Classify",
    "Compare",
    "Convert",
    "Decide",
    "Describe",
    "Detect",
    "Determine",
    "Draft",
    "Explain",
    "Extract",
    "Find",
    "Generate",
    "Given",
    "Identify",
    "List",
    "Produce",
    "Rank",
    "Read",
    "Rewrite",
    "Sort",
    "Suggest",
    "Summarize",
    "Translate",
    "Verify",
    "Write",
];

/// A warning where a signature has no instructions, and its first field a description that reads
/// like some.
pub(crate) fn misplaced_instructions(definition: &Definition) -> Option<TokenStream> {
    let Kind::Signature(fields, _) = &definition.kind else { return None };
    let first = fields.first().filter(|_| definition.doc.is_none())?;
    reads_like_instructions(first.desc.as_deref()?).then_some(())?;
    Some(warning(
        first.doc_place?,
        "this describes one field, and reads like the signature's instructions: if it is that, put \
         it above the struct; if it is not, give the struct a doc comment",
    ))
}

fn reads_like_instructions(desc: &str) -> bool {
    let first_word = desc.split(|char: char| !char.is_alphabetic()).next();
    first_word.is_some_and(|word| VERBS.contains(&word)) && desc.trim_end().ends_with('.')
}

/// On a stable compiler a macro can warn in one way only: by using what is deprecated.
fn warning(place: Span, message: &str) -> TokenStream {
    let used = quote_spanned!(place=> note);
    quote! {
        #[deprecated(note = #message)]
        #[allow(non_upper_case_globals)]
        const note: () = ();
        const _: () = #used;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_told_from_descriptions() {
        for (desc, expected) in [
            ("Answer the question from the context.", true),
            ("Summarize the text.\nBe brief.", true),
            ("Answers so far.", false),
            ("Find the lamp", false),
            ("the question", false),
            ("", false),
        ] {
            assert_eq!(reads_like_instructions(desc), expected, "{desc}");
        }
    }
}
