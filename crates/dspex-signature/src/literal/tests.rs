//! Literals as Python 3.11 reads them; what stands here was asked of it.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    let actual = match literal_eval(text) {
        Literal::Is(value) => value.python_repr(),
        Literal::Refused => "refused".to_owned(),
        Literal::Unsure(reason) => format!("unsure: {reason}"),
    };
    assert_eq!(actual, expected, "reading {text:?}");
}

#[track_caller]
fn check_refused(texts: &[&str]) {
    for text in texts {
        check(text, "refused");
    }
}

#[test]
fn words_and_numbers() {
    check("True", "True");
    check(" \t None ", "None");
    check("1_000", "1000");
    check("-0x1F", "-31");
    check("+0b1_1", "3");
    check("0o17", "15");
    check("00_0", "0");
    check("09.5e1", "95.0");
    check("5.", "5.0");
    check(".5_0", "0.5");
    check("1e999", "inf");
    check("-9223372036854775808", "-9223372036854775808");
    check("0xFFFFFFFFFFFFFFFFFFFFFFFF", "79228162514264337593543950335");
    check("0o1777777777777777777777", "18446744073709551615");
    check(&"0".repeat(5000), "0");
    check("(-(1))", "-1");
    check_refused(&["01", "1__0", "1_", "0x", "0b2", "1e", "1._1", "1if", "--1", "-True", "-(-1)"]);
    check_refused(&[&"1".repeat(4301), "1+2", "1-2", "2024-05-06", "not 1", "1.2.3"]);
    let huge = format!("0x{}", "f".repeat(4000));
    check(&huge, "unsure: its integer has more digits than Python writes");
}

#[test]
fn strings_and_bytes() {
    check(r#"'a' "b" '''c'''"#, "'abc'");
    check("'''a\r\nb\rc'''", r"'a\nb\nc'");
    check("'a\\\r\nb'", "'ab'");
    check(r"'\x41\u00e9\U0001F600\101\777\q'", r"'Aé😀Aǿ\\q'");
    check(r"R'\n' u'x'", r"'\\nx'");
    check(r"b'\x41\400\u' Rb'\x'", r"b'A\x00\\u\\x'");
    check_refused(&["'a", "'a\nb'", "'a\\", r"'\x4'", r"'\U00110000'", r"'\N'", r"b'\x'", "b'é'"]);
    check_refused(&["'a' b'b'", "f'a'", "'a' f'b'", "ur'a'", "'''a''''", r"'\N{}'", r"'\N{A'"]);
    check(r"'\N{BULLET}'", "unsure: its escapes name or halve a character");
    check(r"'\ud83d\ude00'", "unsure: its escapes name or halve a character");
    check(r"'\ud83d' 1", "refused");
}

#[test]
fn containers() {
    check("[1, 'a', (2,), (), {}, [],]", "[1, 'a', (2,), (), {}, []]");
    check("1, 2.5,", "(1, 2.5)");
    check("((1))", "1");
    check("{'a': 1, 'b': {2}, 'a': 3}", "{'a': 3, 'b': {2}}");
    check("{1, 1.0, True, '1', 1e22, 10000000000000000000000}", "{1, '1', 1e+22}");
    check("{(1, 2), (1.0, 2), b'a', None}", "{(1, 2), b'a', None}");
    check("set()", "set()");
    check("[(set)(\n), ｓｅｔ ( )]", "[set(), set()]");
    check_refused(&["[,]", "(,)", "[1 2]", "[1, 2", "[1)", "{1: 2, 3}", "{1, 2: 3}", "{**{}}"]);
    check_refused(&["[*a]", "set", "set()()", "set(1)", "ⓢⓔⓣ()", "[x]", "{'a': x}", "[1][0]"]);
    check("{1: 2}", "unsure: its dict has a key that is no text");
    check("{[]: 2}", "unsure: its dict has a key that Python cannot hash");
    check("{[]: x}", "refused");
    check("{[], x}", "unsure: its set has an item that Python cannot hash");
    check("[...]", "unsure: `...` is a value of its own to Python");
}

#[test]
fn complex_numbers_are_the_only_arithmetic() {
    for text in ["2j", "-2J", "1+2j", "(-1.5)-2j", "[1 + (2j)]", "07j"] {
        check(text, "unsure: its text is a complex number to Python");
    }
    check_refused(&["1j+2", "1+-2j", "1+2j+3j", "True+1j", "1*2j", "2j()", "'a'+1j"]);
}

#[test]
fn lines_are_laid_out_as_python_wants_them() {
    for text in ["\n\n1", "1\n", "1\n \n", "1 #c", "#c\n1\n#d", "\\\n1", "1\\\n\n", " \x0c1"] {
        check(text, "1");
    }
    for text in ["\n \x0c1", "(1\\\n)", "(1 #c\n)", "(\n  1\r\n\t)", "1\n \\\n\n", "#coding:x\n1"] {
        check(text, "1");
    }
    check_refused(&["", " ", "#", "1\n ", "1\n 2", "1\n2", "1;", "\n 1", "\x0c 1", "1\\\n"]);
    check_refused(&["\\\n  1", "\n  \\\n1", "1\n\\\n", "(1 #c", "1\0", "\u{feff}1", "1\u{b}"]);
    check_refused(&["1\\ \n", "\u{a0}1"]);
}

#[test]
fn other_python_and_prose_are_refused() {
    check_refused(&["x", "f(1)", "1 < 2", "lambda: 0", "1 if 1 else 2", "x := 1", "a.b", "yes"]);
    check_refused(&["It's late.", "The answer is 4.", "- one\n- two", "“quoted”", "日本", "$5"]);
    let prose = "The quick brown fox, which is lazy, jumps over the dog. It does so daily. ";
    check_refused(&[&prose.repeat(200), &"- item\n".repeat(2000), &"word ".repeat(400)]);
}

#[test]
fn depth_is_bounded_where_python_might_run_out_of_it() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(matches!(literal_eval(&nested(64)), Literal::Is(_)));
    let too_deep = "unsure: its text may be nested too deeply for Python";
    check(&nested(65), too_deep);
    check(&nested(100_000), too_deep);
    check(&("-".repeat(4000) + "1"), too_deep);
    check(&"word ".repeat(1500), too_deep);
    check(&("f(".repeat(150) + &")".repeat(150)), too_deep);
    // Strings close no bracket.
    check(&("[')',".repeat(70) + "x"), too_deep);
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in r#"([\[\](){}'":,#\\rbfu0-9a-fxj_. \n\t+-]|\PC){0,60}"#) {
        let _ = literal_eval(&text);
    }

    #[test]
    fn what_python_prints_is_read_back(
        texts in proptest::collection::vec(".*", 0..8),
        number in any::<f64>().prop_filter("finite", |number| number.is_finite()),
    ) {
        let texts = Value::List(texts.into_iter().map(Value::Text).collect());
        let value = Value::Tuple(vec![texts, number.into(), Value::Null]);
        prop_assert_eq!(literal_eval(&value.python_repr()), Literal::Is(value));
    }
}
