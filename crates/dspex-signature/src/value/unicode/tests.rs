//! Classes, cases and forms of texts as Python 3.11 has them; what stands here was asked of it.

use super::{case_tables::*, class_tables::*, dpr_tables::*, *};

#[test]
fn classes_are_pythons() {
    for (char, printable, word) in [
        ('a', true, true),
        ('_', true, true),
        ('-', true, false),
        ('\x7f', false, false),
        ('\u{a0}', false, false),
        ('ª', true, true),
        ('²', true, true),
        ('é', true, true),
        ('\u{301}', true, false),
        ('日', true, true),
        ('🎉', true, false),
        ('\u{e000}', false, false),
        // Assigned by Unicode 15.
        ('\u{1e4d0}', false, false),
    ] {
        assert_eq!((is_printable(char), is_word(char)), (printable, word), "{char:?}");
    }
    assert!(is_assigned('\u{301}') && !is_assigned('\u{1e4d0}'));
    assert!(is_decimal('٣') && !is_decimal('²'));
}

#[test]
fn strip_takes_pythons_white_space() {
    assert_eq!(strip("\u{1c} \u{2003}a\u{200b} \n\u{85}"), "a\u{200b}");
}

#[test]
fn identifiers_are_pythons() {
    for (text, expected) in [
        ("", false),
        ("a1_", true),
        ("1a", false),
        ("é", true),
        ("ﬁeld", true),
        ("e\u{301}", true),
        ("\u{301}", false),
        ("℘", true),
        ("a·", true),
        ("·", false),
        ("\u{37a}", false),
        ("a٣", true),
        ("ⓐ", false),
        ("\u{1e4d0}", false),
    ] {
        assert_eq!(is_identifier(text), expected, "{text:?}");
    }
}

#[test]
fn lower_case_is_pythons() {
    for (text, expected) in [
        ("ÀB", "àb"),
        ("İ", "i\u{307}"),
        ("Σ", "σ"),
        ("ΑΣ", "ας"),
        ("ΑΣΑ", "ασα"),
        ("ΑΣ.", "ας."),
        ("ΑΣ'Α", "ασ'α"),
        ("Α\u{301}Σ", "α\u{301}ς"),
        (".Σ", ".σ"),
        ("1Σ", "1σ"),
        ("ΑΣ Σ", "ας σ"),
        // Lower case letters that Unicode gave only after version 14.
        ("\u{a7cb}\u{1c89}", "\u{a7cb}\u{1c89}"),
    ] {
        assert_eq!(lower(text), expected, "{text:?}");
    }
}

#[test]
fn capitals_are_pythons() {
    for (text, expected) in
        [("ßA", "Ssa"), ("ǆ", "ǅ"), ("ﬁX", "Fix"), ("ÉCOLE", "École"), ("ა", "ა"), ("ΣΑΣ", "Σας")]
    {
        assert_eq!(capitalize(text), expected, "{text:?}");
    }
    for (text, expected) in [
        ("hELLO wORLD's", "Hello World'S"),
        ("a1b_cÉ", "A1B_Cé"),
        ("ΟΔΟΣ ΣΑΣ", "Οδος Σας"),
        ("ǆa ﬁb ßc", "ǅa Fib Ssc"),
        ("aʰB 名a", "Aʰb 名A"),
    ] {
        assert_eq!(title(text), expected, "{text:?}");
    }
    for (text, expected) in
        [("A1", true), ("1", false), ("AǅB", false), ("Ⓐ", true), ("Aª", false), ("名A", true)]
    {
        assert_eq!(is_upper(text), expected, "{text:?}");
    }
}

#[test]
fn normal_forms_are_pythons() {
    assert_eq!(nfd("é가"), "e\u{301}\u{1100}\u{1161}");
    assert_eq!(nfkc("ﬁe\u{301}ⓐ"), "fiéa");
    // U+0897 is a mark since Unicode 16, and would have changed places with the one before it.
    assert_eq!(nfd("a\u{301}\u{897}\u{323}"), "a\u{301}\u{897}\u{323}");
    // U+1CCD6 stands for a capital A since Unicode 16.
    assert_eq!(nfkc("\u{1ccd6}"), "\u{1ccd6}");
}

#[test]
fn the_tokenizer_has_tables_of_its_own() {
    for (char, expected) in [
        ('a', DprClass::Word),
        ('~', DprClass::Single),
        ('\u{301}', DprClass::Word),
        ('Ⓐ', DprClass::Single),
        ('\u{ad}', DprClass::Between),
        ('\u{fe0f}', DprClass::Word),
        ('\u{e000}', DprClass::Between),
        // Assigned by Unicode 15, which `regex` knows.
        ('\u{1e4d0}', DprClass::Word),
        ('\u{1fae8}', DprClass::Single),
        ('\u{378}', DprClass::Between),
    ] {
        assert_eq!(dpr_class(char), expected, "{char:?}");
    }
}

#[test]
fn ranges_are_sorted_and_apart() {
    for table in [
        PRINTABLE,
        ALPHANUMERIC,
        DECIMAL,
        UPPERCASE,
        LOWERCASE,
        TITLECASE,
        CASED,
        CASE_IGNORABLE,
        IDENTIFIER_START,
        IDENTIFIER_CONTINUE,
        ASSIGNED,
        DPR_WORD,
        DPR_BETWEEN,
    ] {
        assert!(table.is_sorted_by(|one, other| one.1 < other.0));
        assert!(table.iter().all(|(first, last)| first <= last));
    }
    for table in [TO_LOWER, TO_UPPER] {
        assert!(table.is_sorted_by(|one, other| one.1 < other.0));
    }
    for table in [TO_UPPERS, TO_TITLES] {
        assert!(table.is_sorted_by_key(|(code, _)| *code));
    }
}
