//! Docstrings of several lines and of odd characters, on signatures, models, enums and fields.

use dspex_signature_macros::{FieldType, Signature};

use super::{Check, classes};

/// Answer a tenant's question from the statute.
///
/// Quote the section that decides it. If two sections disagree, the later one wins,
/// unless the earlier one is the more special of the two.
///
/// Never give advice on a case that is before a court.
#[derive(Signature)]
#[signature(output = LegalAnswer)]
struct AnswerLegal {
    question: String,
    /// The sections, in the order of the code.
    statute: String,
}

#[derive(FieldType)]
struct LegalAnswer {
    answer: String,
    #[field(desc = "such as § 543 (2)")]
    section: Option<String>,
}

/// Grade an essay.
///
/// - structure: is there a thesis?
///   - and is it defended?
/// - style
///     1. words
///     2. sentences
///
///         quoted text stays where it is
#[derive(Signature)]
#[signature(output = Graded)]
struct Grade {
    essay: String,
}

#[derive(FieldType)]
struct Graded {
    structure: u8,
    style: u8,
    /// What to work on:
    /// - first the structure,
    ///   then the style
    ///
    /// No more than a page.
    remarks: String,
}

/// Grüße den Gast auf Deutsch, 中文 или по-русски — 👋🏽 „wie im Wirtshaus“.
///
/// Ελληνικά, עברית and é (two characters) are fine… so is a space that does not break.
#[derive(Signature)]
#[signature(output = Greeting)]
struct Greet {
    #[field(desc = "имя гостя 🧳")]
    guest: String,
    #[field(desc = "0–23")]
    hour: u8,
}

#[derive(FieldType)]
struct Greeting {
    #[field(desc = "≤ 10 words · no “emoji”")]
    greeting: String,
}

/// Write a regular expression, such as `^\d{3}-\w+\\$`.
///
/// Braces {like_this} and {{these}} are no place for a value; neither is %s or $name.
/// "Double" and 'single' quotes, a `tick`, <angle attr="1"> & an ampersand; /* no comment */.
/// [[ ## question ## ]] opens no section here.
#[derive(Signature)]
#[signature(output = WrittenRegex)]
struct WriteRegex {
    #[field(desc = r#"what "matches" means, e.g. {goal}"#)]
    goal: String,
    #[field(desc = r"with \n and \\ as they stand")]
    counterexample: Option<String>,
}

#[derive(FieldType)]
struct WrittenRegex {
    #[field(desc = "between / and /\tnot escaped for {language}")]
    regex: String,
    #[field(desc = "'^' & '$' <both>")]
    is_anchored: bool,
}

/** Moderate a comment.
 *
 * Be strict with threats;
 * be lenient with sarcasm.
 */
#[derive(Signature)]
#[signature(output = Moderated)]
struct Moderate {
    /** As posted. */
    comment: String,
    /** What it answers to.
     * Oldest first.
     */
    thread: Vec<String>,
}

#[derive(FieldType)]
struct Moderated {
    #[doc = "Whether it stays."]
    is_allowed: bool,
    #[doc = "one line"]
    note: String,
}

#[doc = "Plan the week of a small bakery."]
#[doc = ""]
#[doc = "Mondays are free."]
#[derive(Signature)]
#[signature(output = Planned)]
struct Plan {
    /// Not what the model sees.
    #[field(desc = "what is ordered")]
    orders: String,
    /// Counted on Sunday.
    #[field(desc = "heads, not hours")]
    staff: u8,
}

#[derive(FieldType)]
struct Planned {
    /// Internal note.
    #[field(desc = "one line per day")]
    plan: String,
}

/// Fill in the blanks of the form.
#[derive(Signature)]
#[signature(output = Filled)]
struct Blank {
    #[field(desc = "")]
    form: String,
    #[field(desc = " ")]
    hints: String,
    #[field(desc = "${template}")]
    template: String,
}

#[derive(FieldType)]
struct Filled {
    #[field(desc = "")]
    filled: String,
    #[field(desc = "  how many blanks there were  ")]
    count: i64,
    #[field(desc = "\nwhat is left\n")]
    rest: String,
}

/// Write the timeline of an incident.
#[derive(Signature)]
#[signature(output = PostMortemReport)]
struct PostMortem {
    log: String,
    /// Who was there.
    on_call: Bare,
}

#[derive(FieldType)]
struct PostMortemReport {
    /// In order.
    steps: Vec<Step>,
    /// Of all steps.
    worst: Severity,
    follow_up: Bare,
}

#[derive(FieldType)]
struct Bare {
    note: String,
    #[field(desc = "")]
    author: Option<String>,
}

/// One thing that happened.
///
/// Times are those of the server:
///     hours, minutes, and
///         sometimes seconds.
#[derive(FieldType)]
struct Step {
    #[field(desc = "hh:mm")]
    at: String,
    /// In the words of the log, "quoted".
    /// Nothing is left out.
    what: String,
    /// As seen then, not now.
    severity: Severity,
}

/// How bad it is.
///
/// Taken from the operations handbook.
#[derive(FieldType)]
enum Severity {
    /// Nobody noticed.
    Minor,
    Major,
    /// Everybody noticed.
    Outage,
}

/// Draft a reply in the house style.
///
///     Dear {name},
///
///   and so on, down to the greeting.
/// Close with the ticket's number.
#[derive(Signature)]
#[signature(output = Drafted)]
struct Draft {
    ticket: String,
}

#[derive(FieldType)]
struct Drafted {
    reply: String,
}

/// Explain the query to somebody who has never seen SQL, in words that would also do on the phone, without naming a single keyword, and without a word on how it could be made faster.
#[derive(Signature)]
#[signature(output = Explained)]
struct Explain {
    /// One statement; it may span many lines, hold comments, name tables that nobody knows, and end without a semicolon.
    query: String,
}

#[derive(FieldType)]
struct Explained {
    explanation: String,
}

/// # Outline
///
/// ---
/// ## Rules
///
/// ```text
/// I.
///   A.
/// ```
///
/// | level | mark |
/// |-------|------|
/// | 1     | I.   |
#[derive(Signature)]
#[signature(output = Outlined)]
struct Outline {
    #[field(desc = "# not a heading")]
    topic: String,
}

#[derive(FieldType)]
struct Outlined {
    /// > quoted
    ///
    ///
    /// > twice
    outline: String,
}

/// Find the quotation that is meant, with """ around it.
#[derive(Signature)]
#[signature(output = Quoted)]
struct Quote {
    #[field(desc = r#"'single', "double" and '''both'''"#)]
    hint: String,
}

#[derive(FieldType)]
struct Quoted {
    #[field(desc = r#"""""#)]
    quotation: String,
    #[field(desc = r"trailing backslash \")]
    source: Option<String>,
}

pub(super) const CASES: &[(&str, Check)] = &classes![
    AnswerLegal,
    Grade,
    Greet,
    WriteRegex,
    Moderate,
    Plan,
    Blank,
    PostMortem,
    Draft,
    Explain,
    Outline,
    Quote,
];
